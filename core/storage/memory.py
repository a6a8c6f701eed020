"""The repositories in memory: the same contract as over DynamoDB, for tests that need no table."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from core.clock import first_event_id
from core.errors import ConflictError, InvalidInputError, NotFoundError, NotLinkedError
from core.events import Event
from core.ids import PersonId, SlackUserId, TaskId
from core.notifications.preferences import Preferences
from core.people.model import Group, Person, Roles, SlackStatus
from core.people.queries import DirectoryQuery
from core.storage import order
from core.storage.addresses import ascii_lower
from core.storage.schema import directory_email, directory_name
from core.storage.slices import Cursor
from core.suppression.model import Suppression
from core.tasks.model import Task, open_task_counts
from core.tasks.ports import Earlier, JobStep, Page, Saved, TaskWrite
from core.tasks.queries import Slice, TaskQuery
from core.tasks.words import finds, words_of
from core.workspace.settings import CurrentSettings, WorkspaceSettings

T = TypeVar("T")


class MemoryPersonRepository:
    def __init__(self) -> None:
        self._people: dict[PersonId, Person] = {}
        self._lock = threading.RLock()

    def get(self, person_id: PersonId) -> Person:
        try:
            return self._people[person_id]
        except KeyError:
            raise NotFoundError("person", person_id) from None

    def linked_to(self, slack_user_id: SlackUserId) -> Person:
        person = self._first(lambda person: person.slack_user_id == slack_user_id)
        if person is None:
            raise NotLinkedError(slack_user_id)
        return person

    def with_email(self, email: str) -> Person:
        address = ascii_lower(email.strip())
        person = self._first(lambda person: ascii_lower(person.email) == address and person.removed_at is None)
        if person is None:
            raise NotFoundError("person", email)
        return person

    def starting_with(self, prefix: str, *, limit: int) -> Sequence[Person]:
        start = ascii_lower(prefix.strip())
        found = [
            person
            for person in self._people.values()
            if (ascii_lower(person.name).startswith(start) or ascii_lower(person.email).startswith(start))
            and person.removed_at is None
        ]
        return sorted(found, key=lambda person: ascii_lower(person.name))[:limit]

    def slice(self, query: DirectoryQuery, *, limit: int, at: str | None = None) -> Slice[Person]:
        start = ascii_lower(query.prefix)
        rows: dict[str, Person] = {}
        for person in self._people.values():
            begins = ascii_lower(person.email if query.by_email else person.name)
            if begins.startswith(start) and query.keeps(person):
                place = directory_email(begins) if query.by_email else directory_name(begins, person.person_id)
                rows[place] = person
        return slice_of(rows, limit, at, ascending=True)

    def bring_in_line(self, before: Person | None, after: Person) -> None:
        with self._lock:
            kept = self._people.get(after.person_id)
            if (kept and kept.checked_at) != (before and before.checked_at) or (kept and kept.removed_at):
                raise ConflictError(after.person_id)
            self.write(before, after)

    def write(self, before: Person | None, after: Person) -> None:
        """Take over what Cognito says; what the directory alone knows stays as it is."""
        facts = {
            "email",
            "given_name",
            "family_name",
            "locale",
            "title",
            "groups",
            "enabled",
            "checked_at",
            "removed_at",
        }
        if before is not None and after.time_zone != before.time_zone:
            facts.add("time_zone")
        with self._lock:
            kept = self._people.get(after.person_id)
            self._people[after.person_id] = kept.model_copy(update=after.model_dump(include=facts)) if kept else after

    def admins(self) -> Sequence[PersonId]:
        found = [each for each in self._people.values() if Group.ADMINS in each.groups and not each.removed_at]
        return [person.person_id for person in sorted(found, key=lambda person: ascii_lower(person.name))]

    def everybody(self) -> Sequence[Person]:
        found = [person for person in self._people.values() if person.removed_at is None]
        return sorted(found, key=lambda person: ascii_lower(person.name))

    def idle(self) -> Sequence[str]:
        found = [person.name for person in self._people.values() if person.is_team_member and person.open_tasks <= 0]
        return sorted(found, key=ascii_lower)

    def add(self, person: Person) -> None:
        with self._lock:
            linked = person.slack_user_id is not None and self._first(
                lambda other: other.slack_user_id == person.slack_user_id
            )
            if person.person_id in self._people or linked:
                raise ConflictError(person.person_id)
            self._people[person.person_id] = person

    def remember_roles(self, person_id: PersonId, roles: Roles) -> None:
        with self._lock:
            self._people[person_id] = self.get(person_id).with_roles(roles)

    def link(self, linked: Person) -> None:
        """Take over a person's Slack user and time zone; raise ConflictError where either side has a link already."""
        with self._lock:
            person = self.get(linked.person_id)
            taken = self._first(lambda other: other.slack_user_id == linked.slack_user_id)
            if person.slack_user_id is not None or taken is not None:
                raise ConflictError(linked.person_id)
            taken_over = linked.model_dump(
                include={"slack_user_id", "slack_name", "slack_status", "link_id", "time_zone"}
            )
            self._people[linked.person_id] = person.model_copy(update=taken_over)

    def unlink(self, linked: Person) -> None:
        """Take a person's link away; raise ConflictError where it is not the one they have."""
        with self._lock:
            person = self.get(linked.person_id)
            if person.slack_user_id is None or (person.slack_user_id, person.link_id) != (
                linked.slack_user_id,
                linked.link_id,
            ):
                raise ConflictError(linked.person_id)
            update = {
                "slack_user_id": None,
                "slack_name": None,
                "slack_status": SlackStatus.MEMBER,
                "link_id": None,
            }
            self._people[linked.person_id] = person.model_copy(update=update)

    def remember_slack(self, said: Person) -> None:
        """Take over what Slack says of the person's Slack user, while they are linked to it."""
        with self._lock:
            person = self.get(said.person_id)
            if person.slack_user_id == said.slack_user_id:
                update = said.model_dump(include={"slack_name", "slack_status", "time_zone"})
                self._people[said.person_id] = person.model_copy(update=update)

    def count_open_tasks(self, person_id: PersonId, step: int) -> None:
        """Change the counter, as the task's own transaction does in the table."""
        with self._lock:
            person = self.get(person_id)
            self._people[person_id] = person.model_copy(update={"open_tasks": person.open_tasks + step})

    def _first(self, wanted: Callable[[Person], bool]) -> Person | None:
        return next(filter(wanted, self._people.values()), None)


class MemoryPreferenceRepository:
    def __init__(self, settings: CurrentSettings = WorkspaceSettings) -> None:
        self._settings = settings
        self._kept: dict[PersonId, Preferences] = {}
        self.events: list[Event] = []
        self._lock = threading.Lock()

    def get(self, person_id: PersonId) -> Preferences:
        kept = self._kept.get(person_id, Preferences())
        return kept.model_copy(update={"workspace": self._settings()})

    def save(self, person_id: PersonId, preferences: Preferences) -> Preferences:
        with self._lock:
            if self.get(person_id).version != preferences.version:
                raise ConflictError("preferences", is_stale=True)
            self._kept[person_id] = preferences.model_copy(update={"version": preferences.version + 1})
            return self._kept[person_id]

    def announce(self, person_id: PersonId, event: Event) -> None:  # noqa: ARG002 - the table keeps it by person
        if event.event_id not in {each.event_id for each in self.events}:
            self.events.append(event)


class MemoryTaskRepository:
    def __init__(self, people: MemoryPersonRepository) -> None:
        self._people = people
        self._tasks: dict[TaskId, Task] = {}
        self._events: dict[TaskId, list[Event]] = {}
        self._done: dict[str, Earlier] = {}
        self._latest = 0
        self._lock = threading.RLock()
        self.count_step: Callable[[JobStep, Task], bool] = lambda _step, _task: True
        """Counts a change for its job, whose keeper sets this; False where the job takes it no more."""

    @property
    def events(self) -> list[Event]:
        """Of all tasks."""
        return [event for events in self._events.values() for event in events]

    def next_number(self) -> int:
        with self._lock:
            self._latest += 1
            return self._latest

    def get(self, task_id: TaskId) -> Task:
        try:
            task = self._tasks[task_id]
        except KeyError:
            raise NotFoundError("task", task_id) from None
        if task.deleted_at is not None:
            raise NotFoundError("deleted task", task_id)
        return task

    def save(self, write: TaskWrite) -> Saved:
        task = write.after
        with self._lock:
            if write.once is not None and write.once in self._done:
                return Saved(self._tasks[self._done[write.once].task.task_id], changed=False)
            stored = self._tasks.get(task.task_id)
            if (stored and stored.version) != (write.before and write.before.version):
                raise ConflictError(task.task_id)
            if not self._may_have(write):
                raise ConflictError(task.task_id)
            if write.step is not None and not self.count_step(write.step, task):
                return Saved(write.before or task, changed=False)
            self._tasks[task.task_id] = task
            self.keep(task.task_id, *write.events)
            for person_id, step in open_task_counts(write.before, task).items():
                self._people.count_open_tasks(person_id, step)
            if write.once is not None:
                self._done[write.once] = Earlier(task, write.asked)
        return Saved(task)

    def keep(self, task_id: TaskId, *events: Event) -> None:
        """Put events into a task's history, as the task's own transaction does in the table."""
        self._events.setdefault(task_id, []).extend(events)

    def earlier(self, once: str) -> Earlier | None:
        return self._done.get(once)

    def _may_have(self, write: TaskWrite) -> bool:
        given = write.before is None or write.before.owner_id != write.after.owner_id
        gains = [person for person, step in open_task_counts(write.before, write.after).items() if step > 0]
        return not given or all(self._people.get(person).enabled for person in gains)

    def open_of(self, owner: PersonId | None, *, limit: int, cursor: str | None = None) -> Page[Task]:
        return _page([task for task in self._sorted() if task.owner_id == owner and task.is_open], limit, cursor)

    def all_of(self, owner: PersonId | None, *, limit: int, cursor: str | None = None) -> Page[Task]:
        return _page([task for task in self._sorted() if task.owner_id == owner], limit, cursor)

    def everything(self, *, limit: int, cursor: str | None = None) -> Page[Task]:
        return _page(self._sorted(), limit, cursor)

    def slice(self, query: TaskQuery, *, limit: int, at: str | None = None) -> Slice[Task]:
        rows = {order.sort_key(query, task): task for task in self._tasks.values() if query.matches(task)}
        return slice_of(rows, limit, at, ascending=order.is_ascending(query))

    def count(self, query: TaskQuery, *, limit: int) -> int:
        return min(limit, sum(map(query.matches, self._tasks.values())))

    def find(self, words: Sequence[str], *, limit: int, at: str | None = None) -> Slice[Task]:
        rows = {
            order.by_creation(task): task
            for task in self._tasks.values()
            if task.deleted_at is None and finds(words, words_of(task))
        }
        return slice_of(rows, limit, at, ascending=False)

    def history(self, task_id: TaskId, *, limit: int, at: str | None = None) -> Slice[Event]:
        rows = {str(event.event_id): event for event in self._events.get(task_id, [])}
        return slice_of(rows, limit, at, ascending=False)

    def history_since(self, task_id: TaskId, since: datetime, *, limit: int) -> Sequence[Event]:
        events = sorted(self._events.get(task_id, []), key=lambda event: event.event_id)
        return [event for event in events if event.event_id >= first_event_id(since)][:limit]

    def current(self, task_ids: Sequence[TaskId]) -> Mapping[TaskId, Task]:
        return {
            each: self._tasks[each] for each in task_ids if each in self._tasks and not self._tasks[each].deleted_at
        }

    def _sorted(self) -> list[Task]:
        """Open tasks by deadline, those without one last, then closed ones, newest first."""
        kept = (task for task in self._tasks.values() if task.deleted_at is None)
        tasks = sorted(kept, key=lambda task: task.task_id)
        still_open = [task for task in tasks if task.is_open]
        still_open.sort(key=lambda task: (task.deadline is None, task.deadline or task.created_at))
        closed = [task for task in tasks if not task.is_open]
        closed.sort(key=lambda task: task.closed_at or task.updated_at, reverse=True)
        return still_open + closed


class MemorySuppressionRepository:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self._kept: dict[str, Suppression] = {}
        self._lock = threading.Lock()

    def get(self, address: str) -> Suppression | None:
        return self._kept.get(ascii_lower(address))

    def add(self, suppression: Suppression, event: Event | None) -> None:
        with self._lock:
            if ascii_lower(suppression.address) in self._kept:
                raise ConflictError("suppression")
            self._kept[ascii_lower(suppression.address)] = suppression
            self.events += [event] if event else []

    def remove(self, suppression: Suppression, event: Event | None) -> None:
        with self._lock:
            kept = self._kept.get(ascii_lower(suppression.address))
            if kept is None or kept.suppression_id != suppression.suppression_id:
                raise ConflictError("suppression")
            del self._kept[ascii_lower(suppression.address)]
            self.events += [event] if event else []


def _page(items: Sequence[T], limit: int, cursor: str | None) -> Page[T]:
    if cursor is not None and not cursor.isdecimal():
        raise InvalidInputError.of("cursor", "not_understood")
    start = int(cursor or 0)
    following = start + limit
    return Page(items[start:following], str(following) if following < len(items) else None)


def slice_of(rows: Mapping[str, T], limit: int, at: str | None, *, ascending: bool) -> Slice[T]:
    keys = sorted(rows, reverse=not ascending)
    place = Cursor.read(at) if at else Cursor("all", "")
    start = 0
    if place.sort:
        passed = [key for key in keys if (key <= place.sort if ascending else key >= place.sort)]
        start = len(passed)
        if not place.goes_on:
            start = len([key for key in passed if key != place.sort]) - limit
        elif start >= len(keys):
            start = len(keys) - limit
    shown = keys[max(start, 0) :][:limit]
    return Slice(
        [rows[key] for key in shown],
        Cursor("all", shown[0], goes_on=False).text() if shown and start > 0 else None,
        Cursor("all", shown[-1]).text() if shown and shown[-1] != keys[-1] else None,
    )
