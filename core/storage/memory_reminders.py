"""Reminders in memory: the same contract as over DynamoDB, for tests that need no table."""

import threading
from collections.abc import Sequence
from datetime import date

from core.errors import ConflictError, NotFoundError
from core.events import Event, Reminder
from core.ids import PersonId, TaskId
from core.notifications.preferences import PreferenceRepository
from core.notifications.reminders import Remindable
from core.people.ports import PersonRepository


class MemoryReminderRepository:
    def __init__(self, people: PersonRepository, preferences: PreferenceRepository) -> None:
        self._people = people
        self._preferences = preferences
        self._told: dict[PersonId, date] = {}
        self._snoozed: dict[PersonId, dict[TaskId, date]] = {}
        self.events: list[Event] = []
        self._lock = threading.Lock()

    def remindable(self, person_ids: Sequence[PersonId]) -> Sequence[Remindable]:
        found = []
        for person_id in person_ids:
            try:
                person = self._people.get(person_id)
            except NotFoundError:
                continue
            told, snoozed = self._told.get(person_id), dict(self._snoozed.get(person_id, {}))
            found.append(Remindable(person, self._preferences.get(person_id), told, snoozed))
        return found

    def remind(self, event: Event, reminder: Reminder) -> None:
        with self._lock:
            told = self._told.get(reminder.person_id)
            if told is not None and told >= reminder.day:
                raise ConflictError("reminder")
            self._told[reminder.person_id] = reminder.day
            self.events.append(event)

    def snooze(self, person_id: PersonId, task_id: TaskId, until: date) -> None:
        self._snoozed.setdefault(person_id, {})[task_id] = until

    def snoozed_until(self, first: date, last: date) -> Sequence[tuple[PersonId, TaskId]]:
        return [
            (person_id, task_id)
            for person_id, tasks in self._snoozed.items()
            for task_id, until in tasks.items()
            if first <= until <= last
        ]
