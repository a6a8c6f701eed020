"""What keepers of jobs promise, in memory and in DynamoDB."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.errors import ConflictError, NotFoundError
from core.events import EventType
from core.ids import JobId, PersonId, TaskId
from core.jobs.model import (
    LEASE,
    Guards,
    JobKind,
    JobState,
    MemberOrder,
    TaskChange,
    TaskChangeKind,
    TaskOrder,
)
from core.people.model import Person
from core.people.queries import DirectoryQuery
from core.storage import schema
from core.storage.dynamodb.jobs import KEPT_FOR, DynamoJobRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.settings import DynamoSettingsRepository
from core.storage.dynamodb.table import Table
from core.tasks.model import TaskStatus
from core.tasks.ports import JobStep, TaskWrite
from core.workspace.settings import WorkspaceSettings
from tests.core.storage.conftest import TABLE
from tests.support.team_contract import (
    ADA,
    ANA,
    BEN,
    DEFAULTS,
    Kept,
    a_job,
    a_task,
    begin,
    end,
    event,
    found,
    kept_by,
    lease,
    moved,
    outcome,
    removed,
    roles_of,
)
from tests.support.world import NOW, WORKSPACE, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Kept:
    return kept_by(request)


def test_another_address_finds_its_person_and_the_old_one_finds_nobody(kept: Kept) -> None:
    facts = {"email": "Ana.New@example.com", "locale": "pt-PT", "title": "Designer", "time_zone": "Asia/Tokyo"}
    after = ANA.model_copy(update=facts)

    end(kept, outcome(ANA, after))

    assert kept.people.with_email("ana.new@example.com") == kept.people.get(ANA.person_id) == after
    with pytest.raises(NotFoundError):
        kept.people.with_email(ANA.email)


def test_what_slack_says_of_the_zone_meanwhile_stays(kept: Kept) -> None:
    begun = kept.people.get(ANA.person_id).model_copy(update={"time_zone": "Asia/Tokyo"})

    end(kept, outcome(begun, begun.model_copy(update={"title": "Designer"})))

    assert kept.people.get(ANA.person_id).title == "Designer"
    assert kept.people.get(ANA.person_id).time_zone == ANA.time_zone != "Asia/Tokyo"


def test_a_job_comes_back_as_it_was_begun(kept: Kept) -> None:
    order = TaskOrder(
        task_ids=(TaskId("T-1"), TaskId("T-2")),
        change=TaskChange(kind=TaskChangeKind.MOVE_DEADLINE, deadline=NOW),
        undoes={TaskId("T-1"): 4},
    )
    member = MemberOrder(
        person_id=ANA.person_id, given_name="Anna", groups=frozenset({"Admins"}), heirs=(BEN.person_id,)
    )
    job = a_job(tasks=order, member=member, total=2, window='{"text": "ana"}')

    begin(kept, job)

    assert kept.jobs.get(job.job_id) == job


def test_there_is_no_job_that_nobody_began(kept: Kept) -> None:
    with pytest.raises(NotFoundError):
        kept.jobs.get(JobId("none"))
    assert kept.jobs.begun_by("view-1") is None


def test_a_repeated_request_gives_the_first_ones_job(kept: Kept) -> None:
    first = begin(kept, a_job(), once="view-1")

    again = begin(kept, a_job(), Guards("person:sub-ana"), once="view-1")

    assert again == first == kept.jobs.begun_by("view-1")
    begin(kept, a_job(), Guards("person:sub-ana"))


def test_what_a_job_claims_no_other_may_change_until_it_ends(kept: Kept) -> None:
    job = begin(kept, a_job(), Guards("person:sub-ana"))

    with pytest.raises(ConflictError) as conflict:
        begin(kept, a_job(), Guards("person:sub-ana"))
    assert conflict.value.key == "claim"
    begin(kept, a_job(), Guards("person:sub-ben"))
    kept.jobs.end(job.but(state=JobState.FAILED, ended_at=NOW))

    begin(kept, a_job(), Guards("person:sub-ana"))


def test_a_pending_job_is_taken_by_one(kept: Kept) -> None:
    job = begin(kept, a_job())

    assert kept.jobs.claim(job.job_id, lease("one")) == job
    assert kept.jobs.claim(job.job_id, lease("two", LEASE)) is None
    assert kept.jobs.claim(job.job_id, lease("two", LEASE + timedelta(milliseconds=1))) == job


def test_whoever_begins_a_job_with_a_lease_is_left_alone(kept: Kept) -> None:
    job = begin(kept, a_job(), lease=lease("door"))

    assert kept.jobs.claim(job.job_id, lease("work", timedelta(seconds=30))) is None


def test_a_released_job_is_free_at_once(kept: Kept) -> None:
    job = begin(kept, a_job(), lease=lease("door"))

    kept.jobs.release(job, lease("somebody else"))
    assert kept.jobs.claim(job.job_id, lease("work")) is None
    kept.jobs.release(job, lease("door"))

    assert kept.jobs.claim(job.job_id, lease("work")) == job


def test_progress_is_kept_and_renews_the_lease(kept: Kept) -> None:
    job = begin(kept, a_job(), lease=lease("door"))
    further = job.but(
        place=25,
        refused={TaskId("T-1"): "task.assign"},
        is_locked_out=True,
        mail_sent=True,
        total=9,
        is_left_to_work=True,
    )

    saved = kept.jobs.keep(further, lease("door", timedelta(seconds=50)))

    assert saved == further == kept.jobs.get(job.job_id)
    assert kept.jobs.claim(job.job_id, lease("work", timedelta(seconds=100))) is None


def test_whoever_lost_the_lease_keeps_nothing(kept: Kept) -> None:
    job = begin(kept, a_job(), lease=lease("door"))
    kept.jobs.claim(job.job_id, lease("work", LEASE * 2))

    with pytest.raises(ConflictError):
        kept.jobs.keep(job.but(place=25), lease("door", LEASE * 2))

    assert kept.jobs.get(job.job_id).place == 0


def test_an_ended_job_is_nobodys_any_more(kept: Kept) -> None:
    job = begin(kept, a_job(), lease=lease("door"))
    kept.jobs.end(job.but(state=JobState.DONE, ended_at=NOW))

    assert kept.jobs.get(job.job_id).state is JobState.DONE
    assert kept.jobs.claim(job.job_id, lease("work", LEASE * 2)) is None
    with pytest.raises(ConflictError) as conflict:
        kept.jobs.end(job.but(state=JobState.FAILED, ended_at=NOW))
    assert conflict.value.key == "job"


def test_the_ledger_knows_who_is_about_to_leave(kept: Kept) -> None:
    before = kept.jobs.admins()
    job = begin(kept, a_job(), Guards("person:sub-ada", ADA.person_id, before))
    during = kept.jobs.admins()
    kept.jobs.end(job.but(state=JobState.DONE, ended_at=NOW))

    assert (before.leaving, during.leaving) == (frozenset[PersonId](), frozenset({ADA.person_id}))
    assert kept.jobs.admins().leaving == frozenset()
    assert before.version < during.version


def test_an_intent_on_an_old_ledger_is_refused(kept: Kept) -> None:
    before = kept.jobs.admins()
    begin(kept, a_job(), Guards("person:sub-ada", ADA.person_id, before))

    with pytest.raises(ConflictError) as conflict:
        begin(kept, a_job(), Guards("person:sub-ana", ANA.person_id, before))
    assert conflict.value.key == "admins"

    begin(kept, a_job(), Guards("person:sub-ana", ANA.person_id, kept.jobs.admins()))


def test_somebody_new_is_found_by_name_and_address(kept: Kept) -> None:
    dana = make_person("Dana Berg", slack_user_id=None)

    end(kept, outcome(None, dana, EventType.MEMBER_ADDED))

    assert kept.people.get(dana.person_id) == dana
    assert kept.people.with_email("dana@example.com") == dana
    assert found(kept, DirectoryQuery("dana b")) == ["Dana Berg"]


def test_a_changed_name_is_found_by_the_new_one_and_keeps_all_else(kept: Kept) -> None:
    kept.people.remember_roles(ANA.person_id, roles_of(ANA))
    anna = ANA.model_copy(update={"given_name": "Zoe", "groups": frozenset({"Admins"}), "slack_name": "never written"})

    end(kept, outcome(ANA, anna))

    now = kept.people.get(ANA.person_id)
    assert (now.name, now.groups, now.slack_name, now.slack_user_id) == (
        "Zoe Silva", frozenset({"Admins"}), ANA.slack_name, ANA.slack_user_id
    )  # fmt: skip
    assert found(kept) == ["Ada Lind", "Ben Okoro", "Zoe Silva"]
    assert kept.people.with_email("ana@example.com").name == "Zoe Silva"


def test_who_was_removed_is_in_no_list_and_still_has_a_name(kept: Kept) -> None:
    end(kept, outcome(ANA, removed(ANA), EventType.MEMBER_REMOVED))

    assert found(kept) == ["Ada Lind", "Ben Okoro"]
    assert [person.name for person in kept.people.starting_with("ana", limit=5)] == []
    with pytest.raises(NotFoundError):
        kept.people.with_email("ana@example.com")
    assert kept.people.get(ANA.person_id).removed_at == NOW


def test_whoever_has_open_tasks_cannot_be_removed(kept: Kept) -> None:
    kept.tasks.save(TaskWrite(None, a_task(1, ANA), ()))

    with pytest.raises(ConflictError) as conflict:
        end(kept, outcome(ANA, removed(ANA)))

    assert conflict.value.key == "person"
    assert kept.people.get(ANA.person_id).removed_at is None


def test_an_outcome_for_somebody_known_by_now_is_refused(kept: Kept) -> None:
    with pytest.raises(ConflictError) as conflict:
        end(kept, outcome(None, ANA))

    assert conflict.value.key == "person"


def test_a_step_is_counted_with_its_change(kept: Kept) -> None:
    job = begin(kept, a_job(JobKind.CHANGE_TASKS))
    tasks = [a_task(number, ANA) for number in (1, 2)]
    for task in tasks:
        kept.tasks.save(TaskWrite(None, task, ()))
        step = JobStep(job.ref, "nobody", can_be_undone=True)
        assert kept.tasks.save(TaskWrite(task, moved(task, None), (), step=step)).changed

    counted = kept.jobs.get(job.job_id)

    assert (counted.done, counted.counted, counted.made) == (2, {"nobody": 2}, {"T-1": 2, "T-2": 2})


def test_a_step_done_already_is_not_done_again(kept: Kept) -> None:
    job = begin(kept, a_job(JobKind.CHANGE_TASKS))
    task, step = a_task(1, ANA), JobStep(job.ref, "changed", can_be_undone=True)
    kept.tasks.save(TaskWrite(None, task, ()))
    kept.tasks.save(TaskWrite(task, moved(task, None), (), step=step))
    now = kept.tasks.get(task.task_id)

    again = kept.tasks.save(TaskWrite(now, moved(now, ADA), (), step=step))

    assert not again.changed
    assert kept.tasks.get(task.task_id).owner_id is None
    assert kept.jobs.get(job.job_id).done == 1


def test_an_ended_job_takes_no_more_steps(kept: Kept) -> None:
    job = begin(kept, a_job(JobKind.REMOVE_MEMBER))
    task = a_task(1, ANA)
    kept.tasks.save(TaskWrite(None, task, ()))
    kept.jobs.end(job.but(state=JobState.DONE, ended_at=NOW))

    assert not kept.tasks.save(TaskWrite(task, moved(task, ADA), (), step=JobStep(job.ref, "sub-ada"))).changed
    assert kept.tasks.get(task.task_id).owner_id == ANA.person_id


def test_ending_a_job_keeps_what_was_counted(kept: Kept) -> None:
    job = begin(kept, a_job(JobKind.REMOVE_MEMBER))
    task = a_task(1, ANA)
    kept.tasks.save(TaskWrite(None, task, ()))
    kept.tasks.save(TaskWrite(task, moved(task, ADA), (), step=JobStep(job.ref, "sub-ada")))

    kept.jobs.end(job.but(state=JobState.DONE, ended_at=NOW))

    ended = kept.jobs.get(job.job_id)
    assert (ended.state, ended.done, ended.counted) == (JobState.DONE, 1, {"sub-ada": 1})


def test_who_is_to_be_told_of_which_changes_is_noted_with_them_and_survives_the_end(kept: Kept) -> None:
    job = begin(kept, a_job(JobKind.CHANGE_TASKS))
    told = {ADA.person_id: "assigned", ANA.person_id: "unassigned"}
    for number in (10, 9, 11):
        task = a_task(number, ANA)
        kept.tasks.save(TaskWrite(None, task, ()))
        step = JobStep(job.ref, "changed", can_be_undone=True, told=told, is_named=number != 11)
        kept.tasks.save(TaskWrite(task, moved(task, ADA), (), step=step))
    lost = JobStep(job.ref, "changed", can_be_undone=True, told=told)
    again = kept.tasks.get(TaskId("T-9"))
    kept.tasks.save(TaskWrite(again, moved(again, None), (), step=lost))

    kept.jobs.end(job.but(state=JobState.DONE, ended_at=NOW))

    found = [(each.person_id, each.kind, each.count, set(each.task_ids)) for each in kept.jobs.get(job.job_id).told]
    named = {"T-9", "T-10"}
    assert found == [(ADA.person_id, "assigned", 3, named), (ANA.person_id, "unassigned", 3, named)]


def test_a_task_can_be_written_anew_without_an_event_while_it_is_as_it_was(kept: Kept) -> None:
    task = a_task(1, ANA)
    kept.tasks.save(TaskWrite(None, task, ()))
    renamed = task.model_copy(update={"assigned_to": ANA.ref.model_copy(update={"name": "Anna"})})

    kept.tasks.save(TaskWrite(task, renamed, ()))

    assert kept.tasks.get(task.task_id) == renamed
    assert kept.people.get(ANA.person_id).open_tasks == 1
    kept.tasks.save(TaskWrite(renamed, moved(renamed, ADA), ()))
    with pytest.raises(ConflictError):
        kept.tasks.save(TaskWrite(task, renamed, ()))


@pytest.mark.parametrize("owner", [BEN, removed(ANA)])
def test_nobody_is_given_a_task_who_was_disabled_a_moment_ago(kept: Kept, owner: Person) -> None:
    if owner.removed_at:
        end(kept, outcome(ANA, owner))

    with pytest.raises(ConflictError):
        kept.tasks.save(TaskWrite(None, a_task(1, owner), ()))
    with pytest.raises(NotFoundError):
        kept.tasks.get(TaskId("T-1"))


def test_a_task_of_somebody_disabled_can_be_opened_again(kept: Kept) -> None:
    closed = a_task(1, BEN, task_status=TaskStatus.DONE, closed_at=NOW)
    kept.tasks.save(TaskWrite(None, closed, ()))
    reopened = closed.model_copy(update={"task_status": TaskStatus.OPEN, "closed_at": None, "version": 2})

    kept.tasks.save(TaskWrite(closed, reopened, ()))

    assert kept.people.get(BEN.person_id).open_tasks == 1


def test_an_ended_job_is_forgotten_in_the_end_and_its_history_is_not(dynamodb: "DynamoDBClient") -> None:
    table = Table(dynamodb, TABLE)
    people, jobs, keys = (
        DynamoPersonRepository(table, WORKSPACE),
        DynamoJobRepository(table, WORKSPACE),
        schema.Keys(WORKSPACE),
    )
    people.add(ANA)
    job, result = a_job(), outcome(ANA, ANA)
    jobs.begin(job, event(EventType.JOB_BEGUN, job=job.ref), Guards())

    jobs.end(job.but(state=JobState.DONE, ended_at=NOW), result)

    item = table.get(keys.job(job.job_id)) or {}
    entry = table.get(keys.person_activity(ANA.person_id, result.event.event_id)) or {}
    assert item["expires_at"] == int((NOW + KEPT_FOR).timestamp())
    assert "expires_at" not in entry
    assert (entry["type"], entry["gsi2pk"]) == (schema.ACTIVITY, keys.actor(ADA.person_id))


def test_whoever_ends_after_their_claim_was_given_up_lets_nobody_elses_go(dynamodb: "DynamoDBClient") -> None:
    jobs, claimed = DynamoJobRepository(Table(dynamodb, TABLE), WORKSPACE), Guards("person:sub-ana")
    first = a_job()
    second, third = (a_job().but(begun_at=NOW + timedelta(days=1, seconds=seconds)) for seconds in (1, 2))
    for job in (first, second):
        jobs.begin(job, event(EventType.JOB_BEGUN, job=job.ref), claimed)

    jobs.end(first.but(state=JobState.DONE, ended_at=NOW))

    with pytest.raises(ConflictError) as conflict:
        jobs.begin(third, event(EventType.JOB_BEGUN, job=third.ref), claimed)
    assert conflict.value.key == "claim"


def test_the_intents_event_says_which_job_and_nothing_about_anybody(dynamodb: "DynamoDBClient") -> None:
    table, keys = Table(dynamodb, TABLE), schema.Keys(WORKSPACE)
    jobs = DynamoJobRepository(table, WORKSPACE)
    member = MemberOrder(email="dana@example.com", given_name="Dana")
    job = a_job(JobKind.ADD_MEMBER, member=member)
    begun = event(EventType.JOB_BEGUN, job=job.ref)

    jobs.begin(job, begun, Guards())

    entry = table.get(keys.job_activity(job.job_id, begun.event_id)) or {}
    assert entry["type"] == schema.ACTIVITY
    assert "dana" not in str(entry).lower()
    assert not [name for name in entry if name.startswith("gsi")]


def test_items_of_people_have_workspace_type_and_version(dynamodb: "DynamoDBClient") -> None:
    table, keys = Table(dynamodb, TABLE), schema.Keys(WORKSPACE)
    jobs = DynamoJobRepository(table, WORKSPACE)
    begun = a_job()
    jobs.begin(
        begun,
        event(EventType.JOB_BEGUN, job=begun.ref),
        Guards("person:x", ADA.person_id, jobs.admins()),
        once="view-1",
    )
    settings = DynamoSettingsRepository(table, WORKSPACE, DEFAULTS)
    settings.save(WorkspaceSettings(version=1), event(EventType.SETTINGS_CHANGED))

    for key in (
        keys.job(begun.job_id),
        keys.admins(),
        keys.once("job:view-1"),
        keys.once("change:person:x"),
        keys.settings(),
    ):
        item = table.get(key)
        assert item is not None, key
        assert key["pk"].startswith(f"W#{WORKSPACE}#")
        assert item["type"]
        assert item["version"] >= 1
