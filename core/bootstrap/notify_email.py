"""What the function is made of that tells people by email."""

from dataclasses import dataclass

from core.bootstrap.aws import Secrets, patient, table_of, trusting
from core.clock import fresh_event_id, system_clock
from core.email import SesMailer
from core.ids import WorkspaceId
from core.links.disputes import DisputeOffers
from core.mail_links import MailLinks
from core.notifications.mail import EmailSender
from core.notifications.service import DeliveryService
from core.settings import Settings
from core.sqs import QueueHandover, Redelivery
from core.storage.dynamodb.deliveries import DynamoDeliveryRepository
from core.storage.dynamodb.links import DynamoLinkRepository
from core.storage.dynamodb.outbox import DynamoOutbox
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.preferences import DynamoPreferenceRepository
from core.storage.dynamodb.suppressions import DynamoSuppressionRepository
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.suppression.service import MailFeedback


@dataclass(frozen=True, slots=True)
class EmailDelivery:
    service: DeliveryService
    feedback: MailFeedback
    redelivery: Redelivery


def for_notify_email(settings: Settings, secrets: Secrets) -> EmailDelivery:
    session, workspace = secrets.session, WorkspaceId(settings.team_id)
    table = table_of(session, settings, patient())
    disputes = DisputeOffers(DynamoLinkRepository(table, workspace), settings.public_url, system_clock)
    sqs = trusting(session.client("sqs", config=patient()))
    mailer = SesMailer(
        # A repeated send may be a second mail: the queue repeats it, where the record of the delivery allows.
        trusting(session.client("sesv2", config=patient(attempts=1))),
        sender=settings.mail_sender,
        configuration_set=settings.mail_configuration_set,
    )
    people, suppressions = DynamoPersonRepository(table, workspace), DynamoSuppressionRepository(table, workspace)
    mail_links = MailLinks(secrets.value(settings.mail_link_secret_arn), settings.public_url, system_clock)
    service = DeliveryService(
        DynamoDeliveryRepository(table, workspace, system_clock),
        people,
        DynamoTaskRepository(table, workspace, system_clock),
        EmailSender(mailer, system_clock, suppressions, mail_links, disputes.offer, settings.slack_app_url),
        QueueHandover(sqs, settings.slack_queue_url),
        DynamoPreferenceRepository(table, workspace),
        DynamoOutbox(table, workspace),
        system_clock,
        wait=settings.news_wait,
    )
    feedback = MailFeedback(suppressions, people, workspace, system_clock, fresh_event_id)
    return EmailDelivery(service, feedback, Redelivery(sqs, settings.email_queue_url, system_clock))
