"""The menu on a card: opening its task, and being reminded of it later."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.tasks import TaskCommands
from bot.ids import Field, Until
from bot.messages.blocks import section
from bot.messages.refusals import field_errors
from bot.messages.tasks import SNOOZE, build_card, build_facts
from bot.messages.text import escape
from bot.modals.fields import View, parse_fields
from bot.modals.new_task import build_outcome
from bot.modals.snooze import build_snooze
from core.clock import Clock
from core.errors import InvalidInputError
from core.ids import TaskId
from core.notifications.reminders import ReminderService, Snoozed
from core.people.model import Actor, Person

_DAY: Final = timedelta(days=1)


class Snoozing:
    def __init__(self, reminders: ReminderService, tasks: TaskCommands, clock: Clock) -> None:
        self._reminders = reminders
        self._tasks = tasks
        self._clock = clock

    def handle_menu(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Snooze the task, or ask until when, or do what else was chosen: a command as it could be typed."""
        actor: Actor = context["actor"]
        verb, task_id, *until = body["actions"][0]["selected_option"]["value"].split()
        if verb != SNOOZE:
            self._tasks.handle_menu(ack, body, context, client)
        elif not until:
            self._ask(actor, TaskId(task_id), ack, body, client)
        else:
            day = day_of(until[0], today_of(actor.person, self._clock()))
            snoozed = self._reminders.snooze(actor, TaskId(task_id), day)
            ack()
            said, task = snoozed_until(snoozed), snoozed.task
            blocks = [section(said), *build_card(task, actor.person, self._clock())]
            answer = f"{said} {task.task_id}: {escape(task.title)}", blocks
            self._tasks.show_change(actor, task, answer, body, context, client)

    def on_submit(self, ack: Ack, view: View, context: BoltContext) -> None:
        """Snooze until the day that was picked; what cannot be used is said at the field."""
        actor: Actor = context["actor"]
        try:
            until = picked_day(parse_fields(view)[Field.SNOOZE], today_of(actor.person, self._clock()))
            snoozed = self._reminders.snooze(actor, TaskId(view["private_metadata"]), until)
        except InvalidInputError as error:
            ack(response_action="errors", errors=field_errors(error))
            return
        facts = build_facts(snoozed.task, self._clock())
        ack(response_action="update", view=build_outcome(snoozed_until(snoozed), facts, title="Snoozed"))

    def _ask(self, actor: Actor, task_id: TaskId, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        task = self._reminders.snoozable(actor, task_id)
        tomorrow = today_of(actor.person, self._clock()) + _DAY
        client.views_open(trigger_id=body["trigger_id"], view=build_snooze(task, tomorrow))
        ack()


def today_of(person: Person, now: datetime) -> date:
    """The day it is where somebody is."""
    return now.astimezone(person.zone).date()


def day_of(choice: str, today: date) -> date:
    """Until when a choice of a menu snoozes."""
    return today + {Until.TOMORROW: _DAY, Until.NEXT_WEEK: timedelta(days=7 - today.weekday())}[Until(choice)]


def picked_day(picked: str, today: date) -> date:
    """Read the day of a date picker; raise InvalidInputError where there is none after today."""
    if not picked or date.fromisoformat(picked) <= today:
        raise InvalidInputError.of("snooze", "in_past")
    return date.fromisoformat(picked)


def snoozed_until(snoozed: Snoozed) -> str:
    """Say when one is reminded, in mrkdwn."""
    until = snoozed.until
    said = f"Snoozed until {until:%A} {until.day} {until:%B %Y}."
    return said if snoozed.is_heard else f"{said} Your reminders are turned off: `/task settings`."
