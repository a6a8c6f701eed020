"""Who is reminded of what: one message a person and day, at their hour. The plan is pure; the sweep carries it out.

A reminder is an event in the person's history, written together with the day it is for: however often, late or
interrupted the sweeps run, and wherever the person goes, each of their days has one at most.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple, Protocol

from core.clock import EventIds
from core.errors import ConflictError, DependencyError, ForbiddenError, InvalidInputError
from core.events import Event, EventActor, EventType, Reminder
from core.ids import PersonId, TaskId, WorkspaceId
from core.notifications.model import Kind
from core.notifications.ports import TaskHistory
from core.notifications.preferences import Preferences
from core.people.model import Actor, Person
from core.tasks.model import Task
from core.tasks.ports import TaskRepository
from core.tasks.queries import Scope, TaskQuery
from core.workspace.settings import DAYS_BEFORE

LISTED: Final = 15
"""How many tasks a reminder names: three blocks each fit into a Slack message."""
_HORIZON: Final = timedelta(days=max(DAYS_BEFORE) + 2)
"""What is due later concerns nobody's today, wherever they are."""
WAKES_FOR: Final = timedelta(days=7)
"""So long after its day a snoozed task is a reason for a reminder, where none came on the day."""
_FIRST_ZONE: Final = timedelta(hours=14)
"""So far ahead of UTC is the zone in which a day begins first."""
_PAGE: Final = 500
_PEOPLE_AT_ONCE: Final = 33
"""Three items each, and the workspace's settings: BatchGetItem takes 100.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Remindable:
    """A person as the plan needs them: `told` is the last of their days with a reminder."""

    person: Person
    preferences: Preferences = field(default_factory=Preferences)
    told: date | None = None
    snoozed: Mapping[TaskId, date] = field(default_factory=dict)
    """Until which day they do not want to hear of a task."""


def plan(now: datetime, people: Iterable[Remindable], due: Mapping[PersonId, Sequence[Task]]) -> list[Reminder]:
    """List who is to be reminded of which of their open tasks at this moment."""
    reminders = (_reminder(now, each, due.get(each.person.person_id, ())) for each in people)
    return [reminder for reminder in reminders if reminder is not None]


def _reminder(now: datetime, who: Remindable, tasks: Sequence[Task]) -> Reminder | None:
    zone, preferences = who.person.zone, who.preferences
    day = preferences.reminder_day(now, zone)
    if day is None or not who.person.is_team_member or preferences.is_quiet(now, zone):
        return None
    if who.told is not None and who.told >= day:
        return None
    hour = datetime.combine(day, time(preferences.remind_at), zone).astimezone(UTC)
    listed = [task for task in tasks if is_due(task, day, now, who)]
    # What they were given, or changed, since their hour is no reason to remind them today.
    if not any(task.updated_at < hour for task in listed):
        return None
    listed.sort(key=lambda task: (task.deadline or now, task.task_id))
    task_ids = tuple(task.task_id for task in listed[:LISTED])
    return Reminder(person_id=who.person.person_id, day=day, task_ids=task_ids, count=len(listed))


def is_due(task: Task, day: date, now: datetime, who: Remindable) -> bool:
    """Whether a person's reminder of `day` names an open task of theirs."""
    wakes = who.snoozed.get(task.task_id)
    if wakes is not None and wakes > day:
        return False
    if wakes is not None and day - wakes <= WAKES_FOR and (who.told is None or who.told < wakes):
        return True
    if task.deadline is None:
        return False
    days_left = (task.deadline.astimezone(who.person.zone).date() - day).days
    return task.is_overdue(now) or days_left in who.preferences.remind_before


class Troubles:
    """What went wrong for some people in a sweep, so that it goes on for everybody else."""

    def __init__(self) -> None:
        self._met: list[Exception] = []

    @contextmanager
    def of(self, person_id: PersonId) -> Iterator[None]:
        """Keep what goes wrong for one; a store that is busy is everybody's trouble, and is raised at once."""
        try:
            yield
        except Exception as error:
            # A funnel: raised when everybody else has been seen to.
            if isinstance(error, DependencyError) and error.retryable:
                raise
            _log.error("a sweep passes over somebody", exc_info=error, extra={"person_id": person_id})
            self._met.append(error)

    def raise_first(self) -> None:
        if self._met:
            raise self._met[0]


class ReminderRepository(Protocol):
    def remindable(self, person_ids: Sequence[PersonId]) -> Sequence[Remindable]:
        """Read up to 33 people; who is not there (any more) is left out."""

    def remind(self, event: Event, reminder: Reminder) -> None:
        """Write the reminder and its day as one.

        Raises:
            ConflictError: the person has had that day's, or a later one's.
            DependencyError: the store is busy; retryable.
        """

    def snooze(self, person_id: PersonId, task_id: TaskId, until: date) -> None:
        """Keep a person's task out of their reminders until a day of theirs, and in the next one from then on."""

    def snoozed_until(self, first: date, last: date) -> Sequence[tuple[PersonId, TaskId]]:
        """List what was snoozed until one of these days, and by whom, also where it was snoozed anew since."""


class ReminderTasks(TaskRepository, TaskHistory, Protocol):
    """What of the tasks reminders need."""


class Snoozed(NamedTuple):
    """A snoozed task: the day of its next reminder, and whether any reminder reaches the person in Slack or by mail."""

    task: Task
    until: date
    is_heard: bool


class ReminderService:
    def __init__(
        self, tasks: ReminderTasks, reminders: ReminderRepository, workspace: WorkspaceId, event_ids: EventIds
    ) -> None:
        self._tasks = tasks
        self._reminders = reminders
        self._workspace = workspace
        self._event_ids = event_ids

    def sweep(self, now: datetime) -> int:
        """Remind everybody whose hour has come and who was not reminded today; give how many.

        It may be repeated, and run beside itself.

        Raises:
            DependencyError: it got no further; who is left is reminded by the next sweep.
            Exception: what somebody could not be reminded for, when everybody else has been.
        """
        due, troubles = self._due(now), Troubles()
        reminded = 0
        owners = list(due)
        for first in range(0, len(owners), _PEOPLE_AT_ONCE):
            for who in self._read(owners[first : first + _PEOPLE_AT_ONCE], troubles):
                with troubles.of(who.person.person_id):
                    reminded += sum(self._remind(now, reminder) for reminder in plan(now, [who], due))
        troubles.raise_first()
        return reminded

    def _read(self, person_ids: Sequence[PersonId], troubles: Troubles) -> Sequence[Remindable]:
        """Read people at once; where one of them cannot be read, one by one."""
        found: list[Remindable] = []
        try:
            return self._reminders.remindable(person_ids)
        except DependencyError:
            raise
        except Exception:  # noqa: BLE001 - met again below, and kept with whose it is
            _log.warning("not everybody can be read at once")
        for person_id in person_ids:
            with troubles.of(person_id):
                found += self._reminders.remindable([person_id])
        return found

    def snoozable(self, actor: Actor, task_id: TaskId) -> Task:
        """Give a task that the actor may snooze.

        Raises:
            NotFoundError: there is no such task (any more).
            ForbiddenError: it is not the actor's.
            InvalidInputError: it is done or cancelled.
        """
        task = self._tasks.get(task_id)
        if task.owner_id != actor.person_id:
            raise ForbiddenError("reminder.snooze")
        if not task.is_open:
            raise InvalidInputError.of("snooze", "closed")
        return task

    def snooze(self, actor: Actor, task_id: TaskId, until: date) -> Snoozed:
        """Keep one's own task out of one's reminders until a day, and in the first one from then on.

        Raises:
            NotFoundError, ForbiddenError, InvalidInputError: as `snoozable`.
        """
        task = self.snoozable(actor, task_id)
        [who] = self._reminders.remindable([actor.person_id])
        day = who.preferences.working_day_from(until)
        self._reminders.snooze(actor.person_id, task_id, day)
        in_slack = actor.person.slack_user_id is not None
        return Snoozed(task, day, bool(who.preferences.channels(Kind.DUE, in_slack=in_slack)))

    def _due(self, now: datetime) -> Mapping[PersonId, list[Task]]:
        """Who has open tasks that are overdue or nearly due, the board's first pages, or that were snoozed."""
        due: dict[PersonId, dict[TaskId, Task]] = {}
        for owner_id, task in self._woken(now):
            due.setdefault(owner_id, {})[task.task_id] = task
        query, at = TaskQuery(Scope.TEAM, due_before=now + _HORIZON), None
        while True:
            found = self._tasks.slice(query, limit=_PAGE, at=at)
            for task in found.items:
                if task.owner_id is not None:
                    due.setdefault(task.owner_id, {})[task.task_id] = task
            at = found.following
            if at is None:
                return {owner_id: list(tasks.values()) for owner_id, tasks in due.items()}

    def _woken(self, now: datetime) -> Iterator[tuple[PersonId, Task]]:
        """The open tasks whose owners wanted to hear of them again by now, wherever they are."""
        snoozed = self._reminders.snoozed_until((now - WAKES_FOR).date(), (now + _FIRST_ZONE).date())
        current = self._tasks.current([task_id for _, task_id in snoozed])
        for person_id, task_id in dict.fromkeys(snoozed):
            task = current.get(task_id)
            if task is not None and task.is_open and task.owner_id == person_id:
                yield person_id, task

    def _remind(self, now: datetime, reminder: Reminder) -> bool:
        event = Event(
            detail_type=EventType.TASK_DUE,
            event_id=self._event_ids(now),
            occurred_at=now,
            workspace=self._workspace,
            actor=EventActor.of_the_system(),
            reminder=reminder,
        )
        try:
            self._reminders.remind(event, reminder)
        except ConflictError:
            return False
        _log.info("reminded", extra={"person_id": reminder.person_id, "event_id": event.event_id})
        return True
