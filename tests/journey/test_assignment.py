"""The main job on the running system: an assignment reaches its person by DM and email, and its outcome comes back."""

import json
import re
import time
from typing import Any

import pytest

from bot.ids import Action
from core.events import EventType
from core.ids import EventId, PersonId, TaskId, WorkspaceId
from core.storage.dynamodb.table import Partition, Table
from core.storage.schema import ACTIVITY_PREFIX, PARTITION_KEY, Keys
from core.tasks.model import Task
from infra.constructs.events import NEW_TASKS_TO_SLACK
from infra.local.local_stack import LocalStack
from tests.support.bus import BusListener
from tests.support.figures import Figures
from tests.support.news import happened, make_task
from tests.support.patience import eventually
from tests.support.workspace import DemoWorkspace
from tests.support.world import make_person

pytestmark = pytest.mark.stack

ADA, ANA = "U0ADA", "U0ANA"
ANAS_ADDRESS = "ana.silva@example.com"
TITLE = "Prepare the <b>launch</b> & rest"
QUIET = 3.0
"""Seconds to wait for what must not come: longer than anything here takes to arrive."""


def task_id_in(answer: dict[str, Any]) -> TaskId:
    found = re.search(r"T-\d+", str(answer["answer"]))
    assert found, answer
    return TaskId(found[0])


def test_an_assignment_travels_the_whole_way_and_its_outcome_comes_back(
    stack: LocalStack, workspace: DemoWorkspace, bus: BusListener, table: Table, figures: Figures
) -> None:
    began = time.monotonic()
    answer = workspace.command(ADA, f"new {TITLE} <@{ANA}|ana> by fri 5pm")
    answered = time.monotonic() - began

    assert (answer["status"], answer["failure"]) == (200, None)
    assert "Given to Ana Silva." in str(answer["answer"])
    task_id = task_id_in(answer)
    [mail] = eventually(lambda: workspace.emails(ANAS_ADDRESS, naming=f"[{task_id}]"))
    mailed = time.monotonic() - began
    [card] = eventually(lambda: workspace.messages(ANA, naming=f"{task_id}:"))
    carded = time.monotonic() - began
    assert_card_and_mail(card, mail, task_id)

    pressed = workspace.press(ANA, card, Action.TASK_DONE)
    assert (pressed["status"], pressed["failure"]) == (200, None)
    [told] = eventually(lambda: workspace.messages(ADA, naming=f"{task_id}:"))
    assert "done" in told["text"]
    assert "<@U0ANA>" in told["text"]

    assert_kept(table, task_id, stack.info["slack"]["team_id"])
    assert_announced(eventually(lambda: whole(bus.heard(task_id))))
    time.sleep(QUIET)
    assert len(workspace.emails(ANAS_ADDRESS, naming=f"[{task_id}]")) == 1
    assert len(workspace.messages(ANA, naming=task_id)) == 1
    assert len(workspace.messages(ADA, naming=task_id)) == 1
    figures.say(
        f"command → answer {answer['ms']:.0f} ms (all in all {answered * 1000:.0f} ms)"
        f" · command → DM {carded:.2f} s · command → email {mailed:.2f} s"
    )


def assert_card_and_mail(card: dict[str, Any], mail: dict[str, Any], task_id: TaskId) -> None:
    assert "<@U0ADA> gave you a task." in card["text"]
    texts = [element["text"] for block in card["blocks"] if block["type"] == "rich_text"
             for element in block["elements"][0]["elements"]]  # fmt: skip
    assert texts == [TITLE]
    buttons = [
        each["action_id"] for block in card["blocks"] if block["type"] == "actions" for each in block["elements"]
    ]
    assert buttons == [Action.TASK_START, Action.TASK_DONE, Action.TASK_COMMENT, Action.CARD_MENU]
    assert mail["Subject"] == f"[{task_id}] {TITLE}"
    assert "Ada Lind gave you this task." in mail["BodyText"]
    assert "(Sao Paulo time)" in mail["BodyText"]
    assert "Prepare the &lt;b&gt;launch&lt;/b&gt; &amp; rest" in mail["BodyHtml"]


def assert_kept(table: Table, task_id: TaskId, team_id: str) -> None:
    keys = Keys(WorkspaceId(team_id))
    task = table.get(keys.task(task_id))
    assert task is not None
    assert (task["card"]["task_status"], task["version"], task["card"]["title"]) == ("done", 2, TITLE)
    history, _ = table.page(Partition(keys.task(task_id)[PARTITION_KEY], prefix=ACTIVITY_PREFIX), limit=10)
    assert [entry["detail_type"] for entry in history] == ["TaskCreated", "TaskAssigned", "TaskStatusChanged"]
    assert [entry["actor"]["name"] for entry in history] == ["Ada Lind", "Ada Lind", "Ana Silva"]
    ana = PersonId(task["card"]["assigned_to"]["person_id"])
    assigned = EventId(history[1]["event_id"])
    for channel in ("slack", "email"):
        record = table.get(keys.delivery(assigned, channel, ana))
        assert record is not None
        assert record["state"] == "sent"
    card = table.get(keys.card(task_id, ana))
    assert card is not None
    assert card["shown_version"] >= 1


def whole(envelopes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return envelopes if len(envelopes) >= 3 else []


def assert_announced(envelopes: list[dict[str, Any]]) -> None:
    assert [each["detail-type"] for each in envelopes] == ["TaskCreated", "TaskAssigned", "TaskStatusChanged"]
    assert {each["source"] for each in envelopes} == {"app.taskmgmt"}
    details = [each["detail"] for each in envelopes]
    assert [detail["version"] for detail in details] == [1, 1, 1]
    assert [detail["task"]["version"] for detail in details] == [1, 1, 2]
    assert {detail["workspace"] for detail in details} == {"T0DEMO"}
    assert details[1]["task"]["assigned_to"]["slack_user_id"] == ANA
    assert details[2]["changes"] == [{"field": "task_status", "before": "open", "after": "done"}]
    assert details[2]["actor"]["entry"] == "slack"


@pytest.mark.parametrize(
    ("task", "is_heard"),
    [
        (make_task(), False),
        (make_task(assigned_to=None), True),
        (make_task(source="https://demo.slack.example/archives/C0GENERAL/p1763400000000100"), True),
    ],
    ids=["somebody's", "nobody's", "made from a message"],
)
def test_of_new_tasks_slack_hears_where_no_assignment_tells_of_them(
    stack: LocalStack, task: Task, *, is_heard: bool
) -> None:
    created = happened(EventType.TASK_CREATED, task, make_person("Ada Lind"))
    seen = {"id": "1", "account": "1", "region": "r", "time": "2026-11-22T12:00:00Z", "resources": []}
    pattern = {"detail-type": ["TaskCreated"], "detail": NEW_TASKS_TO_SLACK}

    answer = stack.aws.client("events").test_event_pattern(
        EventPattern=json.dumps(pattern), Event=json.dumps(seen | created.envelope)
    )

    assert answer["Result"] is is_heard


def test_somebody_unlinked_is_shown_the_way_in(workspace: DemoWorkspace) -> None:
    answer = workspace.command("U0CHI", "new Fix login")

    assert answer["failure"] is None
    [button] = [
        each for block in answer["answer"]["blocks"] if block["type"] == "actions" for each in block["elements"]
    ]
    assert button["text"]["text"] == "Link my account"
    assert button["url"].startswith("http")
