"""What was done under a request's name: promised by every keeper."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.tasks.ports import Earlier, TaskWrite
from tests.core.storage.conftest import TABLE, Kept, kept_in_dynamodb
from tests.core.storage.test_contract import ADA, ANA, make_event, make_task, save
from tests.support.world import HeldClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(name="kept")
def _kept(kept: Kept) -> Kept:
    return with_people(kept)


def with_people(kept: Kept) -> Kept:
    kept.people.add(ADA)
    kept.people.add(ANA)
    return kept


def test_a_request_is_found_by_its_name_with_the_task_as_it_left_it(kept: Kept) -> None:
    task = make_task(1)
    kept.tasks.save(TaskWrite(None, task, (make_event(task),), "row-1", "digest"))
    save(kept, task.model_copy(update={"title": "Changed since", "version": 2}), before=task)

    assert kept.tasks.earlier("row-1") == Earlier(task, "digest")
    assert kept.tasks.earlier("row-2") is None


def test_a_request_without_a_digest_is_found_too(kept: Kept) -> None:
    save(kept, make_task(1), once="row-1")

    assert kept.tasks.earlier("row-1") == Earlier(make_task(1), None)


def test_a_request_that_failed_left_nothing(kept: Kept) -> None:
    task = make_task(1)
    save(kept, task)
    with pytest.raises(Exception, match="changed meanwhile"):
        kept.tasks.save(TaskWrite(None, task, (make_event(task),), "row-1", "digest"))

    assert kept.tasks.earlier("row-1") is None


def test_a_name_is_free_again_after_a_day(dynamodb: "DynamoDBClient") -> None:
    """DynamoDB deletes what has expired late, so the marker may still be there."""
    clock = HeldClock()
    kept = with_people(kept_in_dynamodb(dynamodb, TABLE, clock))
    save(kept, make_task(1), once="row-1")
    clock.forward(timedelta(days=1, seconds=1))

    assert kept.tasks.earlier("row-1") is None
    assert save(kept, make_task(2), once="row-1")
