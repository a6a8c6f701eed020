"""Messages of a queue: each stands for itself, and only what failed comes again."""

import json
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from core.errors import DependencyError
from core.events import Event
from core.notifications.pace import PacedWork
from core.sqs import INSTEAD, TOGETHER, Redelivery, seconds_before
from core.storage.memory_deliveries import MemoryPace
from handlers._queue import Handle, each_event
from infra.constructs.events import MAX_RECEIVE_COUNT
from tests.support.news import assigned, make_task
from tests.support.sqs import sqs_message
from tests.support.world import NOW, HeldClock


class PutOff(Redelivery):
    """Keeps which messages were put off, and for the how-manieth time."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, int]] = []
        self.until: list[tuple[str, datetime]] = []

    def put_off(self, receipt_handle: str, received: int) -> None:
        self.messages.append((receipt_handle, received))

    def put_off_until(self, receipt_handle: str, when: datetime, received: int) -> None:  # noqa: ARG002
        self.until.append((receipt_handle, when))


def keeping(handled: list[Event]) -> Handle:
    """Keep what is handled."""
    return lambda event, *_: handled.append(event)


def message(number: int, event: Event) -> dict[str, Any]:
    envelope = {"version": "0", "source": "app.taskmgmt", "detail-type": event.detail_type, "detail": event.detail}
    return raw(number, json.dumps(envelope))


def raw(number: int, body: str) -> dict[str, Any]:
    return sqs_message(body, message_id=f"message-{number}", received=number + 1)


def comes_again(*numbers: int) -> dict[str, Any]:
    """What Lambda reads: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    return {"batchItemFailures": [{"itemIdentifier": f"message-{number}"} for number in numbers]}


def test_every_message_is_handled_and_none_comes_again() -> None:
    events, handled = [assigned() for _ in range(3)], list[Event]()

    answer = each_event({"Records": [message(*each) for each in enumerate(events)]}, keeping(handled), PutOff())

    assert answer == comes_again()
    assert handled == events


@pytest.mark.parametrize(
    "trouble",
    [
        DependencyError("slack", "ratelimited", retryable=True),
        RuntimeError("a mistake of ours"),
        KeyError("a mistake of ours"),
    ],
)
def test_only_the_message_in_trouble_comes_again(trouble: Exception) -> None:
    events, handled, put_off = [assigned() for _ in range(3)], list[Event](), PutOff()

    def handle(event: Event, *_: object) -> None:
        if event == events[1]:
            raise trouble
        handled.append(event)

    answer = each_event({"Records": [message(*each) for each in enumerate(events)]}, handle, put_off)

    assert answer == comes_again(1)
    assert handled == [events[0], events[2]]
    assert put_off.messages == [("handle of message-1", 2)]


def test_a_message_that_is_not_due_comes_again_when_it_is_and_nothing_is_wrong(
    caplog: pytest.LogCaptureFixture,
) -> None:
    put_off, due = PutOff(), NOW + timedelta(seconds=60)

    answer = each_event({"Records": [message(0, assigned())]}, lambda *_: due, put_off)

    assert answer == comes_again(0)
    assert put_off.until == [("handle of message-0", due)]
    assert put_off.messages == []
    assert caplog.records == []


def test_a_message_that_was_handed_over_names_for_whom() -> None:
    event, told = assigned(), list[object]()
    body = json.dumps({**event.envelope, INSTEAD: ["sub-ana"], TOGETHER: ["one", "other"]})
    before_there_were_bursts = json.dumps({**event.envelope, INSTEAD: ["sub-ana"]})

    batch = {"Records": [raw(0, body), message(1, event), raw(2, before_there_were_bursts)]}

    each_event(batch, lambda _event, *handed: told.append(handed), PutOff())

    assert told == [({"sub-ana"}, {"one", "other"}), (set(), set()), ({"sub-ana"}, set())]


def test_a_message_rests_longer_each_time_up_to_a_quarter_of_an_hour() -> None:
    assert [seconds_before(attempt) for attempt in (1, 2, 3, 8, 9, 50)] == [5, 10, 20, 640, 900, 900]


class Queue:
    """A queue of one message, whose clock goes on to when the message may be received again."""

    def __init__(self, clock: HeldClock) -> None:
        self._clock = clock

    def change_message_visibility(self, **asked: Any) -> None:
        self._clock.forward(timedelta(seconds=asked["VisibilityTimeout"]))


@pytest.mark.parametrize("seconds", [1, 30, 60])
def test_six_hours_of_pauses_leave_a_message_attempts_enough(seconds: int) -> None:
    clock, pace = HeldClock(), MemoryPace()
    redelivery, event, received = Redelivery(cast("Any", Queue(clock)), "queue", clock), assigned(), 0
    over = clock() + timedelta(hours=6)

    def tell() -> None:
        if clock() < over:
            pause = timedelta(seconds=seconds)
            raise DependencyError("slack", "ratelimited", retryable=True, retry_after=pause)

    def tell_at_a_pace(*_: object) -> datetime | None:
        return PacedWork(pace, clock, lambda left: clock.forward(timedelta(seconds=left))).do(tell)

    again = True
    while again:
        received += 1
        batch = {"Records": [sqs_message(json.dumps(event.envelope), received=received)]}
        again = each_event(batch, tell_at_a_pace, redelivery) != comes_again()

    assert received < MAX_RECEIVE_COUNT


def test_a_message_that_was_received_a_few_times_comes_again_when_it_is_due() -> None:
    clock = HeldClock()
    redelivery = Redelivery(cast("Any", Queue(clock)), "queue", clock)

    redelivery.put_off_until("handle", NOW + timedelta(seconds=3), 9)

    assert clock() == NOW + timedelta(seconds=3)


@pytest.mark.parametrize(
    "body",
    ["", "no JSON", "[]", "null", "{}", '{"detail-type": "TaskAssigned"}', '{"detail-type": "x", "detail": {}}',
     '{"detail-type": "TaskAssigned", "detail": []}'],
)  # fmt: skip
def test_a_message_that_is_no_event_keeps_nobody_else_waiting(body: str) -> None:
    event, handled = assigned(), list[Event]()

    answer = each_event({"Records": [raw(0, body), message(1, event)]}, keeping(handled), PutOff())

    assert answer == comes_again(0)
    assert handled == [event]


def test_the_log_names_the_message_and_why_but_not_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    secret = assigned(make_task(title="A secret plan"))
    broken = message(7, secret)
    broken["body"] = broken["body"].replace('"version": 1', '"version": "secret"')

    each_event({"Records": [broken]}, lambda *_: None, PutOff())

    [line] = caplog.records
    assert line.__dict__["message_id"] == "message-7"
    assert "task.version: int_parsing" in caplog.text
    assert "secret" not in caplog.text
