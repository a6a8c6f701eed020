"""When somebody looked at their App Home, and what it was last made to show."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from core.ids import EventId, PersonId, TaskId
from core.tasks.model import Task

KEPT_FRESH_FOR: Final = timedelta(days=14)
"""Counted from when a person last opened it or pressed something in it."""
APART: Final = timedelta(seconds=5)
"""A person's home is published by itself at most once in so long."""
TEAM_APART: Final = timedelta(seconds=60)
"""And so often at most only because the numbers of the team have changed."""
SETTLED: Final = timedelta(seconds=2)
"""A home read so long after a change shows it: the indexes have caught up."""


class HomeRecord(NamedTuple):
    """What is known of a person's home.

    `begun_at` is when the last publishing began, `published_at` when the last one began that Slack took, with
    `task_id` in its state of `task_version` laid over the lists. `place` is the page that the person has turned to.
    """

    opened_at: datetime
    place: str | None = None
    begun_at: datetime | None = None
    published_at: datetime | None = None
    task_id: TaskId | None = None
    task_version: int = 0

    def is_kept_fresh(self, now: datetime) -> bool:
        return now - self.opened_at < KEPT_FRESH_FOR

    def shows(self, task: Task, changed_at: datetime) -> bool:
        """Whether what was published last has this change in it."""
        is_laid_over = self.task_id == task.task_id and self.task_version >= task.version
        return is_laid_over or self.has_settled(changed_at)

    def has_settled(self, changed_at: datetime) -> bool:
        """Whether it was published so long after a change that the indexes had caught up."""
        return self.published_at is not None and self.published_at - changed_at >= SETTLED

    def next_at(self, apart: timedelta = APART) -> datetime | None:
        """When it may be published again."""
        return self.begun_at + apart if self.begun_at else None


class HomeRepository(Protocol):
    def get(self, person_id: PersonId) -> HomeRecord | None:
        """Give the record, or None where the home was not opened for long."""

    def of_admins(self) -> Mapping[PersonId, HomeRecord]:
        """The records of all homes that show the team to an admin, or to somebody who was one when they opened it."""

    def shown(
        self,
        person_id: PersonId,
        at: datetime,
        *,
        place: str | None = None,
        task: Task | None = None,
        of_admin: bool = False,
    ) -> None:
        """Write that the person has their home before them, made at this moment and with this task laid over."""

    def begin(self, person_id: PersonId, now: datetime) -> bool:
        """Take the next publishing; False where the last one began less than `APART` ago."""

    def promise(self, person_id: PersonId, by: EventId, until: datetime, now: datetime) -> bool:
        """Promise, in the name of an event, to publish it then; False where another event has."""

    def published(self, person_id: PersonId, begun: datetime, task: Task | None = None) -> None:
        """Write that Slack took what was begun then, unless something newer was published meanwhile."""
