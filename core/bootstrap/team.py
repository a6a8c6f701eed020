"""What the doors have in common that run the team: what admins do, and the jobs that it is made of."""

from typing import NamedTuple

from boto3 import Session
from botocore.config import Config

from core.audit.service import AuditService
from core.bootstrap.aws import later, trusting
from core.clock import Hurry, fresh_event_id, system_clock
from core.cognito_accounts import CognitoAccounts
from core.email import SesMailer
from core.jobs.running import job_service
from core.jobs.service import JobBook, JobService
from core.links.news import LinkNews
from core.links.unlinking import Unlinking
from core.people.administration import PeopleAdministration
from core.people.directory import Directory
from core.people.service import PeopleService
from core.settings import Settings
from core.storage.dynamodb.audit import DynamoAudit
from core.storage.dynamodb.jobs import DynamoJobRepository
from core.storage.dynamodb.links import DynamoLinkRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.settings import DynamoSettingsRepository
from core.storage.dynamodb.suppressions import DynamoSuppressionRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.bulk import BulkChanges
from core.tasks.service import TaskService
from core.workspace.service import SettingsService


class TeamServices(NamedTuple):
    """What the doors have in common through which admins run the team."""

    administration: PeopleAdministration
    directory: Directory
    bulk: BulkChanges
    settings: SettingsService
    audit: AuditService


def team_services(
    table: Table,
    accounts: CognitoAccounts,
    mailer: SesMailer,
    settings: DynamoSettingsRepository,
    tasks: TaskService,
    people: PeopleService,
    hurry: Hurry | None = None,
) -> TeamServices:
    workspace = tasks.workspace
    directory, repository = DynamoPersonRepository(table, workspace), DynamoJobRepository(table, workspace)
    kept_tasks = DynamoTaskRepository(table, workspace, system_clock)
    jobs = jobs_of(table, accounts, mailer, tasks, people, hurry)
    book = JobBook(repository, workspace, system_clock, fresh_event_id)
    return TeamServices(
        administration=PeopleAdministration(people, directory, accounts, repository, book, jobs),
        directory=Directory(directory, kept_tasks, system_clock),
        bulk=BulkChanges(tasks, book, jobs, system_clock),
        settings=SettingsService(settings, people, workspace, system_clock, fresh_event_id),
        audit=AuditService(DynamoAudit(table, workspace), kept_tasks, people),
    )


def jobs_of(
    table: Table,
    accounts: CognitoAccounts,
    mailer: SesMailer,
    tasks: TaskService,
    people: PeopleService,
    hurry: Hurry | None = None,
) -> JobService:
    workspace = tasks.workspace
    news = LinkNews(workspace, system_clock, fresh_event_id)
    return job_service(
        jobs=DynamoJobRepository(table, workspace),
        accounts=accounts,
        directory=DynamoPersonRepository(table, workspace),
        task_repository=DynamoTaskRepository(table, workspace, system_clock),
        tasks=tasks,
        people=people,
        unlinking=Unlinking(DynamoLinkRepository(table, workspace), news),
        mailer=mailer,
        suppressions=DynamoSuppressionRepository(table, workspace),
        workspace=workspace,
        clock=system_clock,
        event_ids=fresh_event_id,
        hurry=hurry,
    )


def mailer_of(session: Session, settings: Settings, limits: Config) -> SesMailer:
    """For mails with a temporary password.

    Limits with one attempt, since a second may be a second mail: whoever waits for it is offered to have another sent.
    """
    return SesMailer(
        later(lambda: trusting(session.client("sesv2", config=limits))),
        sender=settings.mail_sender,
        configuration_set=settings.mail_configuration_set,
    )
