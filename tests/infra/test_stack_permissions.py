"""What each door may do. Whatever is not in this list is a right that nobody asked for."""

import json

import pytest

from core.settings import Door
from tests.support.template import StackTemplate, listed, written

TABLE = "TasksTable.Arn"
POOL = "PeoplePool.Arn"
SECRET = {("secretsmanager:GetSecretValue", "SlackSecret.Id")}
LINK_SECRET = {("secretsmanager:GetSecretValue", "MailLinkSecret.Id")}
LOOK_UP = {("cognito-idp:AdminGetUser", POOL), ("cognito-idp:AdminListGroupsForUser", POOL)}
CLIENT_SECRETS = {("cognito-idp:DescribeUserPoolClient", POOL)}
ADMINISTRATION = {
    *(
        (f"cognito-idp:Admin{action}", POOL)
        for action in (
            "AddUserToGroup", "CreateUser", "DeleteUser", "DisableUser", "EnableUser", "RemoveUserFromGroup",
            "SetUserPassword", "UpdateUserAttributes", "UserGlobalSignOut",
        )
    ),
    ("cognito-idp:DescribeUserPool", POOL),
}  # fmt: skip
SIGN_IN = {("cognito-idp:AdminInitiateAuth", POOL), ("cognito-idp:AdminRespondToAuthChallenge", POOL)}
SERVICES = {
    *((f"dynamodb:{action}", TABLE) for action in ("GetItem", "BatchGetItem", "Query")),
    *((f"dynamodb:{action}", TABLE) for action in ("PutItem", "UpdateItem", "DeleteItem")),
    *(("dynamodb:Query", f"{TABLE}/index/{index}") for index in ("gsi1", "gsi2", "gsi3")),
}
DELIVERY = {
    *((f"dynamodb:{action}", TABLE) for action in ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")),
    ("dynamodb:Query", f"{TABLE}/index/gsi1"),
}
HOMES = {("dynamodb:BatchGetItem", TABLE), ("dynamodb:Query", f"{TABLE}/index/gsi2")}
REMINDING = DELIVERY | {("dynamodb:Query", f"{TABLE}/index/gsi3")}
STREAM = {
    (f"dynamodb:{action}", "TasksTable.StreamArn") for action in ("DescribeStream", "GetRecords", "GetShardIterator")
}
MAIL_SET = "arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:configuration-set/MailSet"
MAIL_DOMAIN = "arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:identity/MailDomain"


SEND_MAIL = {
    ("ses:SendEmail", MAIL_SET),
    ("ses:SendEmail", f"{{SendEmailResourceIsEmpty: {MAIL_DOMAIN}, else SendEmailResource}}"),
}


def consume(queue: str) -> set[tuple[str, str]]:
    actions = ("ReceiveMessage", "ChangeMessageVisibility", "GetQueueUrl", "DeleteMessage", "GetQueueAttributes")
    return {(f"sqs:{action}", f"{queue}.Arn") for action in actions}


MAY: dict[Door, set[tuple[str, str]]] = {
    Door.SLACK: SERVICES | SECRET | LOOK_UP | ADMINISTRATION | SEND_MAIL,
    Door.WEB: SERVICES | LOOK_UP | CLIENT_SECRETS | LINK_SECRET,
    Door.API: SERVICES | LOOK_UP | CLIENT_SECRETS | SIGN_IN | ADMINISTRATION | SEND_MAIL,
    Door.RELAY: STREAM
    | {
        ("dynamodb:ListStreams", f"{TABLE}/stream/*"),
        ("dynamodb:BatchWriteItem", TABLE),
        ("events:PutEvents", "EventsBus.Arn"),
        ("s3:PutObject", "ActivityUnpublished.Arn/*"),
        ("s3:ListBucket", "ActivityUnpublished.Arn"),
    },
    Door.NOTIFY_SLACK: DELIVERY
    | HOMES
    | SECRET
    | consume("SlackNotificationsQueue")
    | {("sqs:SendMessage", "EmailNotificationsQueue.Arn")},
    Door.NOTIFY_EMAIL: DELIVERY
    | consume("EmailNotificationsQueue")
    | {("sqs:SendMessage", "SlackNotificationsQueue.Arn")}
    | LINK_SECRET
    | SEND_MAIL,
    Door.REMIND: REMINDING,
    Door.WORK: SERVICES
    | LOOK_UP
    | ADMINISTRATION
    | SEND_MAIL
    | consume("JobsQueue")
    | {("cognito-idp:ListUsers", POOL), ("cognito-idp:ListUsersInGroup", POOL)},
}


@pytest.mark.parametrize("door", Door)
def test_a_door_may_do_what_it_does_and_nothing_else(template: StackTemplate, door: Door) -> None:
    rights = {right for right in template.rights(door) if not right[0].startswith("logs:")}

    assert rights == MAY[door]


@pytest.mark.parametrize("door", Door)
def test_a_door_writes_to_its_own_log_group_only(template: StackTemplate, door: Door) -> None:
    log_group = written(template.functions()[door]["LoggingConfig"]["LogGroup"])
    rights = {right for right in template.rights(door) if right[0].startswith("logs:")}

    assert rights == {("logs:CreateLogStream", f"{log_group}.Arn"), ("logs:PutLogEvents", f"{log_group}.Arn")}


def test_every_door_has_a_role_of_its_own_that_only_lambda_takes(template: StackTemplate) -> None:
    roles = {written(function["Role"]) for function in template.functions().values()}

    assert len(roles) == len(Door)
    assert {f"{role}.Arn" for role in template.resources("AWS::IAM::Role")} == roles
    for role in template.resources("AWS::IAM::Role").values():
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_no_role_has_rights_from_anywhere_but_its_own_policy(template: StackTemplate) -> None:
    for role in template.resources("AWS::IAM::Role").values():
        assert not role.keys() & {"ManagedPolicyArns", "Policies"}
    assert not template.resources("AWS::IAM::ManagedPolicy")


def test_the_only_wildcards_are_the_objects_of_one_bucket_and_the_streams_of_one_table(template: StackTemplate) -> None:
    patterns = {
        text
        for _, statement in template.policy_statements()
        for text in [*listed(statement["Action"]), *map(written, listed(statement["Resource"]))]
        if "*" in text
    }

    assert patterns == {"ActivityUnpublished.Arn/*", f"{TABLE}/stream/*"}


def test_traces_alone_need_a_wildcard_more(full: StackTemplate) -> None:
    """X-Ray knows no resources. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html"""
    with_stars = {
        (action, written(resource))
        for _, statement in full.policy_statements()
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if "*" in action or written(resource) == "*"
    }

    assert with_stars == {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}


def test_mail_goes_out_as_the_senders_domain_unless_a_deployment_says_otherwise(template: StackTemplate) -> None:
    identity = template.only("AWS::SES::EmailIdentity")["EmailIdentity"]

    assert written(identity) == "MailSender/@/[1]"
    assert template.body["Parameters"]["SendEmailResource"]["Default"] == ""


def test_nobody_may_scan(template: StackTemplate) -> None:
    assert "dynamodb:Scan" not in json.dumps(template.body)


def test_functions_are_called_by_this_stacks_api_and_clock_only(template: StackTemplate) -> None:
    callers = {
        (
            written(permission["FunctionName"]).removesuffix(".Arn"),
            permission["Principal"],
            written(permission["SourceArn"]),
        )
        for permission in template.resources("AWS::Lambda::Permission").values()
    }
    api = "arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:HttpApi/*/*/*"

    assert callers == {
        ("SlackDoorFunction", "apigateway.amazonaws.com", api),
        ("WebDoorFunction", "apigateway.amazonaws.com", api),
        ("ApiDoorFunction", "apigateway.amazonaws.com", api),
        ("RemindDoorFunction", "events.amazonaws.com", "QuarterHoursRule.Arn"),
        ("WorkDoorFunction", "events.amazonaws.com", "NightsRule.Arn"),
    }
