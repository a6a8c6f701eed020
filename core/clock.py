"""Where the time and fresh identifiers come from, so that tests can hold both still."""

from collections.abc import Callable
from datetime import UTC, datetime

from ulid import ULID

from core.ids import EventId

Clock = Callable[[], datetime]
"""Gives the present as an aware datetime in UTC."""
EventIds = Callable[[datetime], EventId]
"""Gives a fresh id that sorts by the given instant."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def fresh_event_id(now: datetime) -> EventId:
    return EventId(str(ULID.from_datetime(now)))
