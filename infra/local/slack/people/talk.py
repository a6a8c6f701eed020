"""Plain messages, as people write them to each other and to the app."""

from infra.local.slack import payloads
from infra.local.slack.errors import ImpossibleError
from infra.local.slack.events import Events
from infra.local.slack.model import Conversation, Message
from infra.local.slack.people.acting import Acting, Outcome, of_interaction
from infra.local.slack.requests import Requests
from infra.local.slack.workspace import Workspace


class Talk(Acting):
    """Messages of people."""

    def __init__(self, workspace: Workspace, requests: Requests, events: Events) -> None:
        super().__init__(workspace, requests)
        self._events = events

    def open_direct_messages(self, user: str, other: str) -> Conversation:
        """Begin to talk to one other person."""
        person, other_person = self._active(user), self._active(other)
        if person.id == other_person.id:
            raise ImpossibleError(f"{person.name} is one person")
        return self._workspace.open_direct_messages_between(person.id, other_person.id)

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Outcome:
        """Write a message; the app hears of one to itself where it subscribes to `message.im`."""
        workspace = self._workspace
        person, words = self._active(user), text.strip()
        place = self._place(person, channel)
        if not words:
            raise ImpossibleError("a message needs words")
        is_to_app = place.is_im and workspace.app.bot_user_id in place.members
        if is_to_app and workspace.app.manifest.messages_tab_read_only:
            raise ImpossibleError("Sending messages to this app has been turned off.")
        written = payloads.escape_mentions(workspace, words)
        message = workspace.post(Message(place.id, workspace.tick(), person.id, written, thread_ts=thread_ts))
        sent = await self._events.publish(person.id, payloads.message_event(workspace, message)) if is_to_app else None
        return of_interaction(sent) if sent else Outcome(None, 0, None, None, message)
