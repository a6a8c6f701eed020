"""The form that changes many tasks of a list at once, and taking that back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.grammar import parse_command
from bot.commands.model import ListTasks
from bot.commands.reading import Reading
from bot.ids import Action, Callback, Field
from bot.messages.blocks import Block, Element, actions, button, context, option, plain, section, verbatim
from bot.messages.bulk import build_job
from bot.messages.lists import parse_page
from bot.messages.refusals import field_errors
from bot.messages.text import STATUS_WORDS, clipped
from bot.modals.fields import View, field_input, person_select
from bot.replies import reply, show
from core.errors import InvalidInputError
from core.ids import JobId, PersonId, TaskId
from core.jobs.model import Job, TaskChange, TaskChangeKind
from core.people.model import Actor, Person
from core.tasks.bulk import SELECTED_LIMIT, BulkChanges
from core.tasks.model import Task
from core.tasks.queries import Slice

_ROWS: Final = 10  # https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element
_OPTION: Final = 75  # https://docs.slack.dev/reference/block-kit/composition-objects/option-object
_NAME: Final = 25


class _Choice(StrEnum):
    """What is to be done with the tasks."""

    GIVE = "give"
    FREE = "free"
    MOVE = "move"
    LIFT = "lift"
    CANCEL = "cancel"


_CHOICES: Final = {
    _Choice.GIVE: "Give them to somebody",
    _Choice.FREE: "Put them on the board, for nobody yet",
    _Choice.MOVE: "Move their deadline",
    _Choice.LIFT: "Take their deadline away",
    _Choice.CANCEL: "Cancel them",
}
_FOR_ADMINS: Final = frozenset({_Choice.GIVE, _Choice.FREE})
_ASKED: Final = frozenset({Field.ASSIGNED_TO, Field.DEADLINE})
_KEPT: Final = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")


class BulkModal:
    def __init__(self, bulk: BulkChanges, reading: Reading) -> None:
        self._bulk = bulk
        self._reading = reading

    def open(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open the form with up to fifty tasks of the list that the button stands below."""
        actor: Actor = context["actor"]
        text, place = parse_page(body["actions"][0]["value"])
        command = parse_command(text)
        assert isinstance(command, ListTasks)  # noqa: S101 - as the button was made
        title, found = self._reading.selectable(actor, command, place or None, SELECTED_LIMIT)
        client.views_open(trigger_id=body["trigger_id"], view=build_bulk(title, found, actor.person))
        ack()

    def handle_choice(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Ask for whom or when, once it is clear what is to be done."""
        choice = body["actions"][0]["selected_option"]["value"]
        show(client, body["view"]["id"], asking(body["view"], choice))
        ack()

    def handle_ticks(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Tick every task of the form, or none."""
        is_all = body["actions"][0]["action_id"] == Action.BULK_ALL
        show(client, body["view"]["id"], ticked(body["view"], all_of_them=is_all))
        ack()

    def on_submit(self, ack: Ack, body: dict[str, Any], view: View, context: BoltContext) -> None:
        """Change what is ticked, and say what became of each in the form's place."""
        actor: Actor = context["actor"]
        try:
            task_ids, change = parse_bulk(view)
            job = self._bulk.change(actor, task_ids, change, once=f"view:{body['view']['id']}")
        except InvalidInputError as error:
            ack(response_action="errors", errors=field_errors(error))
            return
        ack(response_action="update", view=build_job_view(job))

    def handle_undo(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Take a change of many tasks back where it was reported."""
        pressed = body["actions"][0]
        once = f"undo:{pressed['value']}"
        job = self._bulk.undo(context["actor"], JobId(pressed["value"]), once=once)
        ack()
        if body["container"]["type"] == "view":
            show(client, body["view"]["id"], build_job_view(job))
        else:
            reply(context, *build_job(job), replace_original=True)


def build_bulk(title: str, found: Slice[Task], person: Person) -> View:
    """Show a list to tick, and ask what is to be done; members hand out nothing, so they are not offered it."""
    if not found.items:
        return _view([section(f"{title}: none any more.")], submit=None)
    choices = [option(words, each) for each, words in _CHOICES.items() if person.is_admin or each not in _FOR_ADMINS]
    radio = {"type": "radio_buttons", "action_id": Action.BULK_CHOICE, "options": choices}
    ticks = actions(button("Tick all", Action.BULK_ALL, "all"), button("Tick none", Action.BULK_NONE, "none"))
    blocks = [section(title), ticks, *_task_inputs(found.items, person)]
    if found.following:
        blocks.append(context(f"There are more than these {len(found.items)}; turn the list's pages for the others."))
    return _view([*blocks, {**field_input(Field.CHANGE, "What to do with them", radio), "dispatch_action": True}])


def asking(view: View, choice: str) -> View:
    """The form as it is shown, asking for what the choice needs besides."""
    blocks = [block for block in view["blocks"] if block.get("block_id") not in _ASKED]
    if choice == _Choice.GIVE:
        blocks.append(field_input(Field.ASSIGNED_TO, "To whom", person_select()))
    if choice == _Choice.MOVE:
        hint = "Shown in your own time zone."
        blocks.append(field_input(Field.DEADLINE, "New deadline", {"type": "datetimepicker"}, hint=hint))
    return {name: view[name] for name in _KEPT if name in view} | {"blocks": blocks}


def ticked(view: View, *, all_of_them: bool) -> View:
    """The form as it is shown, with all its tasks ticked or none."""
    blocks = [_ticked(block, all_of_them=all_of_them) if _is_of_tasks(block) else block for block in view["blocks"]]
    return {name: view[name] for name in _KEPT if name in view} | {"blocks": blocks}


def parse_bulk(view: View) -> tuple[list[TaskId], TaskChange]:
    """Read which tasks are ticked and what is to be done; raise InvalidInputError where something is missing."""
    chosen = {field: next(iter(states.values())) for field, states in view["state"]["values"].items()}
    rows = [state for field, state in chosen.items() if field.partition(":")[0] == Field.TASKS]
    task_ids = [TaskId(each["value"]) for state in rows for each in state.get("selected_options") or []]
    match _Choice(chosen[Field.CHANGE]["selected_option"]["value"]):
        case _Choice.GIVE:
            owner = (chosen.get(Field.ASSIGNED_TO) or {}).get("selected_option")
            if owner is None:
                raise InvalidInputError.of(Field.ASSIGNED_TO, "missing")
            return task_ids, TaskChange(kind=TaskChangeKind.REASSIGN, owner=PersonId(owner["value"]))
        case _Choice.FREE:
            return task_ids, TaskChange(kind=TaskChangeKind.REASSIGN)
        case _Choice.MOVE:
            seconds = (chosen.get(Field.DEADLINE) or {}).get("selected_date_time")
            if seconds is None:
                raise InvalidInputError.of(Field.DEADLINE, "missing")
            deadline = datetime.fromtimestamp(seconds, UTC)
            return task_ids, TaskChange(kind=TaskChangeKind.MOVE_DEADLINE, deadline=deadline)
        case _Choice.LIFT:
            return task_ids, TaskChange(kind=TaskChangeKind.MOVE_DEADLINE)
        case _Choice.CANCEL:
            return task_ids, TaskChange(kind=TaskChangeKind.CANCEL)


def build_job_view(job: Job) -> View:
    """Show what became of it where the form was."""
    return {"type": "modal", "title": plain("Several tasks"), "close": plain("Close"), "blocks": build_job(job)[1]}


def _view(blocks: Sequence[Block], submit: str | None = "Change them") -> View:
    view = {
        "type": "modal",
        "callback_id": Callback.BULK,
        "title": plain("Several tasks"),
        "close": plain("Cancel" if submit else "Close"),
        "blocks": list(blocks),
    }
    return view | ({"submit": plain(submit)} if submit else {})


def _task_inputs(tasks: Sequence[Task], person: Person) -> list[Block]:
    options = [_task_option(task, person) for task in tasks]
    groups = [options[first : first + _ROWS] for first in range(0, len(options), _ROWS)]
    inputs: list[Block] = []
    for number, group in enumerate(groups):
        first = number * _ROWS + 1
        label = "Tasks" if len(groups) == 1 else f"Tasks {first} to {first + len(group) - 1}"
        # What is wrong with all of them is said at the first.
        block_id = Field.TASKS if number == 0 else f"{Field.TASKS}:{number}"
        element: Element = {"type": "checkboxes", "action_id": f"{Action.INPUT}:0", "options": group}
        inputs.append({**field_input(Field.TASKS, label, element, optional=len(groups) > 1), "block_id": block_id})
    return inputs


def _task_option(task: Task, person: Person) -> Element:
    due = f"due {_day(task.deadline, person)}" if task.deadline else "no deadline"
    owner = clipped(task.assigned_to.name, _NAME) if task.assigned_to else "nobody's"
    facts = f"{STATUS_WORDS[task.task_status]}  ·  {owner}  ·  {due}"
    return {
        "text": verbatim(clipped(f"{task.task_id} {task.title}", _OPTION)),
        "description": verbatim(facts),
        "value": task.task_id,
    }


def _day(when: datetime, person: Person) -> str:
    """Where an option stands, Slack writes no dates of its own."""
    local = when.astimezone(person.zone)
    return f"{local:%a} {local.day} {local:%b %Y}"


def _is_of_tasks(block: Block) -> bool:
    return str(block.get("block_id", "")).partition(":")[0] == Field.TASKS


def _ticked(block: Block, *, all_of_them: bool) -> Block:
    shown = block["element"]
    number = int(shown["action_id"].rpartition(":")[2]) + 1
    # Slack keeps what stands in an input of the same name.
    element = {name: value for name, value in shown.items() if name != "initial_options"}
    element["action_id"] = f"{Action.INPUT}:{number}"
    return {**block, "element": element | ({"initial_options": shown["options"]} if all_of_them else {})}
