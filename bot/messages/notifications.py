"""What a DM says of events."""

from collections.abc import Sequence
from typing import Final

from bot.messages.blocks import Block, context, quote, section
from bot.messages.text import STATUS_WORDS, clipped, escape, mention, slack_date
from core.events import EventActor, EventType
from core.notifications.model import Kind, TaskNotification
from core.people.model import PersonRef

NEWS_LINES: Final = 10
"""So much of what happened is told; the rest is counted."""
_QUOTED: Final = 500
_QUOTED_IN_TEXT: Final = 100


def build_news(news: Sequence[TaskNotification]) -> tuple[str, list[Block]]:
    """Tell what happened to a task, oldest first: the line that phones and screen readers show, and the blocks."""
    lines, blocks = list[str](), list[Block]()
    for each in news[:NEWS_LINES]:
        said, note = headline(each), each.event.note
        blocks.append(section(said))
        if note:
            blocks.append(quote(clipped(note, _QUOTED)))
            said = f"{said.removesuffix('.')}: “{escape(clipped(note, _QUOTED_IN_TEXT))}”"
        lines.append(said)
    if (more := len(news) - NEWS_LINES) > 0:
        lines.append(f"And {more} more.")
        blocks.append(context(f"And {more} more."))
    task = news[-1].task
    return f"{' '.join(lines)} {task.task_id}: {escape(task.title)}", blocks


def headline(notification: TaskNotification) -> str:
    """One sentence of mrkdwn: who did what to which task."""
    who, task = mention(_ref(notification.event.actor)), notification.task
    match notification.kind, notification.event.detail_type:
        case Kind.ASSIGNED, EventType.TASK_UPDATED:
            return f"{who} brought this task back. It is yours."
        case Kind.ASSIGNED, _:
            return f"{who} gave you a task."
        case Kind.UNASSIGNED, EventType.TASK_DELETED:
            return f"{who} deleted this task."
        case Kind.UNASSIGNED, EventType.TASK_ASSIGNED if task.assigned_to is not None:
            return f"{who} gave this task to {mention(task.assigned_to)}. It is not yours any more."
        case Kind.UNASSIGNED, _:
            return f"{who} took this task back. It is not yours any more."
        case Kind.STATUS_CHANGED, _:
            return f"{who} moved this task to *{STATUS_WORDS[task.task_status].lower()}*."
        case Kind.DEADLINE_CHANGED, _ if task.deadline is not None:
            return f"{who} moved the deadline to {slack_date(task.deadline)}."
        case Kind.DEADLINE_CHANGED, _:
            return f"{who} took the deadline away."
        case Kind.COMMENTED, _:
            return f"{who} commented."
    raise ValueError(notification.kind)


def _ref(actor: EventActor) -> PersonRef:
    return PersonRef(person_id=actor.person_id, name=actor.name, slack_user_id=actor.slack_user_id)
