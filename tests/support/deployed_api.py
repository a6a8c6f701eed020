"""The deployed HTTP API, behind its gateway and nothing else, and who of the demo team tries it out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from infra.local.local_stack import LocalStack

ALL_TASKS: Final = "/api/v1/admin/task-mgmt/tasks"
USERS: Final = "/api/v1/admin/user-mgmt/users"
CREATE: Final = "/api/v1/admin/task-mgmt/create"


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom requests are sent, through which side of the API; nobody has none."""

    name: str
    side: str = ""
    group: str = ""


ADMIN: Final = Identity("admin", "admin", "Admins")
MEMBER: Final = Identity("member", "user", "TeamMembers")
NOBODY: Final = Identity("nobody")


@dataclass(frozen=True, slots=True)
class DeployedApi:
    url: str
    people: list[dict[str, Any]]

    @classmethod
    def of(cls, stack: LocalStack) -> "DeployedApi":
        gateway = f"{stack.aws.endpoint}/_aws/execute-api/{stack.outputs['HttpApiId']}/$default"
        return cls(gateway, stack.info["people"])

    def credentials(self, identity: Identity) -> Mapping[str, str]:
        """Those of the last of the demo team in a group, who may be signed out without harm to other tests."""
        person = [each for each in self.people if each["groups"] == [identity.group]][-1]
        return {"email": person["email"], "password": person["password"]}

    def send(self, method: str, path: str, token: str | None = None, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.request(method, self.url + path, headers=headers, timeout=60, **content)

    def sign_in(self, identity: Identity) -> str:
        answer = self.send("POST", f"/api/v1/{identity.side}/auth/login", json=self.credentials(identity))
        return str(answer.raise_for_status().json()["access_token"])

    def create(self, token: str, **task: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.send("POST", CREATE, token, json=task).raise_for_status().json()["task_data"]
        return made

    def tasks(self, token: str) -> Iterator[dict[str, Any]]:
        """Every task, page by page."""
        cursor: dict[str, str] = {}
        while True:
            page = self.send("GET", ALL_TASKS, token, params=cursor).raise_for_status()
            yield from page.json()
            if "X-Next-Cursor" not in page.headers:
                return
            cursor = {"cursor": page.headers["X-Next-Cursor"]}

    def users(self, token: str) -> list[dict[str, Any]]:
        """Everybody but whoever asks."""
        found: list[dict[str, Any]] = self.send("GET", USERS, token).raise_for_status().json()["users"]
        return found


@contextmanager
def tidy(api: DeployedApi) -> Iterator[dict[str, Any]]:
    """Give a task of the member's to play with; afterwards remove it and whatever and whoever else came meanwhile."""
    token = api.sign_in(ADMIN)
    team = {user["user_id"] for user in api.users(token)}
    before = {task["task_id"] for task in api.tasks(token)}
    try:
        yield api.create(token, title="To play with", assigned_to=api.credentials(MEMBER)["email"])
    finally:
        token = api.sign_in(ADMIN)
        for each in list(api.tasks(token)):
            if each["task_id"] not in before:
                api.send("DELETE", f"{ALL_TASKS}/{each['task_id']}/{each['assigned_to'] or 'nobody'}", token)
        for user in api.users(token):
            if user["user_id"] not in team:
                api.send("DELETE", f"{USERS}/{user['user_id']}", token)
