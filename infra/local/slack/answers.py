"""What the app may say back: to a command in the answer itself, or through a response URL.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from collections.abc import Mapping
from typing import Any

from infra.local.slack import rules, strict_json
from infra.local.slack.block_tree import as_kept
from infra.local.slack.errors import SlackError
from infra.local.slack.model import Json, Message
from infra.local.slack.once import ResponseUrl
from infra.local.slack.workspace import Workspace

IN_CHANNEL = "in_channel"


class UnusableAnswerError(Exception):
    """The app answered 200 with something that Slack cannot show."""


def message_of(answer: str) -> Json | None:
    """Read the message in a command's answer: JSON, or plain text; None where it only acknowledges.

    Raises:
        UnusableAnswerError: when it is JSON but no message that Slack accepts.
    """
    text = answer.strip()
    if not text:
        return None
    try:
        content = strict_json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return checked({"text": text})
    if not any(content.get(each) for each in ("text", "blocks", "attachments")):
        return None
    try:
        return checked(content)
    except SlackError as refusal:
        raise UnusableAnswerError("; ".join([refusal.error, *refusal.messages])) from refusal


def checked(content: Mapping[str, Any]) -> Json:
    """Hold a message against Slack's rules and give every block its id."""
    for name in ("text", "thread_ts"):
        if not isinstance(content.get(name), str | None):
            raise SlackError("invalid_arguments", [f"must provide a string [json-pointer:/{name}]"])
    rules.check_message(content)
    return dict(content) | {"blocks": as_kept(content.get("blocks") or [])}


def show(workspace: Workspace, content: Json, *, channel: str, user: str, thread_ts: str | None = None) -> Message:
    """Post what the app answered: to one person unless it says `in_channel`."""
    return workspace.post(
        Message(
            channel=channel,
            ts=workspace.tick(),
            user=workspace.app.bot_user_id,
            text=content.get("text") or "",
            blocks=content["blocks"],
            attachments=content.get("attachments") or [],
            thread_ts=content.get("thread_ts") or thread_ts,
            by_app=True,
            visible_to=None if content.get("response_type") == IN_CHANNEL else user,
        )
    )


def respond(workspace: Workspace, url: ResponseUrl, content: Mapping[str, Any]) -> None:
    """Do what was posted to a response URL.

    Raises:
        SlackError: when Slack refuses the message.
    """
    original = workspace.message(url.channel, url.message_ts) if url.message_ts else None
    if content.get("delete_original"):
        if original:
            del workspace.messages[url.channel][original.ts]
        return
    message = checked(content)
    if content.get("replace_original") and original:
        original.text = message.get("text") or ""
        original.blocks = message["blocks"]
        original.attachments = message.get("attachments") or []
        return
    show(workspace, message, channel=url.channel, user=url.user)
