"""Keeping to what Slack asks for when it has had too much: everybody waits, and nothing is in trouble."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock
from core.errors import DependencyError
from core.notifications.ports import Pace

SAT_OUT: Final = timedelta(seconds=5)
"""A shorter pause is waited for: each time that a message goes back to its queue is one of the few that it may."""


def gravest(troubles: Sequence[Exception]) -> Exception:
    """The one of several to raise: the longest pause that somebody was asked for, else the first."""
    return max(troubles, key=_pause)


class PacedWork:
    """Work on the messages of one batch; whoever is told to wait has the others wait too."""

    def __init__(self, pace: Pace, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> None:
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._held_until: datetime | None = None
        self._is_read = False

    def do(self, work: Callable[[], datetime | None]) -> datetime | None:
        """Do it, or give when to come again."""
        if not self._is_read:
            self._held_until, self._is_read = self._pace.held_until(), True
        if self._held_until is not None:
            left = self._held_until - self._clock()
            if left > SAT_OUT:
                return self._held_until
            self._sleep(max(0, left.total_seconds()))
        try:
            return work()
        except DependencyError as error:
            if error.retry_after is None:
                raise
            self._held_until = self._clock() + error.retry_after
            self._pace.hold_until(self._held_until)
            return self._held_until


def _pause(trouble: Exception) -> timedelta:
    return (trouble.retry_after if isinstance(trouble, DependencyError) else None) or timedelta(0)
