"""What the contract tests of the team's keepers begin with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from core.audit.ports import AuditRepository
from core.clock import fresh_event_id
from core.events import Event, EventActor, EventType, MemberFacts
from core.ids import JobId, TaskId
from core.jobs.model import (
    Guards,
    Job,
    JobKind,
    JobLease,
    JobState,
)
from core.jobs.ports import JobRepository, Outcome
from core.people.model import Actor, Entry, Group, Person, Roles
from core.people.queries import DirectoryQuery
from core.storage.dynamodb.audit import DynamoAudit
from core.storage.dynamodb.jobs import DynamoJobRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.settings import DynamoSettingsRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.memory import MemoryPersonRepository, MemoryTaskRepository
from core.storage.memory_team import MemoryAudit, MemoryJobRepository, MemorySettingsRepository
from core.tasks.model import Task
from core.tasks.ports import TaskRepository
from core.workspace.ports import SettingsRepository
from core.workspace.settings import WorkspaceSettings
from tests.core.storage.conftest import TABLE
from tests.support.world import NOW, WORKSPACE, HeldClock, make_person

ADA = make_person("Ada Lind", Group.ADMINS)
ANA = make_person("Ana Silva")
BEN = make_person("Ben Okoro", enabled=False)
DEFAULTS = WorkspaceSettings(guests=True)
ANYBODY = DirectoryQuery()
NOTHING_HELD = Guards()


@dataclass(frozen=True, slots=True)
class Kept:
    people: MemoryPersonRepository | DynamoPersonRepository
    tasks: TaskRepository
    jobs: JobRepository
    settings: SettingsRepository
    audit: AuditRepository
    clock: HeldClock


def kept_by(request: pytest.FixtureRequest) -> Kept:
    """The keepers that a fixture with the parameters `memory` and `dynamodb` asks for, with three people."""
    clock = HeldClock()
    if request.param == "memory":
        people = MemoryPersonRepository()
        tasks = MemoryTaskRepository(people)
        jobs, settings = MemoryJobRepository(people, tasks), MemorySettingsRepository(DEFAULTS)
        kept = Kept(people, tasks, jobs, settings, MemoryAudit(tasks, jobs, settings), clock)
    else:
        table = Table(request.getfixturevalue("dynamodb"), TABLE)
        kept = Kept(
            DynamoPersonRepository(table, WORKSPACE),
            DynamoTaskRepository(table, WORKSPACE, clock),
            DynamoJobRepository(table, WORKSPACE),
            DynamoSettingsRepository(table, WORKSPACE, DEFAULTS),
            DynamoAudit(table, WORKSPACE),
            clock,
        )
    for person in (ADA, ANA, BEN):
        kept.people.add(person)
    return kept


def event(kind: EventType, actor: Person = ADA, about: Person | None = None, **facts: Any) -> Event:
    return Event(
        detail_type=kind,
        event_id=fresh_event_id(facts.pop("at", NOW)),
        occurred_at=NOW,
        workspace=WORKSPACE,
        actor=EventActor.of(Actor(person=actor, entry=Entry.SLACK)),
        member=MemberFacts(person_id=about.person_id, name=about.name) if about else None,
        **facts,
    )


def a_job(kind: JobKind = JobKind.EDIT_MEMBER, **facts: Any) -> Job:
    return Job(
        job_id=JobId(fresh_event_id(NOW)),
        kind=kind,
        actor=EventActor.of(Actor(person=ADA, entry=Entry.SLACK)),
        begun_at=NOW,
        **facts,
    )


def begin(kept: Kept, job: Job, guards: Guards = NOTHING_HELD, lease: JobLease | None = None, **options: Any) -> Job:
    return kept.jobs.begin(job, event(EventType.JOB_BEGUN, job=job.ref), guards, lease, **options)


def lease(holder: str, after: timedelta = timedelta()) -> JobLease:
    return JobLease(holder, NOW + after)


def outcome(before: Person | None, after: Person, kind: EventType = EventType.MEMBER_CHANGED) -> Outcome:
    return Outcome(event(kind, about=after), before, after)


def end(kept: Kept, result: Outcome) -> None:
    kept.jobs.end(begin(kept, a_job()).but(state=JobState.DONE, ended_at=NOW), result)


def found(kept: Kept, query: DirectoryQuery = ANYBODY) -> list[str]:
    return [person.name for person in kept.people.slice(query, limit=50).items]


def roles_of(person: Person) -> Any:
    return Roles(groups=person.groups, enabled=person.enabled, checked_at=NOW)


def removed(person: Person) -> Person:
    return person.model_copy(update={"enabled": False, "groups": frozenset(), "removed_at": NOW})


def a_task(number: int, owner: Person | None, **facts: Any) -> Task:
    defaults: dict[str, Any] = {
        "task_id": TaskId(f"T-{number}"),
        "version": 1,
        "title": f"Task {number}",
        "assigned_to": owner.ref if owner else None,
        "created_by": ADA.ref,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Task(**{**defaults, **facts})


def moved(task: Task, owner: Person | None) -> Task:
    return task.model_copy(update={"assigned_to": owner.ref if owner else None, "version": task.version + 1})
