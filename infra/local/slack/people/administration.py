"""What an admin of the workspace does: inviting and changing people, and taking the app away."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from infra.local.slack import event_payloads
from infra.local.slack.errors import ImpossibleError
from infra.local.slack.events import Events
from infra.local.slack.model import Json, Person
from infra.local.slack.workspace import Workspace

KINDS: Final[Mapping[str, Json]] = {
    "active": {},
    "admin": {"is_admin": True},
    "guest": {"is_restricted": True},
    "single_channel_guest": {"is_restricted": True, "is_ultra_restricted": True},
    "bot": {"is_bot": True},
    "deactivated": {"deleted": True},
    "other_workspace": {"is_stranger": True, "team_id": "T0ELSEWHERE"},
}
"""Ready-made kinds of people. https://docs.slack.dev/reference/objects/user-object"""

_FIELDS: Final = {each.name: bool if isinstance(each.default, bool) else str for each in fields(Person)}


class Administration:
    """The people of the workspace, and the app's place in it."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._events = events

    async def add_person(self, facts: Mapping[str, Any]) -> Person:
        """Put somebody new into the workspace; `kind` sets the flags that go with it."""
        workspace = self._workspace
        given = dict(facts)
        kind, name = given.pop("kind", "active"), given.get("name")
        if kind not in list(KINDS):
            raise ImpossibleError(f"there is no kind {kind!r}; there are {', '.join(KINDS)}")
        given.setdefault("id", f"U{secrets.token_hex(5).upper()}")
        given.setdefault("real_name", str(name).title())
        given.setdefault("email", "" if kind == "bot" else f"{name}@example.com")
        wanted = _checked(KINDS[kind] | given)
        if workspace.person_named(wanted["name"]) or workspace.person(wanted["id"]):
            raise ImpossibleError(f"somebody is called {wanted['name']} or {wanted['id']} already")
        person = workspace.add_person(Person(**wanted))
        if person.team_id == workspace.team_id:
            await self._tell(person, event_payloads.team_join)
        return person

    async def change_person(self, user: str, facts: Mapping[str, Any]) -> Person:
        """Change what is known of somebody, or deactivate them."""
        workspace = self._workspace
        person = workspace.person_named(user)
        if person is None:
            raise ImpossibleError(f"there is no {user} in this workspace")
        if "id" in facts:
            raise ImpossibleError("an id is for ever")
        changed = workspace.add_person(replace(person, **_checked(facts)), joins=False)
        await self._tell(changed, event_payloads.user_change)
        return changed

    def set_membership(self, channel: str, *, is_member: bool) -> list[str]:
        """Bring the app into a channel or take it out, and give who is in it then."""
        place = self._workspace.channel_named(channel)
        if place is None or place.is_im:
            raise ImpossibleError(f"there is no channel {channel}")
        bot = self._workspace.app.bot_user_id
        place.members[:] = [each for each in place.members if each != bot] + [bot] * is_member
        return list(place.members)

    async def revoke_token(self) -> None:
        """Take the bot's token back; the app stays."""
        self._workspace.is_token_revoked = True
        await self._events.publish("", event_payloads.tokens_revoked(self._workspace))

    async def uninstall(self) -> None:
        """Remove the app, and its token with it."""
        self._workspace.is_uninstalled = True
        await self._events.publish("", event_payloads.tokens_revoked(self._workspace))
        await self._events.publish("", event_payloads.app_uninstalled())

    def install(self) -> None:
        """Install the app again."""
        self._workspace.is_uninstalled = self._workspace.is_token_revoked = False

    async def _tell(self, person: Person, event: Callable[[Workspace, Person], Json]) -> None:
        await self._events.publish(person.id, event(self._workspace, person))


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse what no person has, or has in another type."""
    for name, value in facts.items():
        if name not in _FIELDS:
            raise ImpossibleError(f"a person has no {name}; a person has {', '.join(_FIELDS)}")
        if not isinstance(value, _FIELDS[name]):
            raise ImpossibleError(f"{name} cannot be {value!r}")
    try:
        ZoneInfo(facts.get("tz", "UTC"))
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise ImpossibleError(f"there is no zone {facts['tz']}") from problem
    return dict(facts)
