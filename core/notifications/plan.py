"""Who is told of an event: pure, and the same for every channel."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.events import Event, EventType
from core.ids import PersonId, TaskId
from core.jobs.model import JobKind
from core.links.model import LinkFacts
from core.notifications.model import (
    Channel,
    GatheredNotification,
    Kind,
    LinkNotification,
    Notification,
    ReminderNotification,
    SuppressionNotification,
    TaskNotification,
)
from core.notifications.preferences import CHOOSABLE, Preferences
from core.people.model import Person
from core.suppression.model import Suppression
from core.tasks.model import Priority, Task

Admins = Callable[[], Sequence[PersonId]]
"""Looks up who the admins are: only some events need to know."""

_TO_THE_SIDES: Final = {
    EventType.LINK_REQUESTED: Kind.LINK_ASKED,
    EventType.LINK_DENIED: Kind.LINK_DENIED,
    EventType.LINK_MADE: Kind.LINK_MADE,
    EventType.LINK_REMOVED: Kind.LINK_REMOVED,
}
_BY_BOTH: Final = frozenset(
    {
        Kind.LINK_ASKED,
        Kind.LINK_DENIED,
        Kind.LINK_MADE,
        Kind.LINK_REMOVED,
        Kind.LINK_DISPUTED,
        Kind.MAIL_SUPPRESSED,
        Kind.TEST,
        Kind.UNREACHED,
    }
)


_UNTOLD_TOGETHER: Final = frozenset({Kind.STATUS_CHANGED, Kind.DEADLINE_CHANGED})
"""What of a job and of its Undo waits on both sides: who was given a task is told of it at once."""
_IN_SLACK_ALONE: Final = frozenset({Kind.LINK_DECIDED, Kind.JOB_ENDED})


def notifications_for(event: Event, admins: Admins = tuple) -> Sequence[Notification]:
    """List everybody concerned: of a task, except the person who did it; of a link, both sides and who decides."""
    if event.link is not None:
        return _about_link(event, event.link, admins)
    if event.detail_type is EventType.SLACK_ENDED:
        return [Notification(Kind.SLACK_ENDED, event, person_id) for person_id in admins()]
    if event.suppression is not None:
        return _about_suppression(event, event.suppression, admins)
    if event.detail_type is EventType.MEMBER_ADDED and event.member is not None:
        # Who did it knows, and who was added has the invitation.
        informed = {event.actor.person_id, event.member.person_id}
        return [Notification(Kind.MEMBER_ADDED, event, each) for each in admins() if each not in informed]
    if event.detail_type is EventType.JOB_ENDED:
        return [Notification(Kind.JOB_ENDED, event, event.actor.person_id)]
    if event.detail_type is EventType.PERSON_UNREACHED and event.member is not None:
        return [Notification(Kind.UNREACHED, event, each) for each in admins() if each != event.member.person_id]
    if event.reminder is not None:
        return [ReminderNotification(Kind.DUE, event, event.reminder.person_id)]
    if event.team_week is not None and event.release is not None:
        return [Notification(Kind.WEEKLY, event, event.release.person_id)]
    if event.detail_type is EventType.TEST_REQUESTED:
        return [Notification(Kind.TEST, event, event.actor.person_id)]
    if event.gathered:
        return [GatheredNotification(Kind(each.kind), event, each.person_id) for each in event.gathered]
    return _about_task(event, event.task) if event.task is not None and not event.is_gathered else []


def concerned_by(events: Iterable[Event]) -> Mapping[PersonId, Kind]:
    """Who is to be told of one change of a task, which may be several events, and of what first of all."""
    told: dict[PersonId, Kind] = {}
    for event in events:
        for each in _about_task(event, event.task) if event.task is not None else []:
            told.setdefault(each.recipient, each.kind)
    return told


def channels_for(notification: Notification, person: Person, chosen: Preferences) -> frozenset[Channel]:
    """Choose the ways to tell a person: those that they chose; of links by both, or by email without Slack."""
    return _channels(notification, person, chosen, in_slack=notification.slack_user_of(person) is not None)


def has_left(notification: Notification, channel: Channel, person: Person, chosen: Preferences) -> bool:
    """Whether a channel does not tell a person only because they are in Slack no more."""
    if channel is not Channel.SLACK or notification.slack_user_of(person) is not None:
        return False
    return channel in _channels(notification, person, chosen, in_slack=True)


def goes_by_mail_now(notification: Notification, channel: Channel, person: Person, chosen: Preferences) -> bool:
    """Whether what only Slack was to tell a person goes by email, because they are in Slack no more."""
    if not has_left(notification, channel, person, chosen):
        return False
    before, now = (_channels(notification, person, chosen, in_slack=in_slack) for in_slack in (True, False))
    return Channel.EMAIL in now - before


def _channels(notification: Notification, person: Person, chosen: Preferences, *, in_slack: bool) -> frozenset[Channel]:
    if not person.enabled:
        return frozenset()
    if notification.kind in CHOOSABLE:
        return chosen.channels(notification.kind, in_slack=in_slack)
    if notification.kind is Kind.WEEKLY and not person.is_admin:
        return frozenset()
    if notification.kind in _IN_SLACK_ALONE:
        return frozenset({Channel.SLACK} if in_slack else ())
    if not in_slack or notification.kind is Kind.SLACK_ENDED:
        return frozenset({Channel.EMAIL})
    return frozenset(Channel) if notification.kind in _BY_BOTH else frozenset({Channel.SLACK})


def may_go_instead(notification: Notification) -> bool:
    """Whether another channel has words for it too: some news is for one of them alone."""
    return notification.kind not in _IN_SLACK_ALONE | {Kind.SLACK_ENDED}


def waiting_for(person_id: PersonId, history: Iterable[Event]) -> list[TaskNotification]:
    """What of a task's history a person is told of not at once, in its order."""
    return [
        each
        for event in history
        if event.task is not None and not event.is_gathered
        for each in _about_task(event, event.task)
        if each.recipient == person_id and each.kind.waits
    ]


def is_overtaken(notification: Notification, history: Iterable[Event]) -> bool:
    """Whether a person was given the task again since it was taken from them: of that they are told at once."""
    return notification.kind is Kind.UNASSIGNED and any(
        each.recipient == notification.recipient and each.kind is Kind.ASSIGNED
        for event in history
        if event.event_id > notification.event.event_id and event.task is not None
        for each in _about_task(event, event.task)
    )


def held_until(notification: Notification, channel: Channel, person: Person, chosen: Preferences) -> datetime | None:
    """Until when a person's own settings hold news back; None where it goes at once."""
    task = notification.event.task
    is_urgent = task is not None and task.priority is Priority.URGENT
    when = notification.event.occurred_at
    return chosen.held_until(notification.kind, channel, when, person.zone, is_urgent=is_urgent)


def released(events: Iterable[Event], person_id: PersonId) -> list[Notification]:
    """What of held-back events a person is told, oldest first."""
    return [
        each
        for event in sorted(events, key=lambda event: event.event_id)
        # Whoever was an admin when the news was held is one still, as far as this goes.
        for each in notifications_for(event, lambda: [person_id])
        if each.recipient == person_id
    ]


def messages_of(news: Iterable[Notification], channel: Channel) -> list[list[Notification]]:
    """Cut held-back news into messages: an email tells everything of tasks; in Slack each task has a card."""
    messages: dict[str, list[Notification]] = {}
    for each in news:
        about: str = each.event.event_id
        if isinstance(each, TaskNotification):
            about = "tasks" if channel is Channel.EMAIL else each.task.task_id
        messages.setdefault(about, []).append(each)
    return list(messages.values())


def as_it_is(notification: Notification, current: Mapping[TaskId, Task], now: datetime) -> Notification:
    """The same news beside the task as it stands now; who is gone is deleted."""
    if not isinstance(notification, TaskNotification):
        return notification
    then = notification.task
    gone = then.model_copy(update={"deleted_at": then.deleted_at or now})
    return replace(notification, current=current.get(then.task_id, gone))


def due_since(notification: Notification, channel: Channel, person: Person, chosen: Preferences) -> datetime:
    """From when on a person should have been told by a channel."""
    return held_until(notification, channel, person, chosen) or notification.event.occurred_at


def moot_among(news: Sequence[Notification]) -> list[Notification]:
    """What of held-back news needs no telling any more, now that the tasks are as they are shown."""
    of_tasks = [each for each in news if isinstance(each, TaskNotification)]
    return [each for each in of_tasks if _is_moot(each, each.shown) or _takes_what_was_not_told(each, of_tasks)]


def _takes_what_was_not_told(notification: TaskNotification, news: Iterable[TaskNotification]) -> bool:
    """Whether a task came and went while nobody was told of it, or came back after this and goes by later news."""
    if notification.kind is not Kind.UNASSIGNED:
        return False
    moves = [
        each
        for each in news
        if each.task.task_id == notification.task.task_id and each.kind in {Kind.ASSIGNED, Kind.UNASSIGNED}
    ]
    returned = any(each.kind is Kind.ASSIGNED and each.event.event_id > notification.event.event_id for each in moves)
    return moves[0].kind is Kind.ASSIGNED or returned


def _is_moot(notification: TaskNotification, task: Task) -> bool:
    me, then = notification.recipient, notification.task
    if notification.kind is Kind.UNASSIGNED:
        return task.deleted_at is None and task.owner_id == me
    if task.deleted_at is not None:
        return True
    match notification.kind:
        case Kind.ASSIGNED:
            return task.owner_id != me or not task.is_open
        case Kind.DEADLINE_CHANGED:
            return task.owner_id != me or not task.is_open or task.deadline != then.deadline
        case Kind.STATUS_CHANGED:
            return task.task_status is not then.task_status or not _concerns(task, me)
    return not _concerns(task, me)


def cancels_out(notification: GatheredNotification, history: Iterable[Event], wait: timedelta) -> bool:
    """Whether of a job and its Undo nothing is left to tell of a task, which has this history.

    A job's change is not told once it was undone. Its Undo is not told where it came within the wait, before anybody
    had heard of the change.
    """
    job = notification.event.job
    if job is None or notification.kind not in _UNTOLD_TOGETHER:
        return False
    steps = {event.task_version: event for event in history if event.job is not None and event.changes_task}
    own = next((each for each in steps.values() if each.job and each.job.job_id == job.job_id), None)
    if own is None or own.task_version is None:
        return False
    if job.kind != JobKind.UNDO_TASKS:
        following = steps.get(own.task_version + 1)
        return following is not None and _is_undo(following)
    undone = steps.get(own.task_version - 1)
    return undone is not None and not _is_undo(undone) and own.occurred_at - undone.occurred_at < wait


def _is_undo(event: Event) -> bool:
    return event.job is not None and event.job.kind == JobKind.UNDO_TASKS


def still_told(notification: Notification, tasks: Iterable[Task]) -> list[Task]:
    """Which of a job's tasks somebody still wants to hear of, soonest deadline first."""
    me = notification.recipient
    wanted = {
        Kind.ASSIGNED: lambda task: task.is_open and task.owner_id == me,
        Kind.UNASSIGNED: lambda task: task.owner_id != me,
    }.get(notification.kind, lambda _: True)
    return sorted(filter(wanted, tasks), key=lambda task: (task.deadline is None, task.deadline or task.created_at))


def _concerns(task: Task, person_id: PersonId) -> bool:
    return person_id in {task.owner_id, task.created_by.person_id, task.handed_out_by.person_id}


def _about_task(event: Event, task: Task) -> list[TaskNotification]:
    told: dict[PersonId | None, Kind] = {}
    for person_id, kind in _concerned(event, task):
        told.setdefault(person_id, kind)
    return [
        TaskNotification(kind, event, person_id, task)
        for person_id, kind in told.items()
        if person_id is not None and person_id != event.actor.person_id
    ]


def _concerned(event: Event, task: Task) -> list[tuple[PersonId | None, Kind]]:
    everybody = [task.created_by.person_id, task.owner_id, task.handed_out_by.person_id]
    match event.detail_type:
        case EventType.TASK_ASSIGNED:
            return [(task.owner_id, Kind.ASSIGNED), (_previous_owner(event), Kind.UNASSIGNED)]
        case EventType.TASK_UNASSIGNED:
            return [(_previous_owner(event), Kind.UNASSIGNED)]
        case EventType.TASK_DELETED:
            return [(task.owner_id, Kind.UNASSIGNED)]
        case EventType.TASK_STATUS_CHANGED:
            return [(person_id, Kind.STATUS_CHANGED) for person_id in everybody]
        case EventType.TASK_COMMENTED:
            return [(person_id, Kind.COMMENTED) for person_id in everybody]
        case EventType.TASK_UPDATED if event.change_of("deadline") is not None:
            return [(task.owner_id, Kind.DEADLINE_CHANGED)]
        case EventType.TASK_UPDATED if event.change_of("deleted_at") is not None:
            # What was deleted is back: its owner may have been told that it is gone.
            return [(task.owner_id, Kind.ASSIGNED)]
    return []


def _previous_owner(event: Event) -> PersonId | None:
    change = event.change_of("assigned_to")
    return PersonId(change.before["person_id"]) if change is not None and change.before else None


def _about_suppression(event: Event, suppression: Suppression, admins: Admins) -> list[Notification]:
    if event.detail_type is not EventType.MAIL_SUPPRESSED:
        return []
    kind = Kind.MAIL_SUPPRESSED
    return [SuppressionNotification(kind, event, person_id, suppression) for person_id in admins()]


def _about_link(event: Event, link: LinkFacts, admins: Admins) -> list[LinkNotification]:
    told: list[LinkNotification] = []
    if event.detail_type in _TO_THE_SIDES:
        told.append(LinkNotification(_TO_THE_SIDES[event.detail_type], event, link.person_id, link))
    kind = _to_admins(event.detail_type, link)
    if kind is not None:
        others = [person_id for person_id in admins() if person_id != link.person_id]
        asked = [person_id for person_id in others if person_id in link.asked]
        # A dispute is for all admins, and so is a request where nobody who was named is one any more.
        concerned = asked if asked and kind is not Kind.LINK_DISPUTED else others
        told += [LinkNotification(kind, event, person_id, link) for person_id in concerned]
    return told


def _to_admins(detail_type: EventType, link: LinkFacts) -> Kind | None:
    match detail_type:
        case EventType.LINK_REQUESTED:
            return Kind.LINK_REQUESTED
        case EventType.LINK_REMOVED if link.is_disputed:
            return Kind.LINK_DISPUTED
        case EventType.LINK_MADE | EventType.LINK_DENIED if link.request_id is not None:
            return Kind.LINK_DECIDED
    return None
