"""What the task service needs from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

from core.events import Event, JobRef
from core.ids import PersonId, TaskId
from core.tasks.model import Task
from core.tasks.queries import Slice, TaskQuery

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """A run of items and where the next one starts; `cursor` is None at the end and opaque otherwise."""

    items: Sequence[T]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class JobStep:
    """The job that a change is part of: counted there with the change itself, while the job is pending.

    With `can_be_undone` the version is noted too, and a task that the job has changed already stays as it is. `told`
    says whom the change concerns and how; it is noted where people are told at the end of the job, and with `is_named`
    which task it was.
    """

    job: JobRef
    counted_as: str
    can_be_undone: bool = False
    told: Mapping[PersonId, str] = field(default_factory=dict)
    is_named: bool = True


class TaskWrite(NamedTuple):
    """One change of one task: its new state and its events, saved together or not at all.

    `before` is None for a new task. `once` names the request, so that its repetition changes nothing; `asked` is a
    digest of it, which tells a repetition from another request that took the same name.
    """

    before: Task | None
    after: Task
    events: tuple[Event, ...]
    once: str | None = None
    asked: str | None = None
    step: JobStep | None = None


class Earlier(NamedTuple):
    """What the request of a name did: the task as it left it, and the digest of what it asked for."""

    task: Task
    asked: str | None


class Saved(NamedTuple):
    """The task as it stands; `changed` is False where this request found it done already.

    `before` is the task as the request found it, where it did something; with the same version, it said something only.
    """

    task: Task
    changed: bool = True
    before: Task | None = None


class TaskRepository(Protocol):
    def next_number(self) -> int:
        """Take the next task number; a number once taken is never given again."""

    def get(self, task_id: TaskId) -> Task:
        """Raise NotFoundError: of a `task` that never was, or of a `deleted task` with only its tombstone left."""

    def save(self, write: TaskWrite) -> Saved:
        """Save in one transaction.

        Raises:
            ConflictError: the stored task is no longer `write.before`, or its new owner may not have tasks any more.
            DependencyError: the store is busy; retryable.
        """

    def earlier(self, once: str) -> Earlier | None:
        """What was saved under a request's name; None where nothing was, or a day ago."""

    def open_of(self, owner: PersonId | None, *, limit: int, cursor: str | None = None) -> Page[Task]:
        """Open tasks of a person, or of nobody, soonest deadline first; without descriptions."""

    def all_of(self, owner: PersonId | None, *, limit: int, cursor: str | None = None) -> Page[Task]:
        """Open tasks by deadline, then closed ones, newest first."""

    def everything(self, *, limit: int, cursor: str | None = None) -> Page[Task]:
        """The whole board: open tasks by deadline, then closed ones, newest month first."""

    def slice(self, query: TaskQuery, *, limit: int, at: str | None = None) -> Slice[Task]:
        """Up to `limit` tasks of the answer from a place on; without descriptions.

        Raises:
            InvalidInputError: `at` is no place of this list.
        """

    def count(self, query: TaskQuery, *, limit: int) -> int:
        """How many tasks match, up to `limit`; for queries that discard nothing."""

    def find(self, words: Sequence[str], *, limit: int, at: str | None = None) -> Slice[Task]:
        """Tasks, open or closed, of which each of `words` begins a word; raises as `slice` does."""

    def history(self, task_id: TaskId, *, limit: int, at: str | None = None) -> Slice[Event]:
        """What happened to a task, newest first; also of a deleted one."""
