"""Reminders and held-back news on the running system, whose schedule is told another time than it is."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.ids import Action
from core.clock import system_clock
from core.ids import TaskId, WorkspaceId
from core.notifications.model import Kind
from core.notifications.preferences import Preferences, Ways
from core.people.model import Person
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.preferences import DynamoPreferenceRepository
from core.storage.dynamodb.table import Table
from infra.local.local_stack import LocalStack
from tests.support.patience import eventually
from tests.support.stack import wake
from tests.support.workspace import DemoWorkspace

pytestmark = pytest.mark.stack

ADA, ANA, BEN = "U0ADA", "U0ANA", "U0BEN"
QUIET = 3.0
"""Seconds to wait for what must not come: longer than anything here takes to arrive."""


def given(workspace: DemoWorkspace, words: str) -> TaskId:
    found = re.search(r"T-\d+", str(workspace.command(ADA, words)["answer"]))
    assert found
    return TaskId(found[0])


@contextmanager
def chosen(stack: LocalStack, table: Table, email: str, preferences: Preferences) -> Iterator[Person]:
    """A person with preferences, while the block runs."""
    workspace = WorkspaceId(stack.info["slack"]["team_id"])
    person = DynamoPersonRepository(table, workspace).with_email(email)
    kept = DynamoPreferenceRepository(table, workspace)
    before = kept.get(person.person_id)
    saved = kept.save(person.person_id, preferences.model_copy(update={"version": before.version}))
    try:
        yield person
    finally:
        kept.save(person.person_id, before.model_copy(update={"version": saved.version}))


def test_a_reminder_comes_once_by_both_ways_however_often_its_hour_is_swept(
    stack: LocalStack, workspace: DemoWorkspace, table: Table
) -> None:
    both = Preferences(choices={Kind.DUE: Ways(email=True)})
    with chosen(stack, table, "ana.silva@example.com", both) as ana:
        task_id = given(workspace, f"new Reach the summit <@{ANA}|ana> by in 2 days")
        eventually(lambda: workspace.messages(ANA, naming=f"{task_id}:"))
        never = given(workspace, f"new Water the plants <@{ANA}|ana>")
        [card] = eventually(lambda: workspace.messages(ANA, naming=f"{never}:"))
        assert workspace.press(ANA, card, Action.CARD_MENU, f"snooze {never} tomorrow")["failure"] is None
        [card] = workspace.messages(ANA, naming=f"{never}:")
        assert "Snoozed until" in str(card)
        the_day = system_clock().astimezone(ana.zone).date() + timedelta(days=2)
        nine = datetime(the_day.year, the_day.month, the_day.day, 9, tzinfo=ZoneInfo(ana.time_zone)).astimezone(UTC)

        wake(stack, nine - timedelta(minutes=15))
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(lambda _: wake(stack, nine), range(2)))
        wake(stack, nine + timedelta(minutes=15))

        [message] = eventually(lambda: reminders(workspace, task_id))
        [mail] = eventually(lambda: workspace.emails(ana.email, naming="View or mark done"))
        time.sleep(QUIET)
        assert len(reminders(workspace, task_id)) == 1
        assert len(workspace.emails(ana.email, naming="View or mark done")) == 1
        assert sum(run["reminded"] for run in runs) >= 1
        assert "Reach the summit" in str(mail)
        # It is never due, and there was no reminder yesterday.
        assert f"due:title:{never}" in str(message)

        pressed = workspace.press(ANA, message, Action.DUE_DONE, task_id)
        assert (pressed["status"], pressed["failure"]) == (200, None)
        eventually(lambda: "Done. To open it again" in str(reminders(workspace, task_id)))


def reminders(workspace: DemoWorkspace, task_id: TaskId) -> list[dict[str, object]]:
    found = workspace.messages(ANA, naming=f"due:title:{task_id}")
    return [each for each in found if "What waits for you" in str(each)]


def test_what_quiet_hours_hold_back_comes_when_they_are_over_once(
    stack: LocalStack, workspace: DemoWorkspace, table: Table
) -> None:
    address = "ben.okoro@example.com"
    local = system_clock().astimezone(ZoneInfo("Africa/Lagos"))
    until = (local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)).astimezone(UTC)
    quiet = {"quiet_from": local.hour, "quiet_until": (local.hour + 3) % 24, "reminder_hour": (local.hour + 12) % 24}
    with chosen(stack, table, address, Preferences(**quiet)):
        held = given(workspace, f"new Let me sleep <@{BEN}|ben>")
        moot = given(workspace, f"new Done before dawn <@{BEN}|ben>")
        urgent = given(workspace, f"new The house is on fire !urgent <@{BEN}|ben>")
        eventually(lambda: workspace.messages(BEN, naming=f"{urgent}:"))
        workspace.command(ADA, f"done {moot}")
        time.sleep(QUIET)
        assert workspace.messages(BEN, naming=f"{held}:") == []
        assert workspace.emails(address, naming=f"[{held}]") == []

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: wake(stack, until), range(2)))

        eventually(lambda: workspace.messages(BEN, naming=f"{held}:"))
        eventually(lambda: workspace.emails(address, naming=f"[{held}]"))
        time.sleep(QUIET)
        assert (
            len(workspace.messages(BEN, naming=f"{held}:")) == len(workspace.emails(address, naming=f"[{held}]")) == 1
        )
        assert workspace.emails(address, naming=f"[{moot}]") == []


def test_a_test_asked_for_in_the_settings_reaches_both_places(workspace: DemoWorkspace) -> None:
    workspace.command(ANA, "settings")

    workspace.press_in_modal(ANA, Action.SETTINGS_TEST)

    eventually(lambda: workspace.messages(ANA, naming="Messages from me reach you here"))
    eventually(lambda: workspace.emails("ana.silva@example.com", naming="Emails from Task Bot reach you"))
