"""The example of the document that this API was asked for, replayed against the deployed system.

Its one documented request and answer, its schema of a task, and the routes that its sections name.
"""

import json
from typing import Any

import httpx
import pytest

from infra.local.local_stack import LocalStack

pytestmark = pytest.mark.stack


def _send(stack: LocalStack, method: str, path: str, token: str | None = None, body: Any = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.request(method, stack.url + path, headers=headers, json=body, timeout=60)


def _person(stack: LocalStack, group: str) -> dict[str, Any]:
    person: dict[str, Any] = next(each for each in stack.info["people"] if each["groups"] == [group])
    return person


def _shape(value: Any) -> Any:
    """The names and types of an answer."""
    match value:
        case dict():
            return {name: _shape(each) for name, each in value.items()}
        case list():
            return [_shape(each) for each in value[:1]]
    return type(value)


DOCUMENTED = json.loads("""
{
    "access_token": "jwt_token",
    "user": {
        "username": "admin_user",
        "email": "admin@example.com",
        "given_name": "Admin",
        "family_name": "User",
        "user_group": ["Admins"]
    }
}
""")


def test_the_documented_login_gets_the_documented_answer(stack: LocalStack) -> None:
    admin = _person(stack, "Admins")

    answer = _send(
        stack, "POST", "/api/v1/admin/auth/login", body={"email": admin["email"], "password": admin["password"]}
    )

    assert answer.status_code == 200
    got = answer.json()
    assert _shape({name: got[name] for name in DOCUMENTED}) == _shape(DOCUMENTED)
    assert got["user"]["email"] == admin["email"]
    assert got["user"]["user_group"] == ["Admins"]
    assert got["access_token"].count(".") == 2


def test_a_client_of_the_documented_api_works_through_a_task(stack: LocalStack) -> None:
    """Sign in, hand out, list, move on, look back, take away: with the fields that the document's task has."""
    admin, member = _person(stack, "Admins"), _person(stack, "TeamMembers")
    tokens = {
        side: _send(
            stack, "POST", f"/api/v1/{side}/auth/login", body={"email": who["email"], "password": who["password"]}
        ).json()["access_token"]
        for side, who in (("admin", admin), ("user", member))
    }
    tasks, own = "/api/v1/admin/task-mgmt/tasks", "/api/v1/user/task-mgmt/tasks"
    task = {
        "task_id": None,
        "title": "Prepare the audit",
        "description": "All three sites",
        "assigned_to": member["email"],
        "deadline": "12/31/2099",
        "task_status": "active",
        "created_at": None,
    }

    made = _send(stack, "POST", "/api/v1/admin/task-mgmt/create", tokens["admin"], task)
    assert made.status_code == 201
    assert made.json().keys() == {"task_id", "message", "task_data"}
    assert made.json()["message"] == "Task created successfully."
    task_id, data = made.json()["task_id"], made.json()["task_data"]
    assert task.keys() <= data.keys()

    listed = _send(stack, "GET", f"{own}/{member['email']}", tokens["user"]).json()
    assert data in listed
    assert _send(stack, "GET", f"{tasks}/{task_id}/{member['email']}", tokens["admin"]).json() == data

    moved = _send(stack, "PUT", f"{own}/{task_id}", tokens["user"], {**data, "task_status": "done"})
    assert moved.status_code == 200
    assert moved.json().keys() == {"task_id", "message", "task_data"}
    assert moved.json()["message"] == "Task updated successfully."
    assert _send(stack, "PUT", f"{own}/{task_id}", tokens["user"], {"title": "Mine"}).status_code == 403

    history = _send(stack, "GET", f"{own}/{member['email']}/{task_id}/history", tokens["user"]).json()
    assert [entry["event"] for entry in history] == ["TaskStatusChanged", "TaskAssigned", "TaskCreated"]

    gone = _send(stack, "DELETE", f"{tasks}/{task_id}/{member['email']}", tokens["admin"])
    assert (gone.status_code, gone.json()["task_id"]) == (200, task_id)
    assert _send(stack, "GET", f"{tasks}/{task_id}/{member['email']}", tokens["admin"]).status_code == 404


def test_the_areas_answer_as_documented(stack: LocalStack) -> None:
    gateway = f"{stack.aws.endpoint}/_aws/execute-api/{stack.outputs['HttpApiId']}/$default"
    for path, message in (
        ("/", "Official Task API"),
        ("/api/v1/", "Official Task API"),
        ("/api/v1/admin/auth/", "Admin area"),
        ("/api/v1/user/auth/", "User area"),
    ):
        answer = httpx.get(gateway + path, timeout=60)
        assert (answer.status_code, answer.json()) == (200, {"message": message})
