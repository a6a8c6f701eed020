"""Which door answers which request, and who needs a token for it."""

from typing import Any

import pytest

from core.settings import Door
from tests.support.template import StackTemplate, written

OPEN = {
    "POST /slack/events": Door.SLACK,
    "ANY /web/{proxy+}": Door.WEB,
    "GET /": Door.API,
    "GET /healthz": Door.API,
    "GET /docs": Door.API,
    "GET /docs/{proxy+}": Door.API,
    "GET /openapi.json": Door.API,
    "ANY /api/{proxy+}": Door.API,
}
WITH_TOKEN = {
    "ANY /api/v1/admin/user-mgmt/{proxy+}": Door.API,
    "ANY /api/v1/admin/task-mgmt/{proxy+}": Door.API,
    "ANY /api/v1/user/task-mgmt/{proxy+}": Door.API,
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
    assert not [route for route in routes if route.endswith("/") and route != "GET /"]
