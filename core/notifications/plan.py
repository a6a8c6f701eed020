"""Who is told of an event: pure, and the same for every channel."""

from core.events import Event, EventType
from core.notifications.model import Channel, Kind, Notification
from core.people.model import Person


def notifications_for(event: Event) -> list[Notification]:
    """List everybody concerned, except the person who did it."""
    if event.task is None:
        return []
    match event.detail_type:
        case EventType.TASK_ASSIGNED:
            concerned, kind = [event.task.owner_id], Kind.ASSIGNED
        case EventType.TASK_STATUS_CHANGED:
            concerned, kind = [event.task.created_by.person_id, event.task.owner_id], Kind.STATUS_CHANGED
        case _:
            return []
    return [
        Notification(kind, event, event.task, person_id)
        for person_id in dict.fromkeys(concerned)
        if person_id is not None and person_id != event.actor.person_id
    ]


def channels_for(kind: Kind, person: Person) -> frozenset[Channel]:
    """Choose the ways to tell a person: an assignment by both, other news in Slack, or by email without Slack."""
    if not person.enabled:
        return frozenset()
    if person.slack_user_id is None:
        return frozenset({Channel.EMAIL})
    return frozenset(Channel) if kind is Kind.ASSIGNED else frozenset({Channel.SLACK})
