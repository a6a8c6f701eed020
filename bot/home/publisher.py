"""App Homes kept fresh: whatever somebody changes anywhere is soon seen in the homes that it concerns."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.home.concerns import changes_requests, changes_workload, concerned
from bot.home.content import HomeReader
from bot.home.view import build_home, build_home_of_somebody_disabled, build_home_of_stranger
from core.clock import Clock
from core.errors import DependencyError, NotFoundError, NotLinkedError
from core.events import Event, EventType
from core.ids import PersonId, SlackUserId
from core.links.model import LinkRequest
from core.links.ports import LinkRepository
from core.notifications.homes import APART, TEAM_APART, HomeRecord, HomeRepository
from core.notifications.ports import SlackInstallation
from core.people.model import Person
from core.people.ports import PersonRepository
from core.slack import SlackApi
from core.tasks.model import Task
from core.tasks.ports import TaskRepository

_LINKS: Final = frozenset({EventType.LINK_MADE, EventType.LINK_REMOVED})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Stale:
    """A home that does not show an event; `is_calm` where only the numbers of the team are others."""

    person_id: PersonId
    record: HomeRecord
    is_calm: bool = False


@dataclass(frozen=True, slots=True)
class _Current:
    """What an event is about as it stands now, which the indexes may still lag behind."""

    task: Task | None = None
    request: LinkRequest | None = None


class HomePublisher:
    def __init__(
        self,
        slack: SlackApi,
        homes: HomeRepository,
        people: PersonRepository,
        tasks: TaskRepository,
        links: LinkRepository,
        reader: HomeReader,
        installation: SlackInstallation,
        clock: Clock,
    ) -> None:
        self._slack = slack
        self._homes = homes
        self._people = people
        self._tasks = tasks
        self._links = links
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
        now = self._clock()
        stale = self._stale(event, now)
        if not stale or self._installation.has_ended():
            return None
        current = self._current(event, now)
        again: list[datetime] = []
        troubles: list[DependencyError] = []
        for home in stale:
            try:
                next_at = self._publish(home, event, current, now)
            except DependencyError as error:
                troubles.append(error)
            else:
                again += [next_at] if next_at else []
        if troubles:
            raise troubles[0]
        return min(again, default=None)

    def _stale(self, event: Event, now: datetime) -> list[_Stale]:
        """The homes that people still look at and in which the event is not to be seen yet."""
        found: dict[PersonId, _Stale] = {}
        task = event.task
        for person_id in concerned(event):
            record = self._homes.get(person_id)
            if record and task and record.is_kept_fresh(now) and not record.shows(task, event.occurred_at):
                found[person_id] = _Stale(person_id, record)
        is_request = changes_requests(event)
        if is_request or changes_workload(event):
            for person_id, record in self._homes.of_admins().items():
                is_shown = record.has_settled(event.occurred_at) or not record.is_kept_fresh(now)
                if person_id not in concerned(event) and not is_shown:
                    found[person_id] = _Stale(person_id, record, is_calm=not is_request)
        return list(found.values())

    def _publish(self, home: _Stale, event: Event, current: _Current, now: datetime) -> datetime | None:
        """Publish one home, or tell when it may be published."""
        person_id = home.person_id
        next_at = home.record.next_at(TEAM_APART if home.is_calm else APART)
        if next_at is not None and next_at > now:
            return self._later(home, event, next_at, now)
        if not self._homes.begin(person_id, now):
            # Somebody else has begun this very moment, perhaps without this change.
            return self._later(home, event, now + (TEAM_APART if home.is_calm else APART), now)
        try:
            person = self._people.get(person_id)
        except NotFoundError:
            return None
        if person.slack_user_id is not None:
            self._show(person.slack_user_id, self._home_of(person, current, home.record.place))
        self._homes.published(person_id, now, current.task)
        return None

    def _later(self, home: _Stale, event: Event, when: datetime, now: datetime) -> datetime | None:
        """Come again; where only the team's numbers are others, one event comes for all."""
        if home.is_calm and not self._homes.promise(home.person_id, event.event_id, when, now):
            return None
        return when

    def _show_who_they_are(self, slack_user_id: SlackUserId) -> None:
        """Show a Slack user's home as it is from the link on, or without it."""
        try:
            view = self._home_of(self._people.linked_to(slack_user_id), _Current())
        except NotLinkedError:
            view = build_home_of_stranger()
        self._show(slack_user_id, view)

    def _home_of(self, person: Person, current: _Current, at: str | None = None) -> dict[str, Any]:
        if not person.is_team_member:
            return build_home_of_somebody_disabled()
        content = self._reader.read(person, changed=current.task, at=at, request=current.request)
        return build_home(content, person, self._clock())

    def _show(self, slack_user_id: SlackUserId, view: dict[str, Any]) -> None:
        try:
            self._slack.publish_home(slack_user_id, view)
        except DependencyError as error:
            if error.retryable:
                raise
            _log.warning("a home cannot be published", exc_info=error)

    def _current(self, event: Event, now: datetime) -> _Current:
        """The task or the request as it stands, whatever became of it since the event."""
        if event.task is not None:
            return _Current(task=self._task(event.task, now))
        if event.link is not None:
            return _Current(request=self._links.request(event.link.slack_user_id, event.link.person_id))
        return _Current()

    def _task(self, task: Task, now: datetime) -> Task:
        try:
            return self._tasks.get(task.task_id)
        except NotFoundError:
            return task.model_copy(update={"deleted_at": now})
