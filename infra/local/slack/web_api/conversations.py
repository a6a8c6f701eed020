"""Opening and reading conversations: https://docs.slack.dev/reference/methods/conversations.open and its neighbours"""

from collections.abc import Sequence
from typing import Final

from infra.local.slack.errors import SlackError
from infra.local.slack.model import Conversation, Json, Message
from infra.local.slack.web_api.method import Invocation, Method
from infra.local.slack.web_api.paging import page_of

HISTORY_SCOPES: Final = {"im": "im:history", "private": "groups:history", "public": "channels:history"}
READ_SCOPES: Final = {"im": "im:read", "private": "groups:read", "public": "channels:read"}
MAX_HISTORY: Final = 999


def _open(call: Invocation) -> Json:
    workspace = call.workspace
    if channel_id := call.args.text("channel"):
        known = workspace.conversations.get(channel_id)
        if known is None or not known.is_im:
            raise SlackError("channel_not_found")
        return _opened(call, known, already=True)
    users = [each for each in call.args.text("users").split(",") if each]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("missing_scope", needed="mpim:write", provided=",".join(sorted(workspace.app.manifest.scopes)))
    person = workspace.person(users[0])
    if person is None or person.team_id != workspace.team_id:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    already = workspace.direct_messages(person.id) is not None
    return _opened(call, workspace.open_direct_messages(person.id), already=already)


def _opened(call: Invocation, conversation: Conversation, *, already: bool) -> Json:
    full = conversation.to_slack(call.workspace.app.bot_user_id)
    answer: Json = {"channel": full if call.args.flag("return_im") else {"id": conversation.id}}
    return answer | ({"no_op": True, "already_open": True} if already else {})


def _info(call: Invocation) -> Json:
    workspace, app_user = call.workspace, call.workspace.app.bot_user_id
    conversation = workspace.conversations.get(call.args.text("channel"))
    if conversation is None:
        raise SlackError("channel_not_found")
    _need_scope(call, READ_SCOPES[_kind(conversation)])
    if (conversation.is_private or conversation.is_im) and app_user not in conversation.members:
        raise SlackError("channel_not_found")
    channel = conversation.to_slack(app_user)
    if conversation.is_im:
        other = workspace.person(channel["user"])
        channel["is_user_deleted"] = other is not None and other.deleted
    if call.args.flag("include_num_members"):
        channel["num_members"] = len(conversation.members)
    return {"channel": channel}


def _history(call: Invocation) -> Json:
    conversation = _readable(call)
    newest_first = reversed(call.workspace.messages_in(conversation.id))
    found = [each for each in newest_first if each.visible_to is None and each.thread_ts in (None, each.ts)]
    return _page(call, found, limit=100) | {"pin_count": 0}


def _replies(call: Invocation) -> Json:
    call.args.required("channel", "ts")
    conversation, ts = _readable(call), call.args.text("ts")
    asked = call.workspace.message(conversation.id, ts)
    if asked is None or asked.visible_to is not None:
        raise SlackError("thread_not_found")
    first = asked.thread_ts or asked.ts
    oldest_first = call.workspace.messages_in(conversation.id)
    found = [each for each in oldest_first if each.visible_to is None and first in (each.ts, each.thread_ts)]
    return _page(call, found, limit=MAX_HISTORY)


def _readable(call: Invocation) -> Conversation:
    """Find the conversation that the app asks to read, if it may."""
    conversation = call.workspace.conversations.get(call.args.text("channel"))
    if conversation is None:
        raise SlackError("channel_not_found")
    _need_scope(call, HISTORY_SCOPES[_kind(conversation)])
    if call.workspace.app.bot_user_id not in conversation.members:
        raise SlackError("channel_not_found" if conversation.is_im else "not_in_channel")
    return conversation


def _page(call: Invocation, messages: Sequence[Message], *, limit: int) -> Json:
    """Write the part of the messages that was asked for, `limit` of them by default."""
    args, app = call.args, call.workspace.app
    oldest, latest = _timestamp(args.text("oldest"), "oldest"), _timestamp(args.text("latest"), "latest")
    inclusive = args.flag("inclusive")
    found = [each for each in messages if _within(float(each.ts), oldest, latest, inclusive=inclusive)]
    shown, cursor = page_of(found, args, default=limit, most=MAX_HISTORY)
    with_metadata = args.flag("include_all_metadata")
    answer: Json = {
        "messages": [each.to_slack(app.marks, with_metadata=with_metadata) for each in shown],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _kind(conversation: Conversation) -> str:
    if conversation.is_im:
        return "im"
    return "private" if conversation.is_private else "public"


def _need_scope(call: Invocation, scope: str) -> None:
    provided = call.workspace.app.manifest.scopes
    if scope not in provided:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(provided)))


def _within(ts: float, oldest: float | None, latest: float | None, *, inclusive: bool) -> bool:
    after = oldest is None or ts > oldest or (inclusive and ts == oldest)
    before = latest is None or ts < latest or (inclusive and ts == latest)
    return after and before


def _timestamp(text: str, name: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError as problem:
        raise SlackError(f"invalid_ts_{name}") from problem


METHODS: Final = (
    Method(
        "conversations.open", _open, scopes=("im:write", "mpim:write", "channels:manage", "groups:write"),
        takes_json=True,
    ),
    Method("conversations.info", _info, scopes=tuple(READ_SCOPES.values())),
    Method("conversations.history", _history, scopes=tuple(HISTORY_SCOPES.values())),
    Method("conversations.replies", _replies, scopes=tuple(HISTORY_SCOPES.values())),
)  # fmt: skip
