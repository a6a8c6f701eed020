"""Changing tasks through the API: what each side may, versions, repetitions, comments, history and the export."""

import csv
import io
import itertools
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from core.ids import TaskId
from core.tasks.model import Task
from tests.support.api import ApiWorld

CREATE = "/api/v1/admin/task-mgmt/create"
ADMIN = "/api/v1/admin/task-mgmt/tasks"
MEMBER = "/api/v1/user/task-mgmt/tasks"
Put = Callable[..., httpx.Response]


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


def _put(world: ApiWorld, name: str, task_id: str, body: Any, **headers: str) -> httpx.Response:
    base = ADMIN if name == "ada" else MEMBER
    sent = {each.replace("_", "-"): value for each, value in headers.items()}
    return world.request("PUT", f"{base}/{task_id}", world.token(name), json=body, headers=sent)


def _read(world: ApiWorld, task_id: str, owner: str) -> httpx.Response:
    return world.get(f"{ADMIN}/{task_id}/{owner}", world.token("ada"))


def _history(world: ApiWorld, task_id: str, owner: str, **parameters: Any) -> httpx.Response:
    return world.get(f"{ADMIN}/{task_id}/{owner}/history", world.token("ada"), **parameters)


@pytest.mark.parametrize("owner", ["bo", "bo@example.com"])
@pytest.mark.parametrize("task_id", ["T-1", "t-1", "1"])
def test_a_task_is_read_by_itself_and_its_owner(world: ApiWorld, task_id: str, owner: str) -> None:
    task = world.create(assigned_to="bo")

    answer = _read(world, task_id, owner)

    assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (200, task, '"1"')


@pytest.mark.parametrize("pair", ["T-1/cy", "T-1/zoe", "T-1/zoe@example.com", "T-1/nobody", "T-2/bo", "bo/T-1", "x/bo"])
@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("DELETE", ""), ("GET", "/history")])
def test_what_does_not_belong_together_is_not_found(world: ApiWorld, method: str, rest: str, pair: str) -> None:
    task = world.create(assigned_to="bo")

    answer = world.request(method, f"{ADMIN}/{pair}{rest}", world.token("ada"))

    assert answer.status_code == 404
    assert _read(world, "T-1", "bo").json() == task


def test_a_task_of_nobody_is_reached_as_nobodys(world: ApiWorld) -> None:
    task = world.create("lost")
    world.create("found", assigned_to="bo")

    assert _read(world, "T-1", "nobody").json() == task
    assert world.get(f"{ADMIN}/nobody", world.token("ada")).json() == [task]
    assert world.request("DELETE", f"{ADMIN}/T-1/nobody", world.token("ada")).status_code == 200


def test_a_change_of_everything_is_answered_whole(world: ApiWorld) -> None:
    world.create(assigned_to="bo")
    world.pass_seconds(60)

    answer = _put(
        world,
        "ada",
        "T-1",
        {
            "title": "Fix sign-in",
            "description": "Also for guests",
            "assigned_to": "cy@example.com",
            "deadline": "2026-12-24T17:00:00Z",
            "task_status": "blocked",
            "priority": "urgent",
            "labels": ["Web"],
        },
    )

    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'
    data = answer.json().pop("task_data")
    assert answer.json() | {"task_data": data} == {
        "task_id": "T-1",
        "message": "Task updated successfully.",
        "task_data": _read(world, "T-1", "cy").json(),
    }
    assert (data["title"], data["description"], data["assigned_to"]) == ("Fix sign-in", "Also for guests", "cy")
    assert (data["deadline"], data["task_status"]) == ("2026-12-24T17:00:00Z", "blocked")
    assert (data["priority"], data["labels"], data["version"]) == ("urgent", ["web"], 2)
    assert data["updated_at"] == "2026-11-22T12:01:00Z"


def test_what_is_not_sent_stays(world: ApiWorld) -> None:
    task = world.create(assigned_to="bo", deadline="2026-12-24", description="long", labels=["web"])

    changed = _put(world, "ada", "T-1", {"priority": "high"}).json()["task_data"]

    assert changed == {**task, "priority": "high", "version": 2}


def test_null_takes_away_what_may_be_absent(world: ApiWorld) -> None:
    world.create(assigned_to="bo", deadline="2026-12-24")

    changed = _put(world, "ada", "T-1", {"assigned_to": None, "deadline": None}).json()["task_data"]

    assert (changed["assigned_to"], changed["deadline"]) == (None, None)


def test_a_task_that_is_sent_back_as_it_was_read_changes_nothing(world: ApiWorld) -> None:
    task = world.create(assigned_to="bo", deadline="2026-12-24T17:00:00.25+02:00", labels=["web"])

    answer = _put(world, "bo", "T-1", task)

    assert (answer.status_code, answer.json()["task_data"]) == (200, task)
    assert len(_history(world, "T-1", "bo").json()) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("task_id", "T-2"),
        ("created_at", "2026-01-01T00:00:00Z"),
        ("updated_at", "2026-01-01T00:00:00Z"),
        ("closed_at", "2026-01-01T00:00:00Z"),
        ("created_by", "bo"),
        ("created_by_name", "Bo Team"),
        ("assigned_to_name", "Cy Team"),
        ("source", "https://example.com"),
    ],
)
def test_what_the_service_sets_is_refused_when_changed(world: ApiWorld, field: str, value: str) -> None:
    task = world.create(assigned_to="bo")

    answer = _put(world, "ada", "T-1", {**task, field: value, "title": "Other"})

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert _read(world, "T-1", "bo").json() == task


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"task_status": "begun"}, "task_status"),
        ({"deadline": "2026-11-21"}, "deadline"),
        ({"deadline": "soon"}, "deadline"),
        ({"assigned_to": "zoe@example.com"}, "assigned_to"),
        ({"assigned_to": ""}, "assigned_to"),
        ({"labels": "web"}, "labels"),
    ],
)
def test_what_a_task_cannot_become_is_refused_by_its_field(world: ApiWorld, body: Any, field: str) -> None:
    task = world.create(assigned_to="bo")

    answer = _put(world, "ada", "T-1", body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert _read(world, "T-1", "bo").json() == task


@pytest.mark.parametrize(("word", "status"), [("inactive", "cancelled"), ("active", "open"), ("done", "done")])
def test_the_older_words_for_a_status_are_understood(world: ApiWorld, word: str, status: str) -> None:
    world.create(assigned_to="bo", task_status="in_progress")

    changed = _put(world, "bo", "T-1", {"task_status": word}).json()["task_data"]

    assert changed["task_status"] == status
    assert (changed["closed_at"] is not None) == (status in {"done", "cancelled"})


def test_a_task_may_be_made_in_any_status(world: ApiWorld) -> None:
    task = world.create(assigned_to="bo", task_status="inactive")

    assert (task["task_status"], task["closed_at"]) == ("cancelled", "2026-11-22T12:00:00Z")
    assert world.get(f"{MEMBER}/bo", world.token("bo")).json() == [task]


@pytest.mark.parametrize(
    "change",
    [{"title": "Other"}, {"description": "x"}, {"deadline": "2027-01-01"}, {"deadline": None}, {"priority": "low"},
     {"labels": ["x"]}, {"assigned_to": "cy"}, {"assigned_to": None}],
)  # fmt: skip
def test_an_assignee_changes_nothing_but_the_status(world: ApiWorld, change: dict[str, Any]) -> None:
    """What the role may not change is refused, also beside what it may."""
    task = world.create(assigned_to="bo", deadline="2026-12-24")

    assert _put(world, "bo", "T-1", {**change, "task_status": "done"}).status_code == 403
    assert _read(world, "T-1", "bo").json() == task
    assert _put(world, "bo", "T-1", {"task_status": "done"}).status_code == 200


def test_an_assignee_hands_a_task_back_to_whoever_gave_it(world: ApiWorld) -> None:
    world.create(assigned_to="bo")

    answer = _put(world, "bo", "T-1", {"assigned_to": "ada@example.com"})

    assert (answer.status_code, answer.json()["task_data"]["assigned_to"]) == (200, "ada")


def test_a_member_who_neither_has_nor_made_a_task_changes_nothing_of_it(world: ApiWorld) -> None:
    task = world.create(assigned_to="bo")

    for body in ({}, task, {"task_status": "done"}):
        assert _put(world, "cy", "T-1", body).status_code == 403
    assert world.post(f"{MEMBER}/T-1/comments", {"text": "mine?"}, world.token("cy")).status_code == 403
    assert len(_history(world, "T-1", "bo").json()) == 2


def test_a_change_of_what_is_not_there_is_not_found(world: ApiWorld) -> None:
    assert _put(world, "ada", "T-7", {"title": "x"}).status_code == 404
    assert _put(world, "bo", "seven", {"task_status": "done"}).status_code == 404
    assert world.post(f"{ADMIN}/T-7/comments", {"text": "x"}, world.token("ada")).status_code == 404


@pytest.mark.parametrize("tags", ['"1"', "1", "*", '"0", "1"', 'W/"9" , "1"'])
def test_a_write_that_names_the_present_version_goes_through(world: ApiWorld, tags: str) -> None:
    world.create(assigned_to="bo")

    assert _put(world, "ada", "T-1", {"title": "Other"}, If_Match=tags).status_code == 200
    assert _read(world, "T-1", "bo").headers["ETag"] == '"2"'


@pytest.mark.parametrize("tags", ['"1"', "1", '"3"', 'W/"2"', '"1", "3"', '"x"', '""'])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_that_names_another_version_is_stale_and_changes_nothing(
    world: ApiWorld, method: str, tags: str
) -> None:
    world.create(assigned_to="bo")
    now = _put(world, "ada", "T-1", {"title": "Other"}).json()["task_data"]
    path = f"{ADMIN}/T-1" if method == "PUT" else f"{ADMIN}/T-1/bo"
    body = {"title": "Mine"} if method == "PUT" else None

    answer = world.request(method, path, world.token("ada"), json=body, headers={"If-Match": tags})

    assert answer.status_code == 412
    assert answer.json()["title"] == "Precondition Failed"
    assert _read(world, "T-1", "bo").json() == now


def test_the_version_in_the_body_counts_like_the_header(world: ApiWorld) -> None:
    read = world.create(assigned_to="bo")
    _put(world, "ada", "T-1", {"title": "Other"})

    assert _put(world, "bo", "T-1", {**read, "task_status": "done"}).status_code == 412
    assert _put(world, "bo", "T-1", {"version": 2, "task_status": "done"}).status_code == 200


@pytest.mark.parametrize("others", ["1", "7"])
def test_nobody_writes_over_what_came_in_between_even_if_it_is_the_same(
    world: ApiWorld, monkeypatch: pytest.MonkeyPatch, others: str
) -> None:
    """Both read 0 and add one: one of them must hear that the number is 1 already."""
    world.create(description="0")
    stored, reads = world.tasks.get, itertools.count(1)

    def get(task_id: TaskId) -> Task:
        if next(reads) == 2:
            assert _put(world, "ada", "T-1", {"description": others}, If_Match='"1"').status_code == 200
        return stored(task_id)

    monkeypatch.setattr(world.tasks, "get", get)

    assert _put(world, "ada", "T-1", {"description": "1"}, If_Match='"1"').status_code == 412
    assert _read(world, "T-1", "nobody").json()["description"] == others


@pytest.mark.parametrize("tags", ["", "one", '"1', '"1" "2"', "1, 2"])
def test_a_header_that_names_no_version_is_refused_by_its_name(world: ApiWorld, tags: str) -> None:
    world.create(assigned_to="bo")

    answer = _put(world, "ada", "T-1", {"title": "Other"}, If_Match=tags)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["If-Match"]


def test_a_deleted_task_is_answered_and_its_history_stays(world: ApiWorld) -> None:
    task = world.create(assigned_to="bo")

    answer = world.request("DELETE", f"{ADMIN}/T-1/bo", world.token("ada"), headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()) == (200, {**task, "version": 2})
    assert _read(world, "T-1", "bo").status_code == 404
    assert world.request("DELETE", f"{ADMIN}/T-1/bo", world.token("ada")).status_code == 404
    assert _put(world, "ada", "T-1", {"title": "x"}).status_code == 404
    assert [each["event"] for each in _history(world, "T-1", "bo").json()] == [
        "TaskDeleted",
        "TaskAssigned",
        "TaskCreated",
    ]


def test_history_tells_who_did_what_newest_first(world: ApiWorld) -> None:
    world.create(assigned_to="bo")
    world.pass_seconds(60)
    _put(world, "bo", "T-1", {"task_status": "done"})
    world.post(f"{MEMBER}/T-1/comments", {"text": " Works again "}, world.token("bo"))

    said, done, assigned, _ = _history(world, "T-1", "bo").json()

    assert (said["event"], said["note"], said["version"], said["actor"]) == ("TaskCommented", "Works again", 2, "bo")
    assert {**done, "event_id": ""} == {
        "event_id": "",
        "event": "TaskStatusChanged",
        "occurred_at": "2026-11-22T12:01:00Z",
        "actor": "bo",
        "actor_name": "Bo Team",
        "entry": "api",
        "version": 2,
        "changes": [{"field": "task_status", "before": "open", "after": "done"}],
        "note": None,
    }
    assert assigned["changes"] == [{"field": "assigned_to", "before": None, "after": "bo"}]


@pytest.mark.parametrize("name", ["bo", "bo@example.com"])
def test_a_member_reads_the_history_of_their_own_tasks_only(world: ApiWorld, name: str) -> None:
    world.create(assigned_to="bo")
    world.create(assigned_to="cy")
    token = world.token("bo")

    assert len(world.get(f"{MEMBER}/{name}/T-1/history", token).json()) == 2
    assert world.get(f"{MEMBER}/{name}/T-2/history", token).status_code == 404
    assert world.get(f"{MEMBER}/cy/T-2/history", token).status_code == 403
    assert world.get(f"{MEMBER}/cy/T-1/history", token).status_code == 403


def test_history_comes_in_pages(world: ApiWorld) -> None:
    world.create(assigned_to="bo")
    for number in range(4):
        world.post(f"{ADMIN}/T-1/comments", {"text": str(number)}, world.token("ada"))
    whole = _history(world, "T-1", "bo").json()
    seen: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = _history(world, "T-1", "bo", limit=4, **cursor)
        seen += page.json()
        if "X-Next-Cursor" not in page.headers:
            break
        cursor = {"cursor": page.headers["X-Next-Cursor"]}

    assert len(whole) == 6
    assert seen == whole


@pytest.mark.parametrize("text", ["", " ", "x" * 3001, None, 7])
def test_a_comment_that_says_nothing_is_refused_by_its_field(world: ApiWorld, text: Any) -> None:
    world.create(assigned_to="bo")

    answer = world.post(f"{MEMBER}/T-1/comments", {"text": text}, world.token("bo"))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["text"]


def _keyed(world: ApiWorld, path: str, body: Any, key: str, name: str = "ada") -> httpx.Response:
    return world.request("POST", path, world.token(name), json=body, headers={"Idempotency-Key": key})


def test_a_repeated_request_makes_one_task_and_gets_the_same_answer(world: ApiWorld) -> None:
    body = {"title": "Fix login", "assigned_to": "bo", "deadline": "2026-11-23T12:00:00Z"}
    first = _keyed(world, CREATE, body, "row-1")
    _put(world, "ada", "T-1", {"title": "Changed since"})
    world.set_groups("bo", enabled=False)
    world.pass_seconds(24 * 3600 - 1)

    again = _keyed(world, CREATE, body, "row-1")

    assert (again.status_code, again.json(), again.headers["ETag"]) == (201, first.json(), first.headers["ETag"])
    assert [task["title"] for task in world.get(ADMIN, world.token("ada")).json()] == ["Changed since"]


def test_a_key_that_came_with_something_else_is_refused(world: ApiWorld) -> None:
    _keyed(world, CREATE, {"title": "Fix login"}, "row-1")

    for path, body in ((CREATE, {"title": "Fix logout"}), (f"{ADMIN}/T-1/comments", {"text": "Fix login"})):
        answer = _keyed(world, path, body, "row-1")
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == ["Idempotency-Key"]
    assert len(world.get(ADMIN, world.token("ada")).json()) == 1


def test_keys_belong_to_whoever_gives_them(world: ApiWorld) -> None:
    world.add("di", "Admins")

    made = [_keyed(world, CREATE, {"title": name}, "row-1", name).json()["task_id"] for name in ("ada", "di")]

    assert made == ["T-1", "T-2"]


def test_without_a_key_every_request_makes_a_task(world: ApiWorld) -> None:
    assert [world.create("Same")["task_id"] for _ in range(2)] == ["T-1", "T-2"]


def test_a_request_that_was_refused_leaves_its_key_free(world: ApiWorld) -> None:
    assert _keyed(world, CREATE, {"title": "x", "assigned_to": "zoe"}, "row-1").status_code == 422

    assert _keyed(world, CREATE, {"title": "x"}, "row-1").status_code == 201


def test_a_repeated_comment_is_said_once(world: ApiWorld) -> None:
    world.create(assigned_to="bo")

    answers = [_keyed(world, f"{MEMBER}/T-1/comments", {"text": "Done?"}, "c-1", "bo").json() for _ in range(2)]

    assert answers == [{"task_id": "T-1", "message": "Comment added successfully."}] * 2
    assert len(_history(world, "T-1", "bo").json()) == 3


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 256])
def test_a_key_that_is_none_is_refused_by_its_name(world: ApiWorld, key: str) -> None:
    answer = world.request(
        "POST", CREATE, world.token("ada"), json={"title": "x"}, headers={b"Idempotency-Key": key.encode("latin-1")}
    )

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["Idempotency-Key"]


def test_the_export_has_the_lists_tasks_and_pages(world: ApiWorld) -> None:
    for number in range(3):
        world.create(f"task {number}", assigned_to="bo", labels=["web", "urgent one"])
    token = world.token("ada")
    listed = world.get(ADMIN, token).json()

    first = world.get(f"{ADMIN}.csv", token, limit=2)
    second = world.get(f"{ADMIN}.csv", token, limit=2, cursor=first.headers["X-Next-Cursor"])

    assert first.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert first.headers["Content-Disposition"] == 'attachment; filename="tasks.csv"'
    rows = list(csv.DictReader(io.StringIO(first.text + second.text, newline="")))
    assert [row["task_id"] for row in rows] == [task["task_id"] for task in listed]
    assert rows[0].keys() == listed[0].keys()
    assert (rows[0]["assigned_to"], rows[0]["labels"], rows[0]["deadline"]) == ("bo", "web urgent one", "")
    assert "X-Next-Cursor" not in second.headers


def test_the_lists_cursor_goes_on_in_the_export(world: ApiWorld) -> None:
    for number in range(2):
        world.create(f"task {number}")
    token = world.token("ada")
    cursor = world.get(ADMIN, token, limit=1).headers["X-Next-Cursor"]

    assert world.get(f"{ADMIN}.csv", token, cursor=cursor).text.startswith('"T-2"')


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://evil.example")'])  # noqa: RUF001
def test_no_text_is_a_formula_in_the_export(world: ApiWorld, text: str) -> None:
    world.create(text, description=text, labels=[text])

    [row] = csv.DictReader(io.StringIO(world.get(f"{ADMIN}.csv", world.token("ada")).text, newline=""))

    assert (row["title"], row["description"], row["labels"]) == (f"'{text}", f"'{text}", f"'{text.lower()}")


def test_a_text_with_lines_and_quotes_is_one_cell(world: ApiWorld) -> None:
    said = 'He said "no",\n=then left'
    world.create("x", description=said)

    [row] = csv.DictReader(io.StringIO(world.get(f"{ADMIN}.csv", world.token("ada")).text, newline=""))

    assert row["description"] == said
