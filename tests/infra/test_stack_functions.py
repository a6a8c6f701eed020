"""Each door's function: what it runs, what it is told, where it writes."""

import json

import pytest

from core.settings import NEEDED, Door
from handlers.work import RECONCILE
from infra.constructs.functions import construct_id
from infra.package import RUNTIME
from tests.support.template import StackTemplate, written


def test_every_door_has_one_function(template: StackTemplate) -> None:
    assert set(template.functions()) == set(Door)
    assert len(template.resources("AWS::Lambda::Function")) == len(Door)


@pytest.mark.parametrize("door", Door)
def test_a_function_is_told_exactly_what_its_door_needs(template: StackTemplate, door: Door) -> None:
    assert template.functions()[door]["Environment"]["Variables"].keys() == NEEDED[door]


@pytest.mark.parametrize("door", Door)
def test_a_function_runs_its_door_on_the_runtime_that_the_bundle_is_built_for(
    template: StackTemplate, door: Door
) -> None:
    function = template.functions()[door]

    assert function["Handler"] == f"handlers.{door}.handler"
    assert function["Runtime"] == f"python{RUNTIME[0]}.{RUNTIME[1]}"
    assert function["Architectures"] == ["arm64"]
    assert function["MemorySize"] == 512


@pytest.mark.parametrize("door", [Door.SLACK, Door.WEB, Door.API])
def test_no_door_behind_the_http_api_outlasts_the_answer(template: StackTemplate, door: Door) -> None:
    assert template.functions()[door]["Timeout"] <= 30


@pytest.mark.parametrize("door", Door)
def test_a_function_writes_to_its_own_log_group_which_forgets(template: StackTemplate, door: Door) -> None:
    log_group = written(template.functions()[door]["LoggingConfig"]["LogGroup"])

    assert template.resources("AWS::Logs::LogGroup")[log_group]["RetentionInDays"] == 30
    assert ("logs:PutLogEvents", f"{log_group}.Arn") in template.rights(door)


def test_log_groups_are_not_shared(template: StackTemplate) -> None:
    groups = [written(function["LoggingConfig"]["LogGroup"]) for function in template.functions().values()]

    assert len(set(groups)) == len(Door)


def test_no_environment_carries_a_secret(template: StackTemplate) -> None:
    values = [
        written(value)
        for function in template.functions().values()
        for value in function["Environment"]["Variables"].values()
    ]

    assert not [value for value in values if "ClientSecret" in value or "resolve:" in value]


def test_the_secret_is_named_by_its_arn_and_has_no_value_in_the_template(template: StackTemplate) -> None:
    secret = template.resources("AWS::SecretsManager::Secret")["SlackSecret"]

    assert not secret.keys() & {"SecretString", "GenerateSecretString"}
    for door in (Door.SLACK, Door.NOTIFY_SLACK):
        told = template.functions()[door]["Environment"]["Variables"]
        assert written(told["SLACK_SECRET_ARN"]) == "SlackSecret.Id"


def test_the_key_of_mailed_links_is_made_in_the_account_and_told_by_its_arn(template: StackTemplate) -> None:
    secret = template.resources("AWS::SecretsManager::Secret")["MailLinkSecret"]

    assert secret["GenerateSecretString"]["PasswordLength"] >= 32
    assert "SecretString" not in secret
    for door in (Door.WEB, Door.NOTIFY_EMAIL):
        told = template.functions()[door]["Environment"]["Variables"]
        assert written(told["MAIL_LINK_SECRET_ARN"]) == "MailLinkSecret.Id"


def test_reminders_are_swept_at_every_quarter_of_an_hour(template: StackTemplate) -> None:
    rule = template.resources("AWS::Events::Rule")["QuarterHoursRule"]

    assert rule["ScheduleExpression"] == "cron(0/15 * * * ? *)"
    assert [written(target["Arn"]) for target in rule["Targets"]] == ["RemindDoorFunction.Arn"]


def test_the_directory_is_held_against_cognito_every_night(template: StackTemplate) -> None:
    rule = template.resources("AWS::Events::Rule")["NightsRule"]
    [target] = rule["Targets"]

    assert rule["ScheduleExpression"] == "cron(30 2 * * ? *)"
    assert written(target["Arn"]) == "WorkDoorFunction.Arn"
    assert json.loads(target["Input"]) == {"do": RECONCILE}


@pytest.mark.parametrize("door", Door)
def test_somebody_is_told_when_a_function_ends_in_an_error(template: StackTemplate, door: Door) -> None:
    alarm = template.resources("AWS::CloudWatch::Alarm")[f"{construct_id(door)}DoorErrorsAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")
    assert [written(each["Value"]) for each in alarm["Dimensions"]] == [f"{construct_id(door)}DoorFunction"]
