"""The composition root: one function per door. Adapters are imported inside, so that no door loads another's."""

import json
import logging
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.clock import fresh_event_id, system_clock
from core.errors import DependencyError
from core.ids import WorkspaceId
from core.settings import Settings
from core.storage.schema import Keys

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.config import Config
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from core.bootstrap_team import TeamServices
    from core.clock import Clock
    from core.cognito import AppClient, CognitoDirectory
    from core.cognito_accounts import CognitoAccounts
    from core.email import SesMailer
    from core.eventbridge import EventPublisher
    from core.jobs.service import JobService
    from core.links.changes import LinkChanges
    from core.links.disputes import DisputeOffers, DisputeService
    from core.links.news import LinkNews
    from core.links.ports import RequestCards
    from core.links.service import LinkOffers, LinkService
    from core.mail_links import MailLinks
    from core.notifications.ended import EndedNews
    from core.notifications.held_news import HeldNewsService
    from core.notifications.homes import HomeRepository
    from core.notifications.mail_choices import MailChoices
    from core.notifications.ports import (
        CardRepository,
        DeliveryRepository,
        Handover,
        Outbox,
        Pace,
        SlackInstallation,
        TaskHistory,
    )
    from core.notifications.preferences import PreferenceRepository, PreferenceService
    from core.notifications.reminders import ReminderService
    from core.notifications.service import DeliveryService
    from core.once import OnceRepository
    from core.people.ports import PersonRepository
    from core.people.reconciliation import Reconciliation
    from core.people.service import PeopleService
    from core.slack import Gap, SlackApi
    from core.sqs import Redelivery
    from core.storage.dynamodb.settings import DynamoSettingsRepository
    from core.storage.dynamodb.table import Table
    from core.storage.dynamodb.words import DynamoWordIndex
    from core.suppression.service import MailFeedback, SuppressionService
    from core.tasks.ports import TaskRepository
    from core.tasks.service import TaskService
    from core.tokens import TokenVerifier


SECONDS_BETWEEN_MESSAGES: Final = 0.4
"""That a worker lets pass in Slack; how many workers there are is said where their queue is."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """What the doors through which people act have in common."""

    workspace: WorkspaceId
    tasks: "TaskService"
    people: "PeopleService"


@dataclass(frozen=True, slots=True)
class SlackDoor:
    services: Services
    links: "LinkOffers"
    changes: "LinkChanges"
    suppressions: "SuppressionService"
    installation: "SlackInstallation"
    homes: "HomeRepository"
    once: "OnceRepository"
    preferences: "PreferenceService"
    reminders: "ReminderService"
    slack: "SlackApi"
    signing_secret: str


@dataclass(frozen=True, slots=True)
class WebDoor:
    links: "LinkService"
    disputes: "DisputeService"
    services: Services
    mail_links: "MailLinks"
    mail_choices: "MailChoices"


@dataclass(frozen=True, slots=True)
class ApiDoor:
    services: Services
    team: "TeamServices"
    tokens: "TokenVerifier"
    accounts: "CognitoDirectory"
    admin_app: "AppClient"
    member_app: "AppClient"


@dataclass(frozen=True, slots=True)
class RelayDoor:
    publisher: "EventPublisher"
    words: "DynamoWordIndex"


@dataclass(frozen=True, slots=True)
class SlackDelivery:
    """What the Slack sender is made of; the sender itself knows Block Kit and so is the bot's."""

    slack: "SlackApi"
    deliveries: "DeliveryRepository"
    cards: "CardRepository"
    requests: "RequestCards"
    disputes: "DisputeOffers"
    installation: "SlackInstallation"
    homes: "HomeRepository"
    tasks: "TaskRepository"
    people: "PersonRepository"
    history: "TaskHistory"
    handover: "Handover"
    ended: "EndedNews"
    pace: "Pace"
    preferences: "PreferenceRepository"
    outbox: "Outbox"
    redelivery: "Redelivery"


@dataclass(frozen=True, slots=True)
class RemindDoor:
    held_news: "HeldNewsService"
    reminders: "ReminderService"
    clock: "Clock"


@dataclass(frozen=True, slots=True)
class WorkDoor:
    jobs: "JobService"
    reconciliation: "Reconciliation"
    redelivery: "Redelivery"


@dataclass(frozen=True, slots=True)
class EmailDelivery:
    service: "DeliveryService"
    feedback: "MailFeedback"
    redelivery: "Redelivery"


def for_slack(settings: Settings) -> SlackDoor:
    from core.links.changes import LinkChanges
    from core.links.service import LinkOffers
    from core.notifications.preferences import PreferenceService
    from core.storage.dynamodb.homes import DynamoHomeRepository
    from core.storage.dynamodb.installation import DynamoInstallation
    from core.storage.dynamodb.links import DynamoLinkRepository
    from core.storage.dynamodb.once import DynamoOnceRepository
    from core.storage.dynamodb.outbox import DynamoOutbox
    from core.storage.dynamodb.preferences import DynamoPreferenceRepository
    from core.storage.dynamodb.suppressions import DynamoSuppressionRepository
    from core.suppression.service import SuppressionService

    session, workspace = _session(settings), WorkspaceId(settings.team_id)
    secret = _slack_secret(session, settings)
    table = _table(session, settings)
    cognito = _cognito(_cognito_client(session), settings)
    slack = _slack(secret, settings, timeout_seconds=2)  # of the three that Slack waits for us
    links = DynamoLinkRepository(table, workspace)
    services = _services(table, cognito, settings)
    _warm_up(table, settings)
    return SlackDoor(
        services=services,
        links=LinkOffers(
            slack, links, settings.public_url, workspace, system_clock, guests=lambda: services.people.guests
        ),
        changes=LinkChanges(links, services.people, slack, _link_news(workspace), workspace),
        suppressions=SuppressionService(
            DynamoSuppressionRepository(table, workspace), services.people, workspace, system_clock, fresh_event_id
        ),
        installation=DynamoInstallation(table, workspace, secret["bot_token"], system_clock),
        homes=DynamoHomeRepository(table, workspace),
        once=DynamoOnceRepository(table, workspace, system_clock),
        preferences=PreferenceService(
            DynamoPreferenceRepository(table, workspace),
            DynamoOutbox(table, workspace),
            workspace,
            system_clock,
            fresh_event_id,
        ),
        reminders=_reminders(table, workspace),
        slack=slack,
        signing_secret=secret["signing_secret"],
    )


def for_api(settings: Settings) -> ApiDoor:
    from core.cognito import AppClient
    from core.people.model import Group
    from core.tokens import TokenVerifier, keys_at

    session = _session(settings)
    table = _table(session, settings, _unhurried())
    clients = {settings.admin_client_id, settings.app_client_id}
    client = _cognito_client(session, _unhurried())
    cognito = _cognito(client, settings)
    services = _services(table, cognito, settings)
    _warm_up(table, settings)
    return ApiDoor(
        services=services,
        team=_team(session, table, _accounts(client, cognito, settings), settings, services),
        tokens=TokenVerifier(settings.issuer, clients, keys_at(settings.jwks_url), system_clock),
        accounts=cognito,
        admin_app=AppClient(settings.admin_client_id, Group.ADMINS),
        member_app=AppClient(settings.app_client_id, Group.TEAM_MEMBERS),
    )


def for_web(settings: Settings) -> WebDoor:
    from core.links.disputes import DisputeService
    from core.links.service import LinkService
    from core.managed_login import ManagedLogin
    from core.notifications.mail_choices import MailChoices
    from core.storage.dynamodb.links import DynamoLinkRepository
    from core.storage.dynamodb.people import DynamoPersonRepository
    from core.storage.dynamodb.preferences import DynamoPreferenceRepository
    from core.tokens import IdTokenVerifier, keys_at

    session, workspace = _session(settings), WorkspaceId(settings.team_id)
    table = _table(session, settings)
    cognito = _cognito(_cognito_client(session), settings)
    login = ManagedLogin(
        settings.login_url,
        f"{settings.public_url}/web/link/callback",
        settings.link_client_id,
        cognito.client_secret,
        IdTokenVerifier(settings.issuer, settings.link_client_id, keys_at(settings.jwks_url), system_clock),
    )
    _warm_up(table, settings)
    links, news = DynamoLinkRepository(table, workspace), _link_news(workspace)
    services, people = _services(table, cognito, settings), DynamoPersonRepository(table, workspace)
    return WebDoor(
        LinkService(links, services.people, login, news, workspace, system_clock),
        DisputeService(links, links, people, news, system_clock),
        services,
        _mail_links(session, settings),
        MailChoices(people, DynamoPreferenceRepository(table, workspace)),
    )


def for_relay(settings: Settings) -> RelayDoor:
    from core.eventbridge import EventPublisher
    from core.storage.dynamodb.words import DynamoWordIndex

    session = _session(settings)
    publisher = EventPublisher(
        session.client("events", config=_patient()),
        session.client("s3", config=_patient()),
        bus=settings.event_bus_name,
        bucket=settings.unpublished_bucket_name,
        clock=system_clock,
    )
    table = _table(session, settings, _patient())
    return RelayDoor(publisher, DynamoWordIndex(table, WorkspaceId(settings.team_id)))


def for_notify_slack(settings: Settings) -> SlackDelivery:
    from core.links.disputes import DisputeOffers
    from core.notifications.ended import EndedNews
    from core.slack import Gap
    from core.sqs import QueueHandover, Redelivery
    from core.storage.dynamodb.deliveries import DynamoCardRepository, DynamoDeliveryRepository
    from core.storage.dynamodb.homes import DynamoHomeRepository
    from core.storage.dynamodb.installation import DynamoInstallation
    from core.storage.dynamodb.links import DynamoLinkRepository
    from core.storage.dynamodb.outbox import DynamoOutbox
    from core.storage.dynamodb.pace import DynamoPace
    from core.storage.dynamodb.people import DynamoPersonRepository
    from core.storage.dynamodb.preferences import DynamoPreferenceRepository
    from core.storage.dynamodb.tasks import DynamoTaskRepository

    session, workspace = _session(settings), WorkspaceId(settings.team_id)
    # Who has sent something and cannot write it down would send it twice.
    table, secret = _table(session, settings, _patient()), _slack_secret(session, settings)
    links = DynamoLinkRepository(table, workspace)
    sqs = session.client("sqs", config=_patient())
    installation = DynamoInstallation(table, workspace, secret["bot_token"], system_clock)
    by_mail = QueueHandover(sqs, settings.email_queue_url)
    tasks = DynamoTaskRepository(table, workspace, system_clock)
    return SlackDelivery(
        slack=_slack(secret, settings, timeout_seconds=5, gap=Gap(SECONDS_BETWEEN_MESSAGES)),
        deliveries=DynamoDeliveryRepository(table, workspace, system_clock),
        cards=DynamoCardRepository(table, workspace),
        requests=links,
        disputes=DisputeOffers(links, settings.public_url, system_clock),
        installation=installation,
        homes=DynamoHomeRepository(table, workspace),
        tasks=tasks,
        people=DynamoPersonRepository(table, workspace),
        history=tasks,
        handover=by_mail,
        ended=EndedNews(installation, by_mail, workspace),
        pace=DynamoPace(table, workspace),
        preferences=DynamoPreferenceRepository(table, workspace),
        outbox=DynamoOutbox(table, workspace),
        redelivery=Redelivery(sqs, settings.slack_queue_url, system_clock),
    )


def for_notify_email(settings: Settings) -> EmailDelivery:
    from core.email import SesMailer
    from core.links.disputes import DisputeOffers
    from core.notifications.mail import EmailSender
    from core.notifications.service import DeliveryService
    from core.sqs import QueueHandover, Redelivery
    from core.storage.dynamodb.deliveries import DynamoDeliveryRepository
    from core.storage.dynamodb.links import DynamoLinkRepository
    from core.storage.dynamodb.outbox import DynamoOutbox
    from core.storage.dynamodb.people import DynamoPersonRepository
    from core.storage.dynamodb.preferences import DynamoPreferenceRepository
    from core.storage.dynamodb.suppressions import DynamoSuppressionRepository
    from core.storage.dynamodb.tasks import DynamoTaskRepository
    from core.suppression.service import MailFeedback

    session, workspace = _session(settings), WorkspaceId(settings.team_id)
    table = _table(session, settings, _patient())
    disputes = DisputeOffers(DynamoLinkRepository(table, workspace), settings.public_url, system_clock)
    sqs = session.client("sqs", config=_patient())
    mailer = SesMailer(
        # A repeated send may be a second mail: the queue repeats it, where the record of the delivery allows.
        session.client("sesv2", config=_patient(attempts=1)),
        sender=settings.mail_sender,
        configuration_set=settings.mail_configuration_set,
    )
    people, suppressions = DynamoPersonRepository(table, workspace), DynamoSuppressionRepository(table, workspace)
    sender = EmailSender(
        mailer,
        system_clock,
        suppressions,
        _mail_links(session, settings),
        disputes.offer,
        settings.slack_app_url,
    )
    service = DeliveryService(
        DynamoDeliveryRepository(table, workspace, system_clock),
        people,
        DynamoTaskRepository(table, workspace, system_clock),
        sender,
        QueueHandover(sqs, settings.slack_queue_url),
        DynamoPreferenceRepository(table, workspace),
        DynamoOutbox(table, workspace),
        system_clock,
        wait=settings.news_wait,
    )
    feedback = MailFeedback(suppressions, people, workspace, system_clock, fresh_event_id)
    return EmailDelivery(service, feedback, Redelivery(sqs, settings.email_queue_url, system_clock))


def for_remind(settings: Settings) -> RemindDoor:
    from core.notifications.held_news import HeldNewsService
    from core.notifications.weekly import WeeklyDigests
    from core.storage.dynamodb.outbox import DynamoOutbox
    from core.storage.dynamodb.people import DynamoPersonRepository
    from core.storage.dynamodb.reminders import DynamoReminderRepository
    from core.storage.dynamodb.table import Table
    from core.storage.dynamodb.tasks import DynamoTaskRepository

    workspace = WorkspaceId(settings.team_id)
    table = Table(_session(settings).client("dynamodb", config=_patient()), settings.table_name)
    outbox = DynamoOutbox(table, workspace)
    weekly = WeeklyDigests(
        outbox,
        DynamoReminderRepository(table, workspace),
        DynamoTaskRepository(table, workspace, system_clock),
        DynamoPersonRepository(table, workspace),
    )
    return RemindDoor(
        HeldNewsService(outbox, weekly, workspace, fresh_event_id),
        _reminders(table, workspace),
        system_clock,
    )


def _reminders(table: "Table", workspace: WorkspaceId) -> "ReminderService":
    from core.notifications.reminders import ReminderService
    from core.storage.dynamodb.reminders import DynamoReminderRepository
    from core.storage.dynamodb.tasks import DynamoTaskRepository

    tasks = DynamoTaskRepository(table, workspace, system_clock)
    return ReminderService(tasks, DynamoReminderRepository(table, workspace), workspace, fresh_event_id)


def for_work(settings: Settings) -> WorkDoor:
    from core.bootstrap_team import jobs_of
    from core.people.reconciliation import Reconciliation
    from core.sqs import Redelivery
    from core.storage.dynamodb.people import DynamoPersonRepository

    session = _session(settings)
    table = _table(session, settings, _patient())
    client = _cognito_client(session, _patient())
    cognito = _cognito(client, settings)
    services = _services(table, cognito, settings)
    accounts = _accounts(client, cognito, settings)
    people = DynamoPersonRepository(table, services.workspace)
    return WorkDoor(
        jobs=jobs_of(
            table, accounts, _mailer(session, settings, _patient(attempts=1)), services.tasks, services.people
        ),
        reconciliation=Reconciliation(accounts, accounts, people, system_clock),
        redelivery=Redelivery(session.client("sqs", config=_patient()), settings.work_queue_url, system_clock),
    )


def _team(
    session: "Session", table: "Table", accounts: "CognitoAccounts", settings: Settings, services: Services
) -> "TeamServices":
    from core.bootstrap_team import team_services

    mailer = _mailer(session, settings)
    return team_services(table, accounts, mailer, _settings(table, settings), services.tasks, services.people)


def _mailer(session: "Session", settings: Settings, limits: "Config | None" = None) -> "SesMailer":
    """For mails with a temporary password."""
    from core.email import SesMailer

    return SesMailer(
        # A second attempt may be a second mail: whoever waits for it is offered to have another one sent.
        session.client("sesv2", config=limits or _quick(attempts=1)),
        sender=settings.mail_sender,
        configuration_set=settings.mail_configuration_set,
    )


def _accounts(
    client: "CognitoIdentityProviderClient", cognito: "CognitoDirectory", settings: Settings
) -> "CognitoAccounts":
    from core.cognito_accounts import CognitoAccounts

    return CognitoAccounts(client, settings.user_pool_id, cognito)


def _settings(table: "Table", settings: Settings) -> "DynamoSettingsRepository":
    from core.storage.dynamodb.settings import DynamoSettingsRepository
    from core.workspace.settings import WorkspaceSettings

    defaults = WorkspaceSettings(guests=settings.guests)
    return DynamoSettingsRepository(table, WorkspaceId(settings.team_id), defaults)


def _services(table: "Table", cognito: "CognitoDirectory", settings: Settings) -> Services:
    from core.storage.dynamodb.tasks import DynamoTaskRepository
    from core.tasks.service import TaskService

    workspace = WorkspaceId(settings.team_id)
    people = _people(table, cognito, settings)
    tasks = TaskService(
        DynamoTaskRepository(table, workspace, system_clock), people, workspace, system_clock, fresh_event_id
    )
    return Services(workspace, tasks, people)


def _people(table: "Table", cognito: "CognitoDirectory", settings: Settings) -> "PeopleService":
    from core.people.service import PeopleService
    from core.storage.dynamodb.people import DynamoPersonRepository

    people = DynamoPersonRepository(table, WorkspaceId(settings.team_id))
    return PeopleService(people, cognito, system_clock, _settings(table, settings).get)


def _link_news(workspace: WorkspaceId) -> "LinkNews":
    from core.links.news import LinkNews

    return LinkNews(workspace, system_clock, fresh_event_id)


def _mail_links(session: "Session", settings: Settings) -> "MailLinks":
    from core.mail_links import MailLinks

    return MailLinks(_secret(session, settings.mail_link_secret_arn), settings.public_url, system_clock)


def _session(settings: Settings) -> "Session":
    import boto3

    return boto3.Session(region_name=settings.region)


def _quick(attempts: int = 2) -> "Config":
    """Limits for whoever has three seconds to answer: two attempts, and time to say that both failed."""
    from botocore.config import Config

    return Config(connect_timeout=0.5, read_timeout=0.9, retries={"mode": "standard", "total_max_attempts": attempts})


def _unhurried() -> "Config":
    """Limits for whoever's caller waits, but for no more than the gateway's thirty seconds in all."""
    from botocore.config import Config

    return Config(connect_timeout=1, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 3})


def _patient(attempts: int = 4) -> "Config":
    """Limits for whoever may wait and is repeated by a queue or a stream."""
    from botocore.config import Config

    return Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": attempts})


def _table(session: "Session", settings: Settings, config: "Config | None" = None) -> "Table":
    from core.storage.dynamodb.table import Table

    return Table(session.client("dynamodb", config=config or _quick()), settings.table_name)


def _cognito_client(session: "Session", limits: "Config | None" = None) -> "CognitoIdentityProviderClient":
    return session.client("cognito-idp", config=limits or _quick())


def _cognito(client: "CognitoIdentityProviderClient", settings: Settings) -> "CognitoDirectory":
    from core.cognito import CognitoDirectory

    return CognitoDirectory(client, settings.user_pool_id, system_clock)


def _slack_secret(session: "Session", settings: Settings) -> dict[str, str]:
    secret: dict[str, str] = json.loads(_secret(session, settings.slack_secret_arn))
    return secret


def _secret(session: "Session", arn: str) -> str:
    answer = session.client("secretsmanager", config=_patient()).get_secret_value(SecretId=arn)
    return str(answer["SecretString"])


def _slack(secret: dict[str, str], settings: Settings, *, timeout_seconds: int, gap: "Gap | None" = None) -> "SlackApi":
    from core.slack import SlackApi

    trusted = ssl.create_default_context()
    return SlackApi(secret["bot_token"], settings.slack_api_url, trusted, timeout_seconds=timeout_seconds, gap=gap)


def _warm_up(table: "Table", settings: Settings) -> None:
    """Make the connection in init, where Lambda gives a whole core, so that the first command need not."""
    try:
        table.get(Keys(WorkspaceId(settings.team_id)).sequence())
    except DependencyError:
        _log.warning("warm-up failed; the first command will be slower")
