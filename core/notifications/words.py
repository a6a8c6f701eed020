"""A task in the words of mails and pages, which have no dates of their own as Slack has."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.events import Event
from core.jobs.model import JobKind
from core.notifications.model import GatheredNotification, Kind
from core.people.model import place
from core.tasks.model import Task

KIND_WORDS: Final = {
    Kind.ASSIGNED: "when somebody gives you a task",
    Kind.UNASSIGNED: "when a task is taken off your list",
    Kind.STATUS_CHANGED: "when a task gets another status",
    Kind.DEADLINE_CHANGED: "when a deadline is moved",
    Kind.COMMENTED: "when somebody comments on a task",
    Kind.DUE: "the daily reminder of what is due",
}
"""What a person can stop and start."""


def due_words(task: Task, zone: ZoneInfo, now: datetime) -> str:
    """Say when a task is due, in the reader's zone."""
    if task.deadline is None:
        return "no deadline"
    due = moment_words(task.deadline, zone)
    return f"{due}, overdue" if task.is_overdue(now) else due


def moment_words(when: datetime, zone: ZoneInfo) -> str:
    """Write an instant as it is called in a zone, and name the zone."""
    local = when.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({place(zone)} time)"


def added_words(event: Event) -> str:
    """Say who added whom to the team; the address is known where the directory did not know the person before."""
    name = event.member.name if event.member else "somebody"
    address = event.change_of("email")
    return f"{event.actor.name} added {name}{f' ({address.after})' if address else ''} to the team."


def unreached_words(event: Event) -> str:
    """Say whom nothing reaches."""
    name, address = (event.member.name if event.member else "somebody"), event.change_of("email")
    return f"News for {name}{f' ({address.after})' if address else ''} reaches them neither in Slack nor by email."


def count_words(count: int) -> str:
    """Say how many tasks there are."""
    return "1 task" if count == 1 else f"{count} tasks"


def gathered_words(notification: GatheredNotification) -> str:
    """Say what somebody did to many of the reader's tasks."""
    event, tasks = notification.event, count_words(notification.count)
    is_undo = event.job is not None and event.job.kind == JobKind.UNDO_TASKS
    match notification.kind:
        case Kind.ASSIGNED if event.member is not None:
            return f"{event.actor.name} gave you {tasks} of {event.member.name}, who is no longer in the team."
        case Kind.ASSIGNED:
            return f"{event.actor.name} gave you {tasks}."
        case Kind.UNASSIGNED:
            return f"{event.actor.name} took {tasks} off your list."
        case Kind.DEADLINE_CHANGED if is_undo:
            return f"{event.actor.name} put the deadline of {tasks} back."
        case Kind.DEADLINE_CHANGED:
            return f"{event.actor.name} changed the deadline of {tasks}."
    # No other change of the status is made for many tasks at once.
    return f"{event.actor.name} {'brought back' if is_undo else 'cancelled'} {tasks}."


def status_words(task: Task) -> str:
    return "deleted" if task.deleted_at else task.task_status.replace("_", " ")


def task_rows(task: Task, zone: ZoneInfo, now: datetime) -> list[tuple[str, str]]:
    """All that is to be said of a task but its title and description, as labels and values."""
    rows = [
        ("Task", str(task.task_id)),
        ("Status", status_words(task)),
        ("Owner", task.assigned_to.name if task.assigned_to else "nobody"),
        ("Due", due_words(task, zone, now)),
        ("Priority", str(task.priority)),
    ]
    if task.owner_id not in {None, task.handed_out_by.person_id}:
        rows.insert(3, ("Given by", task.handed_out_by.name))
    if task.labels:
        rows.append(("Labels", ", ".join(task.labels)))
    return rows
