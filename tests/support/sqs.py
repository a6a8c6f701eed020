"""Messages as SQS hands them to a function."""

import json
from typing import Any


def sqs_message(body: str, *, message_id: str = "message-1", received: int = 1) -> dict[str, Any]:
    """One record: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    return {
        "messageId": message_id,
        "receiptHandle": f"handle of {message_id}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(received)},
        "eventSource": "aws:sqs",
    }


def sqs_batch(*envelopes: dict[str, Any]) -> dict[str, Any]:
    """A batch of EventBridge envelopes."""
    messages = enumerate(map(json.dumps, envelopes))
    return {"Records": [sqs_message(body, message_id=f"message-{number}") for number, body in messages]}
