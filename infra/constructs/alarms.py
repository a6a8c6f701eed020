"""Alarms, and whom they tell. What to do about each stands under its name in the README's Operate section."""

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.constructs.encryption import Encryption
from infra.constructs.parameters import Parameters


def alarm_when(
    scope: Construct,
    construct_id: str,
    *,
    name: str,
    what: str,
    metric: cloudwatch.Metric,
    threshold: float,
    periods: int = 1,
    of: int | None = None,
) -> None:
    """Put an alarm on a metric that reaches a threshold in `periods` of its last `of` periods.

    One metric each: the emulator knows no alarms on sums of metrics.
    """
    cloudwatch.Alarm(
        scope,
        construct_id,
        alarm_name=f"{Aws.STACK_NAME}-{name}",
        alarm_description=f"Task Bot: {what}. What to do: README, Operate, {name}.",
        metric=metric,
        threshold=threshold,
        evaluation_periods=of or periods,
        datapoints_to_alarm=periods,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


class AlarmTopic(Construct):
    """Where every alarm of the stack speaks up, and the address that hears of it."""

    def __init__(self, scope: Construct, construct_id: str, *, parameters: Parameters, encryption: Encryption) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True, master_key=encryption.key)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        address = sns.CfnSubscription(
            self, "Email", topic_arn=self.topic.topic_arn, protocol="email", endpoint=parameters["AlarmEmail"]
        )
        address.cfn_options.condition = parameters.is_given("AlarmEmail")

    def hear_all(self, scope: Construct) -> None:
        """Make every alarm below `scope` speak up, when it begins and when it is over."""
        action = actions.SnsAction(self.topic)
        for each in scope.node.find_all():
            if isinstance(each, cloudwatch.Alarm):
                each.add_alarm_action(action)
                each.add_ok_action(action)
