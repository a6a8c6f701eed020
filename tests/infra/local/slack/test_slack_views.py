"""Modals, App Home, shortcuts and events, with a plain Bolt app behind them."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

from infra.local.slack.events import Events
from infra.local.slack.requests import Requests
from tests.support.slack_blocks import option, plain
from tests.support.slack_workspace import (
    ANA,
    MANIFEST,
    Served,
    answering,
    bolt_app,
    make_workspace,
    refusal,
    served,
)

Json = dict[str, Any]

FORM: Json = {
    "type": "modal",
    "callback_id": "form",
    "private_metadata": "from /task",
    "title": plain("New task"),
    "submit": plain("Add"),
    "blocks": [
        {"type": "input", "block_id": "title", "label": plain("Title"), "element": {
            "type": "plain_text_input", "action_id": "typed"}},
        {"type": "input", "block_id": "who", "label": plain("For"), "optional": True, "element": {
            "type": "external_select", "action_id": "pick_person"}},
        {"type": "input", "block_id": "due", "label": plain("Due"), "optional": True, "element": {
            "type": "datetimepicker", "action_id": "typed"}},
        {"type": "input", "block_id": "priority", "label": plain("Priority"), "dispatch_action": True, "element": {
            "type": "static_select", "action_id": "chosen", "options": [option("low"), option("high")],
            "initial_option": option("low")}},
        {"type": "actions", "block_id": "more", "elements": [
            {"type": "button", "action_id": "more", "text": plain("More"), "value": "m"}]},
    ],
}  # fmt: skip
SECOND: Json = {"type": "modal", "title": plain("Second"), "close": plain("Back"), "blocks": [{"type": "divider"}]}
HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("New"), "value": "n"}]}
    ],
}


class Recorder:
    """What the app was told, and what it shall answer to the next submission."""

    def __init__(self) -> None:
        self.told: list[Json] = []
        self.next: Json = {}


def register(app: App, recorder: Recorder) -> None:
    @app.global_shortcut("new_task")
    def shortcut(ack: Ack, body: Json, client: WebClient) -> None:
        recorder.told.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        ack()

    @app.view("form")
    def submitted(ack: Ack, body: Json) -> None:
        recorder.told.append(body)
        ack(**recorder.next)

    @app.view_closed("form")
    def closed(ack: Ack, body: Json) -> None:
        recorder.told.append(body)
        ack()

    @app.action({"block_id": "priority", "action_id": "chosen"})
    @app.action("more")
    def used(ack: Ack, body: Json) -> None:
        recorder.told.append(body)
        ack()

    @app.options("pick_person")
    def suggested(ack: Ack, body: Json) -> None:
        recorder.told.append(body)
        ack(options=[option("p-1"), option("p-2")])

    @app.event("app_home_opened")
    def opened(event: Json, body: Json, client: WebClient) -> None:
        recorder.told.append(body)
        client.views_publish(user_id=event["user"], view=HOME)


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture(scope="module")
def running(recorder: Recorder) -> Iterator[Served]:
    bot = Starlette()
    with served(bot) as slack:
        app = bolt_app(slack.url)
        register(app, recorder)
        bot.router.routes.append(answering(app))
        yield slack


@pytest.fixture
def slack(running: Served, recorder: Recorder) -> Served:
    running.workspace.reset()
    recorder.told.clear()
    recorder.next = {}
    return running


@pytest.fixture
def form(slack: Served, recorder: Recorder) -> Served:
    """The workspace with the form open in front of Ana."""
    act(slack, "shortcut", callback_id="new_task")
    recorder.told.clear()
    return slack


def act(slack: Served, what: str, **more: Any) -> Json:
    done: Json = slack.post(f"/_local/slack/{what}", {"user": "ana", **more})
    return done


def modals(slack: Served) -> list[Json]:
    return list(slack.get("/_local/slack/views?user=ana")["modals"])


def titles(slack: Served) -> list[str]:
    return [each["content"]["title"]["text"] for each in modals(slack)]


def test_a_global_shortcut_carries_the_documented_fields(slack: Served, recorder: Recorder) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload"""
    act(slack, "shortcut", callback_id="new_task")
    (body,) = recorder.told
    assert {name: body[name] for name in ("type", "callback_id", "team", "user", "enterprise")} == {
        "type": "shortcut",
        "callback_id": "new_task",
        "team": {"id": "T0TEST", "domain": "task-bot-demo"},
        "user": {"id": "U0ANA", "username": "ana", "team_id": "T0TEST"},
        "enterprise": None,
    }
    assert "channel" not in body
    assert titles(slack) == ["New task"]


def test_a_shortcut_that_is_not_in_the_manifest_cannot_be_used(slack: Served) -> None:
    assert "no global shortcut" in act(slack, "shortcut", callback_id="other")["error"]


def test_a_submission_carries_what_was_typed(form: Served, recorder: Recorder) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission"""
    act(form, "fill", block_id="title", value="Fix login")
    act(form, "suggest", block_id="who", value="an")
    act(form, "fill", block_id="who", value="p-2")
    act(form, "fill", block_id="due", value="1795339353")
    recorder.told.clear()
    outcome = act(form, "submit")
    (body,) = recorder.told
    view = body["view"]
    assert outcome["failure"] is None
    assert (body["type"], body["response_urls"], body["user"]["id"]) == ("view_submission", [], "U0ANA")
    assert (view["callback_id"], view["private_metadata"], view["root_view_id"], view["previous_view_id"]) == (
        "form", "from /task", view["id"], None,
    )  # fmt: skip
    assert view["state"]["values"] == {
        "title": {"typed": {"type": "plain_text_input", "value": "Fix login"}},
        "who": {"pick_person": {"type": "external_select", "selected_option": option("p-2")}},
        "due": {"typed": {"type": "datetimepicker", "selected_date_time": 1_795_339_353}},
        "priority": {"chosen": {"type": "static_select", "selected_option": kept_option("low")}},
    }


def kept_option(value: str) -> Json:
    """An option as Slack gives it back: with the defaults of its text."""
    return {**option(value), "text": {**plain(f"option {value}"), "emoji": True}}


def test_an_acknowledged_submission_closes_the_modal(form: Served) -> None:
    act(form, "fill", block_id="title", value="x")
    act(form, "submit")
    assert modals(form) == []


def test_an_empty_required_input_never_reaches_the_app(form: Served, recorder: Recorder) -> None:
    outcome = act(form, "submit")
    assert outcome["shown"] == "Please complete this required field."
    assert recorder.told == []
    assert modals(form)[0]["errors"] == {"title": "Please complete this required field."}


def test_errors_are_shown_at_their_fields_until_the_next_try(form: Served, recorder: Recorder) -> None:
    act(form, "fill", block_id="title", value="x")
    recorder.next = {"response_action": "errors", "errors": {"title": "Too short."}}
    act(form, "submit")
    assert (modals(form)[0]["errors"], titles(form)) == ({"title": "Too short."}, ["New task"])
    recorder.next = {}
    act(form, "submit")
    assert modals(form) == []


def test_an_answer_can_update_push_and_clear(form: Served, recorder: Recorder) -> None:
    act(form, "fill", block_id="title", value="x")
    recorder.next = {"response_action": "push", "view": SECOND}
    act(form, "submit")
    assert titles(form) == ["New task", "Second"]
    act(form, "close")
    assert titles(form) == ["New task"]
    recorder.next = {"response_action": "update", "view": {**FORM, "title": plain("Changed")}}
    act(form, "submit")
    assert titles(form) == ["Changed"]
    assert modals(form)[0]["values"]["title"]["typed"]["value"] == "x"
    recorder.next = {"response_action": "clear"}
    act(form, "submit")
    assert titles(form) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {"response_action": "update", "view": {"type": "modal", "blocks": []}},
        {"response_action": "explode"},
    ],
)
def test_an_answer_that_slack_cannot_use_is_trouble(form: Served, recorder: Recorder, answer: Json) -> None:
    act(form, "fill", block_id="title", value="x")
    recorder.next = answer
    outcome = act(form, "submit")
    assert outcome["shown"] == "We had some trouble connecting. Try again?"
    assert outcome["failure"].startswith("invalid_view_response")
    assert titles(form) == ["New task"]


def test_a_modal_stack_holds_three(slack: Served) -> None:
    client, workspace = slack.client, slack.workspace

    def trigger() -> str:
        return workspace.triggers.issue(ANA.id, workspace.now())

    with pytest.raises(SlackApiError) as nothing_open:
        client.views_push(trigger_id=trigger(), view=SECOND)
    root = client.views_open(trigger_id=trigger(), view=FORM)["view"]
    second = client.views_push(trigger_id=trigger(), view=SECOND)["view"]
    client.views_push(trigger_id=trigger(), view=SECOND)
    with pytest.raises(SlackApiError) as fourth:
        client.views_push(trigger_id=trigger(), view=SECOND)
    assert refusal(nothing_open.value)["error"] == "not_found"
    assert refusal(fourth.value)["error"] == "push_limit_reached"
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])


def test_an_update_is_guarded_by_the_hash_and_keeps_what_was_typed(form: Served) -> None:
    act(form, "fill", block_id="title", value="half typed")
    before = modals(form)[0]
    form.client.views_update(view_id=before["id"], view={**FORM, "title": plain("Other")}, hash=before["hash"])
    after = modals(form)[0]
    assert (after["content"]["title"]["text"], after["values"]["title"]["typed"]["value"]) == ("Other", "half typed")
    with pytest.raises(SlackApiError) as stale:
        form.client.views_update(view_id=before["id"], view=FORM, hash=before["hash"])
    with pytest.raises(SlackApiError) as gone:
        form.client.views_update(view_id="V0NOWHERE", view=FORM)
    assert (refusal(stale.value)["error"], refusal(gone.value)["error"]) == ("hash_conflict", "not_found")


def test_a_choice_in_a_dispatching_input_is_heard_at_once(form: Served, recorder: Recorder) -> None:
    act(form, "fill", block_id="priority", value="high")
    (body,) = recorder.told
    assert (body["type"], body["container"]) == (
        "block_actions", {"type": "view", "view_id": modals(form)[0]["id"]},
    )  # fmt: skip
    assert body["actions"][0]["selected_option"]["value"] == "high"
    assert body["view"]["state"]["values"]["priority"]["chosen"]["selected_option"]["value"] == "high"
    assert "message" not in body
    assert "response_url" not in body


def test_a_button_in_a_modal_is_heard_with_the_modal(form: Served, recorder: Recorder) -> None:
    act(form, "press_in_modal", action_id="more")
    assert (recorder.told[0]["actions"][0]["value"], recorder.told[0]["view"]["type"]) == ("m", "modal")


def test_a_suggestion_asks_with_what_was_typed(form: Served, recorder: Recorder) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload"""
    outcome = act(form, "suggest", block_id="who", value="an")
    (body,) = recorder.told
    assert (body["type"], body["action_id"], body["block_id"], body["value"]) == (
        "block_suggestion", "pick_person", "who", "an",
    )  # fmt: skip
    assert [each["value"] for each in outcome["options"]] == ["p-1", "p-2"]


def test_what_the_app_did_not_offer_cannot_be_chosen(form: Served) -> None:
    assert act(form, "fill", block_id="who", value="p-3")["error"] == "pick_person offers no p-3"


def test_closing_is_told_to_an_app_that_asks(form: Served, recorder: Recorder) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_closed"""
    act(form, "close")
    assert (recorder.told, modals(form)) == ([], [])
    trigger = form.workspace.triggers.issue(ANA.id, form.workspace.now())
    form.client.views_open(trigger_id=trigger, view={**FORM, "notify_on_close": True, "clear_on_close": True})
    act(form, "close")
    assert [(each["type"], each["is_cleared"]) for each in recorder.told] == [("view_closed", True)]


def test_opening_app_home_is_an_event(slack: Served, recorder: Recorder) -> None:
    """https://docs.slack.dev/reference/events/app_home_opened"""
    act(slack, "home")
    act(slack, "home")
    first, second = recorder.told
    assert (first["type"], first["team_id"], first["api_app_id"]) == ("event_callback", "T0TEST", "A0TASKBOT")
    assert (first["event"]["type"], first["event"]["tab"], first["event"]["user"]) == (
        "app_home_opened", "home", "U0ANA",
    )  # fmt: skip
    assert first["event"]["channel"].startswith("D")
    assert "view" not in first["event"]
    assert second["event"]["view"]["type"] == "home"
    assert first["event_id"] != second["event_id"]
    assert first["authorizations"][0]["user_id"] == "U0TASKBOT"


def test_a_button_at_home_is_heard_with_the_home(slack: Served, recorder: Recorder) -> None:
    act(slack, "home")
    act(slack, "press_at_home", action_id="more", value="n")
    assert (recorder.told[-1]["view"]["type"], recorder.told[-1]["container"]["type"]) == ("home", "view")


def test_an_event_that_the_manifest_does_not_name_is_not_sent() -> None:
    with served(None, manifest=replace(MANIFEST, events=frozenset())) as slack:
        assert act(slack, "home")["status"] is None
        assert slack.get("/_local/slack/sent")["sent"] == []


def test_a_press_in_nothing_is_refused_in_a_sentence(slack: Served) -> None:
    for what, more in (("submit", {}), ("close", {}), ("press_at_home", {"action_id": "x"})):
        assert act(slack, what, **more)["error"]


def deliveries(answers: list[httpx.Response | Exception]) -> list[Json]:
    """Publish one event to an app that answers so, with no time between the repeats; gives what it was sent."""
    heard: list[Json] = []

    def app(request: httpx.Request) -> httpx.Response:
        retry = [request.headers.get(f"x-slack-retry-{each}") for each in ("num", "reason")]
        heard.append({"retry": retry, "event_id": json.loads(request.content)["event_id"]})
        answer = answers[len(heard) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def publish() -> None:
        workspace = make_workspace()
        async with httpx.AsyncClient(transport=httpx.MockTransport(app)) as client:
            events = Events(workspace, Requests(workspace, client, "http://app.test"), repeats=(0, 0, 0))
            await events.publish(ANA.id, {"type": "app_home_opened", "event_ts": "1.000001"})
            for _ in range(50):
                await asyncio.sleep(0)

    asyncio.run(publish())
    return heard


def test_an_event_is_repeated_three_times_at_most() -> None:
    heard = deliveries([httpx.Response(500), httpx.ConnectError("no"), httpx.Response(404), httpx.Response(500)])
    assert [each["retry"] for each in heard] == [
        [None, None], ["1", "http_error"], ["2", "connection_failed"], ["3", "http_error"],
    ]  # fmt: skip
    assert len({each["event_id"] for each in heard}) == 1


def test_an_acknowledged_event_is_not_repeated() -> None:
    assert len(deliveries([httpx.Response(202)])) == 1
    assert len(deliveries([httpx.Response(500), httpx.Response(200)])) == 2


def test_an_app_may_ask_for_no_repeat() -> None:
    assert len(deliveries([httpx.Response(500, headers={"X-Slack-No-Retry": "1"})])) == 1
