"""Reading and changing the workspace's settings."""

from collections.abc import Sequence
from typing import Any

from core.clock import Clock, EventIds
from core.errors import ConflictError, InvalidInputError
from core.events import Change, Event, EventActor, EventType
from core.ids import PersonId, WorkspaceId
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.validation import validated
from core.workspace.ports import SettingsRepository
from core.workspace.settings import WorkspaceSettings


class SettingsService:
    def __init__(
        self,
        settings: SettingsRepository,
        people: PeopleService,
        workspace: WorkspaceId,
        clock: Clock,
        event_ids: EventIds,
    ) -> None:
        self._settings = settings
        self._people = people
        self._workspace = workspace
        self._clock = clock
        self._event_ids = event_ids

    def get(self) -> WorkspaceSettings:
        """As they stand now; everybody in the team may know them."""
        return self._settings.get()

    def to_change(self, actor: Actor) -> WorkspaceSettings:
        """As they stand now, for an admin who is about to change them; raise ForbiddenError."""
        self._people.entitled(actor, _is_admin, "settings.change")
        return self._settings.get()

    def change(self, actor: Actor, *, version: int | None = None, **given: Any) -> WorkspaceSettings:
        """Save the given settings, as an admin; `version` is the one that the person looked at.

        Raises:
            ForbiddenError: whoever asks is no admin, now.
            InvalidInputError: naming the settings that cannot be used.
            ConflictError: somebody else saved other ones since; with `is_stale` where it was since `version`.
        """
        actor = self._people.entitled(actor, _is_admin, "settings.change")
        self._require_admins(given.get("link_requests_to", ()))
        before = self._settings.get()
        if version is not None and version != before.version:
            raise ConflictError("settings", is_stale=True)
        after = validated(WorkspaceSettings, **{**before.facts, **given, "version": before.version + 1})
        changes = [
            Change(field=field, before=value, after=after.facts[field])
            for field, value in before.facts.items()
            if value != after.facts[field]
        ]
        if not changes:
            return before
        now = self._clock()
        event = Event(
            detail_type=EventType.SETTINGS_CHANGED,
            event_id=self._event_ids(now),
            occurred_at=now,
            workspace=self._workspace,
            actor=EventActor.of(actor),
            changes=tuple(changes),
        )
        self._settings.save(after, event)
        return after

    def _require_admins(self, named: Sequence[PersonId]) -> None:
        """Only admins decide about requests, so that telling others would leave them lying."""
        if named and not {*named} <= {person.person_id for person in self._people.admins()}:
            raise InvalidInputError.of("link_requests_to", "not_admin")


def _is_admin(person: Person) -> bool:
    return person.is_admin
