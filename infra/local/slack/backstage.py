"""The half of the control API that no person in the workspace has: who there is, and what goes wrong."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict

from infra.local.slack.events import Events
from infra.local.slack.faults import fault_of
from infra.local.slack.model import Json
from infra.local.slack.people.administration import Administration
from infra.local.slack.workspace import Workspace


class Backstage:
    """People and faults of one workspace."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._administration = Administration(workspace, events)

    def acts(self) -> dict[str, tuple[Callable[[Json], Awaitable[Json]], Sequence[str]]]:
        """List the acts, each with the fields that its body must have."""
        return {
            "/people": (self._add_person, ("name",)),
            "/people/change": (self._change_person, ("user",)),
            "/membership": (self._membership, ("channel", "member")),
            "/faults": (self._order_fault, ("kind",)),
            "/faults/clear": (self._clear_faults, ()),
            "/revoke_token": (self._revoke_token, ()),
            "/uninstall": (self._uninstall, ()),
            "/install": (self._install, ()),
        }

    async def _add_person(self, body: Json) -> Json:
        """Add somebody: name, and perhaps kind (active, admin, guest, bot, …), email, tz, locale."""
        person = await self._administration.add_person(body)
        return {"person": person.facts(self._workspace.now())}

    async def _change_person(self, body: Json) -> Json:
        """Change somebody: user, and what changes; deleted: true deactivates them."""
        facts = {name: value for name, value in body.items() if name != "user"}
        person = await self._administration.change_person(body["user"], facts)
        return {"person": person.facts(self._workspace.now())}

    async def _membership(self, body: Json) -> Json:
        """Bring the app into a channel, as `/invite` does, or take it out: channel, member (true or false)."""
        members = self._administration.set_membership(body["channel"], is_member=bool(body["member"]))
        return {"members": members}

    async def _order_fault(self, body: Json) -> Json:
        """Let calls go wrong: kind (drop, delay, rate_limit, server_error, refuse), and perhaps method, times,
        accepted (the work is done nevertheless), seconds, status, error."""
        self._workspace.faults.order(fault_of(body))
        return {"faults": [asdict(each) for each in self._workspace.faults.ordered]}

    async def _clear_faults(self, _: Json) -> Json:
        """Let nothing more go wrong."""
        self._workspace.faults.clear()
        return {"faults": []}

    async def _revoke_token(self, _: Json) -> Json:
        """Take the bot's token back."""
        await self._administration.revoke_token()
        return {"ok": True}

    async def _uninstall(self, _: Json) -> Json:
        """Remove the app from the workspace."""
        await self._administration.uninstall()
        return {"ok": True}

    async def _install(self, _: Json) -> Json:
        """Install the app again, with a token that is good."""
        self._administration.install()
        return {"ok": True}
