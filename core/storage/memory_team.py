"""Jobs, settings and the audit in memory: the same contract as over DynamoDB, for tests that need no table."""

import threading
from collections.abc import Sequence

from core.audit.ports import AuditQuery
from core.errors import ConflictError, NotFoundError
from core.events import Event, Gathered
from core.ids import JobId, PersonId
from core.jobs.model import AdminLedger, Guards, Job, JobLease
from core.jobs.ports import Outcome
from core.people.model import Person
from core.storage.memory import MemoryPersonRepository, MemoryTaskRepository, slice_of
from core.tasks.model import Task
from core.tasks.ports import JobStep
from core.tasks.queries import Slice
from core.workspace.settings import WorkspaceSettings


class MemoryJobRepository:
    def __init__(self, people: MemoryPersonRepository, tasks: MemoryTaskRepository) -> None:
        self._people = people
        self._jobs: dict[JobId, Job] = {}
        self._guards: dict[JobId, Guards] = {}
        self._leases: dict[JobId, JobLease] = {}
        self._claims: dict[str, JobId] = {}
        self._once: dict[str, JobId] = {}
        self._ledger = AdminLedger()
        self._lock = threading.RLock()
        self.events: list[Event] = []
        """Of people's changes, oldest first."""
        self.intents: list[Event] = []
        self.news: list[Event] = []
        """Of jobs that ended without the door that began them, or changed many tasks."""
        tasks.count_step = self._count

    def begin(
        self, job: Job, event: Event, guards: Guards, lease: JobLease | None = None, *, once: str | None = None
    ) -> Job:
        with self._lock:
            if once is not None and once in self._once:
                return self._jobs[self._once[once]]
            if guards.claim is not None and guards.claim in self._claims:
                raise ConflictError("claim")
            if guards.leaving is not None:
                if guards.ledger.version != self._ledger.version:
                    raise ConflictError("admins")
                self._ledger = AdminLedger(self._ledger.version + 1, self._ledger.leaving | {guards.leaving})
            if guards.claim is not None:
                self._claims[guards.claim] = job.job_id
            if once is not None:
                self._once[once] = job.job_id
            if lease is not None:
                self._leases[job.job_id] = lease
            self._jobs[job.job_id], self._guards[job.job_id] = job, guards
            self.intents.append(event)
        return job

    def begun_by(self, once: str) -> Job | None:
        return self._jobs[self._once[once]] if once in self._once else None

    def get(self, job_id: JobId) -> Job:
        try:
            return self._jobs[job_id]
        except KeyError:
            raise NotFoundError("job", job_id) from None

    def claim(self, job_id: JobId, lease: JobLease) -> Job | None:
        with self._lock:
            job, held = self._jobs.get(job_id), self._leases.get(job_id)
            if job is None or not job.is_pending or (held is not None and held.until >= lease.now):
                return None
            self._leases[job_id] = lease
            return job

    def keep(self, job: Job, lease: JobLease) -> Job:
        with self._lock:
            kept = self._jobs[job.job_id]
            if not kept.is_pending or not self._holds(job, lease):
                raise ConflictError("job")
            facts = {"place", "refused", "is_locked_out", "is_left_to_work", "mail_sent", "total"}
            self._leases[job.job_id] = lease
            self._jobs[job.job_id] = kept.model_copy(update=job.model_dump(include=facts))
            return self._jobs[job.job_id]

    def release(self, job: Job, lease: JobLease) -> None:
        with self._lock:
            if self._holds(job, lease):
                del self._leases[job.job_id]

    def end(self, job: Job, outcome: Outcome | None = None, news: Sequence[Event] = ()) -> None:
        with self._lock:
            kept = self._jobs[job.job_id]
            if not kept.is_pending:
                raise ConflictError("job")
            if outcome is not None:
                self._write(outcome)
            self.news += news
            counted = {"done": kept.done, "counted": kept.counted, "made": kept.made, "told": kept.told}
            self._jobs[job.job_id] = job.model_copy(update=counted)
            guards = self._guards[job.job_id]
            if self._claims.get(guards.claim or "") == job.job_id:
                del self._claims[guards.claim or ""]
            if guards.leaving is not None:
                self._ledger = AdminLedger(self._ledger.version, self._ledger.leaving - {guards.leaving})

    def admins(self) -> AdminLedger:
        return self._ledger

    def _holds(self, job: Job, lease: JobLease) -> bool:
        held = self._leases.get(job.job_id)
        return held is not None and held.holder == lease.holder

    def _write(self, outcome: Outcome) -> None:
        kept = self._known(outcome.after.person_id)
        is_gone = kept is not None and kept.removed_at is not None
        has_tasks = outcome.after.removed_at is not None and kept is not None and kept.open_tasks
        if (kept is None) != (outcome.before is None) or is_gone or has_tasks:
            raise ConflictError("person")
        self._people.write(outcome.before, outcome.after)
        self.events.append(outcome.event)

    def _known(self, person_id: PersonId) -> Person | None:
        try:
            return self._people.get(person_id)
        except NotFoundError:
            return None

    def _count(self, step: JobStep, task: Task) -> bool:
        with self._lock:
            job = self._jobs[step.job.job_id]
            if not job.is_pending or (step.can_be_undone and task.task_id in job.made):
                return False
            counted = {**job.counted, step.counted_as: job.counted.get(step.counted_as, 0) + 1}
            made = {**job.made, task.task_id: task.version} if step.can_be_undone else job.made
            told = {(each.kind, each.person_id): each for each in job.told}
            for person_id, kind in step.told.items():
                known = told.get((kind, person_id)) or Gathered(person_id=person_id, kind=kind, count=0, task_ids=())
                named = (*known.task_ids, *((task.task_id,) if step.is_named else ()))
                told[kind, person_id] = known.model_copy(update={"count": known.count + 1, "task_ids": named})
            facts = {"counted": counted, "made": made, "told": tuple(told[key] for key in sorted(told))}
            self._jobs[step.job.job_id] = job.but(done=job.done + 1, **facts)
        return True


class MemorySettingsRepository:
    def __init__(self, defaults: WorkspaceSettings) -> None:
        self._settings = defaults
        self.events: list[Event] = []

    def get(self) -> WorkspaceSettings:
        return self._settings

    def save(self, settings: WorkspaceSettings, event: Event) -> None:
        if settings.version != self._settings.version + 1:
            raise ConflictError("settings")
        self._settings = settings
        self.events.append(event)


class MemoryAudit:
    def __init__(
        self, tasks: MemoryTaskRepository, jobs: MemoryJobRepository, settings: MemorySettingsRepository
    ) -> None:
        self._tasks = tasks
        self._jobs = jobs
        self._settings = settings

    def slice(self, query: AuditQuery, *, limit: int, at: str | None = None) -> Slice[Event]:
        administrative = [*self._jobs.events, *self._settings.events]
        events = administrative
        if query.by is not None:
            events = [event for event in [*administrative, *self._tasks.events] if event.actor.person_id == query.by]
        if query.about is not None:
            events = [event for event in events if event.member and event.member.person_id == query.about]
        rows = {str(event.event_id): event for event in events if event.event_id >= query.since_id}
        return slice_of(rows, limit, at, ascending=False)
