"""What a deployment is told, what it tells, and that a laptop and AWS get the same template."""

import json
import re
from pathlib import Path

import pytest

from core.settings import Door
from infra.app import STACK_NAME, find_node
from tests.support.template import StackTemplate, written

DEFAULTS = {
    "SlackTeamId": None,
    "MailSender": None,
    "PublicUrl": "",
    "SlackApiUrl": "https://slack.com/api/",
    "SlackAppUrl": "",
    "CognitoUrl": "",
    "LoginUrl": "",
    "CookiePrefix": "__Host-",
    "Guests": "refused",
    "NewsWaitSeconds": "60",
    "CorsOrigins": "",
    "AlarmEmail": "",
    "SignInMail": "cognito",
    "SendEmailResource": "",
}


NEXT_STEPS = {
    **{
        f"Step1DnsRecord{number}": f"MailDomain.DkimDNSTokenName{number} CNAME MailDomain.DkimDNSTokenValue{number}"
        for number in (1, 2, 3)
    },
    "Step2Manifest": "make manifest URL={PublicUrlIsEmpty: HttpApi.ApiEndpoint, else PublicUrl}",
    "Step3SlackSecret": "aws secretsmanager put-secret-value --secret-id SlackSecret.Id"
    """ --secret-string '{"signing_secret": "…", "bot_token": "xoxb-…"}'""",
    "Step4FirstAdmin": ".venv/bin/python -m infra.first_admin --stack TaskBot you@example.com Given Family",
}
"""What is left to do by hand, each ready to be pasted."""


def test_deployments_differ_in_these_parameters_only(template: StackTemplate) -> None:
    assert {name: each.get("Default") for name, each in template.body["Parameters"].items()} == DEFAULTS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SlackTeamId", "T0TASKBOT"),
        ("MailSender", "tasks@example.com"),
        ("PublicUrl", ""),
        ("PublicUrl", "http://127.0.0.1:3000"),
        ("SlackApiUrl", "http://127.0.0.1:3000/slack/api/"),
        ("SlackAppUrl", "https://slack.com/app_redirect?app=A0BOT&team=T0TEAM"),
        ("SlackAppUrl", "http://127.0.0.1:3000/#/app/messages"),
        ("CookiePrefix", ""),
        ("NewsWaitSeconds", "0"),
        ("NewsWaitSeconds", "899"),
        ("SendEmailResource", "*"),
    ],
)
def test_a_usable_value_is_taken(template: StackTemplate, name: str, value: str) -> None:
    assert re.fullmatch(template.body["Parameters"][name]["AllowedPattern"], value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SlackTeamId", "my-team"),
        ("MailSender", "example.com"),
        ("PublicUrl", "https://bot.example.com/"),
        ("PublicUrl", "bot.example.com"),
        ("SlackApiUrl", "https://slack.com/api"),
        ("CognitoUrl", "http://127.0.0.1:4566/"),
    ],
)
def test_a_value_that_would_break_later_is_refused_at_once(template: StackTemplate, name: str, value: str) -> None:
    assert not re.fullmatch(template.body["Parameters"][name]["AllowedPattern"], value)


@pytest.mark.parametrize(
    ("door", "name", "value"),
    [
        (Door.SLACK, "PUBLIC_URL", "{PublicUrlIsEmpty: HttpApi.ApiEndpoint, else PublicUrl}"),
        (Door.SLACK, "SLACK_API_URL", "SlackApiUrl"),
        (Door.SLACK, "SLACK_TEAM_ID", "SlackTeamId"),
        (Door.SLACK, "MY_AWS_REGION", "AWS::Region"),
        (
            Door.API,
            "JWKS_URL",
            "{CognitoUrlIsEmpty: https://cognito-idp.AWS::Region.AWS::URLSuffix, else CognitoUrl}"
            "/PeoplePool/.well-known/jwks.json",
        ),
        (
            Door.WEB,
            "LOGIN_URL",
            "{LoginUrlIsEmpty: https://PeopleDomain.auth.AWS::Region.amazoncognito.com, else LoginUrl}",
        ),
        (Door.WEB, "COOKIE_PREFIX", "CookiePrefix"),
        (Door.NOTIFY_EMAIL, "MAIL_SENDER", "MailSender"),
        (
            Door.NOTIFY_EMAIL,
            "SLACK_APP_URL",
            "{SlackAppUrlIsEmpty: https://app.slack.com/client/SlackTeamId, else SlackAppUrl}",
        ),
    ],
)
def test_a_parameter_reaches_the_door_that_needs_it(template: StackTemplate, door: Door, name: str, value: str) -> None:
    assert written(template.functions()[door]["Environment"]["Variables"][name]) == value


def test_the_outputs_name_what_a_person_or_a_tool_needs(template: StackTemplate) -> None:
    outputs = {name: written(each["Value"]) for name, each in template.body["Outputs"].items()}

    assert outputs == {
        "TableName": "TasksTable",
        "EventBusName": "EventsBus",
        "SlackQueueUrl": "SlackNotificationsQueue",
        "SlackDlqUrl": "SlackNotificationsDeadLetters",
        "SlackUndeliveredUrl": "SlackNotificationsUndeliveredEvents",
        "EmailQueueUrl": "EmailNotificationsQueue",
        "EmailDlqUrl": "EmailNotificationsDeadLetters",
        "EmailUndeliveredUrl": "EmailNotificationsUndeliveredEvents",
        "WorkQueueUrl": "JobsQueue",
        "WorkDlqUrl": "JobsDeadLetters",
        "WorkUndeliveredUrl": "JobsUndeliveredEvents",
        "UserPoolId": "PeoplePool",
        "AdminClientId": "PeoplePoolAdminClient",
        "UserClientId": "PeoplePoolUserClient",
        "LinkClientId": "PeoplePoolLinkClient",
        "HttpApiUrl": "HttpApi.ApiEndpoint",
        "HttpApiId": "HttpApi",
        "SlackSecretArn": "SlackSecret.Id",
        "UnpublishedBucketName": "ActivityUnpublished",
        "MailConfigurationSet": "MailSet",
        "FunctionSlackName": "SlackDoorFunction",
        "FunctionWebName": "WebDoorFunction",
        "FunctionApiName": "ApiDoorFunction",
        "FunctionRelayName": "RelayDoorFunction",
        "FunctionNotifySlackName": "NotifySlackDoorFunction",
        "FunctionNotifyEmailName": "NotifyEmailDoorFunction",
        "FunctionRemindName": "RemindDoorFunction",
        "FunctionWorkName": "WorkDoorFunction",
        **NEXT_STEPS,
    }
    for name in NEXT_STEPS:
        assert len(template.body["Outputs"][name]["Description"]) > 10


def test_the_bundle_is_the_only_thing_that_differs_between_two_synthesized_templates(synthesized: Path) -> None:
    body = json.loads((synthesized / f"{STACK_NAME}.template.json").read_text())
    functions = [each for each in body["Resources"].values() if each["Type"] == "AWS::Lambda::Function"]
    keys = {function["Properties"]["Code"].pop("S3Key") for function in functions}

    [key] = keys
    assert (synthesized / f"asset.{key}").exists()
    assert key.removesuffix(".zip") not in json.dumps(body)


def test_deploying_needs_no_resource_that_only_the_template_of_a_bootstrap_brings(template: StackTemplate) -> None:
    assert "BootstrapVersion" not in template.body["Parameters"]
    assert "Rules" not in template.body
    assert "AWS::CDK::Metadata" not in json.dumps(template.body)


def test_cdk_deploys_what_a_local_run_deploys() -> None:
    settings = json.loads((Path(__file__).parents[2] / "cdk.json").read_text())

    assert settings["app"].endswith("python -m infra.app")
    # A feature flag or metadata here would reach `cdk deploy` and not a local run.
    assert "context" not in settings
    assert not settings["pathMetadata"]
    assert not settings["assetMetadata"]
    assert not settings["versionReporting"]


def test_node_comes_with_the_development_packages() -> None:
    assert Path(find_node()).is_file()
