"""One page that reads from the top down: do people get answers, does news arrive, and what does all that stand on."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from core.settings import Door
from infra.constructs.events import Notifications, age_of
from infra.constructs.functions import DoorFunction
from infra.constructs.http import HttpApi
from infra.constructs.mail import reputation
from infra.constructs.measured import CHANNELS, OUTCOMES, measured
from infra.constructs.people import People
from infra.constructs.table import TaskTable
from infra.stage import BEHIND_HTTP

_WIDTH = 24
_MAXIMUM = cloudwatch.Stats.MAXIMUM


class Dashboard(Construct):
    """What somebody looks at first."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        doors: Mapping[Door, DoorFunction],
        http: HttpApi,
        people: People,
        queues: Sequence[Notifications],
        table: TaskTable,
    ) -> None:
        super().__init__(scope, construct_id)
        self._board = cloudwatch.Dashboard(
            self, "Board", default_interval=Duration.days(1), period_override=cloudwatch.PeriodOverride.INHERIT
        )
        self._row("People", _people())
        self._row("Answers", _answers(http))
        self._row("Deliveries", _deliveries(queues))
        self._row("Dependencies", _dependencies(doors, people, table))

    def _row(self, title: str, graphs: Mapping[str, Sequence[cloudwatch.IMetric]]) -> None:
        width = _WIDTH // len(graphs)
        self._board.add_widgets(cloudwatch.TextWidget(markdown=f"# {title}", width=_WIDTH, height=1))
        self._board.add_widgets(
            *(cloudwatch.GraphWidget(title=name, left=list(drawn), width=width) for name, drawn in graphs.items())
        )


def _people() -> dict[str, list[cloudwatch.IMetric]]:
    return {
        name: [measured(metric, door=door) for door in sorted(BEHIND_HTTP)]
        for name, metric in (("Requests answered", "Answers"), ("Refused", "Refusals"), ("Failed", "Failures"))
    }


def _answers(http: HttpApi) -> dict[str, list[cloudwatch.IMetric]]:
    return {
        "Slack waits, cold starts included (ms; 3,000 is too late)": [
            http.slack_answer_time(each) for each in ("p50", "p99")
        ],
        "Functions answer, p99 (ms)": [measured("AnswerTime", "p99", door=door) for door in sorted(BEHIND_HTTP)],
        "The gateway's errors": [http.api.metric_client_error(), http.api.metric_server_error()],
    }


def _deliveries(queues: Sequence[Notifications]) -> dict[str, list[cloudwatch.IMetric]]:
    return {
        "What became of news": [measured(each, channel=channel) for channel in CHANNELS for each in OUTCOMES],
        "From the change to the message, p99 (ms)": [
            *(measured("Lag", "p99", channel=channel) for channel in CHANNELS),
            measured("RelayLag", "p99"),
        ],
        "The oldest waiting message (s)": [
            each.queue.metric_approximate_age_of_oldest_message(statistic=_MAXIMUM) for each in queues
        ],
        "Given up": [
            *(each.dead_letters.metric_approximate_number_of_messages_visible(statistic=_MAXIMUM) for each in queues),
            *(each.undelivered.metric_approximate_number_of_messages_visible(statistic=_MAXIMUM) for each in queues),
            measured("Unpublished"),
        ],
    }


def _dependencies(
    doors: Mapping[Door, DoorFunction], people: People, table: TaskTable
) -> dict[str, list[cloudwatch.IMetric]]:
    functions = [each.function for each in doors.values()]
    return {
        "Lambda: errors, throttles": [
            *(each.metric_errors() for each in functions),
            *(each.metric_throttles() for each in functions),
        ],
        "The relay's backlog (ms)": [age_of(doors[Door.RELAY])],
        "DynamoDB and Cognito: throttles": [*table.throttles.values(), *people.throttles.values()],
        "SES: bounces, complaints (1 is all)": [reputation("BounceRate"), reputation("ComplaintRate")],
    }
