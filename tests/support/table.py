"""The table in an emulator without the stack: made from the same schema."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.storage import schema
from core.storage.dynamodb.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def create_table(client: "DynamoDBClient", name: str) -> None:
    """Create the table with its keys and indexes."""
    keys = [(schema.PARTITION_KEY, schema.SORT_KEY), *map(schema.index_keys, schema.INDEXES)]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"} for pair in keys for attribute in pair
        ],
        KeySchema=[
            {"AttributeName": schema.PARTITION_KEY, "KeyType": "HASH"},
            {"AttributeName": schema.SORT_KEY, "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": schema.index_keys(index)[0], "KeyType": "HASH"},
                    {"AttributeName": schema.index_keys(index)[1], "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(dict.fromkeys(projected))},
            }
            for index, projected in schema.INDEXES.items()
        ],
    )


class FillingTable(Table):
    """For filling a table: what a transaction holds is written one by one, since moto copies all there is for each."""

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        writes: dict[str, Any] = {"Put": self._client.put_item, "Update": self._client.update_item}
        for action in actions:
            for kind, parameters in action.items():
                writes[kind](**parameters)
