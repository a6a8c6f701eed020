"""The task card and the list of tasks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.ids import Action
from bot.messages.blocks import Block, Element, actions, button, context, literal, section
from bot.messages.text import facts
from core.people.model import Person
from core.tasks.model import Task, TaskStatus
from core.tasks.rights import may_change_status

LIST_PAGE: Final = 10
_SPOKEN_LIMIT: Final = 75  # https://docs.slack.dev/reference/block-kit/block-elements/button-element


def build_card(task: Task, viewer: Person, now: datetime) -> list[Block]:
    """Show a task with the buttons that this viewer may press."""
    buttons = _buttons(task, viewer)
    return [*build_facts(task, now), *([actions(*buttons)] if buttons else [])]


def build_facts(task: Task, now: datetime) -> list[Block]:
    """Show a task to look at only."""
    return [literal(task.title, bold=True), context(facts(task, now))]


def build_list(tasks: Sequence[Task], viewer: Person, now: datetime, *, more: bool) -> list[Block]:
    """Show a person's open tasks, soonest deadline first."""
    if not tasks:
        return [section("Nothing is open for you. Add a task: `/task new Water the plants by friday`")]
    blocks = [section(f"*Your open tasks*, soonest deadline first ({len(tasks)}{' and more' if more else ''})")]
    for task in tasks:
        blocks += [{"type": "divider"}, *build_card(task, viewer, now)]
    return blocks


def _buttons(task: Task, viewer: Person) -> list[Element]:
    if task.task_status.is_closed or not may_change_status(viewer, task):
        return []
    buttons = []
    if task.task_status is not TaskStatus.IN_PROGRESS:
        buttons.append(button("Start", Action.TASK_START, task.task_id, spoken=_spoken("Start", task)))
    buttons.append(button("Done", Action.TASK_DONE, task.task_id, style="primary", spoken=_spoken("Done", task)))
    return buttons


def _spoken(verb: str, task: Task) -> str:
    return f"{verb}: {task.task_id} {task.title}"[:_SPOKEN_LIMIT]
