"""DynamoDB stream → EventBridge: every history entry that was written goes out on the bus, its words into the index."""

import logging
from typing import Any

from core import metrics
from core.bootstrap.relay import for_relay
from core.clock import system_clock
from core.errors import InvalidInputError
from core.eventbridge import EventPublisher
from core.events import Event
from core.settings import Door, Settings
from core.storage.dynamodb.table import unpacked
from core.validation import validated
from handlers._runtime import Handler, started_by_lambda

_log = logging.getLogger(__name__)


def build(settings: Settings) -> Handler:
    door = for_relay(settings)

    def relay(batch: dict[str, Any], _context: Any) -> None:
        read = (_read(record, door.publisher) for record in batch["Records"])
        events = [event for event in read if event is not None]
        # A raised error makes the stream repeat the whole batch: consumers drop what they had already.
        door.publisher.publish(events)
        if events:
            _log.info("published", extra=metrics.of_relay([each.occurred_at for each in events], now=system_clock()))
        door.words.keep_up(events)

    return relay


def _read(record: dict[str, Any], publisher: EventPublisher) -> Event | None:
    image: dict[str, Any] = record["dynamodb"]["NewImage"]
    item = unpacked(image)
    try:
        return validated(Event, **item)
    except InvalidInputError as failure:
        name, reason = f"{item['pk']}/{item['sk']}", str(failure)
        _log.error("no event can be read from a history entry", extra={"entry": name, "reason": reason})
        publisher.keep(name, image, reason=reason)
        return None


__getattr__ = started_by_lambda(Door.RELAY, build)
