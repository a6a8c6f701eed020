"""A day with tasks on the running system: found by words that the relay indexed, changed, undone, looked back at."""

import re
from typing import Any

import pytest

from bot.ids import Action
from tests.support.patience import eventually
from tests.support.workspace import DemoWorkspace

pytestmark = pytest.mark.stack

ADA, ANA, BEN = "U0ADA", "U0ANA", "U0BEN"


def said(answer: dict[str, Any]) -> str:
    assert (answer["status"], answer["failure"]) == (200, None), answer
    return str(answer["answer"])


def test_a_task_is_found_by_its_words_under_its_newest_title(workspace: DemoWorkspace) -> None:
    made = said(workspace.command(ADA, "new Calibrate the zeppelin <@U0BEN|ben> #airship"))
    found = re.search(r"T-\d+", made)
    assert found
    task_id = found[0]

    assert eventually(lambda: task_id in said(workspace.command(ANA, "find airship calib")))
    assert task_id in said(workspace.command(BEN, f"find {task_id}"))
    workspace.command(ADA, f"delete {task_id}")
    assert eventually(lambda: "Nothing found" in said(workspace.command(ANA, "find zepp")))


def test_what_was_done_is_undone_and_stands_in_the_history(workspace: DemoWorkspace) -> None:
    made = said(workspace.command(ADA, "new Polish the propeller <@U0BEN|ben>"))
    found = re.search(r"T-\d+", made)
    assert found
    task_id = found[0]

    assert "Ana Silva's now" in said(workspace.command(ADA, f"assign {task_id} <@U0ANA|ana>"))
    assert "It is due" in said(workspace.command(ADA, f"due {task_id} tomorrow 9am"))
    assert Action.TASK_UNDO in said(workspace.command(ADA, f"due {task_id} none"))
    assert "moved it from open to *blocked*" in (
        workspace.command(ANA, f"block {task_id} — no polish") and said(workspace.command(ANA, f"history {task_id}"))
    )
    assert "no polish" in said(workspace.command(BEN, f"history {task_id}"))
    assert "tasks" in said(workspace.command(BEN, "list team overdue"))


def test_stats_are_shown_as_a_chart(workspace: DemoWorkspace) -> None:
    answer = workspace.command(ADA, "stats")

    assert (answer["status"], answer["failure"]) == (200, None)
    assert workspace.whispers(ADA, naming="data_visualization")
