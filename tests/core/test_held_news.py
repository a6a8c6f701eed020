"""What people's settings keep from them for a while: it comes when its time has come, once, and only if it matters."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from core.clock import fresh_event_id
from core.errors import DependencyError
from core.events import Event, EventActor, EventType, Release, Reminder
from core.ids import EventId, PersonId, TaskId
from core.notifications.model import Channel, DeliveryState, Kind, Notification, ReminderNotification, TaskNotification
from core.notifications.preferences import Preferences, Ways
from core.people.model import Person
from core.storage.memory_outbox import MemoryOutbox
from core.tasks.model import Priority, Task, TaskStatus
from core.tasks.ports import TaskWrite
from tests.support.delivery import Kept
from tests.support.news import (
    ADA,
    ANA,
    BEN,
    assigned,
    commented,
    happened,
    make_task,
)
from tests.support.world import NOW, WORKSPACE

NIGHT = NOW.replace(hour=22, minute=0)
"""In UTC, where Ben is."""
MORNING = NOW.replace(hour=7, minute=0) + timedelta(days=1)
QUIET = Preferences(quiet_from=20, quiet_until=7)
DIGEST = Preferences(digest=True)


class Told:
    """A channel that keeps each message as what it told."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.messages: list[list[Notification]] = []
        self.refuses = False
        self.troubles: list[DependencyError] = []
        """What the next messages meet, one each."""

    def send(self, news: Sequence[Notification], _person: Person) -> None:
        if self.refuses:
            raise DependencyError("slack", "channel_not_found", retryable=False)
        if self.troubles:
            raise self.troubles.pop(0)
        self.messages.append(list(news))

    def arrived(self, _news: Sequence[Notification], _person: Person) -> frozenset[EventId]:
        return frozenset()

    @property
    def kinds(self) -> list[list[tuple[Kind, TaskId]]]:
        """Each message by the kinds and tasks of its news."""
        return [
            [(each.kind, each.task.task_id) for each in news if isinstance(each, TaskNotification)]
            for news in self.messages
        ]


class Team:
    """Ada gives Ben tasks; both channels tell, and every quarter of an hour a sweep lets go what was held back."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.kept.add(ADA, ANA, BEN)
        self.clock = self.kept.clock
        self.slack, self.email = Told(Channel.SLACK), Told(Channel.EMAIL)
        self._services = [self.kept.service(each, wait=timedelta(0)) for each in (self.slack, self.email)]
        self._sweep = self.kept.held_news()

    def chose(self, person: Person, preferences: Preferences) -> None:
        read = self.kept.preferences.get(person.person_id)
        self.kept.preferences.save(person.person_id, preferences.model_copy(update={"version": read.version}))

    def happen(self, event: Event, when: datetime | None = None) -> Event:
        """Something happens now, is written and reaches both channels."""
        self.clock.forward(timedelta(milliseconds=1))
        now = when or self.clock()
        event = event.model_copy(update={"occurred_at": now, "event_id": fresh_event_id(now)})
        if event.task is not None:
            self.kept.happen(event)
            self.save(event.task)
        self.deliver(event)
        return event

    def save(self, task: Task) -> None:
        self.kept.tasks.save(TaskWrite(self.kept.tasks._tasks.get(task.task_id), task, ()))

    def deliver(self, event: Event) -> None:
        for service in self._services:
            service.deliver(event)

    def sweep(self, now: datetime) -> int:
        """One run of the schedule, and the delivery of what it lets go."""
        self.clock.now = now
        before = len(self.kept.outbox.events)
        count = self._sweep.sweep(now)
        for event in self.kept.outbox.events[before:]:
            self.deliver(event)
        return count

    def state(self, event: Event, channel: Channel = Channel.SLACK) -> DeliveryState | None:
        return self.kept.records.states.get((event.event_id, channel, BEN.person_id))


def bens(**facts: object) -> Task:
    return make_task(assigned_to=BEN.ref, **facts)


@pytest.fixture
def team() -> Team:
    team = Team()
    team.clock.now = NIGHT
    return team


def test_at_night_nothing_comes_and_in_the_morning_each_task_comes_once(team: Team) -> None:
    team.chose(BEN, QUIET)
    first, second = bens(), bens()
    team.happen(assigned(first))
    team.happen(commented(first, by=ADA))
    team.happen(assigned(second))
    assert (team.slack.messages, team.email.messages) == ([], [])

    assert team.sweep(MORNING) == 2

    assert team.slack.kinds == [
        [(Kind.ASSIGNED, first.task_id), (Kind.COMMENTED, first.task_id)],
        [(Kind.ASSIGNED, second.task_id)],
    ]
    assert team.email.kinds == [[(Kind.ASSIGNED, first.task_id), (Kind.ASSIGNED, second.task_id)]]


def test_an_urgent_new_task_comes_at_night(team: Team) -> None:
    team.chose(BEN, Preferences(quiet_from=20, quiet_until=7, digest=True))
    urgent = bens(priority=Priority.URGENT)

    team.happen(assigned(urgent))
    team.happen(commented(urgent, by=ADA))

    assert team.slack.kinds == team.email.kinds == [[(Kind.ASSIGNED, urgent.task_id)]]


def test_a_digest_is_one_mail_a_day_and_slack_goes_on_as_ever(team: Team) -> None:
    team.chose(BEN, DIGEST)
    tasks = [bens(), bens(), bens()]
    for task in tasks:
        team.happen(assigned(task))
    assert len(team.slack.messages) == 3
    assert team.email.messages == []

    nine = NIGHT.replace(hour=9) + timedelta(days=1)
    assert team.sweep(nine - timedelta(minutes=15)) == 0
    assert team.sweep(nine) == 1

    assert team.email.kinds == [[(Kind.ASSIGNED, task.task_id) for task in tasks]]


def test_what_is_turned_off_does_not_come_now_nor_later(team: Team) -> None:
    off = {Kind.COMMENTED: Ways(slack=False)}
    team.chose(BEN, QUIET.model_copy(update={"choices": off}))
    team.happen(commented(bens(), by=ADA))

    assert team.sweep(MORNING) == 0
    assert (team.slack.messages, team.email.messages) == ([], [])


def test_what_is_turned_off_while_it_is_held_does_not_come(team: Team) -> None:
    team.chose(BEN, QUIET)
    team.happen(commented(bens(), by=ADA))
    team.chose(BEN, Preferences(choices={Kind.COMMENTED: Ways(slack=False)}))

    team.sweep(MORNING)

    assert team.slack.messages == []


@pytest.mark.parametrize("becomes", ["done", "cancelled", "another's", "nobody's", "deleted"])
def test_a_new_task_that_became_moot_at_night_is_dropped_for_good(team: Team, becomes: str) -> None:
    team.chose(BEN, QUIET)
    task = bens()
    event = team.happen(assigned(task))
    facts: dict[str, object] = {
        "done": {"task_status": TaskStatus.DONE},
        "cancelled": {"task_status": TaskStatus.CANCELLED},
        "another's": {"assigned_to": ANA.ref},
        "nobody's": {"assigned_to": None},
        "deleted": {"deleted_at": NIGHT},
    }[becomes]  # type: ignore[assignment]
    team.save(task.model_copy(update={"version": 2, **facts}))

    team.sweep(MORNING)

    assert team.slack.messages == team.email.messages == []
    assert team.state(event) is team.state(event, Channel.EMAIL) is DeliveryState.OVERTAKEN
    team.deliver(event)
    assert team.slack.messages == []


def test_messages_that_come_again_hold_and_tell_nothing_twice(team: Team) -> None:
    team.chose(BEN, QUIET)
    event = team.happen(assigned(bens()))
    team.deliver(event)

    assert team.sweep(MORNING) == 2
    assert team.sweep(MORNING) == 0
    assert team.sweep(MORNING + timedelta(minutes=15)) == 0
    team.deliver(event)
    for release in team.kept.outbox.events:
        team.deliver(release)

    assert len(team.slack.messages) == len(team.email.messages) == 1


def test_sweeps_that_were_missed_are_made_up_for(team: Team) -> None:
    team.chose(BEN, QUIET)
    team.sweep(NIGHT)
    team.happen(assigned(bens()))

    assert team.sweep(MORNING + timedelta(hours=5, minutes=7)) == 2

    assert len(team.slack.messages) == 1


class WatchedOutbox(MemoryOutbox):
    """Remembers which quarters it was asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: list[datetime] = []

    def waiting(self, until: datetime) -> Sequence[Release]:
        self.looked.append(until)
        return super().waiting(until)


def test_a_sweep_looks_no_further_back_than_the_one_before() -> None:
    outbox = WatchedOutbox()
    sweeps = Kept(outbox=outbox).held_news()
    sweeps.sweep(NIGHT)
    outbox.looked.clear()

    sweeps.sweep(NIGHT + timedelta(minutes=31))

    assert outbox.looked == [NIGHT, NIGHT + timedelta(minutes=15), NIGHT + timedelta(minutes=30)]


class BrokenOutbox(MemoryOutbox):
    """Cannot let go what is Ana's."""

    def release(self, release: Release, event: Event) -> None:
        if release.person_id == ANA.person_id:
            raise KeyError("version")
        super().release(release, event)


def test_one_persons_unreadable_news_keeps_nobody_elses(caplog: pytest.LogCaptureFixture) -> None:
    outbox = BrokenOutbox()
    for person in (ADA, ANA, BEN):
        outbox.hold(NIGHT, Channel.SLACK, person.person_id, assigned(bens()))

    with pytest.raises(KeyError):
        Kept(outbox=outbox).held_news().sweep(NIGHT)

    assert {each.release.person_id for each in outbox.events if each.release} == {ADA.person_id, BEN.person_id}
    assert [line.__dict__["person_id"] for line in caplog.records] == [ANA.person_id]
    assert outbox.swept_until() is None


def test_a_sweep_that_ran_ahead_of_its_time_keeps_no_other_from_its_own(team: Team) -> None:
    """Somebody called it by hand, for a time to come."""
    team.chose(BEN, QUIET)
    team.sweep(MORNING + timedelta(days=2))
    team.clock.now = NIGHT
    team.happen(assigned(bens()))

    assert team.sweep(MORNING) == 2


def test_news_that_comes_too_late_to_be_held_goes_at_once(team: Team) -> None:
    """Its queue was stuck all night: what it would have been held until has gone."""
    team.chose(BEN, QUIET)
    team.clock.now = MORNING + timedelta(minutes=1)

    team.happen(assigned(bens()), when=NIGHT)

    assert len(team.slack.messages) == len(team.email.messages) == 1


def test_news_that_comes_while_its_quarter_is_being_let_go_is_told_at_once(team: Team) -> None:
    """A clock that runs behind."""
    team.chose(BEN, QUIET)
    team.happen(assigned(bens()))
    team.sweep(MORNING)
    team.clock.now = MORNING - timedelta(seconds=2)

    team.happen(assigned(bens()))

    assert len(team.slack.messages) == 2


def reminder_of(*tasks: Task, count: int = 0) -> Event:
    reminder = Reminder(
        person_id=BEN.person_id,
        day=NOW.date(),
        task_ids=tuple(task.task_id for task in tasks),
        count=count or len(tasks),
    )
    return Event(
        detail_type=EventType.TASK_DUE,
        event_id=fresh_event_id(NOW),
        occurred_at=NOW,
        workspace=WORKSPACE,
        actor=EventActor.of_the_system(),
        reminder=reminder,
    )


def test_a_reminder_shows_the_tasks_as_they_are_when_it_is_sent(team: Team) -> None:
    due, done, given_on = bens(deadline=NOW), bens(deadline=NOW), bens(deadline=NOW)
    for task in (due, done.model_copy(update={"task_status": TaskStatus.DONE}), given_on):
        team.save(task)
    team.save(given_on.model_copy(update={"assigned_to": ANA.ref, "version": 2}))

    team.deliver(reminder_of(due, done, given_on, count=20))

    [[reminder]] = team.slack.messages
    assert isinstance(reminder, ReminderNotification)
    assert ([task.task_id for task in reminder.tasks], reminder.more) == ([due.task_id], 17)
    assert team.email.messages == []


def test_a_reminder_of_what_is_done_by_now_is_not_sent(team: Team) -> None:
    done = bens(deadline=NOW, task_status=TaskStatus.DONE)
    team.save(done)

    team.deliver(reminder_of(done))

    assert team.slack.messages == []


def test_a_reminder_that_slack_cannot_bring_is_handed_to_the_mail(team: Team) -> None:
    task = bens(deadline=NOW)
    team.save(task)
    team.slack.refuses = True

    event = reminder_of(task)
    team.deliver(event)

    assert team.kept.handover.given == [(event, BEN.person_id)]


def test_held_back_news_that_slack_cannot_bring_is_handed_to_the_mail(team: Team) -> None:
    team.chose(BEN, QUIET)
    event = team.happen(commented(bens(), by=ADA))
    team.slack.refuses = True

    team.sweep(MORNING)

    assert team.kept.handover.given == [(event, BEN.person_id)]


def test_of_several_troubles_of_a_morning_the_pause_that_was_asked_for_is_raised(team: Team) -> None:
    team.chose(BEN, QUIET)
    team.happen(commented(bens(), by=ADA))
    team.happen(commented(bens(), by=ADA))
    silence = DependencyError("slack", "http_503", retryable=True, uncertain=True)
    pause = DependencyError("slack", "ratelimited", retryable=True, retry_after=timedelta(seconds=30))
    team.slack.troubles = [silence, pause]

    with pytest.raises(DependencyError) as raised:
        team.sweep(MORNING)

    assert raised.value is pause


@pytest.mark.parametrize(
    ("ways", "in_slack", "by_email"), [(Ways(), 1, 0), (Ways(email=True), 1, 1), (Ways(slack=False, email=True), 0, 1)]
)
def test_reminders_come_the_way_that_was_chosen(team: Team, ways: Ways, in_slack: int, by_email: int) -> None:
    """An email at its hour too, also where emails are gathered until that hour."""
    team.chose(BEN, Preferences(choices={Kind.DUE: ways}, digest=True))
    task = bens(deadline=NOW)
    team.save(task)

    team.deliver(reminder_of(task))

    assert (len(team.slack.messages), len(team.email.messages)) == (in_slack, by_email)


def test_a_test_comes_by_both_ways_whatever_was_chosen(team: Team) -> None:
    off = {kind: Ways(slack=False, email=False) for kind in Kind if kind is not Kind.ASSIGNED}
    team.chose(BEN, Preferences(choices=off, digest=True, quiet_from=20, quiet_until=7))

    team.happen(happened(EventType.TEST_REQUESTED, None, BEN))

    assert [[each.kind for each in news] for news in (*team.slack.messages, *team.email.messages)] == [[Kind.TEST]] * 2


def test_who_is_gone_is_told_nothing(team: Team) -> None:
    team.chose(BEN, QUIET)
    team.happen(assigned(bens()))
    team.kept.people._people[PersonId(BEN.person_id)] = BEN.model_copy(update={"enabled": False})

    team.sweep(MORNING)

    assert team.slack.messages == team.email.messages == []
