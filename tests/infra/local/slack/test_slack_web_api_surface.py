"""The whole surface of the Web API with the official client: people, conversations and messages beside posting."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from infra.local.slack.model import Message, Person
from infra.local.slack.web_api.dispatch import METHODS
from tests.support.slack_workspace import (
    ADA,
    ANA,
    BOT_TOKEN,
    GONE,
    MANIFEST,
    ROBOT,
    SECRETS,
    Served,
    refusal,
    served,
)

EVERYTHING = replace(
    MANIFEST,
    home_tab_enabled=True,
    scopes=MANIFEST.scopes | {"channels:read", "groups:read", "im:read", "channels:history", "team:read"},
)
DIVIDER = [{"type": "divider"}]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "New task"}, "blocks": DIVIDER}


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    with served(manifest=EVERYTHING) as each:
        each.workspace.conversations["C0GENERAL"].members.append("U0TASKBOT")
        yield each


@pytest.fixture
def slack(running: Served) -> Served:
    running.workspace.reset()
    return running


def dm(client: WebClient) -> str:
    return str(client.conversations_open(users=ANA.id)["channel"]["id"])


def posted(client: WebClient, **more: Any) -> dict[str, Any]:
    answer = client.chat_postMessage(channel=dm(client), text="x", **more)
    return {"channel": answer["channel"], "ts": answer["ts"]}


def link_to(client: WebClient) -> object:
    message = posted(client)
    return client.chat_getPermalink(channel=message["channel"], message_ts=message["ts"])


def trigger(slack: Served) -> str:
    return slack.workspace.triggers.issue(ANA.id, slack.workspace.now())


def opened(slack: Served) -> Any:
    return slack.client.views_open(trigger_id=trigger(slack), view=MODAL)["view"]


def published(slack: Served) -> object:
    return slack.client.views_publish(user_id=ANA.id, view={"type": "home", "blocks": DIVIDER})


def pushed(slack: Served) -> object:
    opened(slack)
    return slack.client.views_push(trigger_id=trigger(slack), view=MODAL)


CALLS: dict[str, Callable[[Served], object]] = {
    "auth.test": lambda s: s.client.auth_test(),
    "chat.delete": lambda s: s.client.chat_delete(**posted(s.client)),
    "chat.getPermalink": lambda s: link_to(s.client),
    "chat.postEphemeral": lambda s: s.client.chat_postEphemeral(channel="C0GENERAL", user=ANA.id, text="x"),
    "chat.postMessage": lambda s: s.client.chat_postMessage(channel=ANA.id, text="x"),
    "chat.update": lambda s: s.client.chat_update(**posted(s.client), text="y"),
    "conversations.history": lambda s: s.client.conversations_history(channel=dm(s.client)),
    "conversations.info": lambda s: s.client.conversations_info(channel="C0GENERAL"),
    "conversations.open": lambda s: s.client.conversations_open(users=ANA.id),
    "conversations.replies": lambda s: s.client.conversations_replies(**posted(s.client)),
    "team.info": lambda s: s.client.team_info(),
    "users.info": lambda s: s.client.users_info(user=ANA.id),
    "users.list": lambda s: s.client.users_list(),
    "users.lookupByEmail": lambda s: s.client.users_lookupByEmail(email=ANA.email),
    "views.open": opened,
    "views.publish": published,
    "views.push": pushed,
    "views.update": lambda s: s.client.views_update(view_id=opened(s)["id"], view=MODAL),
}


def test_every_method_is_in_the_list() -> None:
    assert set(CALLS) == set(METHODS)


@pytest.mark.parametrize("name", CALLS)
def test_the_official_client_calls_it(slack: Served, name: str) -> None:
    CALLS[name](slack)
    last = slack.workspace.calls[-1]
    assert (last.method, last.ok) == (name, True)


@pytest.mark.parametrize("name", sorted(name for name, method in METHODS.items() if method.scopes))
def test_each_method_needs_its_scope(name: str) -> None:
    granted = MANIFEST.scopes - set(METHODS[name].scopes)
    with served(manifest=replace(MANIFEST, scopes=granted)) as slack, pytest.raises(SlackApiError) as problem:
        slack.client.api_call(name)
    answer = refusal(problem.value)
    assert (answer["error"], answer["needed"]) == ("missing_scope", ",".join(METHODS[name].scopes))
    assert answer["provided"] == ",".join(sorted(granted))


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as problem:
        call()
    return str(refusal(problem.value)["error"])


REFUSALS: dict[str, tuple[Callable[[WebClient], object], str]] = {
    "address of nobody": (lambda c: c.users_lookupByEmail(email="nobody@example.com"), "users_not_found"),
    "address of somebody who left": (lambda c: c.users_lookupByEmail(email=GONE.email), "users_not_found"),
    "no address": (lambda c: c.api_call("users.lookupByEmail", params={}), "invalid_arguments"),
    "cursor of nothing": (lambda c: c.users_list(cursor="bm9uZQ=="), "invalid_cursor"),
    "cursor that is no base64": (lambda c: c.users_list(cursor="?"), "invalid_cursor"),
    "limit of nothing": (lambda c: c.conversations_history(channel=dm(c), limit=0), "invalid_limit"),
    "limit over 1000": (lambda c: c.users_list(limit=1001), "invalid_limit"),
    "limit in words": (lambda c: c.api_call("users.list", params={"limit": "ten"}), "invalid_limit"),
    "no such channel": (lambda c: c.conversations_info(channel="C0NOWHERE"), "channel_not_found"),
    "private channel without the bot": (lambda c: c.conversations_info(channel=SECRETS.id), "channel_not_found"),
    "to one who is not there": (
        lambda c: c.chat_postEphemeral(channel=dm(c), user=ADA.id, text="x"), "user_not_in_channel",
    ),
    "to nobody": (lambda c: c.chat_postEphemeral(channel="C0GENERAL", user="U0X", text="x"), "user_not_in_channel"),
    "of nothing": (
        lambda c: c.api_call("chat.postEphemeral", json={"channel": "C0GENERAL", "user": ANA.id}), "no_text",
    ),
    "wrong blocks": (
        lambda c: c.chat_postEphemeral(channel="C0GENERAL", user=ANA.id, text="x", blocks=[{"type": "alert"}]),
        "invalid_blocks",
    ),
    "delete nothing": (lambda c: c.chat_delete(channel=dm(c), ts="1.000001"), "message_not_found"),
    "delete nowhere": (lambda c: c.chat_delete(channel="C0NOWHERE", ts="1.000001"), "channel_not_found"),
    "link to nothing": (lambda c: c.chat_getPermalink(channel=dm(c), message_ts="1.0"), "message_not_found"),
    "link into a private channel": (
        lambda c: c.chat_getPermalink(channel=SECRETS.id, message_ts="1.0"), "channel_not_found",
    ),
    "another team": (lambda c: c.team_info(team="T0OTHER"), "team_not_found"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_slack_refuses_by_its_documented_name(slack: Served, name: str) -> None:
    call, error = REFUSALS[name]
    assert refused(lambda: call(slack.client)) == error


def test_everybody_is_listed_in_pages(slack: Served) -> None:
    pages = [page["members"] for page in slack.client.users_list(limit=2)]
    assert [len(page) for page in pages] == [2, 2, 1]
    listed = {each["id"]: each for page in pages for each in page}
    assert set(listed) == {"U0TASKBOT", ADA.id, ANA.id, GONE.id, ROBOT.id}
    assert (listed[GONE.id]["deleted"], listed[ROBOT.id]["is_bot"]) == (True, True)


def test_a_limit_of_zero_lists_everybody(slack: Served) -> None:
    """https://docs.slack.dev/reference/methods/users.list"""
    assert len(slack.client.users_list(limit=0)["members"]) == 5


def test_people_of_other_workspaces_are_not_listed() -> None:
    with served() as slack:
        slack.workspace.add_person(
            Person("U0FAR", "far", "Far Away", "far@example.org", team_id="T0FAR", is_stranger=True)
        )
        assert "U0FAR" not in {each["id"] for each in slack.client.users_list()["members"]}
        user = slack.client.users_info(user="U0FAR")["user"]
    assert (user["team_id"], user["is_stranger"]) == ("T0FAR", True)


def test_a_person_is_found_by_address_whatever_its_case(slack: Served) -> None:
    assert slack.client.users_lookupByEmail(email="ANA@Example.com")["user"]["id"] == ANA.id


def test_a_conversation_tells_who_is_there(slack: Served) -> None:
    channel = slack.client.conversations_info(channel="C0GENERAL", include_num_members=True)["channel"]
    assert (channel["name"], channel["is_member"], channel["is_private"]) == ("general", True, False)
    assert channel["num_members"] == 5
    direct = slack.client.conversations_info(channel=dm(slack.client))["channel"]
    assert (direct["is_im"], direct["user"], direct["is_user_deleted"]) == (True, ANA.id, False)
    assert "num_members" not in direct


def test_each_kind_of_conversation_needs_its_scope() -> None:
    with served(manifest=replace(EVERYTHING, scopes=EVERYTHING.scopes - {"im:read"})) as slack:
        channel = dm(slack.client)
        assert refused(lambda: slack.client.conversations_info(channel=channel)) == "missing_scope"
        assert slack.client.conversations_info(channel="C0GENERAL")["ok"]


def test_an_ephemeral_message_is_seen_by_one_and_is_in_no_history(slack: Served) -> None:
    client = slack.client
    ts = client.chat_postEphemeral(channel="C0GENERAL", user=ANA.id, text="psst")["message_ts"]
    seen = {who: slack.get(f"/_local/slack/messages?user={who}")["messages"] for who in ("ana", "ada")}
    assert [each["text"] for each in seen["ana"]] == ["psst"]
    assert seen["ada"] == client.conversations_history(channel="C0GENERAL")["messages"] == []
    assert refused(lambda: client.chat_update(channel="C0GENERAL", ts=ts, text="y")) == "message_not_found"
    assert refused(lambda: client.chat_delete(channel="C0GENERAL", ts=ts)) == "message_not_found"


def test_ephemeral_messages_count_for_the_rate_limit() -> None:
    with served(manifest=EVERYTHING, message_burst=1) as slack:
        slack.workspace.conversations["C0GENERAL"].members.append("U0TASKBOT")
        slack.client.chat_postEphemeral(channel="C0GENERAL", user=ANA.id, text="x")
        error = refused(lambda: slack.client.chat_postEphemeral(channel="C0GENERAL", user=ANA.id, text="x"))
    assert error == "ratelimited"


def test_a_deleted_message_is_gone(slack: Served) -> None:
    message = posted(slack.client)
    assert slack.client.chat_delete(**message)["ts"] == message["ts"]
    assert slack.client.conversations_history(channel=message["channel"])["messages"] == []
    assert refused(lambda: slack.client.chat_delete(**message)) == "message_not_found"


def test_somebody_elses_message_cannot_be_deleted(slack: Served) -> None:
    theirs = slack.workspace.post(Message("C0GENERAL", slack.workspace.tick(), ADA.id, "mine"))
    assert refused(lambda: slack.client.chat_delete(channel="C0GENERAL", ts=theirs.ts)) == "cant_delete_message"


def test_a_permalink_leads_to_the_message_here(slack: Served) -> None:
    parent = posted(slack.client)
    reply = posted(slack.client, thread_ts=parent["ts"])
    link, link_in_thread = (
        slack.client.chat_getPermalink(channel=each["channel"], message_ts=each["ts"])["permalink"]
        for each in (parent, reply)
    )
    channel = parent["channel"]
    assert link == f"{slack.url}/archives/{channel}/p{parent['ts'].replace('.', '')}"
    assert link_in_thread.endswith(f"?thread_ts={parent['ts']}&cid={channel}")
    assert httpx.get(link, trust_env=False).headers["location"] == f"/#/place/{channel}"
    thread = httpx.get(link_in_thread, trust_env=False).headers["location"]
    assert thread == f"/#/place/{channel}/thread/{parent['ts']}"


def test_the_team_tells_its_name(slack: Served) -> None:
    team = slack.client.team_info()["team"]
    assert (team["id"], team["domain"]) == ("T0TEST", "task-bot-demo")


@pytest.mark.parametrize(
    ("method", "body", "error"),
    [
        ("users.info", {"user": ANA.id}, "user_not_found"),
        ("users.lookupByEmail", {"email": ANA.email}, "invalid_arguments"),
        ("conversations.history", {"channel": "C0GENERAL"}, "channel_not_found"),
    ],
)
def test_a_method_that_takes_no_json_does_not_look_into_it(
    slack: Served, method: str, body: dict[str, str], error: str
) -> None:
    """https://docs.slack.dev/apis/web-api/#methods_supporting_json"""
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    url = f"{slack.url}/slack/api/{method}"
    as_json = httpx.post(url, json=body, headers=headers, trust_env=False).json()
    as_form = httpx.post(url, data=body, headers=headers, trust_env=False).json()
    assert (as_json["ok"], as_json["error"], as_form["ok"]) == (False, error, True)


def test_a_token_beside_json_belongs_into_the_header(slack: Served) -> None:
    """https://docs.slack.dev/apis/web-api/#posting_json"""
    answer = httpx.post(f"{slack.url}/slack/api/auth.test", json={"token": BOT_TOKEN}, trust_env=False).json()
    assert answer == {"ok": False, "error": "not_authed"}
