"""The task, its words, and what somebody types to make one."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, StringConstraints
from pydantic_core import PydanticCustomError

from core.frozen import FrozenModel
from core.ids import PersonId, TaskId
from core.people.model import PersonRef
from core.plain_text import Plain, shows_something

TITLE_LIMIT: Final = 150
DESCRIPTION_LIMIT: Final = 3_000
LABELS_LIMIT: Final = 10
LABEL_LIMIT: Final = 40
COMMENT_LIMIT: Final = 3_000


class TaskStatus(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def is_closed(self) -> bool:
        return self in {TaskStatus.DONE, TaskStatus.CANCELLED}


CLOSED_STATUSES: Final = frozenset(status for status in TaskStatus if status.is_closed)
OPEN_STATUSES: Final = frozenset(TaskStatus) - CLOSED_STATUSES


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


def _one_line(title: str) -> str:
    line = " ".join(title.split())
    if not shows_something(line):
        raise PydanticCustomError("missing", "A title is needed")
    if len(line) > TITLE_LIMIT:
        details = {"max_length": TITLE_LIMIT, "actual_length": len(line)}
        raise PydanticCustomError("string_too_long", "A title has at most {max_length} characters", details)
    return line


def _in_utc(when: datetime) -> datetime:
    return when.astimezone(UTC)


def _known_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(label.strip().lower() for label in labels if label.strip()))
    if len(unique) > LABELS_LIMIT:
        raise PydanticCustomError("too_many", "Too many labels", {"limit": LABELS_LIMIT, "count": len(unique)})
    return unique


Title = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_one_line), Plain]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=DESCRIPTION_LIMIT), Plain]
Label = Annotated[str, StringConstraints(max_length=LABEL_LIMIT), Plain]
Labels = Annotated[tuple[Label, ...], AfterValidator(_known_labels)]
Deadline = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class NewTask(FrozenModel):
    """What a person gives to make a task; the service adds the rest."""

    title: Title
    description: Description = ""
    assigned_to: PersonId | None = None
    deadline: Deadline | None = None
    task_status: TaskStatus = TaskStatus.OPEN
    priority: Priority = Priority.NORMAL
    labels: Labels = ()
    source: str | None = None


class TaskEdit(FrozenModel):
    """What a person changes of a task; a field that is not given stays as it is."""

    title: Title = ""
    description: Description = ""
    assigned_to: PersonId | None = None
    deadline: Deadline | None = None
    task_status: TaskStatus = TaskStatus.OPEN
    priority: Priority = Priority.NORMAL
    labels: Labels = ()

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were given, with their values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Comment(FrozenModel):
    """What a person says of a task."""

    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=COMMENT_LIMIT), Plain]


class Task(FrozenModel):
    """A task as it stands. `version` counts its changes, from 1."""

    task_id: TaskId
    version: int
    title: str
    first_title: str | None = None
    """What it was called when it was made, where it is called otherwise by now: the subject of its mails stays."""
    description: str = ""
    assigned_to: PersonRef | None = None
    assigned_by: PersonRef | None = None
    deadline: datetime | None = None
    task_status: TaskStatus = TaskStatus.OPEN
    priority: Priority = Priority.NORMAL
    labels: tuple[str, ...] = ()
    created_by: PersonRef
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    deleted_at: datetime | None = None
    source: str | None = None

    @property
    def is_open(self) -> bool:
        return not self.task_status.is_closed and self.deleted_at is None

    def edited(self, given: dict[str, Any]) -> "Task":
        """The task with other values of some fields; what it was called first is kept."""
        was_called = self.first_title or self.title
        task = self.model_copy(update=given)
        return task.model_copy(update={"first_title": None if task.title == was_called else was_called})

    @property
    def handed_out_by(self) -> PersonRef:
        """Who gave it to its owner."""
        return self.assigned_by or self.created_by

    @property
    def owner_id(self) -> PersonId | None:
        return self.assigned_to.person_id if self.assigned_to else None

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.deadline is not None and self.deadline < now


def open_task_counts(before: Task | None, after: Task | None) -> dict[PersonId, int]:
    """By how much each person's number of open tasks changes from `before` to `after`."""
    counts: dict[PersonId, int] = {}
    for task, step in ((before, -1), (after, 1)):
        if task is not None and task.is_open and task.owner_id is not None:
            counts[task.owner_id] = counts.get(task.owner_id, 0) + step
    return {person: count for person, count in counts.items() if count}
