"""Going on with a session, ending it, and new passwords."""

import pytest

from tests.support.api import CODE, PASSWORD, ApiWorld
from tests.support.tokens import ADMIN_CLIENT, USER_CLIENT

SIDES = [("admin", "ada"), ("user", "bo")]
ALL_TASKS = "/api/v1/admin/task-mgmt/tasks"
OWN_TASKS = "/api/v1/user/task-mgmt/tasks/bo"


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


def _log_in(world: ApiWorld, side: str, name: str) -> str:
    answer = world.post(f"/api/v1/{side}/auth/login", {"email": f"{name}@example.com", "password": PASSWORD})
    token: str = answer.json()["refresh_token"]
    return token


@pytest.mark.parametrize(("side", "name"), SIDES)
def test_a_refresh_answers_as_the_login_did(world: ApiWorld, side: str, name: str) -> None:
    refresh_token = _log_in(world, side, name)

    answer = world.post(
        f"/api/v1/{side}/auth/refresh", {"refresh_token": refresh_token, "email": f"{name}@example.com"}
    )

    assert answer.status_code == 200
    assert (answer.json()["refresh_token"], answer.json()["user"]["username"]) == (refresh_token, name)
    assert answer.json()["access_token"]


@pytest.mark.parametrize(
    ("email", "token"),
    [("ada@example.com", "made-up"), ("nobody@example.com", "refresh"), ("bo@example.com", "refresh")],
)
def test_a_refresh_token_is_good_for_its_own_person_only(world: ApiWorld, email: str, token: str) -> None:
    _log_in(world, "admin", "ada")

    answer = world.post("/api/v1/admin/auth/refresh", {"refresh_token": token, "email": email})

    assert answer.status_code == 401


def test_nobody_goes_on_with_a_session_on_the_other_side(world: ApiWorld) -> None:
    refresh_token = _log_in(world, "user", "bo")

    answer = world.post("/api/v1/admin/auth/refresh", {"refresh_token": refresh_token, "email": "bo@example.com"})

    assert answer.status_code == 403


@pytest.mark.parametrize(("side", "name", "path"), [("admin", "ada", ALL_TASKS), ("user", "bo", OWN_TASKS)])
def test_who_signed_out_is_out_here_at_once(world: ApiWorld, side: str, name: str, path: str) -> None:
    refresh_token = _log_in(world, side, name)
    token = world.token(name)
    assert world.get(path, token).status_code == 200

    answer = world.request("POST", f"/api/v1/{side}/auth/logout", token)

    assert (answer.status_code, answer.json()) == (200, {"message": "Signed out."})
    assert world.get(path, token).status_code == 401
    again = {"refresh_token": refresh_token, "email": f"{name}@example.com"}
    assert world.post(f"/api/v1/{side}/auth/refresh", again).status_code == 401


def test_nobody_signs_out_twice(world: ApiWorld) -> None:
    token = world.token("ada")
    world.request("POST", "/api/v1/admin/auth/logout", token)

    assert world.request("POST", "/api/v1/admin/auth/logout", token).status_code == 401


def test_a_demoted_admin_can_still_sign_out(world: ApiWorld) -> None:
    token = world.token("ada")
    world.set_groups("ada", enabled=False)
    world.pass_seconds(60)

    assert world.request("POST", "/api/v1/admin/auth/logout", token).status_code == 200


@pytest.mark.parametrize(("side", "client"), [("admin", ADMIN_CLIENT), ("user", USER_CLIENT)])
def test_a_code_is_asked_for_through_the_sides_own_client(world: ApiWorld, side: str, client: str) -> None:
    answers = [
        world.post(f"/api/v1/{side}/auth/forgot-password", {"email": email})
        for email in ("ada@example.com", "nobody@example.com")
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert world.pool.codes_sent == [(client, "ada@example.com"), (client, "nobody@example.com")]


def test_the_code_sets_a_new_password(world: ApiWorld) -> None:
    world.post("/api/v1/user/auth/forgot-password", {"email": "bo@example.com"})

    answer = world.post(
        "/api/v1/user/auth/confirm-forgot-password",
        {"email": "bo@example.com", "code": CODE, "new_password": "My-own-secret-1"},
    )

    assert (answer.status_code, answer.json()) == (200, {"message": "The new password is set. Sign in with it."})


@pytest.mark.parametrize(
    ("email", "code", "password"),
    [
        ("bo@example.com", "111111", "My-own-secret-1"),
        ("bo@example.com", CODE, "weak"),
        ("nobody@example.com", CODE, "My-own-secret-1"),
        ("nobody@example.com", CODE, "weak"),
    ],
)
def test_a_refused_reset_does_not_tell_what_was_wrong(world: ApiWorld, email: str, code: str, password: str) -> None:
    world.post("/api/v1/user/auth/forgot-password", {"email": "bo@example.com"})

    answer = world.post(
        "/api/v1/user/auth/confirm-forgot-password", {"email": email, "code": code, "new_password": password}
    )

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["code", "new_password"]
    assert answer.json()["detail"] == "The password was not changed."
    said = [each["message"] for each in answer.json()["errors"]]
    assert said == [
        "It is wrong or too old, or there is no such account. Ask for another code.",
        "It may also be that it is too weak: 12 characters or more, with small and capital letters, digits and "
        "symbols.",
    ]


@pytest.mark.parametrize("route", ["refresh", "forgot-password", "confirm-forgot-password"])
def test_a_body_without_its_fields_names_them_and_repeats_nothing(world: ApiWorld, route: str) -> None:
    answer = world.post(f"/api/v1/user/auth/{route}", {"secret": "do-not-repeat-1"})

    assert answer.status_code == 422
    assert "email" in [each["field"] for each in answer.json()["errors"]]
    assert "do-not-repeat-1" not in answer.text
