"""The API as it is deployed: behind the gateway's authorizer, with the rights of its own role and the real tokens."""

import time
from typing import Any

import httpx
import pytest
from jose import jwt

from infra.local.local_stack import LocalStack

pytestmark = pytest.mark.stack

ALL_TASKS = "/api/v1/admin/task-mgmt/tasks"


def _person(stack: LocalStack, group: str, number: int = 0) -> dict[str, Any]:
    people: list[dict[str, Any]] = [each for each in stack.info["people"] if each["groups"] == [group]]
    return people[number]


def _send(
    stack: LocalStack, method: str, path: str, token: str | None = None, json: object | None = None
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.request(method, stack.url + path, headers=headers, json=json, timeout=60)


def _sign_in(stack: LocalStack, side: str, person: dict[str, Any]) -> str:
    credentials = {"email": person["email"], "password": person["password"]}
    answer = _send(stack, "POST", f"/api/v1/{side}/auth/login", json=credentials)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def test_an_admin_signs_in_and_makes_a_task_and_finds_it(stack: LocalStack) -> None:
    token = _sign_in(stack, "admin", _person(stack, "Admins"))

    made = _send(stack, "POST", "/api/v1/admin/task-mgmt/create", token, {"title": "Made by a script"})
    listed = _send(stack, "GET", f"{ALL_TASKS}?limit=100", token)

    assert (made.status_code, listed.status_code) == (201, 200)
    assert made.json()["task_id"] in [task["task_id"] for task in listed.json()]


def test_a_member_signs_in_and_lists_their_own_tasks_only(stack: LocalStack) -> None:
    member, other = _person(stack, "TeamMembers"), _person(stack, "TeamMembers", 1)
    token = _sign_in(stack, "user", member)

    own = _send(stack, "GET", f"/api/v1/user/task-mgmt/tasks/{member['email']}", token)

    assert own.status_code == 200
    assert {task["assigned_to_name"] for task in own.json()} == {member["name"]}
    assert _send(stack, "GET", f"/api/v1/user/task-mgmt/tasks/{other['email']}", token).status_code == 403
    assert _send(stack, "GET", ALL_TASKS, token).status_code == 403


PROTECTED = [
    ("GET", ALL_TASKS),
    ("GET", "/api/v1/admin/user-mgmt/users"),
    ("GET", "/api/v1/user/task-mgmt/tasks/nobody"),
    ("POST", "/api/v1/admin/auth/logout"),
    ("POST", "/api/v1/user/auth/logout"),
]


def _signed(stack: LocalStack, token: str, **changed: Any) -> str:
    """A token with other claims, signed with the key of the pool itself."""
    [key] = stack.folder.rglob(f"{stack.info['user_pool_id']}-access.pem")
    header, claims = jwt.get_unverified_header(token), jwt.get_unverified_claims(token)
    signed: str = jwt.encode({**claims, **changed}, key.read_text(), algorithm="RS256", headers=header)
    return signed


def _token_of_another_pool(stack: LocalStack, like: str) -> str:
    """A token that is good in every way, in a pool of somebody else's."""
    cognito = stack.aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="theirs")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="theirs", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.create_group(UserPoolId=pool, GroupName="Admins")
    cognito.admin_create_user(UserPoolId=pool, Username="eve", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="eve", Password="Right-password-1", Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="eve", GroupName="Admins")
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "eve", "PASSWORD": "Right-password-1"},
    )
    token = answer["AuthenticationResult"]["AccessToken"]
    assert jwt.get_unverified_claims(token)["iss"] != jwt.get_unverified_claims(like)["iss"]
    return str(token)


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_the_gateway_itself_refuses_whoever_has_no_good_token(stack: LocalStack, method: str, path: str) -> None:
    good = _sign_in(stack, "admin", _person(stack, "Admins"))
    header, payload, signature = good.split(".")
    bad = {
        "none": None,
        "forged": f"{header}.{payload}.{signature[::-1]}",
        "expired": _signed(stack, good, exp=int(time.time()) - 1),
        "of another client": _signed(stack, good, client_id="somebody-elses"),
        "of another pool": _token_of_another_pool(stack, good),
        "garbage": "garbage",
    }

    for what, token in bad.items():
        answer = _send(stack, method, path, token)
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"}), what
        assert "X-Request-Id" not in answer.headers, f"{what}: the function was called"


def test_a_token_that_the_test_signs_passes_where_nothing_is_wrong_with_it(stack: LocalStack) -> None:
    """Or the refusals above would prove nothing."""
    good = _sign_in(stack, "admin", _person(stack, "Admins"))

    assert _send(stack, "GET", ALL_TASKS, _signed(stack, good)).status_code == 200


def test_a_group_that_the_person_does_not_have_is_the_codes_403(stack: LocalStack) -> None:
    member = _sign_in(stack, "user", _person(stack, "TeamMembers"))

    for token in (member, _signed(stack, member, **{"cognito:groups": ["Admins"]})):
        answer = _send(stack, "GET", ALL_TASKS, token)
        assert answer.status_code == 403
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_session_goes_on_until_it_is_ended(stack: LocalStack) -> None:
    person = _person(stack, "TeamMembers", 2)
    credentials = {"email": person["email"], "password": person["password"]}
    signed_in = _send(stack, "POST", "/api/v1/user/auth/login", json=credentials).json()
    again = {"refresh_token": signed_in["refresh_token"], "email": person["email"]}
    own = f"/api/v1/user/task-mgmt/tasks/{person['email']}"

    refreshed = _send(stack, "POST", "/api/v1/user/auth/refresh", json=again)
    assert refreshed.status_code == 200
    assert _send(stack, "GET", own, refreshed.json()["access_token"]).status_code == 200
    other = {**again, "email": _person(stack, "TeamMembers")["email"]}
    assert _send(stack, "POST", "/api/v1/user/auth/refresh", json=other).status_code == 401
    assert _send(stack, "POST", "/api/v1/admin/auth/refresh", json=again).status_code == 401

    out = _send(stack, "POST", "/api/v1/user/auth/logout", refreshed.json()["access_token"])
    assert (out.status_code, out.json()) == (200, {"message": "Signed out."})
    assert _send(stack, "POST", "/api/v1/user/auth/refresh", json=again).status_code == 401


def test_a_forgotten_password_is_replaced_with_the_mailed_code(stack: LocalStack) -> None:
    person = _person(stack, "TeamMembers", 2)
    base = "/api/v1/user/auth"
    asked = [
        _send(stack, "POST", f"{base}/forgot-password", json={"email": email})
        for email in (person["email"], "nobody@example.com")
    ]
    assert [answer.status_code for answer in asked] == [200, 200]
    assert asked[0].json() == asked[1].json()

    def confirm(email: str, code: str, password: str) -> httpx.Response:
        body = {"email": email, "code": code, "new_password": password}
        return _send(stack, "POST", f"{base}/confirm-forgot-password", json=body)

    refused = [
        confirm(person["email"], "000000", person["password"]),
        confirm(person["email"], "654321", "weak"),
        confirm("nobody@example.com", "654321", person["password"]),
    ]
    assert [answer.status_code for answer in refused] == [422] * 3
    assert len({str(answer.json()["errors"]) for answer in refused}) == 1
    assert confirm(person["email"], "654321", person["password"]).status_code == 200
    assert _sign_in(stack, "user", person)


def test_the_question_of_another_origin_is_answered_with_no(stack: LocalStack) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}

    for method in ("OPTIONS", "GET"):
        answer = httpx.request(method, stack.url + "/healthz", headers=headers, timeout=60)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_an_admin_who_signed_out_everywhere_is_refused_at_once(stack: LocalStack) -> None:
    admin = _person(stack, "Admins", 1)
    token = _sign_in(stack, "admin", admin)
    assert _send(stack, "GET", ALL_TASKS, token).status_code == 200

    stack.aws.client("cognito-idp").admin_user_global_sign_out(
        UserPoolId=stack.info["user_pool_id"], Username=admin["email"]
    )

    assert _send(stack, "GET", ALL_TASKS, token).status_code == 401


def test_a_wrong_password_is_the_same_401_as_an_unknown_address(stack: LocalStack) -> None:
    answers = [
        _send(stack, "POST", "/api/v1/admin/auth/login", json={"email": email, "password": "Wrong-password-1"})
        for email in (_person(stack, "Admins")["email"], "nobody@example.com")
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert len({answer.json()["detail"] for answer in answers}) == 1


def test_the_docs_and_what_they_load_pass_the_gateway(stack: LocalStack) -> None:
    for path in ("/docs", "/docs/start.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/openapi.json"):
        assert _send(stack, "GET", path).status_code == 200
