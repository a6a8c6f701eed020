"""The events of jobs."""

from collections.abc import Sequence

from core.clock import Clock, EventIds
from core.events import Change, Event, EventType, Gathered, MemberFacts
from core.ids import WorkspaceId
from core.jobs.model import NAMED, Job
from core.people.model import Person


class JobNews:
    def __init__(self, workspace: WorkspaceId, clock: Clock, event_ids: EventIds) -> None:
        self._workspace = workspace
        self._clock = clock
        self._event_ids = event_ids

    def begun(self, job: Job) -> Event:
        """For whoever finishes it, should nobody else."""
        return self._event(job, EventType.JOB_BEGUN)

    def ended(self, job: Job, person: Person | None = None) -> Sequence[Event]:
        """For whoever began it and no longer waits, and for those whose tasks it has changed.

        `job` has counted everything; `person` is whom it took out of the team. That a mail did not go out is told in
        any case: who began it may have closed the window before it said so.
        """
        is_told = job.is_left_to_work or job.mail_sent is False
        ended = [self._event(job, EventType.JOB_ENDED)] if is_told else []
        told = [each for each in job.told if person is None or each.person_id != person.person_id]
        return [*ended, self._gathered(job, told, person)] if told else ended

    def of_member(self, job: Job, detail_type: EventType, person: Person, *changes: Change) -> Event:
        """What was done to a person."""
        member = MemberFacts(person_id=person.person_id, name=person.name)
        return self._event(job, detail_type).model_copy(update={"member": member, "changes": changes})

    def _gathered(self, job: Job, told: Sequence[Gathered], person: Person | None) -> Event:
        facts = [
            Gathered(person_id=each.person_id, kind=each.kind, count=each.count, task_ids=each.task_ids[:NAMED])
            for each in told
        ]
        member = MemberFacts(person_id=person.person_id, name=person.name) if person else None
        event = self._event(job, EventType.TASKS_CHANGED)
        return event.model_copy(update={"gathered": tuple(facts), "member": member})

    def _event(self, job: Job, detail_type: EventType) -> Event:
        now = self._clock()
        return Event(
            detail_type=detail_type,
            event_id=self._event_ids(now),
            occurred_at=now,
            workspace=self._workspace,
            actor=job.actor,
            job=job.ref,
        )
