"""Trouble on demand, as the official client meets it."""

import http.client
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.slack_workspace import ANA, Served, refusal, served


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    async def acknowledge(_: object) -> PlainTextResponse:
        return PlainTextResponse("")

    with served(Starlette(routes=[Route("/slack/events", acknowledge, methods=["POST"])])) as each:
        yield each


@pytest.fixture
def slack(running: Served) -> Served:
    running.workspace.reset()
    return running


def order(slack: Served, kind: str, method: str = "chat.postMessage", **more: Any) -> None:
    assert slack.post("/_local/slack/faults", {"kind": kind, "method": method, **more})["faults"]


def post(slack: Served) -> None:
    slack.client.chat_postMessage(channel=ANA.id, text="hello")


def seen(slack: Served) -> list[str]:
    return [each["text"] for each in slack.get("/_local/slack/messages?user=ana")["messages"]]


@pytest.mark.parametrize(("accepted", "arrived"), [(False, []), (True, ["hello"])])
def test_a_dropped_connection_tells_nothing_of_whether_it_arrived(
    slack: Served, *, accepted: bool, arrived: list[str]
) -> None:
    order(slack, "drop", accepted=accepted)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        post(slack)
    assert seen(slack) == arrived


def test_a_fault_happens_as_often_as_ordered_and_to_its_method_alone(slack: Served) -> None:
    order(slack, "refuse", error="fatal_error", times=2)
    slack.client.users_info(user=ANA.id)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            post(slack)
    post(slack)
    assert seen(slack) == ["hello"]


def test_a_fault_of_any_method_takes_the_next_call(slack: Served) -> None:
    order(slack, "refuse", method="*", error="service_unavailable")
    with pytest.raises(SlackApiError, match="service_unavailable"):
        slack.client.users_info(user=ANA.id)


def test_a_rate_limit_says_how_long_to_wait(slack: Served) -> None:
    order(slack, "rate_limit", seconds=7)
    with pytest.raises(SlackApiError) as problem:
        post(slack)
    assert (problem.value.response.status_code, problem.value.response.headers["Retry-After"]) == (429, "7")
    assert (refusal(problem.value)["error"], seen(slack)) == ("ratelimited", [])


@pytest.mark.parametrize(("accepted", "arrived"), [(False, []), (True, ["hello"])])
def test_a_server_error_may_come_after_the_work_was_done(slack: Served, *, accepted: bool, arrived: list[str]) -> None:
    order(slack, "server_error", status=502, accepted=accepted)
    with pytest.raises(SlackApiError) as problem:
        post(slack)
    assert (problem.value.response.status_code, seen(slack)) == (502, arrived)


@pytest.mark.parametrize("accepted", [False, True])
def test_a_delayed_answer_comes_late_but_comes(slack: Served, *, accepted: bool) -> None:
    order(slack, "delay", seconds=0.3, accepted=accepted)
    start = time.perf_counter()
    post(slack)
    assert time.perf_counter() - start >= 0.3
    assert seen(slack) == ["hello"]


def test_a_client_with_less_patience_gives_up_on_what_was_accepted(slack: Served) -> None:
    order(slack, "delay", seconds=5, accepted=True)
    hasty = WebClient(slack.client.token, base_url=slack.client.base_url, timeout=1, retry_handlers=[])
    with pytest.raises(TimeoutError):
        hasty.chat_postMessage(channel=ANA.id, text="hello")
    assert seen(slack) == ["hello"]


def test_a_response_url_has_faults_too(slack: Served) -> None:
    slack.command("list")
    url = slack.workspace.sent[-1].body["response_url"]
    order(slack, "server_error", method="response_url")
    answers = [httpx.post(url, json={"text": "later"}, trust_env=False).status_code for _ in range(2)]
    assert answers == [503, 200]
    assert seen(slack) == ["later"]


def test_what_was_ordered_is_listed_kept_in_traffic_and_can_be_called_off(slack: Served) -> None:
    order(slack, "drop")
    order(slack, "refuse", method="*")
    assert [each["kind"] for each in slack.get("/_local/slack/faults")["faults"]] == ["drop", "refuse"]
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        post(slack)
    assert slack.post("/_local/slack/faults/clear", {})["faults"] == []
    post(slack)
    assert [(each["ok"], each["error"]) for each in slack.get("/_local/slack/calls")["calls"]] == [
        (False, "fault:drop"), (True, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "explode"},
        {"kind": ["drop"]},
        {"kind": "drop", "when": "now"},
        {"kind": "drop", "times": 0},
        {"kind": "drop", "times": True},
        {"kind": "delay", "seconds": "long"},
        {"kind": "delay", "seconds": 3600},
        {"kind": "refuse", "accepted": True},
        {"kind": "server_error", "status": 200},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_in_a_sentence(slack: Served, body: dict[str, Any]) -> None:
    assert slack.post("/_local/slack/faults", body)["error"]


def test_a_revoked_token_is_good_for_nothing_until_the_app_is_installed_again(slack: Served) -> None:
    slack.post("/_local/slack/revoke_token", {})
    with pytest.raises(SlackApiError, match="token_revoked"):
        post(slack)
    slack.post("/_local/slack/install", {})
    post(slack)
    slack.post("/_local/slack/uninstall", {})
    with pytest.raises(SlackApiError, match="account_inactive"):
        post(slack)
