"""DynamoDB stream → EventBridge: every history entry that was written goes out on the bus."""

import logging
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from pydantic import ValidationError

from core.bootstrap import for_relay
from core.eventbridge import EventPublisher
from core.events import Event
from core.settings import Door, Settings
from handlers._runtime import Handler, started_by_lambda

_log = logging.getLogger(__name__)
_deserialize = TypeDeserializer().deserialize


def build(settings: Settings) -> Handler:
    publisher = for_relay(settings)

    def relay(batch: dict[str, Any], _context: Any) -> None:
        # A raised error makes the stream repeat the whole batch: consumers drop what they had already.
        publisher.publish([event for record in batch["Records"] if (event := _read(record, publisher)) is not None])

    return relay


def _read(record: dict[str, Any], publisher: EventPublisher) -> Event | None:
    item = {name: _deserialize(value) for name, value in record["dynamodb"]["NewImage"].items()}
    try:
        return Event.model_validate(item)
    except ValidationError as failure:
        _log.exception("a history entry that no event can be read from")
        publisher.keep(f"{item['pk']}/{item['sk']}", item, reason=f"{failure.error_count()} fields unreadable")
        return None


__getattr__ = started_by_lambda(Door.RELAY, build)
