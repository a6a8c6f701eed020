"""What happens to links after the browser: requests that admins decide on, unlinking, disputes, changed Slack users."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import DependencyError, ForbiddenError, NotFoundError, NotLinkedError
from core.events import EventType
from core.ids import SlackUserId
from core.links.changes import RequestKey
from core.links.disputes import GOOD_FOR
from core.links.model import LinkRefusedError, LinkRequest, Refusal, RequestState
from core.people.model import Actor, Group, Person, SlackStatus
from core.workspace.settings import WorkspaceSettings
from tests.support.link_news import link_event
from tests.support.links import CHI, PUBLIC_URL, LinkWorld, make_profile
from tests.support.world import make_person


@pytest.fixture
def links() -> LinkWorld:
    """Chi's Slack user has not the address of Vera's account, which it asks for."""
    return LinkWorld()


@pytest.fixture
def vera(links: LinkWorld) -> Person:
    return links.world.add(make_person("Vera", slack_user_id=None))


def key_of(request: LinkRequest) -> RequestKey:
    return RequestKey(request.facts.slack_user_id, request.facts.person_id, request.request_id)


def decide(links: LinkWorld, request: LinkRequest, *, approve: bool, by: Person | None = None) -> LinkRequest:
    actor = links.world.acting(by or links.world.ada)
    return links.changes.decide(actor, key_of(request), approve=approve)


def link(links: LinkWorld, person: Person, slack_user_id: SlackUserId = CHI) -> Person:
    links.profiles.known[slack_user_id] = make_profile(slack_user_id, email=person.email)
    departure = links.service.go_on(links.token(slack_user_id))
    state, code = links.sign_in(departure, person)
    links.service.finish(state=state, code=code, browser_secret=departure.browser_secret)
    return links.world.people_kept.get(person.person_id)


def acting(links: LinkWorld, slack_user_id: SlackUserId = CHI) -> Actor:
    return links.world.people.actor_from_slack(slack_user_id)


def test_a_request_names_both_sides_as_they_were_proven(links: LinkWorld, vera: Person) -> None:
    facts = links.ask(vera, typed="new Fix login").facts

    assert (facts.slack_user_id, facts.slack_name, facts.slack_email) == (CHI, "Chi Nguyen", "chi@example.com")
    assert (facts.account_name, facts.account_email, facts.account_email_verified) == ("Vera", vera.email, True)
    [event] = links.kept.events
    assert (event.detail_type, event.link) == (EventType.LINK_REQUESTED, facts)


def test_a_request_names_whom_the_settings_say_at_that_moment(links: LinkWorld, vera: Person) -> None:
    settings = links.world.settings_kept
    settings.save(
        WorkspaceSettings(version=1, link_requests_to=(links.world.ada.person_id,)),
        link_event(EventType.SETTINGS_CHANGED),
    )

    request = links.ask(vera)

    assert request.facts.asked == (links.world.ada.person_id,)


def test_whoever_asks_twice_waits_for_one_answer(links: LinkWorld, vera: Person) -> None:
    first = links.ask(vera)

    assert links.ask(vera) == first
    assert len(links.kept.events) == 1


def test_an_approved_request_is_a_link(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera, typed="new Fix login")

    ended = decide(links, request, approve=True)

    assert (ended.state, ended.decided_by) == (RequestState.APPROVED, "Ada Lind")
    assert acting(links).person_id == vera.person_id
    assert acting(links).person.time_zone == "Asia/Ho_Chi_Minh"
    event = links.kept.events[-1]
    assert event.link is not None
    assert (event.detail_type, event.actor.name, event.link.typed) == (EventType.LINK_MADE, "Ada Lind", "new Fix login")
    assert event.link.link_id == acting(links).person.link_id


def test_a_denied_request_is_none(links: LinkWorld, vera: Person) -> None:
    ended = decide(links, links.ask(vera), approve=False)

    assert ended.state is RequestState.DENIED
    assert links.kept.events[-1].detail_type is EventType.LINK_DENIED
    with pytest.raises(NotLinkedError):
        acting(links)


@pytest.mark.parametrize("first", [True, False])
def test_the_first_decision_wins_and_the_second_is_told(links: LinkWorld, vera: Person, *, first: bool) -> None:
    omar = links.world.add(make_person("Omar", Group.ADMINS))
    request = links.ask(vera)
    ended = decide(links, request, approve=first)

    assert decide(links, request, approve=not first, by=omar) == ended
    assert len(links.kept.events) == 2
    assert (links.slack_user_of(vera) == CHI) is first


def test_who_decides_too_late_is_told_also_while_slack_does_not_answer(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera)
    ended = decide(links, request, approve=False)
    del links.profiles.known[CHI]

    assert decide(links, request, approve=True) == ended


def test_a_denied_request_can_be_made_again_and_the_old_card_decides_nothing(links: LinkWorld, vera: Person) -> None:
    first = links.ask(vera)
    decide(links, first, approve=False)
    second = links.ask(vera)

    with pytest.raises(NotFoundError):
        decide(links, first, approve=True)
    assert links.slack_user_of(vera) is None
    assert decide(links, second, approve=True).state is RequestState.APPROVED


def test_a_member_decides_nothing(links: LinkWorld, vera: Person) -> None:
    with pytest.raises(ForbiddenError):
        decide(links, links.ask(vera), approve=True, by=links.world.ana)
    assert links.slack_user_of(vera) is None


def test_an_admin_who_was_demoted_a_moment_ago_decides_nothing(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera)
    ada = links.world.ada
    links.world.cognito.known[ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)

    with pytest.raises(ForbiddenError):
        decide(links, request, approve=True)
    assert links.slack_user_of(vera) is None


def test_nobody_decides_while_cognito_cannot_be_asked(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera)
    links.world.cognito.is_down = True

    with pytest.raises(DependencyError):
        decide(links, request, approve=True)
    assert links.slack_user_of(vera) is None


def test_what_slack_says_when_an_admin_approves_counts(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera)
    links.profiles.known[CHI] = make_profile(is_deactivated=True)

    with pytest.raises(LinkRefusedError) as refusal:
        decide(links, request, approve=True)
    assert refusal.value.reason is Refusal.OUTSIDER
    assert links.slack_user_of(vera) is None


def test_who_was_linked_meanwhile_is_not_linked_twice(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera)
    link(links, links.world.chi)

    with pytest.raises(LinkRefusedError) as refusal:
        decide(links, request, approve=True)
    assert refusal.value.reason is Refusal.ALREADY_LINKED
    assert acting(links).person_id == links.world.chi.person_id
    assert decide(links, request, approve=False).state is RequestState.DENIED


def test_somebody_linked_asks_for_nothing(links: LinkWorld, vera: Person) -> None:
    link(links, links.world.chi)
    links.profiles.known[CHI] = make_profile()

    with pytest.raises(LinkRefusedError) as refusal:
        links.ask(vera)
    assert refusal.value.reason is Refusal.ALREADY_LINKED
    assert links.kept.requests == {}


def test_unlinking_takes_the_link_and_nothing_else(links: LinkWorld) -> None:
    before = links.world.chi
    link(links, before)

    links.changes.unlink(acting(links))

    with pytest.raises(NotLinkedError):
        acting(links)
    after = links.world.people_kept.get(before.person_id)
    assert after.model_copy(update={"time_zone": before.time_zone}) == before
    assert [event.detail_type for event in links.kept.events] == [EventType.LINK_MADE, EventType.LINK_REMOVED]


def test_unlinking_again_announces_nothing(links: LinkWorld) -> None:
    link(links, links.world.chi)
    actor = acting(links)
    links.changes.unlink(actor)
    links.changes.unlink(actor)

    assert len(links.kept.events) == 2


def test_after_unlinking_one_can_be_linked_anew(links: LinkWorld) -> None:
    link(links, links.world.chi)
    links.changes.unlink(acting(links))

    assert link(links, links.world.chi).slack_user_id == CHI


def dispute(links: LinkWorld) -> str:
    """The secret in the address that the newest event's message carries."""
    facts = links.kept.events[-1].link
    assert facts is not None
    return links.dispute_offers.offer(facts).removeprefix(f"{PUBLIC_URL}/web/not-me/")


def test_who_was_linked_by_somebody_else_takes_it_back(links: LinkWorld) -> None:
    link(links, links.world.chi)
    secret = dispute(links)

    assert links.disputes.show(secret).is_there
    assert links.slack_user_of(links.world.chi) == CHI
    links.disputes.confirm(secret)

    assert links.slack_user_of(links.world.chi) is None
    event = links.kept.events[-1]
    assert event.link is not None
    assert (event.detail_type, event.link.is_disputed) == (EventType.LINK_REMOVED, True)


def test_no_secret_of_a_dispute_is_kept(links: LinkWorld) -> None:
    link(links, links.world.chi)

    assert dispute(links) not in repr(links.kept.disputes)


def test_a_dispute_counts_for_its_own_link_only(links: LinkWorld) -> None:
    link(links, links.world.chi)
    secret = dispute(links)
    links.changes.unlink(acting(links))
    link(links, links.world.chi)

    assert not links.disputes.show(secret).is_there
    links.disputes.confirm(secret)
    assert links.slack_user_of(links.world.chi) == CHI


def test_a_dispute_ends_after_a_week(links: LinkWorld) -> None:
    link(links, links.world.chi)
    secret = dispute(links)
    links.world.clock.forward(GOOD_FOR)

    for step in (links.disputes.show, links.disputes.confirm):
        with pytest.raises(NotFoundError):
            step(secret)
    assert links.slack_user_of(links.world.chi) == CHI


def test_a_guessed_dispute_is_none(links: LinkWorld) -> None:
    with pytest.raises(NotFoundError):
        links.disputes.confirm("guess")


def test_who_did_not_ask_takes_the_request_back(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera)
    links.disputes.confirm(dispute(links))

    assert decide(links, request, approve=True).state is RequestState.WITHDRAWN
    assert links.slack_user_of(vera) is None


def test_who_did_not_ask_takes_back_what_came_of_it(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera)
    secret = dispute(links)
    decide(links, request, approve=True)

    assert links.disputes.show(secret).is_there
    links.disputes.confirm(secret)
    assert links.slack_user_of(vera) is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"is_deactivated": True}, SlackStatus.DEACTIVATED),
        ({"is_guest": True}, SlackStatus.GUEST),
        ({"is_bot": True}, SlackStatus.BOT),
        ({"is_stranger": True}, SlackStatus.STRANGER),
        ({"team_id": "T0ELSEWHERE"}, SlackStatus.STRANGER),
    ],
)
def test_a_slack_user_who_is_no_full_member_any_more_is_refused(
    links: LinkWorld, said: dict[str, Any], status: SlackStatus
) -> None:
    link(links, links.world.chi)
    links.profiles.known[CHI] = make_profile(**said)
    links.changes.slack_user_changed(make_profile(**said))

    with pytest.raises(ForbiddenError) as refusal:
        acting(links)
    assert refusal.value.action == f"slack.{status}"


def test_a_slack_user_who_comes_back_is_let_in_again(links: LinkWorld) -> None:
    link(links, links.world.chi)
    links.profiles.known[CHI] = make_profile(is_deactivated=True)
    links.changes.slack_user_changed(make_profile(is_deactivated=True))
    links.profiles.known[CHI] = make_profile(time_zone="Europe/Berlin")
    # An old event that comes late: what Slack says now counts.
    links.changes.slack_user_changed(make_profile(is_deactivated=True))

    assert acting(links).person.time_zone == "Europe/Berlin"


def test_while_slack_does_not_answer_the_event_is_believed(links: LinkWorld) -> None:
    link(links, links.world.chi)
    del links.profiles.known[CHI]
    links.changes.slack_user_changed(make_profile(is_deactivated=True))

    with pytest.raises(ForbiddenError):
        acting(links)


def test_nothing_is_kept_of_slack_users_who_are_not_linked(links: LinkWorld) -> None:
    before = {person: links.world.people_kept.get(person) for person in links.world.cognito.known}
    links.changes.slack_user_changed(make_profile(is_deactivated=True))

    assert {person: links.world.people_kept.get(person) for person in before} == before


def test_a_request_cannot_be_decided_by_another_ones_key(links: LinkWorld, vera: Person) -> None:
    request = links.ask(vera)
    links.world.clock.forward(timedelta(seconds=1))
    other = links.ask(links.world.add(make_person("Wim", slack_user_id=None)))
    mixed = RequestKey(request.facts.slack_user_id, request.facts.person_id, other.request_id)

    with pytest.raises(NotFoundError):
        links.changes.decide(links.world.acting(links.world.ada), mixed, approve=True)
