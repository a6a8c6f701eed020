"""Queues: when a message comes again, and what one channel hands over to the other."""

import json
import logging
import math
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from core.clock import Clock
from core.errors import DependencyError
from core.events import Event
from core.ids import EventId, PersonId

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_FIRST_SECONDS: Final = 5
_LONGEST_SECONDS: Final = 15 * 60
_ON_TIME: Final = 9
"""So often a message comes again just when it is due: pauses of Slack's that never end would use up its attempts."""

INSTEAD: Final = "instead"
"""Beside an event that was handed over: whom the other channel could not reach."""
TOGETHER: Final = "together"
"""Beside that: which events of its task were to be one message with it."""

_log = logging.getLogger(__name__)


def seconds_before(attempt: int) -> int:
    """How long a message rests after it was received for the `attempt`-th time."""
    return min(_LONGEST_SECONDS, _FIRST_SECONDS << (attempt - 1))


class Redelivery:
    """Puts messages of one queue off: those in trouble longer each time, so that hours of it use few attempts."""

    def __init__(self, client: "SQSClient", queue_url: str, clock: Clock) -> None:
        self._client = client
        self._queue_url = queue_url
        self._clock = clock

    def put_off(self, receipt_handle: str, received: int) -> None:
        """Hide a message in trouble, longer each time it was received."""
        self._hide(receipt_handle, seconds_before(received))

    def put_off_until(self, receipt_handle: str, when: datetime, received: int) -> None:
        """Hide a message until it is due; one that was received often already, longer each time."""
        left = math.ceil((when - self._clock()).total_seconds())
        rest = seconds_before(received - _ON_TIME) if received > _ON_TIME else 0
        self._hide(receipt_handle, min(_LONGEST_SECONDS, max(left, rest)))

    def _hide(self, receipt_handle: str, seconds: int) -> None:
        """Hide it; where that fails it comes again after the queue's own time."""
        try:
            self._client.change_message_visibility(
                QueueUrl=self._queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )
        except (BotoCoreError, ClientError):
            _log.warning("a message could not be put off", exc_info=True)


class QueueHandover:
    """Puts an event into the other channel's queue, for people whom this one cannot reach."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def give(self, event: Event, person_id: PersonId, together: Collection[EventId] = ()) -> None:
        """Raise DependencyError; given twice, it is told once."""
        self._send({**event.envelope, INSTEAD: [person_id], TOGETHER: sorted(together)})

    def announce(self, event: Event) -> None:
        """Put in an event that no rule brings there, or not any more; raise DependencyError."""
        self._send(event.envelope)

    def _send(self, envelope: dict[str, Any]) -> None:
        body = json.dumps(envelope)
        try:
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)
        except ClientError as error:
            raise DependencyError("sqs", error.response["Error"]["Code"], retryable=True) from error
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise DependencyError("sqs", type(error).__name__, retryable=True) from error
        except BotoCoreError as error:
            raise DependencyError("sqs", type(error).__name__, retryable=True, uncertain=True) from error
