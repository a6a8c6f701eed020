"""Tasks and events for tests that begin where something has happened already."""

import itertools
from datetime import datetime
from typing import Any

from core.clock import fresh_event_id
from core.events import Change, Event, EventActor, EventType
from core.ids import TaskId
from core.notifications.model import TaskNotification
from core.notifications.plan import notifications_for
from core.people.model import Actor, Entry, Group, Person
from core.tasks.model import Task, TaskStatus
from tests.support.world import NOW, WORKSPACE, make_person

ADA = make_person("Ada Lind", Group.ADMINS)
ANA = make_person("Ana Silva", time_zone="America/Sao_Paulo")
BEN = make_person("Ben Okoro")

_numbers = itertools.count(1)


def make_task(**facts: Any) -> Task:
    """A task that Ada gave to Ana; each has a number of its own."""
    defaults: dict[str, Any] = {
        "task_id": TaskId(f"T-{next(_numbers)}"),
        "version": 1,
        "title": "Fix login",
        "assigned_to": ANA.ref,
        "created_by": ADA.ref,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Task(**{**defaults, **facts})


def moved(task: Task, status: TaskStatus = TaskStatus.IN_PROGRESS, *, version: int | None = None) -> Task:
    """The task after its next change of status."""
    return task.model_copy(update={"task_status": status, "version": version or task.version + 1})


def happened(
    detail_type: EventType,
    task: Task | None,
    by: Person,
    *changes: Change,
    when: datetime = NOW,
    note: str | None = None,
) -> Event:
    """An event of its own."""
    return Event(
        detail_type=detail_type,
        event_id=fresh_event_id(when),
        occurred_at=when,
        workspace=WORKSPACE,
        actor=EventActor.of(Actor(person=by, entry=Entry.SLACK)),
        task=task,
        changes=changes,
        note=note,
    )


def task_news(event: Event) -> list[TaskNotification]:
    """Who is told of an event of a task."""
    return [each for each in notifications_for(event) if isinstance(each, TaskNotification)]


def assigned(task: Task | None = None, *, by: Person = ADA) -> Event:
    """By default, Ada gave Ana a task."""
    task = task or make_task()
    owner = task.assigned_to.model_dump(mode="json", exclude_none=True) if task.assigned_to else None
    return happened(EventType.TASK_ASSIGNED, task, by, Change(field="assigned_to", after=owner))


def taken_from(previous: Person, task: Task, *, by: Person = ADA, when: datetime = NOW) -> Event:
    """Ada gave a task of somebody's to whoever has it now, or to nobody."""
    before = previous.ref.model_dump(mode="json", exclude_none=True)
    kind = EventType.TASK_ASSIGNED if task.assigned_to else EventType.TASK_UNASSIGNED
    return happened(kind, task, by, Change(field="assigned_to", before=before), when=when)


def deleted(task: Task, *, by: Person = ADA, when: datetime = NOW) -> Event:
    """By default, Ada deleted a task."""
    gone = task.model_copy(update={"deleted_at": when, "version": task.version + 1})
    return happened(EventType.TASK_DELETED, gone, by, when=when)


def commented(task: Task, note: str = "On it", *, by: Person = ADA, when: datetime = NOW) -> Event:
    """By default, Ada said something about a task."""
    return happened(EventType.TASK_COMMENTED, task, by, when=when, note=note)


def deadline_changed(task: Task, *, by: Person = ADA, when: datetime = NOW) -> Event:
    """By default, Ada moved a deadline to where it is now."""
    return happened(EventType.TASK_UPDATED, task, by, Change(field="deadline", before="earlier"), when=when)


def status_changed(task: Task, *, by: Person = ANA, when: datetime = NOW, note: str | None = None) -> Event:
    """By default, Ana moved a task to where it is now."""
    change = Change(field="task_status", after=task.task_status)
    return happened(EventType.TASK_STATUS_CHANGED, task, by, change, when=when, note=note)
