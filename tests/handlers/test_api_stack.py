"""The API as it is deployed: behind the gateway's authorizer, with the rights of its own role and the real tokens."""

from typing import Any

import httpx
import pytest

from infra.local.local_stack import LocalStack

pytestmark = pytest.mark.stack

ALL_TASKS = "/api/v1/admin/task-mgmt/tasks"


def _person(stack: LocalStack, group: str, number: int = 0) -> dict[str, Any]:
    people: list[dict[str, Any]] = [each for each in stack.info["people"] if each["groups"] == [group]]
    return people[number]


def _send(
    stack: LocalStack, method: str, path: str, token: str | None = None, json: object | None = None
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.request(method, stack.url + path, headers=headers, json=json, timeout=60)


def _sign_in(stack: LocalStack, side: str, person: dict[str, Any]) -> str:
    credentials = {"email": person["email"], "password": person["password"]}
    answer = _send(stack, "POST", f"/api/v1/{side}/auth/login", json=credentials)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def test_an_admin_signs_in_and_makes_a_task_and_finds_it(stack: LocalStack) -> None:
    token = _sign_in(stack, "admin", _person(stack, "Admins"))

    made = _send(stack, "POST", "/api/v1/admin/task-mgmt/create", token, {"title": "Made by a script"})
    listed = _send(stack, "GET", f"{ALL_TASKS}?limit=100", token)

    assert (made.status_code, listed.status_code) == (201, 200)
    assert made.json()["task_id"] in [task["task_id"] for task in listed.json()]


def test_a_member_signs_in_and_lists_their_own_tasks_only(stack: LocalStack) -> None:
    member, other = _person(stack, "TeamMembers"), _person(stack, "TeamMembers", 1)
    token = _sign_in(stack, "user", member)

    own = _send(stack, "GET", f"/api/v1/user/task-mgmt/tasks/{member['email']}", token)

    assert own.status_code == 200
    assert {task["assigned_to_name"] for task in own.json()} == {member["name"]}
    assert _send(stack, "GET", f"/api/v1/user/task-mgmt/tasks/{other['email']}", token).status_code == 403
    assert _send(stack, "GET", ALL_TASKS, token).status_code == 403


@pytest.mark.parametrize("path", [ALL_TASKS, "/api/v1/user/task-mgmt/tasks/nobody"])
def test_the_gateway_itself_refuses_whoever_has_no_good_token(stack: LocalStack, path: str) -> None:
    token = _sign_in(stack, "admin", _person(stack, "Admins"))
    header, payload, signature = token.split(".")
    forged = f"{header}.{payload}.{signature[::-1]}"

    for answer in (_send(stack, "GET", path), _send(stack, "GET", path, forged)):
        assert answer.status_code == 401
        assert "X-Request-Id" not in answer.headers, "the function was called"


def test_an_admin_who_signed_out_everywhere_is_refused_at_once(stack: LocalStack) -> None:
    admin = _person(stack, "Admins", 1)
    token = _sign_in(stack, "admin", admin)
    assert _send(stack, "GET", ALL_TASKS, token).status_code == 200

    stack.aws.client("cognito-idp").admin_user_global_sign_out(
        UserPoolId=stack.info["user_pool_id"], Username=admin["email"]
    )

    assert _send(stack, "GET", ALL_TASKS, token).status_code == 401


def test_a_wrong_password_is_the_same_401_as_an_unknown_address(stack: LocalStack) -> None:
    answers = [
        _send(stack, "POST", "/api/v1/admin/auth/login", json={"email": email, "password": "Wrong-password-1"})
        for email in (_person(stack, "Admins")["email"], "nobody@example.com")
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert len({answer.json()["detail"] for answer in answers}) == 1


def test_the_docs_and_what_they_load_pass_the_gateway(stack: LocalStack) -> None:
    for path in ("/docs", "/docs/start.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/openapi.json"):
        assert _send(stack, "GET", path).status_code == 200
