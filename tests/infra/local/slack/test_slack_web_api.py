"""The Web API, driven by the official client over HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.support.slack_workspace import ADA, ANA, BOT_TOKEN, GONE, MANIFEST, ROBOT, SECRETS, Served, refusal, served

WITH_HOME = replace(MANIFEST, home_tab_enabled=True)
HOME = {"type": "home", "blocks": [{"type": "divider"}]}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "New task"}, "blocks": [{"type": "divider"}]}


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    with served(manifest=WITH_HOME) as each:
        yield each


@pytest.fixture
def slack(running: Served) -> Served:
    running.workspace.reset()
    return running


def refused(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as problem:
        call()
    return refusal(problem.value)


def opened_dm(slack: Served, user: str = ANA.id) -> str:
    return _dm(slack.client, user)


def _dm(client: WebClient, user: str = ANA.id) -> str:
    return str(client.conversations_open(users=user)["channel"]["id"])


def test_auth_test_names_team_and_bot(slack: Served) -> None:
    answer = slack.client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0TEST", "U0TASKBOT", "B0TASKBOT")


def test_users_info_gives_email_and_zone(slack: Served) -> None:
    user = slack.client.users_info(user=ANA.id, include_locale=True)["user"]
    assert (user["profile"]["email"], user["is_email_confirmed"]) == ("ana@example.com", True)
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("America/Sao_Paulo", -3 * 3600, "en-US")
    assert (user["is_bot"], user["is_restricted"], user["deleted"]) == (False, False, False)


def test_email_needs_its_own_scope() -> None:
    without = replace(MANIFEST, scopes=MANIFEST.scopes - {"users:read.email"})
    with served(manifest=without) as slack:
        assert "email" not in slack.client.users_info(user=ANA.id)["user"]["profile"]


def test_a_deactivated_person_is_marked_deleted_and_has_no_zone(slack: Served) -> None:
    user = slack.client.users_info(user=GONE.id)["user"]
    assert user["deleted"] is True
    assert "tz" not in user


def test_message_comes_back_from_history_with_its_metadata(slack: Served) -> None:
    channel = opened_dm(slack)
    metadata = {"event_type": "task_assigned", "event_payload": {"event_id": "01J"}}
    posted = slack.client.chat_postMessage(
        channel=channel, text="T-1", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "*T-1*"}}],
        metadata=metadata,
    )  # fmt: skip
    with_it = slack.client.conversations_history(channel=channel, include_all_metadata=True)["messages"][0]
    without = slack.client.conversations_history(channel=channel)["messages"][0]
    assert (with_it["ts"], with_it["metadata"]) == (posted["ts"], metadata)
    assert "metadata" not in without
    assert with_it["blocks"][0]["block_id"]
    assert with_it["bot_id"] == "B0TASKBOT"


def test_a_user_id_stands_for_the_dm_with_them(slack: Served) -> None:
    posted = slack.client.chat_postMessage(channel=ANA.id, text="hello")
    assert posted["channel"] == opened_dm(slack)


def test_opening_a_dm_twice_gives_the_same_one(slack: Served) -> None:
    first = slack.client.conversations_open(users=ADA.id)
    second = slack.client.conversations_open(users=ADA.id, return_im=True)
    assert second["already_open"] is True
    assert (second["channel"]["id"], second["channel"]["user"]) == (first["channel"]["id"], ADA.id)


def test_update_replaces_blocks_and_keeps_metadata(slack: Served) -> None:
    channel = opened_dm(slack)
    metadata = {"event_type": "card", "event_payload": {}}
    ts = slack.client.chat_postMessage(channel=channel, text="old", metadata=metadata)["ts"]
    slack.client.chat_update(channel=channel, ts=ts, text="new", blocks=[{"type": "divider"}])
    message = slack.client.conversations_history(channel=channel, include_all_metadata=True)["messages"][0]
    assert (message["text"], message["blocks"][0]["type"], message["metadata"]) == ("new", "divider", metadata)
    assert "edited" not in message


def test_update_with_text_alone_removes_blocks_and_marks_the_message_as_edited(slack: Served) -> None:
    channel = opened_dm(slack)
    ts = slack.client.chat_postMessage(channel=channel, text="old", blocks=[{"type": "divider"}])["ts"]
    slack.client.chat_update(channel=channel, ts=ts, text="new")
    message = slack.client.conversations_history(channel=channel)["messages"][0]
    assert "blocks" not in message
    assert message["edited"]["user"] == "U0TASKBOT"


def test_history_pages_newest_first(slack: Served) -> None:
    channel = opened_dm(slack)
    for text in ("one", "two", "three"):
        slack.client.chat_postMessage(channel=channel, text=text)
    first = slack.client.conversations_history(channel=channel, limit=2)
    rest = slack.client.conversations_history(
        channel=channel, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [each["text"] for each in first["messages"]] == ["three", "two"]
    assert ([each["text"] for each in rest["messages"]], rest["has_more"]) == (["one"], False)


def test_history_has_neither_replies_nor_what_one_person_alone_saw(slack: Served) -> None:
    channel = opened_dm(slack)
    parent = slack.client.chat_postMessage(channel=channel, text="parent")["ts"]
    slack.client.chat_postMessage(channel=channel, text="reply", thread_ts=parent)
    slack.command("x", command="/nothing", channel=channel)
    messages = slack.client.conversations_history(channel=channel)["messages"]
    thread = slack.client.conversations_replies(channel=channel, ts=parent)["messages"]
    assert [each["text"] for each in messages] == ["parent"]
    assert [each["text"] for each in thread] == ["parent", "reply"]
    assert len(slack.get("/_local/slack/messages?user=ana")["messages"]) == 3


def test_history_between_two_timestamps(slack: Served) -> None:
    channel = opened_dm(slack)
    one, two, three = (slack.client.chat_postMessage(channel=channel, text=text)["ts"] for text in "123")
    between = slack.client.conversations_history(channel=channel, oldest=one, latest=three)["messages"]
    around = slack.client.conversations_history(channel=channel, oldest=one, latest=three, inclusive=True)["messages"]
    assert [each["ts"] for each in between] == [two]
    assert [each["ts"] for each in around] == [three, two, one]


def test_a_thread_comes_oldest_first_in_pages_with_its_parent_and_out_of_the_history(slack: Served) -> None:
    channel = opened_dm(slack)
    parent = slack.client.chat_postMessage(channel=channel, text="card")["ts"]
    metadata = {"event_type": "news", "event_payload": {"event_id": "01J"}}
    for text in ("one", "two"):
        slack.client.chat_postMessage(channel=channel, text=text, thread_ts=parent, metadata=metadata)
    slack.client.chat_postMessage(channel=channel, text="elsewhere")

    pages = slack.client.conversations_replies(channel=channel, ts=parent, limit=2, include_all_metadata=True)
    found = [message for page in pages for message in page["messages"]]

    assert [each["text"] for each in found] == ["card", "one", "two"]
    assert found[2]["metadata"] == metadata
    from_within = slack.client.conversations_replies(channel=channel, ts=found[1]["ts"])
    assert [each["text"] for each in from_within["messages"]] == ["card", "one", "two"]
    history = slack.client.conversations_history(channel=channel)["messages"]
    assert [each["text"] for each in history] == ["elsewhere", "card"]


def test_a_message_without_replies_is_a_thread_of_one(slack: Served) -> None:
    channel = opened_dm(slack)
    alone = slack.client.chat_postMessage(channel=channel, text="alone")["ts"]
    answer = slack.client.conversations_replies(channel=channel, ts=alone)
    assert ([each["ts"] for each in answer["messages"]], answer["has_more"]) == ([alone], False)


REFUSALS: dict[str, tuple[Callable[[WebClient], object], str]] = {
    "nobody": (lambda c: c.users_info(user="U0NOBODY"), "user_not_found"),
    "dm with nobody": (lambda c: c.conversations_open(users="U0NOBODY"), "user_not_found"),
    "dm with somebody who left": (lambda c: c.conversations_open(users=GONE.id), "user_disabled"),
    "dm with a robot": (lambda c: c.conversations_open(users=ROBOT.id), "cannot_dm_bot"),
    "dm with no one named": (lambda c: c.conversations_open(users=""), "users_list_not_supplied"),
    "group dm": (lambda c: c.conversations_open(users=[ADA.id, ANA.id]), "missing_scope"),
    "no such channel": (lambda c: c.chat_postMessage(channel="C0NOWHERE", text="x"), "channel_not_found"),
    "channel without the bot": (lambda c: c.chat_postMessage(channel="#general", text="x"), "not_in_channel"),
    "private channel without the bot": (
        lambda c: c.chat_postMessage(channel=SECRETS.id, text="x"), "channel_not_found",
    ),
    "message to a robot": (lambda c: c.chat_postMessage(channel=ROBOT.id, text="x"), "cannot_dm_bot"),
    "empty message": (lambda c: c.api_call("chat.postMessage", json={"channel": ANA.id}), "no_text"),
    "metadata without a type": (
        lambda c: c.chat_postMessage(channel=ANA.id, text="x", metadata={"event_payload": {}}),
        "invalid_metadata_schema",
    ),
    "markdown beside text": (
        lambda c: c.api_call("chat.postMessage", json={"channel": ANA.id, "text": "x", "markdown_text": "y"}),
        "markdown_text_conflict",
    ),
    "update of nothing": (lambda c: c.chat_update(channel="C0GENERAL", ts="1.000001", text="x"), "message_not_found"),
    "history of a channel": (lambda c: c.conversations_history(channel="C0GENERAL"), "missing_scope"),
    "history of nowhere": (lambda c: c.conversations_history(channel="D0NOWHERE"), "channel_not_found"),
    "thread of nothing": (lambda c: c.conversations_replies(channel=_dm(c), ts="1.000001"), "thread_not_found"),
    "thread of a channel": (lambda c: c.conversations_replies(channel="C0GENERAL", ts="1.1"), "missing_scope"),
    "thread of nowhere": (lambda c: c.conversations_replies(channel="D0NOWHERE", ts="1.1"), "channel_not_found"),
    "thread without a place": (lambda c: c.api_call("conversations.replies", params={}), "invalid_arguments"),
    "replies to nothing": (
        lambda c: c.conversations_replies(channel=c.conversations_open(users=ANA.id)["channel"]["id"], ts="1.0"),
        "thread_not_found",
    ),
    "unknown method": (lambda c: c.api_call("tasks.list"), "unknown_method"),
    "no view": (lambda c: c.api_call("views.open", json={"trigger_id": "1.2.3"}), "invalid_arguments"),
    "made-up trigger": (lambda c: c.views_open(trigger_id="1.2.3", view=MODAL), "invalid_trigger_id"),
    "home as a modal": (lambda c: c.views_open(trigger_id="1.2.3", view=HOME), "invalid_arguments"),
    "home of nobody": (lambda c: c.views_publish(user_id="U0NOBODY", view=HOME), "invalid_arguments"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_slack_refuses_by_its_documented_name(slack: Served, name: str) -> None:
    call, error = REFUSALS[name]
    assert refused(lambda: call(slack.client))["error"] == error


def test_somebody_elses_message_cannot_be_updated(slack: Served) -> None:
    slack.command("help", command="/nothing")
    theirs = slack.get("/_local/slack/messages?user=ana")["messages"][0]
    theirs_to_all = slack.workspace.message("C0GENERAL", theirs["ts"])
    assert theirs_to_all is not None
    theirs_to_all.visible_to = None
    answer = refused(lambda: slack.client.chat_update(channel="C0GENERAL", ts=theirs["ts"], text="mine"))
    assert answer["error"] == "cant_update_message"


def test_update_refuses_text_over_4000_characters(slack: Served) -> None:
    ts = slack.client.chat_postMessage(channel=ANA.id, text="x")["ts"]
    slack.client.chat_update(channel=opened_dm(slack), ts=ts, text="y" * 4000)
    answer = refused(lambda: slack.client.chat_update(channel=opened_dm(slack), ts=ts, text="y" * 4001))
    assert answer["error"] == "msg_too_long"


def test_an_oversized_message_text_is_cut_and_remarked(slack: Served) -> None:
    answer = slack.client.chat_postMessage(channel=ANA.id, text="y" * 40_001)
    assert len(answer["message"]["text"]) == 40_000
    assert slack.workspace.calls[-1].remarks == ["text cut to 40000 characters"]


def test_a_missing_scope_is_named_with_what_was_granted() -> None:
    with served(manifest=replace(MANIFEST, scopes=frozenset({"commands", "users:read"}))) as slack:
        answer = refused(lambda: slack.client.chat_postMessage(channel=ANA.id, text="x"))
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope", "chat:write", "commands,users:read",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"Authorization": "Bearer xoxb-wrong"}, "invalid_auth"),
        ({"Authorization": f"Bearer {BOT_TOKEN}"}, "token_revoked"),
        ({}, "not_authed"),
    ],
)
def test_a_bad_token_is_refused(slack: Served, headers: dict[str, str], error: str) -> None:
    slack.workspace.is_token_revoked = True
    answer = httpx.post(f"{slack.url}/slack/api/auth.test", headers=headers, trust_env=False)
    assert answer.json() == {"ok": False, "error": error}


def test_a_form_with_json_strings_is_as_good_as_a_json_body(slack: Served) -> None:
    form = {"token": BOT_TOKEN, "channel": ANA.id, "text": "x", "blocks": '[{"type": "divider"}]'}
    answer = httpx.post(f"{slack.url}/slack/api/chat.postMessage", data=form, trust_env=False).json()
    assert answer["message"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[1]", "json_not_object"),
        ("application/json", b'{"text": NaN}', "invalid_json"),
        ("text/plain", b"x", "invalid_post_type"),
        ("application/x-www-form-urlencoded", b"token=xoxb-of-a-test&channel=U0ANA&blocks=[", "invalid_blocks_format"),
    ],
)
def test_an_unreadable_body_is_refused(slack: Served, content_type: str, body: bytes, error: str) -> None:
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {BOT_TOKEN}"}
    answer = httpx.post(f"{slack.url}/slack/api/chat.postMessage", content=body, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_too_many_messages_a_second_are_429_with_the_seconds_to_wait() -> None:
    with served(message_burst=2) as slack:
        for _ in range(2):
            slack.client.chat_postMessage(channel=ANA.id, text="x")
        with pytest.raises(SlackApiError) as problem:
            slack.client.chat_postMessage(channel=ANA.id, text="x")
        slack.client.chat_postMessage(channel=ADA.id, text="another channel is free")
    assert problem.value.response.status_code == 429
    assert problem.value.response.headers["Retry-After"] == "1"
    assert refusal(problem.value)["error"] == "ratelimited"


def test_a_waited_second_allows_one_more_message() -> None:
    with served(message_burst=1) as slack:
        slack.client.chat_postMessage(channel=ANA.id, text="x")
        slack.post("/_local/slack/clock", {"forward_seconds": 1})
        assert slack.client.chat_postMessage(channel=ANA.id, text="x")["ok"] is True


def test_a_refused_block_is_pointed_at(slack: Served) -> None:
    too_long = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = refused(lambda: slack.client.chat_postMessage(channel=ANA.id, text="x", blocks=too_long))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["must be less than 151 characters [json-pointer:/blocks/0/text/text]"]
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_a_trigger_opens_one_modal(slack: Served) -> None:
    trigger = slack.workspace.triggers.issue(ANA.id, slack.workspace.now())
    view = slack.client.views_open(trigger_id=trigger, view=MODAL | {"callback_id": "new_task"})["view"]
    assert (view["callback_id"], view["state"], view["root_view_id"]) == ("new_task", {"values": {}}, view["id"])
    assert refused(lambda: slack.client.views_open(trigger_id=trigger, view=MODAL))["error"] == "exchanged_trigger_id"
    modals = slack.get("/_local/slack/views?user=ana")["modals"]
    assert [each["content"]["title"]["text"] for each in modals] == ["New task"]


def test_a_trigger_is_good_for_three_seconds(slack: Served) -> None:
    trigger = slack.workspace.triggers.issue(ANA.id, slack.workspace.now())
    slack.post("/_local/slack/clock", {"forward_seconds": 3.1})
    assert refused(lambda: slack.client.views_open(trigger_id=trigger, view=MODAL))["error"] == "expired_trigger_id"


def test_a_refused_view_does_not_spend_the_trigger(slack: Served) -> None:
    trigger = slack.workspace.triggers.issue(ANA.id, slack.workspace.now())
    long = MODAL | {"title": {"type": "plain_text", "text": "x" * 25}}
    answer = refused(lambda: slack.client.views_open(trigger_id=trigger, view=long))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert slack.client.views_open(trigger_id=trigger, view=MODAL)["ok"] is True


def test_app_home_is_published_once_a_person_and_guarded_by_its_hash(slack: Served) -> None:
    first = slack.client.views_publish(user_id=ANA.id, view=HOME)["view"]
    second = slack.client.views_publish(user_id=ANA.id, view=HOME, hash=first["hash"])["view"]
    assert first["id"] == second["id"]
    stale = refused(lambda: slack.client.views_publish(user_id=ANA.id, view=HOME, hash=first["hash"]))
    assert stale["error"] == "hash_conflict"
    assert slack.get("/_local/slack/views?user=ana")["home"]["id"] == first["id"]


def test_app_home_needs_its_tab_in_the_manifest() -> None:
    with served(manifest=replace(MANIFEST, home_tab_enabled=False)) as slack:
        assert refused(lambda: slack.client.views_publish(user_id=ANA.id, view=HOME))["error"] == "not_enabled"


def test_an_external_id_is_taken_by_one_view(slack: Served) -> None:
    named = MODAL | {"external_id": "the-one"}
    first, second = (slack.workspace.triggers.issue(ANA.id, slack.workspace.now()) for _ in range(2))
    slack.client.views_open(trigger_id=first, view=named)
    answer = refused(lambda: slack.client.views_open(trigger_id=second, view=named))
    assert answer["error"] == "duplicate_external_id"


def test_a_view_is_known_by_its_external_id_until_it_shows_one_without_it(slack: Served) -> None:
    named = MODAL | {"external_id": "the-one"}
    first, second = (slack.workspace.triggers.issue(ANA.id, slack.workspace.now()) for _ in range(2))
    view = slack.client.views_open(trigger_id=first, view=named)["view"]
    assert slack.client.views_update(external_id="the-one", view=named)["view"]["id"] == view["id"]
    both = refused(
        lambda: slack.client.api_call(
            "views.update", json={"external_id": "the-one", "view_id": view["id"], "view": MODAL}
        )
    )
    assert both["response_metadata"]["messages"] == ["[ERROR] Cannot provide both `view_id` and `external_id`"]

    assert slack.client.views_update(external_id="the-one", view=MODAL)["view"]["external_id"] == ""

    gone = refused(lambda: slack.client.views_update(external_id="the-one", view=named))
    assert gone["error"] == "not_found"
    assert slack.client.views_push(trigger_id=second, view=named)["ok"] is True


def test_a_closed_view_is_known_by_no_external_id(slack: Served) -> None:
    named = MODAL | {"external_id": "the-one"}
    slack.client.views_open(trigger_id=slack.workspace.triggers.issue(ANA.id, slack.workspace.now()), view=named)

    slack.post("/_local/slack/close", {"user": "ana"})

    assert refused(lambda: slack.client.views_update(external_id="the-one", view=named))["error"] == "not_found"


def test_a_home_keeps_its_own_external_id(slack: Served) -> None:
    named = HOME | {"external_id": "home-of-ana"}
    for _ in range(2):
        assert slack.client.views_publish(user_id=ANA.id, view=named)["ok"] is True
    answer = refused(lambda: slack.client.views_publish(user_id=ADA.id, view=named))
    assert answer["error"] == "duplicate_external_id"


def test_every_call_is_recorded(slack: Served) -> None:
    slack.client.api_call("chat.postMessage", json={"channel": ANA.id, "blocks": [{"type": "divider"}]})
    refused(lambda: slack.client.users_info(user="U0NOBODY"))
    posted, failed = slack.get("/_local/slack/calls")["calls"]
    assert (posted["method"], posted["ok"], posted["args"]["channel"]) == ("chat.postMessage", True, ANA.id)
    assert posted["remarks"] == ["no text beside the blocks: notifications and screen readers get none"]
    assert (failed["method"], failed["ok"], failed["error"]) == ("users.info", False, "user_not_found")


def test_the_record_of_a_call_holds_no_token(slack: Served) -> None:
    httpx.post(f"{slack.url}/slack/api/users.info", data={"token": BOT_TOKEN, "user": ANA.id}, trust_env=False)
    assert slack.get("/_local/slack/calls")["calls"][0]["args"] == {"user": ANA.id}
