"""What people can ask for with `/task`, as objects.

Those without a field are false, as every empty tuple: ask `is not None`.
"""

from enum import StrEnum
from typing import NamedTuple

from bot.commands.tokens import Who
from core.ids import TaskId
from core.tasks.model import Priority, TaskStatus


class New(NamedTuple):
    """A new task; `owner` None is oneself; `when` is still words."""

    title: str
    owner: Who | None = None
    when: str | None = None
    priority: Priority = Priority.NORMAL
    labels: tuple[str, ...] = ()
    description: str = ""


class OpenNew(NamedTuple):
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


class ListTasks(NamedTuple):
    """A list; `person` goes before `whose`."""

    whose: Whose = Whose.MINE
    which: Which = Which.OPEN
    person: Who | None = None
    labels: tuple[str, ...] = ()


class SetStatus(NamedTuple):
    """`only_from`: where a press asks for it, the statuses that what was pressed can have been made for."""

    task_id: TaskId
    status: TaskStatus
    note: str | None = None
    only_from: frozenset[TaskStatus] | None = None


class Show(NamedTuple):
    task_id: TaskId


class Edit(NamedTuple):
    task_id: TaskId


class History(NamedTuple):
    task_id: TaskId


class Delete(NamedTuple):
    task_id: TaskId


class Assign(NamedTuple):
    task_id: TaskId
    owner: Who


class Due(NamedTuple):
    """A new deadline, still in words; None takes it away."""

    task_id: TaskId
    when: str | None


class Say(NamedTuple):
    """A comment."""

    task_id: TaskId
    text: str


class Find(NamedTuple):
    words: str


class Stats(NamedTuple):
    """How much there is to do."""


class Help(NamedTuple):
    """What one can type; `verb` is the one asked about.

    `unknown` is all that was typed where its first word is no verb, `meant` the verb that was probably meant.
    """

    verb: str | None = None
    unknown: str | None = None
    meant: str | None = None


class OpenSettings(NamedTuple):
    """What reaches the person, and when: in a form."""


class LinkAccount(NamedTuple):
    """Link this Slack user to a team account."""


class Unlink(NamedTuple):
    """Take that link away."""


class WhoAmI(NamedTuple):
    """Whom the bot takes the person for."""


LinkCommand = LinkAccount | Unlink | WhoAmI
TaskCommand = (
    New | OpenNew | ListTasks | SetStatus | Show | Edit | History | Delete | Assign | Due | Say | Find | Stats
    | OpenSettings | LinkCommand | Help
)  # fmt: skip
