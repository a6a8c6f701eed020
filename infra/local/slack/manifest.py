"""What the app may do: the scopes, commands and surfaces that manifest.yml asks for.

https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.local.slack.rules.app_manifest import check_manifest


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command as people find it in the composer."""

    name: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One shortcut: `global`, or `message` in the menu of a message."""

    callback_id: str
    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of the app manifest that decide what Slack allows and sends."""

    app_name: str
    scopes: frozenset[str]
    commands: Mapping[str, Command]
    shortcuts: Mapping[str, Shortcut]
    events: frozenset[str] = frozenset()
    is_interactive: bool = False
    home_tab_enabled: bool = False
    messages_tab_read_only: bool = False

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read the manifest file."""
        return cls.parse(yaml.safe_load(path.read_text(encoding="utf-8")))

    @classmethod
    def parse(cls, manifest: Mapping[str, Any]) -> "Manifest":
        """Take what matters from a manifest's content.

        Raises:
            SlackError: when Slack would refuse it.
        """
        check_manifest(manifest)
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        commands = [
            Command(
                name=each["command"],
                description=each["description"],
                usage_hint=each.get("usage_hint", ""),
                should_escape=each.get("should_escape", False),
            )
            for each in features.get("slash_commands", [])
        ]
        shortcuts = [Shortcut(**each) for each in features.get("shortcuts", [])]
        return cls(
            app_name=manifest["display_information"]["name"],
            scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
            commands={each.name: each for each in commands},
            shortcuts={each.callback_id: each for each in shortcuts},
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
            is_interactive=settings.get("interactivity", {}).get("is_enabled", False),
            home_tab_enabled=features.get("app_home", {}).get("home_tab_enabled", False),
            messages_tab_read_only=features.get("app_home", {}).get("messages_tab_read_only_enabled", False),
        )
