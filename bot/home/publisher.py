"""App Homes kept fresh: whatever somebody changes anywhere is soon seen in the homes that it concerns."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from bot.home.content import HomeReader
from bot.home.view import build_home, build_home_of_somebody_disabled, build_home_of_stranger
from core.clock import Clock
from core.errors import DependencyError, NotFoundError, NotLinkedError
from core.events import Event, EventType
from core.ids import PersonId, SlackUserId
from core.notifications.homes import HomeRecord, HomeRepository
from core.notifications.ports import SlackInstallation
from core.people.model import Person
from core.people.ports import PersonRepository
from core.slack import SlackApi
from core.tasks.model import Task
from core.tasks.ports import TaskRepository

_LINKS: Final = frozenset({EventType.LINK_MADE, EventType.LINK_REMOVED})
_log = logging.getLogger(__name__)


class HomePublisher:
    def __init__(
        self,
        slack: SlackApi,
        homes: HomeRepository,
        people: PersonRepository,
        tasks: TaskRepository,
        reader: HomeReader,
        installation: SlackInstallation,
        clock: Clock,
    ) -> None:
        self._slack = slack
        self._homes = homes
        self._people = people
        self._tasks = tasks
        self._reader = reader
        self._installation = installation
        self._clock = clock

    def refresh(self, event: Event) -> datetime | None:
        """Publish the homes that an event changed; tell when to come again for what was published too short ago.

        One person's trouble keeps nobody else's home from being published.

        Raises:
            DependencyError: somebody's could not be published yet; the whole call may be repeated.
        """
        if event.link is not None and event.detail_type in _LINKS and not self._installation.has_ended():
            self._show_who_they_are(event.link.slack_user_id)
        if event.task is None or not event.changes_task:
            return None
        return self._refresh(event, event.task)

    def _refresh(self, event: Event, task: Task) -> datetime | None:
        now = self._clock()
        records = {person_id: self._homes.get(person_id) for person_id in concerned(event)}
        stale = {
            person_id: record
            for person_id, record in records.items()
            if record and record.is_kept_fresh(now) and not record.shows(task, event.occurred_at)
        }
        if not stale or self._installation.has_ended():
            return None
        current = self._current(task, now)
        again: list[datetime] = []
        troubles: list[DependencyError] = []
        for person_id, record in stale.items():
            try:
                next_at = self._publish(person_id, record, current, now)
            except DependencyError as error:
                troubles.append(error)
            else:
                again += [next_at] if next_at else []
        if troubles:
            raise troubles[0]
        return min(again, default=None)

    def _publish(self, person_id: PersonId, record: HomeRecord, current: Task, now: datetime) -> datetime | None:
        """Publish one home, or tell when it may be published."""
        next_at = record.next_at()
        if next_at is not None and next_at > now:
            return next_at
        if not self._homes.begin(person_id, now):
            # Somebody else has begun this very moment, perhaps without this change.
            return HomeRecord(now, begun_at=now).next_at()
        try:
            person = self._people.get(person_id)
        except NotFoundError:
            return None
        if person.slack_user_id is not None:
            self._show(person.slack_user_id, self._home_of(person, current, record.place))
        self._homes.published(person_id, now, current)
        return None

    def _show_who_they_are(self, slack_user_id: SlackUserId) -> None:
        """Show a Slack user's home as it is from the link on, or without it."""
        try:
            view = self._home_of(self._people.linked_to(slack_user_id))
        except NotLinkedError:
            view = build_home_of_stranger()
        self._show(slack_user_id, view)

    def _home_of(self, person: Person, changed: Task | None = None, at: str | None = None) -> dict[str, Any]:
        if not person.is_team_member:
            return build_home_of_somebody_disabled()
        return build_home(self._reader.read(person, changed=changed, at=at), person, self._clock())

    def _show(self, slack_user_id: SlackUserId, view: dict[str, Any]) -> None:
        try:
            self._slack.publish_home(slack_user_id, view)
        except DependencyError as error:
            if error.retryable:
                raise
            _log.warning("a home cannot be published", exc_info=error)

    def _current(self, task: Task, now: datetime) -> Task:
        """The task as it stands, whatever became of it since the event."""
        try:
            return self._tasks.get(task.task_id)
        except NotFoundError:
            return task.model_copy(update={"deleted_at": now})


def concerned(event: Event) -> Sequence[PersonId]:
    """Whose home looks different after a change of a task: who has it, had it, gave it and who did it."""
    task = event.task
    if task is None:
        return []
    before = next((change.before for change in event.changes if change.field == "assigned_to"), None)
    people = [task.owner_id, before and PersonId(before["person_id"]), task.created_by.person_id]
    return list(dict.fromkeys(each for each in (*people, event.actor.person_id) if each))
