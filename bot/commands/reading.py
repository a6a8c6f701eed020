"""The verbs that only look: lists, one task, its history, finding, numbers."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.commands.model import Find, Help, History, ListTasks, Show, Stats, Which, Whose
from bot.commands.named import Names
from bot.messages.blocks import Block
from bot.messages.help import build_help
from bot.messages.lists import build_finds, build_history, build_list, list_title
from bot.messages.shared import Shareable, build_shared_card, build_shared_finds, build_shared_list
from bot.messages.stats import Numbers, build_stats
from bot.messages.tasks import LIST_PAGE, build_full_card
from bot.messages.text import escape
from core.clock import Clock
from core.errors import NotFoundError
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.people.workload import CAP
from core.tasks.model import Task, TaskStatus
from core.tasks.queries import Scope, Slice, TaskQuery
from core.tasks.service import TaskService

Answer = tuple[str, list[Block]]
LooksAt = ListTasks | Find | Show | History | Help

_STATS_TITLE: Final = "How much there is to do"
_STATUSES: Final = {
    Which.NOT_STARTED: TaskStatus.OPEN,
    Which.IN_PROGRESS: TaskStatus.IN_PROGRESS,
    Which.BLOCKED: TaskStatus.BLOCKED,
    Which.DONE: TaskStatus.DONE,
    Which.CANCELLED: TaskStatus.CANCELLED,
}
_CLOSED: Final = frozenset({Which.CLOSED, Which.DONE, Which.CANCELLED})


class Reading:
    def __init__(self, tasks: TaskService, people: PeopleService, names: Names, clock: Clock) -> None:
        self._tasks = tasks
        self._people = people
        self._names = names
        self._clock = clock

    def answer(self, actor: Actor, command: LooksAt, at: str | None = None) -> Answer:
        """Answer a command that changes nothing, from a place in its list on."""
        match command:
            case ListTasks():
                return self._list(actor, command, at)
            case Find(words):
                found = self._tasks.find(words, limit=LIST_PAGE, at=at)
                return f"Found for {escape(words)}", build_finds(command, found, actor.person, self._clock())
            case Show(task_id):
                task = self._tasks.get(task_id)
                return f"{task_id}: {escape(task.title)}", build_full_card(task, actor.person, self._clock())
            case History():
                return self._history(command, at)
            case Help():
                return "What you can type", build_help(command)

    def shared(self, actor: Actor, command: Shareable, at: str | None = None) -> Answer:
        """Answer for everybody to read: whose list it is stands there by name, and nothing can be pressed."""
        now = self._clock()
        match command:
            case ListTasks():
                named = self._names.person(actor, command.person)
                owner = named or (actor.person if command.whose in {Whose.MINE, Whose.CREATED} else None)
                found = self._tasks.list(query_of(command, actor, named, now), limit=LIST_PAGE, at=at)
                return "Tasks", build_shared_list(command, owner, found, now)
            case Find(words):
                found = self._tasks.find(words, limit=LIST_PAGE, at=at)
                return f"Found for {escape(words)}", build_shared_finds(command, found, now)
            case Show(task_id):
                task = self._tasks.get(task_id)
                return f"{task_id}: {escape(task.title)}", build_shared_card(task, now)
            case Stats():
                return self.shared_stats(actor, chart=False)

    def stats(self, actor: Actor, *, chart: bool) -> Answer:
        """Give the numbers, each from one counter or one counting Query."""
        return _STATS_TITLE, build_stats(self._numbers(actor), chart=chart)

    def shared_stats(self, actor: Actor, *, chart: bool) -> Answer:
        """Give them for everybody to read."""
        return _STATS_TITLE, build_stats(self._numbers(actor), chart=chart, of=actor.person)

    def _numbers(self, actor: Actor) -> Numbers:
        now = self._clock()
        return Numbers(
            mine_open=max(actor.person.open_tasks, 0),
            mine_overdue=self._tasks.count(TaskQuery(Scope.OWNER, actor.person_id, due_before=now), limit=CAP),
            team_overdue=self._tasks.count(TaskQuery(Scope.TEAM, due_before=now), limit=CAP),
            unassigned=self._tasks.count(TaskQuery(Scope.OWNER, None), limit=CAP),
            people=self._people.starting_with(""),
        )

    def _list(self, actor: Actor, command: ListTasks, at: str | None) -> Answer:
        person = self._names.person(actor, command.person)
        now = self._clock()
        found = self._tasks.list(query_of(command, actor, person, now), limit=LIST_PAGE, at=at)
        return "Tasks", build_list(command, person, found, actor.person, now, at=at)

    def selectable(self, actor: Actor, command: ListTasks, at: str | None, limit: int) -> tuple[str, Slice[Task]]:
        """A list from a place on with its title, for a form in which its tasks are chosen from."""
        person = self._names.person(actor, command.person)
        query = query_of(command, actor, person, self._clock())
        return list_title(command, person), self._tasks.list(query, limit=limit, at=at)

    def _history(self, command: History, at: str | None) -> Answer:
        found = self._tasks.history(command.task_id, limit=LIST_PAGE, at=at)
        if not found.items:
            raise NotFoundError("task", command.task_id)
        title = next((event.task.title for event in found.items if event.task), "")
        return f"What happened to {command.task_id}", build_history(command, title, found)


def query_of(command: ListTasks, actor: Actor, person: Person | None, now: datetime) -> TaskQuery:
    """Say what a list asks of the tasks; days begin and end where the actor is."""
    scope, whose = Scope.OWNER, actor.person_id
    match command.whose:
        case Whose.TEAM:
            scope = Scope.TEAM
        case Whose.CREATED:
            scope = Scope.CREATOR
    nobody = command.whose is Whose.UNASSIGNED or (command.person is not None and person is None)
    owner = None if nobody or scope is Scope.TEAM else person.person_id if person else whose
    due_from, due_before = _window(command.which, actor.person, now)
    status = _STATUSES.get(command.which)
    return TaskQuery(
        scope,
        owner,
        is_open=command.which not in _CLOSED,
        due_from=due_from,
        due_before=due_before,
        statuses=frozenset({status}) if status else frozenset(),
        labels=command.labels,
    )


def _window(which: Which, person: Person, now: datetime) -> tuple[datetime | None, datetime | None]:
    today = now.astimezone(person.zone).date()
    match which:
        case Which.OVERDUE:
            return None, now
        case Which.TODAY:
            return start_of_day(person, today), start_of_day(person, today + timedelta(1))
        case Which.WEEK:
            return start_of_day(person, today), start_of_day(person, today + timedelta(7 - today.weekday()))
    return None, None


def start_of_day(person: Person, day: date) -> datetime:
    """The first moment of a day where somebody is, in UTC."""
    return datetime.combine(day, time(), person.zone).astimezone(UTC)
