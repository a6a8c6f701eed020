"""The New Task modal, opened empty or from a message."""

import json
from collections.abc import Sequence
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.ids import Callback, Field
from bot.mentions import message_text
from bot.messages.blocks import Block, context, literal, option, plain, section
from bot.messages.refusals import field_errors
from bot.messages.tasks import build_facts
from bot.messages.text import by_name
from bot.modals.fields import (
    SEVERAL,
    View,
    assignees_input,
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
from core.tasks.bulk import BulkChanges
from core.tasks.model import DESCRIPTION_LIMIT, TITLE_LIMIT, NewTask, Task
from core.tasks.rights import may_create_for
from core.tasks.service import TaskService
from core.validation import validated

_NOBODY: Final = "nobody"


class NewTaskModal:
    def __init__(self, tasks: TaskService, bulk: BulkChanges, people: PeopleService, clock: Clock) -> None:
        self._tasks = tasks
        self._bulk = bulk
        self._people = people
        self._clock = clock

    def open(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open the modal: first of all, since Slack's `trigger_id` is good for three seconds."""
        actor: Actor = context["actor"]
        view = build_new_task(hands_out=self._hands_out(actor.person))
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def open_from_message(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open the modal with the message in it."""
        actor: Actor = context["actor"]
        text = message_text(body["message"].get("text") or "", self._people)
        hands_out = self._hands_out(actor.person)
        view = build_new_task(hands_out=hands_out, text=text, origin=permalink_of(body))
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def on_submit(self, ack: Ack, body: dict[str, Any], view: View, context: BoltContext) -> None:
        """Make the task and show it in the modal's place; what cannot be used is said at its field."""
        actor: Actor = context["actor"]
        once = f"view:{body['view']['id']}"
        try:
            owners, fields = parse_new_task(view, actor.person)
            new = validated(NewTask, **fields, source=parse_origin(view))
            if len(owners) > 1:
                made = [
                    each.task for each in self._bulk.create_for_each(actor, new, list(filter(None, owners)), once=once)
                ]
            else:
                one = new.model_copy(update={"assigned_to": owners[0]})
                made = [self._tasks.create(actor, one, once=once).task]
        except InvalidInputError as error:
            ack(response_action="errors", errors=field_errors(error))
            return
        ack(response_action="update", view=self._outcome(made, actor.person_id))

    def _outcome(self, made: Sequence[Task], author: PersonId) -> View:
        if len(made) > 1:
            return build_outcome(f"{len(made)} tasks, one for each:", build_each(made), title="Tasks added")
        return build_outcome(_said(made[0], author), build_facts(made[0], self._clock()))

    def _hands_out(self, person: Person) -> bool:
        return may_create_for(person, None, lambda: self._people.settings.members_can_assign)

    def suggest_people(self, ack: Ack, body: dict[str, Any]) -> None:
        """Answer what is typed into a field for people with those whose name or address starts so.

        Where several can be chosen, nobody is a choice as well: there an empty field means oneself.
        """
        typed, field = body.get("value", ""), body.get("block_id")
        among = self._people.admins_starting_with if field == Field.LINK_REQUESTS_TO else self._people.starting_with
        found = among(typed)
        if field == Field.HEIRS:  # There the action names who leaves.
            found = [person for person in found if not body["action_id"].endswith(f":{person.person_id}")]
        options = [build_person_option(person) for person in found]
        if body.get("action_id", "").endswith(SEVERAL) and _NOBODY.startswith(typed.strip().lower()):
            options.append(option("Nobody yet: the team's board", _NOBODY))
        ack(options=options)


def build_new_task(*, hands_out: bool, text: str = "", origin: str | None = None) -> View:
    """Ask for a task; whoever makes tasks for themselves alone is not asked for whom."""
    title, description = _title_of(text), text[:DESCRIPTION_LIMIT]
    blocks = [
        title_input(title),
        description_input(description if description != title else ""),
        deadline_input(),
        priority_input(),
        labels_input(),
    ]
    if hands_out:
        blocks.insert(2, assignees_input())
    view = {
        "type": "modal",
        "callback_id": Callback.NEW_TASK,
        "title": plain("New task"),
        "submit": plain("Add"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }
    return view | ({"private_metadata": json.dumps({"permalink": origin})} if origin else {})


def parse_new_task(view: View, person: Person) -> tuple[Sequence[PersonId | None], dict[str, Any]]:
    """Read for whom, and the other filled-in fields as those of `NewTask`.

    Raises:
        InvalidInputError: on `assigned_to`, `nobody_too`.
    """
    fields = parse_fields(view)
    owners = fields.pop(Field.ASSIGNED_TO, ())
    if not isinstance(owners, tuple):
        return (owners,), fields  # A form from before several could be chosen: empty, it is nobody's.
    if _NOBODY not in owners:
        return owners or (person.person_id,), fields
    if len(owners) > 1:
        raise InvalidInputError.of(Field.ASSIGNED_TO, "nobody_too")
    return (None,), fields


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


def build_each(tasks: Sequence[Task]) -> list[Block]:
    """Show tasks that differ only in whose they are."""
    rows = [f"*{task.task_id}*  ·  {by_name(task.assigned_to)}" for task in tasks if task.assigned_to]
    return [literal(tasks[0].title, bold=True), context("\n".join(rows))]


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
