"""What people do reaches a plain Bolt app as Slack would send it, and its answers come back as Slack shows them."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.support.slack_workspace import ANA, MANIFEST, Served, answering, bolt_app, served

MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "New task"}, "blocks": [{"type": "divider"}]}
BUTTONS = [
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            {"type": "button", "action_id": "done", "text": {"type": "plain_text", "text": "Done"}, "value": "T-1"},
            {
                "type": "overflow",
                "action_id": "more",
                "options": [{"text": {"type": "plain_text", "text": "Snooze"}, "value": "snooze"}],
            },
        ],
    }
]


def answering_with(response: Callable[[], Response]) -> Starlette:
    async def answer(_: Request) -> Response:
        return response()

    return Starlette(routes=[Route("/slack/events", answer, methods=["POST"])])


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    """The last payload that the Bolt app was given, by kind."""
    return {}


@pytest.fixture(scope="module")
def running(recorded: dict[str, Any]) -> Iterator[Served]:
    bot = Starlette()
    with served(bot) as slack:
        app = bolt_app(slack.url)
        register(app, recorded)
        bot.router.routes.append(answering(app))
        yield slack


def register(app: App, recorded: dict[str, Any]) -> None:
    @app.command("/task")
    def task(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        recorded["command"] = body
        match body["text"].split(" ")[0]:
            case "silent":
                ack()
            case "share":
                ack(text="for all", response_type="in_channel")
            case "blocks":
                ack(text="fallback", blocks=BUTTONS)
            case "modal":
                client.views_open(trigger_id=body["trigger_id"], view=MODAL)
                ack()
            case _:
                ack("for you")

    @app.action("done")
    def done(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        recorded["action"] = body
        respond("Done by you", replace_original=True)

    @app.action("more")
    def more(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        recorded["action"] = body


@pytest.fixture
def slack(running: Served, recorded: dict[str, Any]) -> Served:
    running.workspace.reset()
    recorded.clear()
    return running


def seen(slack: Served, user: str) -> list[dict[str, Any]]:
    return list(slack.get(f"/_local/slack/messages?user={user}")["messages"])


def posted_card(slack: Served) -> tuple[str, str]:
    answer = slack.client.chat_postMessage(channel=ANA.id, text="card", blocks=BUTTONS)
    return answer["channel"], answer["ts"]


def press(slack: Served, channel: str, ts: str, action_id: str, **more: str) -> Any:
    return slack.post(
        "/_local/slack/press", {"user": "ana", "channel": channel, "ts": ts, "action_id": action_id, **more}
    )


def test_an_answer_is_seen_by_the_person_alone(slack: Served) -> None:
    outcome = slack.command("list")
    assert (outcome["status"], outcome["failure"], outcome["answer"]["text"]) == (200, None, "for you")
    assert [each["text"] for each in seen(slack, "ana")] == ["for you"]
    assert seen(slack, "ada") == []


def test_an_in_channel_answer_shows_the_command_to_everybody(slack: Served) -> None:
    slack.command("share it")
    assert [each["text"] for each in seen(slack, "ada")] == ["/task share it", "for all"]


def test_an_acknowledgement_alone_shows_nothing(slack: Served) -> None:
    outcome = slack.command("silent")
    assert (outcome["failure"], outcome["answer"], seen(slack, "ana")) == (None, None, [])


def test_a_command_opens_a_modal_with_its_trigger(slack: Served) -> None:
    slack.command("modal")
    assert slack.get("/_local/slack/views?user=ana")["modals"][0]["content"]["title"]["text"] == "New task"


def test_a_command_carries_the_documented_fields(slack: Served, recorded: dict[str, Any]) -> None:
    """https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling"""
    slack.command("list mine")
    body = recorded["command"]
    fleeting = {name: body.pop(name) for name in ("token", "response_url", "trigger_id")}
    assert body == {
        "team_id": "T0TEST",
        "team_domain": "task-bot-demo",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0ANA",
        "user_name": "ana",
        "command": "/task",
        "text": "list mine",
        "api_app_id": "A0TASKBOT",
        "is_enterprise_install": "false",
    }
    assert fleeting["response_url"].startswith(f"{slack.url}/slack/response/")
    assert len(fleeting["trigger_id"].split(".")) == 3


def test_in_direct_messages_the_channel_is_called_so(slack: Served, recorded: dict[str, Any]) -> None:
    channel = slack.client.conversations_open(users=ANA.id)["channel"]["id"]
    slack.command("list", channel=channel)
    assert (recorded["command"]["channel_id"], recorded["command"]["channel_name"]) == (channel, "directmessage")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("give @ada a task", "give <@U0ADA|ada> a task"),
        ("mail ada@example.com", "mail ada@example.com"),
        ("for @nobody in #general", "for @nobody in <#C0GENERAL|general>"),
        ("R&D <b>", "R&amp;D &lt;b&gt;"),
        ("for <@U0ADA|ada>", "for <@U0ADA|ada>"),
    ],
)
def test_mentions_are_escaped_as_the_manifest_asks(
    slack: Served, recorded: dict[str, Any], typed: str, sent: str
) -> None:
    slack.command(typed)
    assert recorded["command"]["text"] == sent


def test_an_unknown_command_never_leaves_slack(slack: Served, recorded: dict[str, Any]) -> None:
    outcome = slack.command("x", command="/nothing")
    assert outcome["shown"].startswith("/nothing is not a valid command.")
    assert seen(slack, "ana")[0]["visible_to"] == ANA.id
    assert recorded == {}


def test_a_pressed_button_carries_the_documented_fields(slack: Served, recorded: dict[str, Any]) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    channel, ts = posted_card(slack)
    press(slack, channel, ts, "done")
    body = recorded["action"]
    action = body["actions"][0]
    assert float(action.pop("action_ts")) > float(ts)
    assert action == {
        "type": "button",
        "action_id": "done",
        "block_id": "card",
        "text": {"type": "plain_text", "text": "Done", "emoji": True},
        "value": "T-1",
    }
    assert body["container"] == {
        "type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False,
    }  # fmt: skip
    assert body["user"] == {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0TEST"}
    assert body["team"] == {"id": "T0TEST", "domain": "task-bot-demo"}
    assert body["channel"] == {"id": channel, "name": "directmessage"}
    assert (body["type"], body["api_app_id"], body["enterprise"], body["is_enterprise_install"], body["state"]) == (
        "block_actions", "A0TASKBOT", None, False, {"values": {}},
    )  # fmt: skip
    assert (body["message"]["ts"], body["message"]["bot_id"]) == (ts, "B0TASKBOT")


def test_a_button_in_a_thread_names_the_thread(slack: Served, recorded: dict[str, Any]) -> None:
    channel, parent = posted_card(slack)
    reply = slack.client.chat_postMessage(channel=channel, text="reply", blocks=BUTTONS, thread_ts=parent)["ts"]
    press(slack, channel, reply, "more", value="snooze")
    assert recorded["action"]["container"]["thread_ts"] == parent


def test_a_picked_option_is_sent_whole(slack: Served, recorded: dict[str, Any]) -> None:
    channel, ts = posted_card(slack)
    press(slack, channel, ts, "more", value="snooze")
    assert recorded["action"]["actions"][0]["selected_option"]["value"] == "snooze"


def test_a_button_of_an_ephemeral_answer_has_no_message(slack: Served, recorded: dict[str, Any]) -> None:
    answer = slack.command("blocks")["answer"]
    press(slack, answer["channel"], answer["ts"], "more", value="snooze")
    assert recorded["action"]["container"]["is_ephemeral"] is True
    assert "message" not in recorded["action"]


def test_a_response_url_replaces_the_pressed_message(slack: Served) -> None:
    channel, ts = posted_card(slack)
    press(slack, channel, ts, "done")
    (message,) = seen(slack, "ana")
    assert (message["ts"], message["text"], message["blocks"]) == (ts, "Done by you", [])


@pytest.mark.parametrize(
    "body",
    [
        {"user": "ana", "channel": "C0GENERAL", "ts": "1.0", "action_id": "done"},
        {"user": "nobody", "channel": "C0GENERAL", "ts": "1.0", "action_id": "done"},
        {"user": "ana", "channel": "secrets", "ts": "1.0", "action_id": "done"},
        {"user": "gone", "channel": "C0GENERAL", "ts": "1.0", "action_id": "done"},
        {"user": "ana", "channel": "C0GENERAL", "ts": "1.0"},
    ],
)
def test_what_nobody_could_do_is_refused_in_a_sentence(slack: Served, body: dict[str, str]) -> None:
    answer = httpx.post(f"{slack.url}/_local/slack/press", json=body, trust_env=False)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("value", [["a", "b"], {"a": "b"}], ids=str)
def test_several_values_that_come_as_a_list_are_told_how_to_come(slack: Served, value: object) -> None:
    body = {"user": "ana", "block_id": "labels", "value": value}
    answer = httpx.post(f"{slack.url}/_local/slack/fill", json=body, trust_env=False)
    assert answer.status_code == 400
    assert answer.json()["error"] == "text is wanted as value; several values are separated by commas"


def test_what_was_sent_is_kept_with_its_verdict(slack: Served) -> None:
    slack.command("list")
    (sent,) = slack.get("/_local/slack/sent")["sent"]
    assert (sent["kind"], sent["user"], sent["status"], sent["failure"]) == ("slash_command", "U0ANA", 200, None)
    assert (sent["body"]["text"], sent["answer"]) == ("list", "for you")


def response_url(slack: Served) -> str:
    slack.command("silent")
    return str(slack.workspace.sent[-1].body["response_url"])


def test_a_response_url_is_good_for_five_uses(slack: Served) -> None:
    url = response_url(slack)
    answers = [httpx.post(url, json={"text": str(use)}, trust_env=False) for use in range(6)]
    assert [each.json() for each in answers[:5]] == [{"ok": True}] * 5
    assert (answers[5].status_code, answers[5].json()["error"]) == (404, "used_url")
    assert [each["text"] for each in seen(slack, "ana")] == ["0", "1", "2", "3", "4"]


def test_a_response_url_is_good_for_half_an_hour(slack: Served) -> None:
    url = response_url(slack)
    slack.post("/_local/slack/clock", {"forward_seconds": 30 * 60 + 1})
    answer = httpx.post(url, json={"text": "late"}, trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (404, "expired_url")


def test_a_response_url_can_speak_to_the_channel_and_into_a_thread(slack: Served) -> None:
    httpx.post(
        response_url(slack),
        json={"text": "all", "response_type": "in_channel", "thread_ts": "1.000001"},
        trust_env=False,
    )
    (message,) = seen(slack, "ada")
    assert (message["text"], message["thread_ts"]) == ("all", "1.000001")


def test_a_response_url_deletes_the_original(slack: Served) -> None:
    channel, ts = posted_card(slack)
    press(slack, channel, ts, "more", value="snooze")
    httpx.post(slack.workspace.sent[-1].body["response_url"], json={"delete_original": True}, trust_env=False)
    assert seen(slack, "ana") == []


def test_a_response_url_refuses_what_slack_could_not_show(slack: Served) -> None:
    answer = httpx.post(response_url(slack), json={"text": "x", "blocks": [{"type": "alert"}]}, trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_blocks")


FAILURES: dict[str, Callable[[], Response]] = {
    "http_service_error": lambda: PlainTextResponse("broken", 500),
    "http_client_error": lambda: PlainTextResponse("not here", 404),
    "invalid_command_response": lambda: JSONResponse({"text": "x", "blocks": [{"type": "alert"}]}),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_the_person_sees_slacks_own_words_when_the_app_fails(failure: str) -> None:
    with served(answering_with(FAILURES[failure])) as slack:
        outcome = slack.command("list")
        assert (outcome["failure"], outcome["shown"]) == (failure, f'/task failed with the error "{failure}"')
        assert seen(slack, "ana")[0]["text"] == outcome["shown"]


def test_an_app_out_of_reach_is_dispatch_failed() -> None:
    with served(None) as slack:
        assert slack.command("list")["shown"] == '/task failed with the error "dispatch_failed"'


def test_an_answer_that_takes_too_long_is_operation_timeout_and_never_shown() -> None:
    released = threading.Event()

    def slow() -> Response:
        released.wait(10)
        return PlainTextResponse("late")

    with served(answering_with(slow), patience=0.1) as slack:
        outcome = slack.command("list")
        released.set()
        assert outcome["shown"] == '/task failed with the error "operation_timeout"'
        assert [each["text"] for each in seen(slack, "ana")] == [outcome["shown"]]


def test_a_plain_text_answer_is_shown_as_it_is() -> None:
    with served(answering_with(lambda: PlainTextResponse("just words"))) as slack:
        assert slack.command("list")["answer"]["text"] == "just words"


def test_a_press_that_fails_says_so_beside_the_button() -> None:
    with served(answering_with(lambda: PlainTextResponse("", 500))) as slack:
        channel, ts = posted_card(slack)
        outcome = press(slack, channel, ts, "done")
        assert (outcome["failure"], outcome["status"]) == ("http_service_error", 500)
        assert outcome["shown"] == "This app responded with Status Code 500."


def test_a_press_needs_interactivity_in_the_manifest() -> None:
    with served(None, manifest=replace(MANIFEST, is_interactive=False)) as slack:
        channel, ts = posted_card(slack)
        outcome = press(slack, channel, ts, "done")
        assert outcome["shown"].startswith("This app is not configured to handle interactive responses.")
        assert "block_actions" not in {each["kind"] for each in slack.get("/_local/slack/sent")["sent"]}
