"""When App Homes were opened and published, in memory: the same contract as over DynamoDB."""

import threading
from collections.abc import Mapping
from datetime import datetime

from core.ids import EventId, PersonId
from core.notifications.homes import APART, HomeRecord
from core.tasks.model import Task


class MemoryHomeRepository:
    def __init__(self) -> None:
        self._records: dict[PersonId, HomeRecord] = {}
        self._of_admins: set[PersonId] = set()
        self._promises: dict[PersonId, tuple[EventId, datetime]] = {}
        self._lock = threading.Lock()

    def get(self, person_id: PersonId) -> HomeRecord | None:
        return self._records.get(person_id)

    def of_admins(self) -> Mapping[PersonId, HomeRecord]:
        return {person_id: self._records[person_id] for person_id in self._of_admins}

    def shown(
        self,
        person_id: PersonId,
        at: datetime,
        *,
        place: str | None = None,
        task: Task | None = None,
        of_admin: bool = False,
    ) -> None:
        laid_over = (task.task_id, task.version) if task else (None, 0)
        with self._lock:
            self._records[person_id] = HomeRecord(at, place, at, at, *laid_over)
            (self._of_admins.add if of_admin else self._of_admins.discard)(person_id)

    def begin(self, person_id: PersonId, now: datetime) -> bool:
        with self._lock:
            record = self._records.get(person_id)
            if record is None or (record.begun_at is not None and now - record.begun_at < APART):
                return False
            self._records[person_id] = record._replace(begun_at=now)
        return True

    def promise(self, person_id: PersonId, by: EventId, until: datetime, now: datetime) -> bool:
        with self._lock:
            awaited_by, awaited_at = self._promises.get(person_id, (by, now))
            if person_id not in self._records or (awaited_at > now and awaited_by != by):
                return False
            self._promises[person_id] = by, until
        return True

    def published(self, person_id: PersonId, begun: datetime, task: Task | None = None) -> None:
        with self._lock:
            record = self._records[person_id]
            if record.published_at is None or record.published_at < begun:
                self._records[person_id] = record._replace(published_at=begun)
                if task is not None:
                    laid_over = self._records[person_id]._replace(task_id=task.task_id, task_version=task.version)
                    self._records[person_id] = laid_over
