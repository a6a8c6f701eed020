"""Letting held-back news go when its quarter of an hour has come. What of it still matters, the delivery decides."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

from core.clock import EventIds
from core.errors import ConflictError
from core.events import Event, EventActor, EventType, Release
from core.ids import WorkspaceId
from core.notifications.preferences import QUARTER, WEEKLY
from core.notifications.reminders import Troubles
from core.notifications.weekly import WeeklyDigests

_LONGEST: Final = timedelta(days=7)
"""So far back a sweep looks for what no sweep has let go."""


class OutboxSweep(Protocol):
    """What a sweep needs of the outbox."""

    def waiting(self, until: datetime) -> Iterable[Release]:
        """What was held until that quarter and has not been let go."""

    def release(self, release: Release, event: Event) -> None:
        """Let it go, and write the event that says so, as one.

        Raises:
            ConflictError: it has gone already, or it is a digest of a week of which the person has had one.
            DependencyError: the store is busy; retryable.
        """

    def swept_until(self) -> datetime | None:
        """The last quarter that a whole sweep has seen."""

    def remember_swept(self, until: datetime) -> None:
        """Write it."""


class HeldNewsService:
    def __init__(self, outbox: OutboxSweep, weekly: WeeklyDigests, workspace: WorkspaceId, event_ids: EventIds) -> None:
        self._outbox = outbox
        self._weekly = weekly
        self._workspace = workspace
        self._event_ids = event_ids

    def sweep(self, now: datetime) -> int:
        """Let go whatever was held until now or until a time that sweeps have missed; give how much.

        It may be repeated, and run beside itself.

        Raises:
            DependencyError: it got no further; the next sweep begins where this one did.
            Exception: what somebody's news could not be let go for, when everybody else's has been.
        """
        latest = now - timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
        # The last quarter that was swept is swept again: news may have been held until then while that went on.
        swept = self._outbox.swept_until() or latest - _LONGEST
        quarter = min(max(swept, latest - _LONGEST), latest)
        troubles, count = Troubles(), 0
        while quarter <= latest:
            for release in self._outbox.waiting(quarter):
                with troubles.of(release.person_id):
                    count += self._release(now, release)
            quarter += QUARTER
        troubles.raise_first()
        self._outbox.remember_swept(latest)
        return count

    def _release(self, now: datetime, release: Release) -> bool:
        team_week = self._weekly.prepare(release, now) if release.channel == WEEKLY else None
        if release.channel == WEEKLY and team_week is None:
            return False
        event = Event(
            detail_type=EventType.NEWS_DUE,
            event_id=self._event_ids(now),
            occurred_at=now,
            workspace=self._workspace,
            actor=EventActor.of_the_system(),
            release=release,
            team_week=team_week,
        )
        try:
            self._outbox.release(release, event)
        except ConflictError:
            return False
        return True
