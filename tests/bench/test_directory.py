"""What `/team` reads in a team of 500: how many requests, and how long on this machine."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from core.people.directory import Directory
from core.people.queries import DirectoryFilter
from core.people.workload import WorkloadReader
from core.storage.dynamodb.people import DynamoPersonRepository, email_item, person_item
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.schema import Keys
from infra.local.emulator import Emulator
from tests.bench.reads import Read
from tests.bench.test_reads_at_any_size import a_task
from tests.support.figures import Figures
from tests.support.table import create_table
from tests.support.world import NOW, WORKSPACE, HeldClock, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PEOPLE, SHOWN = 500, 10


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
def directory(dynamodb: "DynamoDBClient") -> Directory:
    create_table(dynamodb, "people")
    table, keys = Table(dynamodb, "people"), Keys(WORKSPACE)
    items: list[dict[str, Any]] = []
    tasks = DynamoTaskRepository(table, WORKSPACE, HeldClock())
    for number in range(PEOPLE):
        facts = {"enabled": number % 50 != 49, "open_tasks": 3, "slack_user_id": None}
        person = make_person(f"P{number:03} Last", **facts)
        items += [person_item(keys, person), email_item(keys, person)]
        items += [tasks._task_item(a_task(1000 * number + each, person, person)) for each in (1, 2, 4)]
    table.write_all(items, [])
    clock = HeldClock(NOW + timedelta(days=30))
    return Directory(DynamoPersonRepository(table, WORKSPACE), DynamoTaskRepository(table, WORKSPACE, clock), clock)


def test_a_team_of_500_opens_within_a_second_and_is_searched_within_half_of_one(
    dynamodb: "DynamoDBClient", directory: Directory, figures: Figures
) -> None:
    read = Read(dynamodb)

    def opened() -> Any:
        people = directory.page(limit=SHOWN).items
        return directory.overdue(people)

    workload = WorkloadReader(directory._people, directory._tasks, directory._clock)  # type: ignore[arg-type]
    looks: dict[str, tuple[Callable[[], Any], float]] = {
        "opens, with open and overdue counts": (opened, 1),
        "is searched by name": (lambda: directory.page("p43", limit=SHOWN), 0.5),
        "is searched by address": (lambda: directory.page("p499@ex", limit=SHOWN), 0.5),
        "says who has the most to do": (lambda: workload.read(limit=SHOWN), 1),
        "shows the disabled": (lambda: directory.page(only=DirectoryFilter.DISABLED, limit=SHOWN), 0.5),
    }
    for what, (look, limit) in looks.items():
        look()
        read.taken()
        began = time.monotonic()
        look()
        took = time.monotonic() - began
        requests, items = read.taken()
        asked = ", ".join(f"{count} {name}" for name, count in requests.items())
        figures.say(f"a directory of {PEOPLE} {what}: {took * 1000:.0f} ms; {asked}, {items} items")
        assert took < limit, what
        assert "Scan" not in requests
