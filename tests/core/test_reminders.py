"""Who is reminded of what, and when: the plan by itself, for a year, and through sweeps that go wrong."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import fresh_event_id
from core.errors import ConflictError, DependencyError, ForbiddenError, InvalidInputError, NotFoundError
from core.events import Event, Reminder
from core.ids import PersonId, TaskId
from core.notifications.model import Kind
from core.notifications.preferences import QUARTER, Preferences, Ways
from core.notifications.reminders import LISTED, Remindable, ReminderService, Snoozed, plan
from core.people.model import Actor, Entry, Person
from core.storage.memory import MemoryPersonRepository, MemoryPreferenceRepository, MemoryTaskRepository
from core.storage.memory_reminders import MemoryReminderRepository
from core.tasks.model import Task, TaskStatus
from core.tasks.ports import TaskWrite
from tests.support.news import make_task
from tests.support.world import WORKSPACE, make_person

ZONES = (
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
)
"""With and without clock changes, of an hour and of half an hour, on both halves of the globe, and a quarter off."""
TRAVEL = (*ZONES, "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Tokyo")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def living(zone: str, number: int = 0) -> Person:
    return make_person(f"P{number} X", time_zone=zone)


def overdue(owner: Person, **facts: object) -> Task:
    before = LONG_AGO
    return make_task(assigned_to=owner.ref, deadline=before, created_at=before, updated_at=before, **facts)


def quarters(start: datetime, end: datetime) -> list[datetime]:
    return [start + QUARTER * each for each in range((end - start) // QUARTER)]


def at(zone: str, day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


TODAY = date(2026, 11, 18)
BERLIN = "Europe/Berlin"
ANA = living(BERLIN)


def due_on(day: date, **facts: object) -> Task:
    """Due at the end of a day in Berlin."""
    when = at(BERLIN, day, 23, 59)
    return make_task(**{"assigned_to": ANA.ref, "deadline": when, "updated_at": LONG_AGO, **facts})


def planned(now: datetime, *tasks: Task, who: Remindable | None = None) -> list[Reminder]:
    who = who or Remindable(ANA)
    return plan(now, [who], {who.person.person_id: tasks})


@pytest.mark.parametrize("hour", [9, 2, 0, 23])
def test_for_a_year_everybody_has_one_a_day_at_their_hour(hour: int) -> None:
    people = [living(zone, number) for number, zone in enumerate(ZONES)]
    tasks = {person.person_id: [overdue(person)] for person in people}
    chosen = Preferences(reminder_hour=hour)
    told: dict[PersonId, date] = {}
    came: dict[PersonId, list[datetime]] = {person.person_id: [] for person in people}

    for now in quarters(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)):
        who = [Remindable(person, chosen, told.get(person.person_id)) for person in people]
        for reminder in plan(now, who, tasks):
            told[reminder.person_id] = reminder.day
            came[reminder.person_id].append(now)

    for person in people:
        local = [now.astimezone(person.zone) for now in came[person.person_id]]
        year = [when for when in local if when.year == 2026]
        days = [when.date() for when in year]
        expected = [date(2026, 1, 1) + timedelta(each) for each in range(365)]
        assert days[1:] == expected[1:], person.time_zone  # On the first, the hour had come before the year began.
        odd = [when for when in year[1:] if (when.hour, when.minute) != (hour, 0)]
        assert all(_jumps_over(when, hour) for when in odd), odd
        changes = {when.utcoffset() for when in year}
        assert (len(changes) == 2) == (person.time_zone not in {"America/Sao_Paulo", "Asia/Kathmandu"})


def _jumps_over(when: datetime, hour: int) -> bool:
    """Whether that hour did not begin on that day, and `when` is the first moment after it."""
    wanted = when.replace(hour=hour, minute=0, fold=0)
    is_missing = wanted.astimezone(UTC).astimezone(when.tzinfo) != wanted
    before = (when.astimezone(UTC) - QUARTER).astimezone(when.tzinfo)
    return is_missing and before.hour < hour


def test_one_message_names_what_is_overdue_and_due_in_0_1_3_and_5_days() -> None:
    days = {left: due_on(TODAY + timedelta(left)) for left in (-3, 0, 1, 2, 3, 4, 5, 6, 7)}

    [reminder] = planned(at(BERLIN, TODAY), *days.values(), make_task(assigned_to=ANA.ref, updated_at=LONG_AGO))

    assert reminder.task_ids == tuple(days[left].task_id for left in (-3, 0, 1, 3, 5))
    assert (reminder.day, reminder.count) == (TODAY, 5)


def test_the_days_before_are_the_persons_choice_and_overdue_is_always_in() -> None:
    days = {left: due_on(TODAY + timedelta(left)) for left in (-1, 0, 2, 7)}

    [reminder] = planned(
        at(BERLIN, TODAY), *days.values(), who=Remindable(ANA, Preferences(days_before=frozenset({7})))
    )

    assert reminder.task_ids == (days[-1].task_id, days[7].task_id)


def test_days_are_counted_where_the_person_is() -> None:
    """Late on Wednesday in Berlin is Thursday in Auckland."""
    task, auckland = due_on(TODAY), living("Pacific/Auckland")

    assert planned(at("Pacific/Auckland", TODAY), task, who=Remindable(auckland))[0].task_ids == (task.task_id,)
    only_today = Preferences(days_before=frozenset({0}))
    assert planned(at("Pacific/Auckland", TODAY), task, who=Remindable(auckland, only_today)) == []


def test_a_long_list_is_cut_and_counted() -> None:
    [reminder] = planned(at(BERLIN, TODAY), *(due_on(TODAY) for _ in range(LISTED + 4)))

    assert (len(reminder.task_ids), reminder.count) == (LISTED, LISTED + 4)


@pytest.mark.parametrize(
    ("now", "who"),
    [
        (at(BERLIN, TODAY, 8, 59), Remindable(ANA)),
        (at(BERLIN, TODAY), Remindable(ANA, told=TODAY)),
        (at(BERLIN, TODAY), Remindable(ANA, told=TODAY + timedelta(1))),
        (at(BERLIN, TODAY), Remindable(ANA.model_copy(update={"enabled": False}))),
        (at(BERLIN, TODAY), Remindable(ANA.model_copy(update={"groups": frozenset()}))),
        (at(BERLIN, TODAY), Remindable(ANA, Preferences(working_days=frozenset({1, 2, 4, 5})))),
        (at(BERLIN, TODAY, 20), Remindable(ANA, Preferences(quiet_from=20, quiet_until=7))),
    ],
    ids=["too early", "had it", "had a later one", "switched off", "not in the team", "day off", "quiet"],
)
def test_nobody_is_reminded_when_it_is_not_the_time(now: datetime, who: Remindable) -> None:
    assert planned(now, due_on(TODAY), who=who) == []


@pytest.mark.parametrize("hour", [9, 14, 23])
def test_a_missed_hour_is_made_up_for_on_the_same_day(hour: int) -> None:
    assert len(planned(at(BERLIN, TODAY, hour, 45), due_on(TODAY))) == 1


def test_what_came_after_the_hour_is_no_reason_to_be_reminded_but_is_named_with_the_rest() -> None:
    fresh = due_on(TODAY, updated_at=at(BERLIN, TODAY, 10))

    assert planned(at(BERLIN, TODAY, 10, 15), fresh) == []
    [reminder] = planned(at(BERLIN, TODAY, 10, 15), fresh, due_on(TODAY))
    assert reminder.count == 2


@pytest.mark.parametrize("deadline", [timedelta(2), timedelta(200), None])
@pytest.mark.parametrize(
    ("until", "told", "is_named"),
    [(0, -1, True), (0, None, True), (1, -1, False), (-1, -1, False), (-1, -2, True), (-7, -8, True), (-8, -9, False)],
)
def test_a_snoozed_task_comes_back_once_from_its_day_on(
    until: int,
    told: int | None,
    is_named: bool,  # noqa: FBT001 - a parameter
    deadline: timedelta | None,
) -> None:
    """Also where that is none of the days before, or it is not due at all; then the task is like any other."""
    task = due_on(TODAY + deadline) if deadline else make_task(assigned_to=ANA.ref, updated_at=LONG_AGO)
    last = TODAY + timedelta(told) if told is not None else None

    who = Remindable(ANA, told=last, snoozed={task.task_id: TODAY + timedelta(until)})

    assert bool(planned(at(BERLIN, TODAY), task, who=who)) == is_named


class CrashingReminders(MemoryReminderRepository):
    """Dies at the reminders it is told to: half of the time before writing, half of the time right after."""

    def __init__(self, people: MemoryPersonRepository, preferences: MemoryPreferenceRepository) -> None:
        super().__init__(people, preferences)
        self.crashes: list[str | None] = []
        self.unreadable: PersonId | None = None

    def remindable(self, person_ids: Sequence[PersonId]) -> Sequence[Remindable]:
        if self.unreadable in person_ids:
            raise KeyError("given_name")
        return super().remindable(person_ids)

    def remind(self, event: Event, reminder: Reminder) -> None:
        crash = self.crashes.pop() if self.crashes else None
        if crash == "before":
            raise DependencyError("dynamodb", "died", retryable=True)
        super().remind(event, reminder)
        if crash == "after":
            raise DependencyError("dynamodb", "died", retryable=True)


class Sweeping:
    """A team whose every member always has something overdue."""

    def __init__(self, people: list[Person]) -> None:
        self.people_kept, preferences = MemoryPersonRepository(), MemoryPreferenceRepository()
        self.tasks = tasks = MemoryTaskRepository(self.people_kept)
        self.preferences = preferences
        self.reminders = CrashingReminders(self.people_kept, preferences)
        for person in people:
            self.people_kept.add(person)
            tasks.save(TaskWrite(None, overdue(person), ()))
        self.service = ReminderService(tasks, self.reminders, WORKSPACE, fresh_event_id)

    def move(self, person_id: PersonId, zone: str) -> None:
        person = self.people_kept.get(person_id)
        self.people_kept.remember_slack(person.model_copy(update={"time_zone": zone}))

    def sweep(self, now: datetime) -> bool:
        try:
            self.service.sweep(now)
        except DependencyError:
            return False
        return True

    def days_of(self, person_id: PersonId) -> list[date]:
        reminders = [event.reminder for event in self.reminders.events if event.reminder]
        return [each.day for each in reminders if each.person_id == person_id]


STEPS = st.tuples(
    st.integers(1, 4),
    st.sampled_from(["run", "run", "run twice", "miss"]),
    st.lists(st.sampled_from([None, None, "before", "after"]), max_size=3),
    st.none() | st.tuples(st.integers(0, 2), st.sampled_from(TRAVEL)),
)
"""Some quarters later there are runs, of which some die at some reminders, and before them somebody may have moved."""
STARTS = (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC))
"""Days before clocks change in Europe, in America, and on Lord Howe."""


@settings(max_examples=200, deadline=None)
@given(
    start=st.sampled_from(STARTS),
    homes=st.lists(st.sampled_from(TRAVEL), min_size=3, max_size=3),
    steps=st.lists(STEPS, min_size=20, max_size=120),
)
def test_crashes_double_runs_and_moves_never_give_two_or_none(
    start: datetime, homes: list[str], steps: list[tuple[int, str, list[str | None], tuple[int, str] | None]]
) -> None:
    """Whoever a whole sweep saw after their hour has had that day's reminder, or a later day's before they moved."""
    people = [living(zone, number) for number, zone in enumerate(homes)]
    world, now = Sweeping(people), start
    for step, kind, crashes, move in steps:
        now += QUARTER * step
        if move is not None:
            world.move(people[move[0]].person_id, move[1])
        world.reminders.crashes = list(crashes)
        for _ in range({"run": 1, "run twice": 2, "miss": 0}[kind]):
            if world.sweep(now):
                for person in people:
                    local = now.astimezone(world.people_kept.get(person.person_id).zone)
                    assert local.hour < 9 or max(world.days_of(person.person_id)) >= local.date()
    for person in people:
        told = world.days_of(person.person_id)
        assert told == sorted(set(told)), "never two of a day, and never one of a day that is over"


def test_a_sweep_that_dies_half_way_is_finished_by_the_next() -> None:
    people = [living(BERLIN, number) for number in range(5)]
    world = Sweeping(people)
    world.reminders.crashes = ["before", None, "after", None]

    assert not world.sweep(at(BERLIN, TODAY))
    assert not world.sweep(at(BERLIN, TODAY, 9, 15))
    assert world.sweep(at(BERLIN, TODAY, 9, 30))

    assert [len(world.days_of(person.person_id)) for person in people] == [1] * 5


def test_somebody_who_cannot_be_read_keeps_nobody_else_from_being_reminded(caplog: pytest.LogCaptureFixture) -> None:
    people = [living(BERLIN, number) for number in range(5)]
    world, broken = Sweeping(people), people[2].person_id
    world.reminders.unreadable = broken

    with pytest.raises(KeyError):
        world.service.sweep(at(BERLIN, TODAY))

    assert [len(world.days_of(person.person_id)) for person in people] == [1, 1, 0, 1, 1]
    assert [line.__dict__["person_id"] for line in caplog.records if line.levelname == "ERROR"] == [broken]


def test_one_snoozes_ones_own_tasks_only() -> None:
    ana, ben = living(BERLIN, 1), living(BERLIN, 2)
    world = Sweeping([ana, ben])
    mine = world.service._due(at(BERLIN, TODAY))[ana.person_id][0]
    tomorrow = TODAY + timedelta(1)

    with pytest.raises(ForbiddenError):
        world.service.snooze(Actor(person=ben, entry=Entry.SLACK), mine.task_id, tomorrow)
    with pytest.raises(NotFoundError):
        world.service.snooze(Actor(person=ben, entry=Entry.SLACK), TaskId("T-999999"), tomorrow)
    world.service.snooze(Actor(person=ana, entry=Entry.SLACK), mine.task_id, tomorrow)

    world.sweep(at(BERLIN, TODAY))
    assert (world.days_of(ana.person_id), world.days_of(ben.person_id)) == ([], [TODAY])
    with pytest.raises(ConflictError):
        world.reminders.remind(world.reminders.events[0], world.reminders.events[0].reminder)  # type: ignore[arg-type]


def test_a_snoozed_task_that_is_due_some_day_or_never_is_in_the_reminder_of_its_day_once() -> None:
    ana = living(BERLIN, 1)
    world = Sweeping([ana])
    never = make_task(assigned_to=ana.ref, updated_at=LONG_AGO)
    late = make_task(assigned_to=ana.ref, updated_at=LONG_AGO, deadline=at(BERLIN, TODAY + timedelta(90)))
    done = make_task(assigned_to=ana.ref, updated_at=LONG_AGO)
    for task in (never, late, done):
        world.tasks.save(TaskWrite(None, task, ()))
        world.service.snooze(Actor(person=ana, entry=Entry.SLACK), task.task_id, TODAY + timedelta(2))
    closed = done.model_copy(update={"task_status": TaskStatus.DONE, "version": 2})
    world.tasks.save(TaskWrite(done, closed, ()))

    for now in quarters(at(BERLIN, TODAY), at(BERLIN, TODAY + timedelta(5))):
        world.sweep(now)

    named = {event.reminder.day: set(event.reminder.task_ids) for event in world.reminders.events if event.reminder}
    assert [never.task_id in tasks for tasks in named.values()] == [False, False, True, False, False]
    assert named[TODAY + timedelta(2)] > {never.task_id, late.task_id}
    assert done.task_id not in named[TODAY + timedelta(2)]


def test_a_snooze_ends_on_a_day_with_reminders_and_says_whether_they_are_heard() -> None:
    ana = living(BERLIN, 1)
    world, actor = Sweeping([ana]), Actor(person=ana, entry=Entry.SLACK)
    [mine] = world.service._due(at(BERLIN, TODAY))[ana.person_id]
    saturday = TODAY + timedelta(3)

    assert world.service.snooze(actor, mine.task_id, saturday) == Snoozed(mine, saturday, is_heard=True)
    chosen = Preferences(working_days=frozenset({1, 2, 3, 4, 5}), choices={Kind.DUE: Ways(slack=False, email=False)})
    world.preferences.save(ana.person_id, chosen)

    assert world.service.snooze(actor, mine.task_id, saturday) == Snoozed(mine, TODAY + timedelta(5), is_heard=False)


def test_what_is_done_is_not_snoozed() -> None:
    ana = living(BERLIN, 1)
    world, done = Sweeping([ana]), overdue(ana, task_status=TaskStatus.DONE)
    world.tasks.save(TaskWrite(None, done, ()))

    with pytest.raises(InvalidInputError):
        world.service.snooze(Actor(person=ana, entry=Entry.SLACK), done.task_id, TODAY + timedelta(1))
