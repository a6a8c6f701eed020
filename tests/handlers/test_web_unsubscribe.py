"""The pages that stop emails of a kind and start them again, as a browser and a mail program see them."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from core.ids import PersonId
from core.mail_links import UNSUBSCRIBE_GOOD_FOR
from core.notifications.model import Channel, Kind
from core.notifications.preferences import Preferences, Ways
from core.people.model import Person, SlackStatus
from tests.handlers.test_web import Browser, words
from tests.support.links import LinkWorld
from tests.support.world import World, make_person

FROM_OUR_PAGE = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def links() -> LinkWorld:
    return LinkWorld()


@pytest.fixture
def world(links: LinkWorld) -> World:
    return links.world


@pytest.fixture
def browser(links: LinkWorld) -> Browser:
    return Browser(links)


STOPS = [Kind.ASSIGNED, Kind.COMMENTED]


def stop_path(browser: Browser, person: Person, kinds: list[Kind] = STOPS) -> str:
    return urlsplit(browser.mail_links.unsubscribe(person.person_id, kinds)).path


def channels(browser: Browser, person: Person, kind: Kind) -> set[Channel]:
    in_slack = person.slack_user_id is not None
    return set(browser.preferences.get(person.person_id).channels(kind, in_slack=in_slack))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_unsubscribe_page_stops_nothing(browser: Browser, world: World, method: str) -> None:
    page = browser.ask(method, stop_path(browser, world.ana, [Kind.ASSIGNED]))

    assert (page["statusCode"], "Stop these emails?" in words(page)) == (200, True)
    assert "when somebody gives you a task" in words(page)
    assert "You still get this news in Slack." in words(page)
    assert browser.preferences.get(world.ana.person_id).version == 0


def test_one_click_of_a_mail_program_stops_these_emails_and_nothing_else(browser: Browser, world: World) -> None:
    """RFC 8058: a POST with this body, without cookies, from wherever the program runs."""
    chi = world.chi
    answer = browser.ask(
        "POST",
        stop_path(browser, chi),
        headers={"sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded"},
        body="List-Unsubscribe=One-Click",
    )

    assert (answer["statusCode"], "These emails are stopped" in words(answer)) == (200, True)
    assert {kind: channels(browser, chi, kind) for kind in STOPS} == {kind: set() for kind in STOPS}
    assert channels(browser, chi, Kind.STATUS_CHANGED) == {Channel.EMAIL}
    assert "Without these emails, you will not hear of it" in words(answer)
    assert "These still come by email: when a task is taken off your list" in words(answer)


def test_what_slack_does_not_tell_is_named_where_it_tells_the_rest(browser: Browser, world: World) -> None:
    chosen = Preferences(choices={Kind.COMMENTED: Ways(slack=False, email=True)})
    browser.preferences.save(world.ana.person_id, chosen)

    page = words(browser.ask("GET", stop_path(browser, world.ana)))

    assert "Without these emails, you will not hear of it" not in page
    assert "You still get some of this news in Slack" in page
    assert "but not this: when somebody comments on a task." in page


def test_stopping_emails_leaves_slack_as_it_was(browser: Browser, world: World) -> None:
    browser.ask("POST", stop_path(browser, world.ana))

    assert channels(browser, world.ana, Kind.ASSIGNED) == {Channel.SLACK}


def test_stopping_twice_is_stopping_once(browser: Browser, world: World) -> None:
    for _ in range(3):
        answer = browser.ask("POST", stop_path(browser, world.ana))
        assert "These emails are stopped" in words(answer)

    assert browser.preferences.get(world.ana.person_id).version == 1


def test_stopping_can_be_undone_from_our_page_alone(browser: Browser, world: World) -> None:
    where = stop_path(browser, world.ana, [Kind.ASSIGNED])
    page = browser.ask("POST", where)
    token = where.rpartition("/")[2]
    assert f'action="../subscribe/{token}"' in page["body"]

    refused = browser.ask("POST", f"/web/subscribe/{token}", headers={"sec-fetch-site": "cross-site"})
    assert refused["statusCode"] == 403
    assert channels(browser, world.ana, Kind.ASSIGNED) == {Channel.SLACK}
    undone = browser.ask("POST", f"/web/subscribe/{token}", headers=FROM_OUR_PAGE)

    assert "Stop these emails?" in words(undone)
    assert channels(browser, world.ana, Kind.ASSIGNED) == {Channel.SLACK, Channel.EMAIL}


def test_what_others_chose_at_the_same_moment_is_kept(browser: Browser, world: World) -> None:
    person_id, kept = world.ana.person_id, browser.preferences
    honest, saved = kept.save, list[Preferences]()

    def save_behind_another(whose: PersonId, preferences: Any) -> Any:
        if not saved:
            saved.append(honest(whose, kept.get(whose).model_copy(update={"digest": True})))
        return honest(whose, preferences)

    kept.save = save_behind_another  # type: ignore[assignment, method-assign]
    browser.ask("POST", stop_path(browser, world.ana))

    assert kept.get(person_id).digest
    assert channels(browser, world.ana, Kind.ASSIGNED) == {Channel.SLACK}


def test_the_way_to_stop_emails_lasts_60_days(browser: Browser, world: World) -> None:
    where = stop_path(browser, world.ana)
    world.clock.forward(UNSUBSCRIBE_GOOD_FOR - timedelta(seconds=1))
    assert browser.ask("GET", where)["statusCode"] == 200
    world.clock.forward(timedelta(seconds=1))

    answer = browser.ask("POST", where)
    assert (answer["statusCode"], "/task settings" in words(answer)) == (410, True)
    assert browser.preferences.get(world.ana.person_id).version == 0


def test_whoever_left_slack_is_told_that_nothing_would_tell_them(browser: Browser, world: World) -> None:
    left = world.add(make_person("Lea", slack_status=SlackStatus.DEACTIVATED))

    assert "Without these emails, you will not hear of it" in words(browser.ask("GET", stop_path(browser, left)))
