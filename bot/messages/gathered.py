"""What a job did to many of somebody's tasks, as one message."""

from datetime import datetime

from bot.messages.blocks import Block, context, literal, section
from bot.messages.text import escape, facts
from core.notifications.model import GatheredNotification
from core.notifications.words import gathered_words


def build_gathered(notification: GatheredNotification, now: datetime) -> tuple[str, list[Block]]:
    """Say what happened and to which tasks, as they are now; nothing in it goes stale but their facts."""
    said = escape(gathered_words(notification))
    rows = [
        block for task in notification.tasks for block in (literal(task.title, bold=True), context(facts(task, now)))
    ]
    more = f"And {notification.more} more. " if notification.more and notification.tasks else ""
    return said, [section(said), *rows, context(f"{more}`/task` shows all that are yours.")]
