"""A Lambda function with its own role and log group."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from core.settings import NEEDED, Door
from infra.package import RUNTIME

DEFAULT_MEMORY: Final = 512
NOTIFIERS: Final = frozenset({Door.NOTIFY_SLACK, Door.NOTIFY_EMAIL})
LONG: Final = NOTIFIERS | {Door.WORK}
"""Nobody waits for their answer."""


def construct_id(door: Door) -> str:
    """`notify_slack` → `NotifySlack`: how the door is called in logical ids and outputs."""
    return "".join(word.capitalize() for word in door.split("_"))


def timeout(door: Door) -> Duration:
    """How long one invocation may take; the HTTP API waits 30 seconds at most.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
    """
    if door is Door.REMIND:
        return Duration.minutes(5)  # Ten thousand people of one zone have the same hour.
    return Duration.seconds(60 if door in LONG else 30)


class DoorFunction(Construct):
    """The function of one door, told exactly what `core.settings` says that it needs."""

    def __init__(
        self, scope: Construct, door: Door, *, code: lambda_.Code, settings: Mapping[str, str], memory: int
    ) -> None:
        super().__init__(scope, f"{construct_id(door)}Door")
        log_group = logs.LogGroup(
            self, "Logs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"Task Bot: handlers.{door}",
            runtime=lambda_.Runtime("python" + ".".join(map(str, RUNTIME)), lambda_.RuntimeFamily.PYTHON),
            architecture=lambda_.Architecture.ARM_64,
            handler=f"handlers.{door}.handler",
            code=code,
            role=role,
            log_group=log_group,
            memory_size=memory,
            timeout=timeout(door),
            environment={name: settings[name] for name in sorted(NEEDED[door])},
        )
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_group.log_group_arn])
        self._tell_of_errors(door)

    def _tell_of_errors(self, door: Door) -> None:
        """Put an alarm on calls that end in an error or in the timeout.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
        """
        cloudwatch.Alarm(
            self,
            "ErrorsAlarm",
            alarm_description=f"handlers.{door}: there are errors, see its log",
            metric=self.function.metric_errors(period=Duration.minutes(5)),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Let the function's role do `actions` on `resources`."""
        self.function.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
