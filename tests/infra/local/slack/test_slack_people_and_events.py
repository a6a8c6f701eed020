"""People come, change and write; the app hears of it in events, as far as the manifest subscribes to them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

from infra.local.slack.manifest import Shortcut
from infra.local.slack.model import Message
from tests.support.patience import eventually
from tests.support.slack_workspace import ADA, ANA, MANIFEST, SECRETS, Served, answering, bolt_app, refusal, served

Json = dict[str, Any]

SUBSCRIBED = replace(
    MANIFEST,
    messages_tab_read_only=False,
    events=frozenset({"user_change", "team_join", "message.im", "app_uninstalled", "tokens_revoked"}),
    shortcuts={
        "from_message": Shortcut("from_message", "Create task", "message", "Make a task of it"),
        **MANIFEST.shortcuts,
    },
)


def register(app: App, told: list[Json]) -> None:
    def heard(body: Json) -> None:
        told.append(body)

    for event in ("user_change", "team_join", "message", "app_uninstalled", "tokens_revoked"):
        app.event(event)(heard)
    app.event({"type": "message", "subtype": "message_changed"})(heard)
    app.event({"type": "message", "subtype": "message_deleted"})(heard)

    @app.message_shortcut("from_message")
    def used(body: Json, ack: Any) -> None:
        told.append(body)
        ack()


@pytest.fixture
def told() -> list[Json]:
    """Every event and shortcut that the app was told of."""
    return []


@pytest.fixture
def slack(told: list[Json]) -> Iterator[Served]:
    bot = Starlette()
    with served(bot, manifest=SUBSCRIBED) as each:
        app = bolt_app(each.url)
        register(app, told)
        bot.router.routes.append(answering(app))
        yield each


def do(slack: Served, what: str, **body: Any) -> Json:
    answer: Json = slack.post(f"/_local/slack/{what}", body)
    return answer


def dm(slack: Served) -> str:
    return slack.workspace.open_direct_messages(ANA.id).id


def test_somebody_new_is_a_team_join(slack: Served, told: list[Json]) -> None:
    person = do(slack, "people", name="bo", email="bo@example.com", tz="Asia/Tokyo", locale="ja-JP")["person"]
    user = slack.client.users_info(user=person["id"], include_locale=True)["user"]
    assert (user["name"], user["real_name"], user["tz"], user["locale"]) == ("bo", "Bo", "Asia/Tokyo", "ja-JP")
    (body,) = told
    assert (body["event"]["type"], body["event"]["user"]["id"]) == ("team_join", person["id"])


KINDS: dict[str, Json] = {
    "active": {"deleted": False, "is_bot": False, "is_restricted": False},
    "admin": {"is_admin": True},
    "guest": {"is_restricted": True, "is_ultra_restricted": False},
    "single_channel_guest": {"is_restricted": True, "is_ultra_restricted": True},
    "bot": {"is_bot": True},
    "deactivated": {"deleted": True},
    "other_workspace": {"is_stranger": True, "team_id": "T0ELSEWHERE"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_person_can_be_made(slack: Served, kind: str) -> None:
    person = do(slack, "people", name="bo", kind=kind)["person"]
    user = slack.client.users_info(user=person["id"])["user"]
    assert {name: user[name] for name in KINDS[kind]} == KINDS[kind]


def test_an_address_may_be_unconfirmed(slack: Served) -> None:
    person = do(slack, "people", name="bo", is_email_confirmed=False)["person"]
    assert slack.client.users_info(user=person["id"])["user"]["is_email_confirmed"] is False


def test_a_person_of_another_workspace_does_not_join_and_finds_no_command(slack: Served, told: list[Json]) -> None:
    do(slack, "people", name="far", kind="other_workspace")
    outcome = slack.command("list", user="far")
    assert (told, outcome["failure"]) == ([], "unknown_command")


def test_what_a_person_of_another_workspace_presses_names_their_workspace() -> None:
    with served(manifest=SUBSCRIBED) as slack:
        do(slack, "people", name="far", kind="other_workspace")
        said = slack.workspace.post(Message("C0GENERAL", slack.workspace.tick(), ADA.id, "look"))
        do(slack, "message_shortcut", user="far", channel="C0GENERAL", ts=said.ts, callback_id="from_message")
        body = slack.workspace.sent[-1].body
    assert (body["team"]["id"], body["user"]["team_id"]) == ("T0ELSEWHERE", "T0ELSEWHERE")


def test_a_change_is_an_event_with_the_whole_person(slack: Served, told: list[Json]) -> None:
    do(slack, "people/change", user="ana", real_name="Ana Souza", is_restricted=True)
    (body,) = told
    assert (body["event"]["type"], body["event"]["user"]["real_name"], body["event"]["user"]["is_restricted"]) == (
        "user_change", "Ana Souza", True,
    )  # fmt: skip
    assert body["event"]["user"]["locale"] == "en-US"


def test_a_deactivated_person_can_do_nothing_and_be_sent_nothing(slack: Served, told: list[Json]) -> None:
    channel = slack.client.conversations_open(users=ANA.id)["channel"]["id"]
    do(slack, "people/change", user="ana", deleted=True)
    assert told[-1]["event"]["user"]["deleted"] is True
    assert "cannot do anything" in slack.command("list")["error"]
    with pytest.raises(SlackApiError, match="user_disabled"):
        slack.client.conversations_open(users=ANA.id)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        slack.client.chat_postMessage(channel=channel, text="x")


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("people", {"name": "bo", "kind": "king"}),
        ("people", {"name": "bo", "kind": ["king"]}),
        ("people", {"name": "bo", "tz": "Mars/Olympus"}),
        ("people", {"name": "bo", "deleted": "yes"}),
        ("people", {"name": 1}),
        ("people", {"name": "bo", "age": 3}),
        ("people", {"name": "ana"}),
        ("people/change", {"user": "nobody", "deleted": True}),
        ("people/change", {"user": "ana", "id": "U0OTHER"}),
    ],
)
def test_nobody_impossible_is_made(slack: Served, what: str, body: Json) -> None:
    assert do(slack, what, **body)["error"]


def test_what_a_person_writes_to_the_app_is_an_event(slack: Served, told: list[Json]) -> None:
    said = do(slack, "say", user="ana", channel=dm(slack), text="done with T-1")["answer"]
    (body,) = told
    event = body["event"]
    assert (event["type"], event["channel_type"], event["user"], event["text"]) == (
        "message", "im", ANA.id, "done with T-1",
    )  # fmt: skip
    assert (event["channel"], event["ts"], event["event_ts"]) == (said["channel"], said["ts"], said["ts"])
    assert "thread_ts" not in event


def test_a_reply_names_its_thread(slack: Served, told: list[Json]) -> None:
    parent = do(slack, "say", user="ana", channel=dm(slack), text="one")["answer"]
    do(slack, "say", user="ana", channel=dm(slack), text="two", thread_ts=parent["ts"])
    assert told[-1]["event"]["thread_ts"] == parent["ts"]
    assert "sees no message" in do(slack, "say", user="ana", channel=dm(slack), text="x", thread_ts="1.0")["error"]


def test_the_app_hears_of_its_own_messages_too(slack: Served) -> None:
    """Bolt keeps them from its listeners, so what was sent is looked at."""
    answer = slack.client.chat_postMessage(channel=ANA.id, text="one")
    slack.client.chat_update(channel=answer["channel"], ts=answer["ts"], text="two")
    slack.client.chat_delete(channel=answer["channel"], ts=answer["ts"])
    sent = slack.workspace.sent
    eventually(lambda: len(sent) == 3)
    by_kind = {each.body["event"].get("subtype"): each.body["event"] for each in sent}
    assert (by_kind[None]["bot_id"], by_kind[None]["text"]) == ("B0TASKBOT", "one")
    changed, deleted = by_kind["message_changed"], by_kind["message_deleted"]
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("one", "two")
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (answer["ts"], "two")


def test_a_channel_is_heard_only_where_the_app_is_and_subscribes(slack: Served, told: list[Json]) -> None:
    do(slack, "say", user="ana", text="hello all", channel="general")
    slack.workspace.conversations["C0GENERAL"].members.append("U0TASKBOT")
    do(slack, "say", user="ana", text="hello again", channel="general")
    assert told == []
    assert [each["text"] for each in slack.get("/_local/slack/messages?user=ada")["messages"]] == [
        "hello all", "hello again",
    ]  # fmt: skip


def test_nobody_writes_to_an_app_whose_messages_tab_is_read_only() -> None:
    with served(manifest=replace(SUBSCRIBED, messages_tab_read_only=True)) as slack:
        assert "turned off" in do(slack, "say", user="ana", channel=dm(slack), text="hello")["error"]
        assert list(slack.workspace.sent) == []


def test_a_repeat_comes_when_the_clock_is_moved_to_it() -> None:
    """https://docs.slack.dev/apis/events-api#retries"""
    with served(None, manifest=SUBSCRIBED) as slack:
        sent = slack.workspace.sent
        do(slack, "people/change", user="ana", real_name="Ana Souza")
        eventually(lambda: len(sent) == 2)
        do(slack, "clock", forward_seconds=59)
        do(slack, "clock", forward_seconds=2)
        eventually(lambda: len(sent) == 3)
        do(slack, "clock", forward_seconds=301)
        eventually(lambda: len(sent) == 4)
    assert len({each.body["event_id"] for each in sent}) == 1


def test_taking_the_app_away_is_told_in_two_events(slack: Served, told: list[Json]) -> None:
    do(slack, "uninstall")
    assert [each["event"] for each in told] == [
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0TASKBOT"]}},
        {"type": "app_uninstalled"},
    ]


def test_revoking_the_token_is_told_in_one_event(slack: Served, told: list[Json]) -> None:
    do(slack, "revoke_token")
    assert [each["event"]["type"] for each in told] == ["tokens_revoked"]


def test_a_message_shortcut_carries_the_message_wherever_it_stands(slack: Served, told: list[Json]) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload"""
    said = slack.workspace.post(Message(SECRETS.id, slack.workspace.tick(), ADA.id, "somebody should look"))
    outcome = do(slack, "message_shortcut", user="ada", channel="secrets", ts=said.ts, callback_id="from_message")
    (body,) = told
    assert outcome["failure"] is None
    assert (body["type"], body["message_ts"], body["channel"]) == (
        "message_action", said.ts, {"id": SECRETS.id, "name": "secrets"},
    )  # fmt: skip
    assert (body["message"]["text"], body["message"]["user"]) == ("somebody should look", ADA.id)
    answer = httpx.post(body["response_url"], json={"text": "noted", "thread_ts": said.ts}, trust_env=False)
    assert answer.status_code == 200
    noted = slack.get("/_local/slack/messages?user=ada")["messages"][-1]
    assert (noted["text"], noted["visible_to"], noted["thread_ts"]) == ("noted", ADA.id, said.ts)


@pytest.mark.parametrize(
    "more",
    [
        {"callback_id": "new_task"},
        {"callback_id": "nothing"},
        {"channel": "secrets"},
        {"ts": "1.000001"},
    ],
)
def test_a_message_shortcut_that_nobody_could_use_is_refused(slack: Served, more: Json) -> None:
    said = slack.workspace.post(Message("C0GENERAL", slack.workspace.tick(), ADA.id, "x"))
    use = {"user": "ana", "channel": "C0GENERAL", "ts": said.ts, "callback_id": "from_message", **more}
    assert do(slack, "message_shortcut", **use)["error"]


def test_an_ephemeral_message_has_no_shortcuts(slack: Served) -> None:
    whispered = slack.workspace.post(Message("C0GENERAL", slack.workspace.tick(), ADA.id, "x", visible_to=ANA.id))
    use = {"user": "ana", "channel": "C0GENERAL", "ts": whispered.ts, "callback_id": "from_message"}
    assert do(slack, "message_shortcut", **use)["error"]


def test_a_refused_call_tells_the_app_nothing(slack: Served) -> None:
    with pytest.raises(SlackApiError) as problem:
        slack.client.chat_update(channel="C0GENERAL", ts="1.0", text="x")
    assert refusal(problem.value)["error"] == "message_not_found"
    assert list(slack.workspace.sent) == []
