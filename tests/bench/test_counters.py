"""Open tasks are counted with every change: after any history of many at once the counters are what a full count says.

`CHANGES` in the environment makes the history longer, `SEED` another one.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from core.clock import fresh_event_id
from core.errors import DependencyError, TaskBotError
from core.ids import PersonId, TaskId
from core.jobs.model import JobState, TaskChange, TaskChangeKind
from core.jobs.running import job_service
from core.jobs.service import JobBook, JobService
from core.links.news import LinkNews
from core.links.unlinking import Unlinking
from core.people.administration import PeopleAdministration
from core.people.model import Actor, Entry, Person
from core.people.service import PeopleService
from core.storage.dynamodb.jobs import DynamoJobRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.memory import MemorySuppressionRepository
from core.tasks.bulk import BulkChanges
from core.tasks.model import NewTask, TaskStatus
from core.tasks.service import TaskService
from infra.local.emulator import Emulator
from tests.support.figures import Figures
from tests.support.table import create_table
from tests.support.team import Crash, Mailbox, PlayedAccounts
from tests.support.world import WORKSPACE, World

CHANGES = int(os.environ.get("CHANGES", "2000"))
SEED = int(os.environ.get("SEED", "7"))
THREADS = 8
LOST, DIES = 0.03, 0.01
"""How often an answer is lost on either way, and how often whoever asked dies."""


class UnreliableTable(Table):
    """Loses requests before they arrive, and answers after they were carried out; sometimes whoever asked dies."""

    def __init__(self, client: Any, name: str, chance: random.Random) -> None:
        super().__init__(client, name)
        self._chance = chance
        self.trouble: Counter[str] = Counter()
        self.is_calm = False

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        self._fail("lost before")
        super().transact(actions)
        self._fail("lost after")

    def _fail(self, what: str) -> None:
        if self.is_calm:
            return
        dice = self._chance.random()
        if dice < DIES:
            self.trouble[f"died {what}"] += 1
            raise Crash
        if dice < DIES + LOST:
            self.trouble[what] += 1
            raise DependencyError("dynamodb", "ReadTimeoutError", retryable=True, uncertain=True)


@dataclass
class Company:
    """Services over an unreliable table."""

    world: World
    table: UnreliableTable
    people: DynamoPersonRepository
    tasks: TaskService
    kept: DynamoTaskRepository
    jobs: JobService
    repository: DynamoJobRepository
    bulk: BulkChanges
    administration: PeopleAdministration
    admin: Actor
    made: list[TaskId] = field(default_factory=list)

    def actor(self, chance: random.Random) -> Actor:
        person = chance.choice((self.world.ada, self.world.ana, self.world.ben, self.world.chi))
        return Actor(person=person, entry=Entry.SLACK, is_fresh=True)


@pytest.fixture
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder: Path = tmp_path_factory.mktemp("emulator")
    emulator = Emulator(folder, 0)
    with emulator.running():
        client = boto3.client(
            "dynamodb", region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test",
            endpoint_url=emulator.endpoint,
        )  # fmt: skip
        create_table(client, "tasks")
        chance = random.Random(SEED)  # noqa: S311 - no secret, a history to be repeated
        yield make_company(UnreliableTable(client, "tasks", chance))


def make_company(table: UnreliableTable) -> Company:
    world = World()
    accounts = PlayedAccounts(world)
    directory, kept = DynamoPersonRepository(table, WORKSPACE), DynamoTaskRepository(table, WORKSPACE, world.clock)
    table.is_calm = True
    for person in (world.ada, world.ana, world.ben, world.chi):
        directory.add(person)
        accounts.take(person)
    table.is_calm = False
    people = PeopleService(directory, world.cognito, world.clock)
    tasks = TaskService(kept, people, WORKSPACE, world.clock, fresh_event_id)
    repository = DynamoJobRepository(table, WORKSPACE)
    jobs = job_service(
        jobs=repository, accounts=accounts, directory=directory, task_repository=kept, tasks=tasks, people=people,
        unlinking=Unlinking(world.links_kept, LinkNews(WORKSPACE, world.clock, fresh_event_id)), mailer=Mailbox(),
        suppressions=MemorySuppressionRepository(),
        workspace=WORKSPACE, clock=world.clock, event_ids=fresh_event_id,
    )  # fmt: skip
    book = JobBook(repository, WORKSPACE, world.clock, fresh_event_id)
    return Company(
        world, table, directory, tasks, kept, jobs, repository, BulkChanges(tasks, book, jobs, world.clock),
        PeopleAdministration(people, directory, accounts, repository, book, jobs),
        Actor(person=world.ada, entry=Entry.SLACK, is_fresh=True),
    )  # fmt: skip


class Busy:
    """One thread's random history."""

    def __init__(self, company: Company, number: int) -> None:
        self._company = company
        self._number = number
        self._chance = random.Random(SEED * 1000 + number)  # noqa: S311
        self.done: Counter[str] = Counter()

    def live(self, changes: int) -> "Busy":
        for number in range(changes):
            self._repeat(f"{self._number}-{number}")
        return self

    def _repeat(self, once: str) -> None:
        """Try a change until it is answered, by the same name: as Slack, and people, do."""
        [act] = self._chance.choices(
            (
                self._create,
                self._status,
                self._assign,
                self._undo,
                self._delete,
                self._many,
                self._for_each,
                self._very_many,
            ),
            (10, 30, 30, 20, 4, 2, 2, 1),
        )
        for _ in range(4):
            try:
                act(once)
            except (DependencyError, Crash):
                self.done["repeated"] += 1
                continue
            except TaskBotError as refused:
                self.done[type(refused).__name__] += 1
            else:
                self.done[act.__name__] += 1
            return

    def _task_id(self) -> TaskId:
        return self._chance.choice(self._company.made)

    def _anybody(self) -> PersonId | None:
        world = self._company.world
        return self._chance.choice((world.ada.person_id, world.ana.person_id, world.ben.person_id, None))

    def _create(self, once: str) -> None:
        new = NewTask(title=once, assigned_to=self._anybody())
        self._company.made.append(self._company.tasks.create(self._company.admin, new, once=once).task.task_id)

    def _status(self, once: str) -> None:
        status = self._chance.choice(list(TaskStatus))
        self._company.tasks.change_status(self._company.actor(self._chance), self._task_id(), status, once=once)

    def _assign(self, once: str) -> None:
        self._company.tasks.assign(self._company.admin, self._task_id(), self._anybody(), once=once)

    def _delete(self, once: str) -> None:
        self._company.tasks.delete(self._company.admin, self._task_id(), once=once)

    def _undo(self, once: str) -> None:
        task = self._company.tasks.get(self._task_id())
        self._company.tasks.undo(self._company.admin, task.task_id, task.version, once=once)

    def _many(self, once: str) -> None:
        task_ids = [self._task_id() for _ in range(8)]
        change = TaskChange(kind=TaskChangeKind.REASSIGN, owner=self._anybody())
        job = self._company.bulk.change(self._company.admin, task_ids, change, once=once)
        if self._chance.random() < 0.5:
            self._company.bulk.undo(self._company.admin, job.job_id, once=f"{once}-undo")

    def _for_each(self, once: str) -> None:
        world = self._company.world
        owners = [each.person_id for each in (world.ana, world.ben, world.chi)]
        made = self._company.bulk.create_for_each(self._company.admin, NewTask(title=once), owners, once=once)
        self._company.made += [each.task.task_id for each in made]

    def _very_many(self, once: str) -> None:
        """Beyond what a door does: here the worker comes at once, and dies like everybody."""
        task_ids = list(dict.fromkeys(self._task_id() for _ in range(40)))
        change = TaskChange(kind=self._chance.choice([TaskChangeKind.CANCEL, TaskChangeKind.REASSIGN]))
        job = self._company.bulk.change(self._company.admin, task_ids, change, once=once)
        self._company.jobs.resume(job.job_id, timedelta(seconds=40))


def counted(company: Company) -> dict[PersonId, int]:
    """Every open task, counted one by one."""
    counts: Counter[PersonId] = Counter()
    cursor: str | None = None
    while True:
        page = company.kept.everything(limit=100, cursor=cursor)
        counts.update(task.owner_id for task in page.items if task.is_open and task.owner_id is not None)
        cursor = page.cursor
        if cursor is None:
            return dict(counts)


def claimed(company: Company) -> dict[PersonId, int]:
    people = [company.people.get(person.person_id) for person in everybody(company)]
    return {person.person_id: person.open_tasks for person in people if person.open_tasks}


def everybody(company: Company) -> tuple[Person, ...]:
    world = company.world
    return world.ada, world.ana, world.ben, world.chi


def test_counters_equal_a_full_count_after_many_concurrent_changes_repetitions_and_crashes(
    company: Company, figures: Figures
) -> None:
    began = time.monotonic()
    for number in range(10):
        give(company, number)
    with ThreadPoolExecutor(THREADS) as threads:
        lives = list(threads.map(lambda number: Busy(company, number).live(CHANGES // THREADS), range(THREADS)))
    took = time.monotonic() - began
    done: Counter[str] = Counter()
    for life in lives:
        done += life.done
    figures.say(f"{CHANGES} changes by {THREADS} at once in {took:.0f} s: {dict(done)}; {dict(company.table.trouble)}")

    assert sum(company.table.trouble.values()) > CHANGES / 50
    assert claimed(company) == counted(company) != {}

    remove_somebody(company, figures)
    assert claimed(company) == counted(company)


def remove_somebody(company: Company, figures: Figures) -> None:
    """Ana leaves; whoever is at it dies again and again."""
    leaver, heirs = company.world.ana.person_id, [company.world.ben.person_id, company.world.chi.person_id]
    for number in range(40):
        give(company, number)
    before = sum(counted(company).values())
    deaths, job_id = 0, None
    while job_id is None:
        try:
            job_id = company.administration.remove(company.admin, leaver, heirs, once="leaving").job_id
        except (Crash, DependencyError):
            deaths += 1
            earlier = company.repository.begun_by("leaving")
            job_id = earlier.job_id if earlier else None
    for _ in range(200):
        if company.repository.get(job_id).state is JobState.DONE:
            break
        company.world.clock.forward(timedelta(minutes=2))
        try:
            company.jobs.resume(job_id, timedelta(seconds=40))
        except (Crash, DependencyError):
            deaths += 1
    ended = company.repository.get(job_id)
    figures.say(f"removed with {ended.done} open tasks through {deaths} deaths: {dict(ended.counted)}")
    assert ended.state is JobState.DONE
    assert sum(counted(company).values()) == before
    assert company.people.get(leaver).open_tasks == 0
    assert leaver not in counted(company)
    assert ended.done == sum(ended.counted.values())


def give(company: Company, number: int) -> None:
    for _ in range(5):
        try:
            new = NewTask(title=f"Left {number}", assigned_to=company.world.ana.person_id)
            company.made.append(company.tasks.create(company.admin, new, once=f"left-{number}").task.task_id)
        except (Crash, DependencyError):
            continue
        return
