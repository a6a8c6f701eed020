"""Suppressed addresses in the table, found by the hash of the address."""

from typing import Any, Final

from boto3.dynamodb.conditions import Attr

from core.errors import ConflictError, DependencyError
from core.events import Event
from core.ids import WorkspaceId
from core.links.one_time import hash_of
from core.storage import schema
from core.storage.addresses import ascii_lower
from core.storage.dynamodb.people import activity_item
from core.storage.dynamodb.table import IS_NEW, Item, Table, TransactionCancelledError
from core.suppression.model import Suppression

_VERSION: Final = 1


class DynamoSuppressionRepository:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def get(self, address: str) -> Suppression | None:
        item = self._table.get(self._key(address))
        return Suppression.model_validate(item) if item else None

    def add(self, suppression: Suppression, event: Event | None) -> None:
        item: Item = {
            **self._key(suppression.address),
            "type": schema.SUPPRESSED,
            "version": _VERSION,
            **suppression.model_dump(mode="json", exclude_none=True),
        }
        self._save({"Put": self._table.put_action(item, IS_NEW)}, suppression, event)

    def remove(self, suppression: Suppression, event: Event | None) -> None:
        this_one = Attr("suppression_id").eq(suppression.suppression_id)
        self._save({"Delete": self._table.delete_action(self._key(suppression.address), this_one)}, suppression, event)

    def _save(self, action: dict[str, Any], suppression: Suppression, event: Event | None) -> None:
        actions = [action]
        if event is not None and suppression.person_id is not None:
            entry = activity_item(self._keys, suppression.person_id, event)
            actions.append({"Put": self._table.put_action(entry, IS_NEW)})
        try:
            self._table.transact(actions)
        except TransactionCancelledError as cancelled:
            if "ConditionalCheckFailed" in cancelled.codes:
                raise ConflictError("suppression") from cancelled
            raise DependencyError("dynamodb", "TransactionConflict", retryable=True) from cancelled

    def _key(self, address: str) -> dict[str, str]:
        return self._keys.suppressed(hash_of(ascii_lower(address)))
