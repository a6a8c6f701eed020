"""Where the time and fresh identifiers come from, so that tests can hold both still."""

import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from ulid import ULID

from core.ids import EventId

Clock = Callable[[], datetime]
"""Gives the present as an aware datetime in UTC."""
EventIds = Callable[[datetime], EventId]
"""Gives a fresh id that sorts by the given instant."""
_RANDOM_BITS: Final = 80
"""Of the 128 of a ULID; the others are the millisecond. https://github.com/ulid/spec"""


def system_clock() -> datetime:
    return datetime.now(UTC)


def first_event_id(since: datetime) -> EventId:
    """The lowest id that an event of this instant could have; those of earlier ones sort below it."""
    return EventId(str(ULID.from_int(int(ULID.from_datetime(since)) >> _RANDOM_BITS << _RANDOM_BITS)))


def named_event_id(since: datetime, name: str) -> EventId:
    """The id of the one event of this instant that is called so: whoever asks for it gets the same."""
    drawn = int.from_bytes(sha256(name.encode()).digest()[: _RANDOM_BITS // 8])
    return EventId(str(ULID.from_int(int(ULID.from_str(first_event_id(since))) | drawn)))


class Hurry:
    """How long a door may still begin new calls to whoever is slow, so that it has answered in time itself.

    Every thread has its own time; one that has begun no request is in no hurry.
    """

    def __init__(self, limit: timedelta, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit.total_seconds()
        self._monotonic = monotonic
        self._own = threading.local()
        self.begin()

    def begin(self, gone: timedelta = timedelta(0)) -> None:
        """A request has come, `gone` ago: its time runs from then on."""
        self._own.until = self._monotonic() + self._limit - gone.total_seconds()

    @property
    def is_over(self) -> bool:
        until: float = getattr(self._own, "until", math.inf)
        return self._monotonic() >= until


class FreshEventIds:
    """ULIDs that also sort by the order in which they were asked for within one millisecond."""

    def __init__(self) -> None:
        self._latest = 0
        self._lock = threading.Lock()

    def __call__(self, now: datetime) -> EventId:
        fresh = int(ULID.from_datetime(now))
        with self._lock:
            if fresh >> _RANDOM_BITS == self._latest >> _RANDOM_BITS:
                fresh = self._latest + 1
            self._latest = fresh
        return EventId(str(ULID.from_int(fresh)))


fresh_event_id = FreshEventIds()
