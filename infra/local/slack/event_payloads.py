"""The content of events, field by field as their reference lists them, and what carries them.

https://docs.slack.dev/reference/events
"""

import secrets

from infra.local.slack import view_stacks
from infra.local.slack.model import Conversation, Json, Message, Person
from infra.local.slack.workspace import Workspace


def home_opened(workspace: Workspace, person: Person) -> Json:
    """Build the event of somebody looking at App Home.

    https://docs.slack.dev/reference/events/app_home_opened
    """
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": workspace.open_direct_messages(person.id).id,
        "tab": "home",
        "event_ts": workspace.tick(),
    }
    if view := view_stacks.home(workspace, person.id):
        event["view"] = view_stacks.written(workspace, view)
    return event


def team_join(workspace: Workspace, person: Person) -> Json:
    """Build the event of somebody new. https://docs.slack.dev/reference/events/team_join"""
    return _about_person(workspace, person, "team_join")


def user_change(workspace: Workspace, person: Person) -> Json:
    """Build the event of somebody's data having changed. https://docs.slack.dev/reference/events/user_change"""
    return _about_person(workspace, person, "user_change")


def message_posted(workspace: Workspace, place: Conversation, message: Message) -> Json:
    """Build the event of a message, which the app's own are too.

    https://docs.slack.dev/reference/events/message.im
    """
    return written(workspace, message) | _where(place, message.ts)


def message_changed(workspace: Workspace, place: Conversation, before: Json, message: Message) -> Json:
    """Build the event of a message showing something else.

    https://docs.slack.dev/reference/events/message/message_changed
    """
    now = workspace.tick()
    return {
        "type": "message", "subtype": "message_changed", "hidden": True, "ts": now,
        "message": written(workspace, message), "previous_message": before, **_where(place, now),
    }  # fmt: skip


def message_deleted(workspace: Workspace, place: Conversation, before: Json) -> Json:
    """Build the event of a message being gone.

    https://docs.slack.dev/reference/events/message/message_deleted
    """
    now = workspace.tick()
    return {
        "type": "message", "subtype": "message_deleted", "hidden": True, "ts": now, "deleted_ts": before["ts"],
        "previous_message": before, **_where(place, now),
    }  # fmt: skip


def app_uninstalled() -> Json:
    """Build the event of the app being removed. https://docs.slack.dev/reference/events/app_uninstalled"""
    return {"type": "app_uninstalled"}


def tokens_revoked(workspace: Workspace) -> Json:
    """Build the event of the bot's token being taken back. https://docs.slack.dev/reference/events/tokens_revoked"""
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.app.bot_user_id]}}


def envelope(workspace: Workspace, event: Json) -> Json:
    """Put an event into what carries it. https://docs.slack.dev/apis/events-api#callback-field"""
    app = workspace.app
    return {
        "token": app.verification_token,
        "team_id": workspace.team_id,
        "api_app_id": app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(workspace.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_urlsafe(24)}",
        "context_team_id": workspace.team_id,
        "context_enterprise_id": None,
    }


def _about_person(workspace: Workspace, person: Person, kind: str) -> Json:
    with_email = "users:read.email" in workspace.app.manifest.scopes
    now = workspace.now()
    return {
        "type": kind,
        "user": person.to_slack(now, with_email=with_email, with_locale=True),
        "cache_ts": int(now.timestamp()),
        "event_ts": workspace.tick(),
    }


def written(workspace: Workspace, message: Message) -> Json:
    """Write a message as events carry it."""
    return message.to_slack(workspace.app.marks, with_metadata=True) | {"team": workspace.team_id}


def _where(place: Conversation, ts: str) -> Json:
    kind = "im" if place.is_im else "group" if place.is_private else "channel"
    return {"channel": place.id, "event_ts": ts, "channel_type": kind}
