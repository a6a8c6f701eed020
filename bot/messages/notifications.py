"""What a DM says of events."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.messages.blocks import Block, context, quote, section
from bot.messages.text import clipped, escape, mention, slack_date, status_word
from core.events import Event, EventType
from core.notifications.model import Kind, TaskNotification
from core.people.model import PersonRef
from core.tasks.model import Task

NEWS_LINES: Final = 10
"""So much of what happened is told; the rest is counted."""
_QUOTED: Final = 500
_QUOTED_IN_TEXT: Final = 100
_WORDS: Final = "words"
"""Where the `block_id` begins so, a block shows what somebody wrote."""


def build_news(news: Sequence[TaskNotification]) -> tuple[str, list[Block]]:
    """Tell what happened to a task, oldest first: the line that phones and screen readers show, and the blocks."""
    lines, blocks = list[str](), list[Block]()
    for each in news[:NEWS_LINES]:
        said, note = headline(each), each.event.note
        blocks += _told(each, said, len(blocks))
        if note:
            said = f"{said.removesuffix('.')}: “{escape(clipped(note, _QUOTED_IN_TEXT))}”"
        lines.append(said)
    if (more := len(news) - NEWS_LINES) > 0:
        lines.append(f"And {more} more.")
        blocks.append(context(f"And {more} more."))
    task = news[-1].shown
    return f"{' '.join(lines)} {task.task_id}: {escape(task.title)}", blocks


def words_in(blocks: Iterable[Block]) -> list[Block]:
    """Find what people wrote among the blocks of news: that stays true whatever becomes of the task."""
    return [block for block in blocks if str(block.get("block_id", "")).startswith(f"{_WORDS}:")]


def headline(notification: TaskNotification) -> str:
    """One sentence of mrkdwn: who did what to the reader's task."""
    event, task = notification.event, notification.task
    who = _who(event)
    match notification.kind, event.detail_type:
        case Kind.ASSIGNED, EventType.TASK_UPDATED:
            return f"{who} brought this task back. It is yours."
        case Kind.ASSIGNED, _:
            return f"{who} gave you a task."
        case Kind.UNASSIGNED, EventType.TASK_ASSIGNED if task.assigned_to is not None:
            return f"{who} gave this task to {mention(task.assigned_to)}. It is not yours any more."
        case Kind.UNASSIGNED, EventType.TASK_UNASSIGNED:
            return f"{who} took this task back. It is not yours any more."
    return f"{who} {deed(event)}."


def deed(event: Event) -> str:
    """What somebody did to a task, as the rest of a sentence that begins with them."""
    task = event.task
    if task is None:
        raise ValueError(event.detail_type)
    match event.detail_type:
        case EventType.TASK_STATUS_CHANGED:
            return f"moved this task to *{status_word(task).lower()}*"
        case EventType.TASK_COMMENTED:
            return "commented"
        case EventType.TASK_DELETED:
            return "deleted this task"
        case EventType.TASK_ASSIGNED if task.assigned_to is not None:
            return f"gave this task to {mention(task.assigned_to)}"
        case EventType.TASK_UNASSIGNED:
            return "left this task without an owner"
        case EventType.TASK_UPDATED if event.change_of("deadline") is not None:
            return f"moved the deadline to {slack_date(task.deadline)}" if task.deadline else "took the deadline away"
    return "changed this task"


def _told(notification: TaskNotification, said: str, at: int) -> list[Block]:
    note = notification.event.note
    if not note:
        return [section(said)]
    words = quote(clipped(note, _QUOTED))
    if notification.event.detail_type is EventType.TASK_COMMENTED:
        return [_as_words(section(said), at), _as_words(words, at + 1)]
    by = context(f"{_who(notification.event)} wrote:")
    return [section(said), _as_words(by, at + 1), _as_words(words, at + 2)]


def _as_words(block: Block, at: int) -> Block:
    return {**block, "block_id": f"{_WORDS}:{at}"}


def _who(event: Event) -> str:
    actor = event.actor
    return mention(PersonRef(person_id=actor.person_id, name=actor.name, slack_user_id=actor.slack_user_id))


def card_line(task: Task) -> str:
    """The line that stands for a card which was brought up to date."""
    return f"{task.task_id}: {escape(task.title)}. {status_word(task)}."
