"""The workspace: the people, conversations, messages and views in it, and the app installed there. The only state."""

import json
import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from core.clock import Clock, system_clock
from infra.local.slack.changes import Changes
from infra.local.slack.faults import Faults
from infra.local.slack.manifest import Manifest
from infra.local.slack.model import Call, Conversation, Json, Message, Person, Sent, View
from infra.local.slack.once import ResponseUrls, Triggers
from infra.local.slack.rate_limit import RateLimit

GENERAL: Final = "C0GENERAL"
KEPT_TRAFFIC: Final = 5000
STATE_FORMAT: Final = 1
"""Raise it when a class of `model` changes: a file of another format is left aside."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The app as it is installed: its names and secrets."""

    manifest: Manifest
    signing_secret: str
    bot_token: str
    app_id: str = "A0TASKBOT"
    bot_id: str = "B0TASKBOT"
    bot_user_id: str = "U0TASKBOT"
    verification_token: str = "verification-token-is-deprecated"  # noqa: S105 - Slack still sends one; nobody checks it

    @property
    def bot_name(self) -> str:
        """The user name that Slack makes of the app's name."""
        return self.manifest.app_name.lower().replace(" ", "")

    @property
    def marks(self) -> Json:
        """What marks a message as the app's own."""
        return {"bot_id": self.bot_id, "app_id": self.app_id}


class Workspace:
    """One Slack workspace with one app in it.

    Not locked: everything happens on the event loop that serves it.
    """

    def __init__(
        self,
        *,
        team_id: str,
        public_url: str,
        app: Installation,
        team_name: str = "Task Bot demo",
        team_domain: str = "task-bot-demo",
        clock: Clock = system_clock,
        message_burst: int = 50,
    ) -> None:
        self.team_id = team_id
        self.team_name = team_name
        self.team_domain = team_domain
        self.public_url = public_url.rstrip("/")
        self.changes = Changes()
        self.app = app
        self.is_token_revoked = False
        self.is_uninstalled = False
        self.faults = Faults()
        self._clock = clock
        self._ahead = timedelta()
        self.message_limit = RateLimit(per_second=1, burst=message_burst)
        self.triggers = Triggers(team_id)
        self.response_urls = ResponseUrls()
        self.calls: deque[Call] = deque(maxlen=KEPT_TRAFFIC)
        self.sent: deque[Sent] = deque(maxlen=KEPT_TRAFFIC)
        self._last_tick = 0
        self._people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {GENERAL: Conversation(GENERAL, name="general")}
        self.messages: dict[str, dict[str, Message]] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        """The open modals of each person, lowest first."""
        self.homes: dict[str, str] = {}
        self.add_person(
            Person(app.bot_user_id, app.bot_name, app.manifest.app_name, email="", is_bot=True), joins=False
        )

    def reset(self) -> None:
        """Forget every message, view and call, and what the clock was moved by; people and conversations stay."""
        for state in (self.messages, self.views, self.stacks, self.homes):
            state.clear()
        self._ahead = timedelta()
        self.calls.clear()
        self.sent.clear()
        self.triggers = Triggers(self.team_id)
        self.response_urls = ResponseUrls()
        self.message_limit = RateLimit(per_second=1, burst=self.message_limit.burst)
        self.is_token_revoked = False
        self.is_uninstalled = False
        self.faults.clear()

    @property
    def address(self) -> str:
        """Where the workspace would be on the web."""
        return f"https://{self.team_domain}.slack.com/"

    # Time

    def now(self) -> datetime:
        """Tell the time in this workspace, which a test may have moved on."""
        return self._clock() + self._ahead

    def move_clock(self, by: timedelta) -> None:
        """Let `by` pass at once."""
        self._ahead += by

    def tick(self) -> str:
        """Make a timestamp that is later than every other: the id of a message, a view's hash, an action's time."""
        now = int(self.now().timestamp() * 1_000_000)
        self._last_tick = max(now, self._last_tick + 1)
        return f"{self._last_tick // 1_000_000}.{self._last_tick % 1_000_000:06d}"

    # People

    def add_person(self, person: Person, *, joins: bool = True) -> Person:
        """Put a person into the workspace, by default as a member of #general."""
        person = replace(person, team_id=person.team_id or self.team_id)
        self._people[person.id] = person
        members = self.conversations[GENERAL].members
        if joins and person.id not in members:
            members.append(person.id)
        return person

    def person(self, user_id: str) -> Person | None:
        """Find a person by id."""
        return self._people.get(user_id)

    def person_named(self, key: str) -> Person | None:
        """Find a person by id, name, @name or email."""
        wanted = key.removeprefix("@").lower()
        return self._people.get(key) or next(
            (each for each in self._people.values() if wanted in {each.name.lower(), each.email.lower()}), None
        )

    def everybody(self) -> list[Person]:
        """List everyone, the app's own user too."""
        return list(self._people.values())

    def people(self) -> list[Person]:
        """List everyone but the app's own user."""
        return [each for each in self._people.values() if each.id != self.app.bot_user_id]

    # Conversations and messages

    def add_channel(self, channel: Conversation) -> Conversation:
        """Put a channel into the workspace."""
        self.conversations[channel.id] = channel
        return channel

    def channel_named(self, key: str) -> Conversation | None:
        """Find a conversation by id, or a channel by name or #name."""
        wanted = key.removeprefix("#")
        return self.conversations.get(key) or next(
            (each for each in self.conversations.values() if each.name and each.name == wanted), None
        )

    def direct_messages(self, user_id: str) -> Conversation | None:
        """Find the conversation between a person and the app, if it was ever opened."""
        return self.conversations.get(_im_id(user_id))

    def open_direct_messages(self, user_id: str) -> Conversation:
        """Open the conversation between a person and the app."""
        known = self.direct_messages(user_id)
        return known or self.add_channel(
            Conversation(_im_id(user_id), is_im=True, members=[user_id, self.app.bot_user_id])
        )

    def open_direct_messages_between(self, one: str, other: str) -> Conversation:
        """Open the conversation between two people, which the app cannot see."""
        members = sorted([one, other])
        place = "D" + "".join(each[1:] for each in members)
        return self.conversations.get(place) or self.add_channel(Conversation(place, is_im=True, members=members))

    def post(self, message: Message) -> Message:
        """Put a message into its conversation."""
        self.messages.setdefault(message.channel, {})[message.ts] = message
        return message

    def message(self, channel: str, ts: str) -> Message | None:
        """Find one message."""
        return self.messages.get(channel, {}).get(ts)

    def messages_in(self, channel: str) -> list[Message]:
        """List a conversation's messages, oldest first."""
        return sorted(self.messages.get(channel, {}).values(), key=lambda each: each.ts)

    def messages_seen_by(self, user_id: str) -> Iterator[Message]:
        """List what a person finds in their conversations, oldest first."""
        for conversation in self.conversations.values():
            if user_id in conversation.members:
                yield from (each for each in self.messages_in(conversation.id) if each.visible_to in (None, user_id))

    # Views

    def new_view_id(self) -> str:
        """Make a view's id."""
        return f"V{secrets.token_hex(5).upper()}"

    # Across a restart

    def save(self, path: Path) -> None:
        """Write what must survive a restart."""
        state = {
            "format": STATE_FORMAT,
            "people": [asdict(each) for each in self._people.values()],
            "conversations": [asdict(each) for each in self.conversations.values()],
            "messages": [asdict(each) for channel in self.messages.values() for each in channel.values()],
            "views": [asdict(self.views[each]) for each in self.homes.values()],
        }
        path.write_text(json.dumps(state, indent=1), encoding="utf-8")

    def load(self, path: Path) -> None:
        """Take up what `save` wrote, if anything."""
        if not path.exists():
            return
        state = json.loads(path.read_text(encoding="utf-8"))
        if state.get("format") != STATE_FORMAT:
            return
        self._people |= {each["id"]: Person(**each) for each in state["people"]}
        self.conversations |= {each["id"]: Conversation(**each) for each in state["conversations"]}
        for each in state["messages"]:
            self.post(Message(**each))
        for each in state["views"]:
            self.views[each["id"]] = View(**each)
            self.homes[each["user"]] = each["id"]


def _im_id(user_id: str) -> str:
    return f"D{user_id[1:]}"
