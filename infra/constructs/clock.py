"""What happens because time passes."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.constructs.functions import DoorFunction

RECONCILE = "reconcile"
"""What `handlers.work` is told to do at night."""


class QuarterHours(Construct):
    """Wakes a door at every full quarter of an hour. A missed one is made up for by the next."""

    def __init__(self, scope: Construct, construct_id: str, *, wakes: DoorFunction) -> None:
        super().__init__(scope, construct_id)
        events.Rule(
            self,
            "Rule",
            schedule=events.Schedule.cron(minute="0/15"),
            targets=[targets.LambdaFunction(wakes.target, max_event_age=Duration.minutes(15), retry_attempts=2)],
        )


class Nights(Construct):
    """Wakes a door once a night, in UTC, and tells it why."""

    def __init__(self, scope: Construct, construct_id: str, *, wakes: DoorFunction) -> None:
        super().__init__(scope, construct_id)
        told = events.RuleTargetInput.from_object({"do": RECONCILE})
        target = targets.LambdaFunction(wakes.target, event=told, max_event_age=Duration.hours(1), retry_attempts=2)
        events.Rule(self, "Rule", schedule=events.Schedule.cron(hour="2", minute="30"), targets=[target])
