"""A listener on the event bus: what a stranger's rule would see."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.local.local_stack import LocalStack


class BusListener:
    def __init__(self, stack: LocalStack, queue: str) -> None:
        self._sqs = stack.aws.client("sqs")
        self._queue = queue
        self._heard: list[dict[str, Any]] = []

    def heard(self, task_id: str) -> list[dict[str, Any]]:
        """The envelopes of a task's events so far, in the order of their ids."""
        return [each for each in self.everything() if each["detail"].get("task", {}).get("task_id") == task_id]

    def everything(self) -> list[dict[str, Any]]:
        """Every envelope so far, in the order of their ids."""
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            self._heard += [json.loads(message["Body"]) for message in messages]
            handles = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)
            ]
            self._sqs.delete_message_batch(QueueUrl=self._queue, Entries=handles)
        return sorted(self._heard, key=lambda envelope: str(envelope["detail"]["event_id"]))


@contextmanager
def listening(stack: LocalStack) -> Iterator[BusListener]:
    """Hear every event on the bus while the block runs."""
    name = f"listener-{uuid.uuid4().hex[:8]}"
    sqs, events = stack.aws.client("sqs"), stack.aws.client("events")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = stack.info["bus"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["app.taskmgmt"]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    try:
        yield BusListener(stack, queue)
    finally:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
        events.delete_rule(Name=name, EventBusName=bus)
        sqs.delete_queue(QueueUrl=queue)
