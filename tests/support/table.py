"""The table in an emulator without the stack: made from the same schema."""

from typing import TYPE_CHECKING

from core.storage import schema

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
