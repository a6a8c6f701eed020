"""Which door answers which request, and who needs a token for it."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from core.settings import Door
from tests.support.template import StackTemplate, written

ALL_BUT_OPTIONS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def _each(methods: Iterable[str], path: str) -> dict[str, Door]:
    return {f"{method} {path}": Door.API for method in methods}


OPEN = {
    "POST /slack/events": Door.SLACK,
    "ANY /web/{proxy+}": Door.WEB,
    "GET /docs": Door.API,
    "GET /docs/{proxy+}": Door.API,
    "GET /openapi.json": Door.API,
    **_each(ALL_BUT_OPTIONS, "/"),
    **_each(ALL_BUT_OPTIONS, "/healthz"),
    **_each(ALL_BUT_OPTIONS, "/api/{proxy+}"),
}
WITH_TOKEN = {
    "POST /api/v1/admin/auth/logout": Door.API,
    "POST /api/v1/user/auth/logout": Door.API,
    **_each(ALL_BUT_OPTIONS, "/api/v1/admin/user-mgmt/{proxy+}"),
    **_each(ALL_BUT_OPTIONS, "/api/v1/admin/task-mgmt/{proxy+}"),
    **_each(ALL_BUT_OPTIONS, "/api/v1/user/task-mgmt/{proxy+}"),
}


@pytest.fixture
def routes(template: StackTemplate) -> dict[str, dict[str, Any]]:
    return {route["RouteKey"]: route for route in template.resources("AWS::ApiGatewayV2::Route").values()}


def test_the_routes_are_these_and_no_others(routes: dict[str, dict[str, Any]]) -> None:
    assert routes.keys() == OPEN.keys() | WITH_TOKEN.keys()


@pytest.mark.parametrize(("route", "door"), (OPEN | WITH_TOKEN).items())
def test_a_route_leads_to_its_door(
    template: StackTemplate, routes: dict[str, dict[str, Any]], route: str, door: Door
) -> None:
    integration_id = written(routes[route]["Target"]).removeprefix("integrations/")
    integration = template.resources("AWS::ApiGatewayV2::Integration")[integration_id]

    called = template.resources("AWS::Lambda::Function")[written(integration["IntegrationUri"]).removesuffix(".Arn")]
    assert called["Handler"] == f"handlers.{door}.handler"
    assert integration["PayloadFormatVersion"] == "2.0"


@pytest.mark.parametrize("route", WITH_TOKEN)
def test_work_on_people_and_tasks_needs_a_token(routes: dict[str, dict[str, Any]], route: str) -> None:
    assert routes[route]["AuthorizationType"] == "JWT"
    assert written(routes[route]["AuthorizerId"]) == "HttpApiToken"


@pytest.mark.parametrize("route", OPEN)
def test_signing_in_and_slacks_own_signature_need_none(routes: dict[str, dict[str, Any]], route: str) -> None:
    assert routes[route]["AuthorizationType"] == "NONE"


def test_only_tokens_of_the_pools_password_clients_pass(template: StackTemplate) -> None:
    authorizer = template.only("AWS::ApiGatewayV2::Authorizer")

    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert written(authorizer["JwtConfiguration"]["Issuer"]) == (
        "https://cognito-idp.AWS::Region.amazonaws.com/PeoplePool"
    )
    assert {written(each) for each in authorizer["JwtConfiguration"]["Audience"]} == {
        "PeoplePoolAdminClient",
        "PeoplePoolUserClient",
    }


def test_a_deployed_change_is_live_at_once(template: StackTemplate) -> None:
    stage = template.only("AWS::ApiGatewayV2::Stage")

    assert stage["StageName"] == "$default"
    assert stage["AutoDeploy"] is True


def test_no_route_ends_with_a_slash(routes: dict[str, dict[str, Any]]) -> None:
    """API Gateway refuses such a route when it is deployed; the emulator does not."""
    assert not [route for route in routes if route.endswith("/") and not route.endswith(" /")]


def test_no_other_origin_is_let_in_unless_a_deployment_names_some(template: StackTemplate) -> None:
    """The gateway answers the question for itself only where no route takes OPTIONS."""
    condition, let_in, otherwise = template.only("AWS::ApiGatewayV2::Api")["CorsConfiguration"]["Fn::If"]

    assert (condition, let_in) == ("CorsOriginsIsEmpty", {"Ref": "AWS::NoValue"})
    assert template.body["Parameters"]["CorsOrigins"]["Default"] == ""
    assert otherwise["AllowOrigins"] == {"Fn::Split": [",", {"Ref": "CorsOrigins"}]}
    assert "AllowCredentials" not in otherwise
    assert set(otherwise["AllowHeaders"]) == {
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "x-request-id",
    }
    assert set(otherwise["ExposeHeaders"]) == {"etag", "retry-after", "x-next-cursor", "x-request-id"}


@pytest.mark.parametrize(
    ("origins", "good"),
    [
        ("", True),
        ("https://app.example.com", True),
        ("https://a.example,http://localhost:5173", True),
        ("*", False),
        ("https://*", False),
        ("app.example.com", False),
        ("https://a.example/", False),
        ("https://a.example, https://b.example", False),
    ],
)
def test_origins_are_scheme_and_host(template: StackTemplate, origins: str, good: bool) -> None:  # noqa: FBT001
    pattern = template.body["Parameters"]["CorsOrigins"]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, origins)) is good
