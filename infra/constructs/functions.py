"""A Lambda function with its own role and log group."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from core.settings import NEEDED, Door
from infra.constructs.accepted import accept
from infra.constructs.alarms import alarm_when
from infra.constructs.encryption import USE_OF_TABLE, Encryption
from infra.package import RUNTIME
from infra.stage import Stage

NOTIFIERS: Final = frozenset({Door.NOTIFY_SLACK, Door.NOTIFY_EMAIL})
LONG: Final = NOTIFIERS | {Door.WORK}
"""Nobody waits for their answer."""
_RETENTION: Final = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    731: logs.RetentionDays.TWO_YEARS,
}


def construct_id(door: Door) -> str:
    """`notify_slack` → `NotifySlack`: how the door is called in logical ids and outputs."""
    return "".join(word.capitalize() for word in door.split("_"))


def timeout(door: Door, stage: Stage) -> Duration:
    """How long one invocation may take."""
    if door is Door.REMIND:
        return Duration.minutes(5)  # Ten thousand people of one zone have the same hour.
    return Duration.seconds(60 if door in LONG else stage.answer_seconds.get(door, 30))


class DoorFunction(Construct):
    """The function of one door, told exactly what `core.settings` says that it needs."""

    def __init__(
        self,
        scope: Construct,
        door: Door,
        *,
        code: lambda_.Code,
        settings: Mapping[str, str],
        stage: Stage,
        encryption: Encryption,
    ) -> None:
        super().__init__(scope, f"{construct_id(door)}Door")
        self._door = door
        self._stage = stage
        log_group = new_log_group(self, "Logs", stage, encryption)
        self._role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        environment = {name: settings[name] for name in sorted(NEEDED[door])}
        self.function = self._function(code, environment, log_group, encryption)
        self._accept_findings()
        self.target = self._target()
        """What others call: where it starts from a snapshot, the version that has one."""
        if encryption.key_arn is not None:
            self.allow(USE_OF_TABLE, [encryption.key_arn])
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_group.log_group_arn])
        self._tell_of_errors()

    def _function(
        self, code: lambda_.Code, environment: Mapping[str, str], log_group: logs.LogGroup, encryption: Encryption
    ) -> lambda_.Function:
        door, stage = self._door, self._stage
        return lambda_.Function(
            self,
            "Function",
            description=f"Task Bot: handlers.{door}",
            runtime=lambda_.Runtime(
                "python" + ".".join(map(str, RUNTIME)), lambda_.RuntimeFamily.PYTHON, supports_snap_start=True
            ),
            architecture=lambda_.Architecture.ARM_64,
            handler=f"handlers.{door}.handler",
            code=code,
            role=self._role,
            log_group=log_group,
            memory_size=stage.memory[door],
            timeout=timeout(door, stage),
            reserved_concurrent_executions=stage.reserved.get(door),
            environment=environment,
            # Of the variables, and of the memory in a snapshot.
            environment_encryption=encryption.key,
            tracing=lambda_.Tracing.ACTIVE if self._is_traced else None,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if self._has_snapshot else None,
        )

    def _accept_findings(self) -> None:
        accept(
            self.function,
            "L1",
            because="Its dependencies and byte code are built for this Python, which is kept until 2029.",
        )
        if self._is_traced:
            # What CDK allows a traced function.
            accept(self._role, "IAM5[Resource::*]", because="X-Ray's traces are no resources that could be named.")

    @property
    def _is_traced(self) -> bool:
        return self._stage.traces and self._door is not Door.SLACK

    @property
    def _has_snapshot(self) -> bool:
        return self._door in self._stage.from_snapshot

    def _target(self) -> lambda_.IFunction:
        if not self._has_snapshot:
            return self.function
        return lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)

    def _tell_of_errors(self) -> None:
        alarm_when(
            self,
            "ErrorsAlarm",
            name=f"errors-{self._door.replace('_', '-')}",
            what=f"calls of handlers.{self._door} end in an error or in the timeout",
            # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
            metric=self.function.metric_errors(period=Duration.minutes(5)),
            threshold=1,
        )

    def allow(self, actions: Sequence[str], resources: Sequence[str], *, wildcard_because: str = "") -> None:
        """Let the function's role do `actions` on `resources`; where one ends in `*`, say why."""
        for resource in resources if wildcard_because else ():
            finding = _as_finding(Stack.of(self).resolve(resource))
            accept(self._role, f"IAM5[Resource::{finding}]", because=wildcard_because)
        self.function.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))


def new_log_group(scope: Construct, name: str, stage: Stage, encryption: Encryption) -> logs.LogGroup:
    """Make a log group that forgets as soon as the stage says."""
    return logs.LogGroup(
        scope,
        name,
        retention=_RETENTION[stage.log_days],
        encryption_key=encryption.key,
        removal_policy=RemovalPolicy.DESTROY,
    )


def _as_finding(resource: object) -> str:
    """Write a resource's name as cdk-nag does in the ids of its findings."""
    match resource:
        case {"Fn::Join": [_, [*parts]]}:
            return "".join(map(_as_finding, parts))
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
    return str(resource)
