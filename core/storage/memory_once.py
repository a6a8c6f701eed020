"""Markers of what was done, in memory: the same contract as over DynamoDB."""

import threading
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock

_KEPT_FOR: Final = timedelta(days=1)


class MemoryOnceRepository:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> bool:
        now = self._clock()
        with self._lock:
            taken = self._taken.get(key)
            if taken is not None and now - taken <= _KEPT_FOR:
                return False
            self._taken[key] = now
        return True

    def give_back(self, key: str) -> None:
        del self._taken[key]
