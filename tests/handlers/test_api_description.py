"""How the API describes itself: OpenAPI and the Swagger UI page."""

import re
from typing import Any

import pytest

from tests.support.api import ApiWorld


@pytest.fixture(scope="module")
def world() -> ApiWorld:
    return ApiWorld()


@pytest.fixture(scope="module")
def description(world: ApiWorld) -> dict[str, Any]:
    described: dict[str, Any] = world.get("/openapi.json").json()
    return described


def _operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def test_every_documented_route_of_this_version_is_described(description: dict[str, Any]) -> None:
    assert set(_operations(description)) == {
        "GET /",
        "GET /api/v1/",
        "GET /healthz",
        "GET /api/v1/admin/auth/",
        "GET /api/v1/user/auth/",
        "POST /api/v1/admin/auth/login",
        "POST /api/v1/user/auth/login",
        "POST /api/v1/admin/auth/new-password",
        "POST /api/v1/user/auth/new-password",
        "POST /api/v1/admin/task-mgmt/create",
        "GET /api/v1/admin/task-mgmt/tasks",
        "GET /api/v1/admin/task-mgmt/tasks/{assigned_to}",
        "GET /api/v1/user/task-mgmt/tasks/{assigned_to}",
    }


def test_exactly_the_protected_routes_ask_for_a_token(description: dict[str, Any]) -> None:
    protected = {name for name, operation in _operations(description).items() if operation.get("security")}

    assert protected == {name for name in _operations(description) if "task-mgmt" in name}


def test_every_error_is_described_as_a_problem(description: dict[str, Any]) -> None:
    described = [
        list(answer["content"])
        for operation in _operations(description).values()
        for status, answer in operation["responses"].items()
        if status >= "400"
    ]

    assert described
    assert all(types == ["application/problem+json"] for types in described)


def test_every_shape_that_is_referred_to_is_there(description: dict[str, Any]) -> None:
    referred = set(re.findall(r"#/components/schemas/(\w+)", str(description)))

    assert referred == set(description["components"]["schemas"])


def test_every_component_has_a_name_that_openapi_allows(description: dict[str, Any]) -> None:
    names = [name for kind in description["components"].values() for name in kind]

    assert "AccessToken" in names
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names)


def test_operations_have_names_of_their_own(description: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in _operations(description).values()]

    assert len(names) == len(set(names))


def test_the_page_and_all_that_it_loads_come_from_here(world: ApiWorld) -> None:
    page = world.get("/docs")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert page.headers["Content-Type"].startswith("text/html")
    assert len(loaded) == 5
    for address in loaded:
        assert world.get("/" + address).status_code == 200


def test_the_page_allows_no_script_but_ours(world: ApiWorld) -> None:
    page = world.get("/docs")

    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script>|<script (?!src)|<style|\s(on\w+|style)=", page.text)


def test_the_page_shows_this_description(world: ApiWorld) -> None:
    assert 'url: "openapi.json"' in world.get("/docs/start.js").text
    assert "SwaggerUIBundle" in world.get("/docs/swagger-ui-bundle.js").text
