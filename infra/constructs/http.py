"""The HTTP API: which route leads to which door, and which routes need a token."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from core.settings import Door
from infra.constructs.functions import DoorFunction, construct_id
from infra.constructs.people import People


class Route(NamedTuple):
    door: Door
    method: str
    path: str
    needs_token: bool = False


ROUTES: Final = (
    Route(Door.SLACK, "POST", "/slack/events"),
    Route(Door.WEB, "ANY", "/web/{proxy+}"),
    Route(Door.API, "GET", "/"),
    Route(Door.API, "GET", "/healthz"),
    Route(Door.API, "GET", "/docs"),
    Route(Door.API, "GET", "/docs/{proxy+}"),
    Route(Door.API, "GET", "/openapi.json"),
    # A route cannot end with a slash, which three documented paths do, so the open ones are taken together;
    # of two that match, the more specific route wins.
    Route(Door.API, "ANY", "/api/{proxy+}"),
    Route(Door.API, "ANY", "/api/v1/admin/user-mgmt/{proxy+}", needs_token=True),
    Route(Door.API, "ANY", "/api/v1/admin/task-mgmt/{proxy+}", needs_token=True),
    Route(Door.API, "ANY", "/api/v1/user/task-mgmt/{proxy+}", needs_token=True),
)


class HttpApi(Construct):
    """The one address of the product."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.api = apigw.HttpApi(self, "Api")

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
                methods=[apigw.HttpMethod(route.method)],
                integration=behind[route.door],
                authorizer=authorizer if route.needs_token else apigw.HttpNoneAuthorizer(),
            )
