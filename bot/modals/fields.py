"""The inputs that task forms are made of, and how they are read."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.ids import Action, Field
from bot.messages.blocks import Block, Element, plain
from core.ids import PersonId
from core.people.model import Person, PersonRef
from core.tasks.bulk import OWNERS_LIMIT
from core.tasks.model import DESCRIPTION_LIMIT, TITLE_LIMIT, Priority

View = dict[str, Any]
SEVERAL: Final = ":several"
"""The edition of a field that takes several people, and nobody in their place."""
Values = Mapping[str, Any]
"""The fields of a task by name, as the model has them."""


def title_input(value: str = "", *, edition: str = "") -> Block:
    element = {"type": "plain_text_input", "max_length": TITLE_LIMIT, "focus_on_load": True}
    return field_input(Field.TITLE, "Title", element | _initial("initial_value", value), edition=edition)


def description_input(value: str = "", *, edition: str = "") -> Block:
    element = {"type": "plain_text_input", "multiline": True, "max_length": DESCRIPTION_LIMIT}
    element |= _initial("initial_value", value)
    return field_input(Field.DESCRIPTION, "Description", element, edition=edition, optional=True)


def deadline_input(value: datetime | None = None, *, edition: str = "") -> Block:
    element: Element = {"type": "datetimepicker"}
    element |= _initial("initial_date_time", int(value.timestamp()) if value else None)
    hint = "Shown in your own time zone."
    return field_input(Field.DEADLINE, "Due", element, edition=edition, optional=True, hint=hint)


def priority_input(value: Priority = Priority.NORMAL, *, edition: str = "") -> Block:
    options = {each: {"text": plain(each.capitalize()), "value": each} for each in Priority}
    element = {"type": "static_select", "options": list(options.values()), "initial_option": options[value]}
    return field_input(Field.PRIORITY, "Priority", element, edition=edition)


def labels_input(value: tuple[str, ...] = (), *, edition: str = "") -> Block:
    element: Element = {"type": "plain_text_input"} | _initial("initial_value", ", ".join(value))
    hint = "One word each, with commas between them, for example: web, billing"
    return field_input(Field.LABELS, "Labels", element, edition=edition, optional=True, hint=hint)


def assignee_input(owner: PersonRef | Person | None, *, edition: str = "") -> Block:
    """Ask for whom; left empty, it is nobody's."""
    element = person_select(edition=edition)
    if owner is not None:
        element["initial_option"] = build_person_option(owner)
    return field_input(Field.ASSIGNED_TO, "For", element, optional=True)


def assignees_input() -> Block:
    """Ask for whom, one or several; left empty, it is for whoever fills the form in."""
    element = person_select(edition=SEVERAL) | {
        "type": "multi_external_select",
        "placeholder": plain("You, unless you choose others"),
        "max_selected_items": OWNERS_LIMIT,
    }
    hint = "Choose several, and each gets a task of their own."
    return field_input(Field.ASSIGNED_TO, "For", element, optional=True, hint=hint)


def person_select(*, edition: str = "") -> Element:
    """Choose somebody of the team by typing the beginning of a name or address."""
    return {
        "type": "external_select",
        "action_id": Action.PICK_PERSON + edition,
        "placeholder": plain("Type a name or an address"),
        "min_query_length": 0,
    }


def field_input(
    field: Field, label: str, element: Element, *, edition: str = "", optional: bool = False, hint: str | None = None
) -> Block:
    """Make an input block; of another `edition`, it does not keep what was typed into the one before."""
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label),
        "element": {"action_id": Action.INPUT + edition, **element},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint)
    return block


def build_person_option(person: PersonRef | Person) -> dict[str, Any]:
    """Offer a person by name, with the address that tells namesakes apart where it is known."""
    label = f"{person.name} ({person.email})" if isinstance(person, Person) else person.name
    return {"text": plain(label if len(label) <= 75 else f"{label[:74]}…"), "value": person.person_id}


def parse_fields(view: View) -> dict[str, Any]:
    """Read the fields that are filled in; one that the form does not ask for is not among them."""
    inputs = {field: next(iter(values.values())) for field, values in view["state"]["values"].items()}
    read = {field: _read(Field(field), state) for field, state in inputs.items()}
    return {str(field): value for field, value in read.items()}


def _read(field: Field, state: dict[str, Any]) -> Any:
    match field:
        case Field.ASSIGNED_TO:
            if "selected_options" in state:
                return tuple(PersonId(each["value"]) for each in state["selected_options"] or [])
            chosen = state.get("selected_option")
            return PersonId(chosen["value"]) if chosen else None
        case Field.DEADLINE:
            seconds = state.get("selected_date_time")
            return datetime.fromtimestamp(seconds, UTC) if seconds else None
        case Field.PRIORITY | Field.CHOICE:
            return state["selected_option"]["value"]
        case Field.SNOOZE:
            return state.get("selected_date") or ""
        case Field.LABELS:
            return tuple(word.lstrip("#+") for word in re.split(r"[,\s]+", state.get("value") or "") if word)
    return state.get("value") or ""


def _initial(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}
