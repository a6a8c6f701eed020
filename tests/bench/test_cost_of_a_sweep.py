"""What a sweep asks of the table: as much as there are people who have something due, however large the team is.

`PEOPLE` in the environment names other sizes: `PEOPLE=10,1000,10000` takes some minutes to fill.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from core.clock import fresh_event_id
from core.ids import TaskId
from core.notifications.held_news import HeldNewsService
from core.notifications.reminders import ReminderService
from core.notifications.weekly import WeeklyDigests
from core.people.model import Person
from core.storage.dynamodb.outbox import DynamoOutbox
from core.storage.dynamodb.people import DynamoPersonRepository, person_item
from core.storage.dynamodb.reminders import DynamoReminderRepository
from core.storage.dynamodb.table import Item, Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.schema import Keys
from infra.local.emulator import Emulator
from tests.support.figures import Figures
from tests.support.news import make_task
from tests.support.table import create_table
from tests.support.world import NOW, WORKSPACE, HeldClock, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SIZES = [int(size) for size in os.environ.get("PEOPLE", "10,100,1000").split(",")]
DUE = (5, 50)
"""How many people have something due, in a team that has so many."""
LATER = 2
"""So many more open tasks each person has that are not due."""


class Asked:
    """Counts requests by kind, and the items they read."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self.requests: Counter[str] = Counter()
        self.items = 0
        client.meta.events.register("after-call.dynamodb.*", self._count)

    def _count(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        self.requests[model.name] += 1
        batch = sum(map(len, parsed.get("Responses", {}).values())) if model.name == "BatchGetItem" else 0
        self.items += parsed.get("ScannedCount", 1 if "Item" in parsed else batch)

    def taken(self) -> tuple[dict[str, int], int]:
        seen = dict(sorted(self.requests.items())), self.items
        self.requests, self.items = Counter(), 0
        return seen


@pytest.fixture(scope="module")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[DynamoDBClient]":
    folder: Path = tmp_path_factory.mktemp("emulator")
    emulator = Emulator(folder, 0)
    with emulator.running():
        yield boto3.client(
            "dynamodb", region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test",
            endpoint_url=emulator.endpoint,
        )  # fmt: skip


def fill(table: Table, tasks: DynamoTaskRepository, team: int, due: int) -> None:
    """Put in people, each with tasks for later, and for the first `due` of them one that is overdue."""
    keys, batch, number = Keys(WORKSPACE), list[Item](), 0
    for each in range(team):
        person = make_person(f"P{each} X", time_zone="Europe/Berlin")
        batch.append(person_item(keys, person))
        for days in [100] * LATER + [-1] * (each < due):
            number += 1
            task = make_task(
                task_id=TaskId(f"T-{number}"), assigned_to=_ref(person), deadline=NOW + timedelta(days=days),
                updated_at=NOW - timedelta(days=9),
            )  # fmt: skip
            batch.append(tasks._task_item(task))
        if len(batch) >= 1_000:
            table.write_all(batch, [])
            batch = []
    table.write_all(batch, [])


def _ref(person: Person) -> Any:
    return person.ref


def test_a_sweep_costs_what_is_due_and_not_what_there_is(dynamodb: "DynamoDBClient", figures: Figures) -> None:
    asked, seen = Asked(dynamodb), {}
    for team, due in [(size, due) for size in SIZES for due in DUE if due <= size]:
        name = f"team-{team}-{due}"
        create_table(dynamodb, name)
        table = Table(dynamodb, name)
        tasks = DynamoTaskRepository(table, WORKSPACE, HeldClock())
        fill(table, tasks, team, due)
        kept, reminders = DynamoOutbox(table, WORKSPACE), DynamoReminderRepository(table, WORKSPACE)
        weekly = WeeklyDigests(kept, reminders, tasks, DynamoPersonRepository(table, WORKSPACE))
        outbox = HeldNewsService(kept, weekly, WORKSPACE, fresh_event_id)
        outbox.sweep(NOW - timedelta(minutes=15))
        service = ReminderService(tasks, reminders, WORKSPACE, fresh_event_id)
        asked.taken()
        for what, reminded in (("at their hour", due), ("after it", 0)):
            assert outbox.sweep(NOW) == 0
            assert service.sweep(NOW) == reminded
            seen[team, due, what] = requests, items = asked.taken()
            written = ", ".join(f"{count} {kind}" for kind, count in requests.items())
            figures.say(f"sweep, {team:6} people, {due:3} with something due, {what:13}: {items:4} items, {written}")
    for due in DUE:
        for what in ("at their hour", "after it"):
            teams = [size for size in SIZES if size >= due]
            assert len({str(seen[size, due, what]) for size in teams}) == 1, (due, what)
    assert "Scan" not in str(seen)
