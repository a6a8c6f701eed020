"""App Homes kept fresh by events: whose, how often, and with what in them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.home.concerns import concerned
from bot.home.content import HomeReader
from bot.home.publisher import HomePublisher
from bot.home.view import HOME_PAGE
from core.errors import DependencyError
from core.events import Change, Event, EventType
from core.ids import SlackUserId, TaskId
from core.links.model import LinkRequest
from core.notifications.homes import APART, KEPT_FRESH_FOR, SETTLED
from core.people.model import Group, Person
from core.people.workload import WorkloadReader
from core.slack import SlackApi
from core.storage.memory_deliveries import MemoryInstallation
from core.tasks.model import NewTask, Task, TaskStatus
from core.tasks.queries import Scope, Slice, TaskQuery
from tests.support.link_news import link_event
from tests.support.news import ADA, ANA, BEN, assigned, happened, make_task
from tests.support.world import World, make_person, words_of

SOON = timedelta(milliseconds=300)


@dataclass(slots=True)
class Shown:
    """Plays Slack, as far as homes go: keeps what each person's home shows, how often it was published, and trouble."""

    views: dict[SlackUserId, str] = field(default_factory=dict)
    times: list[tuple[SlackUserId, datetime]] = field(default_factory=list)
    trouble: dict[SlackUserId, DependencyError] = field(default_factory=dict)


@dataclass(slots=True)
class Publishing:
    world: World
    slack: Shown
    publisher: HomePublisher
    installation: MemoryInstallation
    lagging: set[TaskId] = field(default_factory=set)
    """What the lists do not show yet."""
    lagging_requests: bool = False

    def open(self, *people: Person) -> None:
        for person in people:
            self.world.homes_kept.shown(person.person_id, self.world.clock(), of_admin=person.is_admin)

    def later(self, step: timedelta) -> None:
        self.world.clock.forward(step)

    def create(self, by: Person, title: str, to: Person | None = None, **facts: Any) -> Event:
        new = NewTask(title=title, assigned_to=to.person_id if to else None, **facts)
        task = self.world.tasks.create(self.world.acting(by), new).task
        return self.newest(task.task_id)

    def newest(self, task_id: TaskId) -> Event:
        return self.world.tasks_kept.history(task_id, limit=1).items[0]

    def home(self, person: Person) -> str:
        return self.slack.views.get(person.slack_user_id or SlackUserId(""), "")

    def published_to(self, person: Person) -> int:
        return sum(user == person.slack_user_id for user, _ in self.slack.times)


class PlayedApi(SlackApi):
    def __init__(self, shown: Shown, world: World) -> None:
        super().__init__("xoxb", "http://127.0.0.1:9/api/", timeout_seconds=1)
        self._shown = shown
        self._world = world

    def publish_home(self, slack_user_id: SlackUserId, view: dict[str, Any]) -> None:
        if slack_user_id in self._shown.trouble:
            raise self._shown.trouble[slack_user_id]
        self._shown.views[slack_user_id] = words_of(view["blocks"])
        self._shown.times.append((slack_user_id, self._world.clock()))


@pytest.fixture
def homes(world: World) -> Publishing:
    slack, installation, lagging = Shown(), MemoryInstallation(), set[TaskId]()

    def lists(query: TaskQuery, *, limit: int, at: str | None = None) -> Slice[Task]:
        found = world.tasks_kept.slice(query, limit=limit, at=at)
        return found.of([task for task in found.items if task.task_id not in lagging])

    workload = WorkloadReader(world.people_kept, world.tasks_kept, world.clock)

    def requests(*, limit: int) -> Slice[LinkRequest]:
        return Slice(()) if played.lagging_requests else world.links_kept.pending(limit=limit)

    reader = HomeReader(lists, workload.read, requests)
    publisher = HomePublisher(
        PlayedApi(slack, world),
        world.homes_kept,
        world.people_kept,
        world.tasks_kept,
        world.links_kept,
        reader,
        installation,
        world.clock,
    )
    played = Publishing(world, slack, publisher, installation, lagging)
    return played


def test_the_home_of_whoever_is_given_a_task_shows_it_though_the_lists_lag(homes: Publishing, world: World) -> None:
    homes.open(world.ana)
    homes.later(APART)
    event = homes.create(world.ada, "Fix login", world.ana)
    assert event.task is not None
    homes.lagging.add(event.task.task_id)

    assert homes.publisher.refresh(event) is None

    assert "Fix login" in homes.home(world.ana)


def test_a_home_that_was_not_opened_for_two_weeks_is_left_alone(homes: Publishing, world: World) -> None:
    homes.open(world.ana)
    homes.later(KEPT_FRESH_FOR)

    assert homes.publisher.refresh(homes.create(world.ada, "Fix login", world.ana)) is None

    assert homes.slack.views == {}


def test_a_burst_is_published_at_once_and_once_more_five_seconds_later_with_the_last_state(
    homes: Publishing, world: World
) -> None:
    homes.open(world.ana)
    homes.later(APART)
    events = [homes.create(world.ada, "Task 0", world.ana)]
    assert homes.publisher.refresh(events[0]) is None
    began = world.clock()
    for number in range(1, 6):
        homes.later(SOON)
        events.append(homes.create(world.ada, f"Task {number}", world.ana))
        assert homes.publisher.refresh(events[-1]) == began + APART

    world.clock.now = began + APART
    assert [homes.publisher.refresh(event) for event in events] == [None] * 6

    assert [when - began for user, when in homes.slack.times if user == world.ana.slack_user_id] == [
        timedelta(0),
        APART,
    ]
    assert all(f"Task {number}" in homes.home(world.ana) for number in range(6))


def test_the_two_events_of_one_change_publish_once(homes: Publishing, world: World) -> None:
    homes.open(world.ana)
    homes.later(APART)
    made = homes.create(world.ada, "Fix login", world.ana)
    assert made.task is not None
    both = world.tasks_kept.history(made.task.task_id, limit=5).items
    assert len(both) == 2

    assert [homes.publisher.refresh(event) for event in both] == [None, None]

    assert homes.published_to(world.ana) == 1


def test_the_same_event_again_and_an_older_one_publish_nothing_and_show_the_newest_state(
    homes: Publishing, world: World
) -> None:
    homes.open(world.ana)
    made = homes.create(world.ada, "Fix login", world.ana)
    assert made.task is not None
    homes.later(APART)
    world.tasks.change_status(world.acting(world.ana), made.task.task_id, TaskStatus.DONE)

    homes.publisher.refresh(made)
    assert "Fix login" not in homes.home(world.ana)

    homes.publisher.refresh(homes.newest(made.task.task_id))
    homes.publisher.refresh(made)
    assert homes.published_to(world.ana) == 1


def test_a_task_taken_away_goes_from_the_home_of_whoever_had_it(homes: Publishing, world: World) -> None:
    made = homes.create(world.ada, "Fix login", world.ana)
    assert made.task is not None
    homes.open(world.ana, world.ben, world.ada)
    homes.later(APART)
    world.tasks.assign(world.acting(world.ada), made.task.task_id, world.ben.person_id)

    homes.publisher.refresh(homes.newest(made.task.task_id))

    assert "Fix login" not in homes.home(world.ana)
    assert "Fix login" in homes.home(world.ben)
    assert "What you handed out\nFix login" in homes.home(world.ada)


def test_a_deleted_task_goes_from_the_lists_that_lag(homes: Publishing, world: World) -> None:
    made = homes.create(world.ada, "Fix login", world.ana)
    assert made.task is not None
    homes.open(world.ana)
    homes.later(APART)
    world.tasks.delete(world.acting(world.ada), made.task.task_id)

    homes.publisher.refresh(homes.newest(made.task.task_id))

    assert homes.published_to(world.ana) == 1
    assert "Fix login" not in homes.home(world.ana)


def test_a_comment_changes_nobodys_home(homes: Publishing, world: World) -> None:
    made = homes.create(world.ada, "Fix login", world.ana)
    assert made.task is not None
    homes.open(world.ana, world.ada)
    homes.later(APART)
    world.tasks.comment(world.acting(world.ada), made.task.task_id, "How far are you?")

    assert homes.publisher.refresh(homes.newest(made.task.task_id)) is None

    assert homes.slack.times == []


def test_the_page_that_a_person_has_turned_to_stays(homes: Publishing, world: World) -> None:
    for number in range(HOME_PAGE + 3):
        homes.create(world.ana, f"Task {number:02}", world.ana, deadline=world.clock() + timedelta(days=number + 1))
    first = world.tasks_kept.slice(TaskQuery(Scope.OWNER, world.ana.person_id), limit=HOME_PAGE)
    world.homes_kept.shown(world.ana.person_id, world.clock(), place=first.following)
    homes.later(APART)

    homes.publisher.refresh(homes.create(world.ada, "Far off", world.ana))

    assert "Task 00" not in homes.home(world.ana)
    assert "Task 22" in homes.home(world.ana)
    assert "Far off" in homes.home(world.ana)


def test_trouble_with_one_home_keeps_nobody_elses_back_and_is_tried_again(homes: Publishing, world: World) -> None:
    homes.open(world.ana, world.ada)
    homes.later(APART)
    event = homes.create(world.ada, "Fix login", world.ana)
    assert world.ana.slack_user_id is not None
    homes.slack.trouble[world.ana.slack_user_id] = DependencyError("slack", "ratelimited", retryable=True)

    with pytest.raises(DependencyError):
        homes.publisher.refresh(event)
    assert "Fix login" in homes.home(world.ada)

    homes.slack.trouble.clear()
    homes.later(APART)
    assert homes.publisher.refresh(event) is None
    assert "Fix login" in homes.home(world.ana)
    assert homes.published_to(world.ada) == 1


def test_what_slack_refuses_for_good_is_let_go(homes: Publishing, world: World) -> None:
    homes.open(world.ana)
    homes.later(APART)
    assert world.ana.slack_user_id is not None
    homes.slack.trouble[world.ana.slack_user_id] = DependencyError("slack", "user_not_found", retryable=False)

    assert homes.publisher.refresh(homes.create(world.ada, "Fix login", world.ana)) is None


def test_nothing_is_published_where_the_app_was_removed(homes: Publishing, world: World) -> None:
    homes.open(world.ana)
    homes.later(APART)
    homes.installation.end()

    assert homes.publisher.refresh(homes.create(world.ada, "Fix login", world.ana)) is None
    assert homes.publisher.refresh(link_event(EventType.LINK_MADE, slack_user_id=world.ana.slack_user_id)) is None

    assert homes.slack.views == {}


def test_somebody_switched_off_since_is_told_so_and_shown_no_tasks(homes: Publishing, world: World) -> None:
    dee = world.add(make_person("Dee Park", Group.TEAM_MEMBERS, enabled=False))
    homes.open(dee)
    homes.later(APART)
    task = make_task(assigned_to=dee.ref)

    homes.publisher.refresh(assigned(task))

    assert "switched off" in homes.home(dee)


def test_a_link_that_was_made_and_one_that_was_taken_away_show_at_once(homes: Publishing, world: World) -> None:
    homes.create(world.ana, "Fix login", world.ana)

    homes.publisher.refresh(link_event(EventType.LINK_MADE, slack_user_id=world.ana.slack_user_id))
    assert "Fix login" in homes.home(world.ana)

    world.people_kept.unlink(world.ana)
    homes.publisher.refresh(link_event(EventType.LINK_REMOVED, slack_user_id=world.ana.slack_user_id))
    assert "Link my account" in homes.home(world.ana)
    assert "Fix login" not in homes.home(world.ana)


def test_whoever_has_it_had_it_gave_it_and_did_it_is_concerned_once_each() -> None:
    before = ANA.ref.model_dump(mode="json", exclude_none=True)
    taken = happened(
        EventType.TASK_ASSIGNED, make_task(assigned_to=BEN.ref), ADA, Change(field="assigned_to", before=before)
    )

    assert concerned(taken) == [BEN.person_id, ANA.person_id, ADA.person_id]
    assert concerned(assigned(make_task(assigned_to=None))) == [ADA.person_id]
    assert SETTLED < APART
