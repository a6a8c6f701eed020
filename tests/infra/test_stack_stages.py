"""What a stage changes of the stack, and what it must never change: where the data lies."""

import json
from typing import Any

import pytest

from core.settings import Door
from infra.constructs.encryption import USE_OF_TABLE
from infra.constructs.transport import EMULATOR
from infra.local.aws import ACCOUNT
from tests.support.template import StackTemplate, listed, logical, written

HOLDS_DATA = {
    "AWS::DynamoDB::Table",
    "AWS::Cognito::UserPool",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::SQS::Queue",
}
IDS = {
    "ActivityUnpublishedF129BD82",
    "EmailNotificationsDeadLettersA5139536",
    "EmailNotificationsQueueB7C93BD5",
    "EmailNotificationsUndeliveredEvents21843EF9",
    "JobsDeadLetters8D991969",
    "JobsQueue24944186",
    "JobsUndeliveredEventsB9F64AA7",
    "MailLinkSecret8FEDBF70",
    "PeoplePoolC64A4D1E",
    "SlackNotificationsDeadLetters6896BA65",
    "SlackNotificationsQueueF1E96B8E",
    "SlackNotificationsUndeliveredEvents26D73DDD",
    "SlackSecret2635D3E9",
    "TasksTable45D1B62D",
}


def ids_of_data(template: StackTemplate) -> set[str]:
    return {name for name, each in template.body["Resources"].items() if each["Type"] in HOLDS_DATA}


def test_what_holds_data_is_called_the_same_in_every_stage(template: StackTemplate, full: StackTemplate) -> None:
    assert ids_of_data(template) == ids_of_data(full)


def test_what_holds_data_is_called_as_it_always_was(template: StackTemplate) -> None:
    """Another logical id would be another, empty resource."""
    assert ids_of_data(template) == IDS


def test_prod_cannot_be_deleted_by_mistake(template: StackTemplate, full: StackTemplate) -> None:
    assert full.only("AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is True
    assert full.only("AWS::Cognito::UserPool")["DeletionProtection"] == "ACTIVE"
    assert not template.only("AWS::DynamoDB::Table").get("DeletionProtectionEnabled")
    assert template.only("AWS::Cognito::UserPool").get("DeletionProtection", "INACTIVE") == "INACTIVE"


def test_logs_stay_as_long_as_the_stage_says(template: StackTemplate, full: StackTemplate) -> None:
    for each, days in ((template, 30), (full, 365)):
        assert {group["RetentionInDays"] for group in each.resources("AWS::Logs::LogGroup").values()} == {days}


def test_everything_with_tags_says_what_it_belongs_to(template: StackTemplate) -> None:
    tags = {(each["Key"], each["Value"]) for each in template.only("AWS::DynamoDB::Table")["Tags"]}

    assert tags == {("app", "task-bot"), ("stage", "dev")}
    assert template.only("AWS::Cognito::UserPool")["UserPoolTags"] == {"app": "task-bot", "stage": "dev"}


def test_the_seeds_memory_and_timeout_can_be_had(full: StackTemplate) -> None:
    assert {each["MemorySize"] for each in full.functions().values()} == {256}
    assert {full.functions()[door]["Timeout"] for door in (Door.SLACK, Door.WEB, Door.API)} == {30}


def test_a_function_may_be_kept_a_share_of_what_runs_at_once(template: StackTemplate, full: StackTemplate) -> None:
    reserved = {door: each.get("ReservedConcurrentExecutions") for door, each in full.functions().items()}

    assert reserved == {door: 20 if door is Door.SLACK else None for door in Door}
    assert not any("ReservedConcurrentExecutions" in each for each in template.functions().values())


def test_traces_stay_off_the_path_that_slack_waits_for(template: StackTemplate, full: StackTemplate) -> None:
    traced = {door for door, each in full.functions().items() if each.get("TracingConfig") == {"Mode": "Active"}}

    assert traced == set(Door) - {Door.SLACK}
    assert not any("TracingConfig" in each for each in template.functions().values())


def test_no_function_starts_from_a_snapshot_unless_asked(template: StackTemplate) -> None:
    assert not any("SnapStart" in each for each in template.functions().values())
    assert not template.resources("AWS::Lambda::Version")
    assert not template.resources("AWS::Lambda::Alias")


def test_whoever_calls_a_function_with_a_snapshot_calls_the_version_that_has_it(full: StackTemplate) -> None:
    aliases = set(full.resources("AWS::Lambda::Alias"))
    integrations = full.resources("AWS::ApiGatewayV2::Integration").values()
    mappings = full.resources("AWS::Lambda::EventSourceMapping").values()
    clocks = [full.resources("AWS::Events::Rule")[name] for name in ("QuarterHoursRule", "NightsRule")]
    called = [
        *(each["IntegrationUri"] for each in integrations),
        *(each["FunctionName"] for each in mappings),
        *(each["Targets"][0]["Arn"] for each in clocks),
    ]

    assert len(aliases) == len(Door)
    assert {each["SnapStart"]["ApplyOn"] for each in full.functions().values()} == {"PublishedVersions"}
    assert {_alias(each) for each in called} <= aliases


def _alias(reference: Any) -> str:
    text = written(reference)
    if "Fn::Select" in json.dumps(reference):  # The alias's name, cut out of its ARN.
        [text] = {part for part in json.dumps(reference).split('"') if "Live" in part}
    return logical(text.removesuffix(".Arn"))


def test_data_lies_under_a_key_of_the_accounts_own_where_asked(template: StackTemplate, full: StackTemplate) -> None:
    key = full.only("AWS::KMS::Key")
    arn = "EncryptionKey.Arn"

    assert key["EnableKeyRotation"] is True
    assert written(full.only("AWS::DynamoDB::Table")["SSESpecification"]["KMSMasterKeyId"]) == arn
    assert {written(each["KmsMasterKeyId"]) for each in full.resources("AWS::SQS::Queue").values()} == {arn}
    assert {written(each["KmsKeyId"]) for each in full.resources("AWS::SecretsManager::Secret").values()} == {arn}
    assert {written(each["KmsKeyId"]) for each in full.resources("AWS::Logs::LogGroup").values()} == {arn}
    assert written(full.only("AWS::SNS::Topic")["KmsMasterKeyId"]) == arn
    [rule] = full.only("AWS::S3::Bucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert written(rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) == arn
    assert not template.resources("AWS::KMS::Key")
    assert all(each["SqsManagedSseEnabled"] for each in template.resources("AWS::SQS::Queue").values())


def test_the_key_outlives_what_it_encrypted(full: StackTemplate) -> None:
    [key] = [each for each in full.body["Resources"].values() if each["Type"] == "AWS::KMS::Key"]

    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_events_on_their_way_lie_under_that_key(template: StackTemplate, full: StackTemplate) -> None:
    assert written(full.only("AWS::Events::EventBus")["KmsKeyIdentifier"]) == "EncryptionKey.Arn"
    assert "KmsKeyIdentifier" not in template.only("AWS::Events::EventBus")


def test_what_functions_are_told_and_their_snapshots_lie_under_that_key(
    template: StackTemplate, full: StackTemplate
) -> None:
    assert {written(each["KmsKeyArn"]) for each in full.functions().values()} == {"EncryptionKey.Arn"}
    assert not any("KmsKeyArn" in each for each in template.functions().values())


def test_who_signs_in_lies_under_that_key(template: StackTemplate, full: StackTemplate) -> None:
    key = full.only("AWS::Cognito::UserPool")["KeyConfiguration"]

    assert (key["KeyType"], written(key["KmsKeyArn"])) == ("CUSTOMER_MANAGED_KEY", "EncryptionKey.Arn")
    assert "KeyConfiguration" not in template.only("AWS::Cognito::UserPool")


HERE = "AWS::Region:AWS::AccountId"
BUS = f"arn:AWS::Partition:events:{HERE}:event-bus/TaskBotEventsBus"
OF_ACCOUNT = ("aws:SourceAccount", "AWS::AccountId")
IN_QUEUES = ("kms:EncryptionContext:aws:sqs:arn", f"arn:AWS::Partition:sqs:{HERE}:*")
IN_LOGS = ("kms:EncryptionContext:aws:logs:arn", f"arn:AWS::Partition:logs:{HERE}:log-group:*")
ON_BUS = (OF_ACCOUNT, ("aws:SourceArn", BUS), ("kms:EncryptionContext:aws:events:event-bus:arn", BUS))
SERVICES: dict[str, set[tuple[str, tuple[tuple[str, str], ...]]]] = {
    "cloudwatch.amazonaws.com": {("kms:Decrypt kms:GenerateDataKey", (OF_ACCOUNT,))},
    "events.amazonaws.com": {
        ("kms:DescribeKey", ()),
        ("kms:Decrypt kms:GenerateDataKey", (IN_QUEUES,)),
        # What CDK allows a bus, and a rule's target.
        ("kms:Decrypt kms:DescribeKey kms:GenerateDataKey", ON_BUS),
        ("kms:Decrypt kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt*", (OF_ACCOUNT,)),
    },
    "logs.AWS::Region.amazonaws.com": {
        ("kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:ReEncrypt*", (IN_LOGS,))
    },
}
"""What a service may do with the key, and under which conditions."""


def test_the_key_is_used_by_these_services_and_for_this_only(full: StackTemplate) -> None:
    found: dict[str, set[tuple[str, tuple[tuple[str, str], ...]]]] = {}
    of_account, *of_services = full.only("AWS::KMS::Key")["KeyPolicy"]["Statement"]
    for each in of_services:
        conditions = [pair for operator in each.get("Condition", {}).values() for pair in operator.items()]
        named = tuple(sorted((name, logical(written(value))) for name, value in conditions))
        service = written(each["Principal"]["Service"])
        found.setdefault(service, set()).add((" ".join(sorted(listed(each["Action"]))), named))

    assert written(of_account["Principal"]["AWS"]) == "arn:AWS::Partition:iam::AWS::AccountId:root"
    assert found == SERVICES


@pytest.mark.parametrize("door", Door)
def test_a_stage_adds_the_key_and_traces_to_a_functions_rights_and_nothing_else(
    template: StackTemplate, full: StackTemplate, door: Door
) -> None:
    added = full.rights(door) - template.rights(door)

    key = {(action, "EncryptionKey.Arn") for action in USE_OF_TABLE}
    traces = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
    assert added == key | (set() if door is Door.SLACK else traces)
    assert template.rights(door) <= full.rights(door)


def statements_on(template: StackTemplate, kind: str) -> list[list[dict[str, Any]]]:
    return [each["PolicyDocument"]["Statement"] for each in template.resources(kind).values()]


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"])
def test_nothing_is_said_without_tls(template: StackTemplate, kind: str) -> None:
    policies = statements_on(template, kind)

    assert len(policies) == {"AWS::SQS::QueuePolicy": len(template.resources("AWS::SQS::Queue"))}.get(kind, 1)
    for statements in policies:
        [refused] = [each for each in statements if each["Effect"] == "Deny"]
        assert refused["Principal"] in ({"AWS": "*"}, "*")
        assert refused["Condition"]["Bool"] == {"aws:SecureTransport": "false"}
        # But an emulator on this machine, whose account number nobody has in AWS.
        others = {name: value for name, value in refused["Condition"].items() if name != "Bool"}
        assert others in ({}, {"StringNotEquals": {"aws:ResourceAccount": EMULATOR}})
    assert EMULATOR == ACCOUNT


def test_mails_leave_by_tls_only(template: StackTemplate) -> None:
    assert template.only("AWS::SES::ConfigurationSet")["DeliveryOptions"]["TlsPolicy"] == "REQUIRE"
