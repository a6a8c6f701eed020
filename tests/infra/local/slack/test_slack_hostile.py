"""Whatever an app sends, Slack answers with Slack's words: never with a 500, and never not at all."""

import asyncio
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.front_door import create_app
from infra.local.running_code import RunningCode
from infra.local.slack.rules.blocks import BLOCKS
from infra.local.slack.rules.elements import ELEMENTS
from infra.local.slack.web_api.dispatch import METHODS
from tests.support.slack_blocks import block, block_around, changed, paths_in, plain
from tests.support.slack_workspace import ANA, BOT_TOKEN, MANIFEST, make_workspace

WORKSPACE = make_workspace(
    manifest=replace(MANIFEST, home_tab_enabled=True, events=frozenset()), message_burst=1_000_000
)
APP = create_app(WORKSPACE, "http://nowhere.test", {}, code=RunningCode(WORKSPACE.changes))

FIELDS = {"type", "text", "elements", "blocks", "options", "view", "title", "channel", "metadata"}
WORDS = sorted({*FIELDS, *BLOCKS, *ELEMENTS})
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(WORDS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=5),
    max_leaves=20,
)
ARGUMENT_NAMES = (
    "channel", "text", "blocks", "attachments", "view", "metadata", "trigger_id", "user", "user_id", "users", "ts",
    "thread_ts", "cursor", "limit", "oldest", "latest",
)  # fmt: skip
ARGUMENTS = st.dictionaries(st.sampled_from(ARGUMENT_NAMES), VALUES, max_size=6)
SAME_EACH_TIME = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def call(method: str, content: bytes, content_type: str) -> httpx.Response:
    return post(f"/slack/api/{method}", content, content_type)


def post(path: str, content: bytes, content_type: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://slack.test") as client:
            headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": content_type}
            return await client.post(path, content=content, headers=headers)

    return asyncio.run(send())


def assert_slack_answered(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in {200, 429}
    body: dict[str, Any] = answer.json()
    assert body["ok"] is True or body["error"].replace("_", "").isalpha()
    return body


@SAME_EACH_TIME
@given(method=st.sampled_from(sorted(METHODS)), arguments=ARGUMENTS)
def test_any_json_body_gets_an_answer(method: str, arguments: dict[str, Any]) -> None:
    assert_slack_answered(call(method, json.dumps(arguments).encode(), "application/json"))


@SAME_EACH_TIME
@given(method=st.sampled_from(sorted(METHODS)), arguments=ARGUMENTS)
def test_any_form_gets_an_answer(method: str, arguments: dict[str, Any]) -> None:
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()}
    body = urlencode(form, errors="surrogatepass").encode()
    assert_slack_answered(call(method, body, "application/x-www-form-urlencoded"))


@SAME_EACH_TIME
@given(body=st.binary(), content_type=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "x"]))
def test_any_bytes_get_an_answer(body: bytes, content_type: str) -> None:
    assert_slack_answered(call("chat.postMessage", body, content_type))


SAMPLES = [block(kind) for kind in sorted(BLOCKS)] + [block_around(kind) for kind in sorted(ELEMENTS)]


@st.composite
def nearly_valid_blocks(draw: st.DrawFn) -> dict[str, Any]:
    """A valid block with one thing in it set to anything."""
    sample = draw(st.sampled_from(SAMPLES))
    path = draw(st.sampled_from(list(paths_in(sample))))
    return changed(sample, path, draw(VALUES))


@SAME_EACH_TIME
@given(blocks=st.lists(nearly_valid_blocks(), min_size=1, max_size=2), text=st.none() | st.text())
def test_nearly_valid_blocks_get_an_answer(blocks: list[dict[str, Any]], text: str | None) -> None:
    message = {"channel": ANA.id, "text": text, "blocks": blocks}
    answer = assert_slack_answered(call("chat.postMessage", json.dumps(message).encode(), "application/json"))
    if answer["ok"]:
        assert all(each["block_id"] is not None for each in answer["message"]["blocks"])


@SAME_EACH_TIME
@given(blocks=st.lists(nearly_valid_blocks(), min_size=1, max_size=2), name=st.text(), value=VALUES)
def test_nearly_valid_views_get_an_answer(blocks: list[dict[str, Any]], name: str, value: Any) -> None:
    trigger = WORKSPACE.triggers.issue(ANA.id, WORKSPACE.now())
    view = {"type": "modal", "title": plain(), "submit": plain(), "blocks": blocks, name: value}
    opened = call("views.open", json.dumps({"trigger_id": trigger, "view": view}).encode(), "application/json")
    assert_slack_answered(opened)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"blocks": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"channel": "U0ANA", "text": "\\ud800"}',
        b'{"channel": "U0ANA", "text": 1e999}',
        b'{"channel": "U0ANA", "text": "x", "metadata": {"event_type": "x", "event_payload": {"a": 1e999}}}',
        b'{"channel": "U0ANA", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "\\udfff"}}]}',
        b'{"channel": {"a": 1}, "text": ["x"]}',
    ],
)
def test_notorious_json_gets_an_answer(body: bytes) -> None:
    assert_slack_answered(call("chat.postMessage", body, "application/json"))


@SAME_EACH_TIME
@given(content=st.dictionaries(st.sampled_from(sorted({*FIELDS, "replace_original", "thread_ts"})), VALUES, max_size=4))
def test_anything_posted_to_a_response_url_gets_an_answer(content: dict[str, Any]) -> None:
    url_id = WORKSPACE.response_urls.issue("C0GENERAL", ANA.id, WORKSPACE.now())
    answer = post(f"/slack/response/{url_id}", json.dumps(content).encode(), "application/json")
    assert answer.status_code in {200, 400}
    assert answer.json()["ok"] is (answer.status_code == 200)
    newest = WORKSPACE.messages_in("C0GENERAL")[-1:]
    assert all(isinstance(each.text, str) and isinstance(each.thread_ts, str | None) for each in newest)
