"""What keepers of suppressed addresses promise, in memory and in DynamoDB."""

from typing import TYPE_CHECKING

import pytest

from core.clock import fresh_event_id
from core.errors import ConflictError
from core.events import Event
from core.storage import schema
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.suppressions import DynamoSuppressionRepository
from core.storage.dynamodb.table import Partition, Table
from core.storage.memory import MemorySuppressionRepository
from core.suppression.model import Suppression
from core.suppression.ports import SuppressionRepository
from tests.core.storage.conftest import TABLE
from tests.support.mails import suppressed
from tests.support.recorded import RecordedCalls
from tests.support.world import NOW, WORKSPACE, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BEN = make_person("Ben Okoro")
NEWS = suppressed(BEN)
SUPPRESSION, EVENT = NEWS.suppression, NEWS.event
NOBODYS = SUPPRESSION.model_copy(update={"person_id": None, "person_name": None, "address": "nobody@example.com"})


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> SuppressionRepository:
    if request.param == "memory":
        return MemorySuppressionRepository()
    return DynamoSuppressionRepository(Table(request.getfixturevalue("dynamodb"), TABLE), WORKSPACE)


@pytest.mark.parametrize("suppression", [SUPPRESSION, NOBODYS])
def test_a_suppression_comes_back_as_it_was_kept(kept: SuppressionRepository, suppression: Suppression) -> None:
    kept.add(suppression, None)

    assert kept.get(suppression.address) == suppression
    assert kept.get(suppression.address.upper()) == suppression
    assert kept.get("another@example.com") is None


def test_an_address_is_suppressed_once(kept: SuppressionRepository) -> None:
    kept.add(SUPPRESSION, EVENT)
    later = SUPPRESSION.model_copy(update={"suppression_id": fresh_event_id(NOW), "address": "BEN@example.com"})

    with pytest.raises(ConflictError):
        kept.add(later, None)
    assert kept.get(BEN.email) == SUPPRESSION


def test_what_is_lifted_can_be_suppressed_again(kept: SuppressionRepository) -> None:
    kept.add(SUPPRESSION, EVENT)
    kept.remove(SUPPRESSION, None)

    assert kept.get(BEN.email) is None
    kept.add(SUPPRESSION, None)
    assert kept.get(BEN.email) == SUPPRESSION


def test_only_the_one_that_is_named_is_lifted(kept: SuppressionRepository) -> None:
    kept.add(SUPPRESSION, EVENT)

    with pytest.raises(ConflictError):
        kept.remove(SUPPRESSION.model_copy(update={"suppression_id": fresh_event_id(NOW)}), None)
    with pytest.raises(ConflictError):
        kept.remove(NOBODYS, None)
    assert kept.get(BEN.email) == SUPPRESSION


def history(table: Table) -> list[Event]:
    partition = schema.Keys(WORKSPACE).person(BEN.person_id)[schema.PARTITION_KEY]
    items, _ = table.page(Partition(partition, prefix=schema.ACTIVITY_PREFIX), limit=10)
    assert {item["type"] for item in items} <= {schema.ACTIVITY}
    return [Event.model_validate(item) for item in items]


def test_it_and_its_event_are_one_transaction(dynamodb: "DynamoDBClient", calls: RecordedCalls) -> None:
    table = Table(dynamodb, TABLE)
    DynamoPersonRepository(table, WORKSPACE).add(BEN)
    keeper = DynamoSuppressionRepository(table, WORKSPACE)
    calls.calls.clear()

    keeper.add(SUPPRESSION, EVENT)
    with pytest.raises(ConflictError):
        keeper.add(SUPPRESSION, EVENT.model_copy(update={"event_id": fresh_event_id(NOW)}))

    assert calls.operations == ["TransactWriteItems"] * 2
    assert history(table) == [EVENT]


def test_the_address_is_in_no_key(dynamodb: "DynamoDBClient", calls: RecordedCalls) -> None:
    table = Table(dynamodb, TABLE)
    DynamoSuppressionRepository(table, WORKSPACE).add(SUPPRESSION, None)

    [action] = calls.calls[-1][1]["TransactItems"]
    item = action["Put"]["Item"]
    assert "@" not in str([item["pk"], item["sk"]])
    assert item["type"] == {"S": schema.SUPPRESSED}
