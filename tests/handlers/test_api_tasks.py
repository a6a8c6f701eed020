"""Tasks through the API: the parity shapes, the deadlines a client may write, and pages."""

import json
from datetime import datetime
from typing import Any

import pytest

from core.tasks.model import TaskStatus
from tests.support.api import ApiWorld

CREATE = "/api/v1/admin/task-mgmt/create"
ALL_TASKS = "/api/v1/admin/task-mgmt/tasks"


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


def test_a_created_task_is_answered_whole(world: ApiWorld) -> None:
    answer = world.post(
        CREATE,
        {
            "title": "Fix  login ",
            "description": "Users on SSO get a loop",
            "assigned_to": "bo@example.com",
            "deadline": "2026-12-24T17:00:00+02:00",
            "task_status": "active",
            "priority": "high",
            "labels": ["Web"],
        },
        world.token("ada"),
    )

    assert answer.status_code == 201
    assert answer.json() == {
        "task_id": "T-1",
        "message": "Task created successfully.",
        "task_data": {
            "task_id": "T-1",
            "version": 1,
            "title": "Fix login",
            "description": "Users on SSO get a loop",
            "assigned_to": "bo",
            "assigned_to_name": "Bo Team",
            "deadline": "2026-12-24T15:00:00Z",
            "task_status": "open",
            "priority": "high",
            "labels": ["web"],
            "created_by": "ada",
            "created_by_name": "Ada Team",
            "created_at": "2026-11-22T12:00:00Z",
            "updated_at": "2026-11-22T12:00:00Z",
            "closed_at": None,
            "source": None,
        },
    }


def test_a_title_is_all_that_a_task_needs(world: ApiWorld) -> None:
    task = world.create("Fix login")

    assert (task["assigned_to"], task["deadline"], task["task_status"]) == (None, None, "open")


def test_what_was_read_can_be_sent_to_make_another(world: ApiWorld) -> None:
    first = world.create("Fix login", assigned_to="bo", deadline="2026-12-24")

    answer = world.post(CREATE, first, world.token("ada"))

    assert answer.status_code == 201
    assert answer.json()["task_data"] == {**first, "task_id": "T-2"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-12-24", "2026-12-25T04:59:59Z"),
        ("12/24/2026", "2026-12-25T04:59:59Z"),
        ("2026-12-24T17:00:00Z", "2026-12-24T17:00:00Z"),
        ("2026-12-24T17:00:00.5+02:00", "2026-12-24T15:00:00.500000Z"),
        (" 2026-12-24T17:00 ", "2026-12-24T17:00:00Z"),
        ("2026-12-24 17:00:00", "2026-12-24T17:00:00Z"),
        ("2027-07-01", "2027-07-02T03:59:59Z"),
        ("2027-07-01T17:00:00", "2027-07-01T16:00:00Z"),
        ("2027-03-14", "2027-03-15T03:59:59Z"),
    ],
)
def test_a_bare_date_ends_where_the_assignee_is_and_a_bare_time_counts_where_its_author_is(
    world: ApiWorld, written: str, meant: str
) -> None:
    """Bo is in New York, Ada in Lisbon."""
    task = world.create(assigned_to="bo", deadline=written)

    assert task["deadline"] == meant


def test_without_an_assignee_a_bare_date_ends_where_its_author_is(world: ApiWorld) -> None:
    assert world.create(deadline="2027-07-01")["deadline"] == "2027-07-01T22:59:59Z"


@pytest.mark.parametrize(
    ("task", "field", "message"),
    [
        ({"title": ""}, "title", "A title is needed"),
        ({"title": " \n "}, "title", "A title is needed"),
        ({"title": "x" * 151}, "title", "150"),
        ({"title": 7}, "title", "string"),
        ({}, "title", "required"),
        ({"title": "x", "description": "x" * 3001}, "description", "3000"),
        ({"title": "x", "assigned_to": "zoe@example.com"}, "assigned_to", "Nobody in the team"),
        ({"title": "x", "assigned_to": "zoe"}, "assigned_to", "Nobody in the team"),
        ({"title": "x", "assigned_to": "ex"}, "assigned_to", "takes no tasks"),
        ({"title": "x", "deadline": "banana"}, "deadline", "2026-12-24"),
        ({"title": "x", "deadline": "24/12/2026"}, "deadline", "2026-12-24"),
        ({"title": "x", "deadline": "2026-02-30"}, "deadline", "2026-12-24"),
        ({"title": "x", "deadline": "9999-12-31T23:59:59-12:00"}, "deadline", "2026-12-24"),
        ({"title": "x", "deadline": 1798131600}, "deadline", "string"),
        ({"title": "x", "deadline": "2026-11-21"}, "deadline", "passed"),
        ({"title": "x", "deadline": "2026-11-22T12:00:00Z"}, "deadline", "passed"),
        ({"title": "x", "task_status": "begun"}, "task_status", "'cancelled'"),
        ({"title": "x", "priority": "soon"}, "priority", "'urgent'"),
        ({"title": "x", "labels": [str(number) for number in range(11)]}, "labels", "Too many"),
        ({"title": "x", "colour": "red"}, "colour", "not permitted"),
    ],
)
def test_what_cannot_be_a_task_is_refused_by_its_field_and_nothing_is_made(
    world: ApiWorld, task: dict[str, Any], field: str, message: str
) -> None:
    world.add("ex", "TeamMembers", enabled=False)

    answer = world.post(CREATE, task, world.token("ada"))

    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert problem["field"] == field
    assert message in problem["message"]
    assert world.get(ALL_TASKS, world.token("ada")).json() == []


def test_the_admins_list_has_every_task_soonest_first(world: ApiWorld) -> None:
    world.create("later", assigned_to="bo", deadline="2026-12-24")
    world.create("never")
    world.create("soon", assigned_to="cy", deadline="2026-12-01")

    answer = world.get(ALL_TASKS, world.token("ada"))

    assert [task["title"] for task in answer.json()] == ["soon", "later", "never"]


@pytest.mark.parametrize("name", ["bo", "bo@example.com", "BO@Example.com"])
def test_an_admin_lists_a_persons_tasks_by_user_name_or_email(world: ApiWorld, name: str) -> None:
    world.create("for bo", assigned_to="bo")
    world.create("for cy", assigned_to="cy")

    answer = world.get(f"{ALL_TASKS}/{name}", world.token("ada"))

    assert [task["title"] for task in answer.json()] == ["for bo"]


@pytest.mark.parametrize("name", ["zoe", "zoe@example.com", "%20", "%00", "a" * 200])
def test_the_tasks_of_nobody_in_the_team_are_not_found(world: ApiWorld, name: str) -> None:
    assert world.get(f"{ALL_TASKS}/{name}", world.token("ada")).status_code == 404


@pytest.mark.parametrize("name", ["bo", "bo@example.com"])
def test_a_member_lists_their_own_tasks_open_and_closed(world: ApiWorld, name: str) -> None:
    done = world.create("done", assigned_to="bo")
    world.create("open", assigned_to="bo")
    world.create("for cy", assigned_to="cy")
    bo = world.services.people.actor_from_token(world.people.with_email("bo@example.com").person_id)
    world.services.tasks.change_status(bo, done["task_id"], TaskStatus.DONE)

    answer = world.get(f"/api/v1/user/task-mgmt/tasks/{name}", world.token("bo"))

    assert [(task["title"], task["task_status"]) for task in answer.json()] == [("open", "open"), ("done", "done")]


@pytest.mark.parametrize("path", [ALL_TASKS, f"{ALL_TASKS}/bo", "/api/v1/user/task-mgmt/tasks/bo"])
def test_pages_follow_one_another_until_there_is_no_cursor(world: ApiWorld, path: str) -> None:
    made = [world.create(f"task {number}", assigned_to="bo")["task_id"] for number in range(5)]
    token = world.token("bo" if "/user/" in path else "ada")
    parameters: dict[str, Any] = {"limit": 2}
    sizes, seen = [], []
    while True:
        answer = world.get(path, token, **parameters)
        sizes.append(len(answer.json()))
        seen += [task["task_id"] for task in answer.json()]
        if "X-Next-Cursor" not in answer.headers:
            break
        parameters["cursor"] = answer.headers["X-Next-Cursor"]

    assert sizes == [2, 2, 1]
    assert sorted(seen) == sorted(made)


def test_a_page_has_a_hundred_tasks_where_nothing_else_is_asked_for(world: ApiWorld) -> None:
    for number in range(101):
        world.create(f"task {number}")

    assert len(world.get(ALL_TASKS, world.token("ada")).json()) == 100


@pytest.mark.parametrize(
    "parameters",
    [{"limit": 0}, {"limit": 101}, {"limit": "many"}, {"cursor": "garbage"}, {"cursor": "x" * 2049}],
)
def test_a_page_that_cannot_be_is_refused_by_its_parameter(world: ApiWorld, parameters: dict[str, Any]) -> None:
    answer = world.get(ALL_TASKS, world.token("ada"), **parameters)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == list(parameters)


def test_times_are_written_with_their_offset(world: ApiWorld) -> None:
    task = json.loads(json.dumps(world.create(deadline="2026-12-24")))

    for name in ("deadline", "created_at", "updated_at"):
        assert datetime.fromisoformat(task[name]).tzinfo is not None
