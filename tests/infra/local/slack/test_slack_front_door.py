"""What is forwarded goes through unchanged; what tools and people ask is answered here."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.slack_workspace import ANA, Served, served

HTML = "<p>Hello <b>Ana</b></p>"
OUTBOX = {
    "messages": {
        "000000000000": [
            {
                "MessageId": "1", "Source": "tasks@example.com", "To": ["ana@example.com"], "CC": [], "BCC": [],
                "Subject": "[T-1] Fix <login>", "BodyText": "Ada gave you a task.", "BodyHtml": HTML,
                "Timestamp": 1_795_339_353.5, "Type": "SendEmail",
            }
        ]
    }
}  # fmt: skip

CARD = "*T-1* for <@U0ADA> by <!date^1795339353^{date_short}|x>"
PEOPLE = [{"slack_user_id": ANA.id, "groups": ["TeamMembers"], "linked": False, "password": "pw-of-ana"}]


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


async def outbox(_: Request) -> Response:
    return JSONResponse(OUTBOX)


@pytest.fixture(scope="module")
def door() -> Iterator[Served]:
    behind = Starlette(
        routes=[
            Route("/web/moved", moved),
            Route("/_ministack/ses/messages", outbox),
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


@pytest.fixture
def pages() -> Iterator[Served]:
    """A workspace whose emulator keeps one mail; Ana is not linked."""
    with served(Starlette(routes=[Route("/_ministack/ses/messages", outbox)]), people=PEOPLE) as each:
        yield each


def test_the_page_lists_people_messages_and_emails(pages: Served) -> None:
    pages.client.chat_postMessage(
        channel=ANA.id, text="fallback",
        blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": CARD}},
            {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Done"}}]},
        ],
    )  # fmt: skip
    page = ask(pages, "GET", "/").text
    assert "<h3>Ana Silva</h3>" in page
    assert "pw-of-ana" in page
    assert "not linked" in page
    assert "<strong>T-1</strong>" in page
    assert '<span class="mention">@ada</span>' in page
    assert "Nov 22, 2026" in page
    assert ">Done</span>" in page
    assert "[T-1] Fix &lt;login&gt;" in page
    assert "Ada gave you a task." in page


def test_text_from_people_is_never_html(pages: Served) -> None:
    hostile = '<script>alert(1)</script> *<b>x</b>* <javascript:alert(1)|click> `<i>` <https://a.example/?"onx=1|ok>'
    pages.client.chat_postMessage(channel=ANA.id, text=hostile)
    page = ask(pages, "GET", "/").text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<b>x</b>" not in page
    assert "<i>" not in page
    assert '"onx' not in page


def test_the_page_stands_without_the_outbox() -> None:
    with served(None) as alone:
        page = ask(alone, "GET", "/")
        emails = ask(alone, "GET", "/_local/emails")
    assert "The outbox does not answer." in page.text
    assert emails.status_code == 502


def test_emails_are_the_outbox_as_it_is(pages: Served) -> None:
    assert pages.get("/_local/emails") == OUTBOX


def test_the_page_loads_only_from_here(pages: Served) -> None:
    page = ask(pages, "GET", "/").text
    assert "https://" not in page.replace("https://docs.slack.dev", "")
    for asset in ("/_local/static/workspace.css", "/_local/static/workspace.js"):
        assert asset in page
        assert ask(pages, "GET", asset).status_code == 200
