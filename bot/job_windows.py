"""The window in which a long job was begun: it shows by itself how far the job has come, and how it ended."""

import logging
from datetime import datetime, timedelta
from typing import Final

from bot.ended_jobs import Jobs
from bot.messages.jobs import names_in
from bot.modals.directory import read_place
from bot.modals.member import build_job
from core.clock import Clock
from core.errors import DependencyError, NotFoundError
from core.events import Event, EventType
from core.jobs.model import Job
from core.people.ports import PersonRepository
from core.slack import SlackApi

LOOK_AGAIN: Final = timedelta(seconds=3)
"""The queue makes that longer and longer after a while (`core/sqs.py`)."""
FOLLOWED: Final = timedelta(minutes=10)
"""After so long only the end of a job is shown."""

_log = logging.getLogger(__name__)


class JobWindows:
    def __init__(self, slack: SlackApi, jobs: Jobs, people: PersonRepository, clock: Clock) -> None:
        self._slack = slack
        self._jobs = jobs
        self._people = people
        self._clock = clock

    def follow(self, event: Event) -> datetime | None:
        """Show how the job of an event stands now, and give when to look again.

        The window is known by the job's id until it shows something else: then Slack finds it no more, and it is left
        alone. With its end it loses that name too, so that nothing older comes after it.

        Raises:
            DependencyError: Slack asks for a pause; what else goes wrong is let go, since a message tells the end.
        """
        job = self._job_of(event)
        if job is None or job.window is None:
            return None
        now = self._clock()
        again = now + LOOK_AGAIN if now - event.occurred_at < FOLLOWED else None
        if job.is_pending and (again is None or not job.is_left_to_work):
            return again  # The door is still at it, or it takes very long.
        view = build_job(job, names_in(job, self._people.get), read_place({"private_metadata": job.window}))
        try:
            self._slack.update_view(job.job_id, view)
        except DependencyError as error:
            if error.retry_after is not None:
                raise
            _log.info("a window was left as it is", extra={"job_id": job.job_id, "reason": error.reason})
            return again if error.retryable else None
        return again if job.is_pending else None

    def _job_of(self, event: Event) -> Job | None:
        """The job, where this event is the one by which it is followed now: begun while it counts, then ended."""
        if event.job is None or event.detail_type not in {EventType.JOB_BEGUN, EventType.JOB_ENDED}:
            return None
        try:
            job = self._jobs.get(event.job.job_id)
        except NotFoundError:
            return None
        if event.detail_type is EventType.JOB_BEGUN:
            return job if job.is_pending and job.total else None
        # What the door ended, it shows itself.
        return job if job.is_left_to_work else None
