"""What locust runs: admins who hand out and change tasks, members who look and move on.

Every admin also counts: a task's description is a number, and each of them adds one to it, again and again, where
`If-Match` lets nobody overwrite what another has added. Told by `runs.py`: who, which tasks, and where the report goes.
"""

import json
import os
import random
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from locust import HttpUser, between, events, task
from locust.env import Environment

TOLD: Final = json.loads(os.environ["LOAD_TOLD"])
ADMIN: Final = "/api/v1/admin/task-mgmt"
MEMBER: Final = "/api/v1/user/task-mgmt"
added: Counter[str] = Counter()
"""How often each counting task was added to, as the API said."""


class _Client(HttpUser):
    abstract = True
    wait_time = between(0.05, 0.25)
    side = ""

    def on_start(self) -> None:
        """Sign in."""
        credentials = TOLD[self.side]
        signed_in = self.client.post(
            f"/api/v1/{self.side}/auth/login", json=credentials, name="POST …/auth/login"
        ).json()
        self.client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        self.email = credentials["email"]
        self.refresh_token = signed_in["refresh_token"]

    @task(1)
    def refresh(self) -> None:
        """Go on with the session."""
        body = {"refresh_token": self.refresh_token, "email": self.email}
        self.client.post(f"/api/v1/{self.side}/auth/refresh", json=body, name="POST …/auth/refresh")


class Admin(_Client):
    weight = 2
    side = "admin"

    @task(8)
    def count(self) -> None:
        """Read a number and add one to it, on top of exactly what was read."""
        name = random.choice(TOLD["counting"])  # noqa: S311 - which one is tried
        read = self.client.get(f"{ADMIN}/tasks/{name}/nobody", name="GET …/tasks/{task_id}/{assigned_to}")
        if not read.ok:
            return
        with self.client.put(
            f"{ADMIN}/tasks/{name}",
            json={"description": str(int(read.json()["description"]) + 1)},
            headers={"If-Match": read.headers["ETag"]},
            name="PUT …/tasks/{task_id} with If-Match",
            catch_response=True,
        ) as answer:
            if answer.ok:
                added[name] += 1
            elif answer.status_code in {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}:
                answer.success()

    @task(3)
    def create(self) -> None:
        """Make a task, and ask for it again as if the answer had been lost."""
        key = str(random.getrandbits(64))
        body: dict[str, Any] = {"title": f"Loaded {key}", "labels": ["load"], **TOLD["hand_out"]}
        made = [
            self.client.post(f"{ADMIN}/create", json=body, headers={"Idempotency-Key": key}, name=name)
            for name in ("POST …/create", "POST …/create again")
        ]
        if len({answer.text for answer in made}) != 1:
            added["not the same answer twice"] += 1

    @task(4)
    def look(self) -> None:
        """Read the board and the directory."""
        self.client.get(f"{ADMIN}/tasks?limit=25", name="GET …/tasks")
        self.client.get("/api/v1/admin/user-mgmt/users", name="GET …/users")

    @task(1)
    def export(self) -> None:
        """Take a page of the export."""
        self.client.get(f"{ADMIN}/tasks.csv?limit=100", name="GET …/tasks.csv")

    @task(2)
    def comment(self) -> None:
        """Say something about a counting task, which is nobody's conflict."""
        name = random.choice(TOLD["counting"])  # noqa: S311
        self.client.post(f"{ADMIN}/tasks/{name}/comments", json={"text": "Still counting"}, name="POST …/comments")


class Member(_Client):
    weight = 3
    side = "user"

    @task(6)
    def look(self) -> None:
        """Read one's own tasks."""
        self.client.get(f"{MEMBER}/tasks/{self.email}?limit=25", name="GET …/user/…/tasks/{assigned_to}")

    @task(3)
    def look_back(self) -> None:
        """Read what happened to one."""
        path = f"{MEMBER}/tasks/{self.email}/{TOLD['own']}/history?limit=10"
        self.client.get(path, name="GET …/history")

    @task(1)
    def reach_out(self) -> None:
        """Ask for what is somebody else's."""
        with self.client.get(f"{MEMBER}/tasks/nobody", name="GET …/user/…/tasks/{assigned_to} refused",
                             catch_response=True) as answer:  # fmt: skip
            if answer.status_code == HTTPStatus.FORBIDDEN:
                answer.success()


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def _report(environment: Environment, **_: Any) -> None:
    routes = [
        {
            "route": entry.name,
            "requests": entry.num_requests,
            "failures": entry.num_failures,
            "p50": entry.get_response_time_percentile(0.5),
            "p99": entry.get_response_time_percentile(0.99),
        }
        for entry in environment.stats.entries.values()
    ]
    errors = [f"{error.method} {error.name}: {error.error}" for error in environment.stats.errors.values()]
    Path(TOLD["report"]).write_text(json.dumps({"routes": routes, "errors": errors, "added": added}))
