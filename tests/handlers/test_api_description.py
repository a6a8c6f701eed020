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


OPEN = {
    "GET /",
    "GET /api/v1/",
    "GET /healthz",
    *(
        f"{route}"
        for side in ("admin", "user")
        for route in (
            f"GET /api/v1/{side}/auth/",
            f"POST /api/v1/{side}/auth/login",
            f"POST /api/v1/{side}/auth/new-password",
            f"POST /api/v1/{side}/auth/refresh",
            f"POST /api/v1/{side}/auth/forgot-password",
            f"POST /api/v1/{side}/auth/confirm-forgot-password",
        )
    ),
}
PROTECTED = {
    "POST /api/v1/admin/auth/logout",
    "POST /api/v1/user/auth/logout",
    "GET /api/v1/admin/user-mgmt/users",
    "POST /api/v1/admin/user-mgmt/create-team-member",
    "PUT /api/v1/admin/user-mgmt/users/{user_id}",
    "PUT /api/v1/admin/user-mgmt/users/{user_id}/groups",
    "PUT /api/v1/admin/user-mgmt/users/{user_id}/status",
    "DELETE /api/v1/admin/user-mgmt/users/{user_id}",
    "GET /api/v1/admin/user-mgmt/users/{user_name}",
    "POST /api/v1/admin/task-mgmt/create",
    "GET /api/v1/admin/task-mgmt/tasks",
    "GET /api/v1/admin/task-mgmt/tasks.csv",
    "GET /api/v1/admin/task-mgmt/tasks/{assigned_to}",
    "PUT /api/v1/admin/task-mgmt/tasks/{task_id}",
    "GET /api/v1/admin/task-mgmt/tasks/{task_id}/{assigned_to}",
    "DELETE /api/v1/admin/task-mgmt/tasks/{task_id}/{assigned_to}",
    "GET /api/v1/admin/task-mgmt/tasks/{task_id}/{assigned_to}/history",
    "POST /api/v1/admin/task-mgmt/tasks/{task_id}/comments",
    "GET /api/v1/user/task-mgmt/tasks/{assigned_to}",
    "PUT /api/v1/user/task-mgmt/tasks/{task_id}",
    "GET /api/v1/user/task-mgmt/tasks/{assigned_to}/{task_id}/history",
    "POST /api/v1/user/task-mgmt/tasks/{task_id}/comments",
}


def test_every_documented_route_is_described(description: dict[str, Any]) -> None:
    assert set(_operations(description)) == OPEN | PROTECTED


def test_every_write_names_a_field_that_it_does_not_have(world: ApiWorld, description: dict[str, Any]) -> None:
    writes = {route for route, operation in _operations(description).items() if "requestBody" in operation}
    assert writes == {route for route in OPEN | PROTECTED if re.match("POST|PUT", route) and "logout" not in route}
    named = {"user_id": "bo", "task_id": "T-1"}

    for route in sorted(writes):
        method, path = route.split(" ")
        token = world.token("ada" if "/admin/" in path else "bo")
        answer = world.request(method, path.format(**named), token, json={"surprise": 1})
        assert answer.status_code == 422, route
        assert "surprise" in [each["field"] for each in answer.json()["errors"]], route


def test_exactly_the_protected_routes_ask_for_a_token(description: dict[str, Any]) -> None:
    protected = {name for name, operation in _operations(description).items() if operation.get("security")}

    assert protected == PROTECTED


def test_every_error_is_described_as_a_problem(description: dict[str, Any]) -> None:
    for name, operation in _operations(description).items():
        for status, answer in operation["responses"].items():
            if status >= "400":
                own = {"application/json"} if status == "401" and name in PROTECTED else set()
                assert answer["content"].keys() == {"application/problem+json"} | own, (name, status)


def test_every_operation_says_what_it_is_and_what_may_go_wrong(description: dict[str, Any]) -> None:
    for name, operation in _operations(description).items():
        assert operation["summary"]
        assert operation["tags"]
        assert {"413", "500"} <= operation["responses"].keys(), name
        for status, answer in operation["responses"].items():
            assert answer["description"], (name, status)
            assert "X-Request-Id" in answer["headers"]
            assert ("WWW-Authenticate" in answer["headers"]) == (status == "401")
            assert ("Retry-After" in answer["headers"]) == (status == "429")


def test_lists_are_described_with_the_way_to_the_next_page(description: dict[str, Any]) -> None:
    paged = {
        name
        for name, operation in _operations(description).items()
        if {"limit", "cursor"} <= {each.get("name") for each in operation["parameters"]}
    }

    assert len(paged) == 7
    for name in paged:
        assert "X-Next-Cursor" in _operations(description)[name]["responses"]["200"]["headers"], name


def test_every_field_and_parameter_has_an_example(description: dict[str, Any]) -> None:
    missing = [
        f"{name}.{field}"
        for name, schema in description["components"]["schemas"].items()
        for field, facts in schema.get("properties", {}).items()
        if not facts.get("readOnly") and not _is_shown(facts)
    ]
    missing += [
        f"{name} {parameter['name']}"
        for name, operation in _operations(description).items()
        for parameter in operation["parameters"]
        if "$ref" not in parameter and not _is_shown({**parameter, **parameter["schema"]})
    ]

    assert missing == []


def _is_shown(facts: dict[str, Any]) -> bool:
    """Whether a reader sees what the value looks like: by an example, or because it is one of few or another shape."""
    if {"examples", "$ref", "const", "default", "items"} & facts.keys():
        return True
    return any(_is_shown(each) for each in facts.get("anyOf", []))


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
