"""What App Home shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.ids import Action
from bot.messages.blocks import actions, button
from bot.messages.links import build_link_prompt
from bot.messages.tasks import build_list
from core.people.model import Person
from core.tasks.model import Task

View = dict[str, Any]


def build_home(tasks: Sequence[Task], person: Person, now: datetime, *, more: bool) -> View:
    """Show a person's open tasks and the way to add one."""
    new = actions(button("New task", Action.TASK_NEW, "home"))
    return {"type": "home", "blocks": [new, *build_list(tasks, person, now, more=more)]}


def build_home_of_stranger(url: str) -> View:
    """Show the way in to somebody who is not linked."""
    _, blocks = build_link_prompt(url)
    return {"type": "home", "blocks": blocks}
