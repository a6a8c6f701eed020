"""The New Task modal."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.errors import plain_sentence_for
from bot.ids import Action, Callback, Field
from bot.messages.blocks import Block, Element, plain, section
from bot.messages.tasks import build_facts
from core.clock import Clock
from core.errors import InvalidInputError
from core.ids import PersonId
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks.model import DESCRIPTION_LIMIT, TITLE_LIMIT, NewTask, Priority
from core.tasks.service import TaskService
from core.validation import validated

View = dict[str, Any]


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

    def on_submit(self, ack: Ack, body: dict[str, Any], view: View, context: BoltContext) -> None:
        """Make the task and show it in the modal's place; what cannot be used is said at its field."""
        actor: Actor = context["actor"]
        try:
            new = validated(NewTask, **parse_new_task(view, actor.person))
            task = self._tasks.create(actor, new, once=f"view:{body['view']['id']}").task
        except InvalidInputError as error:
            ack(response_action="errors", errors={each.field: plain_sentence_for(each) for each in error.problems})
            return
        said = "It is on your list." if task.owner_id == actor.person_id else "They are told now."
        ack(response_action="update", view=build_outcome(said, build_facts(task, self._clock())))

    def suggest_people(self, ack: Ack, body: dict[str, Any]) -> None:
        """Answer what is typed into the assignee field with the people whose name or address starts so."""
        ack(options=[build_person_option(person) for person in self._people.starting_with(body.get("value", ""))])


def build_new_task(person: Person) -> View:
    """Ask for a task; members make tasks for themselves, so only admins are asked for whom."""
    blocks = [
        _input(Field.TITLE, "Title", {"type": "plain_text_input", "max_length": TITLE_LIMIT, "focus_on_load": True}),
        _input(
            Field.DESCRIPTION,
            "Description",
            {"type": "plain_text_input", "multiline": True, "max_length": DESCRIPTION_LIMIT},
            optional=True,
        ),
        _input(Field.DEADLINE, "Due", {"type": "datetimepicker"}, optional=True, hint="Shown in your own time zone."),
        _input(Field.PRIORITY, "Priority", _priorities()),
    ]
    if person.is_admin:
        blocks.insert(2, _assignee(person))
    return {
        "type": "modal",
        "callback_id": Callback.NEW_TASK,
        "title": plain("New task"),
        "submit": plain("Add"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }


def parse_new_task(view: View, person: Person) -> dict[str, Any]:
    """Read the filled-in fields as those of `NewTask`."""
    values = {field: next(iter(inputs.values())) for field, inputs in view["state"]["values"].items()}
    chosen = (values.get(Field.ASSIGNED_TO) or {}).get("selected_option")
    seconds = values[Field.DEADLINE].get("selected_date_time")
    return {
        "title": values[Field.TITLE].get("value") or "",
        "description": values[Field.DESCRIPTION].get("value") or "",
        "assigned_to": PersonId(chosen["value"]) if chosen else person.person_id,
        "deadline": datetime.fromtimestamp(seconds, UTC) if seconds else None,
        "priority": values[Field.PRIORITY]["selected_option"]["value"],
    }


def build_outcome(said: str, facts: Sequence[Block]) -> View:
    """Show the new task where the form was."""
    return {"type": "modal", "title": plain("Task added"), "close": plain("Close"), "blocks": [section(said), *facts]}


def build_person_option(person: Person) -> dict[str, Any]:
    """Offer a person by name, with the address that tells namesakes apart."""
    label = f"{person.name} ({person.email})"
    return {"text": plain(label if len(label) <= 75 else f"{label[:74]}…"), "value": person.person_id}


def _assignee(person: Person) -> Block:
    select = {
        "type": "external_select",
        "action_id": Action.PICK_PERSON,
        "placeholder": plain("Type a name or an address"),
        "min_query_length": 0,
        "initial_option": build_person_option(person),
    }
    return _input(Field.ASSIGNED_TO, "For", select)


def _priorities() -> Element:
    options = {each: {"text": plain(each.capitalize()), "value": each} for each in Priority}
    return {"type": "static_select", "options": list(options.values()), "initial_option": options[Priority.NORMAL]}


def _input(field: Field, label: str, element: Element, *, optional: bool = False, hint: str | None = None) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label),
        "element": {"action_id": Action.INPUT, **element},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint)
    return block
