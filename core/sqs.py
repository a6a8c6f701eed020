"""When a message that could not be handled comes again."""

import logging
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_FIRST_SECONDS: Final = 5
_LONGEST_SECONDS: Final = 15 * 60

_log = logging.getLogger(__name__)


def seconds_before(attempt: int) -> int:
    """How long a message rests after it was received for the `attempt`-th time."""
    return min(_LONGEST_SECONDS, _FIRST_SECONDS << (attempt - 1))


class Redelivery:
    """Puts messages of one queue off, longer each time, so that an outage of hours uses few attempts."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put_off(self, receipt_handle: str, received: int) -> None:
        """Hide a message for a while; where that fails it comes again after the queue's own time."""
        try:
            self._client.change_message_visibility(
                QueueUrl=self._queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds_before(received)
            )
        except (BotoCoreError, ClientError):
            _log.warning("a message could not be put off", exc_info=True)
