"""Lists, their pages and finding by words: the same over memory and over DynamoDB."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.clock import fresh_event_id
from core.errors import InvalidInputError
from core.events import Change, Event, EventActor, EventType
from core.ids import TaskId
from core.people.model import Actor, Entry, Group
from core.storage.dynamodb.slices import LOOKED_AT_BY_DYNAMODB
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.model import Task, TaskStatus
from core.tasks.ports import TaskWrite
from core.tasks.queries import Scope, Slice, TaskQuery
from tests.core.storage.conftest import TABLE, Kept
from tests.support.recorded import RecordedCalls
from tests.support.world import NOW, WORKSPACE, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ADA = make_person("Ada Lind", Group.ADMINS)
ANA = make_person("Ana Silva")
MINE = TaskQuery(Scope.OWNER, ANA.person_id)
TEAM = TaskQuery(Scope.TEAM)
Read = Callable[..., Slice[Task]]


@pytest.fixture(autouse=True)
def _people(kept: Kept) -> None:
    kept.people.add(ADA)
    kept.people.add(ANA)
    kept.tasks.next_number()


def save(kept: Kept, task: Task, before: Task | None = None, *changes: Change) -> Task:
    deleted = EventType.TASK_DELETED if task.deleted_at else EventType.TASK_UPDATED
    event = Event(
        detail_type=EventType.TASK_CREATED if before is None else deleted,
        event_id=fresh_event_id(NOW),
        occurred_at=NOW,
        workspace=WORKSPACE,
        actor=EventActor.of(Actor(person=ADA, entry=Entry.SLACK)),
        task=task,
        changes=changes,
    )
    kept.tasks.save(TaskWrite(before, task, (event,)))
    kept.keep_words([event])
    return task


def add(kept: Kept, number: int, **facts: Any) -> Task:
    return save(kept, a_task(number, **facts))


def a_task(number: int, **facts: Any) -> Task:
    created = NOW + timedelta(minutes=number)
    defaults: dict[str, Any] = {
        "task_id": TaskId(f"T-{number}"),
        "version": 1,
        "title": f"Task {number}",
        "assigned_to": ANA.ref,
        "created_by": ADA.ref,
        "created_at": created,
        "updated_at": created,
    }
    return Task(**{**defaults, **facts})


def change(kept: Kept, task: Task, **facts: Any) -> Task:
    return save(kept, task.model_copy(update={**facts, "version": task.version + 1}), task)


def close(kept: Kept, task: Task, when: datetime, status: TaskStatus = TaskStatus.DONE) -> Task:
    return change(kept, task, task_status=status, closed_at=when, updated_at=when)


def numbers(shown: Slice[Any]) -> list[int]:
    return [int(task.task_id[2:]) for task in shown.items]


def due(days: float) -> datetime:
    return NOW + timedelta(days=days)


QUERIES = {
    "mine": (MINE, range(1, 8)),
    "team": (TEAM, range(1, 8)),
    "created": (TaskQuery(Scope.CREATOR, ADA.person_id), range(7, 0, -1)),
    "mine closed": (TaskQuery(Scope.OWNER, ANA.person_id, is_open=False), range(17, 10, -1)),
    "team closed": (TaskQuery(Scope.TEAM, is_open=False), range(17, 10, -1)),
}


@pytest.fixture
def full(kept: Kept) -> Kept:
    """Seven open tasks, T-1 due first, and seven closed ones, T-17 last, some in other months."""
    for number in range(1, 8):
        add(kept, number, deadline=due(number))
        close(kept, add(kept, number + 10), NOW + timedelta(days=number * 9))
    kept.clock.forward(timedelta(days=70))
    return kept


@pytest.mark.parametrize(("query", "expected"), QUERIES.values(), ids=QUERIES.keys())
def test_one_goes_through_a_list_and_back_again(full: Kept, query: TaskQuery, expected: range) -> None:
    pages = [full.tasks.slice(query, limit=3)]
    while pages[-1].following and len(pages) < 9:
        pages.append(full.tasks.slice(query, limit=3, at=pages[-1].following))
    assert [number for page in pages for number in numbers(page)] == list(expected)
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert pages[0].previous is None

    back = full.tasks.slice(query, limit=3, at=pages[-1].previous)
    assert numbers(back) == numbers(pages[1])
    assert numbers(full.tasks.slice(query, limit=3, at=back.following)) == numbers(pages[2])
    first = full.tasks.slice(query, limit=3, at=back.previous)
    assert (numbers(first), first.previous) == (numbers(pages[0]), None)


def test_going_on_leaves_nothing_out_when_what_was_shown_is_gone(full: Kept) -> None:
    first = full.tasks.slice(MINE, limit=3)
    for task in first.items:
        close(full, full.tasks.get(task.task_id), NOW)

    second = full.tasks.slice(MINE, limit=3, at=first.following)

    assert numbers(second) == [4, 5, 6]
    assert numbers(full.tasks.slice(MINE, limit=3, at=second.previous)) == [4, 5, 6]


def test_going_back_shows_what_came_in_between(full: Kept) -> None:
    first = full.tasks.slice(MINE, limit=3)
    second = full.tasks.slice(MINE, limit=3, at=first.following)
    add(full, 50, deadline=due(3.5))

    assert numbers(full.tasks.slice(MINE, limit=3, at=second.previous)) == [2, 3, 50]


def test_a_page_that_is_gone_shows_the_one_before_it(full: Kept) -> None:
    second = full.tasks.slice(MINE, limit=3, at=full.tasks.slice(MINE, limit=3).following)
    close(full, full.tasks.get(TaskId("T-7")), NOW)

    assert numbers(full.tasks.slice(MINE, limit=3, at=second.following)) == [4, 5, 6]


def test_a_list_that_is_gone_is_empty(kept: Kept) -> None:
    tasks = [add(kept, number, deadline=due(number)) for number in (1, 2)]
    following = kept.tasks.slice(MINE, limit=1).following
    for task in tasks:
        close(kept, task, NOW)

    gone = kept.tasks.slice(MINE, limit=1, at=following)

    assert (list(gone.items), gone.previous, gone.following) == ([], None, None)


def test_a_full_page_with_nothing_behind_it_is_the_last(kept: Kept) -> None:
    for number in (1, 2):
        add(kept, number)

    assert kept.tasks.slice(MINE, limit=2).following is None


@pytest.mark.parametrize("at", ["", "x", ">", ">|", "garbage", ">|W#T0TEAM#BOARD#open"])
def test_a_place_that_is_none_is_refused(kept: Kept, at: str) -> None:
    if at:
        with pytest.raises(InvalidInputError):
            kept.tasks.slice(MINE, limit=2, at=at)


def test_a_due_window_takes_its_start_and_leaves_its_end(kept: Kept) -> None:
    for number in range(1, 6):
        add(kept, number, deadline=due(number))
    add(kept, 6)

    for scope, person in ((Scope.OWNER, ANA.person_id), (Scope.TEAM, None), (Scope.CREATOR, ADA.person_id)):
        within = TaskQuery(scope, person, due_from=due(2), due_before=due(4))
        assert sorted(numbers(kept.tasks.slice(within, limit=9))) == [2, 3]
        assert sorted(numbers(kept.tasks.slice(TaskQuery(scope, person, due_before=due(2)), limit=9))) == [1]


def test_windows_have_pages_too(kept: Kept) -> None:
    for number in range(1, 8):
        add(kept, number, deadline=due(number))
    within = TaskQuery(Scope.OWNER, ANA.person_id, due_from=due(2), due_before=due(7))

    first = kept.tasks.slice(within, limit=3)
    second = kept.tasks.slice(within, limit=3, at=first.following)

    assert (numbers(first), numbers(second), second.following) == ([2, 3, 4], [5, 6], None)
    assert numbers(kept.tasks.slice(within, limit=3, at=second.previous)) == [2, 3, 4]


def test_labels_and_statuses_narrow_a_list(kept: Kept) -> None:
    add(kept, 1, labels=("web",), task_status=TaskStatus.BLOCKED)
    add(kept, 2, labels=("web", "ui"))
    add(kept, 3, task_status=TaskStatus.BLOCKED)

    blocked = frozenset({TaskStatus.BLOCKED})
    assert numbers(kept.tasks.slice(TaskQuery(Scope.TEAM, labels=("web",)), limit=9)) == [1, 2]
    assert numbers(kept.tasks.slice(TaskQuery(Scope.TEAM, labels=("web", "ui")), limit=9)) == [2]
    assert numbers(kept.tasks.slice(TaskQuery(Scope.TEAM, statuses=blocked), limit=9)) == [1, 3]


def test_nobodys_tasks_are_a_list_of_their_own(kept: Kept) -> None:
    add(kept, 1, assigned_to=None)
    add(kept, 2)

    assert numbers(kept.tasks.slice(TaskQuery(Scope.OWNER, None), limit=9)) == [1]


def test_tasks_are_counted_up_to_a_limit(full: Kept) -> None:
    assert full.tasks.count(MINE, limit=100) == 7
    assert full.tasks.count(MINE, limit=5) == 5
    assert full.tasks.count(TaskQuery(Scope.TEAM, due_before=due(3)), limit=100) == 2


def test_history_has_pages_there_and_back(kept: Kept) -> None:
    task = add(kept, 1)
    for number in range(2, 8):
        task = change(kept, task, title=f"Title {number}")

    def versions(shown: Slice[Event]) -> list[int]:
        return [event.task.version for event in shown.items if event.task]

    first = kept.tasks.history(task.task_id, limit=3)
    second = kept.tasks.history(task.task_id, limit=3, at=first.following)
    assert (versions(first), versions(second)) == ([7, 6, 5], [4, 3, 2])
    assert versions(kept.tasks.history(task.task_id, limit=3, at=second.previous)) == [7, 6, 5]


def found(kept: Kept, *words: str) -> list[int]:
    return sorted(numbers(kept.tasks.find(words, limit=10)))


def test_tasks_are_found_by_the_beginnings_of_their_words(kept: Kept) -> None:
    add(kept, 1, title="Fix the login page", labels=("web",))
    add(kept, 2, title="Logging of LOGINS")
    close(kept, add(kept, 42, title="Straße wechseln"), NOW)

    assert found(kept, "log") == [1, 2]
    assert found(kept, "login", "page") == [1]
    assert found(kept, "web") == [1]
    assert found(kept, "strasse") == [42]
    assert found(kept, "t42") == found(kept, "42") == [42]
    assert found(kept, "nothing") == []


def test_what_a_task_is_no_longer_called_does_not_find_it(kept: Kept) -> None:
    task = add(kept, 1, title="Fix login")
    renamed = task.model_copy(update={"title": "Fix sign-in", "labels": ("web",), "version": 2})
    titled, labelled = Change(field="title", before="Fix login"), Change(field="labels", before=[])
    save(kept, renamed, task, titled, labelled)

    assert (found(kept, "login"), found(kept, "sign"), found(kept, "web")) == ([], [1], [1])
    save(kept, renamed.model_copy(update={"deleted_at": NOW, "version": 3}), renamed)
    assert found(kept, "sign") == []


def test_a_deletion_that_is_undone_is_found_again(kept: Kept) -> None:
    task = add(kept, 1, title="Fix login")
    deleted = save(kept, task.model_copy(update={"deleted_at": NOW, "version": 2}), task)
    assert found(kept, "login") == []

    save(kept, task.model_copy(update={"version": 3}), deleted, Change(field="deleted_at", before=NOW))

    assert found(kept, "login") == [1]


@pytest.mark.parametrize("kept", ["dynamodb"], indirect=True)
def test_words_are_written_only_where_they_are_others(kept: Kept, calls: RecordedCalls) -> None:
    task = add(kept, 1, title="Fix login")
    calls.calls.clear()

    close(kept, task, NOW)

    assert calls.operations == ["TransactWriteItems"]


def test_finds_have_pages_without_repetition(kept: Kept) -> None:
    for number in range(1, 8):
        add(kept, number, title="Logging logins of logouts")

    first = kept.tasks.find(["log"], limit=3)
    second = kept.tasks.find(["log"], limit=3, at=first.following)
    third = kept.tasks.find(["log"], limit=3, at=second.following)

    assert [numbers(page) for page in (first, second, third)] == [[7, 6, 5], [4, 3, 2], [1]]
    assert numbers(kept.tasks.find(["log"], limit=3, at=third.previous)) == [4, 3, 2]


@pytest.mark.parametrize("kept", ["dynamodb"], indirect=True)
def test_looking_for_what_is_rare_stops_and_offers_to_go_on(
    kept: Kept, dynamodb: "DynamoDBClient", calls: RecordedCalls
) -> None:
    reach = sum(LOOKED_AT_BY_DYNAMODB)
    marked = {5, reach, reach + 1}
    many = [
        a_task(number, deadline=due(number), labels=("rare",) if number in marked else ())
        for number in range(1, reach + 6)
    ]
    table = Table(dynamodb, TABLE)
    repository = DynamoTaskRepository(table, WORKSPACE, kept.clock)
    table.write_all([repository._task_item(task) for task in many], [])
    calls.calls.clear()
    rare = TaskQuery(Scope.OWNER, ANA.person_id, labels=("rare",))

    first = kept.tasks.slice(rare, limit=10)

    assert (numbers(first), first.gave_up) == ([5, reach], True)
    assert calls.operations == ["Query"] * len(LOOKED_AT_BY_DYNAMODB)
    second = kept.tasks.slice(rare, limit=10, at=first.following)
    assert (numbers(second), second.gave_up, second.following) == ([reach + 1], False, None)
    assert numbers(kept.tasks.slice(rare, limit=10, at=second.previous)) == [5, reach]
