"""Delivery records and task cards in the table: both are claimed with a lease before anything is sent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from boto3.dynamodb.conditions import Attr

from core.clock import Clock
from core.errors import DependencyError
from core.ids import EventId, PersonId, TaskId, WorkspaceId
from core.notifications.model import Card, Channel, Claim, DeliveryState, HeldCard, Lease
from core.storage import schema
from core.storage.dynamodb.table import EXISTS, IS_NEW, ConditionFailedError, Item, Partition, Table, Update

_VERSION: Final = 1
_CARDS: Final = 100
"""More people than a task passes through."""
KEPT_FOR: Final = timedelta(days=30)
"""Longer than any queue can bring an event back; what is older is not replayed (`infra.operate`)."""


class DynamoDeliveryRepository:
    def __init__(self, table: Table, workspace: WorkspaceId, clock: Clock) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)
        self._clock = clock

    def claim(self, event_id: EventId, channel: Channel, person_id: PersonId, lease: Lease) -> Claim:
        key = self._keys.delivery(event_id, channel, person_id)
        record = {
            **key,
            "type": schema.DELIVERY,
            "version": _VERSION,
            "state": DeliveryState.SENDING,
            "leased_until": schema.instant(lease.until),
            schema.EXPIRES_AT: int((lease.now + KEPT_FOR).timestamp()),
        }
        try:
            self._table.put(record, IS_NEW | Attr("state").is_in([DeliveryState.FAILED, DeliveryState.SUPPRESSED]))
        except ConditionFailedError:
            return self._reclaim(key, lease)
        return Claim.SEND

    def _reclaim(self, key: dict[str, str], lease: Lease) -> Claim:
        record = self._table.get(key)
        if record is not None and DeliveryState(record["state"]).is_final:
            return Claim.DONE
        now = schema.instant(lease.now)
        unsettled = Attr("state").eq(DeliveryState.AMBIGUOUS) | (
            Attr("state").eq(DeliveryState.SENDING) & Attr("leased_until").lt(now)
        )
        renewed = Update(set={"state": DeliveryState.SENDING, "leased_until": schema.instant(lease.until)})
        try:
            self._table.update(key, renewed, unsettled)
        except ConditionFailedError:
            return Claim.BUSY
        return Claim.LOOK_FIRST

    def settle(self, event_id: EventId, channel: Channel, person_id: PersonId, state: DeliveryState) -> None:
        changed = Update(set={"state": state, "settled_at": schema.instant(self._clock())})
        self._table.update(self._keys.delivery(event_id, channel, person_id), changed, EXISTS)


class DynamoCardRepository:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def get(self, task_id: TaskId, person_id: PersonId) -> Card | None:
        return _card(self._table.get(self._keys.card(task_id, person_id)))

    def all_of(self, task_id: TaskId) -> Sequence[tuple[PersonId, Card]]:
        partition = Partition(self._keys.task(task_id)[schema.PARTITION_KEY], prefix=schema.CARD_PREFIX)
        items, _ = self._table.page(partition, limit=_CARDS)
        cards = [(PersonId(item["person_id"]), _card(item)) for item in items]
        return [(person_id, card) for person_id, card in cards if card is not None]

    def claim(self, task_id: TaskId, person_id: PersonId, event_id: EventId, lease: Lease) -> HeldCard:
        claimed = Update(
            set={"holder": event_id, "leased_until": schema.instant(lease.until)},
            default={"type": schema.CARD, "version": _VERSION, "task_id": task_id, "person_id": person_id},
            add={"unfinished": {event_id}},
        )
        run_out = Attr("leased_until").lt(schema.instant(lease.now))
        free = Attr("holder").not_exists() | Attr("holder").eq(event_id) | run_out
        try:
            before = self._table.update(self._keys.card(task_id, person_id), claimed, free, returning="before")
        except ConditionFailedError:
            raise DependencyError("card", "another event holds it", retryable=True) from None
        # Cards that were claimed before they kept who is unfinished name the last one only.
        earlier = set(before.get("unfinished", ())) | ({before["holder"]} if "holder" in before else set())
        return HeldCard(_card(before), frozenset(map(EventId, earlier)))

    def release(
        self,
        task_id: TaskId,
        person_id: PersonId,
        event_id: EventId,
        card: Card | None,
        unfinished: frozenset[EventId] = frozenset(),
    ) -> None:
        left: Item = {"unfinished": set(unfinished)} if unfinished else {}
        gone = ("holder", "leased_until") if unfinished else ("holder", "leased_until", "unfinished")
        released = Update(set=(_shown(card) if card else {}) | left, remove=gone)
        try:
            self._table.update(self._keys.card(task_id, person_id), released, Attr("holder").eq(event_id))
        except ConditionFailedError:
            return  # The lease had run out, and another event has it now.


def _card(item: Item | None) -> Card | None:
    if item is None or "ts" not in item:
        return None
    # Cards from before they kept people's words have none.
    return Card(item["channel"], item["ts"], item["shown_version"], tuple(item.get("words", ())))


def _shown(card: Card) -> Item:
    return {
        "channel": card.channel,
        "ts": card.ts,
        "shown_version": card.shown_version,
        "words": list(card.words),
    }
