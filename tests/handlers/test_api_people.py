"""Changing people through the API: the same jobs as in Slack, the documented shapes."""

from typing import Any

import pytest

from tests.support.api import ApiWorld

USERS = "/api/v1/admin/user-mgmt/users"
ADD = "/api/v1/admin/user-mgmt/create-team-member"
NEW = {"email": "di@example.com", "given_name": "Di", "family_name": "Nova"}


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


def _put(world: ApiWorld, path: str, body: Any) -> Any:
    return world.request("PUT", f"{USERS}/{path}", world.token("ada"), json=body)


def _read(world: ApiWorld, name: str) -> Any:
    return world.get(f"{USERS}/{name}", world.token("ada")).json()


def test_an_added_member_gets_a_password_by_mail_and_nowhere_else(
    world: ApiWorld, caplog: pytest.LogCaptureFixture
) -> None:
    answer = world.post(ADD, NEW, world.token("ada"))

    assert answer.status_code == 200
    assert answer.json() == {
        "message": "Team member created successfully!",
        "user": {
            "user_id": "sub-di",
            "email": "di@example.com",
            "given_name": "Di",
            "family_name": "Nova",
            "locale": "",
            "custom:title": "",
            "custom:time_zone": "UTC",
            "groups": ["TeamMembers"],
            "enabled": True,
        },
        "mail_sent": True,
    }
    [password] = world.accounts.passwords.values()
    [mail] = world.mailbox.to("di@example.com")
    assert password in mail.text
    assert password not in answer.text + caplog.text
    assert _read(world, "di@example.com")["name"] == "Di Nova"


def test_a_member_whose_mail_did_not_go_out_is_there_and_the_answer_says_so(world: ApiWorld) -> None:
    world.mailbox.is_down = True

    answer = world.post(ADD, NEW, world.token("ada"))

    assert (answer.status_code, answer.json()["mail_sent"]) == (200, False)
    assert "did not go out" in answer.json()["message"]


def test_nobody_is_added_twice(world: ApiWorld) -> None:
    answer = world.post(ADD, {**NEW, "email": "BO@example.com"}, world.token("ada"))

    assert answer.status_code == 409
    assert answer.json()["detail"] == "Somebody in the team has this email address."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEW, "email": "di"}, "email"),
        ({**NEW, "email": "di@example.com, bo@example.com"}, "email"),
        ({**NEW, "given_name": " "}, "given_name"),
        ({**NEW, "given_name": "x" * 101}, "given_name"),
        ({**NEW, "groups": ["Admins"]}, "groups"),
        ({"given_name": "Di"}, "email"),
    ],
)
def test_what_is_no_member_is_refused_by_its_field(world: ApiWorld, body: Any, field: str) -> None:
    answer = world.post(ADD, body, world.token("ada"))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert world.accounts.passwords == {}


def test_what_cognito_keeps_from_being_done_now_goes_on_by_itself(world: ApiWorld) -> None:
    world.accounts.fails_at = 2

    answer = world.post(ADD, NEW, world.token("ada"))

    assert answer.status_code == 202
    assert answer.json().keys() == {"job_id", "message"}
    again = world.post(ADD, NEW, world.token("ada"))
    assert (again.status_code, again.json()["title"]) == (409, "Conflict")


@pytest.mark.parametrize("name", ["bo", "bo@example.com"])
def test_a_changed_name_is_answered_and_kept(world: ApiWorld, name: str) -> None:
    answer = _put(world, name, {"given_name": "Bob"})

    assert answer.status_code == 200
    data = answer.json().pop("user_data")
    assert answer.json() | {"user_data": data} == {
        "user_id": "bo",
        "message": "User updated successfully.",
        "user_data": data,
    }
    assert (data["given_name"], data["family_name"]) == ("Bob", "Team")
    assert _read(world, "bo")["name"] == "Bob Team"
    assert world.accounts.users[data["user_id"]].given_name == "Bob"


def test_address_language_and_profile_are_changed_and_answered(world: ApiWorld) -> None:
    sent = {"email": "bob@example.com", "locale": "pt-PT", "custom:title": "Cook", "custom:time_zone": "Asia/Tokyo"}

    answer = _put(world, "bo", sent)

    assert answer.status_code == 200
    assert answer.json()["user_data"].items() >= sent.items()
    assert _read(world, "bob@example.com").items() >= {"username": "bo", **sent}.items()
    assert world.get(f"{USERS}/bo@example.com", world.token("ada")).status_code == 404
    assert world.accounts.verified.isdisjoint({"bo"})
    assert world.mailbox.to("bo@example.com")
    assert world.mailbox.to("bob@example.com")


def test_a_bare_deadline_ends_the_day_where_the_assignee_is_said_to_be(world: ApiWorld) -> None:
    _put(world, "cy", {"custom:time_zone": "Asia/Tokyo"})

    task = world.create(assigned_to="cy", deadline="2026-12-24")

    assert task["deadline"].startswith("2026-12-24T14:59:59")


def test_a_client_may_send_back_what_it_read_of_a_person(world: ApiWorld) -> None:
    answer = _put(world, "bo", _read(world, "bo") | {"given_name": "Bob", "name": "Bo Team"})

    assert (answer.status_code, answer.json()["user_data"]["given_name"]) == (200, "Bob")
    assert world.mailbox.sent == []


def test_an_address_of_somebody_else_is_a_conflict(world: ApiWorld) -> None:
    answer = _put(world, "bo", {"email": "CY@example.com"})

    assert (answer.status_code, answer.json()["detail"]) == (409, "Somebody in the team has this email address.")


@pytest.mark.parametrize(
    "body",
    [
        {"sub": "x"}, {"email_verified": True}, {"custom:role": "x"}, {"enabled": False}, {"given_name": ""},
        {"groups": ["Admins"]}, {"user_id": "cy"}, {"name": "Bob"}, {"title": "Cook"}, {"email": "bo"}, {"email": ""},
        {"locale": "x"}, {"custom:title": "x" * 101}, {"custom:time_zone": "Mars/Base"},
        {"custom:time_zone": "../../etc/passwd"}, {"custom:time_zone": "Europe"},
    ],
)  # fmt: skip
def test_what_may_not_be_changed_here_is_refused_by_its_name(world: ApiWorld, body: dict[str, Any]) -> None:
    answer = _put(world, "bo", body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == list(body)


def test_groups_count_at_once(world: ApiWorld) -> None:
    assert _put(world, "bo/groups", {"groups": ["Admins", "TeamMembers"]}).status_code == 200

    assert world.get(USERS, world.token("bo", "Admins", "TeamMembers")).status_code == 200
    assert _read(world, "bo")["groups"] == ["Admins", "TeamMembers"]


@pytest.mark.parametrize("groups", [[], ["Owners"], ["Admins", "Owners"], "Admins", None])
def test_groups_are_those_that_mean_something(world: ApiWorld, groups: Any) -> None:
    assert _put(world, "bo/groups", {"groups": groups}).status_code == 422
    assert _read(world, "bo")["groups"] == ["TeamMembers"]


def test_who_is_disabled_is_out_at_once_and_comes_back(world: ApiWorld) -> None:
    token = world.token("bo")

    assert _put(world, "bo/status", {"enabled": False}).status_code == 200
    assert world.get("/api/v1/user/task-mgmt/tasks/bo", token).status_code == 403
    assert world.accounts.signed_out == ["bo"]
    assert _put(world, "bo/status", {"enabled": True}).json()["user_data"]["enabled"] is True
    assert world.get("/api/v1/user/task-mgmt/tasks/bo", token).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"), [("ada/groups", {"groups": ["TeamMembers"]}), ("ada/status", {"enabled": False})]
)
def test_the_last_admin_stays(world: ApiWorld, path: str, body: Any) -> None:
    answer = _put(world, path, body)

    assert (answer.status_code, answer.json()["title"]) == (409, "Conflict")
    assert "Make somebody else an admin first." in answer.json()["detail"]
    assert world.request("DELETE", f"{USERS}/ada", world.token("ada")).status_code == 409


@pytest.mark.parametrize("heir", ["cy", "cy@example.com"])
def test_who_is_removed_leaves_their_open_tasks_to_the_heir(world: ApiWorld, heir: str) -> None:
    for number in range(3):
        world.create(f"task {number}", assigned_to="bo")

    answer = world.request("DELETE", f"{USERS}/bo", world.token("ada"), params={"reassign_to": heir})

    assert (answer.status_code, answer.json()) == (
        200,
        {"user_id": "bo", "message": "User removed successfully.", "reassigned": 3},
    )
    assert len(world.get("/api/v1/user/task-mgmt/tasks/cy", world.token("cy")).json()) == 3
    listed = world.get(USERS, world.token("ada")).json()["users"]
    assert [user["user_id"] for user in listed] == ["cy"]


def test_without_an_heir_nobody_has_the_tasks(world: ApiWorld) -> None:
    world.create(assigned_to="bo")

    assert world.request("DELETE", f"{USERS}/bo", world.token("ada")).status_code == 200
    assert len(world.get("/api/v1/admin/task-mgmt/tasks/nobody", world.token("ada")).json()) == 1


@pytest.mark.parametrize("heir", ["bo", "zoe", "zoe@example.com", "ex", ""])
def test_who_cannot_inherit_is_refused_before_anything_is_done(world: ApiWorld, heir: str) -> None:
    world.add("ex", "TeamMembers", enabled=False)

    answer = world.request("DELETE", f"{USERS}/bo", world.token("ada"), params={"reassign_to": heir})

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["reassign_to"]
    assert _read(world, "bo")["enabled"] is True


@pytest.mark.parametrize("path", ["zoe", "zoe/groups", "zoe/status", "zoe@example.com"])
def test_a_change_of_nobody_is_not_found(world: ApiWorld, path: str) -> None:
    body = {"zoe/groups": {"groups": ["Admins"]}, "zoe/status": {"enabled": True}}.get(path, {"given_name": "Zoe"})

    assert _put(world, path, body).status_code == 404
