"""What the bot's function is made of."""

from datetime import timedelta
from typing import Final, NamedTuple

from core.bootstrap.aws import Secrets, hurried, quick, table_of, trust, trusting, warm_up
from core.bootstrap.services import Services, services_of, workspace_settings_of
from core.bootstrap.team import TeamServices, mailer_of, team_services
from core.clock import Hurry, fresh_event_id, system_clock
from core.cognito import CognitoDirectory
from core.cognito_accounts import CognitoAccounts
from core.ids import WorkspaceId
from core.links.changes import LinkChanges
from core.links.news import LinkNews
from core.links.ports import LinkRepository
from core.links.service import LinkOffers
from core.notifications.homes import HomeRepository
from core.notifications.ports import SlackInstallation
from core.notifications.preferences import PreferenceService
from core.notifications.reminders import ReminderService
from core.once import OnceRepository
from core.people.workload import WorkloadReader
from core.settings import Settings
from core.slack import SlackApi
from core.storage.dynamodb.homes import DynamoHomeRepository
from core.storage.dynamodb.installation import DynamoInstallation
from core.storage.dynamodb.links import DynamoLinkRepository
from core.storage.dynamodb.once import DynamoOnceRepository
from core.storage.dynamodb.outbox import DynamoOutbox
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.preferences import DynamoPreferenceRepository
from core.storage.dynamodb.reminders import DynamoReminderRepository
from core.storage.dynamodb.suppressions import DynamoSuppressionRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.suppression.service import SuppressionService

CALLS_BEGIN_WITHIN: Final = timedelta(seconds=1.3)
"""Of Slack's three. A call to Cognito, or a mail, that is begun just then is given up 1.4 s later.

What is left of a change is for `work`; whoever could not be identified is told so while Slack still waits.
"""


class SlackDoor(NamedTuple):
    services: Services
    team: TeamServices
    hurry: Hurry
    links: LinkOffers
    changes: LinkChanges
    requests: LinkRepository
    workload: WorkloadReader
    suppressions: SuppressionService
    installation: SlackInstallation
    homes: HomeRepository
    once: OnceRepository
    preferences: PreferenceService
    reminders: ReminderService
    slack: SlackApi
    signing_secret: str


def for_slack(settings: Settings, secrets: Secrets) -> SlackDoor:
    session, workspace = secrets.session, WorkspaceId(settings.team_id)
    secret, table = secrets.slack(settings), table_of(session, settings, quick())
    hurry = Hurry(CALLS_BEGIN_WITHIN)
    client = hurried(trusting(session.client("cognito-idp", config=quick())), hurry, "cognito")
    cognito = CognitoDirectory(client, settings.user_pool_id, system_clock)
    # Two seconds, of the three that Slack waits for us.
    slack = SlackApi(secret["bot_token"], settings.slack_api_url, trust(), timeout_seconds=2)
    links, news = DynamoLinkRepository(table, workspace), LinkNews(workspace, system_clock, fresh_event_id)
    services = services_of(table, cognito, settings)
    team = team_services(
        table,
        CognitoAccounts(client, settings.user_pool_id, cognito),
        mailer_of(session, settings, quick(attempts=1)),
        workspace_settings_of(table, settings),
        services.tasks,
        services.people,
        hurry,
    )
    warm_up(table, settings, lists=True)
    return SlackDoor(
        services=services,
        team=team,
        hurry=hurry,
        links=LinkOffers(
            slack, links, settings.public_url, workspace, system_clock, guests=lambda: services.people.guests
        ),
        changes=LinkChanges(links, services.people, slack, news, workspace),
        requests=links,
        workload=_workload(table, workspace),
        suppressions=SuppressionService(
            DynamoSuppressionRepository(table, workspace), services.people, workspace, system_clock, fresh_event_id
        ),
        installation=DynamoInstallation(table, workspace, secret["bot_token"], system_clock),
        homes=DynamoHomeRepository(table, workspace),
        once=DynamoOnceRepository(table, workspace, system_clock),
        preferences=_preferences(table, workspace),
        reminders=_reminders(table, workspace),
        slack=slack,
        signing_secret=secret["signing_secret"],
    )


def _workload(table: Table, workspace: WorkspaceId) -> WorkloadReader:
    people, tasks = DynamoPersonRepository(table, workspace), DynamoTaskRepository(table, workspace, system_clock)
    return WorkloadReader(people, tasks, system_clock)


def _preferences(table: Table, workspace: WorkspaceId) -> PreferenceService:
    preferences, outbox = DynamoPreferenceRepository(table, workspace), DynamoOutbox(table, workspace)
    return PreferenceService(preferences, outbox, workspace, system_clock, fresh_event_id)


def _reminders(table: Table, workspace: WorkspaceId) -> ReminderService:
    tasks = DynamoTaskRepository(table, workspace, system_clock)
    return ReminderService(tasks, DynamoReminderRepository(table, workspace), workspace, fresh_event_id)
