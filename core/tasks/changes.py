"""From one state of a task to the next, and the events that announce the step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from core.events import Change, EventType
from core.people.model import PersonRef
from core.tasks.model import CLOSED_STATUSES, OPEN_STATUSES, Task, TaskStatus

Announcement = tuple[EventType, tuple[Change, ...]]

_EDITABLE: Final = ("title", "description", "deadline", "priority", "labels", "deleted_at")
_NOT_REPEATED: Final = frozenset({"description"})
"""Too long to stand in every index: the event's own task has it."""


def with_status(task: Task, status: TaskStatus, now: datetime) -> Task:
    """The task in another status; `closed_at` follows."""
    if status == task.task_status:
        return task
    return task.model_copy(update={"task_status": status, "closed_at": now if status.is_closed else None})


def statuses_as_seen(seen: TaskStatus | None, status: TaskStatus) -> frozenset[TaskStatus]:
    """From where somebody who saw a task as `seen` may be taken to want `status`: nothing that others have done since
    is taken back.

    Who finishes what was begun meanwhile wants just that. What was closed or blocked meanwhile stays as it is. None:
    nobody knows what was seen, only that what is open was, or what is closed where it is to be opened again.
    """
    if seen is None:
        return CLOSED_STATUSES if status is TaskStatus.OPEN else OPEN_STATUSES
    if seen.is_closed:
        return frozenset({seen})
    is_to_begin = status is TaskStatus.IN_PROGRESS and seen is not TaskStatus.BLOCKED
    return OPEN_STATUSES - {TaskStatus.BLOCKED} if is_to_begin else OPEN_STATUSES


def with_owner(task: Task, owner: PersonRef | None, by: PersonRef) -> Task:
    """The task with another owner, or nobody's."""
    if task.owner_id == (owner.person_id if owner else None):
        return task
    return task.model_copy(update={"assigned_to": owner, "assigned_by": by if owner else None})


def announcements(before: Task, after: Task) -> list[Announcement]:
    """Name what happened between two states of a task, one event for each kind of change."""
    found: list[Announcement] = []
    if before.deleted_at is None and after.deleted_at is not None:
        return [(EventType.TASK_DELETED, ())]
    if changes := _changes(before, after, ("assigned_to",)):
        found.append((EventType.TASK_ASSIGNED if after.assigned_to else EventType.TASK_UNASSIGNED, changes))
    if changes := _changes(before, after, ("task_status",)):
        found.append((EventType.TASK_STATUS_CHANGED, changes))
    if changes := _changes(before, after, _EDITABLE):
        found.append((EventType.TASK_UPDATED, changes))
    return found


def _changes(before: Task, after: Task, fields: Sequence[str]) -> tuple[Change, ...]:
    old, new = _written(before), _written(after)
    return tuple(
        Change(field=field) if field in _NOT_REPEATED else Change(field=field, before=old[field], after=new[field])
        for field in fields
        if old[field] != new[field]
    )


def _written(task: Task) -> dict[str, Any]:
    written = task.model_dump(mode="json")
    if task.assigned_to is not None:
        written["assigned_to"] = task.assigned_to.model_dump(mode="json", exclude_none=True)
    return written
