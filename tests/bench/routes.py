"""What each route of the HTTP API asks of DynamoDB: tasks, people and sign-in; whoever asks is one read of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from core.bootstrap.team import team_services
from core.clock import fresh_event_id
from core.ids import PersonId
from core.people.model import Group
from core.people.service import PeopleService
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.settings import DynamoSettingsRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.service import TaskService
from core.workspace.settings import WorkspaceSettings
from handlers.api.app import create_api
from tests.bench.reads import Read
from tests.support.api import CODE, PASSWORD, SESSION, ApiWorld
from tests.support.world import WORKSPACE

Call = tuple[str, str, Mapping[str, str], Mapping[str, Any] | None]
"""Method, route, what stands for its parameters, and the body."""

_ANAS: Final = {"task_id": "T-16", "assigned_to": "sub-ana"}
_SPARE: Final = {"task_id": "T-31", "assigned_to": "sub-ana"}
_BEN: Final = {"user_id": "sub-ben"}
_TITLE: Final = {"title": "Login, once more"}
_COMMENT: Final = {"text": "Nearly there"}

ADMIN_TASKS: Final = "/api/v1/admin/task-mgmt"
_MEMBER_TASKS: Final = "/api/v1/user/task-mgmt"
_PEOPLE: Final = "/api/v1/admin/user-mgmt"
_TASK_CALLS: Final[tuple[Call, ...]] = (
    ("GET", f"{ADMIN_TASKS}/tasks", {}, None),
    ("GET", f"{ADMIN_TASKS}/tasks.csv", {}, None),
    ("GET", f"{ADMIN_TASKS}/tasks/{{assigned_to}}", _ANAS, None),
    ("GET", f"{ADMIN_TASKS}/tasks/{{assigned_to}}", {"assigned_to": "nobody"}, None),
    ("GET", f"{ADMIN_TASKS}/tasks/{{task_id}}/{{assigned_to}}", _ANAS, None),
    ("POST", f"{ADMIN_TASKS}/create", {}, {"title": "Water the plants"}),
    ("PUT", f"{ADMIN_TASKS}/tasks/{{task_id}}", _ANAS, _TITLE),
    ("POST", f"{ADMIN_TASKS}/tasks/{{task_id}}/comments", _ANAS, _COMMENT),
    ("GET", f"{ADMIN_TASKS}/tasks/{{task_id}}/{{assigned_to}}/history", _ANAS, None),
    ("DELETE", f"{ADMIN_TASKS}/tasks/{{task_id}}/{{assigned_to}}", _SPARE, None),
    ("GET", f"{_MEMBER_TASKS}/tasks/{{assigned_to}}", _ANAS, None),
    ("GET", f"{_MEMBER_TASKS}/tasks/{{assigned_to}}/{{task_id}}/history", _ANAS, None),
    ("PUT", f"{_MEMBER_TASKS}/tasks/{{task_id}}", _ANAS, {"task_status": "in_progress"}),
    ("POST", f"{_MEMBER_TASKS}/tasks/{{task_id}}/comments", _ANAS, _COMMENT),
)
_PEOPLE_CALLS: Final[tuple[Call, ...]] = (
    ("GET", f"{_PEOPLE}/users", {}, None),
    ("GET", f"{_PEOPLE}/users/{{user_name}}", {"user_name": "sub-ana"}, None),
    ("GET", f"{_PEOPLE}/users/{{user_name}}", {"user_name": "ana@example.com"}, None),
    ("POST", f"{_PEOPLE}/create-team-member", {}, {"email": "dana@example.com", "given_name": "Dana"}),
    ("PUT", f"{_PEOPLE}/users/{{user_id}}", _BEN, {"given_name": "Benjamin"}),
    ("PUT", f"{_PEOPLE}/users/{{user_id}}/groups", _BEN, {"groups": ["Admins", "TeamMembers"]}),
    ("PUT", f"{_PEOPLE}/users/{{user_id}}/status", _BEN, {"enabled": False}),
    ("DELETE", f"{_PEOPLE}/users/{{user_id}}", _BEN, None),
)
_SIGN_IN: Final[Mapping[str, Mapping[str, str]]] = {
    "login": {"password": PASSWORD},
    "refresh": {"refresh_token": "refresh"},
    "forgot-password": {},
    "confirm-forgot-password": {"code": CODE, "new_password": "A-new-password-1"},
    "new-password": {"session": SESSION, "new_password": "A-new-password-1"},
    "logout": {},
}
_SIGN_IN_CALLS: Final[tuple[Call, ...]] = tuple(
    ("POST", f"/api/v1/{area}/auth/{name}", {}, {"email": email, **body})
    for area, email in (("admin", "ada@example.com"), ("user", "ana@example.com"))
    for name, body in _SIGN_IN.items()
)
CALLS: Final = _TASK_CALLS + _PEOPLE_CALLS + _SIGN_IN_CALLS


def asked_of_routes(table: Table, read: Read) -> dict[str, tuple[dict[str, int], int]]:
    """What each call asks: `GET route` (and what stands in it, where that is more than one) to requests and items."""
    world = _world_over(table)
    tokens = {"admin": world.token("sub-ada", Group.ADMINS), "user": world.token("sub-ana", Group.TEAM_MEMBERS)}
    found = {}
    for method, route, named, body in CALLS:
        is_first = route.endswith("/new-password")
        world.pool.first_sign_ins = {str(body["email"])} if is_first and body else set()
        area, path = route.split("/")[3], route.format(**named)
        read.taken()
        sent = {} if body is None or route.endswith("/logout") else {"json": body}
        answer = world.request(method, path, tokens[area], **sent)
        assert answer.is_success, (method, path, answer.text)
        found[f"{method} {path.removeprefix('/api/v1')}"] = read.taken()
    return found


def _world_over(table: Table) -> ApiWorld:
    """The API over a table with the team's people and tasks in it; the user pool stays in memory."""
    world = ApiWorld()
    directory = DynamoPersonRepository(table, WORKSPACE)
    people = PeopleService(directory, world.pool, world.clock)
    tasks = TaskService(
        DynamoTaskRepository(table, WORKSPACE, world.clock), people, WORKSPACE, world.clock, fresh_event_id
    )
    settings = DynamoSettingsRepository(table, WORKSPACE, WorkspaceSettings())
    team = team_services(table, world.accounts, world.mailbox, settings, tasks, people)  # type: ignore[arg-type] # as much as it needs
    for person in map(directory.get, map(PersonId, ("sub-ada", "sub-ana", "sub-ben"))):
        world.accounts.take(person)
    world.app = create_api(
        replace(
            world.services, tasks=tasks, people=people, directory=team.directory, administration=team.administration
        )
    )
    return world
