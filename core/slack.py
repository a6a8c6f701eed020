"""The Slack Web API, as much of it as the product uses; the only place that calls it."""

import http.client
import re
import socket
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum
from ssl import SSLContext
from typing import Any, Final, NamedTuple
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from core.errors import DependencyError
from core.ids import EventId, SlackUserId, TaskId
from core.links.model import Posted, SlackProfile

EVENT_TYPE: Final = "task_news"
"""The `event_type` of the metadata that our messages carry, by which they are found again."""

_HISTORY_LIMIT: Final = 100


class Meaning(Enum):
    """What a refusal of Slack's says about the call, and about the next one."""

    ENDED = "The app is not let in any more: stop, and tell the admins."
    LATER = "Not now: Slack will be better, or an admin mends it, while the queue repeats."
    PERHAPS_DONE = "Slack failed over it, and may have done it all the same."
    UNREACHABLE = "This person cannot be told in Slack."
    GONE = "The message is not there any more."
    NEVER = "Not in this form: our mistake."


# As each method's page explains them under "Errors":
# https://docs.slack.dev/reference/methods/chat.postMessage https://docs.slack.dev/reference/methods/chat.update
# https://docs.slack.dev/reference/methods/conversations.open
# https://docs.slack.dev/reference/methods/conversations.history
# https://docs.slack.dev/reference/methods/conversations.replies https://docs.slack.dev/reference/methods/users.info
_NAMES: Final = {
    Meaning.ENDED: ("account_inactive", "invalid_auth", "token_revoked"),
    Meaning.LATER: (
        "ratelimited", "rate_limited", "request_timeout", "service_unavailable", "team_added_to_org",
        "accesslimited", "ekm_access_denied", "enterprise_is_restricted", "missing_scope", "no_permission",
        "not_authed", "org_login_required", "team_access_not_granted", "token_expired",
    ),
    Meaning.PERHAPS_DONE: ("fatal_error", "internal_error"),
    Meaning.UNREACHABLE: (
        "cannot_dm_bot", "channel_not_found", "is_archived", "messages_tab_disabled", "not_in_channel",
        "restricted_action", "user_disabled", "user_not_found", "user_not_visible",
    ),
    Meaning.GONE: ("cant_update_message", "message_not_found", "thread_not_found"),
}  # fmt: skip
MEANINGS: Final = {name: meaning for meaning, names in _NAMES.items() for name in names}
"""By the name that Slack gives an error; one that is not here is `NEVER`."""
APP_ENDED: Final = frozenset(_NAMES[Meaning.ENDED])
CARD_GONE: Final = frozenset({*_NAMES[Meaning.GONE], "channel_not_found"})
"""What changing a posted card is refused by when it is gone: after a new installation, with its whole DM."""

_CARD_FACTS: Final = re.compile(r"\*(T-[1-9]\d*)\*  ")

Blocks = Sequence[dict[str, Any]]


class Message(NamedTuple):
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


class Gap:
    """Keeps a distance between the messages of one worker.

    Slack lets an app post about one message a second to a channel, and some hundreds a minute to a workspace.
    https://docs.slack.dev/apis/web-api/rate-limits
    """

    def __init__(
        self,
        seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._sleep = sleep
        self._free_at = monotonic()

    def keep(self) -> None:
        """Wait until the next message may go out."""
        left = self._free_at - self._monotonic()
        if left > 0:
            self._sleep(left)
        self._free_at = self._monotonic() + self._seconds


class SlackApi:
    def __init__(
        self,
        token: str,
        base_url: str,
        ssl: SSLContext | None = None,
        *,
        timeout_seconds: int,
        gap: "Gap | None" = None,
    ) -> None:
        """With a `gap`, messages keep that distance from each other.

        Every method raises DependencyError; its `reason` is Slack's name of the error where Slack refused.
        """
        self._gap = gap
        # A repeated post would be a second message, so nothing is retried here: the queue does it, after looking.
        self.client = WebClient(token=token, base_url=base_url, ssl=ssl, timeout=timeout_seconds, retry_handlers=[])

    def profile(self, slack_user_id: SlackUserId) -> SlackProfile:
        """Ask who somebody is; fields: https://docs.slack.dev/reference/objects/user-object"""
        with _translated():
            user: dict[str, Any] = self.client.users_info(user=slack_user_id)["user"]
        return read_profile(user)

    def open_dm(self, slack_user_id: SlackUserId) -> str:
        """Return the channel of the bot's DM with a person."""
        with _translated():
            return str(self.client.conversations_open(users=slack_user_id)["channel"]["id"])

    def post(self, channel: str, message: Message, *, thread_ts: str | None = None) -> Posted:
        """Post, and tell where it is then; for `channel`, a user's id stands for the DM with them.

        Slack opens that DM where need be: https://docs.slack.dev/reference/methods/chat.postMessage#dm
        """
        if self._gap is not None:
            self._gap.keep()
        with _translated():
            answer = self.client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                thread_ts=thread_ts,
                unfurl_links=False,
                metadata=message.metadata,
            )
        return Posted(channel=answer["channel"], ts=answer["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: Blocks) -> None:
        """Replace what a message of ours shows."""
        if self._gap is not None:
            self._gap.keep()
        with _translated():
            self.client.chat_update(channel=channel, ts=ts, text=text, blocks=blocks)

    def task_of_card(self, channel: str, ts: str) -> TaskId | None:
        """Tell which task a message of ours shows, in one read; None where it shows none, or is not ours."""
        with _translated():
            answer = self.client.conversations_replies(channel=channel, ts=ts, limit=1, include_all_metadata=True)
        [message] = answer["messages"][:1] or [{}]
        if not message.get("bot_id") or message["ts"] != ts:
            return None
        payload = message.get("metadata", {}).get("event_payload", {})
        return TaskId(payload["task_id"]) if "task_id" in payload else _task_named_in(message.get("blocks", []))

    def publish_home(self, slack_user_id: SlackUserId, view: dict[str, Any]) -> None:
        """Replace what a person's App Home shows."""
        with _translated():
            self.client.views_publish(user_id=slack_user_id, view=view)

    def update_view(self, external_id: str, view: dict[str, Any]) -> None:
        """Replace what the modal shows that has this name; refused with `not_found` where none has it (any more).

        A view takes the place of the one before whole: without the name it has none, as the answer shows under
        https://docs.slack.dev/reference/methods/views.update
        """
        with _translated():
            self.client.views_update(external_id=external_id, view=view)

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

    def blocks_of(self, channel: str, ts: str) -> Blocks:
        """Read what a message of ours in a DM shows at this moment."""
        with _translated():
            # The first of a thread is the message that it hangs on, also where nobody has replied.
            thread = self.client.conversations_replies(channel=channel, ts=ts, limit=1)
            blocks: Blocks = thread["messages"][0].get("blocks", [])
            return blocks


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


def require_slack_user(slack_user_id: SlackUserId | None) -> SlackUserId:
    """Give the Slack user to tell; raise DependencyError, never retryable, where there is none any more."""
    if slack_user_id is None:
        raise DependencyError("slack", "person is not linked", retryable=False)
    return slack_user_id


@contextmanager
def after_posting() -> Iterator[None]:
    """Do what follows a message; where it fails, whoever repeats it must look before telling again."""
    try:
        yield
    except DependencyError as error:
        dependency, reason, pause = error.dependency, error.reason, error.retry_after
        raise DependencyError(dependency, reason, retryable=True, uncertain=True, retry_after=pause) from error


def _task_named_in(blocks: Blocks) -> TaskId | None:
    """Read a card from before cards carried their task beside them: its line of facts begins with the id."""
    lines = (element.get("text", "") for block in blocks if block["type"] == "context" for element in block["elements"])
    found = (_CARD_FACTS.match(line) for line in lines)
    return next((TaskId(match[1]) for match in found if match), None)


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
        raise _refusal(error) from error
    except URLError as error:
        never_sent = isinstance(error.reason, ConnectionRefusedError | socket.gaierror)
        reason = type(error.reason).__name__
        raise DependencyError("slack", reason, retryable=True, uncertain=not never_sent) from error
    except (OSError, http.client.HTTPException) as error:
        raise DependencyError("slack", type(error).__name__, retryable=True, uncertain=True) from error


def _refusal(error: SlackApiError) -> DependencyError:
    name, status = str(error.response.get("error", "")), error.response.status_code
    # What does not look like a name of Slack's was said by something on the way, or cut off.
    reason = name if name.isidentifier() else f"http_{status}"
    meaning = MEANINGS.get(reason, Meaning.NEVER)
    if status == http.HTTPStatus.TOO_MANY_REQUESTS:
        meaning = Meaning.LATER
    elif status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or (status == http.HTTPStatus.OK and reason != name):
        meaning = Meaning.PERHAPS_DONE
    later = meaning in {Meaning.LATER, Meaning.PERHAPS_DONE}
    is_uncertain = meaning is Meaning.PERHAPS_DONE
    return DependencyError("slack", reason, retryable=later, uncertain=is_uncertain, retry_after=_pause(error))


def _pause(error: SlackApiError) -> timedelta | None:
    """How long Slack wants to be left alone. https://docs.slack.dev/apis/web-api/rate-limits"""
    if error.response.status_code != http.HTTPStatus.TOO_MANY_REQUESTS:
        return None
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    seconds = str(headers.get("retry-after", ""))
    return timedelta(seconds=int(seconds) if seconds.isdecimal() else 1)
