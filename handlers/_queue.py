"""EventBridge events that come by SQS: each handled by itself, so that one bad message holds nobody up."""

import json
import logging
from collections.abc import Callable
from typing import Any

from core.events import Event
from core.sqs import Redelivery

_log = logging.getLogger(__name__)


def each_event(batch: dict[str, Any], handle: Callable[[Event], None], redelivery: Redelivery) -> dict[str, Any]:
    """Hand every message's event to `handle`; answer which messages are to come again, later each time.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    again: list[dict[str, str]] = []
    for message in batch["Records"]:
        try:
            handle(Event.from_bus(json.loads(message["body"])))
        except Exception as error:  # noqa: BLE001 - the funnel of this door
            _log.warning("message comes again", exc_info=error, extra={"message_id": message["messageId"]})
            redelivery.put_off(message["receiptHandle"], int(message["attributes"]["ApproximateReceiveCount"]))
            again.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": again}
