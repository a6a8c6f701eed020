"""The Slack adapter: what it sends, what it makes of every way to fail, and how it finds what it posted."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.messages.tasks import build_facts
from core.errors import DependencyError
from core.ids import EventId, SlackUserId, TaskId
from core.links.model import Posted
from core.slack import APP_ENDED, CARD_GONE, Gap, Message, SlackApi, after_posting
from tests.support.loopback import (
    Answer,
    Loopback,
    answer,
    break_off,
    dropping,
    hang_up,
    keep_silent,
    listening,
    nobody_there,
    reset,
)
from tests.support.news import make_task
from tests.support.slack_workspace import ANA, BOT_TOKEN, GONE, Served, served
from tests.support.world import NOW

EVENT = EventId("01J0000000000000000000000A")
OTHER = EventId("01J0000000000000000000000B")
UNTOLD = EventId("01J0000000000000000000000C")
POSTED = answer(200, {"ok": True, "channel": "D1", "ts": "1.1", "message": {}})
NEWS = Message(text="news", blocks=[{"type": "divider"}], event_ids=[EVENT])


def api(url: str) -> SlackApi:
    return SlackApi(BOT_TOKEN, f"{url}/api/", timeout_seconds=1)


def post_to(url: str) -> DependencyError:
    with pytest.raises(DependencyError) as failure:
        api(url).post("D1", NEWS)
    assert failure.value.dependency == "slack"
    return failure.value


def refusal(name: str, status: int = 200) -> Answer:
    return answer(status, {"ok": False, "error": name})


def sent(server: Loopback) -> dict[str, Any]:
    [request] = server.heard
    if request.headers["content-type"].startswith("application/json"):
        content: dict[str, Any] = json.loads(request.body)
        return content
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def test_a_message_carries_its_event_and_the_text_that_stands_for_it() -> None:
    with listening(POSTED) as server:
        assert api(server.url).post("D1", NEWS, thread_ts="0.9") == Posted(channel="D1", ts="1.1")

    assert server.heard[0].path == "/api/chat.postMessage"
    assert server.heard[0].headers["authorization"] == f"Bearer {BOT_TOKEN}"
    assert sent(server).items() >= {"channel": "D1", "text": "news", "thread_ts": "0.9", "unfurl_links": False}.items()
    assert sent(server)["metadata"]["event_payload"] == {"event_ids": EVENT}


def test_a_connection_that_is_refused_certainly_did_nothing() -> None:
    failure = post_to(nobody_there())

    assert (failure.retryable, failure.uncertain) == (True, False)


@pytest.mark.parametrize(
    ("silence", "reason"),
    [
        (hang_up, "RemoteDisconnected"),
        (reset, "ConnectionResetError"),
        (break_off, "IncompleteRead"),
        (keep_silent, "TimeoutError"),
    ],
)
def test_a_request_without_an_answer_may_have_been_carried_out_and_is_not_repeated(
    silence: Answer, reason: str
) -> None:
    with listening(silence) as server:
        failure = post_to(server.url)

    assert (failure.reason, failure.retryable, failure.uncertain) == (reason, True, True)
    assert len(server.heard) == 1


def test_a_request_that_was_cut_off_may_have_been_carried_out() -> None:
    with dropping() as url, pytest.raises(DependencyError) as failure:
        api(url).post("D1", Message(text="x" * 20_000_000, blocks=[], event_ids=[EVENT]))

    assert (failure.value.retryable, failure.value.uncertain) == (True, True)


@pytest.mark.parametrize(
    ("reply", "uncertain"),
    [
        (refusal("ratelimited", 429), False),
        (answer(429, "slow down", content_type="text/plain", Retry_After="30"), False),
        (refusal("service_unavailable"), False),
        (refusal("internal_error"), True),
        (refusal("fatal_error"), True),
        (refusal("internal_error", 500), True),
        (answer(502, "<html>Bad Gateway</html>", content_type="text/html"), True),
        (answer(503, ""), True),
        (answer(200, "<html>Please sign in</html>", content_type="text/html"), True),
        (answer(200, '{"ok": tr'), True),
        (refusal("missing_scope"), False),
        (refusal("token_expired"), False),
    ],
)
def test_what_slack_or_an_admin_can_mend_is_tried_again_and_never_at_once(reply: Answer, *, uncertain: bool) -> None:
    with listening(reply) as server:
        failure = post_to(server.url)

    assert (failure.retryable, failure.uncertain) == (True, uncertain)
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    "name", [*APP_ENDED, *CARD_GONE, "channel_not_found", "user_disabled", "invalid_blocks", "msg_too_long"]
)
def test_what_slack_refuses_for_good_is_not_tried_again(name: str) -> None:
    with listening(refusal(name)) as server:
        failure = post_to(server.url)

    assert (failure.reason, failure.retryable, failure.uncertain) == (name, False, False)


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (answer(429, {"ok": False, "error": "ratelimited"}, Retry_After="30"), 30),
        (answer(429, "slow down", content_type="text/plain", Retry_After="7"), 7),
        (refusal("ratelimited", 429), 1),
        (answer(429, "", Retry_After="tomorrow"), 1),
    ],
)
def test_how_long_slack_wants_to_be_left_alone_is_told(reply: Answer, seconds: int) -> None:
    with listening(reply) as server:
        failure = post_to(server.url)

    assert failure.retry_after == timedelta(seconds=seconds)


def test_other_refusals_ask_for_no_pause() -> None:
    with listening(refusal("internal_error", 500)) as server:
        assert post_to(server.url).retry_after is None


def test_messages_of_a_worker_keep_their_distance() -> None:
    now, slept = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    with listening(POSTED) as server:
        slack = SlackApi(
            BOT_TOKEN, f"{server.url}/api/", timeout_seconds=1, gap=Gap(0.4, monotonic=lambda: now[0], sleep=sleep)
        )
        slack.post("D1", NEWS)
        now[0] += 0.1
        slack.update("D1", "1.1", "text", [])
        now[0] += 5
        slack.post("D1", NEWS)

    assert slept == [0.3]


@pytest.mark.parametrize(
    "call",
    [
        lambda slack: slack.open_dm(SlackUserId("U1")),
        lambda slack: slack.update("D1", "1.1", "text", []),
        lambda slack: slack.find("D1", [EVENT]),
        lambda slack: slack.blocks_of("D1", "1.1"),
        lambda slack: slack.find("D1", [EVENT], thread_ts="1.1"),
        lambda slack: slack.profile(SlackUserId("U1")),
        lambda slack: slack.update_view("01J", {"type": "modal"}),
    ],
)
def test_every_call_tells_its_failure_the_same_way(call: Callable[[SlackApi], object]) -> None:
    with pytest.raises(DependencyError):
        call(api(nobody_there()))


def test_a_failure_names_neither_the_token_nor_the_message() -> None:
    with listening(answer(200, f"<p>{BOT_TOKEN} news</p>", content_type="text/html")) as server:
        failure = post_to(server.url)

    assert str(failure) == "slack: http_200"


@pytest.fixture(scope="module")
def workspace() -> Iterator[Served]:
    with served(message_burst=500) as running:
        yield running


@pytest.fixture
def slack(workspace: Served) -> SlackApi:
    workspace.workspace.reset()
    return SlackApi(BOT_TOKEN, f"{workspace.url}/slack/api/", timeout_seconds=5)


@pytest.fixture
def dm(slack: SlackApi) -> str:
    return slack.open_dm(SlackUserId(ANA.id))


def news(event_id: EventId) -> Message:
    return Message(text="news", blocks=[], event_ids=[event_id])


def test_a_message_is_found_by_its_event_in_the_dm(slack: SlackApi, dm: str) -> None:
    slack.client.chat_postMessage(channel=dm, text="without metadata")
    ts = slack.post(dm, news(EVENT)).ts
    slack.post(dm, news(OTHER))

    assert slack.find(dm, [EVENT]) == {EVENT: ts}


def test_a_message_that_tells_several_events_is_found_by_any_of_them(slack: SlackApi, dm: str) -> None:
    ts = slack.post(dm, Message(text="news", blocks=[], event_ids=[OTHER, EVENT])).ts

    assert slack.find(dm, [EVENT]) == {EVENT: ts}
    assert slack.find(dm, [EVENT, OTHER, UNTOLD]) == {EVENT: ts, OTHER: ts}


def test_events_are_found_in_the_messages_that_tell_them(slack: SlackApi, dm: str) -> None:
    first, second = slack.post(dm, news(EVENT)).ts, slack.post(dm, news(OTHER)).ts

    assert slack.find(dm, [EVENT, OTHER]) == {EVENT: first, OTHER: second}


def test_a_message_from_before_messages_told_several_events_is_found(slack: SlackApi, dm: str) -> None:
    old = {"event_type": "task_news", "event_payload": {"event_id": EVENT}}
    ts = slack.client.chat_postMessage(channel=dm, text="news", metadata=old)["ts"]

    assert slack.find(dm, [EVENT]) == {EVENT: ts}


def test_a_reply_is_found_in_its_thread_and_not_in_the_dm(slack: SlackApi, dm: str) -> None:
    card = slack.post(dm, news(OTHER)).ts
    reply = slack.post(dm, news(EVENT), thread_ts=card).ts

    assert slack.find(dm, [EVENT], thread_ts=card) == {EVENT: reply}
    assert slack.find(dm, [EVENT]) == {}


def test_the_newest_reply_is_found_in_a_thread_of_many_pages(slack: SlackApi, dm: str) -> None:
    card = slack.post(dm, news(OTHER)).ts
    for _ in range(210):
        slack.post(dm, news(OTHER), thread_ts=card)
    reply = slack.post(dm, news(EVENT), thread_ts=card).ts

    assert slack.find(dm, [EVENT], thread_ts=card) == {EVENT: reply}


def test_what_was_not_posted_is_not_found(slack: SlackApi, dm: str) -> None:
    card = slack.post(dm, news(OTHER)).ts

    assert slack.find(dm, [EVENT]) == {}
    assert slack.find(dm, [EVENT], thread_ts=card) == {}


def test_an_updated_message_is_still_found_by_the_event_that_posted_it(slack: SlackApi, dm: str) -> None:
    ts = slack.post(dm, news(EVENT)).ts

    slack.update(dm, ts, "new", [{"type": "divider"}])

    assert slack.find(dm, [EVENT]) == {EVENT: ts}


def test_somebody_who_left_gets_no_dm_for_good(slack: SlackApi) -> None:
    with pytest.raises(DependencyError) as failure:
        slack.open_dm(SlackUserId(GONE.id))

    assert (failure.value.reason, failure.value.retryable) == ("user_disabled", False)


def test_a_card_tells_which_task_it_shows(slack: SlackApi, dm: str) -> None:
    card = slack.post(dm, Message(text="news", blocks=[], event_ids=[EVENT], task_id=TaskId("T-42")))
    slack.update(dm, card.ts, "new", [{"type": "divider"}])
    reply = slack.post(dm, news(OTHER), thread_ts=card.ts)

    assert slack.task_of_card(dm, card.ts) == "T-42"
    assert slack.task_of_card(dm, reply.ts) is None


def test_a_card_from_before_cards_carried_their_task_is_read(slack: SlackApi, dm: str) -> None:
    task = make_task(task_id=TaskId("T-7"), title="*T-9*  and more")
    card = slack.client.chat_postMessage(channel=dm, text="news", blocks=build_facts(task, NOW))

    assert slack.task_of_card(dm, card["ts"]) == "T-7"


def test_what_is_no_card_shows_no_task(slack: SlackApi, workspace: Served, dm: str) -> None:
    plain = slack.post(dm, news(EVENT)).ts
    own = workspace.post("/_local/slack/say", {"user": "ana", "channel": dm, "text": "*T-9*  x"})["answer"]["ts"]

    assert slack.task_of_card(dm, plain) is None
    assert slack.task_of_card(dm, own) is None


def test_what_fails_after_a_message_is_looked_for_first_and_a_pause_is_kept() -> None:
    pause = timedelta(seconds=30)
    with pytest.raises(DependencyError) as failure, after_posting():
        raise DependencyError("slack", "ratelimited", retryable=True, retry_after=pause)

    assert (failure.value.retryable, failure.value.uncertain, failure.value.retry_after) == (True, True, pause)
