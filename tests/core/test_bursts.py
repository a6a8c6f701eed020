"""News that can wait: what happens to a task within a minute reaches each person as one message, come what may."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from core.errors import DependencyError
from core.events import Change, Event, EventType
from core.ids import EventId, PersonId
from core.notifications.model import Channel, DeliveryState, Lease, Notification
from core.notifications.service import LEASE
from core.people.model import Person
from tests.support.delivery import WAIT, Kept
from tests.support.news import (
    ADA,
    ANA,
    BEN,
    assigned,
    commented,
    deadline_changed,
    deleted,
    happened,
    make_task,
    moved,
    status_changed,
    taken_from,
)
from tests.support.world import NOW

REFUSED_FOR_NOW = DependencyError("slack", "ratelimited", retryable=True)
REFUSED = DependencyError("slack", "channel_not_found", retryable=False)
NO_ANSWER = DependencyError("slack", "TimeoutError", retryable=True, uncertain=True)


class Channels:
    """A channel that keeps each message as the ids of the events that it told."""

    def __init__(self, channel: Channel = Channel.SLACK) -> None:
        self.channel = channel
        self.messages: list[tuple[PersonId, list[EventId]]] = []
        self.troubles: list[DependencyError] = []
        self.arrives_all_the_same = False

    def send(self, news: Sequence[Notification], person: Person) -> None:
        told = person.person_id, [each.event.event_id for each in news]
        if self.troubles:
            if self.arrives_all_the_same:
                self.messages.append(told)
            raise self.troubles.pop(0)
        self.messages.append(told)

    def arrived(self, news: Sequence[Notification], person: Person) -> frozenset[EventId]:
        told = {event_id for to, ids in self.messages if to == person.person_id for event_id in ids}
        return frozenset(each.event.event_id for each in news) & told


class Burst:
    """Delivery by one channel of what happens to a task, each event with a message of its own in the queue."""

    def __init__(self, channel: Channel = Channel.SLACK) -> None:
        self.kept = Kept()
        self.kept.add(ADA, ANA, BEN)
        self.clock, self.handover = self.kept.clock, self.kept.handover
        self.sender = Channels(channel)
        self.service = self.kept.service(self.sender)

    def happen(self, *events: Event) -> None:
        self.kept.happen(*events)

    def wait(self, seconds: float = 61) -> None:
        self.clock.forward(timedelta(seconds=seconds))

    def deliver(self, *events: Event) -> None:
        for event in events:
            self.service.deliver(event)

    def told(self, person: Person = ANA) -> list[list[EventId]]:
        return [ids for to, ids in self.sender.messages if to == person.person_id]

    def states(self, *events: Event, person: Person = ANA) -> list[DeliveryState | None]:
        keys = [(event.event_id, self.sender.channel, person.person_id) for event in events]
        return [self.kept.records.states.get(key) for key in keys]


@pytest.fixture
def burst() -> Burst:
    return Burst()


def ids(*events: Event) -> list[EventId]:
    return [event.event_id for event in events]


def five_changes() -> list[Event]:
    """What Ada does to Ana's task within half a minute."""
    task = make_task()
    steps: list[Any] = [commented, deadline_changed, commented, deadline_changed, commented]
    return [step(task, when=NOW + timedelta(seconds=6 * number)) for number, step in enumerate(steps)]


def test_news_that_can_wait_comes_again_a_minute_after_it_happened(burst: Burst) -> None:
    event = commented(make_task())
    burst.happen(event)

    assert burst.service.deliver(event) == NOW + WAIT
    assert burst.told() == []
    assert burst.states(event) == [None]
    burst.wait()

    assert burst.service.deliver(event) is None
    assert burst.told() == [ids(event)]


def test_an_assignment_never_waits(burst: Burst) -> None:
    event = assigned()

    assert burst.service.deliver(event) is None
    assert burst.told() == [ids(event)]


def test_of_a_reassignment_the_new_owner_hears_at_once_and_the_old_one_later(burst: Burst) -> None:
    event = taken_from(BEN, make_task())
    burst.happen(event)

    assert burst.service.deliver(event) == NOW + WAIT
    assert (burst.told(ANA), burst.told(BEN)) == ([ids(event)], [])
    burst.wait()
    burst.deliver(event)

    assert (burst.told(ANA), burst.told(BEN)) == ([ids(event)], [ids(event)])


@pytest.mark.parametrize("first", range(5))
def test_five_changes_are_one_message_oldest_first_whichever_comes_first(burst: Burst, first: int) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.wait(100)

    burst.deliver(events[first], *events)

    assert burst.told() == [ids(*events)]
    assert burst.states(*events) == [DeliveryState.SENT] * 5


def test_what_came_while_the_first_news_waited_is_told_with_it_and_not_again(burst: Burst) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.deliver(*events)
    burst.wait()

    burst.deliver(events[0])
    burst.wait()
    burst.deliver(*events[1:])

    assert burst.told() == [ids(*events)]


def test_what_was_told_earlier_is_not_told_with_later_news(burst: Burst) -> None:
    task = make_task()
    first, second = commented(task), commented(task, when=NOW + timedelta(seconds=62))
    burst.happen(first)
    burst.wait()
    burst.deliver(first)
    burst.happen(second)
    burst.wait(70)

    burst.deliver(second)

    assert burst.told() == [ids(first), ids(second)]


def test_what_is_long_past_is_not_dug_up(burst: Burst) -> None:
    task = make_task()
    old, new = commented(task, when=NOW - timedelta(days=40)), commented(task)
    burst.happen(old, new)
    burst.wait()

    burst.deliver(new)

    assert burst.told() == [ids(new)]


def test_another_task_and_another_person_have_a_message_of_their_own(burst: Burst) -> None:
    task, other = make_task(), make_task()
    events = [commented(task, by=BEN), commented(other), deadline_changed(task, by=BEN)]
    burst.happen(*events)
    burst.wait()

    burst.deliver(*events)

    assert burst.told(ANA) == [ids(events[0], events[2]), ids(events[1])]
    assert burst.told(ADA) == [ids(events[0])]


def test_nobody_is_told_of_what_they_did_themselves_within_a_burst(burst: Burst) -> None:
    task = make_task()
    events = [commented(task, by=ADA), commented(task, by=ANA), commented(task, by=ADA)]
    burst.happen(*events)
    burst.wait()

    burst.deliver(*events)

    assert burst.told(ANA) == [ids(events[0], events[2])]
    assert burst.told(ADA) == [ids(events[1])]


def test_an_event_that_the_history_does_not_show_yet_is_told_all_the_same(burst: Burst) -> None:
    event = commented(make_task())
    burst.wait()

    burst.deliver(event)

    assert burst.told() == [ids(event)]


@pytest.mark.parametrize(("trouble", "state"), [(REFUSED_FOR_NOW, "failed"), (NO_ANSWER, "ambiguous")])
def test_what_was_not_told_stays_one_message_with_what_came_since(
    burst: Burst, trouble: DependencyError, state: str
) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.wait(100)
    burst.sender.troubles = [trouble]

    with pytest.raises(DependencyError):
        burst.deliver(events[2])

    assert burst.states(*events) == [DeliveryState(state)] * 5
    later = commented(events[0].task or make_task(), when=burst.clock())
    burst.happen(later)
    burst.deliver(events[4], later)
    assert burst.told() == [ids(*events, later)]


def test_a_burst_that_arrived_without_an_answer_is_not_told_again(burst: Burst) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.wait(100)
    burst.sender.troubles, burst.sender.arrives_all_the_same = [NO_ANSWER], True
    with pytest.raises(DependencyError):
        burst.deliver(events[0])

    burst.deliver(*events)

    assert burst.told() == [ids(*events)]
    assert burst.states(*events) == [DeliveryState.SENT] * 5


def test_what_may_have_arrived_and_what_is_new_are_told_apart(burst: Burst) -> None:
    events = five_changes()
    burst.happen(*events[:3])
    burst.wait(100)
    burst.sender.troubles, burst.sender.arrives_all_the_same = [NO_ANSWER], True
    with pytest.raises(DependencyError):
        burst.deliver(events[0])
    burst.happen(*events[3:])

    burst.deliver(events[1], *events)

    assert burst.told() == [ids(*events[:3]), ids(*events[3:])]


def test_whoever_finds_somebody_else_at_the_same_burst_comes_again_and_keeps_nothing(burst: Burst) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.wait(100)
    now = burst.clock()
    burst.kept.records.claim(events[1].event_id, Channel.SLACK, ANA.person_id, Lease(now, now + LEASE))

    with pytest.raises(DependencyError) as busy:
        burst.deliver(events[3])

    assert busy.value.retryable
    assert burst.told() == []
    assert burst.states(*events) == [DeliveryState.FAILED, DeliveryState.SENDING, None, None, None]
    burst.clock.forward(LEASE * 1.1)
    burst.deliver(events[3])
    assert burst.told() == [ids(*events)]


def test_whoever_is_at_later_news_alone_keeps_nobody_from_telling_what_came_before(burst: Burst) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.wait(100)
    now = burst.clock()
    burst.kept.records.claim(events[4].event_id, Channel.SLACK, ANA.person_id, Lease(now, now + LEASE))

    burst.deliver(events[3])

    assert burst.told() == [ids(*events[:4])]


@pytest.mark.parametrize("round_", range(5))
def test_two_workers_that_gather_the_same_burst_at_once_send_it_once(burst: Burst, round_: int) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.wait(100)
    together = threading.Barrier(len(events))

    def work(event: Event) -> None:
        together.wait()
        with suppress(DependencyError):
            burst.deliver(event)

    with ThreadPoolExecutor(len(events)) as workers:
        list(workers.map(work, events[round_:] + events[:round_]))
    burst.deliver(*events)

    assert sorted(event_id for message in burst.told() for event_id in message) == sorted(ids(*events))
    assert burst.told() == [ids(*events)]


def test_whoever_was_given_the_task_again_is_not_told_afterwards_that_it_was_taken_away(burst: Burst) -> None:
    task = make_task()
    gone = taken_from(ANA, task.model_copy(update={"assigned_to": BEN.ref, "version": 2}))
    back = assigned(task.model_copy(update={"version": 3}))
    burst.happen(gone, back)
    burst.deliver(gone, back)
    burst.wait()

    burst.deliver(gone)

    assert burst.told(ANA) == [ids(back)]
    assert burst.states(gone) == [DeliveryState.OVERTAKEN]


def test_whoever_was_given_the_task_before_it_was_taken_away_is_told(burst: Burst) -> None:
    task = make_task()
    given, gone = assigned(task), taken_from(ANA, task.model_copy(update={"assigned_to": None, "version": 2}))
    burst.happen(given, gone)
    burst.deliver(given)
    burst.wait()

    burst.deliver(gone)

    assert burst.told() == [ids(given), ids(gone)]


def test_of_a_deletion_that_was_undone_only_the_return_is_told(burst: Burst) -> None:
    task = make_task()
    gone = deleted(task)
    back = happened(
        EventType.TASK_UPDATED, task.model_copy(update={"version": 3}), ADA, Change(field="deleted_at", before="then")
    )
    burst.happen(gone, back)
    burst.deliver(gone, back)
    burst.wait()
    burst.deliver(gone)

    assert burst.told() == [ids(back)]


def test_news_of_a_task_is_told_with_the_status_that_it_has_last(burst: Burst) -> None:
    task = make_task()
    events = [status_changed(moved(task), by=ADA), status_changed(moved(task, version=3), by=ADA)]
    burst.happen(*events)
    burst.wait()

    burst.deliver(*reversed(events))

    assert burst.told() == [ids(*events)]
