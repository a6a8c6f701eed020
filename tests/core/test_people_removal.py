"""Removing people, and what becomes of their tasks."""

import json
from datetime import timedelta
from typing import Any

import pytest

from core.clock import Hurry
from core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from core.ids import PersonId
from core.jobs.model import DOOR_LEASE, Job, JobLease, JobState
from core.people.model import Actor, Entry, Person
from core.people.orders import MemberRefusal
from core.tasks.model import NewTask, Task, TaskStatus
from core.tasks.ports import Page
from tests.support.team import DANA, DANA_ID, Crash, Team, events_of, refused
from tests.support.world import NOW, make_person


def give(team: Team, owner: Person, count: int) -> None:
    for number in range(count):
        team.world.tasks.create(
            team.world.acting(team.world.ada), NewTask(title=f"Task {number}", assigned_to=owner.person_id)
        )


def owners(team: Team) -> dict[str, int]:
    counts: dict[str, int] = {}
    for task in team.world.tasks_kept.everything(limit=1000).items:
        counts[task.owner_id or "nobody"] = counts.get(task.owner_id or "nobody", 0) + 1
    return counts


def test_whoever_is_removed_is_gone_and_the_heir_has_the_tasks(team: Team, ada: Actor) -> None:
    ana, ben = team.world.ana, team.world.ben
    give(team, ana, 3)

    job = team.administration.remove(ada, ana.person_id, [ben.person_id])

    assert (job.state, job.done) == (JobState.DONE, 3)
    assert team.administration.job(ada, job.job_id).counted == {ben.person_id: 3}
    assert owners(team) == {ben.person_id: 3}
    assert ana.person_id not in team.accounts.users
    assert team.directory.page("ana", limit=5).items == []
    assert team.person(ana).removed_at is not None
    assert (team.person(ana).open_tasks, team.person(ben).open_tasks) == (0, 3)
    with pytest.raises(ForbiddenError):
        team.world.people.actor_from_token(ana.person_id)


def test_several_heirs_get_the_tasks_in_turn(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 5)

    team.administration.remove(ada, team.world.ana.person_id, [team.world.ben.person_id, team.world.chi.person_id])

    assert owners(team) == {team.world.ben.person_id: 3, team.world.chi.person_id: 2}


def test_without_an_heir_the_tasks_go_to_the_unassigned_board(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 2)

    team.administration.remove(ada, team.world.ana.person_id)

    assert owners(team) == {"nobody": 2}


def test_removing_takes_the_link_with_slack_away(team: Team, ada: Actor) -> None:
    team.administration.remove(ada, team.world.ana.person_id)

    assert team.person(team.world.ana).slack_user_id is None
    assert [event.detail_type for event in team.world.links_kept.events] == ["LinkRemoved"]


def test_a_link_made_at_the_moment_of_locking_out_goes_too(team: Team, ada: Actor) -> None:
    ana = team.world.ana
    disable = team.accounts.disable

    def be_overtaken(person_id: PersonId) -> None:
        disable(person_id)
        team.world.people_kept.unlink(team.person(ana))
        unlink = team.world.links_kept.unlink

        def find_none_then_one(_person: Person, _event: Any) -> None:
            team.world.links_kept.unlink = unlink  # type: ignore[method-assign]
            raise ConflictError("link")

        team.world.links_kept.unlink = find_none_then_one  # type: ignore[assignment, method-assign]
        team.world.people_kept.link(ana)

    team.accounts.disable = be_overtaken  # type: ignore[method-assign]
    team.administration.remove(ada, ana.person_id)

    assert team.person(ana).slack_user_id is None


def test_a_task_that_is_closed_at_the_last_moment_stays_with_whoever_did_it(team: Team, ada: Actor) -> None:
    ana, ben = team.world.ana, team.world.ben
    give(team, ana, 2)
    kept, open_of = team.world.tasks_kept, team.world.tasks_kept.open_of

    def be_overtaken(owner: PersonId, *, limit: int) -> Page[Task]:
        found = open_of(owner, limit=limit)
        kept.open_of = open_of  # type: ignore[method-assign]
        team.world.tasks.change_status(ada, found.items[0].task_id, TaskStatus.DONE)
        return found

    kept.open_of = be_overtaken  # type: ignore[assignment, method-assign]
    team.administration.remove(ada, ana.person_id, [ben.person_id])

    assert owners(team) == {ana.person_id: 1, ben.person_id: 1}


@pytest.mark.parametrize("heir", ["sub-ana", "sub-nobody", "sub-olaf"])
def test_who_cannot_inherit_is_named_before_anything_happens(team: Team, ada: Actor, heir: str) -> None:
    team.join(make_person("Olaf", enabled=False))

    refused(MemberRefusal.NO_HEIR, lambda: team.administration.remove(ada, team.world.ana.person_id, [PersonId(heir)]))

    assert team.repository.intents == []


def test_an_heir_who_leaves_meanwhile_is_passed_over(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 4)
    team.accounts.dies_at = 4
    heirs = [team.world.ben.person_id, team.world.chi.person_id]
    with pytest.raises(Crash):
        team.administration.remove(ada, team.world.ana.person_id, heirs)
    team.administration.set_enabled(ada, team.world.ben.person_id, enabled=False)

    team.work()

    assert set(owners(team)) <= {team.world.ben.person_id, team.world.chi.person_id}
    assert team.person(team.world.ana).open_tasks == 0


def test_many_tasks_move_in_chunks_and_the_job_says_how_far_it_is(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 60)
    seen: list[int] = []
    keep = team.repository.keep

    def look(job: Job, lease: Any) -> Job:
        kept = keep(job, lease)
        seen.append(kept.done)
        return kept

    team.repository.keep = look  # type: ignore[method-assign]
    job = team.administration.remove(ada, team.world.ana.person_id, [team.world.ben.person_id])

    assert (job.total, job.state) == (60, JobState.DONE)
    assert seen == [0, 25, 50, 60]


def test_a_task_that_somebody_else_moved_a_moment_ago_stays_where_it_is(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 3)
    listed = team.world.tasks_kept.open_of

    def be_overtaken(*arguments: Any, **options: Any) -> Any:
        team.world.tasks_kept.open_of = listed  # type: ignore[method-assign]
        page = listed(*arguments, **options)
        team.world.tasks.assign(ada, page.items[1].task_id, team.world.chi.person_id)
        return page

    team.world.tasks_kept.open_of = be_overtaken  # type: ignore[method-assign]
    job = team.administration.remove(ada, team.world.ana.person_id, [team.world.ben.person_id])

    assert owners(team) == {team.world.ben.person_id: 2, team.world.chi.person_id: 1}
    assert job.done == 2


def test_who_leaves_is_locked_out_before_the_first_task_moves(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 1)
    team.accounts.dies_at = 4  # the deletion, after find, disable and sign_out
    with pytest.raises(Crash):
        team.administration.remove(ada, team.world.ana.person_id, [team.world.ben.person_id])

    assert not team.person(team.world.ana).enabled
    with pytest.raises(InvalidInputError):
        team.world.tasks.create(ada, NewTask(title="Late", assigned_to=team.world.ana.person_id))


@pytest.mark.parametrize("call", range(1, 5))
def test_wherever_removing_dies_it_ends_with_every_task_moved_once(team: Team, ada: Actor, call: int) -> None:
    give(team, team.world.ana, 30)
    team.accounts.dies_at = call
    with pytest.raises(Crash):
        team.administration.remove(ada, team.world.ana.person_id, [team.world.ben.person_id])

    team.work()

    assert owners(team) == {team.world.ben.person_id: 30}
    assert all(task.version == 2 for task in team.world.tasks_kept.everything(limit=100).items)
    [removed] = events_of(team, "MemberRemoved")
    assert removed["changes"] == [{"field": "open_tasks", "before": 30, "after": 0}]


def test_a_removed_person_is_no_longer_administered(team: Team, ada: Actor) -> None:
    team.administration.remove(ada, team.world.ana.person_id)

    refused(MemberRefusal.REMOVED, lambda: team.administration.set_enabled(ada, team.world.ana.person_id, enabled=True))


def test_the_address_of_somebody_removed_can_be_added_anew(team: Team, ada: Actor) -> None:
    team.administration.add(ada, DANA)
    team.administration.remove(ada, DANA_ID)

    with pytest.raises(NotFoundError):
        team.world.people_kept.with_email(DANA.email)


def test_an_actor_is_known_by_the_door_they_came_through(team: Team) -> None:
    api = Actor(person=team.world.ada, entry=Entry.API)

    team.administration.add(api, DANA)

    [added] = events_of(team, "MemberAdded")
    assert json.loads(json.dumps(added))["actor"]["entry"] == "api"


def test_a_door_in_a_hurry_leaves_the_tasks_to_work() -> None:
    team = Team(hurry=Hurry(timedelta(0)))
    give(team, team.world.ana, 1)

    job = team.administration.remove(team.world.acting(team.world.ada), team.world.ana.person_id)

    assert (job.is_pending, job.is_locked_out, job.done) == (True, True, 0)


def test_where_a_door_could_not_let_go_of_a_job_work_takes_it_over_soon(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 3)
    team.accounts.dies_at = 2
    with pytest.raises(Crash):
        team.administration.remove(ada, team.world.ana.person_id)
    [intent] = [each.job for each in team.repository.intents if each.job]

    team.world.clock.forward(DOOR_LEASE)
    assert team.jobs.resume(intent.job_id, timedelta(seconds=40)) is None
    team.world.clock.forward(timedelta(seconds=1))
    taken = team.jobs.resume(intent.job_id, timedelta(seconds=40))

    assert taken is not None
    assert (taken.state, taken.done) == (JobState.DONE, 3)


def test_a_chunk_renews_a_door_s_lease_for_as_long_as_it_was() -> None:
    begun = JobLease("door", NOW, DOOR_LEASE)

    assert begun.renewed(NOW + timedelta(seconds=1)).until == NOW + timedelta(seconds=1) + DOOR_LEASE
