"""What commands and API routes ask of DynamoDB as the table grows, beside a scan for every list."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from core.clock import fresh_event_id, system_clock
from core.people.service import PeopleService
from core.storage.dynamodb.homes import DynamoHomeRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.service import TaskService
from core.tokens import TokenVerifier
from infra.local.emulator import Emulator
from tests.bench.measures import Row
from tests.bench.reads import Read
from tests.bench.routes import asked_of_routes
from tests.bench.test_reads_at_any_size import SATURATED, asked, fill
from tests.support import api
from tests.support.tokens import ADMIN_CLIENT, ISSUER, USER_CLIENT, access_claims, key_set
from tests.support.world import WORKSPACE, World, slack_played

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Asked = Mapping[str, tuple[int, int]]
"""Requests and items read, by command or route."""
TASKS = "/admin/task-mgmt/tasks"
SCAN = "a scan for a list"


def growth(folder: Path, sizes: Sequence[int]) -> tuple[dict[int, dict[str, tuple[int, int]]], list[Row]]:
    """What was asked at each size, and the rows of the table."""
    found: dict[int, dict[str, tuple[int, int]]] = {}
    emulator = Emulator(folder / "emulator", 0)
    (folder / "emulator").mkdir()
    with emulator.running():
        client = boto3.client(
            "dynamodb", region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test",
            endpoint_url=emulator.endpoint,
        )  # fmt: skip
        for size in sizes:
            found[size] = _at(client, size)
    return found, _rows(found)


def _at(client: "DynamoDBClient", size: int) -> dict[str, tuple[int, int]]:
    world = World()
    table = fill(client, f"tasks-{size}", size, world)
    world.people = PeopleService(DynamoPersonRepository(table, WORKSPACE), world.cognito, world.clock)
    world.homes_kept = DynamoHomeRepository(table, WORKSPACE)
    repository = DynamoTaskRepository(table, WORKSPACE, world.clock)
    world.tasks = TaskService(repository, world.people, WORKSPACE, world.clock, fresh_event_id)
    read = Read(client)
    with slack_played(world) as slack:
        commands = asked(slack, read, world)
    seen = {f"/task {text}".rstrip(): found for text, found in commands.items()} | asked_of_routes(table, read)
    counted = {what: (sum(requests.values()), items) for what, (requests, items) in seen.items()}
    return counted | {SCAN: _scanned(client, read, f"tasks-{size}")}


def key_sets_fetched(requests: int) -> int:
    """How often the pool's keys are fetched for so many requests; the reference fetches them for each."""
    fetched: list[None] = []

    def fetch() -> Any:
        fetched.append(None)
        return key_set(api.SIGNER)

    verifier = TokenVerifier(ISSUER, {ADMIN_CLIENT, USER_CLIENT}, fetch, system_clock)
    token = api.SIGNER.sign(access_claims("bo", "TeamMembers"))
    for _ in range(requests):
        verifier.verify(token)
    return len(fetched)


def _scanned(client: "DynamoDBClient", read: Read, name: str) -> tuple[int, int]:
    read.taken()
    for _ in client.get_paginator("scan").paginate(TableName=name):
        pass
    requests, items = read.taken()
    return requests["Scan"], items


def _rows(found: Mapping[int, Asked]) -> list[Row]:
    sizes = sorted(found)
    few, many = found[sizes[0]], found[sizes[-1]]
    # In a table too small for them, filters and counts come to its end before they reach their limits.
    settled = found[next((size for size in sizes if size >= SATURATED), sizes[-1])]
    ours = [what for what in many if what != SCAN]
    requests = max((many[what][0] / max(few[what][0], 1), what) for what in ours)
    later = max(many[what][0] / max(settled[what][0], 1) for what in ours)
    items = max(many[what][1] / max(settled[what][1], 1) for what in ours)
    scanned = many[SCAN][1] / few[SCAN][1]
    worst = f"{requests[0]:.2f}" + (f" (`{requests[1]}`)" if requests[0] > 1 else "")
    at = f"{sizes[-1]:,} tasks ÷ at {sizes[0]:,}"
    return [
        Row("requests for `/task`", str(many["/task"][0]), "", "≤ 2", many["/task"][0] <= 2),
        *(_changing(many, text) for text in ("new Water the plants by fri", "start T-9", "done T-11")),
        Row(f"requests at {at}, the worst of {len(ours)} commands and routes", worst, "", "1.00", requests[0] == 1),
        Row(f"requests at {sizes[-1]:,} ÷ at 1,000 tasks, the worst", f"{later:.2f}", "", "1.00", later == 1),
        Row(f"items read at {sizes[-1]:,} ÷ at 1,000 tasks, the worst", f"{items:.2f}",
            f"a scan, at {at}: {scanned:,.0f}", "1.00", items == 1),
        *_routes(many),
        Row("key sets fetched for 100 requests with a token", str(key_sets_fetched(100)), "100"),
        Row(f"items looked at for `/task list team #rare`, which no task has, at {sizes[-1]:,} tasks",
            f"{many['/task list team #rare'][1]:,} in {many['/task list team #rare'][0]} requests"),
        Row(f"items read for `/task list team` at {sizes[-1]:,} tasks", f"{many['/task list team'][1]:,}",
            f"a scan: {many[SCAN][1]:,} in {many[SCAN][0]:,} requests"),
    ]  # fmt: skip


def _changing(many: Asked, text: str) -> Row:
    requests = many[f"/task {text}"][0]
    return Row(f"requests for `/task {text}`", str(requests), "", "≤ 3", requests <= 3)


def _routes(many: Asked) -> list[Row]:
    """The most that one of a kind asks."""
    kinds = {
        "reads": [what for what in many if what.startswith("GET ")],
        "changes a task": [what for what in many if "/task-mgmt/" in what and not what.startswith("GET ")],
        "changes a person": [what for what in many if "/user-mgmt/" in what and not what.startswith("GET ")],
        "signs in or out": [what for what in many if "/auth/" in what],
    }
    return [
        Row(f"requests for an API route that {does}, the most of {len(routes)}",
            f"{most[0]} (`{most[1]}`)" if most[0] else "none: Cognito is asked alone")
        for does, routes in kinds.items()
        for most in [max((many[what][0], what) for what in routes)]
    ]  # fmt: skip


def plot(found: Mapping[int, Asked], target: Path) -> None:
    """Draw requests and items read over the number of tasks."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    sizes = sorted(found)
    drawn: dict[str, dict[str, Any]] = {
        "/task": {"marker": "o"}, "/task list team": {"marker": "s"}, "/task find login": {"marker": "^"},
        "/task done T-11": {"marker": "v"}, f"GET {TASKS}": {"marker": "D"},
        SCAN: {"marker": "x", "linestyle": "--", "color": "black"},
    }  # fmt: skip
    figure, sides = pyplot.subplots(1, 2, figsize=(12, 4), layout="constrained")
    for side, number, name in ((sides[0], 0, "requests"), (sides[1], 1, "items read")):
        for what, how in drawn.items():
            side.plot(sizes, [max(found[size][what][number], 0.5) for size in sizes], label=what, **how)
        side.set(xscale="log", xlabel="tasks in the table", title=name)
        side.grid(visible=True, alpha=0.3)
    sides[0].set_ylim(bottom=0)
    sides[1].set_yscale("log")
    figure.legend(*sides[0].get_legend_handles_labels(), loc="outside right upper", fontsize="small")
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=110, metadata={"Software": None})
