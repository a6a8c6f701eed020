"""What is told of a job that ended when whoever began it no longer waited."""

from typing import Protocol

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

    def words(self, job_id: JobId) -> str:
        """Say in mrkdwn what became of a job."""
        try:
            job = self._jobs.get(job_id)
        except NotFoundError:
            return "A change that you began has ended. Look at it in `/team`."
        return job_words(job, names_in(job, self._people.get))
