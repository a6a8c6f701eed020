"""What people ask of the whole set of tasks: which ones, and a slice of the answer."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from core.ids import PersonId
from core.tasks.model import Task, TaskStatus

T = TypeVar("T")
U = TypeVar("U")


class Scope(StrEnum):
    """Whose tasks."""

    OWNER = "owner"
    CREATOR = "creator"
    TEAM = "team"


class TaskQuery(NamedTuple):
    """Open tasks come by deadline, closed and created ones newest first.

    `person` is the owner (None: nobody) or the creator. A due window applies to open tasks.
    """

    scope: Scope
    person: PersonId | None = None
    is_open: bool = True
    due_from: datetime | None = None
    due_before: datetime | None = None
    statuses: frozenset[TaskStatus] = frozenset()
    labels: tuple[str, ...] = ()
    except_owner: PersonId | None = None

    @property
    def discards(self) -> bool:
        """Whether rows are read that the answer does not show."""
        return self.scope is Scope.CREATOR or bool(self.statuses or self.labels)

    def matches(self, task: Task) -> bool:
        """Whether a task belongs to the answer."""
        whose = {Scope.OWNER: task.owner_id, Scope.CREATOR: task.created_by.person_id, Scope.TEAM: self.person}
        return (
            task.deleted_at is None
            and whose[self.scope] == self.person
            and task.is_open == self.is_open
            and self._is_due(task)
            and (not self.statuses or task.task_status in self.statuses)
            and set(self.labels) <= set(task.labels)
            and (self.except_owner is None or task.owner_id != self.except_owner)
        )

    def _is_due(self, task: Task) -> bool:
        if self.due_from is None and self.due_before is None:
            return True
        if task.deadline is None:
            return False
        after_start = self.due_from is None or task.deadline >= self.due_from
        return after_start and (self.due_before is None or task.deadline < self.due_before)


class Slice(NamedTuple, Generic[T]):
    """A run of items between two places; each place is None where nothing lies beyond it, and opaque otherwise.

    `gave_up`: reading stopped before the slice was full, and `following` goes on looking.
    """

    items: Sequence[T]
    previous: str | None = None
    following: str | None = None
    gave_up: bool = False

    def of(self, items: Sequence[U]) -> "Slice[U]":
        """The same places around other items."""
        return Slice(items, self.previous, self.following, self.gave_up)
