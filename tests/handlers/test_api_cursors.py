"""Cursors: opaque, signed, and good for one caller and one list."""

import base64
from typing import Any

import pytest

from core.errors import InvalidInputError
from core.ids import PersonId
from handlers.api.cursors import Cursors
from tests.support.api import ApiWorld

ALL_TASKS = "/api/v1/admin/task-mgmt/tasks"
ADA = PersonId("ada")


@pytest.fixture
def world() -> ApiWorld:
    world = ApiWorld()
    world.add("di", "Admins", "TeamMembers")
    for number in range(3):
        world.create(f"task {number}", assigned_to="bo")
    return world


def _cursor(world: ApiWorld, path: str, token: str) -> str:
    cursor: str = world.get(path, token, limit=1).headers["X-Next-Cursor"]
    return cursor


def _refused(answer: Any) -> bool:
    return answer.status_code == 422 and [each["field"] for each in answer.json()["errors"]] == ["cursor"]


def test_a_cursor_tells_nothing(world: ApiWorld) -> None:
    cursor = _cursor(world, ALL_TASKS, world.token("ada"))

    read = base64.urlsafe_b64decode(cursor)
    assert not any(word in read for word in (b"ada", b"task", b"T-1", b"W#", b"OWNER"))


def test_a_cursor_is_no_use_to_another_caller(world: ApiWorld) -> None:
    cursor = _cursor(world, ALL_TASKS, world.token("ada"))

    assert _refused(world.get(ALL_TASKS, world.token("di"), cursor=cursor))
    assert len(world.get(ALL_TASKS, world.token("ada"), cursor=cursor).json()) == 2


@pytest.mark.parametrize("path", [f"{ALL_TASKS}/bo", "/api/v1/admin/user-mgmt/users", f"{ALL_TASKS}/T-1/bo/history"])
def test_a_cursor_is_no_use_in_another_list(world: ApiWorld, path: str) -> None:
    cursor = _cursor(world, ALL_TASKS, world.token("ada"))

    assert _refused(world.get(path, world.token("ada"), cursor=cursor))
    assert _refused(world.get(ALL_TASKS, world.token("ada"), cursor=_cursor(world, path, world.token("ada"))))


def test_a_changed_cursor_is_refused(world: ApiWorld) -> None:
    cursor = _cursor(world, ALL_TASKS, world.token("ada"))
    for place in range(0, len(cursor), 7):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert _refused(world.get(ALL_TASKS, world.token("ada"), cursor=changed)), place


@pytest.mark.parametrize("cursor", ["2", "garbage", "ü", "====", "\x00", "x" * 4096])
def test_what_is_no_cursor_is_refused(world: ApiWorld, cursor: str) -> None:
    assert _refused(world.get(ALL_TASKS, world.token("ada"), cursor=cursor))


def test_a_cursor_of_another_deployment_is_refused() -> None:
    cursor = Cursors(lambda: "theirs").seal("place", ADA, ALL_TASKS)

    with pytest.raises(InvalidInputError):
        Cursors(lambda: "ours").open(cursor, ADA, ALL_TASKS)
    assert Cursors(lambda: "theirs").open(cursor, ADA, ALL_TASKS) == "place"


def test_the_secret_is_read_only_when_a_cursor_is_met() -> None:
    asked = []

    def secret() -> str:
        asked.append(1)
        return "ours"

    cursors = Cursors(secret)
    assert asked == []
    cursors.seal("place", ADA, ALL_TASKS)
    assert asked == [1]


def test_people_are_listed_by_name_in_pages_without_the_caller(world: ApiWorld) -> None:
    users = "/api/v1/admin/user-mgmt/users"
    token = world.token("di")
    seen: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = world.get(users, token, limit=2, **cursor)
        seen += [user["user_id"] for user in page.json()["users"]]
        if "X-Next-Cursor" not in page.headers:
            break
        cursor = {"cursor": page.headers["X-Next-Cursor"]}

    assert seen == ["ada", "bo", "cy"]
    assert world.get(users, token).json()["users"][1] == {
        "user_id": "bo",
        "email": "bo@example.com",
        "given_name": "Bo",
        "family_name": "Team",
        "locale": "",
        "custom:title": "",
        "custom:time_zone": "America/New_York",
        "groups": ["TeamMembers"],
        "enabled": True,
    }


@pytest.mark.parametrize("name", ["bo", "bo@example.com", "BO@example.com"])
def test_a_person_is_read_by_user_name_or_email(world: ApiWorld, name: str) -> None:
    answer = world.get(f"/api/v1/admin/user-mgmt/users/{name}", world.token("ada"))

    assert answer.status_code == 200
    assert (answer.json()["username"], answer.json()["name"], answer.json()["user_id"]) == ("bo", "Bo Team", "bo")


@pytest.mark.parametrize("name", ["zoe", "zoe@example.com", "%00", "a" * 200])
def test_nobody_is_not_found(world: ApiWorld, name: str) -> None:
    assert world.get(f"/api/v1/admin/user-mgmt/users/{name}", world.token("ada")).status_code == 404
