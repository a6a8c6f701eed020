"""The one table, as `core.storage.schema` draws it."""

from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from core.storage import schema
from infra.constructs.alarms import alarm_when
from infra.constructs.encryption import Encryption
from infra.constructs.functions import DoorFunction
from infra.stage import Stage

_READ: Final = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
# TransactWriteItems has no permission of its own: it asks for those of the writes in it.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
_WRITE: Final = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
_DELIVERY: Final = (*_READ, "dynamodb:PutItem", "dynamodb:UpdateItem")


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


class TaskTable(Construct):
    """Tasks, people, links and deliveries; kept when the stack goes."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, encryption: Encryption) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text(schema.PARTITION_KEY),
            sort_key=_text(schema.SORT_KEY),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute=schema.EXPIRES_AT,
            encryption=encryption.of_tables,
            encryption_key=encryption.key,
            deletion_protection=stage.protects_data,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        for index, attributes in schema.INDEXES.items():
            partition_key, sort_key = schema.index_keys(index)
            self.table.add_global_secondary_index(
                index_name=index,
                partition_key=_text(partition_key),
                sort_key=_text(sort_key),
                projection_type=dynamodb.ProjectionType.INCLUDE,
                non_key_attributes=list(attributes),
            )

        for place, metric in self.throttles.items():
            alarm_when(
                self,
                f"{place}ThrottlesAlarm",
                name=f"throttled-{place}",
                what="DynamoDB turns requests away",
                metric=metric,
                threshold=1,
                periods=2,
                of=3,
            )

    @property
    def throttles(self) -> dict[str, cloudwatch.Metric]:
        """Requests that were turned away by the table and by each index, reads and writes apart.

        Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
        """
        return {
            f"{place}-{kind.lower()}s": cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name=f"{kind}ThrottleEvents",
                dimensions_map={
                    "TableName": self.table.table_name,
                    **({} if place == "table" else {"GlobalSecondaryIndexName": place}),
                },
                statistic=cloudwatch.Stats.SUM,
                period=Duration.minutes(5),
            )
            for place in ("table", *schema.INDEXES)
            for kind in ("Read", "Write")
        }

    @property
    def stream_arn(self) -> str:
        arn = self.table.table_stream_arn
        assert arn is not None  # noqa: S101 (the table above has a stream)
        return arn

    def allow_services(self, door: DoorFunction) -> None:
        """Let a door run any service: read and change items, query the indexes, never scan."""
        door.allow([*_READ, *_WRITE], [self.table.table_arn])
        door.allow(["dynamodb:Query"], [f"{self.table.table_arn}/index/{index}" for index in schema.INDEXES])

    def allow_indexing(self, door: DoorFunction) -> None:
        """Let a door write the words by which tasks are found."""
        door.allow(["dynamodb:BatchWriteItem"], [self.table.table_arn])

    def allow_delivery(self, door: DoorFunction) -> None:
        """Let a notifier read what it tells, and whom, and keep record of what it told."""
        door.allow(_DELIVERY, [self.table.table_arn])
        door.allow(["dynamodb:Query"], [f"{self.table.table_arn}/index/{schema.OWNERS_AND_DIRECTORY}"])

    def allow_homes(self, door: DoorFunction) -> None:
        """Let a door read, besides what delivery reads, what stands in an App Home."""
        door.allow(["dynamodb:Query"], [f"{self.table.table_arn}/index/{schema.CREATORS_AND_ACTORS}"])

    def allow_reminding(self, door: DoorFunction) -> None:
        """Let a door see what is due and what was held back, and write that it let it go."""
        door.allow(_DELIVERY, [self.table.table_arn])
        indexes = (schema.BOARD, schema.OWNERS_AND_DIRECTORY)
        door.allow(["dynamodb:Query"], [f"{self.table.table_arn}/index/{index}" for index in indexes])
