"""Signing in through the API."""

import logging

import pytest

from tests.support.api import PASSWORD, SESSION, TEMPORARY, ApiWorld

SIDES = [("admin", "ada"), ("user", "bo")]


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


@pytest.mark.parametrize(("side", "name"), SIDES)
def test_a_login_answers_with_the_token_and_the_person(world: ApiWorld, side: str, name: str) -> None:
    answer = world.post(f"/api/v1/{side}/auth/login", {"email": f"{name}@example.com", "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.json() == {
        "access_token": "access",
        "refresh_token": "refresh",
        "expires_in": 3600,
        "token_type": "Bearer",
        "user": {
            "username": name,
            "email": f"{name}@example.com",
            "given_name": name.title(),
            "family_name": "Team",
            "user_group": ["Admins"] if side == "admin" else ["TeamMembers"],
        },
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(world: ApiWorld) -> None:
    wrong, unknown = (
        world.post("/api/v1/admin/auth/login", {"email": email, "password": "Wrong-password-1"})
        for email in ("ada@example.com", "nobody@example.com")
    )

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.headers["WWW-Authenticate"] == unknown.headers["WWW-Authenticate"] == "Bearer"
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


@pytest.mark.parametrize(("side", "name"), [("admin", "bo"), ("user", "ada")])
def test_nobody_signs_in_on_the_other_side(world: ApiWorld, side: str, name: str) -> None:
    answer = world.post(f"/api/v1/{side}/auth/login", {"email": f"{name}@example.com", "password": PASSWORD})

    assert answer.status_code == 403


def test_a_locked_account_says_when_to_try_again(world: ApiWorld) -> None:
    world.pool.locked = True

    answer = world.post("/api/v1/admin/auth/login", {"email": "ada@example.com", "password": PASSWORD})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_first_sign_in_is_a_challenge_and_the_new_password_signs_in(world: ApiWorld) -> None:
    world.pool.first_sign_ins.add("bo@example.com")

    challenge = world.post("/api/v1/user/auth/login", {"email": "bo@example.com", "password": TEMPORARY})
    signed_in = world.post(
        "/api/v1/user/auth/new-password",
        {"email": "bo@example.com", "session": challenge.json()["session"], "new_password": "My-own-secret-1"},
    )

    assert (challenge.status_code, challenge.json()) == (
        200,
        {"challenge": "NEW_PASSWORD_REQUIRED", "session": SESSION},
    )
    assert (signed_in.status_code, signed_in.json()["user"]["username"]) == (200, "bo")


def test_a_weak_new_password_is_named_as_the_field_to_mend(world: ApiWorld) -> None:
    world.pool.first_sign_ins.add("bo@example.com")

    answer = world.post(
        "/api/v1/user/auth/new-password",
        {"email": "bo@example.com", "session": SESSION, "new_password": "short"},
    )

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["new_password"]


@pytest.mark.parametrize("email", ["bo@example.com", "nobody@example.com"])
def test_a_made_up_session_is_refused(world: ApiWorld, email: str) -> None:
    world.pool.first_sign_ins.add("bo@example.com")

    answer = world.post(
        "/api/v1/user/auth/new-password",
        {"email": email, "session": "x" * 32, "new_password": "My-own-secret-1"},
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["email", "password"]),
        ({"email": "ada@example.com", "password": ""}, ["password"]),
        ({"email": "ada@example.com", "password": ["Right-password-1"]}, ["password"]),
        ({"email": "ada@example.com", "password": "Right-password-1", "admin": True}, ["admin"]),
        ({"email": "a" * 257, "password": "Right-password-1"}, ["email"]),
    ],
)
def test_a_login_that_is_not_one_names_the_fields_and_repeats_no_password(
    world: ApiWorld, body: dict[str, object], fields: list[str]
) -> None:
    answer = world.post("/api/v1/admin/auth/login", body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == fields
    assert "Right-password-1" not in answer.text


def test_no_password_address_or_token_reaches_the_log(world: ApiWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    world.post("/api/v1/admin/auth/login", {"email": "ada@example.com", "password": PASSWORD})
    world.post("/api/v1/admin/auth/login", {"email": "ada@example.com", "password": "Wrong-password-1"})
    token = world.token("ada")
    world.get("/api/v1/admin/task-mgmt/tasks/bo@example.com", token)

    ours = [str(record.__dict__) for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert len(ours) >= 3
    assert not any(secret in line for line in ours for secret in (PASSWORD, "Wrong-password-1", token, "@example.com"))
