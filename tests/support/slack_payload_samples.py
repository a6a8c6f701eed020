"""What Slack sends, as its reference pages show it: written by hand, every value made up, the address beside each.

A field that the page shows must be there with the same type; `also` names what comes beside it, by dotted paths.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.slack_blocks import Json

INTERACTION: Final[Json] = {
    "team": {"id": "T0EXAMPLE", "domain": "example"},
    "user": {"id": "U0EXAMPLE", "username": "sam", "team_id": "T0EXAMPLE"},
    "api_app_id": "A0EXAMPLE",
    "token": "deprecated",
}
OUR_USER: Final = frozenset({"user.name"})
INSTALLED: Final = frozenset({"enterprise", "is_enterprise_install"})
"""On every interaction since https://docs.slack.dev/enterprise, null and false outside an organization."""

VIEW: Final[Json] = {
    "id": "V0EXAMPLE",
    "team_id": "T0EXAMPLE",
    "type": "modal",
    "title": {"type": "plain_text", "text": "Form", "emoji": True},
    "blocks": [],
    "private_metadata": "secret",
    "callback_id": "form",
    "state": {"values": {}},
    "hash": "156663117.cd33ad1f",
    "clear_on_close": False,
    "notify_on_close": False,
    "close": None,
    "submit": None,
    "previous_view_id": None,
    "root_view_id": "V0EXAMPLE",
    "app_id": "A0EXAMPLE",
    "external_id": "",
    "app_installed_team_id": "T0EXAMPLE",
    "bot_id": "B0EXAMPLE",
}
"""https://docs.slack.dev/reference/methods/views.open"""

USER: Final[Json] = {
    "id": "U0EXAMPLE",
    "team_id": "T0EXAMPLE",
    "name": "sam",
    "deleted": False,
    "color": "9f69e7",
    "real_name": "Sam Example",
    "tz": "America/Los_Angeles",
    "tz_label": "Pacific Daylight Time",
    "tz_offset": -25200,
    "profile": {
        "status_text": "Print is dead",
        "status_emoji": ":books:",
        "real_name": "Sam Example",
        "display_name": "sam",
        "real_name_normalized": "Sam Example",
        "display_name_normalized": "sam",
        "email": "sam@example.com",
        "team": "T0EXAMPLE",
    },
    "is_admin": True,
    "is_owner": False,
    "is_primary_owner": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
    "is_bot": False,
    "updated": 1502138686,
    "is_app_user": False,
}
"""https://docs.slack.dev/reference/objects/user-object; pictures are left out, this workspace has none."""
ABOUT_USER: Final = frozenset(
    {
        "profile.first_name", "profile.last_name", "profile.title", "profile.phone", "is_email_confirmed",
        "who_can_share_contact_card", "locale",
    }
)  # fmt: skip
"""Fields of https://docs.slack.dev/reference/objects/user-object that its example lacks."""

EVENT: Final[Json] = {
    "token": "deprecated",
    "team_id": "T0EXAMPLE",
    "api_app_id": "A0EXAMPLE",
    "event": {},
    "type": "event_callback",
    "event_id": "Ev0EXAMPLE",
    "event_time": 1234567890,
    "event_context": "EC0EXAMPLE",
    "authorizations": [
        {
            "enterprise_id": None, "team_id": "T0EXAMPLE", "user_id": "U0EXAMPLE", "is_bot": True,
            "is_enterprise_install": False,
        }
    ],
    "is_ext_shared_channel": False,
    "context_team_id": "T0EXAMPLE",
    "context_enterprise_id": None,
}  # fmt: skip
"""https://docs.slack.dev/apis/events-api#callback-field"""

MESSAGE: Final[Json] = {"type": "message", "user": "U0EXAMPLE", "ts": "1355517523.000005", "text": "Hello"}
BOTS_MESSAGE: Final = frozenset({"bot_id", "app_id", "team", "blocks", "thread_ts", "metadata"})
"""https://docs.slack.dev/reference/events/message and https://docs.slack.dev/messaging/retrieving-messages"""


@dataclass(frozen=True, slots=True)
class Sample:
    page: str
    body: Json
    also: frozenset[str] = field(default_factory=frozenset)


def under(name: str, fields: frozenset[str]) -> frozenset[str]:
    return frozenset(f"{name}.{each}" for each in fields)


def event(page: str, content: Json, also: frozenset[str] = frozenset()) -> Sample:
    return Sample(page, EVENT | {"event": content}, under("event", also))


PAGES: Final = "https://docs.slack.dev/reference"
PAYLOADS: Final = f"{PAGES}/interaction-payloads"

SAMPLES: Final[dict[str, Sample]] = {
    "slash_command": Sample(
        "https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling",
        {
            "token": "deprecated", "team_id": "T0EXAMPLE", "team_domain": "example", "channel_id": "C0EXAMPLE",
            "channel_name": "test", "user_id": "U0EXAMPLE", "user_name": "sam", "command": "/weather",
            "text": "94070", "response_url": "https://hooks.slack.com/commands/1/2", "trigger_id": "1.2.3",
            "api_app_id": "A0EXAMPLE", "is_enterprise_install": "false",
        },
    ),
    "block_actions in a message": Sample(
        f"{PAYLOADS}/block_actions-payload",
        INTERACTION | {
            "type": "block_actions",
            "container": {
                "type": "message", "message_ts": "1548261231.000200", "channel_id": "C0EXAMPLE", "is_ephemeral": False,
            },
            "trigger_id": "1.2.3",
            "channel": {"id": "C0EXAMPLE", "name": "reviews"},
            "message": {"bot_id": "B0EXAMPLE", **MESSAGE},
            "state": {"values": {}},
            "response_url": "https://hooks.slack.com/actions/1/2/3",
            "actions": [
                {
                    "action_id": "WaXA", "block_id": "=qXel", "value": "click_me", "type": "button",
                    "text": {"type": "plain_text", "text": "View", "emoji": True}, "action_ts": "1548426417.840180",
                }
            ],
        },
        INSTALLED | OUR_USER | under("message", BOTS_MESSAGE) | {"container.thread_ts"},
    ),
    "block_actions in a view": Sample(
        f"{PAYLOADS}/block_actions-payload",
        INTERACTION | {
            "type": "block_actions", "container": {"type": "view", "view_id": "V0EXAMPLE"}, "trigger_id": "1.2.3",
            "view": VIEW,
            "actions": [
                {
                    "action_id": "WaXA", "block_id": "=qXel", "value": "click_me", "type": "button",
                    "text": {"type": "plain_text", "text": "View", "emoji": True}, "action_ts": "1548426417.840180",
                }
            ],
        },
        INSTALLED | OUR_USER,
    ),
    "view_submission": Sample(
        f"{PAYLOADS}/view-interactions-payload#view_submission",
        INTERACTION | {
            "type": "view_submission", "trigger_id": "1.2.3", "response_urls": [],
            "view": VIEW | {
                "submit": {"type": "plain_text", "text": "Go", "emoji": True},
                "state": {"values": {"title": {"typed": {"type": "plain_text_input", "value": "what was typed"}}}},
            },
        },
        INSTALLED | OUR_USER,
    ),
    "view_closed": Sample(
        f"{PAYLOADS}/view-interactions-payload#view_closed",
        INTERACTION | {"type": "view_closed", "view": VIEW, "is_cleared": False},
        INSTALLED | OUR_USER,
    ),
    "block_suggestion": Sample(
        f"{PAYLOADS}/block_suggestion-payload",
        INTERACTION | {
            "type": "block_suggestion", "container": {"type": "view", "view_id": "V0EXAMPLE"}, "view": VIEW,
            "action_id": "who", "block_id": "b", "value": "sa",
        },
        INSTALLED | OUR_USER,
    ),
    "shortcut": Sample(
        f"{PAYLOADS}/shortcuts-interaction-payload",
        {name: value for name, value in INTERACTION.items() if name != "api_app_id"}
        | {"type": "shortcut", "action_ts": "1581106241.371594", "callback_id": "open", "trigger_id": "1.2.3"},
        INSTALLED,
    ),
    "message_action": Sample(
        f"{PAYLOADS}/shortcuts-interaction-payload",
        {name: value for name, value in INTERACTION.items() if name != "api_app_id"} | {
            "type": "message_action", "action_ts": "1583637157.207593", "callback_id": "chirp", "trigger_id": "1.2.3",
            "response_url": "https://hooks.slack.com/app-actions/1/2/3", "message_ts": "1516229207.000133",
            "channel": {"id": "D0EXAMPLE", "name": "cats"}, "message": MESSAGE,
        },
        INSTALLED | OUR_USER | under("message", BOTS_MESSAGE) | {"api_app_id"},
    ),
    "app_home_opened": event(
        f"{PAGES}/events/app_home_opened",
        {
            "type": "app_home_opened", "user": "U0EXAMPLE", "channel": "D0EXAMPLE", "event_ts": "1515449522.000016",
            "tab": "home", "view": VIEW | {"type": "home"},
        },
    ),
    "user_change": event(
        f"{PAGES}/events/user_change",
        {"type": "user_change", "user": USER, "cache_ts": 1648596421, "event_ts": "1648596712.000001"},
        under("user", ABOUT_USER),
    ),
    "team_join": event(
        f"{PAGES}/events/team_join",
        {"type": "team_join", "user": USER, "cache_ts": 1648596421, "event_ts": "1648596712.000001"},
        under("user", ABOUT_USER),
    ),
    "message.im": event(
        f"{PAGES}/events/message.im",
        {**MESSAGE, "channel": "D0EXAMPLE", "event_ts": "1355517523.000005", "channel_type": "im"},
        frozenset({"team"}),
    ),
    "message_changed": event(
        f"{PAGES}/events/message/message_changed",
        {
            "type": "message", "subtype": "message_changed", "hidden": True, "channel": "D0EXAMPLE",
            "ts": "1358878755.000001", "message": MESSAGE,
        },
        under("message", BOTS_MESSAGE) | under("previous_message", BOTS_MESSAGE | MESSAGE.keys())
        | {"previous_message", "event_ts", "channel_type", "message.edited"},
    ),
    "message_deleted": event(
        f"{PAGES}/events/message/message_deleted",
        {
            "type": "message", "subtype": "message_deleted", "hidden": True, "channel": "D0EXAMPLE",
            "ts": "1358878755.000001", "deleted_ts": "1358878749.000002",
        },
        under("previous_message", BOTS_MESSAGE | MESSAGE.keys() | {"edited"})
        | {"previous_message", "event_ts", "channel_type"},
    ),
    "app_uninstalled": event(f"{PAGES}/events/app_uninstalled", {"type": "app_uninstalled"}),
    "tokens_revoked": event(
        f"{PAGES}/events/tokens_revoked",
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0EXAMPLE"], "bot": ["U0EXAMPLE"]}},
    ),
}  # fmt: skip


def differences(sample: Sample, sent: Json) -> list[str]:
    """What the page shows and was not sent, what was sent and the page does not show, and other types."""
    return list(_differences(sample.body, sent, "", sample.also))


def _differences(shown: Any, sent: Any, where: str, also: frozenset[str]) -> Iterator[str]:
    if isinstance(shown, dict) and isinstance(sent, dict):
        if where.endswith("state.values") or where.endswith("blocks"):
            return
        for name in sorted(shown.keys() | sent.keys()):
            path = f"{where}.{name}".removeprefix(".")
            if name not in sent:
                yield f"{path} was not sent"
            elif name not in shown:
                if path not in also:
                    yield f"{path} is on no page"
            else:
                yield from _differences(shown[name], sent[name], path, also)
    elif isinstance(shown, list) and isinstance(sent, list):
        if shown and sent:
            yield from _differences(shown[0], sent[0], where, also)
    elif shown is not None and sent is not None and type(shown) is not type(sent):
        yield f"{where} is {type(sent).__name__}, not {type(shown).__name__}"
