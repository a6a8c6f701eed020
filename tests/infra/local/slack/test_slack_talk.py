"""Plain messages, message shortcuts, threads and choices outside forms, with a plain Bolt app behind them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

from infra.local.slack.manifest import Shortcut
from tests.support.slack_blocks import ELEMENTS, element, option, plain
from tests.support.slack_workspace import ADA, ANA, MANIFEST, TEAM_ID, Served, answering, bolt_app, refusal, served

Json = dict[str, Any]

OPEN_MANIFEST = replace(
    MANIFEST,
    shortcuts={"keep": Shortcut("keep", "Keep", "message", "Keep a message"), **MANIFEST.shortcuts},
    events=MANIFEST.events | {"message.im"},
    messages_tab_read_only=False,
)
CHOOSERS = [
    {
        "type": "actions",
        "block_id": "choosers",
        "elements": [
            {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]},
            {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-22"},
        ],
    }
]
PICKED_OPTION: Json = {**option("b"), "text": plain("option b") | {"emoji": True}}
PICKED: Json = {
    "choosers": {
        "pick": {"type": "static_select", "selected_option": PICKED_OPTION},
        "day": {"type": "datepicker", "selected_date": "2026-11-22"},
    }
}  # fmt: skip


@pytest.fixture(scope="module")
def told() -> list[Json]:
    """What the app was sent."""
    return []


@pytest.fixture(scope="module")
def running(told: list[Json]) -> Iterator[Served]:
    behind = Starlette()
    with served(behind, manifest=OPEN_MANIFEST) as slack:
        app = bolt_app(slack.url)
        register(app, told)
        behind.router.routes.append(answering(app))
        yield slack


def register(app: App, told: list[Json]) -> None:
    @app.middleware
    def record(body: Json, next: Callable[[], None]) -> None:  # noqa: A002 - Bolt finds it by this name
        told.append(body)
        next()

    for listener in (app.message_shortcut("keep"), app.event("message"), app.action("pick"), app.view("form")):
        listener(_acknowledge)


def _acknowledge(ack: Ack) -> None:
    ack()


@pytest.fixture
def slack(running: Served, told: list[Json]) -> Served:
    running.workspace.reset()
    told.clear()
    return running


def say(slack: Served, text: str, channel: str = "#general", **more: str) -> Json:
    return dict(slack.post("/_local/slack/say", {"user": "ana", "channel": channel, "text": text, **more}))


def test_a_message_is_seen_by_everybody_and_names_people_by_id(slack: Served, told: list[Json]) -> None:
    said = say(slack, "Hello @ada & all")["answer"]
    assert said["text"] == "Hello <@U0ADA|ada> &amp; all"
    seen = slack.get("/_local/slack/messages?user=ada")["messages"]
    assert [each["ts"] for each in seen] == [said["ts"]]
    assert told == []


def test_a_message_to_the_app_is_an_event_where_it_subscribes(slack: Served, told: list[Json]) -> None:
    """https://docs.slack.dev/reference/events/message.im"""
    place = slack.client.conversations_open(users=ANA.id)["channel"]["id"]
    root = slack.client.chat_postMessage(channel=place, text="card")["ts"]
    said = say(slack, "On it", place, thread_ts=root)["answer"]
    assert told[-1]["event"] == {
        "type": "message", "user": ANA.id, "text": "On it", "ts": said["ts"], "thread_ts": root, "team": TEAM_ID,
        "channel": place, "channel_type": "im", "event_ts": said["ts"],
    }  # fmt: skip


def test_an_app_that_does_not_read_messages_is_sent_none() -> None:
    with served(None, manifest=replace(MANIFEST, messages_tab_read_only=True)) as slack:
        place = slack.client.conversations_open(users=ANA.id)["channel"]["id"]
        assert say(slack, "Hello?", place)["error"] == "Sending messages to this app has been turned off."


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_message_needs_words(slack: Served, text: str) -> None:
    assert say(slack, text)["error"] == "a message needs words"


def test_two_people_talk_alone_and_the_app_cannot_listen(slack: Served) -> None:
    opened = slack.post("/_local/slack/direct", {"user": "ana", "with": "ada"})
    again = slack.post("/_local/slack/direct", {"user": "ada", "with": "ana"})
    assert opened == again
    say(slack, "psst", opened["channel"])
    assert slack.get("/_local/slack/messages?user=ada")["messages"][0]["text"] == "psst"
    for method in ("conversations_history", "chat_postMessage"):
        with pytest.raises(SlackApiError) as refused:
            getattr(slack.client, method)(channel=opened["channel"], text="hello")
        assert refusal(refused.value)["error"] == "channel_not_found"


def test_nobody_talks_to_themselves_or_to_somebody_who_left(slack: Served) -> None:
    for other in ("ana", "gone", "nobody"):
        assert "error" in slack.post("/_local/slack/direct", {"user": "ana", "with": other})


def test_a_message_shortcut_carries_the_documented_fields(slack: Served, told: list[Json]) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload#message_actions"""
    said = say(slack, "The printer is empty")["answer"]
    used = {"user": "ada", "callback_id": "keep", "channel": "#general", "ts": said["ts"]}
    assert slack.post("/_local/slack/message_shortcut", used)["failure"] is None
    body = told[-1]
    fleeting = {name: body.pop(name) for name in ("token", "action_ts", "trigger_id", "response_url")}
    assert body == {
        "type": "message_action",
        "callback_id": "keep",
        "api_app_id": "A0TASKBOT",
        "user": {"id": ADA.id, "username": "ada", "name": "ada", "team_id": TEAM_ID},
        "team": {"id": TEAM_ID, "domain": "task-bot-demo"},
        "channel": {"id": "C0GENERAL", "name": "general"},
        "enterprise": None,
        "is_enterprise_install": False,
        "message_ts": said["ts"],
        "message": {"type": "message", "user": ANA.id, "ts": said["ts"], "text": "The printer is empty"},
    }
    assert fleeting["response_url"].startswith(f"{slack.url}/slack/response/")


@pytest.mark.parametrize("callback_id", ["new_task", "unknown"])
def test_only_message_shortcuts_are_used_on_messages(slack: Served, callback_id: str) -> None:
    used = {"user": "ada", "callback_id": callback_id, "channel": "#general", "ts": say(slack, "x")["answer"]["ts"]}
    assert "no message shortcut" in slack.post("/_local/slack/message_shortcut", used)["error"]


def test_slash_commands_are_refused_in_threads(slack: Served, told: list[Json]) -> None:
    root = say(slack, "root")["answer"]["ts"]
    outcome = slack.command("list", channel="#general", thread_ts=root)
    assert (outcome["failure"], outcome["shown"]) == ("not_in_threads", "/task is not supported in threads. Sorry!")
    [said] = [each for each in slack.get("/_local/slack/messages?user=ana")["messages"] if each.get("visible_to")]
    assert (said["thread_ts"], said["text"]) == (root, outcome["shown"])
    assert told == []


def test_a_choice_in_a_message_comes_with_what_its_neighbours_hold(slack: Served, told: list[Json]) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    posted = slack.client.chat_postMessage(channel=ANA.id, text="card", blocks=CHOOSERS)
    used = {"user": "ana", "channel": posted["channel"], "ts": posted["ts"], "action_id": "pick", "value": "b"}
    slack.post("/_local/slack/press", used)
    assert told[-1]["state"]["values"] == PICKED


@pytest.mark.parametrize(("named", "used"), [(None, "first"), ("second", "second"), ("long gone", "first")])
def test_of_two_alike_the_block_that_is_named_is_used(
    slack: Served, told: list[Json], named: str | None, used: str
) -> None:
    alike = [{**CHOOSERS[0], "block_id": block_id} for block_id in ("first", "second")]
    posted = slack.client.chat_postMessage(channel=ANA.id, text="card", blocks=alike)
    place = {"channel": posted["channel"], "ts": posted["ts"], "block_id": named}
    slack.post("/_local/slack/press", {"user": "ana", "action_id": "pick", "value": "b", **place})
    assert told[-1]["actions"][0]["block_id"] == used


def test_a_choice_outside_an_input_is_part_of_the_submission(slack: Served, told: list[Json]) -> None:
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Go"), "blocks": CHOOSERS}
    trigger = slack.workspace.triggers.issue(ANA.id, slack.workspace.now())
    slack.client.views_open(trigger_id=trigger, view=view)
    slack.post("/_local/slack/press_in_modal", {"user": "ana", "action_id": "pick", "value": "b"})
    slack.post("/_local/slack/submit", {"user": "ana"})
    assert told[-1]["view"]["state"]["values"] == PICKED


@pytest.mark.parametrize(
    ("kind", "value", "held"),
    [
        ("plain_text_input", "words", {"value": "words"}),
        ("email_text_input", "a@example.com", {"value": "a@example.com"}),
        ("url_text_input", "https://a.example", {"value": "https://a.example"}),
        ("number_input", "3", {"value": "3"}),
        ("datepicker", "2026-12-24", {"selected_date": "2026-12-24"}),
        ("timepicker", "08:15", {"selected_time": "08:15"}),
        ("datetimepicker", "1795339353", {"selected_date_time": 1795339353}),
        ("users_select", "U0ADA", {"selected_user": "U0ADA"}),
        ("multi_users_select", "U0ADA,U0ANA", {"selected_users": ["U0ADA", "U0ANA"]}),
        ("conversations_select", "C0GENERAL", {"selected_conversation": "C0GENERAL"}),
        ("channels_select", "C0GENERAL", {"selected_channel": "C0GENERAL"}),
        ("file_input", "F1,F2", {"files": ["F1", "F2"]}),
        (
            "rich_text_input", "words",
            {"rich_text_value": {"type": "rich_text", "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "words"}]}]}},
        ),
    ],
)  # fmt: skip
def test_every_input_keeps_its_value(slack: Served, told: list[Json], kind: str, value: str, held: Json) -> None:
    assert kind in ELEMENTS
    block = {"type": "input", "block_id": "it", "label": plain("It"), "element": {**element(kind), "action_id": "held"}}
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Go"), "blocks": [block]}
    trigger = slack.workspace.triggers.issue(ANA.id, slack.workspace.now())
    slack.client.views_open(trigger_id=trigger, view=view)
    slack.post("/_local/slack/fill", {"user": "ana", "block_id": "it", "value": value})
    slack.post("/_local/slack/submit", {"user": "ana"})
    assert told[-1]["view"]["state"]["values"] == {"it": {"held": {"type": kind, **held}}}


def test_closing_everything_is_told_as_a_cleared_stack(slack: Served, told: list[Json]) -> None:
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "notify_on_close": True,
            "blocks": [{"type": "divider"}]}  # fmt: skip
    for open_view in (slack.client.views_open, slack.client.views_push):
        trigger = slack.workspace.triggers.issue(ANA.id, slack.workspace.now())
        open_view(trigger_id=trigger, view=view)
    slack.post("/_local/slack/close", {"user": "ana", "all": True})
    assert (told[-1]["type"], told[-1]["is_cleared"]) == ("view_closed", True)
    assert slack.get("/_local/slack/views?user=ana")["modals"] == []


def test_what_is_posted_to_a_response_url_is_traffic_too(slack: Served) -> None:
    slack.command("list")
    address = slack.workspace.sent[-1].body["response_url"]
    httpx.post(address, json={"text": "later"}, trust_env=False)
    httpx.post(address, json={}, trust_env=False)
    refused, accepted = slack.get("/_local/slack/traffic")["entries"][:2]
    assert (accepted["what"], accepted["status"], accepted["request"]) == ("response_url", 200, {"text": "later"})
    assert (refused["status"], refused["failure"]) == (400, "no_text")
