"""The Slack Web API, as much of it as the product uses; the only place that calls it."""

import http.client
import socket
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any, Final
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from core.errors import DependencyError
from core.ids import EventId, SlackUserId, TaskId
from core.links.model import SlackProfile

EVENT_TYPE: Final = "task_news"
"""The `event_type` of the metadata that our messages carry, by which they are found again."""

_HISTORY_LIMIT: Final = 100
# Slack's error names, as each method's page explains them: https://docs.slack.dev/reference/methods/chat.postMessage
_PERHAPS_DONE: Final = frozenset({"fatal_error", "internal_error"})
_LATER: Final = frozenset({"ratelimited", "request_timeout", "service_unavailable"})
_TOKEN_TROUBLE: Final = frozenset(
    {"account_inactive", "invalid_auth", "missing_scope", "not_authed", "token_expired", "token_revoked"}
)
"""What an admin can mend while the queue repeats."""

Blocks = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: blocks, the text that stands for them in notifications, and which events it tells.

    On the card of a task, `task_id` says of which, so that replies to it are understood.
    """

    text: str
    blocks: Blocks
    event_ids: Sequence[EventId]
    task_id: TaskId | None = None

    @property
    def metadata(self) -> dict[str, Any]:
        """What Slack keeps beside it; texts only, since not every list is allowed there."""
        payload = {"event_ids": " ".join(self.event_ids)} | ({"task_id": self.task_id} if self.task_id else {})
        return {"event_type": EVENT_TYPE, "event_payload": payload}


class SlackApi:
    def __init__(self, token: str, base_url: str, ssl: SSLContext | None = None, *, timeout_seconds: int) -> None:
        # A repeated post would be a second message, so nothing is retried here: the queue does it, after looking.
        self.client = WebClient(token=token, base_url=base_url, ssl=ssl, timeout=timeout_seconds, retry_handlers=[])

    def profile(self, slack_user_id: SlackUserId) -> SlackProfile:
        """Ask who somebody is; fields: https://docs.slack.dev/reference/objects/user-object"""
        with _translated():
            user: dict[str, Any] = self.client.users_info(user=slack_user_id)["user"]
        return read_profile(user)

    def open_dm(self, slack_user_id: SlackUserId) -> str:
        """Return the channel of the bot's DM with a person. Every method here raises DependencyError."""
        with _translated():
            return str(self.client.conversations_open(users=slack_user_id)["channel"]["id"])

    def post(self, channel: str, message: Message, *, thread_ts: str | None = None) -> str:
        """Post and return the message's `ts`."""
        with _translated():
            answer = self.client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                thread_ts=thread_ts,
                unfurl_links=False,
                metadata=message.metadata,
            )
        return str(answer["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: Blocks) -> None:
        """Replace what a message of ours shows."""
        with _translated():
            self.client.chat_update(channel=channel, ts=ts, text=text, blocks=blocks)

    def find(self, channel: str, event_ids: Collection[EventId], *, thread_ts: str | None = None) -> dict[EventId, str]:
        """Look for the messages that tell events, among the newest of a DM or in a whole thread of it.

        Gives the `ts` for each event that is found.
        """
        with _translated():
            if thread_ts is None:
                newest = self.client.conversations_history(
                    channel=channel, limit=_HISTORY_LIMIT, include_all_metadata=True
                )
                return _telling(event_ids, newest["messages"])
            # A thread is given oldest first, and iterating over an answer asks for the pages after it.
            pages = self.client.conversations_replies(
                channel=channel, ts=thread_ts, limit=_HISTORY_LIMIT, include_all_metadata=True
            )
            return _telling(event_ids, (message for page in pages for message in page["messages"]))


def read_profile(user: dict[str, Any]) -> SlackProfile:
    """Read a user object, as methods and events give it."""
    profile = user["profile"]
    return SlackProfile(
        slack_user_id=user["id"],
        team_id=user["team_id"],
        name=profile.get("real_name") or user["name"],
        email=profile.get("email") or None,
        email_confirmed=user.get("is_email_confirmed") is True,
        time_zone=user.get("tz") or "UTC",
        is_bot=bool(user.get("is_bot")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_stranger=bool(user.get("is_stranger")),
        is_deactivated=bool(user.get("deleted")),
    )


def _telling(event_ids: Collection[EventId], messages: Iterable[dict[str, Any]]) -> dict[EventId, str]:
    wanted, found = set(event_ids), dict[EventId, str]()
    for message in messages:
        payload = message.get("metadata", {}).get("event_payload", {})
        # Earlier messages told one event each.
        told = str(payload.get("event_ids") or payload.get("event_id") or "").split()
        found |= {event_id: str(message["ts"]) for event_id in wanted.intersection(map(EventId, told))}
        if found.keys() == wanted:
            break
    return found


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        name, status = str(error.response.get("error", "")), error.response.status_code
        # What does not look like a name of Slack's was said by something on the way, or cut off.
        perhaps_done = name in _PERHAPS_DONE or status >= 500 or (status == 200 and not name.isidentifier())
        later = perhaps_done or name in _LATER | _TOKEN_TROUBLE or status == 429
        reason = name if name.isidentifier() else f"http_{status}"
        raise DependencyError("slack", reason, retryable=later, uncertain=perhaps_done) from error
    except URLError as error:
        never_sent = isinstance(error.reason, ConnectionRefusedError | socket.gaierror)
        reason = type(error.reason).__name__
        raise DependencyError("slack", reason, retryable=True, uncertain=not never_sent) from error
    except (OSError, http.client.HTTPException) as error:
        raise DependencyError("slack", type(error).__name__, retryable=True, uncertain=True) from error
