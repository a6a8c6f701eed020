"""The forms in which admins add, change and remove people: built and read, nothing else."""

from collections.abc import Mapping
from typing import Any, Final

from bot.ids import Action, Callback, Field
from bot.messages.blocks import Block, Element, context, literal, option, plain, section
from bot.messages.people import name_of
from bot.modals.directory import Place, back_button, read_kept
from bot.modals.fields import View, field_input
from core.people.model import Group, Person
from core.people.orders import NAME_LIMIT

_GROUP_WORDS: Final = {
    Group.TEAM_MEMBERS: ("Team member", "Has tasks, and sees everybody's"),
    Group.ADMINS: ("Admin", "Hands out tasks and changes people, too"),
}
_HEIRS_LIMIT: Final = 20
_EDITED: Final = (Field.GIVEN_NAME, Field.FAMILY_NAME, Field.GROUPS)

Values = Mapping[str, Any]
"""The fields of a person by name, as the model has them."""


def build_add(place: Place, values: Values, *, said: str = "", edition: str = "") -> View:
    """Ask for a new member; `said` is mrkdwn and comes first."""
    email: Element = {"type": "email_text_input", "focus_on_load": True}
    email |= {"initial_value": values["email"]} if values.get("email") else {}
    hint = "The invitation goes there, with a temporary password that nobody else sees."
    blocks = [
        *([section(said)] if said else []),
        field_input(Field.EMAIL, "Email", email, edition=edition, hint=hint),
        *_names(values, edition),
        _groups(values.get("groups", {Group.TEAM_MEMBERS}), edition),
        back_button(),
    ]
    return _form(Callback.MEMBER_ADD, "Add to the team", "Add", place.written(), blocks)


def build_edit(person: Person, place: Place) -> View:
    """Ask for somebody's names and groups; what is not changed here stays as it is then."""
    edition = f":{person.person_id}"
    # A name from Cognito's console may be longer than the field; left as it stands, it stays.
    values = {"given_name": person.given_name[:NAME_LIMIT], "family_name": person.family_name[:NAME_LIMIT]}
    groups = sorted(group for group in Group if group in person.groups)
    blocks = [literal(person.email), *_names(values, edition), _groups(set(groups), edition), back_button()]
    kept = place.written(was={**values, "groups": groups})
    return _form(Callback.MEMBER_EDIT, "Edit", "Save", kept, blocks)


def build_own_demotion(place: Place, edit: Values) -> View:
    """Ask an admin whether they mean it, before they give their own rights away."""
    text = "*That is you.* You would be no admin any more, and only another admin could make you one again."
    kept = place.written(edit={name: sorted(value) if name == "groups" else value for name, value in edit.items()})
    return _form(Callback.MEMBER_EDIT, "Edit", "Give up my rights", kept, [section(text), back_button()])


def build_remove(person: Person, viewer: Person, place: Place) -> View:
    """Ask who inherits the open tasks of somebody who leaves; who would remove themselves is asked whether they do."""
    count = max(person.open_tasks, 0)
    text = f"*{name_of(person)}* can't sign in any more and leaves the directory. What they did keeps their name."
    if person.person_id == viewer.person_id:
        text += "\n*That is you.* You are signed out everywhere at once, and only another admin could add you again."
    blocks = [section(text)]
    if count:
        heirs: Element = {
            "type": "multi_external_select",
            "action_id": f"{Action.PICK_PERSON}:{person.person_id}",
            "placeholder": plain("Type a name or an address"),
            "min_query_length": 0,
            "max_selected_items": _HEIRS_LIMIT,
        }
        hint = "Several get them in turn. Left empty, they go to the unassigned board."
        label = f"Who inherits the {count} open tasks?" if count > 1 else "Who inherits the open task?"
        blocks.append(field_input(Field.HEIRS, label, heirs, optional=True, hint=hint))
    else:
        blocks.append(context("They have no open tasks."))
    return _form(Callback.MEMBER_REMOVE, "Remove", "Remove", place.written(), [*blocks, back_button()])


def parse_member(view: View) -> dict[str, Any]:
    """Read the fields of the Add form, as those of `NewMember`."""
    states = _states(view)
    return {
        **{field: states[field].get("value") or "" for field in (Field.EMAIL, Field.GIVEN_NAME, Field.FAMILY_NAME)},
        Field.GROUPS: frozenset(each["value"] for each in states[Field.GROUPS].get("selected_options") or ()),
    }


def parse_edit(view: View) -> tuple[dict[str, Any], bool]:
    """Read what is changed, as fields of `MemberEdit`, and whether an admin has said that they mean it."""
    kept = read_kept(view)
    if "edit" in kept:
        return _with_groups(kept["edit"]), True
    states, was = _states(view), _with_groups(kept.get("was", {}))
    read: dict[str, Any] = {
        **{field: states[field].get("value") or "" for field in (Field.GIVEN_NAME, Field.FAMILY_NAME)},
        Field.GROUPS: frozenset(each["value"] for each in states[Field.GROUPS].get("selected_options") or ()),
    }
    return {str(field): read[field] for field in _EDITED if read[field] != was.get(field)}, False


def parse_heirs(view: View) -> list[str]:
    """Read who inherits; nobody: the unassigned board."""
    return [each["value"] for each in _states(view).get(Field.HEIRS, {}).get("selected_options") or ()]


def _names(values: Values, edition: str) -> list[Block]:
    inputs = []
    for field, label, optional in ((Field.GIVEN_NAME, "Given name", False), (Field.FAMILY_NAME, "Family name", True)):
        element: Element = {"type": "plain_text_input", "max_length": NAME_LIMIT}
        element |= {"initial_value": values[field]} if values.get(field) else {}
        inputs.append(field_input(field, label, element, edition=edition, optional=optional))
    return inputs


def _groups(ticked: set[Any] | frozenset[Any], edition: str) -> Block:
    options = {
        group: option(label, group) | {"description": plain(does)} for group, (label, does) in _GROUP_WORDS.items()
    }
    initial = [options[group] for group in Group if group in ticked]
    element: Element = {"type": "checkboxes", "options": list(options.values())}
    element |= {"initial_options": initial} if initial else {}
    return field_input(Field.GROUPS, "Role", element, edition=edition)


def _states(view: View) -> dict[str, dict[str, Any]]:
    return {field: next(iter(states.values())) for field, states in view["state"]["values"].items()}


def _with_groups(values: Values) -> dict[str, Any]:
    return {**values, **({"groups": frozenset(values["groups"])} if "groups" in values else {})}


def _form(callback: Callback, title: str, submit: str, kept: str, blocks: list[Block]) -> View:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title),
        "submit": plain(submit),
        "close": plain("Close"),
        "private_metadata": kept,
        "blocks": blocks,
    }
