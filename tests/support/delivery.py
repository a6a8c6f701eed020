"""Delivery in memory: the real service and repositories, with a channel of a test's own."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from core.clock import fresh_event_id
from core.events import Event
from core.ids import EventId, PersonId
from core.notifications.held_news import HeldNewsService
from core.notifications.ports import DeliveryRepository, Sender
from core.notifications.service import DeliveryService
from core.notifications.weekly import WeeklyDigests
from core.people.model import Person
from core.storage.memory import MemoryPersonRepository, MemoryPreferenceRepository, MemoryTaskRepository
from core.storage.memory_deliveries import MemoryDeliveryRepository
from core.storage.memory_outbox import MemoryOutbox
from core.storage.memory_reminders import MemoryReminderRepository
from tests.support.world import WORKSPACE, HeldClock

WAIT = timedelta(seconds=60)


class HandedOver:
    """Keeps what the other channel is to tell instead."""

    def __init__(self) -> None:
        self.given: list[tuple[Event, PersonId]] = []
        self.together: list[Collection[EventId]] = []
        self.announced: list[Event] = []

    def give(self, event: Event, person_id: PersonId, together: Collection[EventId] = ()) -> None:
        self.given.append((event, person_id))
        self.together.append(together)

    def announce(self, event: Event) -> None:
        self.announced.append(event)


@dataclass
class Kept:
    """What the services of all channels share."""

    people: MemoryPersonRepository = field(default_factory=MemoryPersonRepository)
    records: MemoryDeliveryRepository = field(default_factory=MemoryDeliveryRepository)
    clock: HeldClock = field(default_factory=HeldClock)
    handover: HandedOver = field(default_factory=HandedOver)
    preferences: MemoryPreferenceRepository = field(default_factory=MemoryPreferenceRepository)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    tasks: MemoryTaskRepository = field(init=False)

    def __post_init__(self) -> None:
        self.tasks = MemoryTaskRepository(self.people)

    def held_news(self) -> HeldNewsService:
        """The sweep of the outbox."""
        reminders = MemoryReminderRepository(self.people, self.preferences)
        weekly = WeeklyDigests(self.outbox, reminders, self.tasks, self.people)
        return HeldNewsService(self.outbox, weekly, WORKSPACE, fresh_event_id)

    def add(self, *people: Person) -> None:
        for person in people:
            self.people.add(person)

    def service(
        self, sender: Sender, *, wait: timedelta = WAIT, records: DeliveryRepository | None = None
    ) -> DeliveryService:
        return DeliveryService(
            records or self.records,
            self.people,
            self.tasks,
            sender,
            self.handover,
            self.preferences,
            self.outbox,
            self.clock,
            wait=wait,
        )

    def happen(self, *events: Event) -> None:
        """Write events into the histories of their tasks."""
        for event in events:
            assert event.task is not None
            self.tasks.keep(event.task.task_id, event)
