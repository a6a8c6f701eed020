"""What the function is made of that reminds people and lets held-back news go."""

from dataclasses import dataclass

from core.bootstrap.aws import patient, session_of, table_of
from core.clock import Clock, fresh_event_id, system_clock
from core.ids import WorkspaceId
from core.notifications.held_news import HeldNewsService
from core.notifications.reminders import ReminderService
from core.notifications.weekly import WeeklyDigests
from core.settings import Settings
from core.storage.dynamodb.outbox import DynamoOutbox
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.reminders import DynamoReminderRepository
from core.storage.dynamodb.tasks import DynamoTaskRepository


@dataclass(frozen=True, slots=True)
class RemindDoor:
    held_news: HeldNewsService
    reminders: ReminderService
    clock: Clock


def for_remind(settings: Settings) -> RemindDoor:
    workspace = WorkspaceId(settings.team_id)
    table = table_of(session_of(settings), settings, patient())
    outbox, reminders = DynamoOutbox(table, workspace), DynamoReminderRepository(table, workspace)
    tasks = DynamoTaskRepository(table, workspace, system_clock)
    weekly = WeeklyDigests(outbox, reminders, tasks, DynamoPersonRepository(table, workspace))
    return RemindDoor(
        HeldNewsService(outbox, weekly, workspace, fresh_event_id),
        ReminderService(tasks, reminders, workspace, fresh_event_id),
        system_clock,
    )
