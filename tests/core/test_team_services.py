"""Bulk changes, settings, the directory's figures, the audit, and bringing the directory in line with Cognito."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import ConflictError, ForbiddenError, InvalidInputError
from core.ids import PersonId, TaskId
from core.jobs.model import JobState, TaskChange, TaskChangeKind
from core.people.model import Actor, Group, Person, SlackStatus
from core.people.queries import DirectoryFilter
from core.people.workload import CAP, WorkloadReader
from core.tasks.model import NewTask, TaskStatus
from tests.support.team import Crash, Team
from tests.support.world import NOW, World, make_person

CANCEL = TaskChange(kind=TaskChangeKind.CANCEL)


def give(team: Team, owner: Person, count: int, **facts: Any) -> list[TaskId]:
    actor = team.world.acting(team.world.ada)
    return [
        team.world.tasks.create(
            actor, NewTask(title=f"Task {number}", assigned_to=owner.person_id, **facts)
        ).task.task_id
        for number in range(count)
    ]


def statuses(team: Team, task_ids: list[TaskId]) -> list[TaskStatus]:
    return [team.world.tasks.get(task_id).task_status for task_id in task_ids]


# Bulk changes


def test_up_to_25_tasks_are_changed_while_one_waits(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 25)

    job = team.bulk.change(ada, task_ids, CANCEL)

    assert (job.state, job.done, job.refused) == (JobState.DONE, 25, {})
    assert set(statuses(team, task_ids)) == {TaskStatus.CANCELLED}


def test_beyond_25_work_does_it(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 26)
    to_ben = TaskChange(kind=TaskChangeKind.REASSIGN, owner=team.world.ben.person_id)

    job = team.bulk.change(ada, task_ids, to_ben)
    before = team.person(team.world.ben).open_tasks
    team.work()

    assert (job.is_pending, before) == (True, 0)
    assert team.repository.get(job.job_id).done == 26
    assert team.person(team.world.ben).open_tasks == 26


def test_deadlines_move_and_go(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 2)
    later = NOW + timedelta(days=3)

    team.bulk.change(ada, task_ids, TaskChange(kind=TaskChangeKind.MOVE_DEADLINE, deadline=later))
    moved = [team.world.tasks.get(each).deadline for each in task_ids]
    team.bulk.change(ada, task_ids, TaskChange(kind=TaskChangeKind.MOVE_DEADLINE))

    assert moved == [later, later]
    assert [team.world.tasks.get(each).deadline for each in task_ids] == [None, None]


def test_each_task_is_changed_or_refused_by_the_rights_of_whoever_asks(team: Team) -> None:
    mine, others = give(team, team.world.ana, 1), give(team, team.world.ben, 1)

    job = team.bulk.change(team.world.acting(team.world.ana), [*mine, *others, TaskId("T-99")], CANCEL)

    assert job.refused == {others[0]: "task.change_status", TaskId("T-99"): "not_found"}
    assert statuses(team, [*mine, *others]) == [TaskStatus.CANCELLED, TaskStatus.OPEN]


def test_a_member_hands_out_nothing_in_bulk(team: Team) -> None:
    task_ids = give(team, team.world.ana, 2)
    to_ben = TaskChange(kind=TaskChangeKind.REASSIGN, owner=team.world.ben.person_id)

    job = team.bulk.change(team.world.acting(team.world.ana), task_ids, to_ben)

    assert (job.done, set(job.refused.values())) == (0, {"task.assign"})


def test_an_admin_demoted_before_work_comes_changes_nothing(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ben, 30)
    job = team.bulk.change(ada, task_ids, CANCEL)
    team.world.ada = team.world.ada.model_copy()
    team.world.cognito.known[ada.person_id] = (frozenset({"TeamMembers"}), True)
    to_chi = team.bulk.change(ada, task_ids, TaskChange(kind=TaskChangeKind.REASSIGN, owner=team.world.chi.person_id))

    team.work()

    assert team.repository.get(to_chi.job_id).refused.keys() == set(task_ids)
    assert team.repository.get(job.job_id).state is JobState.DONE  # She created them, so she may cancel them still.


def test_one_undo_puts_all_of_it_back(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 30)
    job = team.bulk.change(ada, task_ids, CANCEL)
    team.work()

    undone = team.bulk.undo(ada, job.job_id)
    team.work()

    assert team.repository.get(undone.job_id).done == 30
    assert set(statuses(team, task_ids)) == {TaskStatus.OPEN}
    assert team.person(team.world.ana).open_tasks == 30


def test_undo_leaves_alone_what_somebody_changed_since_and_says_so(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 3)
    job = team.bulk.change(ada, task_ids, CANCEL)
    team.world.tasks.change_status(team.world.acting(team.world.ana), task_ids[0], TaskStatus.BLOCKED)

    undone = team.bulk.undo(ada, job.job_id)

    assert undone.refused == {task_ids[0]: "changed_meanwhile"}
    assert statuses(team, task_ids) == [TaskStatus.BLOCKED, TaskStatus.OPEN, TaskStatus.OPEN]


def test_undo_is_for_whoever_did_it_and_for_ten_minutes(team: Team, ada: Actor) -> None:
    job = team.bulk.change(ada, give(team, team.world.ana, 2), CANCEL)
    omar = team.join(make_person("Omar", Group.ADMINS))

    with pytest.raises(ForbiddenError):
        team.bulk.undo(team.world.acting(omar), job.job_id)
    team.world.clock.forward(timedelta(minutes=10, seconds=1))
    with pytest.raises(InvalidInputError, match="too_late"):
        team.bulk.undo(ada, job.job_id)


def test_what_is_not_finished_cannot_be_undone(team: Team, ada: Actor) -> None:
    job = team.bulk.change(ada, give(team, team.world.ana, 26), CANCEL)

    with pytest.raises(ConflictError):
        team.bulk.undo(ada, job.job_id)


def test_a_crash_in_the_middle_changes_nothing_twice_and_undo_knows_all(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 30)
    job = team.bulk.change(ada, task_ids, CANCEL)
    save, saved = team.world.tasks_kept.save, []

    def die_after_ten(write: Any) -> Any:
        result = save(write)
        saved.append(write)
        if len(saved) == 10:
            raise Crash
        return result

    team.world.tasks_kept.save = die_after_ten  # type: ignore[method-assign]
    with pytest.raises(Crash):
        team.work()
    team.work()

    done = team.repository.get(job.job_id)
    assert (done.done, len(done.made)) == (30, 30)
    assert {team.world.tasks.get(task_id).version for task_id in task_ids} == {2}


@pytest.mark.parametrize(("count", "code"), [(0, "missing"), (51, "too_many")])
def test_too_few_and_too_many_are_refused(team: Team, ada: Actor, count: int, code: str) -> None:
    with pytest.raises(InvalidInputError, match=code):
        team.bulk.change(ada, [TaskId(f"T-{number}") for number in range(count)], CANCEL)


def test_a_deadline_that_has_passed_is_refused_before_anything_changes(team: Team, ada: Actor) -> None:
    past = TaskChange(kind=TaskChangeKind.MOVE_DEADLINE, deadline=NOW)

    with pytest.raises(InvalidInputError, match="in_past"):
        team.bulk.change(ada, give(team, team.world.ana, 1), past)


def test_assigning_to_several_makes_one_task_each(team: Team, ada: Actor) -> None:
    owners = [team.world.ana.person_id, team.world.ben.person_id, team.world.ana.person_id]

    saved = team.bulk.create_for_each(ada, NewTask(title="Read the plan"), owners, once="view-1")
    again = team.bulk.create_for_each(ada, NewTask(title="Read the plan"), owners, once="view-1")

    assert [each.task.owner_id for each in saved] == owners[:2]
    assert [each.task.task_id for each in again] == [each.task.task_id for each in saved]
    assert [team.person(each).open_tasks for each in owners[:2]] == [1, 1]


def test_with_one_owner_who_cannot_be_given_tasks_nothing_is_made(team: Team, ada: Actor) -> None:
    with pytest.raises(InvalidInputError):
        team.bulk.create_for_each(ada, NewTask(title="Read"), [team.world.ana.person_id, PersonId("sub-nobody")])

    assert team.person(team.world.ana).open_tasks == 0


def test_a_member_assigns_to_several_only_where_the_workspace_says_so(team: Team, ada: Actor) -> None:
    ana = team.world.acting(team.world.ana)
    owners = [team.world.ana.person_id, team.world.ben.person_id]
    with pytest.raises(ForbiddenError):
        team.bulk.create_for_each(ana, NewTask(title="Read"), owners)

    team.settings.change(ada, members_can_assign=True)

    assert len(team.bulk.create_for_each(ana, NewTask(title="Read"), owners)) == 2


# Settings


def test_settings_are_effective_at_once_and_in_the_history(team: Team, ada: Actor) -> None:
    saved = team.settings.change(ada, members_can_assign=True, reminder_days=[1, 7, 1])

    assert team.settings.get() == saved
    assert (saved.version, saved.reminder_days) == (1, (7, 1))
    [event] = team.world.settings_kept.events
    assert {change.field: change.after for change in event.changes} == {
        "members_can_assign": True,
        "reminder_days": [7, 1],
    }


def test_nothing_changed_is_nothing_saved(team: Team, ada: Actor) -> None:
    assert team.settings.change(ada, reminder_hour=9).version == 0
    assert team.world.settings_kept.events == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reminder_hour": 24}, "reminder_hour"),
        ({"reminder_days": [31]}, "reminder_days.0"),
        ({"business_days": []}, "business_days"),
        ({"business_days": [7]}, "business_days.0"),
    ],
)
def test_what_is_no_setting_is_named(team: Team, ada: Actor, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as failure:
        team.settings.change(ada, **given)

    assert failure.value.problems[0].field == field


def test_settings_that_somebody_else_changed_meanwhile_are_not_overwritten(team: Team, ada: Actor) -> None:
    team.settings.change(ada, guests=True)

    with pytest.raises(ConflictError) as conflict:
        team.settings.change(ada, version=0, reminder_hour=8)

    assert conflict.value.is_stale


def test_a_guest_may_use_the_bot_as_soon_as_an_admin_says_so() -> None:
    team = Team(World())
    guest = team.join(make_person("Gus", slack_status=SlackStatus.GUEST))
    assert guest.slack_user_id is not None
    with pytest.raises(ForbiddenError):
        team.world.people.actor_from_slack(guest.slack_user_id)

    team.settings.change(team.world.acting(team.world.ada), guests=True)

    assert team.world.people.actor_from_slack(guest.slack_user_id).person.name == "Gus"


def test_the_deployment_says_whether_guests_may_until_an_admin_does() -> None:
    team = Team(World(guests=True))
    guest = team.join(make_person("Gus", slack_status=SlackStatus.GUEST))
    assert guest.slack_user_id is not None
    assert team.world.people.actor_from_slack(guest.slack_user_id).person.name == "Gus"

    team.settings.change(team.world.acting(team.world.ada), guests=False)

    with pytest.raises(ForbiddenError):
        team.world.people.actor_from_slack(guest.slack_user_id)


# The directory


def test_the_directory_counts_what_is_overdue(team: Team) -> None:
    give(team, team.world.ana, 2, deadline=NOW + timedelta(hours=1))
    give(team, team.world.ana, 1)
    team.world.clock.forward(timedelta(hours=2))

    people = team.directory.page(limit=10).items

    assert [(each.given_name, each.open_tasks) for each in people] == [("Ada", 0), ("Ana", 3), ("Ben", 0), ("Chi", 0)]
    assert [team.directory.overdue(people)[each.person_id] for each in people] == [0, 2, 0, 0]


@pytest.mark.parametrize(("typed", "expected"), [("an", ["Ana"]), ("ana@", ["Ana"]), (" ADA ", ["Ada"]), ("zz", [])])
def test_what_is_typed_begins_a_name_or_an_address(team: Team, typed: str, expected: list[str]) -> None:
    assert [each.given_name for each in team.directory.page(typed, limit=5).items] == expected


def test_whom_no_name_finds_an_address_may(team: Team) -> None:
    team.join(make_person("Zed", email="boss@example.com"))

    assert [each.given_name for each in team.directory.page("boss", limit=5).items] == ["Zed"]


def test_overdue_tasks_are_counted_no_further_than_they_are_shown(team: Team) -> None:
    give(team, team.world.ana, CAP + 1, deadline=NOW + timedelta(hours=1))
    team.world.clock.forward(timedelta(hours=2))
    ana = team.person(team.world.ana)

    assert team.directory.overdue([ana]) == {ana.person_id: CAP}


def test_whoever_is_switched_off_counts_nowhere(team: Team) -> None:
    team.join(make_person("Olaf", enabled=False))
    team.join(make_person("Pia", enabled=False, open_tasks=3))

    workload = WorkloadReader(team.world.people_kept, team.world.tasks_kept, team.world.clock).read(limit=10)

    assert (workload.open, workload.busiest) == (0, [])
    assert "Olaf" not in str(workload.idle)


def test_the_directory_is_filtered(team: Team) -> None:
    linked_not = team.directory.page(only=DirectoryFilter.NOT_LINKED, limit=5).items

    assert [each.given_name for each in linked_not] == ["Chi"]


# Audit


def test_a_tasks_audit_goes_back_to_a_day(team: Team, ada: Actor) -> None:
    [task_id] = give(team, team.world.ana, 1)
    team.world.clock.forward(timedelta(days=2))
    team.world.tasks.change_status(team.world.acting(team.world.ana), task_id, TaskStatus.DONE)

    everything = team.audit.of_task(ada, task_id, limit=10).items
    recent = team.audit.of_task(ada, task_id, since=NOW + timedelta(days=1), limit=10).items

    assert [event.detail_type for event in everything] == ["TaskStatusChanged", "TaskAssigned", "TaskCreated"]
    assert [event.detail_type for event in recent] == ["TaskStatusChanged"]


# In line with Cognito


def test_what_was_changed_in_the_console_is_taken_over_and_nothing_else_is_written(team: Team) -> None:
    written: list[Person] = []
    bring = team.world.people_kept.bring_in_line

    def listen(before: Person | None, after: Person) -> None:
        written.append(after)
        bring(before, after)

    team.world.people_kept.bring_in_line = listen  # type: ignore[method-assign]
    ana, ben = team.world.ana.person_id, team.world.ben.person_id
    team.accounts.change(ana, {"given_name": "Anna", "family_name": "Silva"})
    team.accounts.disable(ben)
    team.world.clock.forward(timedelta(hours=1))

    done = team.reconciliation.run()

    assert (done.read, done.changed, done.added, done.gone) == (4, 2, 0, 0)
    assert [person.person_id for person in written] == [ana, ben]
    assert (team.person(ana).name, team.person(ben).enabled) == ("Anna Silva", False)
    assert team.reconciliation.run().changed == 0


def test_whoever_was_added_in_the_console_to_a_group_of_ours_is_added(team: Team) -> None:
    team.accounts.create("dana@example.com", "Dana", "Berg", "x")
    team.accounts.create("other@example.com", "Other", "", "x")
    team.accounts.join(PersonId("sub-dana"), "TeamMembers")

    assert team.reconciliation.run().added == 1
    assert team.person(PersonId("sub-dana")).is_team_member
    assert team.directory.page("other", limit=5).items == []


def test_whoever_was_deleted_in_the_console_stays_as_disabled_until_removed(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 2)
    team.accounts.delete(team.world.ana.person_id)

    assert team.reconciliation.run().gone == 1
    assert not team.person(team.world.ana).enabled
    assert team.administration.remove(ada, team.world.ana.person_id, [team.world.ben.person_id]).done == 2


def test_whoever_changes_while_being_reconciled_is_left_for_the_next_run(team: Team, ada: Actor) -> None:
    ana = team.world.ana.person_id
    team.accounts.change(ana, {"given_name": "Anna", "family_name": "Silva"})
    find = team.accounts.find

    def be_overtaken(name: str) -> Any:
        account = find(name)
        team.world.clock.forward(timedelta(seconds=1))
        team.world.people.actor_again(ana, ada.entry)
        return account

    team.accounts.find = be_overtaken  # type: ignore[method-assign]
    assert team.reconciliation.run().left == 1
    team.accounts.find = find  # type: ignore[method-assign]
    assert team.reconciliation.run().changed == 1
