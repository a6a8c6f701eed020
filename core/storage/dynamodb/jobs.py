"""Jobs, what they hold on to, and the outcomes of people's changes, in the table."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from boto3.dynamodb.conditions import Attr, ConditionBase

from core.errors import ConflictError, DependencyError, NotFoundError
from core.events import Event, Gathered
from core.ids import JobId, PersonId, TaskId, WorkspaceId
from core.jobs.model import AdminLedger, Guards, Job, JobLease, JobState
from core.jobs.ports import Outcome
from core.storage import schema
from core.storage.dynamodb.announced import entry_item
from core.storage.dynamodb.people import person_actions
from core.storage.dynamodb.table import (
    IS_NEW,
    ConditionFailedError,
    Item,
    Table,
    TransactionCancelledError,
    Update,
)

KEPT_FOR: Final = timedelta(days=30)
"""How long an ended job can be looked at; what it has changed has a history of its own."""
_HELD_AT_MOST: Final = timedelta(days=1)
"""After so long a claim is given up, also where its job lies in a dead-letter queue."""
_ASKED_AGAIN_FOR: Final = timedelta(days=1)
_VERSION: Final = 1
_COUNTED: Final = {"done", "counted", "made", "told"}
"""Written with each task's change, and by nobody else."""
_NO_HOLDER: Final = ("holder", "lease_until")
_PENDING: Final = Attr("state").eq(JobState.PENDING)


class DynamoJobRepository:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def begin(
        self, job: Job, event: Event, guards: Guards, lease: JobLease | None = None, *, once: str | None = None
    ) -> Job:
        actions = self._intent(job, event, guards, lease)
        if once is not None:
            expires_at = int((job.begun_at + _ASKED_AGAIN_FOR).timestamp())
            actions["once"] = {"Put": self._marker(job, self._keys.once(f"job:{once}"), expires_at)}
        try:
            self._table.transact(list(actions.values()))
        except TransactionCancelledError as cancelled:
            failed = dict(zip(actions, cancelled.codes, strict=True))
            if failed.get("once") is not None and (earlier := self.begun_by(once or "")) is not None:
                return earlier
            if failed.get("claim") is not None:
                raise ConflictError("claim") from cancelled
            if failed.get("admins") is not None:
                raise ConflictError("admins") from cancelled
            raise DependencyError("dynamodb", "TransactionConflict", retryable=True) from cancelled
        return job

    def begun_by(self, once: str) -> Job | None:
        marker = self._table.get(self._keys.once(f"job:{once}"))
        return self.get(marker["job_id"]) if marker else None

    def get(self, job_id: JobId) -> Job:
        item = self._table.get(self._keys.job(job_id))
        if item is None:
            raise NotFoundError("job", job_id)
        return _job(item)

    def claim(self, job_id: JobId, lease: JobLease) -> Job | None:
        free = Attr("lease_until").not_exists() | Attr("lease_until").lt(schema.instant(lease.now))
        try:
            item = self._table.update(self._keys.job(job_id), Update(set=_held(lease)), _PENDING & free)
        except ConditionFailedError:
            return None
        return _job(item)

    def keep(self, job: Job, lease: JobLease) -> Job:
        facts = {"place", "refused", "is_locked_out", "is_left_to_work", "mail_sent", "total"}
        progress = job.model_dump(mode="json", include=facts, exclude_none=True)
        update = Update(set={**progress, **_held(lease)})
        try:
            item = self._table.update(self._keys.job(job.job_id), update, _PENDING & Attr("holder").eq(lease.holder))
        except ConditionFailedError as lost:
            raise ConflictError("job") from lost
        return _job(item)

    def release(self, job: Job, lease: JobLease) -> None:
        try:
            self._table.update(
                self._keys.job(job.job_id), Update(remove=_NO_HOLDER), _PENDING & Attr("holder").eq(lease.holder)
            )
        except ConditionFailedError:
            return

    def end(self, job: Job, outcome: Outcome | None = None, news: Sequence[Event] = ()) -> None:
        facts = job.model_dump(mode="json", exclude={"job_id", *_COUNTED}, exclude_none=True)
        expires_at = int(((job.ended_at or job.begun_at) + KEPT_FOR).timestamp())
        ended = Update(set={**facts, schema.EXPIRES_AT: expires_at}, remove=_NO_HOLDER)
        key = self._keys.job(job.job_id)
        actions: dict[str, dict[str, Any]] = {"job": {"Update": self._table.update_action(key, ended, _PENDING)}}
        actions |= self._let_go(self._guards_of(job), job)
        if outcome is not None:
            actions |= self._outcome(outcome)
        actions |= {f"news {event.event_id}": self._entry(job, event) for event in news}
        try:
            self._table.transact(list(actions.values()))
        except TransactionCancelledError as cancelled:
            failed = dict(zip(actions, cancelled.codes, strict=True))
            if failed["job"] == "ConditionalCheckFailed":
                raise ConflictError("job") from cancelled
            if any(code == "ConditionalCheckFailed" for code in cancelled.codes):
                raise ConflictError("person") from cancelled
            raise DependencyError("dynamodb", "TransactionConflict", retryable=True) from cancelled

    def admins(self) -> AdminLedger:
        item = self._table.get(self._keys.admins()) or {}
        leaving = (name for name in item if name.startswith(schema.LEAVING_PREFIX))
        return AdminLedger(
            item.get("version", 0),
            frozenset(PersonId(name.removeprefix(schema.LEAVING_PREFIX)) for name in leaving),
        )

    def _intent(self, job: Job, event: Event, guards: Guards, lease: JobLease | None) -> dict[str, dict[str, Any]]:
        now = job.begun_at
        item = {
            **self._keys.job(job.job_id),
            "type": schema.JOB,
            "version": _VERSION,
            **job.model_dump(mode="json", exclude={"counted", "made", "told"}, exclude_none=True),
            "claim": guards.claim,
            "leaving": guards.leaving,
            **(_held(lease) if lease else {}),
        }
        actions: dict[str, dict[str, Any]] = {
            "job": {"Put": self._table.put_action(item, IS_NEW)},
            "event": self._entry(job, event),
        }
        if guards.claim is not None:
            expires_at = int((now + _HELD_AT_MOST).timestamp())
            actions["claim"] = {"Put": self._marker(job, self._claim_key(guards.claim), expires_at)}
        if guards.leaving is not None:
            actions["admins"] = {"Update": self._taken_from_ledger(job, guards.leaving, guards.ledger)}
        return actions

    def _entry(self, job: Job, event: Event) -> dict[str, Any]:
        """The job's own entries only pass by: what it has changed has a history that stays."""
        entry = {
            **self._keys.job_activity(job.job_id, event.event_id),
            "type": schema.ACTIVITY,
            "detail_type": event.detail_type,
            **event.detail,
            schema.EXPIRES_AT: int((job.begun_at + KEPT_FOR).timestamp()),
        }
        return {"Put": self._table.put_action(entry, IS_NEW)}

    def _marker(self, job: Job, key: Item, expires_at: int) -> dict[str, Any]:
        marker = {**key, "type": schema.ONCE, "version": 1, "job_id": job.job_id, schema.EXPIRES_AT: expires_at}
        forgotten = Attr(schema.EXPIRES_AT).lt(int(job.begun_at.timestamp()))
        return self._table.put_action(marker, IS_NEW | forgotten)

    def _claim_key(self, claim: str) -> Item:
        return self._keys.once(f"change:{claim}")

    def _taken_from_ledger(self, job: Job, leaving: PersonId, ledger: AdminLedger) -> dict[str, Any]:
        unchanged: ConditionBase = Attr("version").eq(ledger.version) if ledger.version else IS_NEW
        taken = Update(set={"type": schema.ADMINS, schema.LEAVING_PREFIX + leaving: job.job_id}, add={"version": 1})
        return self._table.update_action(self._keys.admins(), taken, unchanged)

    def _guards_of(self, job: Job) -> Guards:
        item = self._table.get(self._keys.job(job.job_id)) or {}
        return Guards(item.get("claim"), item.get("leaving"))

    def _let_go(self, guards: Guards, job: Job) -> dict[str, dict[str, Any]]:
        actions: dict[str, dict[str, Any]] = {}
        if guards.claim is not None:
            claim = self._claim_key(guards.claim)
            held = self._table.get(claim)
            if held is not None and held["job_id"] == job.job_id:
                actions["claim"] = {"Delete": self._table.delete_action(claim)}
        if guards.leaving is not None:
            left = Update(remove=(schema.LEAVING_PREFIX + guards.leaving,))
            actions["admins"] = {"Update": self._table.update_action(self._keys.admins(), left)}
        return actions

    def _outcome(self, outcome: Outcome) -> dict[str, dict[str, Any]]:
        after = outcome.after
        key = self._keys.person_activity(after.person_id, outcome.event.event_id)
        actions = {"event": {"Put": self._table.put_action(entry_item(self._keys, key, outcome.event), IS_NEW)}}
        return actions | person_actions(self._table, self._keys, outcome.before, after)


def _held(lease: JobLease) -> Item:
    return {"holder": lease.holder, "lease_until": schema.instant(lease.until)}


def _job(item: Item) -> Job:
    counted = {name: item[name] for name in item if name.startswith(schema.COUNTED_PREFIX)}
    made = {name: item[name] for name in item if name.startswith(schema.MADE_PREFIX)}
    told = [(name.split("#", 2), int(item[name])) for name in sorted(item) if name.startswith(schema.TOLD_PREFIX)]
    return Job.model_validate(
        {
            **item,
            "counted": {name.removeprefix(schema.COUNTED_PREFIX): count for name, count in counted.items()},
            "told": [
                Gathered(person_id=person_id, kind=kind, count=count, task_ids=_named(item, person_id))
                for (_, kind, person_id), count in told
            ],
            "made": {name.removeprefix(schema.MADE_PREFIX): version for name, version in made.items()},
        }
    )


def _named(item: Item, person_id: str) -> tuple[TaskId, ...]:
    mine = f"{schema.NAMED_PREFIX}{person_id}#"
    found = (name.removeprefix(mine) for name in item if name.startswith(mine))
    return tuple(TaskId(each) for each in sorted(found, key=lambda name: int(name.removeprefix("T-"))))
