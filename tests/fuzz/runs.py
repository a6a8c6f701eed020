"""One run of schemathesis: as somebody, or as nobody, for so long."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.support.deployed_api import ADMIN, MEMBER, NOBODY, USERS, DeployedApi, Identity

FOLDER: Final = Path(__file__).parent
SEED: Final = 20261122
IDENTITIES: Final = (ADMIN, MEMBER, NOBODY)


def run(
    api: DeployedApi, identity: Identity, task: Mapping[str, Any], folder: Path, *, seconds: int, seed: int = SEED
) -> str:
    """Fuzz as one identity; raise AssertionError with the report where a check failed, else give the report."""
    description = folder / "openapi.json"
    description.write_text(_with_real_names(api, task))
    environment = {
        **os.environ,
        "PYTHONPATH": str(FOLDER.parents[1]),
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "FUZZED_URL": api.url,
        "FUZZ_TEAM": json.dumps(_team(api)),
    }
    if identity is not NOBODY:
        credentials = api.credentials(identity)
        environment["FUZZ_SIDE"] = identity.side
        environment["FUZZ_EMAIL"], environment["FUZZ_PASSWORD"] = credentials["email"], credentials["password"]
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(FOLDER / "schemathesis.toml")),
            *("run", str(description), "--url", api.url, "--checks", "all", "--no-color"),
            *("--seed", str(seed), "--max-time", str(seconds), "--generation-database", "none"),
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    report = f"as {identity.name}:\n{ran.stdout}\n{ran.stderr}"
    assert ran.returncode == 0, report
    return report


def _with_real_names(api: DeployedApi, task: Mapping[str, Any]) -> str:
    """The API's own description, with examples that name a person and a task that are there.

    Signing in keeps an address of nobody's: whoever is tried with wrong passwords is locked out.
    """
    description = api.send("GET", "/openapi.json").raise_for_status().json()
    schemas = description["components"]["schemas"]
    names = {"ana@example.com": api.credentials(MEMBER)["email"], "T-42": task["task_id"]}
    for path, operations in description["paths"].items():
        if "/task-mgmt/" in path:
            description["paths"][path] = _renamed(operations, names)
    for schema in ("NewTaskRequest", "TaskChange"):
        schemas[schema] = _renamed(schemas[schema], names)
    return json.dumps(description)


def _team(api: DeployedApi) -> list[str]:
    """The ids and addresses of the demo team, whom no fuzzing shall change."""
    token = api.sign_in(ADMIN)
    me = api.send("GET", f"{USERS}/{api.credentials(ADMIN)['email']}", token).raise_for_status().json()
    return [str(user[name]).lower() for user in (me, *api.users(token)) for name in ("user_id", "email")]


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    text = json.dumps(part)
    for example, real in names.items():
        text = text.replace(json.dumps(example), json.dumps(real))
    return json.loads(text)
