"""Plain messages, as people write them to each other and to the app."""

from infra.local.slack import event_payloads, payloads
from infra.local.slack.errors import ImpossibleError
from infra.local.slack.events import Events
from infra.local.slack.model import Conversation, Message
from infra.local.slack.people.acting import Acting, Outcome
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
        """Write a message; the app hears of it where it is a member and subscribes to such."""
        workspace = self._workspace
        person, words = self._active(user), text.strip()
        place = self._place(person, channel)
        if not words:
            raise ImpossibleError("a message needs words")
        if thread_ts:
            self._message(person, place, thread_ts)
        hears = workspace.app.bot_user_id in place.members
        if hears and place.is_im and workspace.app.manifest.messages_tab_read_only:
            raise ImpossibleError("Sending messages to this app has been turned off.")
        written = payloads.escape_mentions(workspace, words)
        message = workspace.post(Message(place.id, workspace.tick(), person.id, written, thread_ts=thread_ts))
        sent = None
        if hears:
            sent = await self._events.publish(person.id, event_payloads.message_posted(workspace, place, message))
        if sent is None:
            return Outcome(None, 0, None, None, message)
        # Whether the app acknowledged shows nowhere in Slack.
        return Outcome(sent.status, sent.ms, sent.failure, None, message)
