"""Many at once on the running system's table: what succeeded is there, exactly once, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.clock import fresh_event_id, system_clock
from core.errors import ConflictError
from core.events import Event
from core.ids import SlackUserId, WorkspaceId
from core.people.model import Actor, Entry
from core.people.service import PeopleService
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.model import NewTask, Task, TaskStatus
from core.tasks.service import TaskService
from infra.local.demo import TEAM_ID
from tests.support.bus import BusListener
from tests.support.figures import Figures
from tests.support.patience import eventually
from tests.support.world import HeldClock, PlayedCognito

pytestmark = pytest.mark.stack

THREADS, CHANGES = 8, 50


@pytest.fixture
def tasks(table: Table) -> TaskService:
    workspace = WorkspaceId(TEAM_ID)
    people = PeopleService(DynamoPersonRepository(table, workspace), PlayedCognito(HeldClock()), system_clock)
    kept = DynamoTaskRepository(table, workspace, system_clock)
    return TaskService(kept, people, workspace, system_clock, fresh_event_id)


@pytest.fixture
def ben(table: Table) -> Actor:
    person = DynamoPersonRepository(table, WorkspaceId(TEAM_ID)).linked_to(SlackUserId("U0BEN"))
    return Actor(person=person, entry=Entry.SLACK)


def history_of(tasks: TaskService, task: Task) -> list[Event]:
    events: list[Event] = []
    cursor = None
    while True:
        page = tasks.history(task.task_id, limit=100, at=cursor)
        events += page.items
        cursor = page.following
        if cursor is None:
            return events


def test_changes_of_one_task_by_many_at_once_end_in_exactly_those_that_succeeded(
    tasks: TaskService, ben: Actor, table: Table, bus: BusListener, figures: Figures
) -> None:
    before = DynamoPersonRepository(table, WorkspaceId(TEAM_ID)).get(ben.person_id).open_tasks
    task = tasks.create(ben, NewTask(title="Contended", assigned_to=ben.person_id)).task
    wanted = [TaskStatus.IN_PROGRESS, TaskStatus.DONE, TaskStatus.BLOCKED, TaskStatus.OPEN]

    def change(thread: int) -> tuple[int, int]:
        changed = refused = 0
        for number in range(CHANGES):
            try:
                changed += tasks.change_status(ben, task.task_id, wanted[(thread + number) % 4]).changed
            except ConflictError:
                refused += 1
        return changed, refused

    with ThreadPoolExecutor(THREADS) as threads:
        outcomes = list(threads.map(change, range(THREADS)))

    changed, refused = (sum(each) for each in zip(*outcomes, strict=True))
    after = tasks.get(task.task_id)
    events = history_of(tasks, task)
    versions = sorted(event.task.version for event in events if event.task and event.detail_type == "TaskStatusChanged")
    assert changed > THREADS
    assert after.version == 1 + changed
    assert versions == list(range(2, after.version + 1))
    heard = eventually(lambda: all_of(bus.heard(task.task_id), len(events)), within=60)
    assert {each["detail"]["event_id"] for each in heard} == {event.event_id for event in events}
    person = DynamoPersonRepository(table, WorkspaceId(TEAM_ID)).get(ben.person_id)
    assert person.open_tasks == before + after.is_open
    figures.say(
        f"{THREADS} threads, {CHANGES} changes each: {changed} made, {refused} refused, the rest had nothing to do"
    )


def all_of(heard: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    return heard if len({each["detail"]["event_id"] for each in heard}) >= count else []


def test_one_request_sent_by_many_at_once_makes_one_task(tasks: TaskService, ben: Actor) -> None:
    new = NewTask(title="Sent again and again", assigned_to=ben.person_id)

    with ThreadPoolExecutor(THREADS) as threads:
        saved = list(threads.map(lambda _: tasks.create(ben, new, once="one request"), range(THREADS)))

    assert len({each.task.task_id for each in saved}) == 1
    assert [each.changed for each in saved].count(True) == 1
