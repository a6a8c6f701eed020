"""The same repositories over memory and over DynamoDB: one contract, two keepers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest
from moto import mock_aws

from core.events import Event
from core.notifications.held_news import OutboxSweep
from core.notifications.homes import HomeRepository
from core.notifications.ports import CardRepository, DeliveryRepository, Outbox, TaskHistory
from core.notifications.preferences import Appointments, PreferenceRepository
from core.notifications.reminders import ReminderRepository
from core.once import OnceRepository
from core.people.ports import PersonRepository
from core.storage.dynamodb.deliveries import DynamoCardRepository, DynamoDeliveryRepository
from core.storage.dynamodb.homes import DynamoHomeRepository
from core.storage.dynamodb.once import DynamoOnceRepository
from core.storage.dynamodb.outbox import DynamoOutbox
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.preferences import DynamoPreferenceRepository
from core.storage.dynamodb.reminders import DynamoReminderRepository
from core.storage.dynamodb.settings import DynamoSettingsRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.dynamodb.words import DynamoWordIndex
from core.storage.memory import MemoryPersonRepository, MemoryPreferenceRepository, MemoryTaskRepository
from core.storage.memory_deliveries import MemoryCardRepository, MemoryDeliveryRepository
from core.storage.memory_homes import MemoryHomeRepository
from core.storage.memory_once import MemoryOnceRepository
from core.storage.memory_outbox import MemoryOutbox
from core.storage.memory_reminders import MemoryReminderRepository
from core.storage.memory_team import MemorySettingsRepository
from core.tasks.ports import TaskRepository
from core.workspace.ports import SettingsRepository
from core.workspace.settings import WorkspaceSettings
from tests.support.aws_session import session
from tests.support.recorded import RecordedCalls
from tests.support.table import FillingTable, create_table
from tests.support.world import WORKSPACE, HeldClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "task-bot"


class Outboxes(Outbox, OutboxSweep, Appointments, Protocol):
    """All that an outbox is used for."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One keeper's repositories."""

    clock: HeldClock
    tasks: TaskRepository
    people: PersonRepository
    deliveries: DeliveryRepository
    cards: CardRepository
    history: TaskHistory
    preferences: PreferenceRepository
    settings: SettingsRepository
    homes: HomeRepository
    once: OnceRepository
    reminders: ReminderRepository
    outbox: Outboxes
    filler: TaskRepository
    """The same tasks, for putting in many."""
    keep_words: Callable[[Sequence[Event]], None]
    """What the relay does with each event besides publishing it."""


def kept_in_memory(clock: HeldClock) -> Kept:
    people, settings = MemoryPersonRepository(), MemorySettingsRepository(WorkspaceSettings())
    preferences = MemoryPreferenceRepository(settings.get)
    tasks = MemoryTaskRepository(people)
    return Kept(
        clock=clock,
        tasks=tasks,
        people=people,
        deliveries=MemoryDeliveryRepository(),
        cards=MemoryCardRepository(),
        history=tasks,
        preferences=preferences,
        settings=settings,
        reminders=MemoryReminderRepository(people, preferences),
        outbox=MemoryOutbox(),
        homes=MemoryHomeRepository(),
        once=MemoryOnceRepository(clock),
        filler=tasks,
        keep_words=lambda _: None,
    )


def kept_in_dynamodb(client: "DynamoDBClient", name: str, clock: HeldClock) -> Kept:
    table = Table(client, name)
    tasks = DynamoTaskRepository(table, WORKSPACE, clock)
    return Kept(
        clock=clock,
        tasks=tasks,
        people=DynamoPersonRepository(table, WORKSPACE),
        deliveries=DynamoDeliveryRepository(table, WORKSPACE, clock),
        cards=DynamoCardRepository(table, WORKSPACE),
        history=tasks,
        preferences=DynamoPreferenceRepository(table, WORKSPACE),
        settings=DynamoSettingsRepository(table, WORKSPACE, WorkspaceSettings()),
        reminders=DynamoReminderRepository(table, WORKSPACE),
        outbox=DynamoOutbox(table, WORKSPACE),
        homes=DynamoHomeRepository(table, WORKSPACE),
        once=DynamoOnceRepository(table, WORKSPACE, clock),
        filler=DynamoTaskRepository(FillingTable(client, name), WORKSPACE, clock),
        keep_words=DynamoWordIndex(table, WORKSPACE).keep_up,
    )


@pytest.fixture
def calls() -> RecordedCalls:
    """Every call that the repositories of this test send to DynamoDB."""
    return RecordedCalls()


@pytest.fixture
def dynamodb(calls: RecordedCalls) -> Iterator["DynamoDBClient"]:
    """A table in moto. Whatever a test does with it, nothing scans."""
    with mock_aws():
        client = session().client("dynamodb")
        create_table(client, TABLE)
        calls.listen_to(client)
        yield client
        assert "Scan" not in calls.operations


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        return kept_in_memory(HeldClock())
    return kept_in_dynamodb(request.getfixturevalue("dynamodb"), TABLE, HeldClock())
