"""Held-back news in the table: for each person, channel and quarter of an hour one item that names the events.

The events themselves lie in the history already. An item is never deleted but by its expiry: that it was released is
written on it, so that whatever comes too late for it learns so.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Final

from boto3.dynamodb.conditions import Attr

from core.errors import ConflictError, DependencyError
from core.events import Event, EventType, Release
from core.ids import PersonId, WorkspaceId
from core.notifications.model import Channel
from core.storage import schema
from core.storage.dynamodb.people import activity_item
from core.storage.dynamodb.table import (
    IS_NEW,
    ConditionFailedError,
    Item,
    Partition,
    Table,
    TransactionCancelledError,
    Update,
)

_VERSION: Final = 1
_KEPT_FOR: Final = timedelta(days=30)
_PAGE: Final = 500
_READ_AT_ONCE: Final = 100
_WAITING: Final = Attr("released").not_exists()


class DynamoOutbox:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def hold(self, until: datetime, channel: Channel, person_id: PersonId, event: Event) -> bool:
        entry = self._entry(event)
        entries = {f"{entry[schema.PARTITION_KEY]}|{entry[schema.SORT_KEY]}"}
        try:
            self._keep(until, channel, person_id, {"entries": entries})
        except ConditionFailedError:
            return False
        return True

    def appoint(self, until: datetime, channel: str, person_id: PersonId) -> None:
        with suppress(ConditionFailedError):
            self._keep(until, channel, person_id, {})

    def _keep(self, until: datetime, channel: str, person_id: PersonId, added: Item) -> None:
        default = {
            "type": schema.HELD,
            "version": _VERSION,
            "person_id": person_id,
            "channel": channel,
            schema.EXPIRES_AT: int((until + _KEPT_FOR).timestamp()),
        }
        self._table.update(self._keys.held(until, channel, person_id), Update(add=added, default=default), _WAITING)

    def held(self, until: datetime, channel: Channel, person_id: PersonId) -> Sequence[Event]:
        item = self._table.get(self._keys.held(until, channel, person_id)) or {}
        keys = [
            dict(zip((schema.PARTITION_KEY, schema.SORT_KEY), each.split("|"), strict=True))
            for each in item.get("entries", ())
        ]
        batches = [keys[first : first + _READ_AT_ONCE] for first in range(0, len(keys), _READ_AT_ONCE)]
        return [Event.model_validate(entry) for batch in batches for entry in self._table.get_all(batch)]

    def waiting(self, until: datetime) -> Iterator[Release]:
        partition, start = Partition(self._keys.outbox(until)), None
        while True:
            items, start = self._table.page(partition, limit=_PAGE, start=start)
            for item in items:
                if "released" not in item:
                    yield Release(person_id=item["person_id"], channel=item["channel"], until=until)
            if start is None:
                return

    def release(self, release: Release, event: Event) -> None:
        key = self._keys.held(release.until, release.channel, release.person_id)
        done = Update(set={"released": schema.instant(event.occurred_at)})
        written = [activity_item(self._keys, release.person_id, event)]
        if event.team_week is not None:
            written.append(self._had(release.person_id, event.team_week.week, event.occurred_at))
        try:
            self._table.transact(
                [
                    {"Update": self._table.update_action(key, done, _WAITING & Attr("type").exists())},
                    *({"Put": self._table.put_action(item, IS_NEW)} for item in written),
                ]
            )
        except TransactionCancelledError as cancelled:
            if "ConditionalCheckFailed" in cancelled.codes:
                raise ConflictError("held-back news") from cancelled
            raise DependencyError("dynamodb", "TransactionConflict", retryable=True) from cancelled

    def swept_until(self) -> datetime | None:
        item = self._table.get(self._keys.swept())
        return datetime.fromisoformat(item["until"]).astimezone(UTC) if item else None

    def remember_swept(self, until: datetime) -> None:
        item: Item = {**self._keys.swept(), "type": schema.SWEPT, "version": _VERSION, "until": schema.instant(until)}
        self._table.put(item)

    def _had(self, person_id: PersonId, week: date | None, now: datetime) -> Item:
        """That a person has had the digest of a week."""
        expiry = int((now + _KEPT_FOR).timestamp())
        key = self._keys.once(f"weekly:{person_id}:{week}")
        return {**key, "type": schema.ONCE, "version": _VERSION, schema.EXPIRES_AT: expiry}

    def _entry(self, event: Event) -> Item:
        """Where the history has an event."""
        if event.task is not None:
            return self._keys.activity(event.task.task_id, event.event_id)
        if event.detail_type is EventType.TASKS_CHANGED and event.job is not None:
            return self._keys.job_activity(event.job.job_id, event.event_id)
        about = event.link or event.reminder or event.suppression or event.release
        person_id = about.person_id if about else None
        return self._keys.person_activity(person_id or event.actor.person_id, event.event_id)
