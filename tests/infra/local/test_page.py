"""The page at `/` and its live stream: what is told to whom, and that nothing comes from elsewhere."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.page import STATIC
from tests.support.live_stream import following
from tests.support.patience import eventually
from tests.support.slack_workspace import ADA, ANA, Served, served

HTML = '<p style="color:#123456">Hello <b>Ana</b></p>'


def mail(number: int, to: str = ANA.email) -> dict[str, Any]:
    return {
        "MessageId": f"m{number}", "Source": "tasks@example.com", "To": [to], "CC": [], "BCC": [],
        "Subject": f"[T-{number}] Fix <login>", "BodyText": "Ada gave you a task.", "BodyHtml": HTML,
        "Timestamp": 1_795_339_353.5 + number, "Type": "SendEmail",
    }  # fmt: skip


@pytest.fixture
def outbox() -> list[dict[str, Any]]:
    """The mails that the emulator has sent."""
    return [mail(1)]


@pytest.fixture
def slack(outbox: list[dict[str, Any]]) -> Iterator[Served]:
    async def messages(_: Request) -> Response:
        return JSONResponse({"messages": {"000000000000": outbox}})

    with served(Starlette(routes=[Route("/_ministack/ses/messages", messages)])) as each:
        yield each


def ask(slack: Served, path: str) -> httpx.Response:
    return httpx.get(f"{slack.url}{path}", trust_env=False)


def test_the_page_and_all_it_loads_come_from_here(slack: Served) -> None:
    page = ask(slack, "/")
    addresses = re.findall(r'(?:href|src)="([^"]+)"', page.text)
    assert addresses
    assert all(each.startswith("/_local/") for each in addresses)
    for script in STATIC.rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert all((script.parent / each).is_file() for each in re.findall(r'from "(.+)";', text)), script
        assert not re.search(r"import\(|innerHTML|insertAdjacentHTML|document\.write", text), script
        address = f"/_local/static/{script.relative_to(STATIC).as_posix()}"
        assert ask(slack, address).headers["content-type"].startswith("text/javascript")


def test_the_page_forbids_what_it_does_not_need(slack: Served) -> None:
    policy = ask(slack, "/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_mail_is_framed_as_mail_clients_show_it(slack: Served) -> None:
    with following(slack.url, ANA.id) as stream:
        stream.until("mail:m1")
    frame = ask(slack, "/_local/emails/m1")
    policy = frame.headers["content-security-policy"]
    assert HTML in frame.text
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "style-src 'unsafe-inline'" in policy
    assert ask(slack, "/_local/emails/other").status_code == 404


def test_emails_are_the_outbox_as_it_is(slack: Served, outbox: list[dict[str, Any]]) -> None:
    assert slack.get("/_local/emails") == {"messages": {"000000000000": outbox}}


def test_mails_outlast_a_restart_of_the_emulator(outbox: list[dict[str, Any]], tmp_path: Path) -> None:
    async def messages(_: Request) -> Response:
        return JSONResponse({"messages": {"000000000000": outbox}})

    emulator = Starlette(routes=[Route("/_ministack/ses/messages", messages)])
    with served(emulator, kept_mail=tmp_path / "mail.json"):
        pass
    outbox.clear()
    with served(emulator, kept_mail=tmp_path / "mail.json") as again, following(again.url, ANA.id) as stream:
        assert stream.until("mail:m1")["text"] == "Ada gave you a task."


def test_an_outbox_that_does_not_answer_is_a_502_that_says_so() -> None:
    with served(None) as alone:
        answer = ask(alone, "/_local/emails")
    assert answer.status_code == 502
    assert "did not answer" in answer.text


def test_the_stream_begins_with_the_whole_screen(slack: Served) -> None:
    slack.client.chat_postMessage(channel=ANA.id, text="for Ana")
    with following(slack.url, ANA.id) as stream:
        texts = [piece["text"] for name, piece in stream.screen.items() if name.startswith("message:")]
        assert texts == ["for Ana"]
        assert stream.screen["me"]["real_name"] == ANA.real_name
        assert stream.screen["app"]["commands"][0]["name"] == "/task"
        assert {"place:C0GENERAL", "people", "modals", "home", "traffic"} <= set(stream.screen)


def test_the_stream_tells_only_what_changed(slack: Served) -> None:
    with following(slack.url, ANA.id) as stream:
        stream.until("mail:m1")
        answer = slack.client.chat_postMessage(channel=ANA.id, text="new")
        change = stream.next()
    assert change["set"].keys() == {"traffic", f"message:{answer['channel']}:{answer['ts']}", "place:D0ANA"}
    assert (change["gone"], change["whole"]) == ([], False)


def test_everybody_sees_a_channel_and_nobody_elses_messages(slack: Served) -> None:
    with following(slack.url, ANA.id) as ana, following(slack.url, ADA.id) as ada:
        ada.until("traffic")
        slack.client.chat_postMessage(channel=ADA.id, text="for Ada alone")
        said = slack.post("/_local/slack/say", {"user": "ana", "channel": "#general", "text": "for all"})
        name = f"message:C0GENERAL:{said['answer']['ts']}"
        assert ana.until(name)["text"] == ada.until(name)["text"] == "for all"
        assert "for Ada alone" not in str(ana.screen)
        assert "for Ada alone" in str(ada.screen)


def test_what_goes_is_told_too(slack: Served) -> None:
    slack.client.chat_postMessage(channel=ANA.id, text="soon gone")
    with following(slack.url, ANA.id) as stream:
        [name] = [each for each in stream.screen if each.startswith("message:")]
        slack.post("/_local/slack/reset", {})
        while name in stream.screen:
            stream.next()


def test_new_mail_is_told_to_whom_it_went(slack: Served, outbox: list[dict[str, Any]]) -> None:
    with following(slack.url, ANA.id) as ana, following(slack.url, ADA.id) as ada:
        outbox.append(mail(2, to=ADA.email))
        letter = ada.until("mail:m2")
        assert (letter["subject"], letter["has_html"]) == ("[T-2] Fix <login>", True)
        assert "mail:m1" in ana.screen or ana.until("mail:m1")
        assert "mail:m2" not in ana.screen


def test_other_sites_in_the_browser_cannot_follow(slack: Served) -> None:
    with following(slack.url, ANA.id, Origin="https://elsewhere.example") as stream:
        assert not stream.is_open
    with following(slack.url, ANA.id, Origin=slack.url) as stream:
        assert stream.is_open


def test_modals_go_with_the_last_page_that_shows_them(slack: Served) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": [{"type": "divider"}]}
    with following(slack.url, ANA.id) as stream:
        with following(slack.url, ANA.id):
            slack.client.views_open(trigger_id=slack.workspace.triggers.issue(ANA.id, slack.workspace.now()), view=view)
        while not stream.screen["modals"]:
            stream.next()
        assert len(slack.get("/_local/slack/views?user=ana")["modals"]) == 1
    eventually(lambda: slack.get("/_local/slack/views?user=ana")["modals"] == [])


def test_there_is_no_stream_for_nobody(slack: Served) -> None:
    with following(slack.url, "U0NOBODY") as stream:
        assert not stream.is_open


def test_traffic_is_every_request_both_ways_with_its_verdict(slack: Served) -> None:
    slack.client.users_info(user=ANA.id)
    slack.command("list")
    newest, oldest = slack.get("/_local/slack/traffic")["entries"]
    assert (oldest["way"], oldest["what"], oldest["status"], oldest["failure"]) == (
        "from_app", "users.info", 200, None,
    )  # fmt: skip
    assert (newest["way"], newest["what"], newest["user"]) == ("to_app", "/task list", ANA.id)
    assert newest["failure"] == "http_client_error"
    assert datetime.fromisoformat(newest["at"]) <= datetime.now(UTC)
    assert newest["ms"] > 0


def test_the_control_api_lists_itself(slack: Served) -> None:
    index = slack.get("/_local/slack/")
    assert index["POST /command"].startswith("Type a slash command")
    assert index["GET /traffic"].startswith("The newest requests")
    assert all(index.values())


def test_the_page_is_told_of_new_code() -> None:
    with served(None) as slack, following(slack.url, ANA.id) as stream:
        slack.code.runs("bot/app.py")
        assert stream.next()["set"] == {"code": {"version": 1, "files": "bot/app.py", "problem": None}}
        slack.code.is_refused("line 3: a bracket is open")
        assert stream.next()["set"]["code"]["problem"] == "line 3: a bracket is open"
