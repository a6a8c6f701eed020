"""What every answer of the API has in common, and the routes that answer anyone."""

import logging
import uuid
from typing import Any

import pytest

from tests.support.api import ApiWorld

CREATE = "/api/v1/admin/task-mgmt/create"


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", {"message": "Official Task API"}),
        ("/api/v1/", {"message": "Official Task API"}),
        ("/api/v1/admin/auth/", {"message": "Admin area"}),
        ("/api/v1/user/auth/", {"message": "User area"}),
        ("/healthz", {"status": "ok"}),
    ],
)
def test_the_open_routes_answer_anyone_without_asking_anybody(
    world: ApiWorld, path: str, answer: dict[str, str]
) -> None:
    world.pool.down = True

    assert (world.get(path).status_code, world.get(path).json()) == (200, answer)


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("GET", "/api/v1", None, 404),
        ("GET", "/docs/%2e%2e%2fmain.py", None, 404),
        ("GET", "/docs/__init__.py", None, 404),
        ("DELETE", "/healthz", None, 405),
        ("POST", CREATE, b"{", 400),
        ("POST", CREATE, b"\xff\xfe", 400),
        ("POST", CREATE, b"[" * 60_000, 400),
        ("POST", CREATE, b"[]", 422),
        ("POST", CREATE, b"null", 422),
        ("POST", CREATE, b"", 422),
        ("POST", CREATE, b'{"title": "x", "\\ud800": 1}', 422),
        ("POST", CREATE, b'{"title": "' + b"x" * 65_536 + b'"}', 413),
    ],
)
def test_every_refusal_is_a_problem_with_a_sentence_and_a_reference(
    world: ApiWorld, method: str, path: str, content: bytes | None, status: int
) -> None:
    answer = world.request(
        method, path, world.token("ada"), content=content, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() - {"errors"} == {"type", "title", "status", "detail", "request_id"}
    assert problem["status"] == status
    assert problem["detail"].endswith(".")
    assert problem["request_id"] == answer.headers["X-Request-Id"]


def test_a_method_that_is_not_taken_is_answered_with_those_that_are(world: ApiWorld) -> None:
    assert world.request("DELETE", "/healthz").headers["Allow"] == "GET"


def test_a_body_of_64_kb_is_read(world: ApiWorld) -> None:
    head, tail = b'{"title": "', b'"}'
    content = head + b"x" * (65_536 - len(head) - len(tail)) + tail

    answer = world.request(
        "POST", CREATE, world.token("ada"), content=content, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422


def test_a_body_that_is_not_declared_as_json_is_not_read_as_json(world: ApiWorld) -> None:
    answer = world.request(
        "POST", CREATE, world.token("ada"), content=b'{"title": "x"}', headers={"Content-Type": "text/plain"}
    )

    assert answer.status_code == 422


def test_what_breaks_inside_is_a_problem_that_tells_nothing_and_a_log_line_that_tells_all(
    world: ApiWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("table tasks-123 is on fire")

    monkeypatch.setattr(world.tasks, "everything", break_down)

    answer = world.get("/api/v1/admin/task-mgmt/tasks", world.token("ada"))

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "fire" not in answer.text
    assert "Traceback" not in answer.text
    [logged] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert logged.__dict__["request_id"] == answer.json()["request_id"]
    assert "on fire" in str(logged.exc_info)


def test_a_request_keeps_the_id_that_its_caller_gave(world: ApiWorld) -> None:
    answer = world.request("GET", "/nowhere", headers={"X-Request-Id": "deploy-7.check_1"})

    assert answer.headers["X-Request-Id"] == answer.json()["request_id"] == "deploy-7.check_1"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, '"}', "<script>"])
def test_an_id_that_is_not_plain_is_replaced(world: ApiWorld, given: str) -> None:
    answer = world.request("GET", "/healthz", headers={"X-Request-Id": given})

    assert uuid.UUID(answer.headers["X-Request-Id"])


@pytest.mark.parametrize("path", ["/", "/nowhere", "/docs", "/openapi.json"])
def test_every_answer_has_the_security_headers(world: ApiWorld, path: str) -> None:
    headers = world.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "max-age" in headers["Strict-Transport-Security"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_no_other_origin_is_let_in(world: ApiWorld) -> None:
    answer = world.request("GET", "/healthz", headers={"Origin": "https://evil.example"})

    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_each_request_is_one_log_line_with_its_route_and_person(
    world: ApiWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    answer = world.get("/api/v1/admin/task-mgmt/tasks/bo@example.com", world.token("ada"))

    [line] = [record.__dict__ for record in caplog.records if record.name.startswith("handlers.api")]
    assert (line["request_id"], line["method"], line["route"], line["status"], line["person_id"]) == (
        answer.headers["X-Request-Id"],
        "GET",
        "/api/v1/admin/task-mgmt/tasks/{assigned_to}",
        200,
        "ada",
    )
