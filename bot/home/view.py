"""What App Home shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.ids import Action
from bot.messages.blocks import actions, button, section
from bot.messages.tasks import build_list
from core.people.model import Person
from core.tasks.model import Task

View = dict[str, Any]


def build_home(tasks: Sequence[Task], person: Person, now: datetime, *, more: bool) -> View:
    """Show a person's open tasks and the way to add one."""
    new = actions(button("New task", Action.TASK_NEW, "home"))
    return {"type": "home", "blocks": [new, *build_list(tasks, person, now, more=more)]}


def build_home_of_stranger() -> View:
    """Tell somebody who is not linked how to begin; a link itself would be stale before it is seen."""
    text = "I don't know yet who you are in the team. Link your team account, and your tasks are here."
    return {"type": "home", "blocks": [section(text), actions(button("Link my account", Action.LINK_START, "home"))]}


def build_home_of_somebody_disabled() -> View:
    """Say why there is nothing to see."""
    return {
        "type": "home",
        "blocks": [section("Your team account is switched off. Ask an admin to switch it on again.")],
    }
