"""What is forwarded goes through unchanged; what tools and people ask is answered here."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.slack_workspace import Served, served


async def echo(request: Request) -> Response:
    """Answer with what arrived."""
    response = JSONResponse(
        {
            "method": request.method,
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "headers": [[name.decode(), value.decode()] for name, value in request.headers.raw],
            "body": (await request.body()).hex(),
        },
        418,
    )
    response.raw_headers += [(b"set-cookie", b"a=1; HttpOnly"), (b"set-cookie", b"b=2"), (b"x-request-id", b"7")]
    return response


async def moved(_: Request) -> Response:
    return RedirectResponse("https://elsewhere.example/login", 303)


@pytest.fixture(scope="module")
def door() -> Iterator[Served]:
    behind = Starlette(
        routes=[
            Route("/web/moved", moved),
            Route("/{rest:path}", echo, methods=["GET", "POST", "PUT", "DELETE"]),
        ]
    )
    with served(behind) as each:
        yield each


def ask(door: Served, method: str, path: str, **more: Any) -> httpx.Response:
    return httpx.request(method, f"{door.url}{path}", trust_env=False, **more)


def test_body_headers_path_and_query_arrive_unchanged(door: Served) -> None:
    body = b"payload=%7B%22a%22%3A1%7D&x=\xff\x00"
    answer = ask(
        door, "POST", "/slack/events?a=1&b=%20x", content=body,
        headers={"X-Slack-Signature": "v0=abc", "Content-Type": "application/x-www-form-urlencoded"},
    ).json()  # fmt: skip
    headers = dict(answer["headers"])
    assert (answer["method"], answer["path"], answer["query"]) == ("POST", "/slack/events", "a=1&b=%20x")
    assert bytes.fromhex(answer["body"]) == body
    assert (headers["x-slack-signature"], headers["content-type"]) == (
        "v0=abc", "application/x-www-form-urlencoded",
    )  # fmt: skip
    assert headers["host"] == door.url.removeprefix("http://")


def test_nothing_is_added_to_the_request(door: Served) -> None:
    sent = ask(door, "GET", "/healthz", headers={"User-Agent": "me", "Accept": "x", "Accept-Encoding": "identity"})
    names = {name for name, _ in sent.json()["headers"]}
    assert names <= {"host", "user-agent", "accept", "accept-encoding", "content-length"}


def test_status_and_every_cookie_come_back(door: Served) -> None:
    answer = ask(door, "GET", "/web/anything")
    assert answer.status_code == 418
    assert answer.headers.get_list("set-cookie") == ["a=1; HttpOnly", "b=2"]
    assert answer.headers["x-request-id"] == "7"


def test_redirects_are_handed_on_and_not_followed(door: Served) -> None:
    answer = ask(door, "GET", "/web/moved")
    assert (answer.status_code, answer.headers["location"]) == (303, "https://elsewhere.example/login")


@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/admin/task-mgmt/tasks/T-1%2F2", "/docs", "/docs/a.js", "/openapi.json", "/healthz"]
)
def test_the_http_api_is_reached_at_its_own_paths(door: Served, path: str) -> None:
    assert ask(door, "GET", path).json()["path"] == path


def test_another_path_is_not_forwarded(door: Served) -> None:
    assert ask(door, "GET", "/elsewhere").status_code == 404


def test_an_api_that_does_not_answer_is_a_502_that_says_so() -> None:
    with served(None) as alone:
        answer = ask(alone, "GET", "/healthz")
    assert answer.status_code == 502
    assert "did not answer" in answer.text


def test_info_is_what_the_starter_knows_at_that_moment() -> None:
    info = {"table": "tasks"}
    with served(None, info=info) as door:
        assert door.get("/_local/info") == {"table": "tasks"}
        info["table"] = "other"
        assert door.get("/_local/info") == {"table": "other"}
