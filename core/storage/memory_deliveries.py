"""Who was told what, in memory: deliveries, cards, whether Slack lets the app in, and its pace."""

import threading
from collections.abc import Sequence
from datetime import datetime

from core.clock import Clock, system_clock
from core.errors import DependencyError
from core.ids import EventId, PersonId, TaskId
from core.notifications.model import Card, Channel, Claim, DeliveryState, HeldCard, Lease
from core.notifications.ports import Ending


class MemoryDeliveryRepository:
    def __init__(self) -> None:
        self.states: dict[tuple[EventId, Channel, PersonId], DeliveryState] = {}
        self._leases: dict[tuple[EventId, Channel, PersonId], Lease] = {}
        self._lock = threading.Lock()

    def claim(self, event_id: EventId, channel: Channel, person_id: PersonId, lease: Lease) -> Claim:
        key = (event_id, channel, person_id)
        with self._lock:
            state = self.states.get(key)
            if state is not None and state.is_final:
                return Claim.DONE
            if state is DeliveryState.SENDING and self._leases[key].until >= lease.now:
                return Claim.BUSY
            self.states[key] = DeliveryState.SENDING
            self._leases[key] = lease
        return Claim.SEND if state in {None, DeliveryState.FAILED, DeliveryState.SUPPRESSED} else Claim.LOOK_FIRST

    def settle(self, event_id: EventId, channel: Channel, person_id: PersonId, state: DeliveryState) -> None:
        self.states[event_id, channel, person_id] = state


class MemoryCardRepository:
    def __init__(self) -> None:
        self._cards: dict[tuple[TaskId, PersonId], Card] = {}
        self._held: dict[tuple[TaskId, PersonId], tuple[EventId, Lease]] = {}
        self._unfinished: dict[tuple[TaskId, PersonId], frozenset[EventId]] = {}
        self._lock = threading.Lock()

    def get(self, task_id: TaskId, person_id: PersonId) -> Card | None:
        return self._cards.get((task_id, person_id))

    def all_of(self, task_id: TaskId) -> Sequence[tuple[PersonId, Card]]:
        return [(person_id, card) for (of_task, person_id), card in sorted(self._cards.items()) if of_task == task_id]

    def claim(self, task_id: TaskId, person_id: PersonId, event_id: EventId, lease: Lease) -> HeldCard:
        key = (task_id, person_id)
        with self._lock:
            holder, held = self._held.get(key, (None, None))
            if held is not None and holder != event_id and held.until >= lease.now:
                raise DependencyError("card", "another event holds it", retryable=True)
            self._held[key] = event_id, lease
            earlier = self._unfinished.get(key, frozenset())
            self._unfinished[key] = earlier | {event_id}
        return HeldCard(self._cards.get(key), earlier)

    def release(
        self,
        task_id: TaskId,
        person_id: PersonId,
        event_id: EventId,
        card: Card | None,
        unfinished: frozenset[EventId] = frozenset(),
    ) -> None:
        key = (task_id, person_id)
        with self._lock:
            if self._held.get(key, (None, None))[0] != event_id:
                return
            del self._held[key]
            self._unfinished[key] = unfinished
            if card is not None:
                self._cards[key] = card


class MemoryInstallation:
    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._ending: Ending | None = None

    def end(self) -> None:
        self._ending = self._ending or Ending(self._clock(), is_announced=False)

    def ending(self) -> Ending | None:
        return self._ending

    def announced(self) -> None:
        if self._ending is not None:
            self._ending = self._ending._replace(is_announced=True)

    def has_ended(self) -> bool:
        return self._ending is not None


class MemoryPace:
    def __init__(self) -> None:
        self._until: datetime | None = None

    def hold_until(self, when: datetime) -> None:
        self._until = max(when, self._until or when)

    def held_until(self) -> datetime | None:
        return self._until
