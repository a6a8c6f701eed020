"""The Edit modal: every field of a task, and what happens when somebody else was faster."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.ids import Callback, Field
from bot.messages.blocks import Block, literal, option, plain, section
from bot.messages.refusals import field_errors
from bot.messages.tasks import build_facts
from bot.modals.fields import (
    Values,
    View,
    assignee_input,
    deadline_input,
    description_input,
    field_input,
    labels_input,
    parse_fields,
    priority_input,
    title_input,
)
from bot.modals.new_task import build_outcome
from bot.replies import open_modal
from core.clock import Clock
from core.errors import ConflictError, ForbiddenError, InvalidInputError
from core.ids import TaskId
from core.people.model import Actor, Person, PersonRef
from core.people.service import PeopleService
from core.tasks.model import Priority, Task, TaskEdit
from core.tasks.rights import may_edit
from core.tasks.service import TaskService
from core.validation import validated

MINE: Final = "mine"
THEIRS: Final = "theirs"
_LOOKS_BACK: Final = 25
_SHOWN: Final = 200
"""How much of somebody's text stands in the notice; the whole of it is one choice away."""
_PICKED_TO: Final = timedelta(minutes=1)
"""Slack's picker knows no seconds: what differs by less was not changed."""
_WORDS: Final = {
    Field.TITLE: "title",
    Field.DESCRIPTION: "description",
    Field.ASSIGNED_TO: "owner",
    Field.DEADLINE: "deadline",
    Field.PRIORITY: "priority",
    Field.LABELS: "labels",
}


class EditTaskModal:
    def __init__(self, tasks: TaskService, people: PeopleService, clock: Clock) -> None:
        self._tasks = tasks
        self._people = people
        self._clock = clock

    def open(self, actor: Actor, task_id: TaskId, body: dict[str, Any], client: WebClient) -> None:
        """Open the form with the task as it stands; raises NotFoundError and ForbiddenError."""
        task = self._tasks.get(task_id)
        if not may_edit(actor.person, task):
            raise ForbiddenError("task.edit")
        open_modal(client, body, build_edit_task(task, actor.person))

    def handle_button(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open the form from a button of a card."""
        self.open(context["actor"], TaskId(body["actions"][0]["value"]), body, client)
        ack()

    def on_submit(self, ack: Ack, body: dict[str, Any], view: View, context: BoltContext) -> None:
        """Save, or show what somebody else changed meanwhile and ask."""
        actor: Actor = context["actor"]
        task_id, version, edit = parse_edit_task(view)
        try:
            # A conflict shows another form in the same view, so that the view alone does not name the request.
            once = f"view:{body['view']['id']}:{version}"
            saved = self._tasks.edit(actor, task_id, validated(TaskEdit, **edit), version=version, once=once)
        except InvalidInputError as error:
            ack(response_action="errors", errors=field_errors(error))
        except ConflictError as conflict:
            if not conflict.is_stale:
                raise
            ack(response_action="update", view=self._conflict(actor, task_id, version, edit))
        else:
            said = "Saved." if saved.changed else "Nothing was changed."
            facts = build_facts(saved.task, self._clock())
            ack(response_action="update", view=build_outcome(said, facts, title="Task edited"))

    def _conflict(self, actor: Actor, task_id: TaskId, version: int, typed: Values) -> View:
        events = self._tasks.history(task_id, limit=_LOOKS_BACK).items
        states = [event.task for event in events if event.task]
        base = next((task for task in states if task.version == version), states[-1])
        current = self._tasks.get(task_id)
        by = list(dict.fromkeys(event.actor.name for event in events if event.task and event.task.version > version))
        return build_conflict(current, actor.person, changed_fields(base, typed), _theirs(base, current), by)


def changed_fields(base: Task, typed: Values) -> dict[str, Any]:
    """What somebody typed that is not as it was when they began."""
    stood = _fields(base)
    return {name: value for name, value in typed.items() if value != stood[name]}


def build_edit_task(task: Task, person: Person) -> View:
    """Show every field of a task; only admins are asked for its owner."""
    return _form(task, person, _fields(task), [], {})


def build_conflict(current: Task, person: Person, mine: Values, theirs: Sequence[str], by: Sequence[str]) -> View:
    """Show what changed meanwhile above the form; it keeps what was typed and has the rest as it stands now."""
    stood = _fields(current)
    both = [name for name in theirs if name in mine and mine[name] != stood[name]]
    lines = [f"{' and '.join(by) or 'Somebody'} changed this task while you were typing:"]
    lines += [f"• {_WORDS[Field(name)]}: now {_said(current, name)}" for name in theirs]
    notice: list[Block] = [literal("\n".join(lines))]
    if both:
        names = ", ".join(_WORDS[Field(name)] for name in both)
        options = [option("Keep what I typed", MINE), option("Take theirs", THEIRS)]
        radio = {"type": "radio_buttons", "options": options, "initial_option": options[0]}
        notice.append(field_input(Field.CHOICE, f"You both changed: {names}", radio))
    else:
        notice.append(section("What you typed is still here. Save again to add it to theirs."))
    return _form(current, person, {**stood, **mine}, notice, {"both": both})


def parse_edit_task(view: View) -> tuple[TaskId, int, dict[str, Any]]:
    """Read the task, the version that was looked at, and the fields; where theirs are taken, mine are left out."""
    kept = json.loads(view["private_metadata"])
    fields = parse_fields(view)
    shown = datetime.fromisoformat(kept["deadline"]) if kept["deadline"] else None
    if shown and fields["deadline"] and abs(fields["deadline"] - shown) < _PICKED_TO:
        fields["deadline"] = shown
    if fields.pop(Field.CHOICE, MINE) == THEIRS:
        fields = {name: value for name, value in fields.items() if name not in kept["both"]}
    return TaskId(kept["task_id"]), kept["version"], fields


def _form(task: Task, person: Person, values: Values, notice: list[Block], kept: dict[str, Any]) -> View:
    # Slack keeps what stands in an input of the same name; the version makes it another one.
    edition = f":{task.version}"
    blocks = [
        *notice,
        title_input(values["title"], edition=edition),
        description_input(values["description"], edition=edition),
        deadline_input(values["deadline"], edition=edition),
        priority_input(Priority(values["priority"]), edition=edition),
        labels_input(values["labels"], edition=edition),
    ]
    if person.is_admin:
        owner = task.assigned_to
        if values["assigned_to"] != task.owner_id:
            chosen = values["assigned_to"]
            owner = PersonRef(person_id=chosen, name="The person you chose") if chosen else None
        blocks.insert(len(notice) + 2, assignee_input(owner, edition=edition))
    shown = values["deadline"].isoformat() if values["deadline"] else None
    return {
        "type": "modal",
        "callback_id": Callback.EDIT_TASK,
        "title": plain(f"Edit {task.task_id}"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "private_metadata": json.dumps({"task_id": task.task_id, "version": task.version, "deadline": shown, **kept}),
        "blocks": blocks,
    }


def _fields(task: Task) -> dict[str, Any]:
    return {
        "title": task.title,
        "description": task.description,
        "deadline": task.deadline,
        "priority": task.priority,
        "labels": task.labels,
        "assigned_to": task.owner_id,
    }


def _theirs(base: Task, current: Task) -> list[str]:
    before, now = _fields(base), _fields(current)
    return [name for name in now if now[name] != before[name]]


def _said(task: Task, name: str) -> str:
    match name:
        case "assigned_to":
            return task.assigned_to.name if task.assigned_to else "nobody"
        case "deadline":
            return f"{task.deadline:%Y-%m-%d %H:%M} UTC" if task.deadline else "none"
        case "labels":
            return ", ".join(task.labels) or "none"
    text = str(_fields(task)[name]) or "empty"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
