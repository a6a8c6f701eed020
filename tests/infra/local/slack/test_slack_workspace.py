"""The workspace's own state: what is kept, what is forgotten, and that timestamps name messages."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.slack.manifest import Manifest
from infra.local.slack.model import Message, View
from infra.local.slack.workspace import Workspace
from tests.support.slack_workspace import ANA, SECRETS, make_workspace

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def said(workspace: Workspace, text: str) -> Message:
    place = workspace.open_direct_messages(ANA.id)
    return workspace.post(Message(place.id, workspace.tick(), workspace.app.bot_user_id, text, by_app=True))


def test_timestamps_differ_even_when_the_clock_stands() -> None:
    workspace = make_workspace(clock=lambda: NOW)
    ticks = [workspace.tick() for _ in range(1000)]
    assert ticks == sorted(set(ticks))


def test_messages_and_homes_survive_a_restart(tmp_path: Path) -> None:
    before = make_workspace()
    said(before, "kept")
    before.views["V1"] = View("V1", ANA.id, {"type": "home", "blocks": []}, hash="1.0", root_view_id="V1")
    before.homes[ANA.id] = "V1"
    before.save(tmp_path / "state.json")
    after = make_workspace()
    after.load(tmp_path / "state.json")
    assert [each.text for each in after.messages_seen_by(ANA.id)] == ["kept"]
    assert after.views[after.homes[ANA.id]].hash == "1.0"
    assert after.direct_messages(ANA.id) == before.direct_messages(ANA.id)


def test_a_new_workspace_starts_empty(tmp_path: Path) -> None:
    workspace = make_workspace()
    workspace.load(tmp_path / "nothing.json")
    assert list(workspace.messages_seen_by(ANA.id)) == []


def test_state_of_another_format_is_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"format": 0, "people": [{"shape": "of long ago"}]}))
    workspace = make_workspace()
    workspace.load(path)
    assert workspace.person(ANA.id) == replace(ANA, team_id="T0TEST")


def test_reset_forgets_messages_and_keeps_people_and_channels() -> None:
    workspace = make_workspace(clock=lambda: NOW)
    said(workspace, "forgotten")
    workspace.move_clock(timedelta(hours=1))
    workspace.reset()
    assert list(workspace.messages_seen_by(ANA.id)) == []
    assert workspace.person(ANA.id) is not None
    assert workspace.channel_named("#secrets") is not None
    assert workspace.now() == NOW


@pytest.mark.parametrize("key", ["U0ANA", "ana", "@ana", "ANA@example.com"])
def test_a_person_is_found_by_id_name_or_email(key: str) -> None:
    found = make_workspace().person_named(key)
    assert found is not None
    assert found.id == ANA.id


def test_a_private_channel_is_seen_by_its_members_alone() -> None:
    workspace = make_workspace()
    workspace.post(Message(SECRETS.id, workspace.tick(), "U0ADA", "psst"))
    assert list(workspace.messages_seen_by(ANA.id)) == []
    assert [each.text for each in workspace.messages_seen_by("U0ADA")] == ["psst"]


def test_a_manifest_without_extras_allows_nothing() -> None:
    bare = Manifest.parse({"display_information": {"name": "Bare"}})
    assert (bare.scopes, bare.commands, bare.events, bare.is_interactive, bare.home_tab_enabled) == (
        frozenset(), {}, frozenset(), False, False,
    )  # fmt: skip
