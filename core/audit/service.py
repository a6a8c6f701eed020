"""The audit, for admins: every history entry says who, when, what and through which door."""

from datetime import datetime

from core.audit.ports import AuditQuery, AuditRepository
from core.events import Event
from core.ids import PersonId, TaskId
from core.people.model import Actor
from core.people.service import PeopleService
from core.tasks.ports import TaskRepository
from core.tasks.queries import Slice


class AuditService:
    """All raise ForbiddenError where whoever asks is no admin, now, and InvalidInputError for a foreign `at`."""

    def __init__(self, audit: AuditRepository, tasks: TaskRepository, people: PeopleService) -> None:
        self._audit = audit
        self._tasks = tasks
        self._people = people

    def administration(
        self, actor: Actor, *, since: datetime | None = None, limit: int, at: str | None = None
    ) -> Slice[Event]:
        """What was done to the team and its settings, by anybody, newest first."""
        return self._read(actor, AuditQuery(since=since), limit, at)

    def by_person(
        self, actor: Actor, person_id: PersonId, *, since: datetime | None = None, limit: int, at: str | None = None
    ) -> Slice[Event]:
        """What somebody did, newest first."""
        return self._read(actor, AuditQuery(by=person_id, since=since), limit, at)

    def about_person(
        self, actor: Actor, person_id: PersonId, *, since: datetime | None = None, limit: int, at: str | None = None
    ) -> Slice[Event]:
        """What was done to somebody, newest first."""
        return self._read(actor, AuditQuery(about=person_id, since=since), limit, at)

    def of_task(
        self, actor: Actor, task_id: TaskId, *, since: datetime | None = None, limit: int, at: str | None = None
    ) -> Slice[Event]:
        """What happened to a task, also a deleted one, newest first."""
        self._require(actor)
        found = self._tasks.history(task_id, limit=limit, at=at)
        if since is None or all(event.occurred_at >= since for event in found.items):
            return found
        recent = [event for event in found.items if event.occurred_at >= since]
        return Slice(recent, found.previous)

    def _read(self, actor: Actor, query: AuditQuery, limit: int, at: str | None) -> Slice[Event]:
        self._require(actor)
        return self._audit.slice(query, limit=limit, at=at)

    def _require(self, actor: Actor) -> None:
        self._people.entitled(actor, lambda person: person.is_admin, "team.audit")
