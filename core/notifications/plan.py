"""Who is told of an event: pure, and the same for every channel."""

from collections.abc import Callable, Sequence
from typing import Final

from core.events import Event, EventType
from core.ids import PersonId
from core.links.model import LinkFacts
from core.notifications.model import Channel, Kind, LinkNotification, Notification, TaskNotification
from core.people.model import Person
from core.tasks.model import Task

Admins = Callable[[], Sequence[PersonId]]
"""Looks up who the admins are: only some events need to know."""

_TO_THE_SIDES: Final = {
    EventType.LINK_REQUESTED: Kind.LINK_ASKED,
    EventType.LINK_DENIED: Kind.LINK_DENIED,
    EventType.LINK_MADE: Kind.LINK_MADE,
    EventType.LINK_REMOVED: Kind.LINK_REMOVED,
}
_BY_BOTH: Final = frozenset(
    {Kind.ASSIGNED, Kind.LINK_ASKED, Kind.LINK_DENIED, Kind.LINK_MADE, Kind.LINK_REMOVED, Kind.LINK_DISPUTED}
)


def notifications_for(event: Event, admins: Admins = tuple) -> Sequence[Notification]:
    """List everybody concerned: of a task, except the person who did it; of a link, both sides and who decides."""
    if event.link is not None:
        return _about_link(event, event.link, admins)
    return _about_task(event, event.task) if event.task is not None else []


def channels_for(notification: Notification, person: Person) -> frozenset[Channel]:
    """Choose the ways to tell a person: by both where it matters, other news in Slack, or by email without Slack."""
    if not person.enabled:
        return frozenset()
    in_slack = notification.slack_user_of(person) is not None
    if notification.kind is Kind.LINK_DECIDED:
        return frozenset({Channel.SLACK} if in_slack else ())
    if not in_slack:
        return frozenset({Channel.EMAIL})
    return frozenset(Channel) if notification.kind in _BY_BOTH else frozenset({Channel.SLACK})


def _about_task(event: Event, task: Task) -> list[TaskNotification]:
    match event.detail_type:
        case EventType.TASK_ASSIGNED:
            concerned, kind = [task.owner_id], Kind.ASSIGNED
        case EventType.TASK_STATUS_CHANGED:
            concerned, kind = [task.created_by.person_id, task.owner_id], Kind.STATUS_CHANGED
        case _:
            return []
    return [
        TaskNotification(kind, event, person_id, task)
        for person_id in dict.fromkeys(concerned)
        if person_id is not None and person_id != event.actor.person_id
    ]


def _about_link(event: Event, link: LinkFacts, admins: Admins) -> list[LinkNotification]:
    told: list[LinkNotification] = []
    if event.detail_type in _TO_THE_SIDES:
        told.append(LinkNotification(_TO_THE_SIDES[event.detail_type], event, link.person_id, link))
    kind = _to_admins(event.detail_type, link)
    if kind is not None:
        others = [person_id for person_id in admins() if person_id != link.person_id]
        told += [LinkNotification(kind, event, person_id, link) for person_id in others]
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
