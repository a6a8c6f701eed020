"""The directory: everybody by name, searched and filtered, a page at a time."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from bot.ids import Action, Callback, Field
from bot.messages.blocks import Block, actions, button, context, option, plain, section
from bot.messages.people import called, load, name_of, slack_side, standing
from bot.messages.text import escape
from bot.modals.fields import View, field_input
from core.errors import InvalidInputError
from core.ids import PersonId
from core.people.model import Person
from core.people.queries import DirectoryFilter
from core.tasks.queries import Slice

DIRECTORY_PAGE: Final = 10
_TEXT_LIMIT: Final = 100
_EVERYBODY: Final = "everybody"
_ONLY_WORDS: Final = {
    _EVERYBODY: "Everybody",
    DirectoryFilter.ACTIVE: "Active",
    DirectoryFilter.DISABLED: "Disabled",
    DirectoryFilter.NOT_LINKED: "Not linked to Slack",
    DirectoryFilter.NO_TASKS: "Without open tasks",
}


class Place(NamedTuple):
    """Where in the directory somebody is, and whom they look at; the modal keeps it."""

    text: str = ""
    only: DirectoryFilter | None = None
    at: str | None = None
    person: PersonId | None = None

    def written(self, **more: Any) -> str:
        """Write it as the modal keeps it, with what else its form needs."""
        kept = {"text": self.text, "only": self.only, "at": self.at, "person": self.person, **more}
        # A name is in there as many as three times, and an escaped letter would take up to twelve of Slack's 3,000.
        return json.dumps(kept, ensure_ascii=False)

    @property
    def chosen(self) -> PersonId:
        """Whom they look at; raises InvalidInputError where it is nobody."""
        if self.person is None:
            raise _unreadable()
        return self.person


def read_place(view: View) -> Place:
    """Read where a modal stands; raise InvalidInputError for what no modal of ours keeps."""
    kept = read_kept(view)
    try:
        only = DirectoryFilter(kept["only"]) if kept["only"] else None
        at, person = kept["at"], kept["person"]
        return Place(str(kept["text"]), only, str(at) if at else None, PersonId(str(person)) if person else None)
    except (KeyError, ValueError) as foreign:
        raise _unreadable() from foreign


def read_kept(view: View) -> Mapping[str, Any]:
    """Read everything that a modal keeps; raises as `read_place` does."""
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError as foreign:
        raise _unreadable() from foreign
    if not isinstance(kept, dict):
        raise _unreadable()
    return kept


def read_search(view: View) -> Place:
    """Read what is looked for in the directory: from the start of its list."""
    values = view["state"]["values"]
    chosen = (values[Field.ONLY][Action.TEAM_ONLY].get("selected_option") or {}).get("value", _EVERYBODY)
    text = values[Field.SEARCH][Action.TEAM_SEARCH].get("value") or ""
    try:
        return place_of(text, None if chosen == _EVERYBODY else DirectoryFilter(chosen))
    except ValueError as foreign:
        raise _unreadable() from foreign


def place_of(text: str, only: DirectoryFilter | None = None) -> Place:
    """Where what is looked for begins; as much of it counts as fits the field, and no name is longer."""
    return Place(text.strip()[:_TEXT_LIMIT], only)


def build_said(sentence: str) -> View:
    """Say one thing, also while something slow is done."""
    return {"type": "modal", "title": plain("Team"), "close": plain("Close"), "blocks": [section(sentence)]}


def build_directory(
    place: Place, found: Slice[Person], overdue: Mapping[PersonId, int], viewer: Person, *, said: str = ""
) -> View:
    """Show a page of people; admins may change them, everybody sees their tasks. `said` is mrkdwn and comes first."""
    rows = [_row(person, overdue.get(person.person_id, 0), viewer) for person in found.items]
    if not rows:
        rows = [context("There are more people. *Look further.*" if found.gave_up else _nobody(place))]
    return {
        "type": "modal",
        "callback_id": Callback.TEAM,
        "title": plain("Team"),
        "submit": plain("Search"),
        "close": plain("Close"),
        "private_metadata": place.written(),
        "blocks": [*([section(said)] if said else []), *_controls(place, viewer), *rows, *_pages(found)],
    }


def back_button() -> Block:
    return actions(button("Back to the team", Action.TEAM_BACK, "back"))


def _controls(place: Place, viewer: Person) -> list[Block]:
    typed = {
        "type": "plain_text_input",
        "action_id": Action.TEAM_SEARCH,
        "max_length": _TEXT_LIMIT,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    if place.text:
        typed["initial_value"] = place.text
    search = field_input(Field.SEARCH, "Find by the beginning of a name or an email address", typed, optional=True)
    options = {value: option(label, value) for value, label in _ONLY_WORDS.items()}
    only = {
        "type": "static_select",
        "action_id": Action.TEAM_ONLY,
        "placeholder": plain("Whom to show"),
        "options": list(options.values()),
        "initial_option": options[place.only or _EVERYBODY],
    }
    adding = [button("Add somebody", Action.MEMBER_ADD, "add", style="primary")] if viewer.is_admin else []
    return [
        {**search, "dispatch_action": True},
        {**actions(only, *adding), "block_id": Field.ONLY},
    ]


def _row(person: Person, overdue: int, viewer: Person) -> Block:
    facts = (standing(person), load(person, overdue), slack_side(person))
    block = section(f"*{name_of(person)}*  {escape(person.email)}\n{'  ·  '.join(facts)}")
    label, action = ("Manage", Action.MEMBER) if viewer.is_admin else ("Tasks", Action.MEMBER_TASKS)
    block["accessory"] = button(label, action, person.person_id, spoken=f"{label}: {called(person)}"[:75])
    return block


def _pages(found: Slice[Person]) -> list[Block]:
    buttons = []
    if found.previous:
        buttons.append(button("Previous", Action.TEAM_PREVIOUS, found.previous))
    if found.following:
        label = "Look further" if found.gave_up else "Next"
        buttons.append(button(label, Action.TEAM_NEXT, found.following))
    return [actions(*buttons)] if buttons else []


def _nobody(place: Place) -> str:
    which = f" among *{_ONLY_WORDS[place.only]}*" if place.only else ""
    if place.text:
        return f"Nobody's name or address begins with “{escape(place.text)}”{which}. `/team help` shows what else I do."
    return f"Nobody is here{which}."


def _unreadable() -> InvalidInputError:
    return InvalidInputError.of("team", "not_understood")
