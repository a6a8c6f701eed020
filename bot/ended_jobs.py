"""What is told of a job that ended when whoever began it no longer waited."""

from typing import Protocol

from bot.messages.blocks import Block, section
from bot.messages.bulk import build_job
from bot.messages.jobs import job_words, names_in
from core.errors import NotFoundError
from core.ids import JobId
from core.jobs.model import Job
from core.people.ports import PersonRepository


class Jobs(Protocol):
    def get(self, job_id: JobId) -> Job:
        """Raise NotFoundError."""


class EndedJobs:
    def __init__(self, jobs: Jobs, people: PersonRepository) -> None:
        self._jobs = jobs
        self._people = people

    def build(self, job_id: JobId) -> tuple[str, list[Block]]:
        """Say what became of a job; of a change of many tasks with which, and a way to take it back."""
        try:
            job = self._jobs.get(job_id)
        except NotFoundError:
            said = "A change that you began has ended. Look at it in `/team`."
            return said, [section(said)]
        if job.tasks is not None:
            return build_job(job)
        said = job_words(job, names_in(job, self._people.get))
        return said, [section(said)]
