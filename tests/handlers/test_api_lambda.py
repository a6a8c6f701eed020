"""The API as Lambda calls it: HTTP API events, payload 2.0, in and out of the function's own handler."""

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest

from handlers.api import over_gateway
from tests.support.api import ApiWorld
from tests.support.event_loop import own_event_loop


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


def answered(world: ApiWorld, asked: dict[str, Any]) -> dict[str, Any]:
    """Call the function once."""
    with own_event_loop():
        answer: dict[str, Any] = over_gateway(world.app)(asked, None)
    return answer


def event(method: str, path: str, *, query: str = "", body: str | None = None, **headers: str) -> dict[str, Any]:
    """Make an event as API Gateway does: names of headers in lower case, the path decoded, the query not."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "abc123.execute-api.eu-west-1.amazonaws.com", **headers},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": "abc123.execute-api.eu-west-1.amazonaws.com",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "curl/8",
            },
            "requestId": "gateway-request-1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "22/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1795348800000,
        },
        **({"body": body} if body is not None else {}),
        "isBase64Encoded": False,
    }


def test_a_task_is_made_and_listed_through_the_gateway(world: ApiWorld) -> None:
    authorization = f"Bearer {world.token('ada')}"

    made = answered(
        world,
        event(
            "POST",
            "/api/v1/admin/task-mgmt/create",
            body=json.dumps({"title": "Fix login", "assigned_to": "bo@example.com"}),
            authorization=authorization,
            **{"content-type": "application/json"},
        ),
    )
    listed = answered(
        world,
        event("GET", "/api/v1/admin/task-mgmt/tasks/bo@example.com", query="limit=1", authorization=authorization),
    )

    assert (made["statusCode"], made["isBase64Encoded"]) == (201, False)
    assert made["headers"]["x-request-id"] == "gateway-request-1"
    assert listed["statusCode"] == 200
    assert [task["task_id"] for task in json.loads(listed["body"])] == [json.loads(made["body"])["task_id"]]


def test_a_problem_leaves_as_readable_text(world: ApiWorld) -> None:
    answer = answered(world, event("GET", "/api/v1/admin/task-mgmt/tasks"))

    assert (answer["statusCode"], answer["isBase64Encoded"]) == (401, False)
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert json.loads(answer["body"])["request_id"] == "gateway-request-1"


def test_the_script_of_the_docs_leaves_as_text_and_fits_into_an_answer(world: ApiWorld) -> None:
    answer = answered(world, event("GET", "/docs/swagger-ui-bundle.js"))

    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert len(json.dumps(answer)) < 6_000_000


@pytest.mark.parametrize("path", ["tasks", "tasks.csv"])
def test_a_page_of_the_largest_tasks_fits_into_an_answer(world: ApiWorld, path: str) -> None:
    """A function answers whole and with 6 MB at most: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    wide = "\U0001f600"
    for _ in range(100):
        world.create(wide * 150, description=wide * 3000, labels=[f"{number}{wide * 39}" for number in range(10)])

    page = event("GET", f"/api/v1/admin/task-mgmt/{path}", authorization=f"Bearer {world.token('ada')}")

    answer = answered(world, page)

    assert answer["statusCode"] == 200
    assert answer["body"].count(wide) >= 100 * 3000
    assert len(json.dumps(answer)) < 6_000_000


@pytest.mark.parametrize("host", ["a:b:c", "example.com:port", "[::1]:3000"])
def test_a_host_that_cannot_be_read_is_answered_not_thrown(world: ApiWorld, host: str) -> None:
    answer = answered(world, event("GET", "/healthz", host=host))

    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["request_id"] == "gateway-request-1"


def test_what_breaks_inside_is_answered_not_thrown(world: ApiWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(world.app.state, "services")

    answer = answered(world, event("POST", "/api/v1/admin/auth/login"))

    assert (answer["statusCode"], answer["headers"]["content-type"]) == (500, "application/problem+json")


def test_the_log_has_the_route_and_nobodys_address(world: ApiWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    answered(world, event("GET", "/api/v1/user/task-mgmt/tasks/bo@example.com"))

    [line] = [record.__dict__ for record in caplog.records]
    assert line["route"] == "/api/v1/user/task-mgmt/tasks/{assigned_to}"
    assert "@" not in str(line)


def test_importing_the_function_reads_no_environment_and_loads_nothing_of_slacks() -> None:
    bare = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH", "HOME"}}
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, handlers.api; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env=bare,
    ).stdout.split()

    assert "fastapi" in loaded
    assert not {"slack_bolt", "slack_sdk", "httpx", "core.slack"} & set(loaded)
