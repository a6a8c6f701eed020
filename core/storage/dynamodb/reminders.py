"""Reminders in the table: one item a person says on which of their days they had the last, and what they snoozed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from boto3.dynamodb.conditions import Attr

from core.errors import ConflictError, DependencyError
from core.events import Event, Reminder
from core.ids import PersonId, TaskId, WorkspaceId
from core.notifications.reminders import WAKES_FOR, Remindable
from core.storage import schema
from core.storage.dynamodb.people import activity_item, read_person
from core.storage.dynamodb.preferences import read_preferences
from core.storage.dynamodb.table import IS_NEW, Item, Partition, Table, TransactionCancelledError, Update

_VERSION = 1
_PAGE = 500
_SNOOZED = "snoozed "
"""Before a task's id: an attribute of its own each, so that two snoozes at once both stay."""


class DynamoReminderRepository:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def remindable(self, person_ids: Sequence[PersonId]) -> Sequence[Remindable]:
        wanted = [
            key(person_id)
            for person_id in person_ids
            for key in (self._keys.person, self._keys.preferences, self._keys.reminded)
        ]
        found: dict[PersonId, dict[str, Item]] = {}
        settings: Item | None = None
        for item in self._table.get_all([self._keys.settings(), *wanted]):
            if item["type"] == schema.SETTINGS:
                settings = item
            else:
                found.setdefault(item["person_id"], {})[item["type"]] = item
        return [_remindable(found[each], settings) for each in person_ids if schema.PERSON in found.get(each, {})]

    def remind(self, event: Event, reminder: Reminder) -> None:
        said = self._update(reminder.person_id, {"day": reminder.day.isoformat()})
        not_yet = Attr("day").not_exists() | Attr("day").lt(reminder.day.isoformat())
        key = self._keys.reminded(reminder.person_id)
        entry = activity_item(self._keys, reminder.person_id, event)
        try:
            self._table.transact(
                [
                    {"Update": self._table.update_action(key, said, not_yet)},
                    {"Put": self._table.put_action(entry, IS_NEW)},
                ]
            )
        except TransactionCancelledError as cancelled:
            if "ConditionalCheckFailed" in cancelled.codes:
                raise ConflictError("reminder") from cancelled
            raise DependencyError("dynamodb", "TransactionConflict", retryable=True) from cancelled

    def snooze(self, person_id: PersonId, task_id: TaskId, until: date) -> None:
        # First where sweeps find it: alone it does nothing.
        waking = {
            **self._keys.snoozed(until, person_id, task_id),
            "type": schema.SNOOZED,
            "version": _VERSION,
            "person_id": person_id,
            "task_id": task_id,
            schema.EXPIRES_AT: int(datetime.combine(until + 2 * WAKES_FOR, time(), UTC).timestamp()),
        }
        self._table.put(waking)
        snoozed = {_SNOOZED + task_id: until.isoformat()}
        self._table.update(self._keys.reminded(person_id), self._update(person_id, snoozed))

    def snoozed_until(self, first: date, last: date) -> Sequence[tuple[PersonId, TaskId]]:
        run = Partition(self._keys.snoozes(), low=first.isoformat(), high=(last + timedelta(days=1)).isoformat())
        found, start = list[tuple[PersonId, TaskId]](), None
        while True:
            items, start = self._table.page(run, limit=_PAGE, start=start)
            found += [(PersonId(item["person_id"]), TaskId(item["task_id"])) for item in items]
            if start is None:
                return found

    def _update(self, person_id: PersonId, said: Item) -> Update:
        return Update(set=said, default={"type": schema.REMINDED, "version": _VERSION, "person_id": person_id})


def _remindable(items: dict[str, Item], settings: Item | None) -> Remindable:
    reminded = items.get(schema.REMINDED, {})
    return Remindable(
        read_person(items[schema.PERSON]),
        read_preferences(items.get(schema.PREFERENCES), settings),
        date.fromisoformat(reminded["day"]) if "day" in reminded else None,
        {
            TaskId(name.removeprefix(_SNOOZED)): date.fromisoformat(day)
            for name, day in reminded.items()
            if name.startswith(_SNOOZED)
        },
    )
