"""What keeping preferences promises, whoever keeps them."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.errors import ConflictError
from core.events import Event, EventType
from core.ids import PersonId
from core.notifications.model import Kind
from core.notifications.preferences import Preferences, Ways
from core.notifications.unreached import unreached
from core.storage import schema
from core.storage.dynamodb.table import Partition, Table
from core.workspace.settings import WorkspaceSettings
from tests.core.storage.conftest import TABLE, Kept, kept_in_dynamodb
from tests.support.news import ADA, happened
from tests.support.world import NOW, WORKSPACE, HeldClock, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ANA = PersonId("sub-ana")
CHOSEN = Preferences(
    choices={Kind.COMMENTED: Ways(slack=False), Kind.DUE: Ways(email=True)},
    digest=True,
    days_before=frozenset({0, 7}),
    working_days=frozenset({1, 2, 3, 4, 5}),
    quiet_from=20,
    quiet_until=7,
    reminder_hour=8,
    weekly_digest=True,
)


def test_who_never_chose_has_the_defaults(kept: Kept) -> None:
    assert kept.preferences.get(ANA) == Preferences()


def test_preferences_come_back_as_they_were_saved(kept: Kept) -> None:
    saved = kept.preferences.save(ANA, CHOSEN)

    assert saved == CHOSEN.model_copy(update={"version": 1})
    assert kept.preferences.get(ANA) == saved
    assert kept.preferences.get(PersonId("sub-ben")) == Preferences()


def test_preferences_can_be_put_back_to_the_defaults(kept: Kept) -> None:
    saved = kept.preferences.save(ANA, CHOSEN)

    kept.preferences.save(ANA, Preferences(version=saved.version))

    assert kept.preferences.get(ANA) == Preferences(version=2)


def test_what_the_workspace_says_comes_with_them_as_it_stands(kept: Kept) -> None:
    kept.preferences.save(ANA, CHOSEN)
    for version, hour in enumerate((11, 12), start=1):
        changed = WorkspaceSettings(version=version, reminder_hour=hour)
        kept.settings.save(changed, happened(EventType.SETTINGS_CHANGED, None, ADA))

        assert kept.preferences.get(ANA) == CHOSEN.model_copy(update={"version": 1, "workspace": changed})
        assert kept.preferences.get(PersonId("sub-ben")).remind_at == hour


@pytest.mark.parametrize("read", [Preferences(), Preferences(version=1)])
def test_nobody_saves_over_what_they_have_not_seen(kept: Kept, read: Preferences) -> None:
    first = kept.preferences.save(ANA, CHOSEN)
    second = kept.preferences.save(ANA, first)

    with pytest.raises(ConflictError):
        kept.preferences.save(ANA, read)

    assert kept.preferences.get(ANA) == second


def test_items_of_other_releases_are_read(dynamodb: "DynamoDBClient") -> None:
    """An earlier one knew fewer choices, a later one knows kinds, days and fields that this one does not."""
    item = {"type": schema.PREFERENCES, "version": 3, "person_id": ANA}
    chosen = {"choices": {"praised": {"slack": False}}, "days_before": [1, 30], "sound": "gong"}
    Table(dynamodb, TABLE).put({**schema.Keys(WORKSPACE).preferences(ANA), **item, "chosen": chosen})

    read = kept_in_dynamodb(dynamodb, TABLE, HeldClock()).preferences.get(ANA)

    assert read == Preferences(version=3, choices={"praised": Ways(slack=False)}, days_before=frozenset({1}))


def test_workspace_settings_of_other_releases_are_read(dynamodb: "DynamoDBClient") -> None:
    """A later one offers more days and knows more settings."""
    item = {"type": schema.SETTINGS, "version": 3, "settings": {"reminder_days": [14, 3], "theme": "dark"}}
    Table(dynamodb, TABLE).put({**schema.Keys(WORKSPACE).settings(), **item})

    read = kept_in_dynamodb(dynamodb, TABLE, HeldClock()).preferences.get(ANA)

    assert read == Preferences(workspace=WorkspaceSettings(version=3, reminder_days=(3,)))


def test_what_was_announced_already_stays_as_it_is(dynamodb: "DynamoDBClient") -> None:
    kept, table = kept_in_dynamodb(dynamodb, TABLE, HeldClock()), Table(dynamodb, TABLE)
    first = unreached(make_person("Ana"), WORKSPACE, NOW)

    kept.preferences.announce(ANA, first)
    kept.preferences.announce(ANA, first.model_copy(update={"occurred_at": NOW + timedelta(days=1)}))

    history = Partition(schema.Keys(WORKSPACE).person(ANA)[schema.PARTITION_KEY], prefix=schema.ACTIVITY_PREFIX)
    assert [Event.model_validate(item) for item in table.page(history, limit=9)[0]] == [first]
