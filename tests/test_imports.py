"""What importing does, which is nothing, and what each function loads, which is no more than it needs."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from core.settings import Door
from tests.support.played_aws import aws_played, env_of

PROJECT: Final = Path(__file__).parents[1]
WITHOUT_SETTINGS: Final = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}


def python(*arguments: str, folder: Path = PROJECT, environment: Mapping[str, str] | None = None) -> str:
    """Run Python in a process of its own and give what it writes."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments],
        cwd=folder,
        env={**WITHOUT_SETTINGS, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def guarded(*packages: str, folder: Path = PROJECT) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(python("-m", "tests.support.import_guard", *packages, folder=folder))
    return answer


@pytest.mark.parametrize("packages", [("core", "bot", "handlers"), ("infra.app", "infra.package", "infra.local")])
def test_importing_does_nothing(packages: tuple[str, ...]) -> None:
    answer = guarded(*packages)

    written = {path for name in packages for path in _modules_in(PROJECT / name.replace(".", "/"))}
    assert set(answer["imported"]) == written
    assert answer["did"] == []


def _modules_in(place: Path) -> set[str]:
    files = place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]
    names = (file.relative_to(PROJECT).with_suffix("").as_posix().replace("/", ".") for file in files)
    return {name.removesuffix(".__init__") for name in names if not name.endswith(".__main__")}


@pytest.mark.parametrize(
    ("line", "noticed"),
    [
        ("import os; os.environ['HOME']", "environment"),
        ("import os; os.getenv('NOTHING')", "environment"),
        ("import os; 'HOME' in os.environ", "environment"),
        ("import os; dict(os.environ)", "environment"),
        ("open('notes.txt')", "open"),
        ("from pathlib import Path; Path('notes.txt').read_text()", "open"),
        ("import os; os.listdir('.')", "os.listdir"),
        ("import socket; socket.socket()", "socket.__new__"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import urllib.request as r; r.Request('http://127.0.0.1:9/')\ntry: r.urlopen('http://127.0.0.1:9/')\n"
         "except OSError: pass", "socket."),
        ("import boto3; boto3.Session(region_name='eu-north-1')", "client"),
        ("import boto3; boto3.client('s3', region_name='eu-north-1')", "client"),
        ("import slack_sdk; slack_sdk.WebClient('x')", "client"),
        ("import ssl; ssl.create_default_context()", "certificates"),
    ],
)  # fmt: skip
def test_the_guard_notices_what_an_import_must_not_do(tmp_path: Path, line: str, noticed: str) -> None:
    (tmp_path / "careless").mkdir()
    (tmp_path / "careless" / "__init__.py").write_text("")
    (tmp_path / "careless" / "inner.py").write_text(line)
    (tmp_path / "notes.txt").write_text("notes")

    assert any(each.startswith(noticed) for each in guarded("careless", folder=tmp_path)["did"])


HEAVY: Final = {
    "aiohttp", "anyio", "asyncio", "boto3", "botocore", "cryptography", "email_validator", "fastapi", "httpx", "jinja2",
    "jose", "mangum", "parsedatetime", "pydantic", "requests", "slack_bolt", "slack_sdk", "starlette",
}  # fmt: skip
ADAPTERS: Final = {
    "core.cognito", "core.cognito_accounts", "core.email", "core.eventbridge", "core.mail_links",
    "core.managed_login", "core.notifications.mail", "core.slack", "core.storage.dynamodb.audit",
    "core.storage.dynamodb.deliveries", "core.storage.dynamodb.homes", "core.storage.dynamodb.installation",
    "core.storage.dynamodb.jobs", "core.storage.dynamodb.links", "core.storage.dynamodb.people",
    "core.storage.dynamodb.settings", "core.storage.dynamodb.tasks", "core.storage.memory", "core.tokens",
}  # fmt: skip
EVERYWHERE: Final = {"boto3", "botocore", "pydantic"}
PEOPLE: Final = {"core.cognito", "core.storage.dynamodb.people", "core.storage.dynamodb.settings"}
JOBS: Final = PEOPLE | {
    "core.cognito_accounts", "core.email", "core.storage.dynamodb.audit", "core.storage.dynamodb.jobs",
    "core.storage.dynamodb.links", "core.storage.dynamodb.tasks",
}  # fmt: skip

MAY_LOAD: Final[dict[Door, set[str]]] = {
    # slack_bolt and slack_sdk bring asyncio with them.
    Door.SLACK: EVERYWHERE
    | {"asyncio", "parsedatetime", "slack_bolt", "slack_sdk"}
    | JOBS
    | {"core.slack", "core.storage.dynamodb.homes", "core.storage.dynamodb.installation"},
    Door.WEB: EVERYWHERE
    | {"cryptography", "jinja2", "jose"}
    | PEOPLE
    | {"core.mail_links", "core.managed_login", "core.storage.dynamodb.links", "core.storage.dynamodb.tasks"}
    | {"core.tokens"},
    Door.API: EVERYWHERE
    | {"anyio", "asyncio", "cryptography", "email_validator", "fastapi", "jose", "mangum", "starlette"}
    | JOBS
    | {"core.tokens"},
    Door.RELAY: EVERYWHERE | {"core.eventbridge"},
    Door.NOTIFY_SLACK: EVERYWHERE
    | {"asyncio", "slack_sdk"}
    # Links, for the addresses behind "This was not me"; tasks, for the history in which a burst is gathered.
    | {"core.slack", "core.storage.dynamodb.deliveries", "core.storage.dynamodb.people"}
    | {"core.storage.dynamodb.installation", "core.storage.dynamodb.links", "core.storage.dynamodb.tasks"}
    # Jobs, to say what became of one.
    | {"core.storage.dynamodb.homes", "core.storage.dynamodb.jobs", "core.storage.dynamodb.settings"},
    Door.NOTIFY_EMAIL: EVERYWHERE
    | {"cryptography", "jinja2", "jose"}
    | {
        "core.email",
        "core.mail_links",
        "core.notifications.mail",
        "core.storage.dynamodb.deliveries",
        "core.storage.dynamodb.people",
    }
    | {"core.storage.dynamodb.links", "core.storage.dynamodb.settings", "core.storage.dynamodb.tasks"},
    # Settings, for the workspace's own hours and days.
    Door.REMIND: EVERYWHERE
    | {"core.storage.dynamodb.people", "core.storage.dynamodb.settings", "core.storage.dynamodb.tasks"},
    Door.WORK: EVERYWHERE | JOBS,
}
"""Of what costs time in a function's start, and of the adapters, what each function may load in the end."""


@pytest.mark.parametrize("door", Door)
def test_a_function_that_has_started_has_loaded_only_what_it_needs(door: Door) -> None:
    with aws_played() as aws:
        loaded = _loaded(f"import handlers.{door}; handlers.{door}.handler", env_of(door, aws))

    assert f"handlers.{door}" in loaded
    assert loaded & (HEAVY | ADAPTERS) <= MAY_LOAD[door]


@pytest.mark.parametrize("door", Door)
def test_a_function_loads_no_other_functions_module(door: Door) -> None:
    loaded = _loaded(f"import handlers.{door}")

    assert {name for name in Door if f"handlers.{name}" in loaded} == {door}
    assert {name for name in Door if f"core.bootstrap.{name}" in loaded} == {door}


@pytest.mark.parametrize("module", ["bot.commands.grammar", "bot.messages.tasks", "bot.messages.notifications"])
def test_grammar_and_messages_are_free_of_slacks_libraries_and_aws(module: str) -> None:
    assert not _loaded(f"import {module}") & {"boto3", "slack_bolt", "slack_sdk"}


def _loaded(statement: str, environment: Mapping[str, str] | None = None) -> set[str]:
    script = f"import sys; {statement}; print('loaded', *sys.modules)"
    lines = python("-c", script, environment=environment).splitlines()
    [modules] = [line for line in lines if line.startswith("loaded ")]
    return set(modules.split())
