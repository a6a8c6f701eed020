"""Jobs, for those who tell of them."""

from bot.ended_jobs import EndedJobs
from core.errors import NotFoundError
from core.ids import JobId
from core.jobs.model import Job
from core.storage.memory import MemoryPersonRepository


class NoJobs:
    def get(self, job_id: JobId) -> Job:
        raise NotFoundError("job", job_id)


def no_jobs() -> EndedJobs:
    """None is known, or known any more."""
    return EndedJobs(NoJobs(), MemoryPersonRepository())
