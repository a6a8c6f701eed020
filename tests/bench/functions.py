"""Functions under measurement: the bundle laid out with its yardsticks, started in fresh processes, their CPU read."""

import compileall
import hashlib
import hmac
import itertools
import json
import platform
import py_compile
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from core.clock import system_clock
from core.ids import TaskId
from core.people.model import Group
from core.settings import NEEDED, Door
from core.storage import schema
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.model import Task
from infra.package import build_bundle
from tests.bench.played import Outside, Shelf, outside_played
from tests.support.lambda_runtime import RuntimeApi, lay_out_runtime, packaged_function
from tests.support.played_aws import SETTINGS, SLACK_SECRET
from tests.support.world import WORKSPACE, make_person

PRODUCT: Final = f"handlers.{Door.SLACK}"
EMPTY, BARE, RAW = "empty", "bare", "raw"
YARDSTICKS: Final = Path(__file__).parent / "yardsticks"
TASKS: Final = 25
_SNAKE: Final = {"GetItem": "get_item", "BatchGetItem": "batch_get_item", "Query": "query", "UpdateItem": "update_item",
                 "TransactWriteItems": "transact_write_items"}  # fmt: skip
_numbers: Final = itertools.count(1)


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What lies on disk: the zip, the bundle unpacked with the yardsticks in it, and Lambda's runtime client."""

    zipped: Path
    bundle: Path
    runtime: Path


def lay_out(folder: Path) -> LaidOut:
    zipped = build_bundle(folder / "bundle.zip", platform=f"{platform.machine()}-manylinux_2_28")
    bundle = folder / "bundle"
    with zipfile.ZipFile(zipped) as content:
        content.extractall(bundle)
    for source in YARDSTICKS.glob("*.py"):
        if source.stem != "__init__":
            shutil.copy(source, bundle)
            compileall.compile_file(
                bundle / source.name, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
            )
    return LaidOut(zipped, bundle, lay_out_runtime(folder / "runtime"))


def stocked(*, roles_good: bool = True) -> Shelf:
    """A table with Ada, an admin, and tasks of hers; with `roles_good`, nobody has to ask Cognito for her roles."""
    shelf = Shelf()
    table = Table(shelf, SETTINGS["DYNAMODB_TABLE_NAME"])  # type: ignore[arg-type] # as much of a client as it needs
    now = system_clock()
    checked = now + timedelta(hours=1) if roles_good else now - timedelta(hours=1)
    ada = make_person("Ada Lind", Group.ADMINS, checked_at=checked)
    DynamoPersonRepository(table, WORKSPACE).add(ada)
    table.put({**schema.Keys(WORKSPACE).sequence(), "type": schema.SEQUENCE, "version": 1, "latest": TASKS})
    tasks = DynamoTaskRepository(table, WORKSPACE, system_clock)
    for number in range(1, TASKS + 1):
        table.put(tasks._task_item(_a_task(number, ada.ref)))
    return shelf


def _a_task(number: int, person: Any) -> Task:
    now = system_clock()
    return Task(
        task_id=TaskId(f"T-{number}"), version=1, title=f"Look after the login page, part {number}", created_by=person,
        assigned_to=person, created_at=now, updated_at=now, deadline=now + timedelta(days=number),
    )  # fmt: skip


@contextmanager
def outside(folder: Path, shelf: Shelf) -> Iterator[Outside]:
    """AWS with that table, and Slack, both over TLS."""

    def aws(operation: str, asked: Mapping[str, Any]) -> Any:
        match operation:
            case "GetSecretValue":
                return {"SecretString": json.dumps(SLACK_SECRET)}
            case "AdminListGroupsForUser":
                return {"Groups": [{"GroupName": Group.ADMINS}]}
            case "AdminGetUser":
                about = {"sub": "sub-ada", "email": "ada@example.com", "given_name": "Ada", "family_name": "Lind"}
                attributes = [{"Name": name, "Value": value} for name, value in about.items()]
                return {"Username": "sub-ada", "Enabled": True, "UserStatus": "CONFIRMED", "UserAttributes": attributes}
        return shelf.answer(operation, asked)

    folder.mkdir(exist_ok=True)
    with outside_played(folder, aws, lambda _method, _asked: {"ok": True, "view": {"id": "V1"}}) as played:
        yield played


def environment(played: Outside, calls: list[tuple[str, dict[str, Any]]] | None = None) -> dict[str, str]:
    """What the product and the yardsticks find in their environment."""
    named = [(_SNAKE[operation], arguments) for operation, arguments in calls or []]
    return {
        **{name: SETTINGS[name] for name in NEEDED[Door.SLACK]},
        "SLACK_API_URL": played.slack,
        "AWS_ENDPOINT_URL": played.aws,
        "AWS_CA_BUNDLE": str(played.trust),
        "SSL_CERT_FILE": str(played.trust),
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "SIGNING_SECRET": SLACK_SECRET["signing_secret"],
        "CALLS": json.dumps(named),
    }


def command(text: str) -> dict[str, Any]:
    """`/task text`, signed now, as the HTTP API hands it over; never the same request twice."""
    form = {
        "command": "/task", "text": text, "team_id": WORKSPACE, "team_domain": "team", "user_id": "U0ADA",
        "channel_id": "C0GENERAL", "trigger_id": f"{next(_numbers)}.{time.time_ns()}",
        "response_url": "https://hooks.slack.example/r", "is_enterprise_install": "false",
    }  # fmt: skip
    body, at = urlencode(form), str(int(time.time()))
    signed = hmac.new(SLACK_SECRET["signing_secret"].encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": at,
               "x-slack-signature": f"v0={signed}"}  # fmt: skip
    return {
        "version": "2.0", "rawPath": "/slack/events", "rawQueryString": "", "headers": headers, "body": body,
        "requestContext": {"http": {"method": "POST", "path": "/slack/events"}}, "isBase64Encoded": False,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Invocation:
    cpu: float
    wall: float


class Measured:
    """A running function whose CPU seconds are read from the kernel whenever it waits for an event."""

    def __init__(self, api: RuntimeApi) -> None:
        self._api = api
        api.until_it_waits()
        self._used = self.init_cpu = self._cpu()

    @property
    def pid(self) -> int:
        return self._api.pid

    def invoke(self, event: dict[str, Any]) -> Invocation:
        began = time.perf_counter()
        answer = self._api.invoke(event)
        wall = time.perf_counter() - began
        assert answer["statusCode"] == 200, answer
        assert "wrong on my side" not in (answer["body"] or ""), answer
        self._api.until_it_waits()
        before, self._used = self._used, self._cpu()
        return Invocation(self._used - before, wall)

    def memory_mb(self) -> float:
        """The most that was resident, in megabytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        return int(kilobytes) / 1024

    def _cpu(self) -> float:
        # The clock of another process's CPU time, as clock_getcpuclockid(3) makes its number.
        return time.clock_gettime((~self.pid << 3) | 2)


@contextmanager
def started(name: str, laid: LaidOut, told: Mapping[str, str]) -> Iterator[Measured]:
    """A function in a fresh process, through its init."""
    with packaged_function(
        f"{name}.handler", bundle=laid.bundle, runtime=laid.runtime, environment=told, output=subprocess.DEVNULL
    ) as api:
        yield Measured(api)
