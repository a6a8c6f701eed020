"""What happened, by who did it, by whom it happened to, or of the team's administration as a whole."""

from core.audit.ports import AuditQuery
from core.events import Event
from core.ids import WorkspaceId
from core.storage import schema
from core.storage.dynamodb.slices import SliceReader
from core.storage.dynamodb.table import Partition, Table
from core.tasks.queries import Slice


class DynamoAudit:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def slice(self, query: AuditQuery, *, limit: int, at: str | None = None) -> Slice[Event]:
        rows = SliceReader(self._table, [self._partition(query)], lambda _: True, discards=False).read(limit, at)
        keys = [{name: item[name] for name in (schema.PARTITION_KEY, schema.SORT_KEY)} for item in rows.items]
        items = self._table.get_all(keys) if query.about is None else rows.items
        return rows.of([Event.model_validate(item) for item in items])

    def _partition(self, query: AuditQuery) -> Partition:
        low = query.since_id
        if query.about is not None:
            key = self._keys.person(query.about)[schema.PARTITION_KEY]
            first = schema.ACTIVITY_PREFIX + low
            return Partition(key, ascending=False, low=first, high=f"{schema.ACTIVITY_PREFIX}~")
        if query.by is not None:
            return Partition(self._keys.actor(query.by), schema.CREATORS_AND_ACTORS, ascending=False, low=low)
        return Partition(self._keys.administration(), schema.OWNERS_AND_DIRECTORY, ascending=False, low=low)
