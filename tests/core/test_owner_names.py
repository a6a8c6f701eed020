"""Who somebody is lies on their tasks, and follows when they are renamed, linked or unlinked."""

from datetime import timedelta

from core.clock import fresh_event_id
from core.errors import ConflictError
from core.events import Change, Event, EventActor, EventType, MemberFacts
from core.ids import PersonId, SlackUserId, TaskId
from core.people.model import Account, Actor
from core.people.orders import MemberEdit
from core.tasks.model import NewTask, TaskStatus
from core.tasks.ports import Saved, TaskWrite
from core.tasks.service import TaskService
from handlers.work import renamed_in
from tests.support.link_news import link_event
from tests.support.team import Team
from tests.support.world import WORKSPACE

MINUTE = timedelta(minutes=1)


def give(team: Team, count: int) -> list[TaskId]:
    new = [NewTask(title=f"Task {number}", assigned_to=team.world.ana.person_id) for number in range(count)]
    return [team.world.tasks.create(team.world.acting(team.world.ada), each).task.task_id for each in new]


def names(team: Team, task_ids: list[TaskId]) -> set[str]:
    found = [team.world.tasks.get(each).assigned_to for each in task_ids]
    return {owner.name for owner in found if owner}


def rename(team: Team, ada: Actor) -> None:
    team.administration.edit(ada, team.world.ana.person_id, MemberEdit(given_name="Anna", family_name="Costa"))


def test_a_new_name_is_written_on_every_open_task_and_on_no_closed_one(team: Team, ada: Actor) -> None:
    task_ids = give(team, 60)
    team.world.tasks.change_status(ada, task_ids[0], TaskStatus.DONE)

    rename(team, ada)
    before = names(team, task_ids)

    assert team.names.bring_in_line(team.world.ana.person_id, MINUTE)
    assert before == {"Ana Silva"}
    assert (names(team, task_ids[1:]), names(team, task_ids[:1])) == ({"Anna Costa"}, {"Ana Silva"})


def test_nobody_has_changed_the_task_by_that(team: Team, ada: Actor) -> None:
    [task_id] = give(team, 1)
    moved = team.world.tasks.change_status(ada, task_id, TaskStatus.IN_PROGRESS).task
    events = len(team.world.tasks_kept.events)
    rename(team, ada)

    team.names.bring_in_line(team.world.ana.person_id, MINUTE)

    assert len(team.world.tasks_kept.events) == events
    undone = team.world.tasks.undo(ada, task_id, moved.version)
    assert undone.task.task_status is TaskStatus.OPEN
    assert team.person(team.world.ana).open_tasks == 1


def test_a_linked_slack_user_is_written_too_and_a_lost_one_goes(team: Team) -> None:
    world = team.world
    [task_id] = give(team, 1)
    linked = world.tasks.get(task_id).assigned_to
    world.people_kept.unlink(team.person(world.ana))

    team.names.bring_in_line(world.ana.person_id, MINUTE)
    unlinked = world.tasks.get(task_id).assigned_to
    world.people_kept.link(team.person(world.ana).model_copy(update={"slack_user_id": SlackUserId("U0NEW")}))
    team.names.bring_in_line(world.ana.person_id, MINUTE)
    again = world.tasks.get(task_id).assigned_to

    assert [each and each.slack_user_id for each in (linked, unlinked, again)] == ["U0ANA", None, "U0NEW"]


def test_it_goes_on_where_time_ran_out(team: Team, ada: Actor) -> None:
    task_ids = give(team, 60)
    rename(team, ada)

    rounds = [team.names.bring_in_line(team.world.ana.person_id, timedelta(0)) for _ in range(3)]

    assert rounds == [False, False, True]
    assert names(team, task_ids) == {"Anna Costa"}


def test_whoever_changes_a_task_at_that_moment_goes_before(team: Team, ada: Actor) -> None:
    [task_id] = give(team, 1)
    rename(team, ada)
    save, is_first = team.world.tasks_kept.save, True

    def overtaken(write: TaskWrite) -> Saved:
        nonlocal is_first
        if is_first:
            is_first = False
            raise ConflictError(task_id)
        return save(write)

    team.world.tasks_kept.save = overtaken  # type: ignore[method-assign]
    first = team.names.bring_in_line(team.world.ana.person_id, MINUTE)

    assert not first
    assert team.names.bring_in_line(team.world.ana.person_id, MINUTE)
    assert names(team, [task_id]) == {"Anna Costa"}


def test_the_nightly_look_renames_the_tasks_of_whoever_was_renamed_in_the_console(team: Team) -> None:
    task_ids = give(team, 2)
    account: Account = team.accounts.users[team.world.ana.person_id]
    team.accounts.users[account.person_id] = account.model_copy(update={"given_name": "Anna"})

    team.reconciliation.run()

    assert names(team, task_ids) == {"Anna Silva"}


def test_somebody_forgotten_has_no_tasks(team: Team) -> None:
    assert team.names.bring_in_line(PersonId("sub-gone"), MINUTE)


def test_which_events_say_that_somebody_is_called_otherwise(team: Team, ada: Actor) -> None:
    person = team.world.ana

    def changed(*fields: str) -> Event:
        return Event(
            detail_type=EventType.MEMBER_CHANGED,
            event_id=fresh_event_id(team.world.clock()),
            occurred_at=team.world.clock(),
            workspace=WORKSPACE,
            actor=EventActor.of(ada),
            member=MemberFacts(person_id=person.person_id, name=person.name),
            changes=tuple(Change(field=field) for field in fields),
        )

    linked = link_event(EventType.LINK_MADE)
    assert renamed_in(changed("family_name")) == renamed_in(changed("groups", "given_name")) == person.person_id
    assert renamed_in(changed("groups")) is None
    assert linked.link is not None
    assert renamed_in(linked) == linked.link.person_id


def test_the_service_gives_later_tasks_the_new_name_by_itself(team: Team, ada: Actor) -> None:
    rename(team, ada)

    tasks: TaskService = team.world.tasks
    made = tasks.create(ada, NewTask(title="Later", assigned_to=team.world.ana.person_id)).task

    assert made.assigned_to is not None
    assert made.assigned_to.name == "Anna Costa"
