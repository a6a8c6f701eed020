"""Markers of what was done, in the table."""

from boto3.dynamodb.conditions import Attr

from core.clock import Clock
from core.ids import WorkspaceId
from core.storage import schema
from core.storage.dynamodb.table import EXISTS, IS_NEW, ConditionFailedError, Table, Update
from core.storage.dynamodb.tasks import ONCE_KEPT_FOR


class DynamoOnceRepository:
    def __init__(self, table: Table, workspace: WorkspaceId, clock: Clock) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)
        self._clock = clock

    def take(self, key: str) -> bool:
        now = self._clock()
        marker = {
            **self._keys.once(key),
            "type": schema.ONCE,
            "version": 1,
            schema.EXPIRES_AT: int((now + ONCE_KEPT_FOR).timestamp()),
        }
        forgotten = Attr(schema.EXPIRES_AT).lt(int(now.timestamp()))
        try:
            self._table.put(marker, IS_NEW | forgotten)
        except ConditionFailedError:
            return False
        return True

    def give_back(self, key: str) -> None:
        self._table.update(self._keys.once(key), Update(set={schema.EXPIRES_AT: 0}), EXISTS)
