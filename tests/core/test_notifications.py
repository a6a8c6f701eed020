"""Everybody concerned is told once through each channel, whatever goes wrong on the way."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from core.errors import DependencyError, InvalidInputError
from core.events import Event
from core.ids import EventId, PersonId
from core.notifications.model import Channel, DeliveryState, Lease, Notification
from core.notifications.service import LEASE
from core.people.model import Person
from tests.support.delivery import Kept
from tests.support.news import (
    ADA,
    ANA,
    BEN,
    assigned,
    make_task,
    moved,
    status_changed,
)


class PlayedSender:
    """Keeps what it sent; fails and remembers what arrived as it is told to."""

    def __init__(self, channel: Channel = Channel.SLACK) -> None:
        self.channel = channel
        self.sent: list[tuple[EventId, PersonId]] = []
        self.looked: list[PersonId] = []
        self.reached: set[PersonId] = set()
        self.troubles: dict[PersonId, list[DependencyError]] = {}
        self.looking: DependencyError | None = None

    def send(self, news: Sequence[Notification], person: Person) -> None:
        if troubles := self.troubles.get(person.person_id):
            raise troubles.pop(0)
        self.sent += [(each.event.event_id, person.person_id) for each in news]

    def arrived(self, news: Sequence[Notification], person: Person) -> frozenset[EventId]:
        self.looked.append(person.person_id)
        if self.looking is not None:
            raise self.looking
        reached = person.person_id in self.reached
        return frozenset(each.event.event_id for each in news if reached)

    @property
    def told(self) -> list[PersonId]:
        return [person for _, person in self.sent]


REFUSED_FOR_NOW = DependencyError("slack", "ratelimited", retryable=True)
NO_ANSWER = DependencyError("slack", "TimeoutError", retryable=True, uncertain=True)
REFUSED = DependencyError("slack", "channel_not_found", retryable=False)


class Delivery:
    """A delivery service in memory with one played channel."""

    def __init__(self, sender: PlayedSender | None = None) -> None:
        self.kept = Kept()
        self.kept.add(ADA, ANA, BEN)
        self.clock, self.records, self.people = self.kept.clock, self.kept.records, self.kept.people
        self.sender = sender or PlayedSender()
        self.service = self.kept.service(self.sender, wait=timedelta(0))

    def deliver(self, event: Event) -> None:
        assert self.service.deliver(event) is None

    def fails(self, event: Event) -> DependencyError:
        with pytest.raises(DependencyError) as failure:
            self.deliver(event)
        return failure.value

    def state(self, event: Event, person: Person = ANA) -> DeliveryState | None:
        return self.records.states.get((event.event_id, self.sender.channel, person.person_id))


@pytest.fixture
def delivery() -> Delivery:
    return Delivery()


def test_an_event_reaches_a_person_once_however_often_it_comes(delivery: Delivery) -> None:
    event = assigned()

    for _ in range(3):
        delivery.deliver(event)

    assert delivery.sender.sent == [(event.event_id, ANA.person_id)]
    assert delivery.state(event) is DeliveryState.SENT


def test_each_event_person_and_channel_counts_by_itself(delivery: Delivery) -> None:
    first, second = assigned(), status_changed(make_task(), by=BEN)
    mail = PlayedSender(Channel.EMAIL)
    by_mail = delivery.kept.service(mail, wait=timedelta(0))

    for event in (first, second):
        delivery.deliver(event)
        by_mail.deliver(event)

    assert delivery.sender.sent == [
        (first.event_id, ANA.person_id),
        (second.event_id, ADA.person_id),
        (second.event_id, ANA.person_id),
    ]
    assert mail.sent == [(first.event_id, ANA.person_id)]


def test_what_certainly_failed_is_sent_when_the_event_comes_again(delivery: Delivery) -> None:
    event = assigned()
    delivery.sender.troubles[ANA.person_id] = [REFUSED_FOR_NOW]

    assert delivery.fails(event).retryable
    assert delivery.state(event) is DeliveryState.FAILED
    delivery.deliver(event)

    assert delivery.sender.told == [ANA.person_id]
    assert delivery.sender.looked == []


def test_what_may_have_arrived_is_looked_for_and_found_is_not_sent_again(delivery: Delivery) -> None:
    event = assigned()
    delivery.sender.troubles[ANA.person_id] = [NO_ANSWER]
    delivery.fails(event)
    assert delivery.state(event) is DeliveryState.AMBIGUOUS
    delivery.sender.reached.add(ANA.person_id)

    delivery.deliver(event)

    assert delivery.sender.told == []
    assert delivery.state(event) is DeliveryState.SENT


def test_what_may_have_arrived_and_is_not_found_is_sent(delivery: Delivery) -> None:
    event = assigned()
    delivery.sender.troubles[ANA.person_id] = [NO_ANSWER]
    delivery.fails(event)

    delivery.deliver(event)

    assert delivery.sender.looked == [ANA.person_id]
    assert delivery.sender.told == [ANA.person_id]
    assert delivery.state(event) is DeliveryState.SENT


def test_while_nobody_can_look_nothing_is_sent(delivery: Delivery) -> None:
    event = assigned()
    delivery.sender.troubles[ANA.person_id] = [NO_ANSWER]
    delivery.fails(event)
    delivery.sender.looking = REFUSED_FOR_NOW

    assert delivery.fails(event) is REFUSED_FOR_NOW
    assert delivery.state(event) is DeliveryState.AMBIGUOUS
    delivery.sender.looking = None
    delivery.sender.reached.add(ANA.person_id)
    delivery.deliver(event)

    assert delivery.sender.told == []


def test_where_nobody_can_ever_look_it_is_sent_rather_than_asked_for_ever(delivery: Delivery) -> None:
    event = assigned()
    delivery.sender.troubles[ANA.person_id] = [NO_ANSWER]
    delivery.fails(event)
    delivery.sender.looking = DependencyError("slack", "thread_not_found", retryable=False)

    delivery.deliver(event)

    assert delivery.sender.told == [ANA.person_id]


def test_a_refusal_for_good_is_recorded_and_the_event_does_not_come_again(delivery: Delivery) -> None:
    event = assigned()
    delivery.sender.troubles[ANA.person_id] = [REFUSED]

    delivery.deliver(event)

    assert delivery.sender.told == []
    assert delivery.state(event) is DeliveryState.FAILED


@pytest.mark.parametrize("trouble", [REFUSED, REFUSED_FOR_NOW, NO_ANSWER])
def test_one_persons_trouble_keeps_nobody_else_from_being_told(delivery: Delivery, trouble: DependencyError) -> None:
    event = status_changed(make_task(), by=BEN)
    delivery.sender.troubles[ADA.person_id] = [trouble]

    if trouble.retryable:
        delivery.fails(event)
    else:
        delivery.deliver(event)

    assert delivery.sender.told == [ANA.person_id]


@pytest.mark.parametrize(("waiting", "silent"), [(ADA, ANA), (ANA, ADA)])
def test_of_several_troubles_the_pause_that_was_asked_for_is_raised(
    delivery: Delivery, waiting: Person, silent: Person
) -> None:
    pause = DependencyError("slack", "ratelimited", retryable=True, retry_after=timedelta(seconds=30))
    delivery.sender.troubles = {silent.person_id: [NO_ANSWER], waiting.person_id: [pause]}
    event = status_changed(make_task(), by=BEN)

    assert delivery.fails(event) is pause


def test_only_who_was_not_told_is_told_when_the_event_comes_again(delivery: Delivery) -> None:
    event = status_changed(make_task(), by=BEN)
    delivery.sender.troubles[ADA.person_id] = [REFUSED_FOR_NOW]
    delivery.fails(event)

    delivery.deliver(event)

    assert delivery.sender.told == [ANA.person_id, ADA.person_id]


def test_what_somebody_else_is_sending_comes_again_and_is_looked_for_once_they_are_dead(delivery: Delivery) -> None:
    event, now = assigned(), delivery.clock()
    delivery.records.claim(event.event_id, Channel.SLACK, ANA.person_id, Lease(now, now + LEASE))

    assert delivery.fails(event).retryable
    assert delivery.sender.told == []
    delivery.clock.forward(LEASE * 1.1)
    delivery.deliver(event)

    assert delivery.sender.looked == [ANA.person_id]
    assert delivery.sender.told == [ANA.person_id]


def test_a_disabled_person_is_told_nothing(delivery: Delivery) -> None:
    dan = ANA.model_copy(update={"person_id": PersonId("sub-dan"), "slack_user_id": None, "enabled": False})
    delivery.people.add(dan)
    event = assigned(make_task(assigned_to=dan.ref))

    delivery.deliver(event)

    assert delivery.sender.told == []
    assert delivery.state(event, dan) is None


def test_somebody_whom_the_directory_does_not_know_any_more_is_passed_over(delivery: Delivery) -> None:
    gone = ANA.ref.model_copy(update={"person_id": PersonId("sub-gone")})

    delivery.deliver(status_changed(make_task(assigned_to=gone), by=BEN))

    assert delivery.sender.told == [ADA.person_id]


def test_the_log_says_how_each_delivery_ended_without_what_was_said(
    delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    event = assigned(make_task(title="A secret plan"))

    with caplog.at_level("INFO"):
        delivery.deliver(event)

    [line] = caplog.records
    assert line.message == "delivery sent"
    assert line.__dict__.items() >= {
        "event_id": event.event_id, "channel": "slack", "person_id": ANA.person_id, "kind": "assigned", "Lag": 0,
    }.items()  # fmt: skip
    assert "secret" not in str(line.__dict__)


OLDEST = {
    "version": 1,
    "event_id": "01J0000000000000000000000A",
    "occurred_at": "2026-11-18T09:30:00Z",
    "workspace": "T0TEAM",
    "actor": {"person_id": "sub-ada", "name": "Ada Lind", "entry": "slack"},
    "task": {
        "task_id": "T-1", "version": 1, "title": "Fix login",
        "created_by": {"person_id": "sub-ada", "name": "Ada Lind"}, "created_at": "2026-11-18T09:30:00Z",
        "updated_at": "2026-11-18T09:30:00Z", "assigned_to": {"person_id": "sub-ana", "name": "Ana Silva"},
    },
}  # fmt: skip
"""An event with nothing in it but what the first version could not do without."""


def on_the_bus(detail: dict[str, Any], detail_type: str = "TaskAssigned") -> dict[str, Any]:
    return {"version": "0", "source": "app.taskmgmt", "detail-type": detail_type, "detail": detail}


def test_an_event_comes_off_the_bus_as_it_went_on() -> None:
    event = assigned(moved(make_task(description="words", labels=("web",))))

    assert Event.from_bus(on_the_bus(event.detail, event.detail_type)) == event


def test_an_event_without_anything_optional_is_read(delivery: Delivery) -> None:
    delivery.deliver(Event.from_bus(on_the_bus(OLDEST)))

    assert delivery.sender.told == [ANA.person_id]


def test_a_newer_event_with_fields_that_nobody_knows_yet_is_read(delivery: Delivery) -> None:
    newer = {
        **OLDEST,
        "version": 7,
        "model": "x",
        "unheard": {"of": 1},
        "task": {**OLDEST["task"], "colour": "red"},  # type: ignore[dict-item]
    }

    delivery.deliver(Event.from_bus(on_the_bus(newer)))

    assert delivery.sender.told == [ANA.person_id]


def test_what_is_no_event_is_refused_without_repeating_what_it_says() -> None:
    broken = {**OLDEST, "task": {"title": {"secret": "plan"}}}

    with pytest.raises(InvalidInputError) as refusal:
        Event.from_bus(on_the_bus(broken))

    assert "task.title" in str(refusal.value)
    assert "plan" not in str(refusal.value)
