"""The table is the one that `core.storage.schema` draws, and nothing in it is lost by accident."""

import pytest

from core.storage import schema
from tests.support.template import StackTemplate, logical


@pytest.fixture
def index_projections(template: StackTemplate) -> dict[str, dict[str, object]]:
    indexes = template.only("AWS::DynamoDB::Table")["GlobalSecondaryIndexes"]
    return {index["IndexName"]: index["Projection"] for index in indexes}


def test_the_keys_are_the_schemas(template: StackTemplate) -> None:
    table = template.only("AWS::DynamoDB::Table")

    assert table["KeySchema"] == [
        {"AttributeName": schema.PARTITION_KEY, "KeyType": "HASH"},
        {"AttributeName": schema.SORT_KEY, "KeyType": "RANGE"},
    ]


def test_the_indexes_have_the_schemas_keys(template: StackTemplate) -> None:
    keys = {
        index["IndexName"]: tuple(key["AttributeName"] for key in index["KeySchema"])
        for index in template.only("AWS::DynamoDB::Table")["GlobalSecondaryIndexes"]
    }

    assert keys == {index: schema.index_keys(index) for index in schema.INDEXES}


@pytest.mark.parametrize("index", schema.INDEXES)
def test_an_index_carries_what_the_schema_says(index_projections: dict[str, dict[str, object]], index: str) -> None:
    projection = index_projections[index]

    assert projection == {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(schema.INDEXES[index])}


@pytest.mark.parametrize("index", schema.INDEXES)
def test_dynamodb_accepts_the_projection(index: str) -> None:
    """20 attributes an index, 100 in all; the emulator takes any number.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html
    """
    assert len(schema.INDEXES[index]) <= 20
    assert sum(map(len, schema.INDEXES.values())) <= 100


def test_capacity_is_paid_by_request(template: StackTemplate) -> None:
    assert template.only("AWS::DynamoDB::Table")["BillingMode"] == "PAY_PER_REQUEST"


def test_any_second_of_the_last_weeks_can_be_restored(template: StackTemplate) -> None:
    recovery = template.only("AWS::DynamoDB::Table")["PointInTimeRecoverySpecification"]

    assert recovery == {"PointInTimeRecoveryEnabled": True}


def test_expired_items_go_by_the_schemas_attribute(template: StackTemplate) -> None:
    expiry = template.only("AWS::DynamoDB::Table")["TimeToLiveSpecification"]

    assert expiry == {"AttributeName": schema.EXPIRES_AT, "Enabled": True}


def test_the_stream_shows_an_item_before_and_after(template: StackTemplate) -> None:
    stream = template.only("AWS::DynamoDB::Table")["StreamSpecification"]

    assert stream == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.mark.parametrize(
    "kind",
    ["AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"],
)
def test_what_holds_data_outlives_the_stack(template: StackTemplate, kind: str) -> None:
    # The key of mailed links is no data: a new one is as good.
    kept = {logical(name): each for name, each in template.body["Resources"].items() if each["Type"] == kind}
    [resource] = [each for name, each in kept.items() if name != "MailLinkSecret"]

    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"
