"""App Home of admins: the requests that wait for them, and how much everybody has to do."""

from datetime import timedelta
from typing import Any

import pytest

from bot.home.concerns import changes_requests, changes_workload
from bot.home.view import REQUESTS
from bot.ids import Action
from bot.messages.links import key_value
from core.clock import fresh_event_id
from core.events import Event, EventType
from core.links.changes import RequestKey
from core.links.model import LinkRequest
from core.notifications.homes import APART, KEPT_FRESH_FOR, TEAM_APART
from core.people.model import Group, Person
from core.tasks.model import TaskStatus
from tests.bot.test_home import published
from tests.bot.test_home_publisher import Publishing, homes
from tests.support.link_news import link_event
from tests.support.links import CHI, LinkWorld
from tests.support.news import ANA, assigned, commented, deadline_changed, deleted, make_task, status_changed
from tests.support.world import SlackPlayed, World, make_person, words_of

__all__ = ["homes"]
ADMINS = frozenset({Group.ADMINS})


@pytest.fixture
def omar(world: World) -> Person:
    return world.add(make_person("Omar Haddad", Group.ADMINS))


def opened(slack: SlackPlayed, person: Person) -> str:
    slack.event(person, "app_home_opened", tab="home")
    return published(slack)


def decide(slack: SlackPlayed, by: Person, request: LinkRequest, *, approve: bool) -> None:
    key = key_value(RequestKey(request.facts.slack_user_id, request.facts.person_id, request.request_id))
    action = Action.LINK_APPROVE if approve else Action.LINK_DENY
    view: dict[str, Any] = {"id": "V0", "type": "home"}
    slack.press(by, action, key, container={"type": "view", "view_id": "V0"}, view=view, response_url="")


def test_a_request_is_shown_with_both_sides_to_admins_alone(
    slack: SlackPlayed, world: World, links: LinkWorld, vera: Person
) -> None:
    links.ask(vera)

    shown = opened(slack, world.ada)

    for words in ("Link requests", "Chi Nguyen, chi@example.com", "Vera Lund, vera@example.com", "Approve", "Deny"):
        assert words in shown
    assert "same person?" in shown
    assert "Link requests" not in opened(slack, world.ana)
    assert "vera@example.com" not in published(slack)


@pytest.mark.parametrize("approve", [True, False])
def test_it_is_decided_there_and_the_home_says_so(
    slack: SlackPlayed, world: World, links: LinkWorld, vera: Person, *, approve: bool
) -> None:
    request = links.ask(vera)
    opened(slack, world.ada)

    decide(slack, world.ada, request, approve=approve)

    outcome = "Approved by Ada Lind. They are linked." if approve else "Denied by Ada Lind. Nobody was linked."
    assert f"Chi Nguyen and Vera Lund: {outcome}" in published(slack)
    assert "Approve\n" not in published(slack)
    assert (links.slack_user_of(vera) == CHI) is approve
    assert outcome not in opened(slack, world.ada)


def test_who_comes_second_is_told_what_counts(
    slack: SlackPlayed, world: World, links: LinkWorld, vera: Person, omar: Person
) -> None:
    request = links.ask(vera)
    decide(slack, omar, request, approve=False)

    decide(slack, world.ada, request, approve=True)

    assert "Denied by Omar Haddad" in published(slack)
    assert links.slack_user_of(vera) is None


@pytest.mark.parametrize("decides", ["ana", "demoted ada", "disabled ada"])
def test_who_is_no_admin_now_decides_nothing_from_a_home(
    slack: SlackPlayed, world: World, links: LinkWorld, vera: Person, decides: str
) -> None:
    """Ana forges the press; Ada still has the buttons before her."""
    request = links.ask(vera)
    opened(slack, world.ada)
    if decides == "demoted ada":
        world.cognito.known[world.ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)
    if decides == "disabled ada":
        world.cognito.known[world.ada.person_id] = (ADMINS, False)

    decide(slack, world.ana if decides == "ana" else world.ada, request, approve=True)

    method, arguments = slack.ears.calls[-1]
    assert method == "views.open"
    assert "admin" in words_of(arguments["view"]["blocks"])
    assert links.slack_user_of(vera) is None
    assert links.kept.request(CHI, vera.person_id) == request


@pytest.mark.parametrize("forged", ["T-1", "[]", '["U0CHI", "sub-vera", "another"]', '{"a": 1}'])
def test_a_forged_value_decides_nothing(
    slack: SlackPlayed, world: World, links: LinkWorld, vera: Person, forged: str
) -> None:
    request = links.ask(vera)
    view: dict[str, Any] = {"id": "V0", "type": "home"}
    container = {"type": "view", "view_id": "V0"}

    answer = slack.press(world.ada, Action.LINK_APPROVE, forged, container=container, view=view, response_url="")

    assert answer.status == 200
    assert slack.ears.calls[-1][0] == "views.open"
    assert links.kept.request(CHI, vera.person_id) == request


def test_more_requests_than_there_is_room_for_are_said_to_be_there(
    slack: SlackPlayed, world: World, links: LinkWorld
) -> None:
    for number in range(REQUESTS + 1):
        links.ask(world.add(make_person(f"P{number} Last", slack_user_id=None)))
        world.clock.forward(timedelta(seconds=1))

    shown = opened(slack, world.ada)

    assert "P4 Last" in shown
    assert "p5@example.com" not in shown
    assert "`/team requests`" in shown


def test_it_shows_who_has_the_most_what_is_overdue_and_who_has_nothing(slack: SlackPlayed, world: World) -> None:
    for text in ("One <@U0ANA> by tomorrow", "Two <@U0ANA>", "Three <@U0BEN>"):
        slack.command(world.ada, f"new {text}")
    world.clock.forward(timedelta(days=3))

    shown = opened(slack, world.ada)

    assert "██████████  \nAna Silva\n  2 open, 1 overdue\n" in shown
    assert "█████░░░░░  \nBen Okoro\n  1 open\n" in shown
    assert "Nothing to do: Ada Lind, Chi Nguyen" in shown


def refreshed(homes: Publishing, event: Event, person: Person) -> bool:
    """Whether an event brings a person's home up to date."""
    before = homes.published_to(person)
    homes.publisher.refresh(event)
    return homes.published_to(person) > before


def test_a_request_shows_in_the_homes_of_all_admins_though_the_index_lags(
    homes: Publishing, world: World, links: LinkWorld, vera: Person, omar: Person
) -> None:
    homes.open(world.ada, omar, world.ana)
    homes.later(APART)
    request = links.ask(vera)
    event = links.kept.events[-1]
    homes.later(timedelta(milliseconds=300))
    homes.lagging_requests = True

    assert homes.publisher.refresh(event) is None

    for admin in (world.ada, omar):
        assert "Vera Lund, vera@example.com" in homes.home(admin)
    assert homes.home(world.ana) == ""
    links.changes.decide(world.acting(omar), key_of(request), approve=False)
    assert homes.publisher.refresh(links.kept.events[-1]) == world.clock() + APART
    homes.later(APART)
    homes.publisher.refresh(links.kept.events[-1])
    assert "vera@example.com" not in homes.home(world.ada)


def key_of(request: LinkRequest) -> RequestKey:
    return RequestKey(request.facts.slack_user_id, request.facts.person_id, request.request_id)


def test_an_admin_who_gives_nobody_anything_sees_the_numbers_move_at_most_once_a_minute(
    homes: Publishing, world: World, omar: Person
) -> None:
    homes.open(omar)
    homes.later(TEAM_APART)
    began = world.clock()
    events = [homes.create(world.ada, "Task 0", world.ana)]
    assert homes.publisher.refresh(events[0]) is None
    assert "Ana Silva\n  1 open" in homes.home(omar)
    answers = []
    for number in range(1, 6):
        homes.later(timedelta(seconds=3))
        events.append(homes.create(world.ada, f"Task {number}", world.ana))
        answers.append(homes.publisher.refresh(events[-1]))
    assert answers == [began + TEAM_APART, None, None, None, None], "one of them comes again for all"
    assert homes.publisher.refresh(events[1]) == began + TEAM_APART, "also where it is seen again before that"

    world.clock.now = began + TEAM_APART
    assert [homes.publisher.refresh(event) for event in events] == [None] * 6

    assert homes.published_to(omar) == 2
    assert "Ana Silva\n  6 open" in homes.home(omar)


def test_a_promise_that_nobody_kept_is_made_again(homes: Publishing, world: World, omar: Person) -> None:
    homes.open(omar)
    first = homes.create(world.ada, "Task 0", world.ana)
    assert homes.publisher.refresh(first) is not None
    homes.later(TEAM_APART)

    assert refreshed(homes, homes.create(world.ada, "Task 1", world.ana), omar)


def test_somebody_who_is_no_admin_any_more_is_shown_no_team(homes: Publishing, world: World, omar: Person) -> None:
    homes.open(omar)
    homes.later(TEAM_APART)
    world.people_kept.write(omar, omar.model_copy(update={"groups": frozenset({Group.TEAM_MEMBERS})}))

    homes.publisher.refresh(homes.create(world.ada, "Fix login", world.ana))

    assert "Ana Silva" not in homes.home(omar)


def test_a_home_that_no_admin_opened_for_two_weeks_is_left_alone(homes: Publishing, world: World, omar: Person) -> None:
    homes.open(omar)
    homes.later(KEPT_FRESH_FOR)

    assert homes.publisher.refresh(homes.create(world.ada, "Fix login", world.ana)) is None
    assert homes.slack.views == {}


OPEN, DONE = TaskStatus.OPEN, TaskStatus.DONE


def moved_on(before: TaskStatus, after: TaskStatus) -> Event:
    event = status_changed(make_task(task_status=after))
    return event.model_copy(update={"changes": (event.changes[0].model_copy(update={"before": before}),)})


@pytest.mark.parametrize(
    ("event", "moves"),
    [
        (assigned(), True),
        (deleted(make_task()), True),
        (moved_on(OPEN, DONE), True),
        (moved_on(DONE, OPEN), True),
        (moved_on(OPEN, TaskStatus.BLOCKED), False),
        (deadline_changed(make_task()), False),
        (commented(make_task()), False),
    ],
)
def test_the_numbers_move_with_open_tasks_alone(event: Event, *, moves: bool) -> None:
    assert changes_workload(event) is moves
    assert not changes_requests(event)


@pytest.mark.parametrize(
    ("kind", "facts", "is_request"),
    [
        (EventType.LINK_REQUESTED, {}, True),
        (EventType.LINK_DENIED, {"request_id": fresh_event_id(ANA.checked_at)}, True),
        (EventType.LINK_MADE, {"request_id": fresh_event_id(ANA.checked_at)}, True),
        (EventType.LINK_MADE, {}, False),
        (EventType.LINK_REMOVED, {}, False),
    ],
)
def test_requests_come_and_are_settled_by_some_events_of_links(
    kind: EventType, facts: dict[str, Any], *, is_request: bool
) -> None:
    assert changes_requests(link_event(kind, **facts)) is is_request
