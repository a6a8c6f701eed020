"""What is pressed on a reminder: Done and Snooze, each shown in the task's own row."""

from datetime import date
from typing import Any

from slack_bolt import Ack, BoltContext

from bot.commands.changing import Changing
from bot.commands.model import SetStatus
from bot.commands.snoozing import day_of, picked_day, snoozed_until, today_of
from bot.errors import count_refusal
from bot.messages.reminders import outcome, task_of, with_outcome
from bot.replies import reply
from core.clock import Clock
from core.errors import ConflictError
from core.ids import TaskId
from core.notifications.reminders import ReminderService
from core.people.model import Actor
from core.tasks.model import OPEN_STATUSES, Task, TaskStatus


class ReminderButtons:
    def __init__(self, changing: Changing, reminders: ReminderService, clock: Clock) -> None:
        self._changing = changing
        self._reminders = reminders
        self._clock = clock

    def handle_done(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """Finish the task."""
        task_id = TaskId(body["actions"][0]["value"])
        once = f"button:{body['container']['message_ts']}:{body['actions'][0]['action_ts']}"
        actor: Actor = context["actor"]
        command = SetStatus(task_id, TaskStatus.DONE, only_from=OPEN_STATUSES)
        try:
            saved, _ = self._changing.answer(actor, command, once)
            said, task = f"Done. To open it again: /task reopen {task_id}", saved.task
        except ConflictError as conflict:
            if not conflict.is_stale:
                raise
            count_refusal(conflict)
            task, said = self._changing.overtaken_in_words(actor, task_id)
        ack()
        self._show(said, task, body, context)

    def handle_snooze(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """Keep the task out of reminders until tomorrow or next Monday."""
        task_id, _, until = body["actions"][0]["selected_option"]["value"].partition(" ")
        self._snooze(TaskId(task_id), day_of(until, self._today(context["actor"])), ack, body, context)

    def handle_snooze_until(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """Keep the task out of reminders until the day that was picked."""
        picked = body["actions"][0]
        until = picked_day(picked["selected_date"], self._today(context["actor"]))
        self._snooze(task_of(picked["action_id"]), until, ack, body, context)

    def _snooze(self, task_id: TaskId, until: date, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        snoozed = self._reminders.snooze(context["actor"], task_id, until)
        ack()
        self._show(snoozed_until(snoozed), snoozed.task, body, context)

    def _show(self, said: str, task: Task, body: dict[str, Any], context: BoltContext) -> None:
        message = body["message"]
        blocks = with_outcome(message["blocks"], task.task_id, outcome(said, task))
        reply(context, message.get("text", ""), blocks, replace_original=True)

    def _today(self, actor: Actor) -> date:
        return today_of(actor.person, self._clock())
