"""Answers that go to an interaction's `response_url`, and those that are shown in a modal."""

import http.client
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.error import URLError

from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.messages.blocks import Block

_TIMEOUT_SECONDS: Final = 1
"""Slack itself is waiting meanwhile, three seconds in all."""

_PASSING: Final = frozenset(
    {"hash_conflict", "not_found", "fatal_error", "internal_error", "request_timeout", "service_unavailable"}
)
"""The person has gone on, or Slack is in trouble: https://docs.slack.dev/reference/methods/views.update#errors"""

_LATE: Final = frozenset({"expired_trigger_id", "exchanged_trigger_id", "ratelimited"})
"""A form opens within three seconds, once: https://docs.slack.dev/reference/methods/views.open#errors"""

_log = logging.getLogger(__name__)


def reply(
    context: BoltContext, text: str, blocks: Sequence[Block], *, replace_original: bool = False, to_all: bool = False
) -> bool:
    """Show an answer where the button was pressed, to that person alone or to all; tell whether Slack took it.

    Slack takes it to the conversation of the interaction and names no membership of the bot as a condition:
    https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    One that does not get through is logged and let go: what was asked for is done by then, or refused.
    """
    webhook = WebhookClient(
        context.response_url or "", timeout=_TIMEOUT_SECONDS, ssl=context.client.ssl, retry_handlers=[]
    )
    audience = "in_channel" if to_all else "ephemeral"
    try:
        answer = webhook.send(text=text, blocks=blocks, response_type=audience, replace_original=replace_original)
    except (OSError, http.client.HTTPException):
        _log.warning("a reply did not get through", exc_info=True)
        return False
    is_taken = answer.status_code == http.client.OK and '"ok":false' not in answer.body.replace(" ", "")
    if not is_taken:
        _log.warning("a reply was refused", extra={"status": answer.status_code, "answer": answer.body[:200]})
    return is_taken


def show(client: WebClient, view_id: str, view: dict[str, Any], *, after: str | None = None) -> str | None:
    """Show something else in a modal, and tell by which hash it is known then.

    Given the hash `after` which it is meant, it does not replace what the person has gone on to. What does not get
    through is logged and let go: they have closed the modal, or can ask for it again.

    Raises:
        SlackApiError: Slack does not take such a view, now or later.
    """
    try:
        answer = client.views_update(view_id=view_id, view=view, **({"hash": after} if after else {}))
    except SlackApiError as refused:
        if refused.response.status_code == http.client.OK and refused.response["error"] not in _PASSING:
            raise
        _log.warning("a modal could not be changed", exc_info=True)
        return None
    except (OSError, http.client.HTTPException):
        _log.warning("a modal could not be changed", exc_info=True)
        return None
    return str(answer["view"]["hash"])


def is_trouble_of_slack(error: Exception) -> bool:
    """Whether a call of Slack failed for no fault in it, so that the same may succeed a moment later."""
    if not isinstance(error, SlackApiError):
        return isinstance(error, URLError | TimeoutError | ConnectionError | http.client.HTTPException)
    is_answered = error.response.status_code == http.client.OK
    return not is_answered or error.response["error"] in _LATE | _PASSING


def open_modal(client: WebClient, body: Mapping[str, Any], view: dict[str, Any]) -> None:
    """Open a modal, upon the one in which something was pressed where it was in one."""
    is_in_modal = (body.get("view") or {}).get("type") == "modal"
    (client.views_push if is_in_modal else client.views_open)(trigger_id=body["trigger_id"], view=view)
