"""EventBridge events that come by SQS: each handled by itself, so that one bad message holds nobody up."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from core.events import Event
from core.ids import EventId, PersonId
from core.sqs import INSTEAD, TOGETHER, Redelivery

_log = logging.getLogger(__name__)

FEW: Final = 5
"""So often a message is received for what nobody is told by."""

Handle = Callable[[Event, frozenset[PersonId], frozenset[EventId]], datetime | None]
"""Handles an event, of one that was handed over for these people alone, together with these events of its task.

Gives when it is to come again, if at all.
"""


class MinorTroubleError(Exception):
    """Trouble for which a message comes again a few times only."""


def each_event(
    batch: dict[str, Any],
    handle: Handle,
    redelivery: Redelivery,
    others: Mapping[str, Callable[[dict[str, Any]], None]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Hand every message's event to `handle`; answer which messages are to come again: when due, or in trouble later.

    What comes from elsewhere goes, as it came, to the one of `others` for its source.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    again: list[dict[str, str]] = []
    for message in batch["Records"]:
        receipt, received = message["receiptHandle"], int(message["attributes"]["ApproximateReceiveCount"])
        try:
            envelope = json.loads(message["body"])
            if (other := others.get(envelope.get("source"))) is not None:
                other(envelope)
                continue
            instead, together = frozenset(envelope.get(INSTEAD, ())), frozenset(envelope.get(TOGETHER, ()))
            due = handle(Event.from_bus(envelope), instead, together)
            if due is None:
                continue
            redelivery.put_off_until(receipt, due, received)
        except Exception as error:  # noqa: BLE001 - the funnel of this door
            if isinstance(error, MinorTroubleError) and received >= FEW:
                _log.warning("given up", exc_info=error, extra={"message_id": message["messageId"]})
                continue
            _log.warning("message comes again", exc_info=error, extra={"message_id": message["messageId"]})
            redelivery.put_off(receipt, received)
        again.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": again}
