"""A job: what is to be done, for whom, and how far it has come.

A door saves the job as an intent and goes through its steps; where it dies half-way, or where there are many, the
function `work` goes on. Whoever is at it holds a lease, so that the two never are at it together.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pydantic import AwareDatetime

from core.events import EventActor, Gathered, JobRef
from core.frozen import FrozenModel
from core.ids import JobId, PersonId, TaskId

LEASE: Final = timedelta(seconds=60)
"""After so long without a sign of life, whoever is at a job is taken for dead."""
DOOR_LEASE: Final = timedelta(seconds=20)
"""A door has answered by then, or never will; where it could not let go of the job, `work` need not wait for longer."""
CHUNK: Final = 25
"""How many tasks a job changes between two signs of life; what needs no more is done by the door itself."""
NAMED: Final = 10
"""How many of their tasks somebody is told by name when a job has changed many."""


class JobKind(StrEnum):
    ADD_MEMBER = "add_member"
    EDIT_MEMBER = "edit_member"
    ENABLE_MEMBER = "enable_member"
    DISABLE_MEMBER = "disable_member"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a kind
    INVITE_AGAIN = "invite_again"
    REMOVE_MEMBER = "remove_member"
    CHANGE_TASKS = "change_tasks"
    UNDO_TASKS = "undo_tasks"


class JobState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class MemberOrder(FrozenModel, defer_build=True):
    """What is to become of a team member; a field that is not given stays as it is."""

    person_id: PersonId | None = None
    """Of somebody who is added: as soon as Cognito has given it."""
    email: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    locale: str | None = None
    title: str | None = None
    time_zone: str | None = None
    groups: frozenset[str] | None = None
    heirs: tuple[PersonId, ...] = ()
    """Who get the open tasks of somebody who is removed, in turn; nobody: the unassigned board."""


class TaskChangeKind(StrEnum):
    REASSIGN = "reassign"
    MOVE_DEADLINE = "move_deadline"
    CANCEL = "cancel"


class TaskChange(FrozenModel, defer_build=True):
    """One change for many tasks: another owner, another deadline, or their end."""

    kind: TaskChangeKind
    owner: PersonId | None = None
    deadline: AwareDatetime | None = None


class TaskOrder(FrozenModel, defer_build=True):
    """Which tasks a job changes, and how."""

    task_ids: tuple[TaskId, ...]
    change: TaskChange | None = None
    undoes: Mapping[TaskId, int] = {}
    """The version that the undone job made of each task."""


class Job(FrozenModel, defer_build=True):
    """`done`, `counted`, `made` and `told` are written with each task's change: they are right whoever died when."""

    job_id: JobId
    kind: JobKind
    actor: EventActor
    begun_at: datetime
    ended_at: datetime | None = None
    state: JobState = JobState.PENDING
    member: MemberOrder | None = None
    tasks: TaskOrder | None = None
    total: int = 0
    """How many tasks are to be changed, as far as known."""
    done: int = 0
    """How many tasks were changed."""
    counted: Mapping[str, int] = {}
    """How many went to whom: by the heir's id, or `nobody`."""
    made: Mapping[TaskId, int] = {}
    """Which version of each task was made, for Undo."""
    told: tuple[Gathered, ...] = ()
    """Who is to be told of which of the changes."""
    place: int = 0
    """How many of `tasks` were looked at."""
    refused: Mapping[TaskId, str] = {}
    """Why a task was not changed: the name of what stood in the way, and after a colon that of whoever put it there."""
    is_locked_out: bool = False
    """Whether whoever is removed can no longer sign in."""
    mail_sent: bool | None = None
    """Whether the mail with the temporary password went out; None where there is none, or not yet."""
    is_mail_suppressed: bool = False
    """Whether it was not even tried, since their address takes no mail from us any more."""
    is_left_to_work: bool = False
    """Whether it went on without the door that began it."""
    window: str | None = None
    """What the door keeps with the window that shows how far it has come; None where there is no window."""
    failure: str | None = None
    """Why it failed, as `core.jobs.failure` writes it; of jobs from before, the error's name alone."""

    @property
    def is_pending(self) -> bool:
        return self.state is JobState.PENDING

    @property
    def is_gathered(self) -> bool:
        """Whether people are told of its tasks all at once: a single one has a message of its own, as ever."""
        return self.total > 1

    @property
    def ref(self) -> JobRef:
        return JobRef(job_id=self.job_id, kind=self.kind, is_gathered=self.is_gathered)

    def but(self, **changes: Any) -> "Job":
        """The same job with other facts."""
        return self.model_copy(update=changes)


class JobLease(NamedTuple):
    """Who is at a job, from now until when."""

    holder: str
    now: datetime
    lasts: timedelta = LEASE

    @property
    def until(self) -> datetime:
        return self.now + self.lasts

    def renewed(self, now: datetime) -> "JobLease":
        """The same holder's, from now on."""
        return self._replace(now=now)


class AdminLedger(NamedTuple):
    """Who is about to be no admin any more; `version` changes whenever somebody is added to them."""

    version: int = 0
    leaving: frozenset[PersonId] = frozenset()


class Guards(NamedTuple):
    """What an intent takes hold of with its first write, and lets go with its last.

    `claim` names what no two jobs may change at the same time. `leaving` is the admin whom the job takes away, as the
    ledger stood when it was sure that another one stays.
    """

    claim: str | None = None
    leaving: PersonId | None = None
    ledger: AdminLedger = AdminLedger()
