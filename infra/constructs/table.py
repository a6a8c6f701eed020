"""The one table, as `core.storage.schema` draws it."""

from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from core.storage import schema
from infra.constructs.functions import DoorFunction

_READ: Final = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
# TransactWriteItems has no permission of its own: it asks for those of the writes in it.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
_WRITE: Final = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem")
_DELIVERY: Final = (*_READ, "dynamodb:PutItem", "dynamodb:UpdateItem")


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


class TaskTable(Construct):
    """Tasks, people, links and deliveries; kept when the stack goes."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
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
