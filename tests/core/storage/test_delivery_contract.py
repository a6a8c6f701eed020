"""What delivery keeps besides its records: every card of a task, Slack's wish to be left alone, how the app ended."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.ids import EventId, PersonId, TaskId
from core.notifications.model import Card, Lease
from core.notifications.ports import Ending, Pace, SlackInstallation
from core.storage import schema
from core.storage.dynamodb.deliveries import DynamoCardRepository
from core.storage.dynamodb.installation import DynamoInstallation
from core.storage.dynamodb.pace import DynamoPace
from core.storage.dynamodb.table import IS_NEW, Table
from core.storage.memory_deliveries import MemoryInstallation, MemoryPace
from tests.core.storage.conftest import TABLE, Kept
from tests.support.recorded import RecordedCalls
from tests.support.world import NOW, WORKSPACE, HeldClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EVENT = EventId("01J0000000000000000000000A")
LEASE = Lease(NOW, NOW + timedelta(seconds=60))
TASK = TaskId("T-1")


def posted(kept: Kept, task_id: TaskId, person: str, ts: str) -> tuple[PersonId, Card]:
    person_id, card = PersonId(person), Card("D1", ts, 1)
    kept.cards.claim(task_id, person_id, EVENT, LEASE)
    kept.cards.release(task_id, person_id, EVENT, card)
    return person_id, card


def test_a_tasks_cards_are_those_that_were_posted(kept: Kept) -> None:
    ada = posted(kept, TASK, "sub-ada", "1.1")
    ana = posted(kept, TASK, "sub-ana", "2.2")
    posted(kept, TaskId("T-11"), "sub-ada", "3.3")
    kept.cards.claim(TASK, PersonId("sub-ben"), EVENT, LEASE)

    assert list(kept.cards.all_of(TASK)) == [ada, ana]
    assert list(kept.cards.all_of(TaskId("T-9"))) == []


def test_a_card_keeps_the_words_that_were_told_on_it(kept: Kept) -> None:
    person_id, words = PersonId("sub-ada"), ({"type": "rich_text", "elements": [{"text": "Which colour?"}]},)
    kept.cards.claim(TASK, person_id, EVENT, LEASE)
    kept.cards.release(TASK, person_id, EVENT, Card("D1", "1.1", 1, words))

    expected = Card("D1", "1.1", 1, words)
    assert kept.cards.get(TASK, person_id) == expected
    assert list(kept.cards.all_of(TASK)) == [(person_id, expected)]
    assert kept.cards.claim(TASK, person_id, EVENT, LEASE).card == expected


def test_a_card_from_before_cards_kept_words_has_none(dynamodb: "DynamoDBClient") -> None:
    table, key = Table(dynamodb, TABLE), schema.Keys(WORKSPACE).card(TASK, PersonId("sub-ada"))
    table.put({**key, "channel": "D1", "ts": "1.1", "shown_version": 1}, IS_NEW)

    assert DynamoCardRepository(table, WORKSPACE).get(TASK, PersonId("sub-ada")) == Card("D1", "1.1", 1)


@pytest.mark.parametrize("kept", ["dynamodb"], indirect=True)
def test_a_tasks_cards_are_one_query(kept: Kept, calls: RecordedCalls) -> None:
    posted(kept, TASK, "sub-ada", "1.1")
    calls.calls.clear()

    kept.cards.all_of(TASK)

    assert calls.operations == ["Query"]


@pytest.fixture(params=["memory", "dynamodb"])
def pace(request: pytest.FixtureRequest) -> Pace:
    if request.param == "memory":
        return MemoryPace()
    return DynamoPace(Table(request.getfixturevalue("dynamodb"), TABLE), WORKSPACE)


def test_nobody_waits_before_slack_has_asked_for_it(pace: Pace) -> None:
    assert pace.held_until() is None


def test_of_two_wishes_the_longer_one_counts(pace: Pace) -> None:
    soon, late = NOW + timedelta(seconds=1), NOW + timedelta(seconds=30)

    pace.hold_until(soon)
    assert pace.held_until() == soon
    pace.hold_until(late)
    pace.hold_until(soon)

    assert pace.held_until() == late


@pytest.fixture(params=["memory", "dynamodb"])
def installation(request: pytest.FixtureRequest) -> SlackInstallation:
    if request.param == "memory":
        return MemoryInstallation(HeldClock())
    return DynamoInstallation(Table(request.getfixturevalue("dynamodb"), TABLE), WORKSPACE, "xoxb-old", HeldClock())


def test_an_ending_is_remembered_with_its_moment_and_whether_it_was_told(installation: SlackInstallation) -> None:
    assert installation.ending() is None
    installation.announced()
    assert installation.ending() is None

    installation.end()

    assert installation.ending() == Ending(NOW, is_announced=False)
    installation.announced()
    assert installation.ending() == Ending(NOW, is_announced=True)


def test_what_has_ended_does_not_end_again(installation: SlackInstallation) -> None:
    installation.end()
    installation.announced()

    installation.end()

    assert installation.ending() == Ending(NOW, is_announced=True)
    assert installation.has_ended()


def test_a_new_token_begins_anew_and_can_end_too(dynamodb: object) -> None:
    table, clock = Table(dynamodb, TABLE), HeldClock()  # type: ignore[arg-type]
    old = DynamoInstallation(table, WORKSPACE, "xoxb-old", clock)
    new = DynamoInstallation(table, WORKSPACE, "xoxb-new", clock)
    old.end()
    old.announced()
    assert new.ending() is None
    clock.forward(timedelta(days=1))

    new.end()

    assert new.ending() == Ending(NOW + timedelta(days=1), is_announced=False)
