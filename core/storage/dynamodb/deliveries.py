"""Delivery records and task cards in the table: both are claimed with a lease before anything is sent."""

from datetime import UTC, datetime, timedelta
from typing import Final

from boto3.dynamodb.conditions import Attr

from core.clock import Clock
from core.errors import DependencyError
from core.ids import EventId, PersonId, TaskId, WorkspaceId
from core.notifications.model import Card, Channel, Claim, DeliveryState, Lease
from core.storage import schema
from core.storage.dynamodb.table import EXISTS, IS_NEW, ConditionFailedError, Table, Update

_VERSION: Final = 1
_KEPT_FOR: Final = timedelta(days=30)
"""Longer than any queue or replay can bring an event back."""


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
            schema.EXPIRES_AT: int((lease.now + _KEPT_FOR).timestamp()),
        }
        try:
            self._table.put(record, IS_NEW | Attr("state").eq(DeliveryState.FAILED))
        except ConditionFailedError:
            return self._reclaim(key, lease)
        return Claim.SEND

    def _reclaim(self, key: dict[str, str], lease: Lease) -> Claim:
        record = self._table.get(key)
        if record is not None and record["state"] == DeliveryState.SENT:
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
        item = self._table.get(self._keys.card(task_id, person_id))
        if item is None or "ts" not in item:
            return None
        return Card(item["channel"], item["ts"], item["shown_version"])

    def claim(self, task_id: TaskId, person_id: PersonId, lease: Lease) -> Card | None:
        key = self._keys.card(task_id, person_id)
        item = {
            **key,
            "type": schema.CARD,
            "version": _VERSION,
            "task_id": task_id,
            "person_id": person_id,
            "leased_until": schema.instant(lease.until),
        }
        posting = Attr("ts").not_exists() & Attr("leased_until").lt(schema.instant(lease.now))
        try:
            self._table.put(item, IS_NEW | posting)
        except ConditionFailedError:
            card = self.get(task_id, person_id)
            if card is None:
                raise DependencyError("card", "somebody else is posting it", retryable=True) from None
            return card
        return None

    def release(self, task_id: TaskId, person_id: PersonId) -> None:
        past = schema.instant(datetime.min.replace(tzinfo=UTC))
        self._table.update(self._keys.card(task_id, person_id), Update(set={"leased_until": past}), EXISTS)

    def remember(self, task_id: TaskId, person_id: PersonId, card: Card) -> None:
        shown = Update(set={"channel": card.channel, "ts": card.ts, "shown_version": card.shown_version})
        older = Attr("shown_version").not_exists() | Attr("shown_version").lt(card.shown_version)
        try:
            self._table.update(self._keys.card(task_id, person_id), shown, EXISTS & older)
        except ConditionFailedError:
            return  # It shows something newer already.
