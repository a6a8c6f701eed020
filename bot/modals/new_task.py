"""The New Task modal, opened empty or from a message."""

import json
from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.tokens import plain_text
from bot.errors import field_errors
from bot.ids import Callback
from bot.messages.blocks import Block, plain, section
from bot.messages.tasks import build_facts
from bot.messages.text import by_name
from bot.modals.fields import (
    View,
    assignee_input,
    build_person_option,
    deadline_input,
    description_input,
    labels_input,
    parse_fields,
    priority_input,
    title_input,
)
from core.clock import Clock
from core.errors import InvalidInputError
from core.ids import PersonId
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks.model import DESCRIPTION_LIMIT, TITLE_LIMIT, NewTask, Task
from core.tasks.service import TaskService
from core.validation import validated


class NewTaskModal:
    def __init__(self, tasks: TaskService, people: PeopleService, clock: Clock) -> None:
        self._tasks = tasks
        self._people = people
        self._clock = clock

    def open(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open the modal: first of all, since Slack's `trigger_id` is good for three seconds."""
        actor: Actor = context["actor"]
        client.views_open(trigger_id=body["trigger_id"], view=build_new_task(actor.person))
        ack()

    def open_from_message(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open the modal with the message in it."""
        actor: Actor = context["actor"]
        text = plain_text(body["message"].get("text") or "")
        view = build_new_task(actor.person, text=text, origin=permalink_of(body))
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def on_submit(self, ack: Ack, body: dict[str, Any], view: View, context: BoltContext) -> None:
        """Make the task and show it in the modal's place; what cannot be used is said at its field."""
        actor: Actor = context["actor"]
        try:
            new = validated(NewTask, **parse_new_task(view, actor.person), source=parse_origin(view))
            saved = self._tasks.create(actor, new, once=f"view:{body['view']['id']}")
        except InvalidInputError as error:
            ack(response_action="errors", errors=field_errors(error))
            return
        said = _said(saved.task, actor.person_id)
        ack(response_action="update", view=build_outcome(said, build_facts(saved.task, self._clock())))

    def suggest_people(self, ack: Ack, body: dict[str, Any]) -> None:
        """Answer what is typed into the assignee field with the people whose name or address starts so."""
        ack(options=[build_person_option(person) for person in self._people.starting_with(body.get("value", ""))])


def build_new_task(person: Person, *, text: str = "", origin: str | None = None) -> View:
    """Ask for a task; members make tasks for themselves, so only admins are asked for whom."""
    title, description = _title_of(text), text[:DESCRIPTION_LIMIT]
    blocks = [
        title_input(title),
        description_input(description if description != title else ""),
        deadline_input(),
        priority_input(),
        labels_input(),
    ]
    if person.is_admin:
        blocks.insert(2, assignee_input(person))
    view = {
        "type": "modal",
        "callback_id": Callback.NEW_TASK,
        "title": plain("New task"),
        "submit": plain("Add"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }
    return view | ({"private_metadata": json.dumps({"permalink": origin})} if origin else {})


def parse_new_task(view: View, person: Person) -> dict[str, Any]:
    """Read the filled-in fields as those of `NewTask`."""
    return {"assigned_to": person.person_id, **parse_fields(view)}


def parse_origin(view: View) -> str | None:
    """Read the link of the message that the modal was opened from."""
    kept = view.get("private_metadata")
    return str(json.loads(kept)["permalink"]) if kept else None


def permalink_of(body: dict[str, Any]) -> str:
    """The link of a shortcut's message; it is written, not asked for: the bot may not see that channel."""
    channel, message = body["channel"]["id"], body["message"]
    thread = message.get("thread_ts")
    link = f"https://{body['team']['domain']}.slack.com/archives/{channel}/p{message['ts'].replace('.', '')}"
    return f"{link}?thread_ts={thread}&cid={channel}" if thread and thread != message["ts"] else link


def build_outcome(said: str, facts: Sequence[Block], *, title: str = "Task added") -> View:
    """Show what became of it where the form was."""
    return {"type": "modal", "title": plain(title), "close": plain("Close"), "blocks": [section(said), *facts]}


def _said(task: Task, author: PersonId) -> str:
    """What becomes of a new task now."""
    if task.assigned_to is None:
        return "It is on the team's board. Nobody has it yet."
    return "It is on your list." if task.owner_id == author else f"{by_name(task.assigned_to)} is told now."


def _title_of(text: str) -> str:
    """The first line of a message, cut at a word where it is too long."""
    line = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")
    if len(line) <= TITLE_LIMIT:
        return line
    return line[: TITLE_LIMIT - 1].rsplit(" ", 1)[0] + "…"
