"""What the function behind the table's stream is made of."""

from dataclasses import dataclass

from core.bootstrap.aws import patient, session_of, table_of, trusting
from core.clock import system_clock
from core.eventbridge import EventPublisher
from core.ids import WorkspaceId
from core.settings import Settings
from core.storage.dynamodb.words import DynamoWordIndex


@dataclass(frozen=True, slots=True)
class RelayDoor:
    publisher: EventPublisher
    words: DynamoWordIndex


def for_relay(settings: Settings) -> RelayDoor:
    session = session_of(settings)
    publisher = EventPublisher(
        trusting(session.client("events", config=patient())),
        trusting(session.client("s3", config=patient())),
        bus=settings.event_bus_name,
        bucket=settings.unpublished_bucket_name,
        clock=system_clock,
    )
    table = table_of(session, settings, patient())
    return RelayDoor(publisher, DynamoWordIndex(table, WorkspaceId(settings.team_id)))
