"""Posting and changing messages: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours"""

from typing import Any, Final

from infra.local.slack import event_payloads, rules
from infra.local.slack.block_tree import as_kept
from infra.local.slack.errors import SlackError
from infra.local.slack.model import Conversation, Json, Message
from infra.local.slack.web_api.method import Invocation, Method
from infra.local.slack.workspace import Workspace

MAX_TEXT: Final = 40_000
"""Longer text is cut. https://docs.slack.dev/reference/methods/chat.postMessage"""
MAX_UPDATED_TEXT: Final = 4000
"""Longer text is refused. https://docs.slack.dev/reference/methods/chat.update"""


def _post_message(call: Invocation) -> Json:
    workspace, args = call.workspace, call.args
    conversation = _destination(call, args.text("channel"))
    content = _content(call)
    metadata = args.decoded("metadata", "invalid_metadata_format")
    if metadata is not None:
        rules.check_metadata(metadata)
    thread_ts = args.text("thread_ts") or None
    workspace.message_limit.spend(conversation.id, workspace.now())
    message = workspace.post(
        Message(
            channel=conversation.id,
            ts=workspace.tick(),
            user=workspace.app.bot_user_id,
            text=content["text"],
            blocks=content["blocks"],
            attachments=content["attachments"],
            metadata=metadata or None,
            thread_ts=thread_ts,
            by_app=True,
        )
    )
    call.events.append(event_payloads.message_posted(workspace, conversation, message))
    return {
        "channel": conversation.id,
        "ts": message.ts,
        "message": message.to_slack(workspace.app.marks | {"team": workspace.team_id}, with_metadata=True),
    }


def _update(call: Invocation) -> Json:
    workspace, args = call.workspace, call.args
    conversation = workspace.conversations.get(args.text("channel"))
    if conversation is None:
        raise SlackError("channel_not_found")
    message = _lasting(workspace, conversation, args.text("ts"))
    if not message.by_app:
        raise SlackError("cant_update_message")
    if len(args.text("text")) > MAX_UPDATED_TEXT:
        raise SlackError("msg_too_long")
    content = _content(call)
    metadata = args.decoded("metadata", "invalid_metadata_format")
    if metadata is not None:
        rules.check_metadata(metadata)
    before = event_payloads.written(workspace, message)
    if "blocks" in args or "text" in args:
        message.blocks = content["blocks"]
        message.text = content["text"]
    if "attachments" in args:
        message.attachments = content["attachments"]
    if metadata is not None:
        message.metadata = metadata or None
    if "blocks" not in args:
        message.edited_at = workspace.tick()
    call.events.append(event_payloads.message_changed(workspace, conversation, before, message))
    written = message.to_slack(workspace.app.marks | {"team": workspace.team_id}, with_metadata=True)
    return {"channel": conversation.id, "ts": message.ts, "text": message.text, "message": written}


def _post_ephemeral(call: Invocation) -> Json:
    """Such a message is in no history: its `message_ts` cannot be updated, deleted or linked to."""
    workspace, args = call.workspace, call.args
    args.required("channel", "user")
    conversation = _destination(call, args.text("channel"))
    reader = workspace.person(args.text("user"))
    if reader is None or reader.id not in conversation.members:
        raise SlackError("user_not_in_channel")
    content = _content(call)
    workspace.message_limit.spend(conversation.id, workspace.now())
    message = workspace.post(
        Message(
            channel=conversation.id,
            ts=workspace.tick(),
            user=workspace.app.bot_user_id,
            text=content["text"],
            blocks=content["blocks"],
            attachments=content["attachments"],
            thread_ts=args.text("thread_ts") or None,
            by_app=True,
            visible_to=reader.id,
        )
    )
    return {"message_ts": message.ts}


def _delete(call: Invocation) -> Json:
    workspace, args = call.workspace, call.args
    conversation = workspace.conversations.get(args.text("channel"))
    if conversation is None:
        raise SlackError("channel_not_found")
    message = _lasting(workspace, conversation, args.text("ts"))
    if not message.by_app:
        raise SlackError("cant_delete_message")
    before = event_payloads.written(workspace, message)
    del workspace.messages[conversation.id][message.ts]
    call.events.append(event_payloads.message_deleted(workspace, conversation, before))
    return {"channel": conversation.id, "ts": message.ts}


def _get_permalink(call: Invocation) -> Json:
    """The link leads into this workspace's own page, where Slack's would lead to slack.com."""
    workspace, args = call.workspace, call.args
    args.required("channel", "message_ts")
    conversation = workspace.conversations.get(args.text("channel"))
    if conversation is None or not _may_see(workspace, conversation):
        raise SlackError("channel_not_found")
    message = _lasting(workspace, conversation, args.text("message_ts"))
    link = f"{workspace.public_url}/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts not in (None, message.ts):
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


def _lasting(workspace: Workspace, conversation: Conversation, ts: str) -> Message:
    message = workspace.message(conversation.id, ts)
    if message is None or message.visible_to is not None:
        raise SlackError("message_not_found")
    return message


def _may_see(workspace: Workspace, conversation: Conversation) -> bool:
    is_open = not (conversation.is_private or conversation.is_im)
    return is_open or workspace.app.bot_user_id in conversation.members


def _destination(call: Invocation, channel: str) -> Conversation:
    """Find where a message goes; a user's id stands for the direct messages with them."""
    workspace = call.workspace
    if person := workspace.person(channel):
        if person.is_bot:
            raise SlackError("cannot_dm_bot")
        if person.deleted or person.team_id != workspace.team_id:
            raise SlackError("channel_not_found")
        return workspace.open_direct_messages(person.id)
    conversation = workspace.channel_named(channel)
    if conversation is None:
        raise SlackError("channel_not_found")
    if workspace.app.bot_user_id not in conversation.members:
        is_hidden = conversation.is_private or conversation.is_im
        raise SlackError("channel_not_found" if is_hidden else "not_in_channel")
    other = next((each for each in conversation.members if each != workspace.app.bot_user_id), None)
    if conversation.is_im and other and (person := workspace.person(other)) and person.deleted:
        raise SlackError("channel_not_found")
    return conversation


def _content(call: Invocation) -> dict[str, Any]:
    """Read and check what the message shows."""
    args = call.args
    content: dict[str, Any] = {
        "text": args.text("text"),
        "blocks": args.decoded("blocks", "invalid_blocks_format") or [],
        "attachments": args.decoded("attachments", "invalid_attachments") or [],
        "markdown_text": args.text("markdown_text"),
    }
    rules.check_message(content)
    if content["blocks"] and not content["text"]:
        call.remarks.append("no text beside the blocks: notifications and screen readers get none")
    if len(content["text"]) > MAX_TEXT:
        call.remarks.append(f"text cut to {MAX_TEXT} characters")
    content["text"] = (content["text"] or content["markdown_text"])[:MAX_TEXT]
    content["blocks"] = as_kept(content["blocks"])
    return content


_WRITES: Final = ("chat:write",)

METHODS: Final = (
    Method("chat.postMessage", _post_message, scopes=_WRITES, takes_json=True),
    Method("chat.postEphemeral", _post_ephemeral, scopes=_WRITES, takes_json=True),
    Method("chat.update", _update, scopes=_WRITES, takes_json=True),
    Method("chat.delete", _delete, scopes=_WRITES, takes_json=True),
    Method("chat.getPermalink", _get_permalink),
)
