"""What jobs need from outside."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from core.events import Event
from core.ids import JobId
from core.jobs.model import AdminLedger, Guards, Job, JobLease
from core.people.model import Person


class Outcome(NamedTuple):
    """What a change of a person has led to, saved with the end of its job.

    `before` is None for somebody new to the directory; `after` with `removed_at` leaves it.
    """

    event: Event
    before: Person | None
    after: Person


class JobRepository(Protocol):
    """Every method raises DependencyError (retryable) where the store is busy."""

    def begin(
        self, job: Job, event: Event, guards: Guards, lease: JobLease | None = None, *, once: str | None = None
    ) -> Job:
        """Save the intent and its event, and take hold of its guards, all or nothing.

        Without a lease, whoever comes first may take it. `once` names the request: its repetition changes nothing and
        gives the first one's job.

        Raises:
            ConflictError: `claim`: another job holds it; `admins`: the ledger is no longer as it was.
        """

    def begun_by(self, once: str) -> Job | None:
        """The job of a request that came before."""

    def get(self, job_id: JobId) -> Job:
        """Raise NotFoundError."""

    def claim(self, job_id: JobId, lease: JobLease) -> Job | None:
        """Take a pending job; None where somebody is at it, or it has ended."""

    def keep(self, job: Job, lease: JobLease) -> Job:
        """Save how far it has come and renew the lease; gives it with what its tasks counted meanwhile.

        Raises:
            ConflictError: somebody else has taken it over.
        """

    def release(self, job: Job, lease: JobLease) -> None:
        """Let whoever comes next go on; nothing where somebody else has it already."""

    def end(self, job: Job, outcome: Outcome | None = None, news: Sequence[Event] = ()) -> None:
        """Save that it is done or has failed, with its outcome and news of it, and let go its guards.

        Raises:
            ConflictError: `job`: it has ended already; `person`: the person is not as `outcome.before` has them, or
                has open tasks and may not leave.
        """

    def admins(self) -> AdminLedger:
        """The ledger as it stands now."""
