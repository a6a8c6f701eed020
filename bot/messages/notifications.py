"""What a DM says of an event."""

from bot.messages.text import STATUS_WORDS, escape, mention
from core.events import EventActor
from core.notifications.model import Kind, TaskNotification
from core.people.model import PersonRef


def headline(notification: TaskNotification) -> str:
    """One sentence of mrkdwn: who did what to which task."""
    who = mention(_ref(notification.event.actor))
    match notification.kind:
        case Kind.ASSIGNED:
            return f"{who} gave you a task."
        case Kind.STATUS_CHANGED:
            status = STATUS_WORDS[notification.task.task_status].lower()
            return f"{who} moved this task to *{status}*."
        case _:
            raise ValueError(notification.kind)


def fallback(notification: TaskNotification) -> str:
    """The line that phones and screen readers show in place of the blocks."""
    return f"{headline(notification)} {notification.task.task_id}: {escape(notification.task.title)}"


def _ref(actor: EventActor) -> PersonRef:
    return PersonRef(person_id=actor.person_id, name=actor.name, slack_user_id=actor.slack_user_id)
