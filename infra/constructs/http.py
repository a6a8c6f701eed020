"""The HTTP API: which route leads to which door, and which routes need a token."""

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from aws_cdk import Duration, Fn
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from core.settings import Door
from infra.constructs.accepted import accept
from infra.constructs.alarms import alarm_when
from infra.constructs.encryption import Encryption
from infra.constructs.functions import DoorFunction, construct_id, new_log_group
from infra.constructs.parameters import Parameters
from infra.constructs.people import People
from infra.stage import Stage


class Route(NamedTuple):
    door: Door
    methods: tuple[str, ...]
    path: str
    needs_token: bool = False
    open_because: str = ""
    """Why no token is asked for at the gateway."""


# Where a route takes any method, it also takes the browsers' question whether another origin may call, which carries no
# token; where none takes OPTIONS, the gateway answers that from its own settings.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
_ALL_BUT_OPTIONS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

_WEB: Final = "Browsers come here to sign in, or with a signed link from an email, which the function verifies."
_PUBLIC: Final = "What it shows is the same for everybody."
_SIGN_IN: Final = "Signing in and resetting a password come before the token; all else under it has a route that asks."
_SLACK: Final = Route(
    Door.SLACK, ("POST",), "/slack/events", open_because="Slack signs its requests; the function verifies it."
)
ROUTES: Final = (
    _SLACK,
    Route(Door.WEB, ("ANY",), "/web/{proxy+}", open_because=_WEB),
    Route(Door.API, _ALL_BUT_OPTIONS, "/", open_because=_PUBLIC),
    Route(Door.API, _ALL_BUT_OPTIONS, "/healthz", open_because=_PUBLIC),
    Route(Door.API, ("GET",), "/docs", open_because=_PUBLIC),
    Route(Door.API, ("GET",), "/docs/{proxy+}", open_because=_PUBLIC),
    Route(Door.API, ("GET",), "/openapi.json", open_because=_PUBLIC),
    # A route cannot end with a slash, which three documented paths do, so the open ones are taken together;
    # of two that match, the more specific route wins.
    Route(Door.API, _ALL_BUT_OPTIONS, "/api/{proxy+}", open_because=_SIGN_IN),
    Route(Door.API, ("POST",), "/api/v1/admin/auth/logout", needs_token=True),
    Route(Door.API, ("POST",), "/api/v1/user/auth/logout", needs_token=True),
    Route(Door.API, _ALL_BUT_OPTIONS, "/api/v1/admin/user-mgmt/{proxy+}", needs_token=True),
    Route(Door.API, _ALL_BUT_OPTIONS, "/api/v1/admin/task-mgmt/{proxy+}", needs_token=True),
    Route(Door.API, _ALL_BUT_OPTIONS, "/api/v1/user/task-mgmt/{proxy+}", needs_token=True),
)
_CORS_DAY: Final = 86_400
NEARLY_TOO_SLOW: Final = 2_500
"""Milliseconds; Slack waits 3,000."""
_LINE: Final = {
    "time": "$context.requestTime",
    "request_id": "$context.requestId",
    "route": "$context.routeKey",
    "status": "$context.status",
    "ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency",
    "error": "$context.error.message",
    "authorizer_error": "$context.authorizer.error",
}
"""What is written of a request: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html"""


class HttpApi(Construct):
    """The one address of the product."""

    def __init__(
        self, scope: Construct, construct_id: str, *, parameters: Parameters, stage: Stage, encryption: Encryption
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigw.HttpApi(self, "Api")
        self._let_in(parameters)
        self._log = new_log_group(self, "Requests", stage, encryption)
        alarm_when(
            self,
            "SlowAnswersAlarm",
            name="slow-answers",
            what="one of a hundred answers to Slack takes nearly the three seconds that Slack waits",
            metric=self.slack_answer_time("p99"),
            threshold=NEARLY_TOO_SLOW,
            periods=2,
            of=3,
        )

    def slack_answer_time(self, statistic: str) -> cloudwatch.Metric:
        """Milliseconds from Slack's request to the answer, cold starts included.

        Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
        """
        method, path = _SLACK.methods[0], _SLACK.path
        return self.api.metric_latency(
            dimensions_map={
                "ApiId": self.api.api_id,
                "Stage": "$default",
                "Method": method,
                "Resource": path,
            },
            statistic=statistic,
            period=Duration.minutes(5),
        )

    def _watch(self, slack_route: apigw.HttpRoute) -> None:
        """Write a line about each request, without its path, in which a person may be named; time Slack's by itself."""
        stage = self.api.default_stage.node.default_child if self.api.default_stage else None
        assert isinstance(stage, apigw.CfnStage)  # noqa: S101 (what an HttpApi makes)
        stage.access_log_settings = apigw.CfnStage.AccessLogSettingsProperty(
            destination_arn=self._log.log_group_arn, format=json.dumps(_LINE)
        )
        stage.route_settings = {f"{_SLACK.methods[0]} {_SLACK.path}": {"DetailedMetricsEnabled": True}}
        # The gateway refuses settings of a route that is not there yet.
        stage.node.add_dependency(slack_route)

    def _let_in(self, parameters: Parameters) -> None:
        """Let the pages of other origins call the API, where a deployment names some; no cookie counts here."""
        made = self.api.node.default_child
        assert isinstance(made, apigw.CfnApi)  # noqa: S101 (what an HttpApi is made of)
        made.cors_configuration = parameters.or_nothing(
            "CorsOrigins",
            {
                "AllowOrigins": Fn.split(",", parameters["CorsOrigins"]),
                "AllowMethods": ["GET", "POST", "PUT", "DELETE"],
                "AllowHeaders": ["authorization", "content-type", "idempotency-key", "if-match", "x-request-id"],
                "ExposeHeaders": ["etag", "retry-after", "x-next-cursor", "x-request-id"],
                "MaxAge": _CORS_DAY,
            },
        )

    def lead_to(self, doors: Mapping[Door, DoorFunction], people: People) -> None:
        """Add every route; where a token is due, only the password clients' tokens pass."""
        authorizer = authorizers.HttpUserPoolAuthorizer(
            "Token", people.pool, user_pool_clients=[people.admin_client, people.user_client]
        )
        behind = {
            door: integrations.HttpLambdaIntegration(
                construct_id(door), doors[door].target, scope_permission_to_route=False
            )
            for door in dict.fromkeys(route.door for route in ROUTES)
        }
        for route in ROUTES:
            made = self.api.add_routes(
                path=route.path,
                methods=[apigw.HttpMethod(method) for method in route.methods],
                integration=behind[route.door],
                authorizer=authorizer if route.needs_token else apigw.HttpNoneAuthorizer(),
            )
            for each in made if route.open_because else ():
                accept(each, "APIG4", because=route.open_because)
            if route is _SLACK:
                self._watch(made[0])
