"""The form that asks when to be reminded of a task."""

from datetime import date

from bot.ids import Callback, Field
from bot.messages.blocks import Element, literal, plain
from bot.modals.fields import View, field_input
from core.tasks.model import Task


def build_snooze(task: Task, tomorrow: date) -> View:
    """Ask from which day on a task, which is named above, is to be in the daily reminder."""
    element: Element = {"type": "datepicker", "initial_date": tomorrow.isoformat(), "focus_on_load": True}
    hint = "It is in your daily reminder on that day, or on your next working day."
    return {
        "type": "modal",
        "callback_id": Callback.SNOOZE,
        "title": plain(f"Snooze {task.task_id}"[:24]),
        "submit": plain("Snooze"),
        "close": plain("Cancel"),
        "private_metadata": task.task_id,
        "blocks": [literal(task.title, bold=True), field_input(Field.SNOOZE, "Remind me on", element, hint=hint)],
    }
