"""Ways into the app from anywhere: global shortcuts and App Home."""

from infra.local.slack import event_payloads, payloads
from infra.local.slack.errors import ImpossibleError
from infra.local.slack.events import Events
from infra.local.slack.people.acting import Acting, Outcome, of_interaction
from infra.local.slack.requests import Requests
from infra.local.slack.workspace import Workspace


class Entrances(Acting):
    """Shortcuts, and the tabs of the app."""

    def __init__(self, workspace: Workspace, requests: Requests, events: Events) -> None:
        super().__init__(workspace, requests)
        self._events = events

    async def use_shortcut(self, user: str, callback_id: str) -> Outcome:
        """Use a global shortcut of the manifest. https://docs.slack.dev/interactivity/implementing-shortcuts"""
        person = self._active(user)
        self._check(callback_id, "global")
        payload = payloads.global_shortcut(self._workspace, person, callback_id)
        return of_interaction(await self._requests.send_payload(person.id, payload))

    async def use_message_shortcut(self, user: str, callback_id: str, channel: str, ts: str) -> Outcome:
        """Use a message shortcut of the manifest on a message."""
        person = self._active(user)
        place = self._place(person, channel)
        message = self._message(person, place, ts)
        if message.visible_to:
            raise ImpossibleError("a message that one person alone sees has no shortcuts")
        self._check(callback_id, "message")
        payload = payloads.message_shortcut(self._workspace, person, place, message, callback_id)
        return of_interaction(await self._requests.send_payload(person.id, payload))

    def _check(self, callback_id: str, kind: str) -> None:
        shortcut = self._workspace.app.manifest.shortcuts.get(callback_id)
        if shortcut is None or shortcut.type != kind:
            raise ImpossibleError(f"the manifest has no {kind} shortcut {callback_id}")

    async def open_home(self, user: str) -> Outcome:
        """Look at App Home. https://docs.slack.dev/surfaces/app-home"""
        person = self._active(user)
        if not self._workspace.app.manifest.home_tab_enabled:
            raise ImpossibleError("the app has no Home tab")
        event = event_payloads.home_opened(self._workspace, person)
        sent = await self._events.publish(person.id, event)
        return of_interaction(sent) if sent else Outcome(None, 0, None, None)
