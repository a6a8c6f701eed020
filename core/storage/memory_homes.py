"""When App Homes were opened and published, in memory: the same contract as over DynamoDB."""

import threading
from dataclasses import replace
from datetime import datetime

from core.ids import PersonId
from core.notifications.homes import APART, HomeRecord
from core.tasks.model import Task


class MemoryHomeRepository:
    def __init__(self) -> None:
        self._records: dict[PersonId, HomeRecord] = {}
        self._lock = threading.Lock()

    def get(self, person_id: PersonId) -> HomeRecord | None:
        return self._records.get(person_id)

    def shown(self, person_id: PersonId, at: datetime, *, place: str | None = None, task: Task | None = None) -> None:
        laid_over = (task.task_id, task.version) if task else (None, 0)
        with self._lock:
            self._records[person_id] = HomeRecord(at, place, at, at, *laid_over)

    def begin(self, person_id: PersonId, now: datetime) -> bool:
        with self._lock:
            record = self._records.get(person_id)
            if record is None or (record.begun_at is not None and now - record.begun_at < APART):
                return False
            self._records[person_id] = replace(record, begun_at=now)
        return True

    def published(self, person_id: PersonId, begun: datetime, task: Task) -> None:
        with self._lock:
            record = self._records[person_id]
            if record.published_at is None or record.published_at < begun:
                self._records[person_id] = replace(
                    record, published_at=begun, task_id=task.task_id, task_version=task.version
                )
