"""What a workspace is made of, and how Slack writes each part in JSON."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]


@dataclass(slots=True)
class Person:
    """One user of the workspace, bots included. https://docs.slack.dev/reference/objects/user-object"""

    id: str
    name: str
    real_name: str
    email: str
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    team_id: str = ""
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_email_confirmed: bool = True

    def facts(self, now: datetime) -> Json:
        """List what a tool wants to know about this person."""
        return {
            "id": self.id, "name": self.name, "real_name": self.real_name, "email": self.email,
            "tz": self.tz, "tz_offset": self.tz_offset(now), "is_admin": self.is_admin, "is_bot": self.is_bot,
            "deleted": self.deleted, "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted, "is_stranger": self.is_stranger,
            "is_email_confirmed": self.is_email_confirmed, "locale": self.locale, "team_id": self.team_id,
        }  # fmt: skip

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    def tz_offset(self, now: datetime) -> int:
        """Reckon the seconds east of UTC at `now`."""
        offset = now.astimezone(self.zone).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    def to_slack(self, now: datetime, *, with_email: bool, with_locale: bool) -> Json:
        """Write the user object; a deactivated one has fewer fields."""
        first, _, last = self.real_name.partition(" ")
        profile: Json = {
            "real_name": self.real_name, "real_name_normalized": self.real_name, "display_name": self.name,
            "display_name_normalized": self.name, "first_name": first, "last_name": last, "title": "", "phone": "",
            "status_text": "", "status_emoji": "", "team": self.team_id,
        }  # fmt: skip
        if with_email and not self.is_bot:
            profile["email"] = self.email
        user: Json = {
            "id": self.id, "team_id": self.team_id, "name": self.name, "deleted": self.deleted, "profile": profile,
            "is_bot": self.is_bot, "is_app_user": False, "updated": 0,
        }  # fmt: skip
        if self.deleted:
            return user
        user |= {
            "real_name": self.real_name, "color": "5b89d5", "tz": self.tz, "tz_offset": self.tz_offset(now),
            "tz_label": now.astimezone(self.zone).tzname(), "is_admin": self.is_admin, "is_owner": False,
            "is_primary_owner": False, "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted, "is_email_confirmed": self.is_email_confirmed,
            "who_can_share_contact_card": "EVERYONE",
        }  # fmt: skip
        if self.is_stranger:
            user["is_stranger"] = True
        if with_locale:
            user["locale"] = self.locale
        return user


@dataclass(slots=True)
class Conversation:
    """A channel, or a direct message between `members`. https://docs.slack.dev/reference/objects/conversation-object"""

    id: str
    name: str = ""
    is_private: bool = False
    is_im: bool = False
    members: list[str] = field(default_factory=list)

    def to_slack(self, app_user: str) -> Json:
        """Write the conversation object as the app sees it."""
        if self.is_im:
            other = next((each for each in self.members if each != app_user), app_user)
            return {"id": self.id, "is_im": True, "user": other, "is_org_shared": False, "is_user_deleted": False}
        return {
            "id": self.id, "name": self.name, "name_normalized": self.name, "is_channel": not self.is_private,
            "is_group": self.is_private, "is_im": False, "is_mpim": False, "is_private": self.is_private,
            "is_archived": False, "is_general": self.name == "general", "is_member": app_user in self.members,
        }  # fmt: skip


@dataclass(slots=True)
class Message:
    """One message; `visible_to` is the only reader of an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    by_app: bool = False
    edited_at: str | None = None
    visible_to: str | None = None

    def facts(self) -> Json:
        """List what a tool wants to know about this message."""
        return {each: value for each, value in asdict(self).items() if value is not None}

    def to_slack(self, app: Json, *, with_metadata: bool = False) -> Json:
        """Write the message object; `app` is what marks the app's own messages."""
        message: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        if self.by_app:
            message |= app
        for name in ("blocks", "attachments", "thread_ts"):
            if value := getattr(self, name):
                message[name] = value
        if self.edited_at:
            message["edited"] = {"user": self.user, "ts": self.edited_at}
        if self.visible_to:
            message["is_ephemeral"] = True
        if with_metadata and self.metadata:
            message["metadata"] = self.metadata
        return message


@dataclass(slots=True)
class View:
    """A modal in somebody's stack, or their App Home. https://docs.slack.dev/reference/views"""

    id: str
    user: str
    content: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """What the app said at which input block, until the next try."""
    offered: dict[str, list[Json]] = field(default_factory=dict)
    """The options that the app suggested last, by action_id."""

    @property
    def type(self) -> str:
        return str(self.content["type"])

    def to_slack(self, team_id: str, app_id: str, bot_id: str) -> Json:
        """Write the view as views.open answers it and payloads carry it."""
        content = self.content
        return {
            "id": self.id, "team_id": team_id, "type": self.type, "blocks": content["blocks"],
            "private_metadata": content.get("private_metadata", ""), "callback_id": content.get("callback_id", ""),
            "external_id": content.get("external_id", ""), "state": {"values": self.values}, "hash": self.hash,
            "title": content.get("title"), "close": content.get("close"), "submit": content.get("submit"),
            "clear_on_close": content.get("clear_on_close", False),
            "notify_on_close": content.get("notify_on_close", False), "root_view_id": self.root_view_id,
            "previous_view_id": self.previous_view_id, "app_id": app_id, "app_installed_team_id": team_id,
            "bot_id": bot_id,
        }  # fmt: skip


@dataclass(slots=True)
class Call:
    """One Web API call as it was judged. `remarks` are what Slack accepts but a careful app avoids."""

    method: str
    ok: bool
    error: str | None
    status: int
    args: Json
    ms: float
    at: str
    remarks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Sent:
    """One request of Slack's to the app, with what came back. `failure` is Slack's name for what went wrong."""

    kind: str
    user: str
    body: Json
    status: int | None
    ms: float
    at: str
    failure: str | None
    answer: str
    wants_no_retry: bool = False
