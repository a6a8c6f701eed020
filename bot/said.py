"""Answers to what somebody wrote to the bot, where they wrote it."""

import http.client
import logging
from collections.abc import Sequence
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.messages.blocks import Block

_log = logging.getLogger(__name__)


def say(
    client: WebClient, event: dict[str, Any], text: str, blocks: Sequence[Block], *, in_passing: bool = False
) -> None:
    """Answer a message in its thread; `in_passing` without leaving anything there.

    An answer that does not get through is logged and let go: what was asked for is done by then, or refused.
    """
    where = {"channel": event["channel"], "thread_ts": event.get("thread_ts") or event["ts"]}
    try:
        if in_passing:
            client.chat_postEphemeral(**where, user=event["user"], text=text, blocks=blocks)
        else:
            client.chat_postMessage(**where, text=text, blocks=blocks)
    except (SlackApiError, OSError, http.client.HTTPException):
        _log.warning("an answer did not get through", exc_info=True)
