"""Who may act, and how an act ended for them."""

from dataclasses import dataclass
from typing import Final

from infra.local.slack.errors import ImpossibleError
from infra.local.slack.model import Conversation, Message, Person, Sent
from infra.local.slack.requests import TIMED_OUT, Requests
from infra.local.slack.workspace import Workspace

NOT_INTERACTIVE: Final = (
    "This app is not configured to handle interactive responses. Please configure interactivity URL for this app "
    "under the app config page."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went for the person: the app's status and time, and what Slack says where it failed."""

    status: int | None
    ms: float
    failure: str | None
    shown: str | None
    message: Message | None = None


class Acting:
    """What every act needs: the workspace, and the way to the app."""

    def __init__(self, workspace: Workspace, requests: Requests) -> None:
        self._workspace = workspace
        self._requests = requests

    def _active(self, user: str) -> Person:
        person = self._workspace.person_named(user)
        if person is None:
            raise ImpossibleError(f"there is no {user} in this workspace")
        if person.deleted or person.is_bot:
            raise ImpossibleError(f"{person.name} cannot do anything in Slack")
        return person

    def _place(self, person: Person, channel: str) -> Conversation:
        place = self._workspace.channel_named(channel)
        if place is None or person.id not in place.members:
            raise ImpossibleError(f"{person.name} is in no conversation {channel}")
        return place

    def _message(self, person: Person, place: Conversation, ts: str) -> Message:
        message = self._workspace.message(place.id, ts)
        if message is None or message.visible_to not in (None, person.id):
            raise ImpossibleError(f"{person.name} sees no message {ts} in {place.id}")
        return message

    def _tell(self, person: Person, place: Conversation, words: str, thread_ts: str | None = None) -> str:
        """Let Slackbot say something to one person."""
        workspace = self._workspace
        said = Message(place.id, workspace.tick(), "USLACKBOT", words, thread_ts=thread_ts, visible_to=person.id)
        workspace.post(said)
        return words


def of_interaction(sent: Sent) -> Outcome:
    """Tell how an interaction ended, with what Slack shows beside what was used."""
    shown = sent.failure
    if sent.failure == TIMED_OUT:
        shown = "Operation timed out. Apps need to respond within 3 seconds."
    elif sent.failure and sent.status:
        shown = f"This app responded with Status Code {sent.status}."
    return Outcome(sent.status, sent.ms, sent.failure, shown)
