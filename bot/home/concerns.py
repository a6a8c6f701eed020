"""Whose App Home looks different after an event."""

from collections.abc import Sequence
from typing import Final

from core.events import Event, EventType
from core.ids import PersonId
from core.tasks.model import TaskStatus

_MOVES_COUNTERS: Final = frozenset(
    {EventType.TASK_ASSIGNED, EventType.TASK_UNASSIGNED, EventType.TASK_DELETED, EventType.MEMBER_ADDED}
)
_ABOUT_REQUESTS: Final = frozenset({EventType.LINK_REQUESTED, EventType.LINK_DENIED, EventType.LINK_MADE})


def concerned(event: Event) -> Sequence[PersonId]:
    """Name the people whose tasks are others now: who has it, had it, gave it and who did it."""
    task = event.task
    if task is None or not event.changes_task:
        return []
    before = next((change.before for change in event.changes if change.field == "assigned_to"), None)
    people = [task.owner_id, before and PersonId(before["person_id"]), task.created_by.person_id]
    return list(dict.fromkeys(each for each in (*people, event.actor.person_id) if each))


def changes_requests(event: Event) -> bool:
    """Whether a link request came or is settled, which every admin sees."""
    return event.detail_type in _ABOUT_REQUESTS and event.link is not None and event.link.request_id is not None


def changes_workload(event: Event) -> bool:
    """Whether somebody has a task more or fewer to do, or somebody is new, which every admin sees."""
    moved = event.change_of("task_status")
    if moved is not None:
        return TaskStatus(moved.before).is_closed != TaskStatus(moved.after).is_closed
    return event.detail_type in _MOVES_COUNTERS
