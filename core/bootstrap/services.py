"""The services for tasks and for people, over the table and Cognito."""

from typing import NamedTuple

from core.clock import fresh_event_id, system_clock
from core.cognito import CognitoDirectory
from core.ids import WorkspaceId
from core.people.service import PeopleService
from core.settings import Settings
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.settings import DynamoSettingsRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.service import TaskService
from core.workspace.settings import WorkspaceSettings


class Services(NamedTuple):
    """What the doors through which people act have in common."""

    workspace: WorkspaceId
    tasks: TaskService
    people: PeopleService


def services_of(table: Table, cognito: CognitoDirectory, settings: Settings) -> Services:
    workspace = WorkspaceId(settings.team_id)
    current = workspace_settings_of(table, settings).get
    people = PeopleService(DynamoPersonRepository(table, workspace), cognito, system_clock, current)
    tasks = DynamoTaskRepository(table, workspace, system_clock)
    return Services(workspace, TaskService(tasks, people, workspace, system_clock, fresh_event_id), people)


def workspace_settings_of(table: Table, settings: Settings) -> DynamoSettingsRepository:
    """What admins set for their workspace; until then, what was deployed holds."""
    return DynamoSettingsRepository(table, WorkspaceId(settings.team_id), WorkspaceSettings(guests=settings.guests))
