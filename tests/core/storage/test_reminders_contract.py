"""What keeping reminders promises, whoever keeps them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from core.clock import fresh_event_id
from core.errors import ConflictError
from core.events import Event, EventActor, EventType, Reminder
from core.ids import PersonId, TaskId
from core.notifications.preferences import Preferences
from core.notifications.reminders import Remindable
from core.storage import schema
from core.storage.dynamodb.table import Partition, Table
from core.workspace.settings import WorkspaceSettings
from tests.core.storage.conftest import TABLE, Kept, kept_in_dynamodb
from tests.support.news import happened
from tests.support.world import NOW, WORKSPACE, HeldClock, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ANA, BEN = make_person("Ana Silva"), make_person("Ben Okoro")
TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _people(kept: Kept) -> None:
    kept.people.add(ANA)
    kept.people.add(BEN)


def reminder_of(day: date) -> Event:
    return Event(
        detail_type=EventType.TASK_DUE,
        event_id=fresh_event_id(NOW),
        occurred_at=NOW,
        workspace=WORKSPACE,
        actor=EventActor.of_the_system(),
        reminder=Reminder(person_id=ANA.person_id, day=day, task_ids=(TaskId("T-1"),), count=1),
    )


def remind(kept: Kept, day: date) -> None:
    event = reminder_of(day)
    assert event.reminder is not None
    kept.reminders.remind(event, event.reminder)


def read(kept: Kept) -> list[Remindable]:
    return list(kept.reminders.remindable([BEN.person_id, PersonId("sub-gone"), ANA.person_id]))


def test_people_are_read_with_what_they_chose_and_had(kept: Kept) -> None:
    chosen = kept.preferences.save(ANA.person_id, Preferences(reminder_hour=7))
    remind(kept, TODAY)
    kept.reminders.snooze(ANA.person_id, TaskId("T-2"), TODAY + timedelta(7))
    kept.reminders.snooze(ANA.person_id, TaskId("T-3"), TODAY + timedelta(1))
    kept.reminders.snooze(ANA.person_id, TaskId("T-2"), TODAY + timedelta(2))

    snoozed = {TaskId("T-2"): TODAY + timedelta(2), TaskId("T-3"): TODAY + timedelta(1)}
    assert read(kept) == [Remindable(BEN), Remindable(ANA, chosen, TODAY, snoozed)]


def test_people_are_read_with_what_the_workspace_says(kept: Kept) -> None:
    changed = WorkspaceSettings(version=1, reminder_hour=11)
    kept.settings.save(changed, happened(EventType.SETTINGS_CHANGED, None, ANA))

    assert [each.preferences.remind_at for each in read(kept)] == [11, 11]


def test_what_is_snoozed_is_found_by_its_day(kept: Kept) -> None:
    one, other, third = TaskId("T-1"), TaskId("T-2"), TaskId("T-3")
    kept.reminders.snooze(ANA.person_id, one, TODAY)
    kept.reminders.snooze(BEN.person_id, other, TODAY + timedelta(2))
    kept.reminders.snooze(ANA.person_id, third, TODAY + timedelta(3))

    found = kept.reminders.snoozed_until(TODAY, TODAY + timedelta(2))

    assert sorted(found) == sorted([(ANA.person_id, one), (BEN.person_id, other)])
    assert kept.reminders.snoozed_until(TODAY - timedelta(9), TODAY - timedelta(1)) == []


def test_a_snooze_is_no_reminder(kept: Kept) -> None:
    kept.reminders.snooze(ANA.person_id, TaskId("T-2"), TODAY)

    remind(kept, TODAY)

    assert read(kept)[1] == Remindable(ANA, told=TODAY, snoozed={TaskId("T-2"): TODAY})


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(1)])
def test_a_day_has_one_reminder_and_no_day_before_it_another(kept: Kept, day: date) -> None:
    remind(kept, TODAY)

    with pytest.raises(ConflictError):
        remind(kept, day)

    remind(kept, TODAY + timedelta(1))
    assert read(kept)[1].told == TODAY + timedelta(1)


def test_of_many_at_once_one_reminds() -> None:
    """In memory; on the emulator the running stack shows it (moto loses updates between threads)."""
    from tests.core.storage.conftest import kept_in_memory

    kept = kept_in_memory(HeldClock())
    with ThreadPoolExecutor(8) as pool:
        tried = [pool.submit(remind, kept, TODAY) for _ in range(8)]

    assert [each.exception() is None for each in tried].count(True) == 1


def test_a_reminder_and_its_day_are_written_as_one(dynamodb: "DynamoDBClient") -> None:
    kept, table, keys = kept_in_dynamodb(dynamodb, TABLE, HeldClock()), Table(dynamodb, TABLE), schema.Keys(WORKSPACE)
    remind(kept, TODAY)

    with pytest.raises(ConflictError):
        remind(kept, TODAY)

    history = Partition(keys.person(ANA.person_id)[schema.PARTITION_KEY], prefix=schema.ACTIVITY_PREFIX)
    [entry], _ = table.page(history, limit=10)
    read_back = Event.model_validate(entry)
    assert (entry["type"], read_back.detail_type) == (schema.ACTIVITY, EventType.TASK_DUE)
    assert read_back.reminder is not None
    assert read_back.reminder.day == TODAY
    assert "gsi2pk" not in entry
