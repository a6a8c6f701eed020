"""What Slack refuses in an app manifest: https://docs.slack.dev/reference/app-manifest"""

from collections.abc import Mapping
from typing import Any, Final

from infra.local.slack.errors import SlackError
from infra.local.slack.rules.shapes import (
    Between,
    Complaints,
    Place,
    Shape,
    Surface,
    among,
    fields,
    flag,
    items,
    matching,
    need,
    text,
    whole,
)

PAGE: Final = "https://docs.slack.dev/reference/app-manifest"

BOT_SCOPES: Final = (
    "app_mentions:read", "bookmarks:read", "bookmarks:write", "calls:read", "calls:write", "channels:history",
    "channels:join", "channels:manage", "channels:read", "channels:write.invites", "channels:write.topic",
    "chat:write", "chat:write.customize", "chat:write.public", "commands", "conversations.connect:manage",
    "conversations.connect:read", "conversations.connect:write", "dnd:read", "emoji:read", "files:read",
    "files:write", "groups:history", "groups:read", "groups:write", "groups:write.invites", "groups:write.topic",
    "im:history", "im:read", "im:write", "incoming-webhook", "links.embed:write", "links:read", "links:write",
    "metadata.message:read", "mpim:history", "mpim:read", "mpim:write", "mpim:write.invites", "mpim:write.topic",
    "pins:read", "pins:write", "reactions:read", "reactions:write", "reminders:read", "reminders:write",
    "remote_files:read", "remote_files:share", "remote_files:write", "team.billing:read", "team.preferences:read",
    "team:read", "tokens.basic", "triggers:read", "triggers:write", "usergroups:read", "usergroups:write",
    "users.profile:read", "users:read", "users:read.email", "users:write", "workflow.steps:execute",
)  # fmt: skip
"""https://docs.slack.dev/reference/scopes"""

EVENT_SCOPES: Final[Mapping[str, str | None]] = {
    "app_home_opened": None,
    "app_uninstalled": None,
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "team_join": "users:read",
    "tokens_revoked": None,
    "user_change": "users:read",
}
"""The events that this workspace sends, each with the scope it needs. https://docs.slack.dev/reference/events"""

_REQUEST_URL: Final = matching(r"https://\S+", "must be an https address")


def _commands_scope(manifest: Mapping[str, Any], place: Place) -> Complaints:
    """https://docs.slack.dev/reference/scopes/commands"""
    features, scopes = manifest.get("features"), _bot_scopes(manifest)
    used = isinstance(features, dict) and (features.get("slash_commands") or features.get("shortcuts"))
    if used and "commands" not in scopes:
        yield (place / "oauth_config" / "scopes" / "bot").wrong(
            "slash commands and shortcuts need the scope `commands`"
        )


def _bot_scopes(manifest: Mapping[str, Any]) -> list[Any]:
    found: Any = manifest
    for step in ("oauth_config", "scopes", "bot"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, list) else []


def _distinct(name: str, key: str) -> Between:
    def rule(features: Mapping[str, Any], place: Place) -> Complaints:
        each = features.get(name)
        named = [one.get(key) for one in each if isinstance(one, dict)] if isinstance(each, list) else []
        if len(named) != len({str(one) for one in named}):
            yield (place / name).wrong(f"`{key}` must be unique")

    return rule


def _addresses(manifest: Mapping[str, Any], place: Place) -> Complaints:
    """Slack calls an app at its addresses; one in Socket Mode has called Slack, and needs none."""
    settings, features = _part(manifest, "settings"), _part(manifest, "features")
    if settings.get("socket_mode_enabled") is True:
        return
    for part, switch in (("interactivity", "is_enabled"), ("event_subscriptions", "bot_events")):
        value = _part(settings, part)
        if value.get(switch) and not value.get("request_url"):
            yield (place / "settings" / part).wrong(f"`{switch}` requires `request_url`")
    commands = features.get("slash_commands")
    for index, command in enumerate(commands if isinstance(commands, list) else []):
        if isinstance(command, dict) and "url" not in command:
            yield (place / "features" / "slash_commands" / index).wrong("`url` is required")


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


COMMAND: Final = Shape(
    PAGE,
    fields(
        command=matching(r"/[^\s/A-Z]+", "must be one word in lower case after a slash", 32),
        description=text(2000, at_least=1), usage_hint=text(1000), url=_REQUEST_URL, should_escape=flag,
    ),
    need("command", "description"),
)  # fmt: skip
SHORTCUT: Final = Shape(
    # Its name has 24 characters: https://docs.slack.dev/interactivity/implementing-shortcuts
    PAGE,
    fields(
        name=text(24, at_least=1), type=among("global", "message"), callback_id=text(255, at_least=1),
        description=text(150, at_least=1),
    ),
    need("name", "type", "callback_id", "description"),
)  # fmt: skip

MANIFEST: Final = Shape(
    PAGE,
    fields(
        _metadata=Shape(PAGE, fields(major_version=whole(1, 2), minor_version=whole(0))),
        display_information=Shape(
            PAGE,
            fields(
                name=text(35, at_least=1), description=text(140), long_description=text(4000, at_least=174),
                background_color=matching(r"#([0-9A-Fa-f]{3}){1,2}", "must be a hex colour of 3 or 6 digits"),
            ),
            need("name"),
        ),
        features=Shape(
            PAGE,
            fields(
                app_home=Shape(
                    PAGE,
                    fields(home_tab_enabled=flag, messages_tab_enabled=flag, messages_tab_read_only_enabled=flag),
                ),
                bot_user=Shape(
                    PAGE, fields(display_name=text(80, at_least=1), always_online=flag), need("display_name")
                ),
                slash_commands=items(COMMAND, 50),
                shortcuts=items(SHORTCUT, 10),
                unfurl_domains=items(text(), 5),
            ),
            between=(_distinct("slash_commands", "command"), _distinct("shortcuts", "callback_id")),
        ),
        oauth_config=Shape(
            PAGE,
            fields(
                scopes=Shape(PAGE, fields(bot=items(among(*BOT_SCOPES), 255), user=items(text(), 255))),
                redirect_urls=items(_REQUEST_URL, 1000), token_management_enabled=flag,
            ),
        ),
        settings=Shape(
            PAGE,
            fields(
                interactivity=Shape(
                    PAGE,
                    fields(is_enabled=flag, request_url=_REQUEST_URL, message_menu_options_url=_REQUEST_URL),
                    need("is_enabled"),
                ),
                event_subscriptions=Shape(
                    PAGE,
                    fields(
                        request_url=_REQUEST_URL, bot_events=items(among(*EVENT_SCOPES), 100),
                        user_events=items(text(), 100),
                    ),
                ),
                incoming_webhooks=Shape(PAGE, fields(incoming_webhooks_enabled=flag)),
                allowed_ip_address_ranges=items(text(), 50), org_deploy_enabled=flag, socket_mode_enabled=flag,
                token_rotation_enabled=flag, function_runtime=text(), is_hosted=flag,
            ),
        ),
    ),
    need("display_information"),
    (_addresses, _commands_scope),
)  # fmt: skip


def check_manifest(manifest: Any) -> None:
    """Hold a manifest against its reference.

    Raises:
        SlackError: `invalid_manifest`, pointing at each field.
    """
    # Nothing in it depends on a surface.
    if problems := list(MANIFEST(manifest, Place(Surface.MESSAGE))):
        raise SlackError("invalid_manifest", problems)
