"""What people decided about their news, in the table."""

from contextlib import suppress

from boto3.dynamodb.conditions import Attr

from core.errors import ConflictError
from core.events import Event
from core.ids import PersonId, WorkspaceId
from core.notifications.preferences import Preferences
from core.storage import schema
from core.storage.dynamodb.people import activity_item
from core.storage.dynamodb.settings import read_settings
from core.storage.dynamodb.table import IS_NEW, ConditionFailedError, Item, Table
from core.workspace.settings import WorkspaceSettings


class DynamoPreferenceRepository:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def get(self, person_id: PersonId) -> Preferences:
        found = self._table.get_all([self._keys.preferences(person_id), self._keys.settings()])
        items = {item["type"]: item for item in found}
        return read_preferences(items.get(schema.PREFERENCES), items.get(schema.SETTINGS))

    def save(self, person_id: PersonId, preferences: Preferences) -> Preferences:
        saved = preferences.model_copy(update={"version": preferences.version + 1})
        item = {
            **self._keys.preferences(person_id),
            "type": schema.PREFERENCES,
            "version": saved.version,
            "person_id": person_id,
            "chosen": saved.model_dump(mode="json", exclude={"version", "workspace"}, exclude_defaults=True),
        }
        unchanged = Attr("version").eq(preferences.version) if preferences.version else IS_NEW
        try:
            self._table.put(item, unchanged)
        except ConditionFailedError:
            raise ConflictError("preferences", is_stale=True) from None
        return saved

    def announce(self, person_id: PersonId, event: Event) -> None:
        with suppress(ConditionFailedError):
            self._table.put(activity_item(self._keys, person_id, event), IS_NEW)


def read_preferences(item: Item | None, settings: Item | None) -> Preferences:
    """Read a person's item with the workspace's; who has none has chosen nothing."""
    chosen = {**item["chosen"], "version": item["version"]} if item else {}
    return Preferences.model_validate({**chosen, "workspace": read_settings(settings, WorkspaceSettings())})
