"""The daily reminder as a Slack message: a row a task, each with what can be done about it at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from bot.ids import Action, Until
from bot.messages.blocks import Block, Element, actions, button, context, literal, option, plain, section
from bot.messages.text import clipped, escape, facts
from core.events import TeamWeek
from core.ids import TaskId
from core.notifications.model import ReminderNotification
from core.notifications.summaries import due_counts
from core.people.model import Person
from core.tasks.model import Task

_IDLE_NAMED: Final = 20
_NAME_LIMIT: Final = 100
_ROW: Final = "due"
_SPOKEN_LIMIT: Final = 75  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
_OUTCOME_LIMIT: Final = 200


def build_reminder(reminder: ReminderNotification, person: Person, now: datetime) -> tuple[str, list[Block]]:
    """Show everything that is due, soonest first: at most three blocks a task."""
    counts = ", ".join(due_counts(reminder.tasks, person.zone, now))
    blocks = [section(f"*What waits for you:* {counts}.")]
    blocks += [block for task in reminder.tasks for block in _row(task, now)]
    if reminder.more:
        blocks.append(context(f"And {reminder.more} more: `/task`. When reminders come: `/task settings`."))
    else:
        blocks.append(context("When reminders come, and of what: `/task settings`."))
    return f"What waits for you: {counts}.", blocks


def build_team_week(week: TeamWeek) -> tuple[str, list[Block]]:
    """Tell an admin how the team is doing."""
    text = "How the team is doing this week"
    oldest = ", ".join(week.longest_overdue)
    idle = [clipped(name, _NAME_LIMIT) for name in week.idle[:_IDLE_NAMED]]
    others = len(week.idle) - len(idle)
    blocks = [
        section(f"*{text}*"),
        section(
            f"*Overdue:* {week.overdue}" + (f", the longest: {oldest}. `/task list team overdue`" if oldest else "")
        ),
        section(f"*Not assigned:* {week.unassigned}" + (". `/task list unassigned`" if week.unassigned else "")),
        section(f"*Nothing to do:* {len(week.idle) or 'nobody'}"),
    ]
    if idle:
        blocks.append(literal(", ".join(idle) + (f", and {others} more" if others else "")))
    return text, [*blocks, context("Once a week, because your settings say so: `/task settings`.")]


def with_outcome(blocks: Sequence[Block], task_id: TaskId, text: str) -> list[Block]:
    """The same message with one task's row shrunk to what became of it."""
    kept: list[Block] = []
    for block in blocks:
        if not _is_of(block, task_id):
            kept.append(block)
        elif block["block_id"] == _block_id("title", task_id):
            kept.append(block)
            kept.append({**context(text), "block_id": _block_id("outcome", task_id)})
    return kept


def outcome(said: str, task: Task) -> str:
    """One line of mrkdwn in the place of a row's buttons."""
    return f"*{task.task_id}*  ·  {escape(said)[:_OUTCOME_LIMIT]}"


def _row(task: Task, now: datetime) -> list[Block]:
    snooze: Element = {
        "type": "static_select",
        "action_id": Action.DUE_SNOOZE,
        "placeholder": plain("Snooze"),
        "options": [
            option("Until tomorrow", f"{task.task_id} {Until.TOMORROW}"),
            option("Until next week", f"{task.task_id} {Until.NEXT_WEEK}"),
        ],
    }
    # A picker has no value to tell the rows apart by.
    picked = f"{Action.DUE_SNOOZE_UNTIL}:{task.task_id}"
    day: Element = {"type": "datepicker", "action_id": picked, "placeholder": plain("Snooze until")}
    spoken = f"Done: {task.task_id} {task.title}"[:_SPOKEN_LIMIT]
    done = button("Done", Action.DUE_DONE, task.task_id, style="primary", spoken=spoken)
    return [
        {**literal(task.title, bold=True), "block_id": _block_id("title", task.task_id)},
        {**context(facts(task, now)), "block_id": _block_id("facts", task.task_id)},
        {**actions(done, snooze, day), "block_id": _block_id("act", task.task_id)},
    ]


def task_of(name: str) -> TaskId:
    """Whose row a block or a picker belongs to."""
    return TaskId(name.rpartition(":")[2])


def _block_id(part: str, task_id: TaskId) -> str:
    return f"{_ROW}:{part}:{task_id}"


def _is_of(block: dict[str, Any], task_id: TaskId) -> bool:
    block_id = str(block.get("block_id", ""))
    return block_id.startswith(f"{_ROW}:") and task_of(block_id) == task_id
