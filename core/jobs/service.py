"""Going through jobs: a door with the few steps that somebody waits for, `work` with all the others."""

import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple, Protocol

from core.clock import Clock, EventIds, Hurry
from core.errors import ConflictError, DependencyError, TaskBotError
from core.events import EventActor
from core.ids import JobId, WorkspaceId
from core.jobs.failure import written
from core.jobs.model import DOOR_LEASE, Guards, Job, JobKind, JobLease, JobState
from core.jobs.news import JobNews
from core.jobs.ports import JobRepository
from core.people.model import Actor

INLINE: Final = timedelta(seconds=1)
"""For so long a door goes on with the next chunk; the rest is for `work`. Slack waits for three seconds."""

_log = logging.getLogger(__name__)


class Advance(NamedTuple):
    """What a step has led to. `is_stuck`: nothing can be done right now, so try again a little later."""

    job: Job
    is_stuck: bool = False


class Runner(Protocol):
    def advance(self, job: Job) -> Advance:
        """Do the next chunk, or all; what is done already is not done again. An ended job is saved as such.

        Raises:
            ConflictError: the job has ended meanwhile.
            DependencyError: something outside does not do its part; repeating is safe.
            TaskBotError: any other: it can never be done.
        """


class JobBook:
    """Writes jobs down as intents."""

    def __init__(self, jobs: JobRepository, workspace: WorkspaceId, clock: Clock, event_ids: EventIds) -> None:
        self._jobs = jobs
        self._news = JobNews(workspace, clock, event_ids)
        self._clock = clock
        self._event_ids = event_ids

    def draft(self, kind: JobKind, actor: Actor) -> Job:
        now = self._clock()
        return Job(job_id=JobId(self._event_ids(now)), kind=kind, actor=EventActor.of(actor), begun_at=now)

    def begin(self, job: Job, guards: Guards, lease: JobLease | None, once: str | None) -> Job:
        """Save it with the event that wakes `work`; raises as `JobRepository.begin` does."""
        return self._jobs.begin(job, self._news.begun(job), guards, lease, once=once)


class JobService:
    def __init__(
        self,
        jobs: JobRepository,
        runners: Mapping[JobKind, Runner],
        news: JobNews,
        clock: Clock,
        hurry: Hurry | None = None,
    ) -> None:
        """In a `hurry`, the next chunk is for `work` also where less than `INLINE` has passed."""
        self._jobs = jobs
        self._hurry = hurry
        self._runners = runners
        self._news = news
        self._clock = clock

    def get(self, job_id: JobId) -> Job:
        """How far a job has come; raises NotFoundError."""
        return self._jobs.get(job_id)

    def lease(self) -> JobLease:
        """A lease for a door that begins a job and goes on with it at once."""
        return JobLease(secrets.token_hex(8), self._clock(), DOOR_LEASE)

    def run_inline(self, job: Job, lease: JobLease) -> Job:
        """Go through the first steps of a job just begun; a pending one is finished by `work`.

        Raises:
            TaskBotError: it can never be done, and is marked as failed; DependencyError is never raised.
        """
        try:
            return self._run(job, lease, INLINE)
        except DependencyError as failure:
            _log.warning("a job is left to work", exc_info=failure, extra={"job_id": job.job_id, "kind": job.kind})
            return job

    def resume(self, job_id: JobId, patience: timedelta) -> Job | None:
        """Take a job over and go on with it for a while; None where somebody is at it, or it has ended.

        Raises:
            DependencyError: something outside does not do its part; try again later.
        """
        lease = JobLease(secrets.token_hex(8), self._clock())
        job = self._jobs.claim(job_id, lease)
        if job is None:
            return None
        try:
            return self._run(job.but(is_left_to_work=True), lease, patience)
        except DependencyError:
            raise
        except TaskBotError as failure:
            _log.warning("a job failed", exc_info=failure, extra={"job_id": job_id, "kind": job.kind})
            return self._jobs.get(job_id)

    def _run(self, job: Job, lease: JobLease, patience: timedelta) -> Job:
        until = self._clock() + patience
        try:
            while True:
                advance = self._runners[job.kind].advance(job)
                job = advance.job
                if not job.is_pending:
                    return job
                lease = lease.renewed(self._clock())
                job = self._jobs.keep(job, lease)
                if advance.is_stuck or self._clock() >= until or (self._hurry is not None and self._hurry.is_over):
                    break
        except ConflictError:
            return self._jobs.get(job.job_id)  # Somebody else has ended it, or is at it.
        except DependencyError:
            self._release(job, lease)
            raise
        except TaskBotError as failure:
            self._fail(job, failure)
            raise
        self._release(job, lease)
        return job

    def _release(self, job: Job, lease: JobLease) -> None:
        try:
            self._jobs.release(job, lease)
        except DependencyError:
            _log.warning("a job's lease runs out by itself", extra={"job_id": job.job_id})

    def _fail(self, job: Job, failure: TaskBotError) -> None:
        facts = {"state": JobState.FAILED, "failure": written(failure), "ended_at": self._clock()}
        failed = job.but(**facts, told=self._jobs.get(job.job_id).told)
        try:
            self._jobs.end(failed, None, self._news.ended(failed))
        except ConflictError:
            return
