"""An event's way from the table to the notifiers, and the net below each step."""

import json
from typing import Any

import pytest

from core import events, metrics
from core.jobs.model import LEASE
from core.settings import Door
from core.sqs import seconds_before
from core.storage import schema
from handlers.work import PATIENCE
from infra.constructs.events import NEW_TASKS_TO_SLACK, TO_WORK
from tests.support.ses_events import bounce, complaint
from tests.support.template import StackTemplate, written
from tests.support.world import NOW

CHANNELS = {"SlackNotifications": Door.NOTIFY_SLACK, "EmailNotifications": Door.NOTIFY_EMAIL}
NEWS = {str(event) for event in events.EventType} - {events.EventType.SLACK_ENDED}
"""That Slack does not let the app in goes straight from one notifier to the other."""
HISTORY_ALONE = {
    events.EventType.MEMBER_CHANGED,
    events.EventType.MEMBER_REMOVED,
    events.EventType.SETTINGS_CHANGED,
    events.EventType.MAIL_RESUMED,
}
"""Nobody is told of these."""
FOR_SLACK_ONLY = {events.EventType.TASK_CREATED, events.EventType.JOB_BEGUN, events.EventType.JOB_ENDED}


@pytest.fixture(params=CHANNELS)
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def rule(template: StackTemplate, channel: str) -> dict[str, Any]:
    return template.resources("AWS::Events::Rule")[f"{channel}Rule"]


@pytest.fixture
def queue(template: StackTemplate, channel: str) -> dict[str, Any]:
    return template.resources("AWS::SQS::Queue")[f"{channel}Queue"]


@pytest.fixture
def relay_mapping(template: StackTemplate) -> dict[str, Any]:
    return template.resources("AWS::Lambda::EventSourceMapping")["ActivityMapping"]


def test_slack_hears_of_all_news(template: StackTemplate) -> None:
    pattern = template.resources("AWS::Events::Rule")["SlackNotificationsRule"]["EventPattern"]

    assert set(pattern["detail-type"]) == NEWS - HISTORY_ALONE - {events.EventType.TASK_CREATED}


def test_slack_hears_of_new_tasks_that_no_assignment_tells_of(template: StackTemplate) -> None:
    pattern = template.resources("AWS::Events::Rule")["SlackNotificationsNewTasksRule"]["EventPattern"]

    assert pattern["source"] == [events.SOURCE]
    assert pattern["detail-type"] == [events.EventType.TASK_CREATED]
    assert pattern["detail"] == NEW_TASKS_TO_SLACK


def test_mail_hears_of_all_news_but_what_is_for_slack_alone(template: StackTemplate) -> None:
    pattern = template.resources("AWS::Events::Rule")["EmailNotificationsRule"]["EventPattern"]

    assert set(pattern["detail-type"]) == NEWS - HISTORY_ALONE - FOR_SLACK_ONLY


def test_a_rule_knows_our_events_by_source_and_exact_type(rule: dict[str, Any]) -> None:
    pattern = rule["EventPattern"]

    assert pattern.keys() == {"source", "detail-type"}
    assert pattern["source"] == [events.SOURCE]
    assert all(isinstance(name, str) for name in pattern["detail-type"])
    assert len(pattern["detail-type"]) == len(set(pattern["detail-type"]))


def test_a_rule_listens_on_our_bus_and_fills_its_channels_queue(rule: dict[str, Any], channel: str) -> None:
    [target] = rule["Targets"]

    assert written(rule["EventBusName"]) == "EventsBus"
    assert written(target["Arn"]) == f"{channel}Queue.Arn"


def test_what_a_rule_cannot_deliver_is_kept(rule: dict[str, Any], channel: str) -> None:
    assert written(rule["Targets"][0]["DeadLetterConfig"]["Arn"]) == f"{channel}UndeliveredEvents.Arn"


RULES = {
    "SlackNotifications": {"SlackNotificationsRule", "SlackNotificationsNewTasksRule"},
    "EmailNotifications": {"EmailNotificationsRule", "EmailNotificationsFeedbackRule"},
}


def test_only_its_rules_may_fill_a_queue(template: StackTemplate, channel: str) -> None:
    for queue in ("Queue", "UndeliveredEvents"):
        [policy] = [
            policy
            for policy in template.resources("AWS::SQS::QueuePolicy").values()
            if [written(each) for each in policy["Queues"]] == [f"{channel}{queue}"]
        ]
        statements = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
        assert [each["Principal"] for each in statements] == [{"Service": "events.amazonaws.com"}] * len(statements)
        sources = {written(each["Condition"]["ArnEquals"]["aws:SourceArn"]) for each in statements}
        assert sources == {f"{rule}.Arn" for rule in RULES[channel]}


def test_a_notifier_answers_for_each_message_of_a_batch(template: StackTemplate, channel: str) -> None:
    [mapping] = [
        mapping
        for mapping in template.resources("AWS::Lambda::EventSourceMapping").values()
        if written(mapping["EventSourceArn"]) == f"{channel}Queue.Arn"
    ]

    assert written(mapping["FunctionName"]) == written({"Ref": _function_id(template, CHANNELS[channel])})
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_few_notifiers_of_a_channel_run_at_once(template: StackTemplate) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    limits = {
        name.removesuffix("Queue.Arn"): mapping["ScalingConfig"]["MaximumConcurrency"]
        for mapping in template.resources("AWS::Lambda::EventSourceMapping").values()
        if (name := written(mapping["EventSourceArn"])).endswith("Queue.Arn")
    }

    assert limits == {"SlackNotifications": 2, "EmailNotifications": 5, "Jobs": 5}


def test_ses_tells_the_default_bus_of_mails_that_come_back_or_are_called_spam(template: StackTemplate) -> None:
    destination = template.only("AWS::SES::ConfigurationSetEventDestination")

    told = destination["EventDestination"]
    bus = written(told["EventBridgeDestination"]["EventBusArn"])
    assert written(destination["ConfigurationSetName"]) == "MailSet"
    assert told["Enabled"] is True
    assert set(told["MatchingEventTypes"]) == {"bounce", "complaint"}
    assert bus == "arn:AWS::Partition:events:AWS::Region:AWS::AccountId:event-bus/default"


def test_what_ses_says_of_this_stacks_mails_comes_to_the_email_queue(template: StackTemplate) -> None:
    rule = template.resources("AWS::Events::Rule")["EmailNotificationsFeedbackRule"]
    [target] = rule["Targets"]
    pattern = rule["EventPattern"]

    assert rule.get("EventBusName", "default") == "default"
    assert written(target["Arn"]) == "EmailNotificationsQueue.Arn"
    assert written(target["DeadLetterConfig"]["Arn"]) == "EmailNotificationsUndeliveredEvents.Arn"
    assert (pattern["source"], pattern["detail-type"]) == (["aws.ses"], ["Email Bounced", "Email Complaint Received"])
    [configuration_set] = pattern["detail"]["mail"]["tags"]["ses:configuration-set"]
    assert written(configuration_set) == "MailSet"
    for event in (bounce("a@example.com"), complaint("a@example.com")):
        assert event["source"] in pattern["source"]
        assert event["detail-type"] in pattern["detail-type"]
        assert event["detail"]["mail"]["tags"].keys() >= pattern["detail"]["mail"]["tags"].keys()


def test_the_list_of_addresses_that_get_no_mail_is_ours_alone(template: StackTemplate) -> None:
    """The account's own list would hold mail up after an admin has lifted ours."""
    assert template.only("AWS::SES::ConfigurationSet")["SuppressionOptions"] == {"SuppressedReasons": []}


def test_a_message_stays_hidden_for_six_attempts_worth_of_time(
    template: StackTemplate, queue: dict[str, Any], channel: str
) -> None:
    timeout = template.functions()[CHANNELS[channel]]["Timeout"]

    assert queue["VisibilityTimeout"] >= 6 * timeout


def test_a_message_survives_six_hours_of_outage_and_then_is_kept(queue: dict[str, Any], channel: str) -> None:
    redrive = queue["RedrivePolicy"]

    rests = [seconds_before(attempt) for attempt in range(1, redrive["maxReceiveCount"])]
    assert sum(rests) >= 6 * 3600
    assert written(redrive["deadLetterTargetArn"]) == f"{channel}DeadLetters.Arn"


@pytest.mark.parametrize("kept", ["DeadLetters", "UndeliveredEvents"])
def test_a_dead_letter_is_kept_for_two_weeks_and_somebody_is_told(
    template: StackTemplate, channel: str, kept: str
) -> None:
    queues = template.resources("AWS::SQS::Queue")
    alarm = template.resources("AWS::CloudWatch::Alarm")[f"{channel}{kept}Alarm"]

    assert queues[f"{channel}{kept}"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Threshold"] == 1
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert [written(each["Value"]) for each in alarm["Dimensions"]] == [f"{channel}{kept}.QueueName"]


def test_every_queue_that_catches_failures_has_an_alarm_and_is_found_by_whoever_redrives(
    template: StackTemplate,
) -> None:
    watched = {
        written(each["Value"]).removesuffix(".QueueName")
        for alarm in template.resources("AWS::CloudWatch::Alarm").values()
        for each in alarm.get("Dimensions", [])
        if each["Name"] == "QueueName"
    }
    outputs = {name: written(each["Value"]) for name, each in template.body["Outputs"].items()}

    assert watched == {value for name, value in outputs.items() if name.endswith(("DlqUrl", "UndeliveredUrl"))}

    queues = {f"{name}Queue" for name in (*CHANNELS, "Jobs")}
    assert watched == set(template.resources("AWS::SQS::Queue")) - queues


def test_work_is_woken_by_begun_jobs_and_by_new_names_and_after_the_door_had_its_time(template: StackTemplate) -> None:
    rule = template.resources("AWS::Events::Rule")["JobsRule"]
    queue = template.resources("AWS::SQS::Queue")["JobsQueue"]

    assert rule["EventPattern"] == {"source": [events.SOURCE], "detail-type": list(TO_WORK)}
    assert set(TO_WORK) == {
        events.EventType.JOB_BEGUN,
        events.EventType.MEMBER_CHANGED,
        events.EventType.LINK_MADE,
        events.EventType.LINK_REMOVED,
    }
    assert [written(target["Arn"]) for target in rule["Targets"]] == ["JobsQueue.Arn"]
    assert queue["DelaySeconds"] == 3


def test_a_job_whose_function_died_goes_on_within_two_minutes(template: StackTemplate) -> None:
    queue = template.resources("AWS::SQS::Queue")["JobsQueue"]
    timeout = template.functions()[Door.WORK]["Timeout"]

    assert PATIENCE.total_seconds() < timeout < queue["VisibilityTimeout"] <= 120
    assert LEASE.total_seconds() <= queue["VisibilityTimeout"]
    assert written(queue["RedrivePolicy"]["deadLetterTargetArn"]) == "JobsDeadLetters.Arn"


def test_the_relay_reads_new_history_entries_only(relay_mapping: dict[str, Any]) -> None:
    [only_filter] = relay_mapping["FilterCriteria"]["Filters"]

    assert written(relay_mapping["EventSourceArn"]) == "TasksTable.StreamArn"
    assert json.loads(only_filter["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"NewImage": {"type": {"S": [schema.ACTIVITY]}}},
    }


def test_the_relay_misses_nothing_written_before_it_listened(relay_mapping: dict[str, Any]) -> None:
    assert relay_mapping["StartingPosition"] == "TRIM_HORIZON"


def test_a_record_that_never_goes_through_is_cut_out_and_kept_whole(relay_mapping: dict[str, Any]) -> None:
    assert relay_mapping["BisectBatchOnFunctionError"] is True
    assert 0 < relay_mapping["MaximumRetryAttempts"] < 1000
    assert written(relay_mapping["DestinationConfig"]["OnFailure"]["Destination"]) == "ActivityUnpublished.Arn"


def test_somebody_is_told_of_what_could_not_be_published(template: StackTemplate) -> None:
    alarm = template.resources("AWS::CloudWatch::Alarm")["ActivityUnpublishedAlarm"]
    [directive] = metrics.of_unpublished(now=NOW)["_aws"]["CloudWatchMetrics"]

    assert (alarm["Namespace"], alarm["MetricName"]) == (directive["Namespace"], directive["Metrics"][0]["Name"])
    assert (alarm.get("Dimensions", []), directive["Dimensions"]) == ([], [[]])
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")


def test_somebody_is_told_when_changes_are_announced_late(template: StackTemplate) -> None:
    alarm = template.resources("AWS::CloudWatch::Alarm")["ActivityLateAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == ("AWS/Lambda", "IteratorAge", 300_000)
    assert [written(each["Value"]) for each in alarm["Dimensions"]] == ["RelayDoorFunction"]


def test_the_relays_failures_are_whole_batches(relay_mapping: dict[str, Any]) -> None:
    """The emulator counts a partial answer as success and loses the records, so the relay raises."""
    assert "FunctionResponseTypes" not in relay_mapping


def test_unpublished_events_are_nobody_elses_to_read(template: StackTemplate) -> None:
    bucket = template.only("AWS::S3::Bucket")

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket


def _function_id(template: StackTemplate, door: Door) -> str:
    [name] = [
        name
        for name, properties in template.resources("AWS::Lambda::Function").items()
        if properties["Handler"] == f"handlers.{door}.handler"
    ]
    return name
