"""The HTTP API: which route leads to which door, and which routes need a token."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from aws_cdk import Fn
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from core.settings import Door
from infra.constructs.functions import DoorFunction, construct_id
from infra.constructs.parameters import Parameters
from infra.constructs.people import People


class Route(NamedTuple):
    door: Door
    methods: tuple[str, ...]
    path: str
    needs_token: bool = False


# Where a route takes any method, it also takes the browsers' question whether another origin may call, which carries no
# token; where none takes OPTIONS, the gateway answers that from its own settings.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
_ALL_BUT_OPTIONS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

ROUTES: Final = (
    Route(Door.SLACK, ("POST",), "/slack/events"),
    Route(Door.WEB, ("ANY",), "/web/{proxy+}"),
    Route(Door.API, _ALL_BUT_OPTIONS, "/"),
    Route(Door.API, _ALL_BUT_OPTIONS, "/healthz"),
    Route(Door.API, ("GET",), "/docs"),
    Route(Door.API, ("GET",), "/docs/{proxy+}"),
    Route(Door.API, ("GET",), "/openapi.json"),
    # A route cannot end with a slash, which three documented paths do, so the open ones are taken together;
    # of two that match, the more specific route wins.
    Route(Door.API, _ALL_BUT_OPTIONS, "/api/{proxy+}"),
    Route(Door.API, ("POST",), "/api/v1/admin/auth/logout", needs_token=True),
    Route(Door.API, ("POST",), "/api/v1/user/auth/logout", needs_token=True),
    Route(Door.API, _ALL_BUT_OPTIONS, "/api/v1/admin/user-mgmt/{proxy+}", needs_token=True),
    Route(Door.API, _ALL_BUT_OPTIONS, "/api/v1/admin/task-mgmt/{proxy+}", needs_token=True),
    Route(Door.API, _ALL_BUT_OPTIONS, "/api/v1/user/task-mgmt/{proxy+}", needs_token=True),
)
_CORS_DAY: Final = 86_400


class HttpApi(Construct):
    """The one address of the product."""

    def __init__(self, scope: Construct, construct_id: str, *, parameters: Parameters) -> None:
        super().__init__(scope, construct_id)
        self.api = apigw.HttpApi(self, "Api")
        self._let_in(parameters)

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
                construct_id(door), doors[door].function, scope_permission_to_route=False
            )
            for door in dict.fromkeys(route.door for route in ROUTES)
        }
        for route in ROUTES:
            self.api.add_routes(
                path=route.path,
                methods=[apigw.HttpMethod(method) for method in route.methods],
                integration=behind[route.door],
                authorizer=authorizer if route.needs_token else apigw.HttpNoneAuthorizer(),
            )
