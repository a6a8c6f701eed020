"""What somebody wants who saw a task as it was: nothing that others did since is taken back by it."""

from datetime import UTC, datetime

import pytest

from core.errors import ConflictError, ForbiddenError
from core.ids import TaskId
from core.people.model import Person
from core.tasks.changes import statuses_as_seen
from core.tasks.model import CLOSED_STATUSES, OPEN_STATUSES, NewTask, Task, TaskStatus
from tests.support.world import World

T1 = TaskId("T-1")
OPEN, BEGUN, BLOCKED, DONE, CANCELLED = TaskStatus


@pytest.fixture
def world() -> World:
    """Ada gave Ana a task."""
    world = World()
    world.tasks.create(world.acting(world.ada), NewTask(title="Fix login", assigned_to=world.ana.person_id))
    return world


def move(world: World, person: Person, status: TaskStatus, note: str | None = None) -> Task:
    return world.tasks.change_status(world.acting(person), T1, status, note=note).task


@pytest.mark.parametrize(
    ("seen", "wanted", "acts_on"),
    [
        (OPEN, BEGUN, {OPEN, BEGUN}),
        (BLOCKED, BEGUN, {OPEN, BEGUN, BLOCKED}),
        (OPEN, DONE, {OPEN, BEGUN, BLOCKED}),
        (BEGUN, CANCELLED, {OPEN, BEGUN, BLOCKED}),
        (OPEN, BLOCKED, {OPEN, BEGUN, BLOCKED}),
        (DONE, OPEN, {DONE}),
        (CANCELLED, OPEN, {CANCELLED}),
        (None, BEGUN, OPEN_STATUSES),
        (None, DONE, OPEN_STATUSES),
        (None, OPEN, CLOSED_STATUSES),
    ],
)
def test_from_where_it_goes_on(seen: TaskStatus | None, wanted: TaskStatus, acts_on: set[TaskStatus]) -> None:
    assert statuses_as_seen(seen, wanted) == acts_on


@pytest.mark.parametrize("now", TaskStatus)
@pytest.mark.parametrize("wanted", TaskStatus)
def test_what_is_in_no_such_status_stays_as_it_is(world: World, now: TaskStatus, wanted: TaskStatus) -> None:
    before = move(world, world.ada, now)
    tasks = world.tasks.only_from(OPEN_STATUSES)

    if now is wanted:
        assert not tasks.change_status(world.acting(world.ana), T1, wanted).changed
    elif now in OPEN_STATUSES:
        assert tasks.change_status(world.acting(world.ana), T1, wanted).task.task_status is wanted
    else:
        with pytest.raises(ConflictError) as conflict:
            tasks.change_status(world.acting(world.ana), T1, wanted)
        assert conflict.value.is_stale
        assert world.tasks.get(T1) == before


def test_neither_its_owner_nor_its_deadline_is_changed_then(world: World) -> None:
    before = move(world, world.ana, DONE)
    ada, tasks = world.acting(world.ada), world.tasks.only_from(OPEN_STATUSES)

    with pytest.raises(ConflictError):
        tasks.assign(ada, T1, world.ben.person_id)
    with pytest.raises(ConflictError):
        tasks.set_deadline(ada, T1, datetime(2026, 12, 1, tzinfo=UTC))

    assert world.tasks.get(T1) == before


def test_what_is_asked_for_without_having_seen_anything_is_done(world: World) -> None:
    move(world, world.ada, CANCELLED)

    assert move(world, world.ana, BEGUN).task_status is BEGUN


def test_whoever_may_not_is_told_that_and_nothing_of_the_task(world: World) -> None:
    move(world, world.ada, CANCELLED)

    with pytest.raises(ForbiddenError):
        world.tasks.only_from(OPEN_STATUSES).change_status(world.acting(world.ben), T1, DONE)


def test_who_moved_it_last_is_known_also_behind_comments_and_other_changes(world: World) -> None:
    new = world.tasks.get(T1)
    move(world, world.ana, BEGUN)
    cancelled = move(world, world.ada, CANCELLED, "customer left")
    world.tasks.comment(world.acting(world.ana), T1, "What a pity")
    world.tasks.assign(world.acting(world.ada), T1, world.ben.person_id)
    reopened = move(world, world.ada, OPEN)

    found = [world.tasks.last_move(task) for task in (cancelled, reopened, new)]

    assert [event and (event.actor.name, event.note) for event in found] == [
        (world.ada.name, "customer left"), (world.ada.name, None), None,
    ]  # fmt: skip


def test_what_was_only_said_leaves_the_task_as_it_was(world: World) -> None:
    done = move(world, world.ana, DONE)

    again = world.tasks.change_status(world.acting(world.ana), T1, DONE, note="again")

    assert (again.changed, again.before, again.task) == (True, done, done)
