"""What may be done with a task, by whom, what is kept of it, and how it is taken back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, TaskBotError
from core.events import Event, EventType
from core.ids import TaskId
from core.people.model import Group, Person
from core.tasks.model import NewTask, Priority, Task, TaskEdit, TaskStatus
from core.tasks.ports import Saved
from core.tasks.service import UNDO_FOR
from tests.support.world import NOW, World, make_person

T1 = TaskId("T-1")
DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World()


def given_by_ada(world: World, **facts: object) -> Task:
    """A task that Ada, an admin, gave to Ana."""
    new = NewTask.model_validate({"title": "Fix login", "assigned_to": world.ana.person_id, **facts})
    return world.tasks.create(world.acting(world.ada), new).task


def anas_own(world: World) -> Task:
    new = NewTask(title="Water the plants", assigned_to=world.ana.person_id)
    return world.tasks.create(world.acting(world.ana), new).task


def history(world: World) -> list[Event]:
    return list(world.tasks.history(T1, limit=50).items)


def assign(world: World, by: Person, owner: Person | None) -> Saved:
    return world.tasks.assign(world.acting(by), T1, owner.person_id if owner else None)


def test_an_admin_gives_a_task_to_somebody_else(world: World) -> None:
    given_by_ada(world)

    task = assign(world, world.ada, world.ben).task

    assert (task.owner_id, task.version) == (world.ben.person_id, 2)
    event = history(world)[0]
    assert event.detail_type is EventType.TASK_ASSIGNED
    assert [(each.before["name"], each.after["name"]) for each in event.changes] == [("Ana Silva", "Ben Okoro")]


def test_an_admin_takes_a_task_from_its_owner(world: World) -> None:
    given_by_ada(world)

    assert assign(world, world.ada, None).task.assigned_to is None
    assert history(world)[0].detail_type is EventType.TASK_UNASSIGNED


def test_open_counters_follow_the_owner(world: World) -> None:
    given_by_ada(world)
    assign(world, world.ada, world.ben)

    owners = (world.ana, world.ben)
    assert [world.people_kept.get(person.person_id).open_tasks for person in owners] == [0, 1]


def test_who_has_it_already_keeps_it_without_an_event(world: World) -> None:
    given_by_ada(world)

    assert not assign(world, world.ada, world.ana).changed
    assert len(history(world)) == 2


def test_nobody_is_given_a_task_who_is_not_active(world: World) -> None:
    given_by_ada(world)
    gone = world.add(make_person("Gil", enabled=False))

    with pytest.raises(InvalidInputError):
        assign(world, world.ada, gone)


def test_a_member_hands_a_task_back_to_the_admin_who_gave_it(world: World) -> None:
    given_by_ada(world)

    task = world.tasks.hand_back(world.acting(world.ana), T1).task

    assert task.owner_id == world.ada.person_id


def test_it_goes_back_to_who_gave_it_last_not_to_who_made_it(world: World) -> None:
    given_by_ada(world)
    eva = world.add(make_person("Eva", Group.ADMINS))
    assign(world, eva, world.ben)

    assert world.tasks.hand_back(world.acting(world.ben), T1).task.owner_id == eva.person_id


@pytest.mark.parametrize("status", TaskStatus)
def test_a_note_stands_in_the_history_whether_the_status_is_new_or_not(world: World, status: TaskStatus) -> None:
    given_by_ada(world)

    world.tasks.change_status(world.acting(world.ana), T1, status, note="because")

    assert history(world)[0].note == "because"


def test_a_deadline_is_moved_and_taken_away(world: World) -> None:
    given_by_ada(world)

    world.tasks.set_deadline(world.acting(world.ada), T1, DUE)
    assert world.tasks.get(T1).deadline == DUE
    world.tasks.set_deadline(world.acting(world.ada), T1, None)

    assert world.tasks.get(T1).deadline is None
    [change] = history(world)[0].changes
    assert (change.field, change.before, change.after) == ("deadline", "2026-12-01T12:00:00Z", None)


def test_a_deadline_is_not_moved_into_the_past_but_other_things_of_an_overdue_task_may_change(world: World) -> None:
    given_by_ada(world, deadline=DUE)
    world.clock.now = DUE + timedelta(days=1)

    with pytest.raises(InvalidInputError):
        world.tasks.set_deadline(world.acting(world.ada), T1, DUE - timedelta(hours=1))
    world.tasks.edit(world.acting(world.ada), T1, TaskEdit(title="Other", deadline=DUE))

    assert world.tasks.get(T1).title == "Other"


def test_editing_is_one_version_with_one_event_for_each_kind_of_change(world: World) -> None:
    given_by_ada(world)
    edit = TaskEdit(title="Fix SSO", labels=("web",), priority=Priority.HIGH, assigned_to=world.ben.person_id)

    task = world.tasks.edit(world.acting(world.ada), T1, edit, version=1).task

    assert (task.version, task.title, task.labels, task.priority) == (2, "Fix SSO", ("web",), Priority.HIGH)
    assert {event.detail_type for event in history(world)[:2]} == {EventType.TASK_ASSIGNED, EventType.TASK_UPDATED}
    updated = next(event for event in history(world) if event.detail_type is EventType.TASK_UPDATED)
    assert [each.field for each in updated.changes] == ["title", "priority", "labels"]


def test_an_edit_of_an_older_version_is_refused_and_overwrites_nothing(world: World) -> None:
    given_by_ada(world)
    world.tasks.edit(world.acting(world.ada), T1, TaskEdit(title="First"), version=1)

    with pytest.raises(ConflictError) as refused:
        world.tasks.edit(world.acting(world.ada), T1, TaskEdit(title="Second"), version=1)

    assert refused.value.is_stale
    assert world.tasks.get(T1).title == "First"


def test_the_same_edit_twice_is_one_change(world: World) -> None:
    given_by_ada(world)
    for _ in range(2):
        world.tasks.edit(world.acting(world.ada), T1, TaskEdit(title="First"), version=1)

    assert world.tasks.get(T1).version == 2


def test_a_comment_is_a_history_entry_and_no_change(world: World) -> None:
    given_by_ada(world)

    world.tasks.comment(world.acting(world.ana), T1, "  on it ", once="a")
    world.tasks.comment(world.acting(world.ana), T1, "on it", once="a")

    comments = [event for event in history(world) if event.detail_type is EventType.TASK_COMMENTED]
    assert [(event.note, event.actor.name) for event in comments] == [("on it", "Ana Silva")]
    assert world.tasks.get(T1).version == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 3001])
def test_a_comment_says_something_and_not_too_much(world: World, text: str) -> None:
    given_by_ada(world)

    with pytest.raises(InvalidInputError):
        world.tasks.comment(world.acting(world.ana), T1, text)


def test_a_deleted_task_is_in_no_list_and_its_history_stays(world: World) -> None:
    given_by_ada(world)

    world.tasks.delete(world.acting(world.ada), T1)

    with pytest.raises(NotFoundError):
        world.tasks.get(T1)
    assert world.tasks.open_of(world.ana.person_id, limit=10).items == []
    assert world.people_kept.get(world.ana.person_id).open_tasks == 0
    assert history(world)[0].detail_type is EventType.TASK_DELETED


CHANGES: dict[str, Callable[[World], Saved]] = {
    "done": lambda world: world.tasks.change_status(world.acting(world.ada), T1, TaskStatus.DONE),
    "assign": lambda world: assign(world, world.ada, world.ben),
    "nobody": lambda world: assign(world, world.ada, None),
    "due": lambda world: world.tasks.set_deadline(world.acting(world.ada), T1, DUE + timedelta(days=3)),
    "edit": lambda world: world.tasks.edit(world.acting(world.ada), T1, TaskEdit(title="X", description="long")),
    "delete": lambda world: world.tasks.delete(world.acting(world.ada), T1),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_was_done_is_undone_within_ten_minutes(world: World, change: Callable[[World], Saved]) -> None:
    before = given_by_ada(world, deadline=DUE)
    done = change(world)
    world.tasks.comment(world.acting(world.ada), T1, "oops") if done.task.deleted_at is None else None
    world.clock.forward(UNDO_FOR)

    world.tasks.undo(world.acting(world.ada), T1, done.task.version)

    after = world.tasks.get(T1)
    assert after == before.model_copy(update={"version": 3, "updated_at": world.clock()})
    assert world.people_kept.get(world.ana.person_id).open_tasks == 1


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_undoing_twice_undoes_once(world: World, change: Callable[[World], Saved]) -> None:
    given_by_ada(world, deadline=DUE)
    version = change(world).task.version

    world.tasks.undo(world.acting(world.ada), T1, version)

    assert not world.tasks.undo(world.acting(world.ada), T1, version).changed
    assert world.tasks.get(T1).version == 3


def test_nothing_is_undone_after_ten_minutes(world: World) -> None:
    given_by_ada(world)
    version = assign(world, world.ada, world.ben).task.version
    world.clock.forward(UNDO_FOR + timedelta(seconds=1))

    with pytest.raises(InvalidInputError):
        world.tasks.undo(world.acting(world.ada), T1, version)
    assert world.tasks.get(T1).owner_id == world.ben.person_id


def test_nothing_is_undone_that_was_changed_since(world: World) -> None:
    given_by_ada(world)
    version = assign(world, world.ada, world.ben).task.version
    world.tasks.change_status(world.acting(world.ben), T1, TaskStatus.IN_PROGRESS)

    with pytest.raises(ConflictError):
        world.tasks.undo(world.acting(world.ada), T1, version)
    assert world.tasks.get(T1).owner_id == world.ben.person_id


def test_only_who_did_it_undoes_it(world: World) -> None:
    given_by_ada(world)
    version = world.tasks.change_status(world.acting(world.ana), T1, TaskStatus.DONE).task.version

    with pytest.raises(ForbiddenError):
        world.tasks.undo(world.acting(world.ada), T1, version)


def test_a_member_who_handed_a_task_back_takes_that_back(world: World) -> None:
    given_by_ada(world)
    version = world.tasks.hand_back(world.acting(world.ana), T1).task.version

    assert world.tasks.undo(world.acting(world.ana), T1, version).task.owner_id == world.ana.person_id


REFUSED: dict[str, Callable[[World, Person], object]] = {
    "assign": lambda world, who: assign(world, who, world.ben),
    "assign to nobody": lambda world, who: assign(world, who, None),
    "edit": lambda world, who: world.tasks.edit(world.acting(who), T1, TaskEdit(title="X")),
    "due": lambda world, who: world.tasks.set_deadline(world.acting(who), T1, DUE),
    "delete": lambda world, who: world.tasks.delete(world.acting(who), T1),
}
REFUSED_TO_STRANGERS: dict[str, Callable[[World, Person], object]] = REFUSED | {
    "comment": lambda world, who: world.tasks.comment(world.acting(who), T1, "hi"),
    "status": lambda world, who: world.tasks.change_status(world.acting(who), T1, TaskStatus.DONE),
    "hand back": lambda world, who: world.tasks.hand_back(world.acting(who), T1),
}


@pytest.mark.parametrize("action", REFUSED.values(), ids=REFUSED.keys())
def test_a_member_does_not_do_with_an_admins_task_what_admins_do(
    world: World, action: Callable[[World, Person], object]
) -> None:
    given_by_ada(world)

    with pytest.raises(ForbiddenError):
        action(world, world.ana)
    assert len(history(world)) == 2


@pytest.mark.parametrize("action", REFUSED_TO_STRANGERS.values(), ids=REFUSED_TO_STRANGERS.keys())
def test_a_member_does_nothing_with_somebody_elses_task(
    world: World, action: Callable[[World, Person], object]
) -> None:
    given_by_ada(world)

    with pytest.raises(ForbiddenError):
        action(world, world.ben)
    assert len(history(world)) == 2


def test_a_member_edits_and_deletes_what_they_made_for_themselves(world: World) -> None:
    anas_own(world)
    ana = world.acting(world.ana)

    world.tasks.edit(ana, T1, TaskEdit(title="Water the trees", deadline=DUE))
    world.tasks.delete(ana, T1)

    assert history(world)[0].detail_type is EventType.TASK_DELETED


def test_a_member_does_not_hand_their_own_task_to_others_while_editing_it(world: World) -> None:
    anas_own(world)

    with pytest.raises(ForbiddenError):
        world.tasks.edit(world.acting(world.ana), T1, TaskEdit(title="X", assigned_to=world.ben.person_id))
    assert world.tasks.get(T1).title == "Water the plants"


PEOPLE = ("ada", "ana", "ben")
STEPS = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(list(TaskStatus))),
    st.tuples(st.just("assign"), st.sampled_from([*PEOPLE, None])),
    st.tuples(st.just("due"), st.sampled_from([None, DUE, NOW - timedelta(days=1)])),
    st.tuples(st.just("edit"), st.text(max_size=160)),
    st.tuples(st.just("comment"), st.text(max_size=20)),
    st.tuples(st.just("delete"), st.none()),
    st.tuples(st.just("undo"), st.integers(1, 8)),
)


def _act(world: World, who: Person, what: str, value: object) -> None:
    actor, tasks = world.acting(who), world.tasks
    match what, value:
        case "status", TaskStatus():
            tasks.change_status(actor, T1, value)
        case "assign", _:
            assign(world, who, getattr(world, str(value)) if value else None)
        case "due", (datetime() | None):
            tasks.set_deadline(actor, T1, value)
        case "edit", str():
            tasks.edit(actor, T1, TaskEdit.model_validate({"title": value.strip() or "x"}))
        case "comment", str():
            tasks.comment(actor, T1, value)
        case "delete", _:
            tasks.delete(actor, T1)
        case "undo", int():
            tasks.undo(actor, T1, value)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PEOPLE), STEPS), max_size=12))
def test_whatever_is_tried_every_version_has_its_entry_and_the_counters_are_right(
    steps: list[tuple[str, tuple[str, object]]],
) -> None:
    world = World()
    given_by_ada(world)
    for who, (what, value) in steps:
        world.clock.forward(timedelta(seconds=1))
        try:
            _act(world, getattr(world, who), what, value)
        except (TaskBotError, ValueError):
            continue

    events = history(world)
    newest = events[0].task
    assert newest is not None
    versions = {event.task.version for event in events if event.task}
    assert versions == set(range(1, newest.version + 1))
    open_tasks = {who: world.people_kept.get(getattr(world, who).person_id).open_tasks for who in PEOPLE}
    expected = {who: int(newest.is_open and newest.owner_id == getattr(world, who).person_id) for who in PEOPLE}
    assert open_tasks == expected
