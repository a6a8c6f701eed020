"""The way of an event: activity stream → relay → bus → one queue per channel → its notifier."""

import json
from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from core.settings import Door
from core.storage import schema
from infra.constructs.accepted import accept
from infra.constructs.alarms import alarm_when
from infra.constructs.encryption import Encryption
from infra.constructs.functions import DoorFunction, timeout
from infra.constructs.measured import measured
from infra.constructs.table import TaskTable
from infra.constructs.transport import refuse_plain_http
from infra.stage import Stage

SOURCE: Final = "app.taskmgmt"
TO_SLACK: Final = (
    "TaskAssigned", "TaskUnassigned", "TaskStatusChanged", "TaskUpdated", "TaskCommented",
    "TaskDeleted", "TaskDue", "TasksChanged", "MemberAdded", "LinkRequested", "LinkMade", "LinkDenied", "LinkRemoved",
    "MailSuppressed", "PersonUnreached", "NewsDue", "TestRequested", "JobBegun", "JobEnded",
)  # fmt: skip
TO_EMAIL: Final = (
    "TaskAssigned", "TaskUnassigned", "TaskStatusChanged", "TaskUpdated", "TaskCommented",
    "TaskDeleted", "TaskDue", "TasksChanged", "MemberAdded", "LinkRequested", "LinkMade", "LinkDenied", "LinkRemoved",
    "MailSuppressed", "PersonUnreached", "NewsDue", "TestRequested",
)  # fmt: skip
TO_WORK: Final = ("JobBegun", "MemberChanged", "LinkMade", "LinkRemoved")
"""Which events reach which channel; what no channel acts on, as `MailResumed`, is history alone.

Slack hears of `JobBegun` because it follows long jobs in the windows in which they were begun.
"""
NEW_TASKS_TO_SLACK: Final = {
    "task": {"$or": [{"assigned_to": {"person_id": [{"exists": False}]}}, {"source": [{"exists": True}]}]}
}
"""The `TaskCreated` that Slack hears of too: of tasks that nobody has, for App Home, and of those that were made from a
message, which is answered. All else of a new task is said by the `TaskAssigned` beside it."""

# A notifier backs off to 15 minutes between attempts (core/sqs.py): 50 attempts outlast an outage of ten hours.
MAX_RECEIVE_COUNT: Final = 50
# A call to Slack that hangs is given up after five seconds, one for each of a task's three or four people and one for
# the cards: two messages stay within the notifier's minute.
BATCH: Final = 2
# Two workers that each keep a gap of 0.4 s between messages post five a second: some hundreds a minute, as Slack
# allows an app in a workspace (https://docs.slack.dev/apis/web-api/rate-limits). SES takes 14 mails a second at first.
MAX_CONCURRENCY: Final = {Door.NOTIFY_SLACK: 2, Door.NOTIFY_EMAIL: 5, Door.WORK: 5}
LATE: Final = 5 * 60 * 1000
"""Milliseconds between a change and its event that somebody should look into."""


class EventBus(Construct):
    """The bus that every change is announced on."""

    def __init__(self, scope: Construct, construct_id: str, *, encryption: Encryption) -> None:
        super().__init__(scope, construct_id)
        self.bus = events.EventBus(self, "Bus", kms_key=encryption.key)


class Notifications(Construct):
    """One channel's queue, fed by a rule on the bus, drained by a notifier, with a net below each step."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: EventBus,
        detail_types: Sequence[str],
        door: Door,
        name: str,
        stage: Stage,
        encryption: Encryption,
        visibility: Duration | None = None,
        delay: Duration | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._door = door
        self._name = name
        self._encryption = encryption
        self.dead_letters = self._dead_letter_queue(
            "DeadLetters", "dead-letters", "messages that its function could not handle"
        )
        self.queue = self._queue(visibility or _six_attempts(door, stage), delay)
        self.undelivered = self._dead_letter_queue(
            "UndeliveredEvents", "undelivered", "events that the rule could not put into the queue"
        )
        accept(self.undelivered, "SQS3", because="This is itself where a rule's undeliverable events end.")
        self._listen(bus, detail_types)

    def _queue(self, visibility: Duration, delay: Duration | None) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=visibility,
            delivery_delay=delay,
            retention_period=Duration.days(4),
            encryption=self._encryption.of_queues,
            encryption_master_key=self._encryption.key,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_RECEIVE_COUNT),
        )
        queue.add_to_resource_policy(refuse_plain_http("sqs", queue.queue_arn))
        return queue

    def _listen(self, bus: EventBus, detail_types: Sequence[str]) -> None:
        events.Rule(
            self,
            "Rule",
            event_bus=bus.bus,
            event_pattern=events.EventPattern(source=[SOURCE], detail_type=list(detail_types)),
            targets=[targets.SqsQueue(self.queue, dead_letter_queue=self.undelivered)],
        )

    def _dead_letter_queue(self, construct_id: str, kind: str, holds: str) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            construct_id,
            retention_period=Duration.days(14),
            encryption=self._encryption.of_queues,
            encryption_master_key=self._encryption.key,
        )
        queue.add_to_resource_policy(refuse_plain_http("sqs", queue.queue_arn))
        alarm_when(
            self,
            f"{construct_id}Alarm",
            name=f"{kind}-{self._name}",
            what=f"the queue of {self._name} has {holds}",
            metric=queue.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(5), statistic=cloudwatch.Stats.MAXIMUM
            ),
            threshold=1,
        )
        return queue

    def deliver_through(self, notifier: DoorFunction, *, batch: int = BATCH) -> None:
        """Hand the queue's messages to the notifier, which says which of a batch failed."""
        notifier.target.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=batch,
                report_batch_item_failures=True,
                max_concurrency=MAX_CONCURRENCY[self._door],
            )
        )

    def hear(self, construct_id: str, pattern: events.EventPattern) -> None:
        """Take other events too, from the account's default bus."""
        target = targets.SqsQueue(self.queue, dead_letter_queue=self.undelivered)
        events.Rule(self, construct_id, event_pattern=pattern, targets=[target])

    def hear_of_new_tasks(self, bus: EventBus) -> None:
        """Take those that no other event tells of."""
        pattern = events.EventPattern(source=[SOURCE], detail_type=["TaskCreated"], detail=NEW_TASKS_TO_SLACK)
        target = targets.SqsQueue(self.queue, dead_letter_queue=self.undelivered)
        events.Rule(self, "NewTasksRule", event_bus=bus.bus, event_pattern=pattern, targets=[target])

    def take_from(self, notifier: DoorFunction) -> None:
        """Let the other channel's notifier hand over whom it cannot reach."""
        notifier.allow(["sqs:SendMessage"], [self.queue.queue_arn])


def _six_attempts(door: Door, stage: Stage) -> Duration:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html asks for six timeouts.
    return Duration.seconds(6 * int(timeout(door, stage).to_seconds()))


class ActivityRelay(Construct):
    """New history entries on their way from the table's stream to the bus."""

    def __init__(self, scope: Construct, construct_id: str, *, encryption: Encryption) -> None:
        super().__init__(scope, construct_id)
        self.unpublished = s3.Bucket(
            self,
            "Unpublished",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=encryption.of_buckets,
            encryption_key=encryption.key,
            bucket_key_enabled=True if encryption.key else None,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        bucket = self.unpublished
        bucket.add_to_resource_policy(refuse_plain_http("s3", bucket.bucket_arn, bucket.arn_for_objects("*")))
        accept(
            self.unpublished,
            "S1",
            because="Only the relay writes here and only an operator reads; CloudTrail shows both.",
        )
        alarm_when(
            self,
            "UnpublishedAlarm",
            name="unpublished",
            what="events could not be published and wait in the bucket",
            metric=measured("Unpublished", cloudwatch.Stats.MAXIMUM),
            threshold=1,
        )

    def connect(self, table: TaskTable, relay: DoorFunction, bus: EventBus) -> None:
        """Let `relay` read inserted history entries, publish them, and keep what it cannot publish."""
        self._permit(table, relay, bus)
        self._feed(table, relay)
        alarm_when(
            self,
            "LateAlarm",
            name="late-relay",
            what="changes are announced late",
            metric=age_of(relay),
            threshold=LATE,
        )

    def _permit(self, table: TaskTable, relay: DoorFunction, bus: EventBus) -> None:
        relay.allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [table.stream_arn])
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
        relay.allow(
            ["dynamodb:ListStreams"],
            [f"{table.table.table_arn}/stream/*"],
            wildcard_because="A stream has its name only once it is there.",
        )
        relay.allow(["events:PutEvents"], [bus.bus.event_bus_arn])
        relay.allow(
            ["s3:PutObject"],
            [self.unpublished.arn_for_objects("*")],
            wildcard_because="Objects are named after the events in them.",
        )
        # Lambda checks that it may write to an on-failure bucket by listing it.
        # https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
        relay.allow(["s3:ListBucket"], [self.unpublished.bucket_arn])

    def _feed(self, table: TaskTable, relay: DoorFunction) -> None:
        inserted = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"type": {"S": [schema.ACTIVITY]}}}}
        mapping = lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=relay.target.function_name,
            event_source_arn=table.stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=100,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=50,
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(inserted))]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=self.unpublished.bucket_arn)
            ),
        )
        mapping.node.add_dependency(relay.function.role)


def age_of(relay: DoorFunction) -> cloudwatch.Metric:
    """How many milliseconds ago the newest change was made that the relay has read."""
    return relay.function.metric("IteratorAge", period=Duration.minutes(5), statistic=cloudwatch.Stats.MAXIMUM)
