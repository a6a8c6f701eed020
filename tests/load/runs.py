"""One run of locust, and what it must leave behind."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.deployed_api import ADMIN, ALL_TASKS, MEMBER, DeployedApi

FOLDER: Final = Path(__file__).parent
_COUNTING_TASKS: Final = 3


@dataclass(frozen=True, slots=True)
class Report:
    routes: list[dict[str, Any]]
    errors: list[str]
    added: dict[str, int]
    """How often each counting task was added to, as the API told its clients."""
    counted: dict[str, int]
    """What each counting task says in the end."""

    def lines(self) -> list[str]:
        """The figures, a route a line."""
        requests = sum(route["requests"] for route in self.routes)
        told = [f"{requests} requests; {sum(self.added.values())} added, {sum(self.counted.values())} counted"]
        told += [
            f"{route['route']:42} {route['requests']:6} requests  p50 {route['p50']:5} ms  p99 {route['p99']:5} ms"
            for route in sorted(self.routes, key=lambda route: str(route["route"]))
        ]
        return told


def run(api: DeployedApi, folder: Path, *, seconds: int, clients: int, hand_out: bool) -> Report:
    """Put the API under load; with `hand_out`, tasks are given to people, who are told of each."""
    token, member = api.sign_in(ADMIN), api.credentials(MEMBER)
    counting = [api.create(token, title="Count", description="0")["task_id"] for _ in range(_COUNTING_TASKS)]
    told = {
        "admin": api.credentials(ADMIN),
        "user": member,
        "counting": counting,
        "own": api.create(token, title="Look back", assigned_to=member["email"])["task_id"],
        "hand_out": {"assigned_to": member["email"]} if hand_out else {},
        "report": str(folder / "load.json"),
    }
    _warm_up(api, clients)
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-m", "locust", "-f", str(FOLDER / "clients.py"), "--headless", "--only-summary"),
            *("--users", str(clients), "--spawn-rate", str(clients), "--run-time", f"{seconds}s"),
            *("--host", api.url, "--stop-timeout", "30", "--exit-code-on-error", "0"),
        ],
        env={**os.environ, "LOAD_TOLD": json.dumps(told)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    token = api.sign_in(ADMIN)
    texts = {name: api.send("GET", f"{ALL_TASKS}/{name}/nobody", token).json()["description"] for name in counting}
    return Report(
        **json.loads((folder / "load.json").read_text()), counted={name: int(text) for name, text in texts.items()}
    )


def _warm_up(api: DeployedApi, clients: int) -> None:
    """Have as many functions started as there are clients: a start is many times longer than a request.

    What is asked takes long enough that no function answers two of them, and makes what a function makes once.
    """
    with ThreadPoolExecutor(clients) as at_once:
        for _ in range(2):
            list(at_once.map(lambda _: api.sign_in(MEMBER), range(clients)))


def require_sound(report: Report) -> None:
    """No request failed, and nothing that was added got lost."""
    assert not report.errors, report.errors
    assert not [route for route in report.routes if route["failures"]]
    assert {name: report.added.get(name, 0) for name in report.counted} == report.counted
    assert report.added.keys() <= report.counted.keys()
    assert sum(report.counted.values()) > 0
