"""What is sent is what Slack's reference shows, field by field, and what Bolt makes of it is right."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt import BoltRequest
from slack_bolt.request import payload_utils
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from infra.local.slack.manifest import Shortcut
from infra.local.slack.model import Sent
from infra.local.slack.rules.app_manifest import EVENT_SCOPES
from tests.support.patience import eventually
from tests.support.slack_blocks import Json, option, plain
from tests.support.slack_payload_samples import SAMPLES, differences
from tests.support.slack_workspace import ANA, MANIFEST, TEAM_ID, Served, served

EVERYTHING = replace(
    MANIFEST,
    events=frozenset(EVENT_SCOPES),
    messages_tab_read_only=False,
    shortcuts={
        "open": Shortcut("open", "Open", "global", "x"), "chirp": Shortcut("chirp", "Chirp", "message", "x"),
    },
)  # fmt: skip

ACTIONS = ["block_actions in a message", "block_actions in a view"]
BUTTON: Json = {
    "type": "actions", "block_id": "buttons",
    "elements": [{"type": "button", "action_id": "go", "text": plain("Go"), "value": "v"}],
}  # fmt: skip
FORM: Json = {
    "type": "modal", "title": plain("Form"), "submit": plain("Go"), "callback_id": "form", "notify_on_close": True,
    "blocks": [
        {"type": "input", "block_id": "title", "label": plain(), "element": {
            "type": "plain_text_input", "action_id": "typed", "initial_value": "x"}},
        {"type": "input", "block_id": "who", "label": plain(), "optional": True, "element": {
            "type": "external_select", "action_id": "pick"}},
        BUTTON,
    ],
}  # fmt: skip


def do(slack: Served, what: str, **body: Any) -> Json:
    answer: Json = slack.post(f"/_local/slack/{what}", {"user": "ana", **body})
    assert "error" not in answer, answer
    return answer


def opened(slack: Served) -> None:
    trigger = slack.workspace.triggers.issue(ANA.id, slack.workspace.now())
    slack.client.views_open(trigger_id=trigger, view=FORM)


def everything_happens(slack: Served) -> Iterator[tuple[str, Sent]]:
    """Let Slack send one of everything."""
    sent = slack.workspace.sent

    def last() -> Sent:
        return sent[-1]

    slack.command("94070")
    yield "slash_command", last()
    parent = do(slack, "say", channel=slack.workspace.open_direct_messages(ANA.id).id, text="Hello")
    yield "message.im", last()
    card = slack.client.chat_postMessage(channel=ANA.id, text="card", blocks=[BUTTON], thread_ts=parent["answer"]["ts"])
    eventually(lambda: "bot_id" in sent[-1].body.get("event", {}))
    here = {"channel": card["channel"], "ts": card["ts"]}
    do(slack, "press", **here, action_id="go")
    yield "block_actions in a message", last()
    do(slack, "message_shortcut", **here, callback_id="chirp")
    yield "message_action", last()
    do(slack, "shortcut", callback_id="open")
    yield "shortcut", last()
    opened(slack)
    do(slack, "press_in_modal", action_id="go")
    yield "block_actions in a view", last()
    do(slack, "suggest", block_id="who", value="sa")
    yield "block_suggestion", last()
    do(slack, "submit")
    yield "view_submission", last()
    opened(slack)
    do(slack, "close")
    yield "view_closed", last()
    slack.client.views_publish(user_id=ANA.id, view={"type": "home", "blocks": [BUTTON]})
    do(slack, "home")
    yield "app_home_opened", last()
    do(slack, "people/change", real_name="Ana Souza")
    yield "user_change", last()
    slack.post("/_local/slack/people", {"name": "bo"})
    yield "team_join", last()
    slack.client.chat_update(channel=card["channel"], ts=card["ts"], text="new")
    eventually(lambda: sent[-1].kind == "message")
    yield "message_changed", last()
    slack.client.chat_delete(channel=card["channel"], ts=card["ts"])
    eventually(lambda: "deleted_ts" in sent[-1].body["event"])
    yield "message_deleted", last()
    slack.post("/_local/slack/uninstall", {})
    yield "app_uninstalled", last()
    yield "tokens_revoked", sent[-2]


@pytest.fixture(scope="module")
def sent() -> dict[str, Sent]:
    async def answer(_: Request) -> JSONResponse:
        return JSONResponse({"options": [option("a")]})

    with served(Starlette(routes=[Route("/slack/events", answer, methods=["POST"])]), manifest=EVERYTHING) as slack:
        return dict(everything_happens(slack))


def test_there_is_a_sample_of_everything_that_is_sent(sent: dict[str, Sent]) -> None:
    assert set(sent) == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_it_has_the_fields_that_slacks_page_shows(sent: dict[str, Sent], name: str) -> None:
    sample = SAMPLES[name]
    assert sample.page.startswith("https://docs.slack.dev/")
    assert sent[name].failure is None
    assert differences(sample, json.loads(json.dumps(sent[name].body))) == []


RECOGNIZED = {
    "slash_command": payload_utils.is_slash_command,
    "block_actions in a message": payload_utils.is_block_actions,
    "block_actions in a view": payload_utils.is_block_actions,
    "view_submission": payload_utils.is_view_submission,
    "view_closed": payload_utils.is_view_closed,
    "block_suggestion": payload_utils.is_block_suggestion,
    "shortcut": payload_utils.is_global_shortcut,
    "message_action": payload_utils.is_message_shortcut,
}
NOBODYS = {"app_uninstalled", "tokens_revoked"}


@pytest.mark.parametrize("name", SAMPLES)
def test_bolt_reads_it_as_it_is_meant(sent: dict[str, Sent], name: str) -> None:
    body = sent[name].body
    if name == "slash_command":
        request = BoltRequest(body=urlencode(body))
    elif name in RECOGNIZED:
        request = BoltRequest(body=urlencode({"payload": json.dumps(body)}))
    else:
        request = BoltRequest(body=json.dumps(body), headers={"content-type": "application/json"})
    assert RECOGNIZED.get(name, payload_utils.is_event)(request.body)
    assert [kind for kind, is_such in RECOGNIZED.items() if is_such(request.body)] in ([], [name], ACTIONS)
    context = request.context
    assert (context.team_id, context.enterprise_id, context.is_enterprise_install) == (TEAM_ID, None, False)
    if name not in NOBODYS | {"team_join", "message_changed", "message_deleted"}:
        assert context.user_id == ANA.id
    assert context.response_url == body.get("response_url")


MENU: Json = {
    "type": "actions", "block_id": "menus",
    "elements": [
        {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")],
         "initial_option": option("a")},
        {"type": "datepicker", "action_id": "due"},
    ],
}  # fmt: skip


def picked(values: Json) -> tuple[str, str | None]:
    return values["menus"]["pick"]["selected_option"]["value"], values["menus"]["due"]["selected_date"]


def test_actions_carry_what_every_element_holds() -> None:
    """https://docs.slack.dev/changelog/2020-09-full-state-on-view-submisson-and-block-actions"""
    with served(None) as slack:
        card = slack.client.chat_postMessage(channel=ANA.id, text="card", blocks=[MENU])
        slack.client.views_publish(user_id=ANA.id, view={"type": "home", "blocks": [MENU]})
        here = {"channel": card["channel"], "ts": card["ts"], "action_id": "pick", "value": "b"}
        slack.post("/_local/slack/press", {"user": "ana", **here})
        in_message = slack.workspace.sent[-1].body["state"]["values"]
        at_home = {"user": "ana", "action_id": "pick", "value": "b"}
        slack.post("/_local/slack/press_at_home", at_home)
        slack.post("/_local/slack/press_at_home", at_home | {"action_id": "due", "value": "2026-12-24"})
        in_view = slack.workspace.sent[-1].body["view"]["state"]["values"]
    assert picked(in_message) == ("b", None)
    assert picked(in_view) == ("b", "2026-12-24")


def test_a_submission_brings_an_address_for_the_conversation_that_was_chosen() -> None:
    """https://docs.slack.dev/surfaces/modals#modal_response_url"""
    select = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    form = {
        "type": "modal", "title": plain("Share"), "submit": plain("Go"),
        "blocks": [{"type": "input", "block_id": "to", "label": plain(), "element": select}],
    }  # fmt: skip
    with served(None) as slack:
        trigger = slack.workspace.triggers.issue(ANA.id, slack.workspace.now())
        slack.client.views_open(trigger_id=trigger, view=form)
        slack.post("/_local/slack/fill", {"user": "ana", "block_id": "to", "value": "C0GENERAL"})
        slack.post("/_local/slack/submit", {"user": "ana"})
        (address,) = slack.workspace.sent[-1].body["response_urls"]
        httpx.post(address["response_url"], json={"text": "shared", "response_type": "in_channel"}, trust_env=False)
        heard = slack.get("/_local/slack/messages?user=ada")["messages"]
    assert (address["block_id"], address["action_id"], address["channel_id"]) == ("to", "where", "C0GENERAL")
    assert [each["text"] for each in heard] == ["shared"]
