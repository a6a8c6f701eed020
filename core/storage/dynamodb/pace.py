"""How long Slack wants to be left alone, in the table, so that every worker keeps to it."""

from datetime import datetime
from typing import Final

from boto3.dynamodb.conditions import Attr

from core.ids import WorkspaceId
from core.storage import schema
from core.storage.dynamodb.table import IS_NEW, ConditionFailedError, Table

_VERSION: Final = 1


class DynamoPace:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._key = schema.Keys(workspace).pace()

    def hold_until(self, when: datetime) -> None:
        until = schema.instant(when)
        held = {
            **self._key,
            "type": schema.PACE,
            "version": _VERSION,
            "held_until": until,
            schema.EXPIRES_AT: int(when.timestamp()) + 1,
        }
        try:
            self._table.put(held, IS_NEW | Attr("held_until").lt(until))
        except ConditionFailedError:
            return

    def held_until(self) -> datetime | None:
        item = self._table.get(self._key)
        until = item.get("held_until") if item else None
        return datetime.fromisoformat(until) if until else None
