"""Who may pass which route of the API, and who is turned away."""

import time

import httpx
import pytest

from tests.support.api import ApiWorld
from tests.support.tokens import SigningKey, access_claims

ADMIN_ROUTES = [
    ("POST", "/api/v1/admin/task-mgmt/create"),
    ("GET", "/api/v1/admin/task-mgmt/tasks"),
    ("GET", "/api/v1/admin/task-mgmt/tasks.csv"),
    ("GET", "/api/v1/admin/task-mgmt/tasks/bo"),
    ("GET", "/api/v1/admin/task-mgmt/tasks/T-1/bo"),
    ("PUT", "/api/v1/admin/task-mgmt/tasks/T-1"),
    ("DELETE", "/api/v1/admin/task-mgmt/tasks/T-1/bo"),
    ("GET", "/api/v1/admin/task-mgmt/tasks/T-1/bo/history"),
    ("POST", "/api/v1/admin/task-mgmt/tasks/T-1/comments"),
    ("GET", "/api/v1/admin/user-mgmt/users"),
    ("GET", "/api/v1/admin/user-mgmt/users/bo"),
    ("POST", "/api/v1/admin/user-mgmt/create-team-member"),
    ("PUT", "/api/v1/admin/user-mgmt/users/bo"),
    ("PUT", "/api/v1/admin/user-mgmt/users/bo/groups"),
    ("PUT", "/api/v1/admin/user-mgmt/users/bo/status"),
    ("DELETE", "/api/v1/admin/user-mgmt/users/bo"),
    ("POST", "/api/v1/admin/auth/logout"),
]
MEMBER_ROUTES = [
    ("GET", "/api/v1/user/task-mgmt/tasks/bo"),
    ("PUT", "/api/v1/user/task-mgmt/tasks/T-1"),
    ("GET", "/api/v1/user/task-mgmt/tasks/bo/T-1/history"),
    ("POST", "/api/v1/user/task-mgmt/tasks/T-1/comments"),
    ("POST", "/api/v1/user/auth/logout"),
]
BODIES: dict[str, object] = {
    "comments": {"text": "x"},
    "create-team-member": {"email": "di@example.com", "given_name": "Di"},
    "bo": {"given_name": "Bob"},
    "groups": {"groups": ["TeamMembers"]},
    "status": {"enabled": False},
}
OWN_TASKS = "/api/v1/user/task-mgmt/tasks/bo"
ALL_TASKS = "/api/v1/admin/task-mgmt/tasks"


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


def _send(world: ApiWorld, method: str, path: str, token: str | None) -> httpx.Response:
    body = BODIES.get(path.rpartition("/")[2], {"title": "Fix login"})
    return world.request(method, path, token, json=body if method in {"POST", "PUT"} else None)


@pytest.mark.parametrize(("method", "path"), ADMIN_ROUTES + MEMBER_ROUTES)
def test_without_a_token_every_protected_route_asks_for_one(world: ApiWorld, method: str, path: str) -> None:
    answer = _send(world, method, path, None)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), ADMIN_ROUTES + MEMBER_ROUTES)
def test_a_forged_token_is_named_invalid(world: ApiWorld, method: str, path: str) -> None:
    forged = SigningKey("key-1").sign(access_claims("bo", "Admins", "TeamMembers"))

    answer = _send(world, method, path, forged)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_an_expired_token_is_refused(world: ApiWorld) -> None:
    assert world.get(ALL_TASKS, world.token("ada", exp=int(time.time()) - 1)).status_code == 401


def test_basic_credentials_are_no_token(world: ApiWorld) -> None:
    answer = world.request("GET", ALL_TASKS, headers={"Authorization": "Basic YWRhOnB3"})

    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path"), ADMIN_ROUTES)
def test_a_member_may_not_use_admin_routes(world: ApiWorld, method: str, path: str) -> None:
    task = world.create("Fix logout", assigned_to="bo")

    assert _send(world, method, path, world.token("bo")).status_code == 403
    assert world.get(ALL_TASKS, world.token("ada")).json() == [task]
    assert world.get(OWN_TASKS, world.token("bo")).status_code == 200


@pytest.mark.parametrize(("method", "path"), ADMIN_ROUTES)
def test_an_admin_may_use_them(world: ApiWorld, method: str, path: str) -> None:
    world.create("Fix logout", assigned_to="bo")

    assert _send(world, method, path, world.token("ada")).status_code in {200, 201}


@pytest.mark.parametrize(("method", "path"), MEMBER_ROUTES)
def test_a_member_may_use_member_routes(world: ApiWorld, method: str, path: str) -> None:
    world.create("Fix login", assigned_to="bo")

    assert _send(world, method, path, world.token("bo")).status_code in {200, 201}


@pytest.mark.parametrize(("method", "path"), MEMBER_ROUTES)
def test_an_admin_who_is_no_member_may_not_use_member_routes(world: ApiWorld, method: str, path: str) -> None:
    assert _send(world, method, path, world.token("ada")).status_code == 403


@pytest.mark.parametrize("name", ["cy", "cy@example.com", "nobody", "nobody@example.com"])
def test_a_member_gets_nobody_elses_tasks_whether_or_not_they_exist(world: ApiWorld, name: str) -> None:
    answer = world.get(f"/api/v1/user/task-mgmt/tasks/{name}", world.token("bo"))

    assert answer.status_code == 403


def test_an_admin_who_is_also_a_member_gets_only_their_own_tasks_there(world: ApiWorld) -> None:
    world.add("di", "Admins", "TeamMembers")

    assert world.get("/api/v1/user/task-mgmt/tasks/di", world.token("di")).status_code == 200
    assert world.get("/api/v1/user/task-mgmt/tasks/bo", world.token("di")).status_code == 403


def test_a_group_in_the_token_alone_does_not_make_an_admin(world: ApiWorld) -> None:
    assert world.get(ALL_TASKS, world.token("bo", "Admins", "TeamMembers")).status_code == 403


def test_a_group_gained_after_the_sign_in_counts_from_the_next_one(world: ApiWorld) -> None:
    world.add("di", "Admins")

    assert world.get(ALL_TASKS, world.token("di", "TeamMembers")).status_code == 403


def test_a_demoted_admin_is_refused_within_a_minute(world: ApiWorld) -> None:
    token = world.token("ada")
    world.set_groups("ada", "TeamMembers")
    world.pass_seconds(60)

    assert world.get(ALL_TASKS, token).status_code == 403


def test_a_disabled_member_is_refused_within_a_minute(world: ApiWorld) -> None:
    token = world.token("bo")
    world.set_groups("bo", "TeamMembers", enabled=False)
    world.pass_seconds(60)

    assert world.get(OWN_TASKS, token).status_code == 403


def test_somebody_who_left_the_members_is_refused_there_within_a_minute(world: ApiWorld) -> None:
    world.add("di", "Admins", "TeamMembers")
    token = world.token("di")
    world.set_groups("di", "Admins")
    world.pass_seconds(60)

    assert world.get("/api/v1/user/task-mgmt/tasks/di", token).status_code == 403


def test_somebody_whom_the_directory_does_not_know_is_refused(world: ApiWorld) -> None:
    world.set_groups("zoe", "Admins")

    assert world.get(ALL_TASKS, world.token("zoe")).status_code == 403


def test_an_admin_who_signed_out_is_refused_at_once(world: ApiWorld) -> None:
    token = world.token("ada")
    assert world.get(ALL_TASKS, token).status_code == 200

    world.pool.signed_out.add(token)

    assert world.get(ALL_TASKS, token).status_code == 401


def test_a_member_who_signed_out_is_refused_after_a_minute_at_most(world: ApiWorld) -> None:
    token = world.token("bo")
    assert world.get(OWN_TASKS, token).status_code == 200

    world.pool.signed_out.add(token)
    world.pass_seconds(59)
    assert world.get(OWN_TASKS, token).status_code == 200
    world.pass_seconds(1)
    assert world.get(OWN_TASKS, token).status_code == 401


def test_cognito_is_asked_about_each_admin_request_but_once_a_minute_about_a_members(world: ApiWorld) -> None:
    admin, member = world.token("ada"), world.token("bo")
    for _ in range(3):
        world.get(ALL_TASKS, admin)
    asked_for_admin = world.pool.asked
    for _ in range(3):
        world.get(OWN_TASKS, member)

    assert (asked_for_admin, world.pool.asked - asked_for_admin) == (3, 1)


def test_what_is_known_of_one_token_is_not_believed_of_another(world: ApiWorld) -> None:
    first, second = world.token("bo"), world.token("bo")
    world.pool.signed_out.add(second)

    assert world.get(OWN_TASKS, first).status_code == 200
    assert world.get(OWN_TASKS, second).status_code == 401


@pytest.mark.parametrize(("path", "name"), [(ALL_TASKS, "ada"), (OWN_TASKS, "bo")])
def test_nobody_passes_while_cognito_cannot_be_asked(world: ApiWorld, path: str, name: str) -> None:
    world.pool.down = True

    answer = world.get(path, world.token(name))

    assert answer.status_code == 503
    assert "down" not in answer.text
