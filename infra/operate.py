"""What operators do by hand: `python -m infra.operate replay` and `python -m infra.operate redrive`.

`replay` publishes what the relay had to leave in the bucket, `redrive` puts dead letters back into the queues that they
fell out of. Whoever runs them may do so by their AWS credentials. Both may be broken off and run again: consumers drop
what they have had already.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from core.clock import Clock, system_clock
from core.errors import DependencyError, InvalidInputError, NotFoundError
from core.eventbridge import EventPublisher
from core.events import Event
from core.ids import WorkspaceId
from core.storage import schema
from core.storage.dynamodb.deliveries import KEPT_FOR
from core.storage.dynamodb.table import Table, unpacked
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.dynamodb.words import DynamoWordIndex
from core.validation import validated
from infra.app import STACK_NAME

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

Client = Callable[[str], Any]

_DEAD_LETTERS: Final = ("DlqUrl", "UndeliveredUrl")
"""How the names of outputs end that are dead-letter queues: of a queue, and of the rule that fills it."""

_UNREADABLE: Final = (InvalidInputError, ValueError, KeyError, TypeError, AttributeError)
"""How reading something else than an event ends: whoever looks for its parts finds none, or others."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack, as whoever operates it sees it."""

    client: Client
    outputs: Mapping[str, str]
    workspace: WorkspaceId

    @classmethod
    def named(cls, stack_name: str, client: Client) -> "Deployment":
        [stack] = client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
        parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        return cls(client, outputs, WorkspaceId(parameters["SlackTeamId"]))


@dataclass(frozen=True, slots=True)
class Left:
    """An object that stays in the bucket, and why."""

    key: str
    reason: str


class Replay:
    """Publishes what lies in the bucket, object by object, and takes away what went through."""

    def __init__(self, deployment: Deployment, clock: Clock) -> None:
        client, outputs = deployment.client, deployment.outputs
        self._store: S3Client = client("s3")
        self._bucket = outputs["UnpublishedBucketName"]
        self._clock = clock
        self._publisher = EventPublisher(
            client("events"), self._store, bus=outputs["EventBusName"], bucket=self._bucket, clock=clock
        )
        table = Table(client("dynamodb"), outputs["TableName"])
        self._tasks = DynamoTaskRepository(table, deployment.workspace, clock)
        self._words = DynamoWordIndex(table, deployment.workspace)

    def run(self) -> Iterator[int | Left]:
        """Give for each object how many events it had, or why it is left."""
        pages = self._store.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        for key in [each["Key"] for page in pages for each in page.get("Contents", [])]:
            try:
                events = events_in(self._store.get_object(Bucket=self._bucket, Key=key)["Body"].read())
                self._publish(events)
            except (DependencyError, *_UNREADABLE) as problem:
                yield Left(key, f"{type(problem).__name__}: {problem}")
            else:
                self._store.delete_object(Bucket=self._bucket, Key=key)
                yield len(events)

    def _publish(self, events: Sequence[Event]) -> None:
        if any(event.occurred_at < self._clock() - KEPT_FOR for event in events):
            raise ValueError("who was told before is forgotten by now, and would be told again")
        if refused := self._publisher.refused(events):
            raise DependencyError("events", ", ".join(sorted({code for _, code in refused})), retryable=True)
        self._words.keep_up([self._as_the_task_is_now(event) for event in events])

    def _as_the_task_is_now(self, event: Event) -> Event:
        """Words are kept up in the order of the changes, and there were others since."""
        if event.task is None:
            return event
        try:
            task = self._tasks.get(event.task.task_id)
        except NotFoundError:
            task = event.task.model_copy(update={"deleted_at": self._clock()})
        return event.model_copy(update={"task": task})


def events_in(body: bytes) -> list[Event]:
    """Read an object of the bucket: what the relay kept, or what Lambda kept of a batch that the relay never took.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html

    Raises:
        InvalidInputError: an event of no kind that is known; other errors: it is something else.
    """
    match json.loads(body):
        case {"content": {"detail-type": _, "detail": _} as envelope}:
            return [Event.from_bus(envelope)]
        case {"content": dict(image)}:
            return [_event(image)]
        case {"payload": payload}:
            records = (json.loads(payload) if isinstance(payload, str) else payload)["Records"]
            return [_event(record["dynamodb"]["NewImage"]) for record in records if _is_news(record)]
    raise ValueError("nothing that the relay or Lambda writes")


def _is_news(record: Mapping[str, Any]) -> bool:
    """Whether the mapping's filter lets a record through to the relay."""
    image = record["dynamodb"].get("NewImage", {})
    return bool(record["eventName"] == "INSERT" and image.get("type") == {"S": schema.ACTIVITY})


def _event(image: Mapping[str, Any]) -> Event:
    return validated(Event, **unpacked(image))


def redrive(deployment: Deployment) -> dict[str, int]:
    """Move all dead letters back; gives how many by the name of the output.

    SQS's own task for it (StartMessageMoveTask) does not take the queues that a rule of EventBridge fills.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
    """
    sqs, outputs = deployment.client("sqs"), deployment.outputs
    return {
        name: _move(sqs, url, outputs[f"{name.removesuffix(end)}QueueUrl"])
        for name, url in outputs.items()
        for end in _DEAD_LETTERS
        if name.endswith(end)
    }


def _move(sqs: "SQSClient", source: str, target: str) -> int:
    moved = 0
    # A long poll asks every server: where it finds nothing, there is nothing.
    while messages := sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"):
        for message in messages:
            sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    return moved


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def _replay(deployment: Deployment) -> int:
    counts, left = list[int](), list[Left]()
    for done in Replay(deployment, system_clock).run():
        if isinstance(done, Left):
            left.append(done)
            _say(f"left {done.key}: {done.reason}")
        else:
            counts.append(done)
    _say(f"Events published: {sum(counts)}. Objects done with: {len(counts)}, left: {len(left)}.")
    return 1 if left else 0


def _redrive(deployment: Deployment) -> int:
    for name, moved in redrive(deployment).items():
        _say(f"{name}: {moved} moved back")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.operate", description=__doc__)
    parser.add_argument("act", choices=("replay", "redrive"))
    parser.add_argument("--stack", default=STACK_NAME, help=f"the deployed stack (default: {STACK_NAME})")
    options = parser.parse_args(arguments)
    client: Any = boto3.Session().client
    try:
        deployment = Deployment.named(options.stack, client)
        return _replay(deployment) if options.act == "replay" else _redrive(deployment)
    except (BotoCoreError, ClientError) as problem:
        sys.stderr.write(f"AWS does not do it: {problem}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
