"""When App Homes were opened and published, in the table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from boto3.dynamodb.conditions import Attr

from core.ids import EventId, PersonId, WorkspaceId
from core.notifications.homes import APART, KEPT_FRESH_FOR, HomeRecord
from core.storage import schema
from core.storage.dynamodb.table import EXISTS, ConditionFailedError, Item, Partition, Table, Update
from core.tasks.model import Task

_VERSION: Final = 1
_ADMINS: Final = 100
"""So many homes are read in one request; the others are fresh when they are opened."""


class DynamoHomeRepository:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def get(self, person_id: PersonId) -> HomeRecord | None:
        item = self._table.get(self._keys.home(person_id))
        return _record(item) if item else None

    def of_admins(self) -> Mapping[PersonId, HomeRecord]:
        partition = Partition(self._keys.homes_of_admins(), schema.OWNERS_AND_DIRECTORY, ascending=False)
        rows, _ = self._table.page(partition, limit=_ADMINS)
        items = self._table.get_all([self._keys.home(row["person_id"]) for row in rows])
        return {item["person_id"]: _record(item) for item in items}

    def shown(
        self,
        person_id: PersonId,
        at: datetime,
        *,
        place: str | None = None,
        task: Task | None = None,
        of_admin: bool = False,
    ) -> None:
        now = schema.instant(at)
        found_by = {"gsi1pk": self._keys.homes_of_admins(), "gsi1sk": f"{now}#{person_id}"} if of_admin else {}
        self._table.put(
            {
                **self._keys.home(person_id),
                "type": schema.HOME,
                "version": _VERSION,
                "person_id": person_id,
                **found_by,
                "opened_at": now,
                "begun_at": now,
                "published_at": now,
                "place": place,
                **_laid_over(task),
                schema.EXPIRES_AT: int((at + KEPT_FRESH_FOR).timestamp()),
            }
        )

    def begin(self, person_id: PersonId, now: datetime) -> bool:
        is_due = Attr("begun_at").not_exists() | Attr("begun_at").lte(schema.instant(now - APART))
        try:
            begun = Update(set={"begun_at": schema.instant(now)})
            self._table.update(self._keys.home(person_id), begun, EXISTS & is_due)
        except ConditionFailedError:
            return False
        return True

    def promise(self, person_id: PersonId, by: EventId, until: datetime, now: datetime) -> bool:
        nobody_comes = Attr("awaited_at").not_exists() | Attr("awaited_at").lte(schema.instant(now))
        nobody_else = nobody_comes | Attr("awaited_by").eq(by)
        try:
            promised = Update(set={"awaited_at": schema.instant(until), "awaited_by": by})
            self._table.update(self._keys.home(person_id), promised, EXISTS & nobody_else)
        except ConditionFailedError:
            return False
        return True

    def published(self, person_id: PersonId, begun: datetime, task: Task | None = None) -> None:
        at = schema.instant(begun)
        is_newest = Attr("published_at").not_exists() | Attr("published_at").lt(at)
        try:
            update = Update(set={"published_at": at, **_laid_over(task)})
            self._table.update(self._keys.home(person_id), update, EXISTS & is_newest)
        except ConditionFailedError:
            return  # The person has been shown something newer meanwhile.


def _laid_over(task: Task | None) -> Item:
    return {"task_id": task.task_id, "task_version": task.version} if task else {}


def _record(item: Item) -> HomeRecord:
    begun, published = item.get("begun_at"), item.get("published_at")
    return HomeRecord(
        datetime.fromisoformat(item["opened_at"]),
        item.get("place"),
        datetime.fromisoformat(begun) if begun else None,
        datetime.fromisoformat(published) if published else None,
        item.get("task_id"),
        item.get("task_version", 0),
    )
