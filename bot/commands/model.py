"""What people can ask for with `/task`, as objects."""

from dataclasses import dataclass
from enum import StrEnum

from bot.commands.tokens import Who
from core.ids import TaskId
from core.tasks.model import Priority, TaskStatus


@dataclass(frozen=True, slots=True)
class New:
    """A new task; `owner` None is oneself; `when` is still words."""

    title: str
    owner: Who | None = None
    when: str | None = None
    priority: Priority = Priority.NORMAL
    labels: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class OpenNew:
    """`/task new` with nothing behind it: the modal asks."""


class Whose(StrEnum):
    MINE = "mine"
    CREATED = "created"
    TEAM = "team"
    UNASSIGNED = "unassigned"


class Which(StrEnum):
    """Which tasks of a list: by when they are due, or by where they stand."""

    OPEN = "open"
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    CLOSED = "closed"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ListTasks:
    """A list; `person` goes before `whose`."""

    whose: Whose = Whose.MINE
    which: Which = Which.OPEN
    person: Who | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetStatus:
    task_id: TaskId
    status: TaskStatus
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Show:
    task_id: TaskId


@dataclass(frozen=True, slots=True)
class Edit:
    task_id: TaskId


@dataclass(frozen=True, slots=True)
class History:
    task_id: TaskId


@dataclass(frozen=True, slots=True)
class Delete:
    task_id: TaskId


@dataclass(frozen=True, slots=True)
class Assign:
    task_id: TaskId
    owner: Who


@dataclass(frozen=True, slots=True)
class Due:
    """A new deadline, still in words; None takes it away."""

    task_id: TaskId
    when: str | None


@dataclass(frozen=True, slots=True)
class Say:
    """A comment."""

    task_id: TaskId
    text: str


@dataclass(frozen=True, slots=True)
class Find:
    words: str


@dataclass(frozen=True, slots=True)
class Stats:
    """How much there is to do."""


@dataclass(frozen=True, slots=True)
class Help:
    """What one can type; `unknown` is what was not understood, `meant` the nearest known verb, `verb` the one asked."""

    verb: str | None = None
    unknown: str | None = None
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """What reaches the person, and when: in a form."""


@dataclass(frozen=True, slots=True)
class LinkAccount:
    """Link this Slack user to a team account."""


@dataclass(frozen=True, slots=True)
class Unlink:
    """Take that link away."""


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """Whom the bot takes the person for."""


LinkCommand = LinkAccount | Unlink | WhoAmI
TaskCommand = (
    New | OpenNew | ListTasks | SetStatus | Show | Edit | History | Delete | Assign | Due | Say | Find | Stats
    | OpenSettings | LinkCommand | Help
)  # fmt: skip
