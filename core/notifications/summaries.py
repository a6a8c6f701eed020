"""The mails that are not about one task: the daily reminder, held-back news, a new member, the test."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from core.events import Event, TeamWeek
from core.ids import TaskId
from core.notifications.model import GatheredNotification, Kind, Notification, ReminderNotification, TaskNotification
from core.notifications.preferences import CHOOSABLE
from core.notifications.words import added_words, count_words, due_words, gathered_words, status_words, unreached_words
from core.people.model import Person
from core.tasks.model import Task

Addressed = Callable[[Task], str]
"""Gives the address of the page that shows a task to the reader."""
Tell = Callable[[TaskNotification], Any]
"""Puts one piece of news into the words of a mail."""


_DIGEST_TASKS: Final = 30
"""Mail programs cut long mails off, and with them the way to stop them; as many tasks as stay well below that."""
_IDLE_NAMED: Final = 20


class Summary(NamedTuple):
    """A template, its subject and facts; `kinds` are what the reader can stop."""

    template: str
    subject: str
    facts: dict[str, Any]
    kinds: Sequence[Kind] = ()


def summary_of(
    news: Sequence[Notification], person: Person, address: Addressed, tell: Tell, now: datetime
) -> Summary | None:
    """Sum up news that is not about one task or one link; None for news that is."""
    match news[-1]:
        case ReminderNotification() as reminder:
            return _reminder(reminder, person, address, now)
        case GatheredNotification() as gathered:
            return _gathered(gathered, person, address, now)
        case TaskNotification() if len({each.task.task_id for each in _of_tasks(news)}) > 1:
            return _digest(_of_tasks(news), person, address, tell, now)
        case Notification(kind=Kind.WEEKLY, event=Event(team_week=TeamWeek() as week)):
            rows = [
                ("Overdue", f"{week.overdue}" + _named(week.longest_overdue)),
                ("Not assigned", str(week.unassigned)),
                ("Nothing to do", f"{len(week.idle)}" + _named(week.idle[:_IDLE_NAMED])),
            ]
            return Summary("weekly", "[Task Bot] How the team is doing this week", {"rows": rows})
        case Notification(kind=Kind.MEMBER_ADDED, event=event):
            return Summary(
                "member_added", "[Task Bot] Somebody was added to the team", {"happened": added_words(event)}
            )
        case Notification(kind=Kind.UNREACHED, event=event):
            return Summary("unreached", "[Task Bot] Somebody gets no news", {"happened": unreached_words(event)})
        case Notification(kind=Kind.TEST):
            return Summary("test", "[Task Bot] This is how emails reach you", {"address": person.email})
    return None


def _named(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def due_counts(tasks: Iterable[Task], zone: ZoneInfo, now: datetime) -> list[str]:
    """Say how many are due when, soonest first: `2 overdue`, `1 due today`, `1 due in 3 days`."""
    counts: dict[str, int] = {}
    for task in sorted(tasks, key=lambda task: task.deadline or now):
        when = when_due(task, zone, now)
        counts[when] = counts.get(when, 0) + 1
    return [f"{count} {when}" for when, count in counts.items()]


def when_due(task: Task, zone: ZoneInfo, now: datetime) -> str:
    """Say in which of the reader's days an open task is due."""
    if task.is_overdue(now):
        return "overdue"
    if task.deadline is None:
        return "without a deadline"
    days = (task.deadline.astimezone(zone).date() - now.astimezone(zone).date()).days
    return {0: "due today", 1: "due tomorrow"}.get(days, f"due in {days} days")


def _reminder(reminder: ReminderNotification, person: Person, address: Addressed, now: datetime) -> Summary:
    tasks, zone = reminder.tasks, person.zone
    counts = due_counts(tasks, zone, now)
    facts = {
        "counts": ", ".join(counts),
        "tasks": [(task, due_words(task, zone, now), address(task)) for task in tasks],
        "more": reminder.more,
    }
    return Summary("reminder", f"[Task Bot] {', '.join(counts)}", facts, [Kind.DUE])


def _gathered(gathered: GatheredNotification, person: Person, address: Addressed, now: datetime) -> Summary:
    happened = gathered_words(gathered)
    facts = {
        "happened": happened,
        "is_mine": gathered.kind is Kind.ASSIGNED,
        "tasks": [
            (task, status_words(task), due_words(task, person.zone, now), address(task)) for task in gathered.tasks
        ],
        "more": gathered.more,
    }
    tasks = count_words(gathered.count)
    subjects = {Kind.ASSIGNED: f"You were given {tasks}", Kind.UNASSIGNED: f"{tasks} taken off your list"}
    return Summary("gathered", f"[Task Bot] {subjects.get(gathered.kind, f'{tasks} changed')}", facts, [gathered.kind])


def _digest(news: Sequence[TaskNotification], person: Person, address: Addressed, tell: Tell, now: datetime) -> Summary:
    about: dict[TaskId, list[TaskNotification]] = {}
    for each in news:
        about.setdefault(each.task.task_id, []).append(each)
    newest = [max((each.shown for each in group), key=lambda task: task.version) for group in about.values()]
    facts = {
        "tasks": [
            (
                task.title,
                [
                    ("Task", task.task_id),
                    ("Status", status_words(task)),
                    ("Due", due_words(task, person.zone, now)),
                ],
                None if task.deleted_at else address(task),
                list(map(tell, group)),
            )
            for task, group in list(zip(newest, about.values(), strict=True))[:_DIGEST_TASKS]
        ],
        "more": max(len(about) - _DIGEST_TASKS, 0),
    }
    kinds = [kind for kind in CHOOSABLE if any(each.kind is kind for each in news)]
    return Summary("digest", f"[Task Bot] News of {len(about)} tasks", facts, kinds)


def _of_tasks(news: Sequence[Notification]) -> list[TaskNotification]:
    return [each for each in news if isinstance(each, TaskNotification)]
