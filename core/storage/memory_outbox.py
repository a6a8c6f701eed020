"""Held-back news in memory: the same contract as over DynamoDB, for tests that need no table."""

import threading
from collections.abc import Sequence
from datetime import date, datetime

from core.errors import ConflictError
from core.events import Event, Release
from core.ids import PersonId
from core.notifications.model import Channel


class MemoryOutbox:
    def __init__(self) -> None:
        self._held: dict[tuple[datetime, str, PersonId], dict[str, Event]] = {}
        self._released: set[tuple[datetime, str, PersonId]] = set()
        self._weeks: set[tuple[PersonId, date | None]] = set()
        self._swept: datetime | None = None
        self._lock = threading.Lock()
        self.events: list[Event] = []

    def hold(self, until: datetime, channel: Channel, person_id: PersonId, event: Event) -> bool:
        key = (until, str(channel), person_id)
        with self._lock:
            if key in self._released:
                return False
            self._held.setdefault(key, {})[event.event_id] = event
            return True

    def appoint(self, until: datetime, channel: str, person_id: PersonId) -> None:
        self._held.setdefault((until, channel, person_id), {})

    def held(self, until: datetime, channel: Channel, person_id: PersonId) -> Sequence[Event]:
        return list(self._held.get((until, str(channel), person_id), {}).values())

    def waiting(self, until: datetime) -> Sequence[Release]:
        return [
            Release(person_id=person_id, channel=channel, until=when)
            for when, channel, person_id in sorted(self._held.keys() - self._released)
            if when == until
        ]

    def release(self, release: Release, event: Event) -> None:
        key = (release.until, release.channel, release.person_id)
        with self._lock:
            if key in self._released or key not in self._held:
                raise ConflictError("held-back news")
            if event.team_week is not None:
                week = (release.person_id, event.team_week.week)
                if week in self._weeks:
                    raise ConflictError("weekly digest")
                self._weeks.add(week)
            self._released.add(key)
            self.events.append(event)

    def swept_until(self) -> datetime | None:
        return self._swept

    def remember_swept(self, until: datetime) -> None:
        self._swept = until
