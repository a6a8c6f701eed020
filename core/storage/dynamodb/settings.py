"""The workspace's settings in the table: one item, and their history beside it."""

from boto3.dynamodb.conditions import Attr

from core.errors import ConflictError, DependencyError
from core.events import Event
from core.ids import WorkspaceId
from core.storage import schema
from core.storage.dynamodb.announced import entry_item
from core.storage.dynamodb.table import IS_NEW, Item, Table, TransactionCancelledError
from core.workspace.settings import DAYS_BEFORE, WorkspaceSettings


class DynamoSettingsRepository:
    def __init__(self, table: Table, workspace: WorkspaceId, defaults: WorkspaceSettings) -> None:
        """`defaults` is what the deployment says, until an admin saves settings."""
        self._table = table
        self._keys = schema.Keys(workspace)
        self._defaults = defaults

    def get(self) -> WorkspaceSettings:
        return read_settings(self._table.get(self._keys.settings()), self._defaults)

    def save(self, settings: WorkspaceSettings, event: Event) -> None:
        item = {
            **self._keys.settings(),
            "type": schema.SETTINGS,
            "version": settings.version,
            "settings": settings.facts,
        }
        unchanged = Attr("version").eq(settings.version - 1) if settings.version > 1 else IS_NEW
        entry = entry_item(self._keys, self._keys.settings_activity(event.event_id), event)
        try:
            self._table.transact(
                [
                    {"Put": self._table.put_action(item, unchanged)},
                    {"Put": self._table.put_action(entry, IS_NEW)},
                ]
            )
        except TransactionCancelledError as cancelled:
            if "ConditionalCheckFailed" in cancelled.codes:
                raise ConflictError("settings") from cancelled
            raise DependencyError("dynamodb", "TransactionConflict", retryable=True) from cancelled


def read_settings(item: Item | None, defaults: WorkspaceSettings) -> WorkspaceSettings:
    """Read the workspace's item; what an earlier or later release could choose and this one cannot is passed over."""
    if item is None:
        return defaults
    known = [days for days in item["settings"].get("reminder_days", DAYS_BEFORE) if days in DAYS_BEFORE]
    return WorkspaceSettings.model_validate({**item, **item["settings"], "reminder_days": known})
