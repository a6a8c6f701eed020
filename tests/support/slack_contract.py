"""What the bot listens to and calls, read from the code itself, and where that disagrees with a manifest."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from slack_bolt import App
from slack_sdk import WebClient

from infra.local.slack.manifest import Manifest
from infra.local.slack.rules.app_manifest import EVENT_SCOPES
from infra.local.slack.web_api.dispatch import METHODS

ROOT: Final = Path(__file__).parents[2]
PRODUCT: Final = ("bot", "core", "handlers")
ONE_DOOR: Final = "/slack/events"

INTERACTIVE: Final = {"action", "block_action", "view_submission", "view_closed", "options"}
"""What Bolt calls its listeners for interactivity."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One listener: what Bolt calls its kind, and the id it waits for."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """What the code does with Slack."""

    heard: frozenset[Heard]
    called: frozenset[str]
    reads_email: bool

    def named(self, *kinds: str) -> set[str]:
        return {each.name for each in self.heard if each.kind in kinds}


def code_of(app: App) -> Code:
    modules = [ast.parse(path.read_text("utf-8")) for name in PRODUCT for path in (ROOT / name).rglob("*.py")]
    called = {name: set(_methods_called(module)) for name, module in enumerate(modules)}
    reads_email = any("users.info" in called[name] and "email" in _words(each) for name, each in enumerate(modules))
    return Code(frozenset(_heard(app)), frozenset().union(*called.values()), reads_email)


def _heard(app: App) -> Iterator[Heard]:
    for listener in app._listeners:
        matcher: Any = listener.matchers[0]
        kind = matcher.func.__qualname__.partition(".")[0].replace("message_event", "event")
        waits_for = inspect.getclosurevars(matcher.func).nonlocals
        (name,) = [_id_in(value) for key, value in waits_for.items() if key != "keyword"]
        yield Heard(kind, name)


def _id_in(constraints: Any) -> str:
    if isinstance(constraints, Mapping):
        return str(constraints.get("action_id") or constraints["type"])
    if isinstance(constraints, re.Pattern):
        return str(constraints.pattern)
    assert isinstance(constraints, str), f"a listener for {constraints!r} cannot be held against the manifest"
    return str(constraints)


def _methods_called(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "api_call" and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
            elif method := _web_api_method(node.func.attr):
                yield method


def _web_api_method(name: str) -> str | None:
    """The Web API method behind a method of the official client."""
    function = inspect.getattr_static(WebClient, name, None) if "_" in name else None
    found = inspect.isfunction(function) and re.search(r'self\.api_call\(\s*"([\w.]+)"', inspect.getsource(function))
    return found[1] if found else None


def _words(module: ast.Module) -> set[Any]:
    return {node.value for node in ast.walk(module) if isinstance(node, ast.Constant)}


def disagreements(manifest: Mapping[str, Any], code: Code) -> list[str]:
    """Everything that one side has and the other lacks, in sentences."""
    allowed = Manifest.parse(manifest)
    return [
        *_commands_and_shortcuts(allowed, code),
        *_events(allowed, code),
        *_settings(manifest, allowed, code),
        *(f"the simulator has no {name}" for name in sorted(code.called - METHODS.keys())),
        *(f"missing scope: {why} needs {' or '.join(sorted(any_of))}" for why, any_of in _unmet(allowed, code)),
        *(f"scope {each} is not used" for each in sorted(allowed.scopes) if not _is_needed(each, allowed, code)),
    ]


def _commands_and_shortcuts(allowed: Manifest, code: Code) -> Iterator[str]:
    yield from _compare("command", set(allowed.commands), code.named("command"))
    either = code.named("shortcut")
    for kind in ("global", "message"):
        granted = {each.callback_id for each in allowed.shortcuts.values() if each.type == kind}
        yield from _compare(f"{kind} shortcut", granted - either, code.named(f"{kind}_shortcut"))
    yield from _compare("shortcut", set(allowed.shortcuts) & either, either)


def _compare(what: str, granted: set[str], heard: set[str]) -> Iterator[str]:
    yield from (f"nobody listens to {what} {each}" for each in sorted(granted - heard))
    yield from (f"the manifest has no {what} {each}" for each in sorted(heard - granted))


def _events(allowed: Manifest, code: Code) -> Iterator[str]:
    heard = code.named("event")
    for each in sorted(allowed.events):
        if each.partition(".")[0] not in heard:
            yield f"nobody listens to event {each}"
    subscribed = {each.partition(".")[0] for each in allowed.events}
    yield from (f"the manifest has no event {each}" for each in sorted(heard - subscribed))


def _settings(manifest: Mapping[str, Any], allowed: Manifest, code: Code) -> Iterator[str]:
    interactivity = manifest.get("settings", {}).get("interactivity", {})
    app_home = manifest.get("features", {}).get("app_home", {})
    if code.named(*INTERACTIVE) and not allowed.is_interactive:
        yield "interactivity is not enabled"
    if code.named("options") and not interactivity.get("message_menu_options_url"):
        yield "options have no address"
    if ("views.publish" in code.called) is not allowed.home_tab_enabled:
        yield "the Home tab and views.publish do not go together"
    if "conversations.open" in code.called and not app_home.get("messages_tab_enabled"):
        yield "direct messages need the Messages tab"
    if ("message.im" in allowed.events) is allowed.messages_tab_read_only:
        yield "the Messages tab takes messages that nobody hears, or the other way round"
    yield from (f"no function answers at {each}" for each in _addresses(manifest) if not each.endswith(ONE_DOOR))


def _addresses(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("https://"):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _addresses(each)
    elif isinstance(value, list):
        for each in value:
            yield from _addresses(each)


def _needs(allowed: Manifest, code: Code) -> Iterator[tuple[str, set[str]]]:
    """What needs a scope, and the scopes of which any one will do."""
    for name in sorted(code.called & METHODS.keys()):
        if METHODS[name].scopes:
            yield name, set(METHODS[name].scopes)
    for event in sorted(allowed.events):
        if scope := EVENT_SCOPES[event]:
            yield event, {scope}
    if code.named("command", "shortcut", "global_shortcut", "message_shortcut"):
        yield "a command or shortcut", {"commands"}
    if code.reads_email:
        yield "a profile's email", {"users:read.email"}


def _unmet(allowed: Manifest, code: Code) -> Iterator[tuple[str, set[str]]]:
    yield from ((why, any_of) for why, any_of in _needs(allowed, code) if not any_of & allowed.scopes)


def _is_needed(scope: str, allowed: Manifest, code: Code) -> bool:
    without = replace(allowed, scopes=allowed.scopes - {scope})
    return len(list(_unmet(without, code))) > len(list(_unmet(allowed, code)))
