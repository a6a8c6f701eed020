"""The function `work` from its message to Cognito, the table and SES, through its real entry point."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from core.clock import fresh_event_id, system_clock
from core.events import Event, EventType
from core.ids import PersonId
from core.jobs.model import Guards, Job, JobKind, JobLease, JobState, MemberOrder
from core.jobs.service import JobBook
from core.people.model import Actor, Entry, Group
from core.settings import NEEDED, Door, Settings
from core.storage import schema
from core.storage.dynamodb.jobs import DynamoJobRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Partition, Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.ports import TaskWrite
from handlers._runtime import Handler
from handlers.work import build
from tests.support.news import make_task
from tests.support.played_aws import SETTINGS
from tests.support.sqs import sqs_batch
from tests.support.table import create_table
from tests.support.world import WORKSPACE, make_person

AGAIN = {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
DONE: dict[str, Any] = {"batchItemFailures": []}
ADA = make_person("Ada Lind", Group.ADMINS)


@dataclass(slots=True)
class Deployed:
    """What the function finds, and what it leaves."""

    run: Handler
    cognito: Any
    pool: str
    table: Table
    people: DynamoPersonRepository
    jobs: DynamoJobRepository

    def begin(self, lease: JobLease | None = None) -> Job:
        book = JobBook(self.jobs, WORKSPACE, system_clock, fresh_event_id)
        order = MemberOrder(
            email="dana@example.com", given_name="Dana", family_name="", groups=frozenset({Group.TEAM_MEMBERS})
        )
        draft = book.draft(JobKind.ADD_MEMBER, Actor(person=ADA, entry=Entry.SLACK)).but(member=order)
        return book.begin(draft, Guards("address:dana"), lease, None)

    def told(self, job: Job) -> Any:
        """What the queue brings, as the table's history has it."""
        key = schema.Keys(WORKSPACE).job(job.job_id)[schema.PARTITION_KEY]
        [entry, *_], _ = self.table.page(Partition(key, prefix=schema.ACTIVITY_PREFIX), limit=5)
        event = Event.model_validate(entry)
        return self.run(sqs_batch({"detail-type": event.detail_type, "detail": event.detail}), None)


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with mock_aws():
        session = boto3.Session(region_name=SETTINGS["MY_AWS_REGION"])
        cognito, ses = session.client("cognito-idp"), session.client("sesv2")
        pool = cognito.create_user_pool(PoolName="pool", UsernameAttributes=["email"])["UserPool"]["Id"]
        for group in Group:
            cognito.create_group(UserPoolId=pool, GroupName=group)
        ses.create_email_identity(EmailIdentity=SETTINGS["MAIL_SENDER"])
        queue = session.client("sqs").create_queue(QueueName="work")["QueueUrl"]
        create_table(session.client("dynamodb"), SETTINGS["DYNAMODB_TABLE_NAME"])
        values = {**SETTINGS, "COGNITO_USER_POOL_ID": pool, "WORK_QUEUE_URL": queue}
        table = Table(session.client("dynamodb"), SETTINGS["DYNAMODB_TABLE_NAME"])
        yield Deployed(
            build(Settings({name: values[name] for name in NEEDED[Door.WORK]})),
            cognito,
            pool,
            table,
            DynamoPersonRepository(table, WORKSPACE),
            DynamoJobRepository(table, WORKSPACE),
        )


def test_a_job_that_nobody_is_at_is_finished(deployed: Deployed) -> None:
    job = deployed.begin()

    assert deployed.told(job) == DONE

    assert deployed.jobs.get(job.job_id).state is JobState.DONE
    assert deployed.people.with_email("dana@example.com").groups == {"TeamMembers"}
    [user] = deployed.cognito.list_users(UserPoolId=deployed.pool)["Users"]
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_a_job_that_a_door_is_at_comes_again(deployed: Deployed) -> None:
    job = deployed.begin(JobLease("door", system_clock()))

    assert deployed.told(job) == AGAIN

    assert deployed.jobs.get(job.job_id).is_pending
    assert deployed.cognito.list_users(UserPoolId=deployed.pool)["Users"] == []


def test_a_job_whose_door_died_is_finished_when_its_lease_has_run_out(deployed: Deployed) -> None:
    job = deployed.begin(JobLease("door", system_clock() - timedelta(seconds=61)))

    assert deployed.told(job) == DONE
    assert deployed.jobs.get(job.job_id).state is JobState.DONE


def test_a_finished_job_is_not_done_again(deployed: Deployed) -> None:
    job = deployed.begin()
    deployed.told(job)
    password_set = deployed.people.with_email("dana@example.com").checked_at

    assert deployed.told(job) == DONE
    assert deployed.people.with_email("dana@example.com").checked_at == password_set


def test_a_message_about_no_job_or_a_forgotten_one(deployed: Deployed) -> None:
    job = deployed.begin()
    detail = {
        "event_id": "01JOB", "occurred_at": "2026-11-22T12:00:00Z", "workspace": WORKSPACE,
        "actor": job.actor.model_dump(mode="json"),
    }  # fmt: skip
    forgotten = {**detail, "job": {"job_id": "01GONE", "kind": "add_member"}}

    assert deployed.run(sqs_batch({"detail-type": EventType.JOB_BEGUN, "detail": detail}), None) == AGAIN
    assert deployed.run(sqs_batch({"detail-type": EventType.JOB_BEGUN, "detail": forgotten}), None) == DONE


def test_a_new_name_is_written_on_open_tasks_whatever_else_is_heard(deployed: Deployed) -> None:
    dana = make_person("Dana Berg")
    deployed.people.add(dana)
    tasks = DynamoTaskRepository(deployed.table, WORKSPACE, system_clock)
    task = make_task(assigned_to=dana.ref.model_copy(update={"name": "Dana Old"}))
    tasks.save(TaskWrite(None, task, ()))
    job = deployed.begin()
    detail = {
        "event_id": "01NAME", "occurred_at": "2026-11-22T12:00:00Z", "workspace": WORKSPACE,
        "actor": job.actor.model_dump(mode="json"), "member": {"person_id": dana.person_id, "name": dana.name},
        "job": job.ref.model_dump(mode="json"),
    }  # fmt: skip
    groups, name = ({**detail, "changes": [{"field": field}]} for field in ("groups", "given_name"))

    def told(what: dict[str, Any]) -> Any:
        return deployed.run(sqs_batch({"detail-type": EventType.MEMBER_CHANGED, "detail": what}), None)

    assert told(groups) == DONE
    assert tasks.get(task.task_id) == task
    assert told(name) == told(name) == DONE
    assert tasks.get(task.task_id) == task.model_copy(update={"assigned_to": dana.ref})
    assert deployed.people.get(dana.person_id).open_tasks == 1


def test_the_nightly_look_says_what_it_has_done(deployed: Deployed) -> None:
    deployed.people.add(ADA)
    made = deployed.cognito.admin_create_user(
        UserPoolId=deployed.pool, Username="eve@example.com", MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "eve@example.com"}, {"Name": "given_name", "Value": "Eve"}],
    )  # fmt: skip
    deployed.cognito.admin_add_user_to_group(
        UserPoolId=deployed.pool, Username=made["User"]["Username"], GroupName="Admins"
    )

    answer = deployed.run({"do": "reconcile"}, None)

    assert answer == {"read": 1, "added": 1, "changed": 0, "gone": 1, "left": 0}
    assert deployed.people.get(PersonId(made["User"]["Username"])).is_admin
    assert not deployed.people.get(ADA.person_id).enabled
