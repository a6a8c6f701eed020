"""What the function is made of that tells people in Slack."""

from dataclasses import dataclass
from typing import Final

from core.bootstrap.aws import Secrets, patient, table_of, trust, trusting
from core.clock import system_clock
from core.ids import WorkspaceId
from core.jobs.ports import JobRepository
from core.links.disputes import DisputeOffers
from core.links.ports import LinkRepository, RequestCards
from core.notifications.ended import EndedNews
from core.notifications.homes import HomeRepository
from core.notifications.ports import (
    CardRepository,
    DeliveryRepository,
    Handover,
    Outbox,
    Pace,
    SlackInstallation,
    TaskHistory,
)
from core.notifications.preferences import PreferenceRepository
from core.people.ports import PersonRepository
from core.settings import Settings
from core.slack import Gap, SlackApi
from core.sqs import QueueHandover, Redelivery
from core.storage.dynamodb.deliveries import DynamoCardRepository, DynamoDeliveryRepository
from core.storage.dynamodb.homes import DynamoHomeRepository
from core.storage.dynamodb.installation import DynamoInstallation
from core.storage.dynamodb.jobs import DynamoJobRepository
from core.storage.dynamodb.links import DynamoLinkRepository
from core.storage.dynamodb.outbox import DynamoOutbox
from core.storage.dynamodb.pace import DynamoPace
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.preferences import DynamoPreferenceRepository
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.ports import TaskRepository

SECONDS_BETWEEN_MESSAGES: Final = 0.4
"""That a worker lets pass in Slack; how many workers there are is said where their queue is."""


@dataclass(frozen=True, slots=True)
class SlackDelivery:
    """What the Slack sender is made of; the sender itself knows Block Kit and so is the bot's."""

    slack: SlackApi
    deliveries: DeliveryRepository
    cards: CardRepository
    requests: RequestCards
    links: LinkRepository
    disputes: DisputeOffers
    installation: SlackInstallation
    homes: HomeRepository
    tasks: TaskRepository
    people: PersonRepository
    history: TaskHistory
    handover: Handover
    ended: EndedNews
    pace: Pace
    preferences: PreferenceRepository
    outbox: Outbox
    jobs: JobRepository
    redelivery: Redelivery


def for_notify_slack(settings: Settings, secrets: Secrets) -> SlackDelivery:
    session, workspace = secrets.session, WorkspaceId(settings.team_id)
    # Who has sent something and cannot write it down would send it twice.
    table, secret = table_of(session, settings, patient()), secrets.slack(settings)
    trusted, gap = trust(), Gap(SECONDS_BETWEEN_MESSAGES)
    links = DynamoLinkRepository(table, workspace)
    sqs = trusting(session.client("sqs", config=patient()))
    installation = DynamoInstallation(table, workspace, secret["bot_token"], system_clock)
    by_mail = QueueHandover(sqs, settings.email_queue_url)
    tasks = DynamoTaskRepository(table, workspace, system_clock)
    return SlackDelivery(
        slack=SlackApi(secret["bot_token"], settings.slack_api_url, trusted, timeout_seconds=5, gap=gap),
        deliveries=DynamoDeliveryRepository(table, workspace, system_clock),
        cards=DynamoCardRepository(table, workspace),
        requests=links,
        links=links,
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
        jobs=DynamoJobRepository(table, workspace),
        redelivery=Redelivery(sqs, settings.slack_queue_url, system_clock),
    )
