"""What each command and API route asks of DynamoDB, in a table with a hundred tasks and with a hundred thousand.

`TASKS` in the environment names other sizes: `TASKS=100,10000,100000` takes some minutes to fill. The requests are the
same at any size; items are fewer in a small table, where filters and counts come to the end before their limits.
"""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from core.clock import fresh_event_id
from core.ids import TaskId
from core.people.model import Person
from core.people.service import PeopleService
from core.storage import schema
from core.storage.dynamodb.homes import DynamoHomeRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Item, Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.model import Task, TaskStatus
from core.tasks.service import TaskService
from core.tasks.words import words_of
from infra.local.emulator import Emulator
from tests.bench.reads import Read
from tests.bench.routes import CALLS, asked_of_routes
from tests.support.api import ApiWorld
from tests.support.figures import Figures
from tests.support.table import create_table
from tests.support.world import NOW, WORKSPACE, SlackPlayed, World, slack_played

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SIZES = [int(size) for size in os.environ.get("TASKS", "100,1000,3000").split(",")]
SATURATED = 1000
COMMANDS = (
    "comment T-7 hello", "",
    "list team", "list team overdue", "list team today", "list created", "list team done", "list team #rare",
    "list team blocked", "list created cancelled",
    "list unassigned", "find login", "find t-7 log", "show T-7", "history T-7", "stats", "start T-9",
    "due T-7 tomorrow", "assign T-7 ben@example.com", "new Water the plants by fri",
    "done T-11", "delete T-13", "help",
)  # fmt: skip

MOST = {"": 2, "new Water the plants by fri": 3, "start T-9": 3, "done T-11": 3}
"""Requests that a command may make, its person's read among them."""
HOME, SHARE = "(App Home is opened)", "list team (shared)"


@pytest.fixture(scope="module")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[DynamoDBClient]":
    folder: Path = tmp_path_factory.mktemp("emulator")
    emulator = Emulator(folder, 0)
    with emulator.running():
        yield boto3.client(
            "dynamodb", region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test",
            endpoint_url=emulator.endpoint,
        )  # fmt: skip


def fill(client: "DynamoDBClient", name: str, size: int, world: World) -> Table:
    """Put in `size` tasks of Ada's and Ana's, a third closed, every one found by the same word."""
    create_table(client, name)
    table = Table(client, name)
    people, tasks = DynamoPersonRepository(table, WORKSPACE), DynamoTaskRepository(table, WORKSPACE, world.clock)
    for person in (world.ada, world.ana, world.ben, world.chi):
        people.add(person)
    tasks.next_number()
    table.put({**schema.Keys(WORKSPACE).sequence(), "type": "SEQ", "version": 1, "since": "2026-10", "latest": size})
    batch: list[Item] = []
    for number in range(1, size + 1):
        task = a_task(number, world.ada, (world.ada, world.ana, None)[number % 5 % 3])
        batch += [tasks._task_item(task), a_word(task, "login")] + ([a_word(task, "t7")] if number == 7 else [])
        if len(batch) >= 1000:
            table.write_all(batch, [])
            batch = []
    table.write_all(batch, [])
    return table


def a_task(number: int, creator: Person, owner: Person | None) -> Task:
    is_closed = number % 3 == 0
    when = NOW - timedelta(minutes=number)
    return Task(
        task_id=TaskId(f"T-{number}"),
        version=1,
        title=f"Login {number}",
        assigned_to=owner.ref if owner else None,
        task_status=TaskStatus.DONE if is_closed else TaskStatus.OPEN,
        deadline=NOW + timedelta(minutes=7 * (number % 400 - 200), seconds=number % 60),
        created_by=creator.ref,
        created_at=when,
        updated_at=when,
        closed_at=when if is_closed else None,
    )


def a_word(task: Task, word: str) -> Item:
    key = schema.Keys(WORKSPACE).word(word, task.task_id)
    return {**key, "type": schema.WORD, "version": 1, "task_id": task.task_id, "words": sorted(words_of(task))}


def asked(slack: SlackPlayed, read: Read, world: World) -> dict[str, tuple[dict[str, int], int]]:
    """What each command asks; the first one fills the bot's hint of who is linked to whom."""
    slack.command(world.ada, "help")
    read.taken()
    found = {}
    for text in COMMANDS:
        answer = slack.command(world.ada, text)
        assert answer.status == 200, answer.body
        assert "wrong on my side" not in answer.body
        found[text] = read.taken()
    slack.event(world.ada, "app_home_opened", tab="home")
    found[HOME] = read.taken()
    share = slack.command(world.ada, "list team").json["blocks"][-1]["elements"][-1]
    read.taken()
    slack.press(world.ada, share["action_id"], share["value"])
    found[SHARE] = read.taken()
    return found


def test_every_command_and_route_asks_the_same_of_a_table_of_any_size(
    dynamodb: "DynamoDBClient", figures: Figures
) -> None:
    seen = {}
    for size in SIZES:
        world = World()
        began = time.monotonic()
        table = fill(dynamodb, f"tasks-{size}", size, world)
        filled = time.monotonic() - began
        world.people = PeopleService(DynamoPersonRepository(table, WORKSPACE), world.cognito, world.clock)
        repository = DynamoTaskRepository(table, WORKSPACE, world.clock)
        world.homes_kept = DynamoHomeRepository(table, WORKSPACE)
        world.tasks = TaskService(repository, world.people, WORKSPACE, world.clock, fresh_event_id)
        read = Read(dynamodb)
        with slack_played(world) as slack:
            seen[size] = asked(slack, read, world) | asked_of_routes(table, read)
        figures.say(f"{size} tasks, filled in {filled:.0f} s, asked in {time.monotonic() - began - filled:.0f} s")
    small, full = seen[min(SIZES)], seen[max(SIZES)]
    for text, (requests, items) in full.items():
        asked_for = ", ".join(f"{count} {name}" for name, count in requests.items())
        figures.say(f"{text or '/task':50} {items:4} items ({small[text][1]} of {min(SIZES)} tasks)  {asked_for}")
    for size in SIZES:
        different = {text: (seen[size][text], full[text]) for text in full if seen[size][text] != full[text]}
        assert not different or size < SATURATED, (size, different)
        # A page of everything goes on among the closed tasks where there are few open ones: one more Query.
        assert all(sum(full[text][0].values()) <= sum(mine.values()) for text, (mine, _) in seen[size].items())
        assert all(seen[size][text][0] == full[text][0] for text in (*COMMANDS, HOME, SHARE))
        assert all(items <= full[text][1] for text, (_, items) in seen[size].items())
    assert "Scan" not in str(seen)
    for size, text in product(SIZES, MOST):
        assert sum(seen[size][text][0].values()) <= MOST[text], (size, text, seen[size][text])


def test_every_route_is_looked_at() -> None:
    """All but those that say what this is, whether it runs, and how it is used."""
    described = ApiWorld().app.openapi()["paths"]
    routes = {(method.upper(), route) for route, methods in described.items() for method in methods}

    assert routes - {(method, route) for method, route, _, _ in CALLS} == {
        ("GET", route) for route in ("/", "/api/v1/", "/api/v1/admin/auth/", "/api/v1/user/auth/", "/healthz")
    }
