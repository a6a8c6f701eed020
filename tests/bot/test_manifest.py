"""manifest.yml, the listeners, the Web API methods that the code calls and Slack's rules agree with each other."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local.slack.errors import SlackError
from infra.local.slack.rules.app_manifest import check_manifest
from tests.support.slack_blocks import changed
from tests.support.slack_contract import Code, Heard, code_of, disagreements
from tests.support.world import SlackPlayed

MANIFEST: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text("utf-8"))


@pytest.fixture
def code(slack: SlackPlayed) -> Code:
    return code_of(slack.app)


def test_manifest_and_code_agree(code: Code) -> None:
    assert disagreements(MANIFEST, code) == []


def test_the_code_is_read_as_it_is(code: Code) -> None:
    assert Heard("command", "/task") in code.heard
    assert Heard("view_submission", "new_task") in code.heard
    assert {"users.info", "chat.postMessage", "conversations.open", "views.open", "views.publish"} <= code.called


def of_manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Code], list[str]]:
    def compare(code: Code) -> list[str]:
        manifest = copy.deepcopy(MANIFEST)
        change(manifest)
        return disagreements(manifest, code)

    return compare


def of_code(*heard: Heard, called: frozenset[str] = frozenset()) -> Callable[[Code], list[str]]:
    return lambda code: disagreements(
        MANIFEST, replace(code, heard=code.heard | set(heard), called=code.called | called)
    )


COMMAND = {"command": "/other", "description": "x", "url": "https://YOUR-URL/slack/events"}
SHORTCUT = {"name": "x", "type": "message", "callback_id": "other", "description": "x"}


def scopes(manifest: dict[str, Any]) -> list[str]:
    found: list[str] = manifest["oauth_config"]["scopes"]["bot"]
    return found


def read_only(manifest: dict[str, Any]) -> bool:
    return manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is True


def events(manifest: dict[str, Any]) -> list[str]:
    found: list[str] = manifest["settings"]["event_subscriptions"]["bot_events"]
    return found


DRIFTS: dict[str, tuple[Callable[[Code], list[str]], str]] = {
    "command without a listener": (
        of_manifest(lambda m: m["features"]["slash_commands"].append(COMMAND)), "nobody listens to command /other",
    ),
    "listener without a command": (of_code(Heard("command", "/new")), "the manifest has no command /new"),
    "message shortcut without a listener": (
        of_manifest(lambda m: m["features"]["shortcuts"].append(SHORTCUT)),
        "nobody listens to message shortcut other",
    ),
    "listener without a shortcut": (
        of_code(Heard("message_shortcut", "gone")), "the manifest has no message shortcut gone",
    ),
    "listener of the other kind of shortcut": (
        of_code(Heard("message_shortcut", "new_task")), "the manifest has no message shortcut new_task",
    ),
    "event that nobody hears": (
        of_manifest(lambda m: events(m).append("team_join")), "nobody listens to event team_join",
    ),
    "listener of an event that is not subscribed": (
        of_code(Heard("event", "channel_rename")), "the manifest has no event channel_rename",
    ),
    "event without its scope": (
        of_manifest(lambda m: events(m).append("message.channels")),
        "missing scope: message.channels needs channels:history",
    ),
    "scope that nothing uses": (of_manifest(lambda m: scopes(m).append("files:read")), "scope files:read is not used"),
    "scope of which another one will do": (
        of_manifest(lambda m: scopes(m).append("mpim:write")), "scope mpim:write is not used",
    ),
    "method without its scope": (
        of_manifest(lambda m: scopes(m).remove("chat:write")), "missing scope: chat.postMessage needs chat:write",
    ),
    "email without its scope": (
        of_manifest(lambda m: scopes(m).remove("users:read.email")),
        "missing scope: a profile's email needs users:read.email",
    ),
    "method that the simulator lacks": (
        of_code(called=frozenset({"reactions.add"})), "the simulator has no reactions.add",
    ),
    "no interactivity": (
        of_manifest(lambda m: m["settings"]["interactivity"].update(is_enabled=False)), "interactivity is not enabled",
    ),
    "no address for options": (
        of_manifest(lambda m: m["settings"]["interactivity"].pop("message_menu_options_url")),
        "options have no address",
    ),
    "no Home tab": (
        of_manifest(lambda m: m["features"]["app_home"].update(home_tab_enabled=False)),
        "the Home tab and views.publish do not go together",
    ),
    "no Messages tab": (
        of_manifest(lambda m: m["features"]["app_home"].update(messages_tab_enabled=False)),
        "direct messages need the Messages tab",
    ),
    "messages that nobody hears": (
        of_manifest(lambda m: m["features"]["app_home"].update(messages_tab_read_only_enabled=not read_only(m))),
        "the Messages tab takes messages that nobody hears, or the other way round",
    ),
    "another door": (
        of_manifest(lambda m: m["settings"]["interactivity"].update(request_url="https://YOUR-URL/slack/other")),
        "no function answers at https://YOUR-URL/slack/other",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRIFTS)
def test_a_drift_is_found(code: Code, name: str) -> None:
    compare, sentence = DRIFTS[name]
    assert sentence in compare(code)


TEXT_LIMITS: list[tuple[tuple[str | int, ...], int]] = [
    (("display_information", "name"), 35),
    (("display_information", "description"), 140),
    (("display_information", "long_description"), 4000),
    (("features", "bot_user", "display_name"), 80),
    (("features", "slash_commands", 0, "description"), 2000),
    (("features", "slash_commands", 0, "usage_hint"), 1000),
    (("features", "shortcuts", 0, "name"), 24),
    (("features", "shortcuts", 0, "callback_id"), 255),
    (("features", "shortcuts", 0, "description"), 150),
]


@pytest.mark.parametrize(("path", "limit"), TEXT_LIMITS)
def test_a_name_may_be_as_long_as_its_limit_and_no_longer(path: tuple[str | int, ...], limit: int) -> None:
    check_manifest(changed(MANIFEST, path, "x" * limit))
    with pytest.raises(SlackError, match="invalid_manifest") as refusal:
        check_manifest(changed(MANIFEST, path, "x" * (limit + 1)))
    pointer = "/" + "/".join(map(str, path))
    assert refusal.value.messages == [f"must be less than {limit + 1} characters [json-pointer:{pointer}]"]


def test_a_command_has_32_characters() -> None:
    path = ("features", "slash_commands", 0, "command")
    check_manifest(changed(MANIFEST, path, "/" + "x" * 31))
    with pytest.raises(SlackError):
        check_manifest(changed(MANIFEST, path, "/" + "x" * 32))


def test_there_are_at_most_50_commands_and_10_shortcuts() -> None:
    commands = [{**COMMAND, "command": f"/c{number}"} for number in range(51)]
    shortcuts = [{**SHORTCUT, "callback_id": str(number)} for number in range(11)]
    for path, each, limit in (
        (("features", "slash_commands"), commands, 50),
        (("features", "shortcuts"), shortcuts, 10),
    ):
        check_manifest(changed(MANIFEST, path, each[:limit]))
        with pytest.raises(SlackError):
            check_manifest(changed(MANIFEST, path, each))


WRONG: dict[str, tuple[tuple[str | int, ...], Any, str]] = {
    "unknown section": (("feature",), {}, "invalid additional property: feature [json-pointer:]"),
    "unknown key": (
        ("features", "slash_commands", 0, "escape"), True,
        "invalid additional property: escape [json-pointer:/features/slash_commands/0]",
    ),
    "unknown scope": (
        ("oauth_config", "scopes", "bot", 0), "comands",
        "must be a valid enum value [json-pointer:/oauth_config/scopes/bot/0]",
    ),
    "unknown event": (
        ("settings", "event_subscriptions", "bot_events", 0), "app_home_open",
        "must be a valid enum value [json-pointer:/settings/event_subscriptions/bot_events/0]",
    ),
    "command without a slash": (
        ("features", "slash_commands", 0, "command"), "task",
        "must be one word in lower case after a slash [json-pointer:/features/slash_commands/0/command]",
    ),
    "unknown kind of shortcut": (
        ("features", "shortcuts", 0, "type"), "modal",
        "must be a valid enum value [json-pointer:/features/shortcuts/0/type]",
    ),
    "address without https": (
        ("settings", "interactivity", "request_url"), "http://x",
        "must be an https address [json-pointer:/settings/interactivity/request_url]",
    ),
    "interactivity without an address": (
        ("settings", "interactivity"), {"is_enabled": True},
        "`is_enabled` requires `request_url` [json-pointer:/settings/interactivity]",
    ),
    "events without an address": (
        ("settings", "event_subscriptions"), {"bot_events": ["user_change"]},
        "`bot_events` requires `request_url` [json-pointer:/settings/event_subscriptions]",
    ),
    "two commands of one name": (
        ("features", "slash_commands"), [COMMAND, COMMAND],
        "`command` must be unique [json-pointer:/features/slash_commands]",
    ),
    "commands without their scope": (
        ("oauth_config", "scopes", "bot"), ["chat:write"],
        "slash commands and shortcuts need the scope `commands` [json-pointer:/oauth_config/scopes/bot]",
    ),
    "colour in words": (
        ("display_information", "background_color"), "green",
        "must be a hex colour of 3 or 6 digits [json-pointer:/display_information/background_color]",
    ),
    "short long description": (
        ("display_information", "long_description"), "x" * 173,
        "must be more than 173 characters [json-pointer:/display_information/long_description]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_slack_refuses_in_a_manifest_is_refused(name: str) -> None:
    path, value, words = WRONG[name]
    check_manifest(MANIFEST)
    with pytest.raises(SlackError) as refusal:
        check_manifest(changed(MANIFEST, path, value))
    assert words in refusal.value.messages
