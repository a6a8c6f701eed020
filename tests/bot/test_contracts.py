"""The manifest, the listeners and the help text say the same."""

import re
from pathlib import Path

import pytest

from bot.commands.grammar import VERBS
from bot.commands.team_grammar import TEAM_VERBS
from bot.errors import sentence_for
from bot.ids import Action, Callback, Command, Shortcut
from core.errors import ForbiddenError
from core.people.orders import MemberRefusal, MemberRefusedError
from infra.local.slack.manifest import Manifest
from tests.support.world import SlackPlayed

ROOT = Path(__file__).parents[2]
_RIGHTS = re.compile(r"\"((?:task|people|settings|team|link)\.(?!list_of_others|list_everything)[a-z_]+)\"")
"""Lists of everything are for the HTTP API alone, which has words of its own."""
MANIFEST = Manifest.read(ROOT / "manifest.yml")


def test_every_shortcut_and_command_of_the_manifest_is_ours_and_the_other_way_round() -> None:
    assert set(MANIFEST.shortcuts) == {str(each) for each in Shortcut}
    assert set(MANIFEST.commands) == {str(each) for each in Command}
    assert MANIFEST.shortcuts[Shortcut.CREATE_TASK].type == "message"


def test_every_action_and_form_has_a_listener(slack: SlackPlayed) -> None:
    source = (ROOT / "bot" / "app.py").read_text()
    inputs = {Action.INPUT}
    assert [each for each in Action if f"Action.{each.name}" not in source and each not in inputs] == []
    assert [each for each in Callback if f"Callback.{each.name}" not in source] == []
    heard = re.findall(r"^    (?:app\.(?!middleware|error)\w+|press|form)\(", source, re.MULTILINE)
    assert len(slack.app._listeners) == len(heard)


@pytest.mark.parametrize(
    ("command", "verbs"), [("task", [each.name for each in VERBS]), ("team", [each.name for each in TEAM_VERBS])]
)
def test_the_readme_s_table_of_commands_names_every_verb(command: str, verbs: list[str]) -> None:
    rows = re.findall(rf"^\| `/{command}\b.*", (ROOT / "README.md").read_text(), re.MULTILINE)
    typed = " ".join(re.findall(r"`([^`]+)`", " ".join(row.rpartition(" | ")[0] for row in rows)))

    assert [verb for verb in verbs if not re.search(rf"\b{verb}\b", typed)] == []


@pytest.mark.parametrize("reason", MemberRefusal)
def test_every_reason_not_to_change_somebody_has_its_sentence(reason: MemberRefusal) -> None:
    assert sentence_for(MemberRefusedError(reason))


def test_every_right_that_the_services_ask_for_has_its_sentence() -> None:
    asked = {right for file in (ROOT / "core").rglob("*.py") for right in _RIGHTS.findall(file.read_text())}

    assert {"people.manage", "settings.change", "team.audit", "task.assign"} <= asked
    general = sentence_for(ForbiddenError("nothing that is asked for"))
    assert [right for right in sorted(asked) if sentence_for(ForbiddenError(right)) == general] == []
