"""Ten thousand tasks of two kilobytes, listed to the last one: nothing is lost however large the items are.

`TASKS_LISTED` in the environment names another number.
"""

import csv
import io
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3
import httpx
import pytest

from core.ids import TaskId
from core.people.model import Person
from core.storage import schema
from core.storage.dynamodb.table import Item, Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.model import Task, TaskStatus
from infra.local.emulator import Emulator
from tests.support.api import WORKSPACE, ApiWorld
from tests.support.figures import Figures
from tests.support.table import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNT: Final = int(os.environ.get("TASKS_LISTED", "10000"))
ALL_TASKS: Final = "/api/v1/admin/task-mgmt/tasks"
DESCRIPTION: Final = "What has to be done, in many words. " * 57
TABLE: Final = "tasks"


@pytest.fixture(scope="module")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[DynamoDBClient]":
    folder: Path = tmp_path_factory.mktemp("emulator")
    emulator = Emulator(folder, 0)
    with emulator.running():
        yield boto3.client(
            "dynamodb", region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test",
            endpoint_url=emulator.endpoint,
        )  # fmt: skip


@pytest.fixture(scope="module")
def world(dynamodb: "DynamoDBClient") -> ApiWorld:
    """Half of the tasks are open, half were closed within three months; a tenth is Bo's."""
    assert len(DESCRIPTION) > 2048
    create_table(dynamodb, TABLE)
    table = Table(dynamodb, TABLE)
    world = ApiWorld(lambda clock: DynamoTaskRepository(table, WORKSPACE, clock))
    ada, bo = (world.people.with_email(f"{name}@example.com") for name in ("ada", "bo"))
    sequence = {"type": schema.SEQUENCE, "version": 1, "since": "2026-08", "latest": COUNT}
    table.put({**schema.Keys(WORKSPACE).sequence(), **sequence})
    repository = DynamoTaskRepository(table, WORKSPACE, world.clock)
    batch: list[Item] = [repository._task_item(_task(number, world, ada, bo)) for number in range(1, COUNT + 1)]
    table.write_all(batch, [])
    return world


def _task(number: int, world: ApiWorld, ada: Person, bo: Person) -> Task:
    when = world.now - timedelta(minutes=13 * number % 120_000)
    is_closed = number % 2 == 0
    return Task(
        task_id=TaskId(f"T-{number}"),
        version=1,
        title=f"Task {number}",
        description=DESCRIPTION,
        assigned_to=bo.ref if number % 10 == 0 else None,
        task_status=TaskStatus.DONE if is_closed else TaskStatus.OPEN,
        deadline=world.now + timedelta(minutes=number % 999) if number % 5 else None,
        created_by=ada.ref,
        created_at=when,
        updated_at=when,
        closed_at=when if is_closed else None,
    )


def _pages(get: Callable[..., httpx.Response]) -> Iterator[httpx.Response]:
    cursor: dict[str, str] = {}
    while True:
        page = get(**cursor)
        assert page.status_code == 200, page.text
        yield page
        if "X-Next-Cursor" not in page.headers:
            return
        cursor = {"cursor": page.headers["X-Next-Cursor"]}


def test_every_task_is_listed_once_with_all_that_it_has(world: ApiWorld, figures: Figures) -> None:
    token, began = world.token("ada"), time.monotonic()

    pages = [page.json() for page in _pages(lambda **cursor: world.get(ALL_TASKS, token, **cursor))]

    seconds = time.monotonic() - began
    listed = [task["task_id"] for page in pages for task in page]
    assert len(listed) == COUNT
    assert set(listed) == {f"T-{number}" for number in range(1, COUNT + 1)}
    assert {task["description"] for page in pages for task in page} == {DESCRIPTION}
    assert max(map(len, pages)) <= 100
    figures.say(f"{COUNT} tasks of 2 KB listed in {len(pages)} pages, {seconds:.1f} s")


def test_a_persons_tasks_are_listed_to_the_last(world: ApiWorld) -> None:
    token = world.token("bo")

    pages = _pages(lambda **cursor: world.get("/api/v1/user/task-mgmt/tasks/bo", token, **cursor))

    assert sum(len(page.json()) for page in pages) == COUNT // 10


def test_the_export_goes_through_the_same_pages(world: ApiWorld) -> None:
    token = world.token("ada")
    listed = [world.get(ALL_TASKS, token), world.get(f"{ALL_TASKS}.csv", token)]
    cursors = [page.headers["X-Next-Cursor"] for page in listed]
    first = csv.DictReader(io.StringIO(listed[1].text, newline=""))
    second = world.get(f"{ALL_TASKS}.csv", token, cursor=cursors[0])

    assert [row["task_id"] for row in first] == [task["task_id"] for task in listed[0].json()]
    assert len(list(csv.reader(io.StringIO(second.text, newline="")))) == 100
    assert second.text == world.get(f"{ALL_TASKS}.csv", token, cursor=cursors[1]).text
