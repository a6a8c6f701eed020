"""Words, dates and people as Slack shows them, with everything people typed made harmless."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from core.people.model import PersonRef
from core.people.workload import CAP
from core.tasks.model import Priority, Task, TaskStatus

STATUS_WORDS = {
    TaskStatus.OPEN: "Open",
    TaskStatus.IN_PROGRESS: "In progress",
    TaskStatus.BLOCKED: "Blocked",
    TaskStatus.DONE: "Done",
    TaskStatus.CANCELLED: "Cancelled",
}


def escape(text: str) -> str:
    """Make text inert in mrkdwn. Source: https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    # Slack has no escape for its emphasis marks; a word joiner beside each keeps it from pairing up. Two backticks make
    # code of whatever stands between them, so another character that looks like one stands in.
    text = text.replace("`", "\N{MODIFIER LETTER GRAVE ACCENT}")
    return "".join(f"\u2060{character}\u2060" if character in "*_~" else character for character in text)


def link(url: str, words: str) -> str:
    """Lead somewhere with words of ours. A joiner, as beside emphasis marks in text, would break the address."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "%7C")):
        url = url.replace(character, entity)
    return f"<{url}|{words}>"


def clipped(text: str, limit: int) -> str:
    """As much of a text as there is room for, with a sign where it was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def capped(number: int) -> str:
    """Say a number that was counted up to `CAP`."""
    return f"{CAP} or more" if number >= CAP else str(number)


def mention(person: PersonRef) -> str:
    """Name a person so that Slack shows their own display name, where they are linked."""
    return f"<@{person.slack_user_id}>" if person.slack_user_id else escape(person.name)


def by_name(person: PersonRef) -> str:
    """Name a person without calling them: Slack tells people of every mention."""
    return escape(person.name)


def slack_date(when: datetime) -> str:
    """Write an instant, with its day of the week, so that every reader sees it in their own zone."""
    fallback = when.astimezone(ZoneInfo("UTC")).strftime("%A %Y-%m-%d %H:%M UTC")
    return f"<!date^{int(when.timestamp())}^{{date_long_pretty}} at {{time}}|{fallback}>"


def status_word(task: Task) -> str:
    return "Deleted" if task.deleted_at else STATUS_WORDS[task.task_status]


def facts(task: Task, now: datetime, *, named: Callable[[PersonRef], str] = mention) -> str:
    """One line of mrkdwn: id, status, owner, deadline with overdue in words, unusual priority, labels."""
    parts = [f"*{task.task_id}*", status_word(task)]
    parts.append(named(task.assigned_to) if task.assigned_to else "not assigned")
    if task.deadline:
        due = f"due {slack_date(task.deadline)}"
        parts.append(f"*overdue*, {due}" if task.is_overdue(now) else due)
    if task.priority is not Priority.NORMAL:
        parts.append(f"{task.priority} priority")
    parts += [f"#{escape(label)}" for label in task.labels]
    return "  ·  ".join(parts)
