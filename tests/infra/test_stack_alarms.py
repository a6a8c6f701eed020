"""Who is told when something is wrong, and what then to do; and the page that somebody looks at first."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from core import metrics
from core.settings import Door
from infra.constructs.http import NEARLY_TOO_SLOW
from infra.constructs.measured import NAMESPACE, OUTCOMES
from infra.stage import BEHIND_HTTP
from tests.support.metric_lines import metric_lines
from tests.support.template import StackTemplate, written

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def alarms(template: StackTemplate) -> dict[str, dict[str, Any]]:
    """By the name that stands in the mail, without the stack's."""
    return {
        written(each["AlarmName"]).removeprefix("AWS::StackName-"): each
        for each in template.resources("AWS::CloudWatch::Alarm").values()
    }


def runbook() -> dict[str, str]:
    """Alarm → what to do, from the table in the README."""
    lines = README.read_text().split("<!-- runbook -->")[1].strip().splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: row[2] for row in rows for name in re.findall(r"`([^`]+)`", row[0])}


def test_each_alarm_has_a_line_in_the_runbook_and_no_line_is_for_nothing(alarms: dict[str, dict[str, Any]]) -> None:
    assert runbook().keys() == alarms.keys()
    assert all(len(what_to_do) > 20 for what_to_do in runbook().values())


def test_each_alarm_says_where_its_line_is(alarms: dict[str, dict[str, Any]]) -> None:
    for name, alarm in alarms.items():
        assert f"README, Operate, {name}" in alarm["AlarmDescription"]


def test_each_alarm_tells_somebody_when_it_begins_and_when_it_is_over(alarms: dict[str, dict[str, Any]]) -> None:
    for alarm in alarms.values():
        assert [written(each) for each in alarm["AlarmActions"]] == ["AlarmsTopic"]
        assert [written(each) for each in alarm["OKActions"]] == ["AlarmsTopic"]


def test_alarms_reach_an_address_where_one_is_given(template: StackTemplate) -> None:
    [address] = [each for each in template.body["Resources"].values() if each["Type"] == "AWS::SNS::Subscription"]

    assert address["Condition"] == "AlarmEmailIsGiven"
    assert address["Properties"]["Protocol"] == "email"
    assert written(address["Properties"]["Endpoint"]) == "AlarmEmail"


def test_alarms_may_speak_to_the_topic(template: StackTemplate) -> None:
    statements = template.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]

    [let] = [each for each in statements if each["Effect"] == "Allow"]
    assert let["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert let["Action"] == "sns:Publish"


@pytest.mark.parametrize(
    ("name", "namespace", "metric", "threshold"),
    [
        *(
            (f"{kind}-{queue}", "AWS/SQS", "ApproximateNumberOfMessagesVisible", 1)
            for kind in ("dead-letters", "undelivered")
            for queue in ("slack", "email", "jobs")
        ),
        *((f"errors-{door.replace('_', '-')}", "AWS/Lambda", "Errors", 1) for door in Door),
        *((f"failures-{door}", "TaskBot", "Failures", 1) for door in sorted(BEHIND_HTTP)),
        ("throttled-functions", "AWS/Lambda", "Throttles", 1),
        ("slow-answers", "AWS/ApiGateway", "Latency", NEARLY_TOO_SLOW),
        ("late-relay", "AWS/Lambda", "IteratorAge", 300_000),
        ("unpublished", "TaskBot", "Unpublished", 1),
        ("bounces", "AWS/SES", "Reputation.BounceRate", 0.05),
        ("complaints", "AWS/SES", "Reputation.ComplaintRate", 0.001),
        *(
            (f"throttled-{place}-{kind.lower()}s", "AWS/DynamoDB", f"{kind}ThrottleEvents", 1)
            for place in ("table", "gsi1", "gsi2", "gsi3")
            for kind in ("Read", "Write")
        ),
        *((f"throttled-sign-in-{client}", "AWS/Cognito", "SignInThrottles", 1) for client in ("admin", "user", "link")),
    ],
)  # fmt: skip
def test_an_alarm_watches_what_it_is_named_after(
    alarms: dict[str, dict[str, Any]], name: str, namespace: str, metric: str, threshold: float
) -> None:
    alarm = alarms[name]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == (namespace, metric, threshold)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"


def test_an_answer_is_slow_before_slack_gives_up(template: StackTemplate, alarms: dict[str, dict[str, Any]]) -> None:
    """The gateway's own time, in which a cold start is contained, of the one route that Slack calls."""
    alarm = alarms["slow-answers"]
    dimensions = {each["Name"]: written(each["Value"]) for each in alarm["Dimensions"]}
    [stage] = [each for each in template.body["Resources"].values() if each["Type"] == "AWS::ApiGatewayV2::Stage"]

    assert 2_000 <= alarm["Threshold"] < 3_000
    assert alarm["ExtendedStatistic"] == "p99"
    assert dimensions == {"ApiId": "HttpApi", "Stage": "$default", "Method": "POST", "Resource": "/slack/events"}
    assert stage["Properties"]["RouteSettings"] == {"POST /slack/events": {"DetailedMetricsEnabled": True}}
    assert any("POSTslackevents" in each for each in stage["DependsOn"])


def test_the_gateway_writes_no_path_in_which_a_person_may_be_named(template: StackTemplate) -> None:
    line = json.loads(template.only("AWS::ApiGatewayV2::Stage")["AccessLogSettings"]["Format"])

    assert line["request_id"] == "$context.requestId"
    assert not {"$context.path", "$context.identity.sourceIp", "$context.identity.userAgent"} & set(line.values())


@pytest.fixture
def board(template: StackTemplate) -> list[dict[str, Any]]:
    body = written(template.only("AWS::CloudWatch::Dashboard")["DashboardBody"])
    widgets: list[dict[str, Any]] = json.loads(body)["widgets"]
    return sorted(widgets, key=lambda each: (each["y"], each["x"]))


def test_the_dashboard_reads_from_people_down_to_what_all_stands_on(board: list[dict[str, Any]]) -> None:
    titles = [each["properties"]["markdown"] for each in board if each["type"] == "text"]

    assert titles == ["# People", "# Answers", "# Deliveries", "# Dependencies"]


def announced(line: dict[str, Any]) -> set[tuple[str, ...]]:
    """(namespace, metric, dimension, value …) of a log line, as a dashboard names them."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    dimensions = [part for name in directive["Dimensions"][0] for part in (name, line[name])]
    return {(directive["Namespace"], metric["Name"], *dimensions) for metric in directive["Metrics"]}


def test_the_dashboard_shows_what_the_functions_measure(board: list[dict[str, Any]]) -> None:
    shown = {
        tuple(part for part in metric if isinstance(part, str))
        for each in board
        for metric in each["properties"].get("metrics", [])
        if metric[0] == NAMESPACE
    }

    assert shown == {each for line in metric_lines() for each in announced(line)}
    assert set(OUTCOMES) == set(metrics.Outcome)
