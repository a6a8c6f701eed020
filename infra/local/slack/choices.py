"""What people choose and type: how each type of element holds it, in actions and in a view's state.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
https://docs.slack.dev/reference/views#view_state
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from infra.local.slack.errors import ImpossibleError
from infra.local.slack.model import Json


class Pick(Enum):
    """What can be chosen: an offered option or several, a text or id or several, an instant, text with marks."""

    OPTION = auto()
    OPTIONS = auto()
    ONE = auto()
    MANY = auto()
    INSTANT = auto()
    RICH_TEXT = auto()


@dataclass(frozen=True, slots=True)
class Holding:
    """The field that holds what was chosen, and the field of the element that says what is chosen at first."""

    field: str
    initial: str
    pick: Pick


_OPTION: Final = Holding("selected_option", "initial_option", Pick.OPTION)
_OPTIONS: Final = Holding("selected_options", "initial_options", Pick.OPTIONS)
_VALUE: Final = Holding("value", "initial_value", Pick.ONE)

HOLDINGS: Final[Mapping[str, Holding]] = {
    "static_select": _OPTION,
    "external_select": _OPTION,
    "overflow": _OPTION,
    "radio_buttons": _OPTION,
    "checkboxes": _OPTIONS,
    "multi_static_select": _OPTIONS,
    "multi_external_select": _OPTIONS,
    "users_select": Holding("selected_user", "initial_user", Pick.ONE),
    "conversations_select": Holding("selected_conversation", "initial_conversation", Pick.ONE),
    "channels_select": Holding("selected_channel", "initial_channel", Pick.ONE),
    "multi_users_select": Holding("selected_users", "initial_users", Pick.MANY),
    "multi_conversations_select": Holding("selected_conversations", "initial_conversations", Pick.MANY),
    "multi_channels_select": Holding("selected_channels", "initial_channels", Pick.MANY),
    "datepicker": Holding("selected_date", "initial_date", Pick.ONE),
    "timepicker": Holding("selected_time", "initial_time", Pick.ONE),
    "datetimepicker": Holding("selected_date_time", "initial_date_time", Pick.INSTANT),
    "plain_text_input": _VALUE,
    "email_text_input": _VALUE,
    "url_text_input": _VALUE,
    "number_input": _VALUE,
    "rich_text_input": Holding("rich_text_value", "initial_value", Pick.RICH_TEXT),
    "file_input": Holding("files", "", Pick.MANY),
}


def action_of(element: Json, value: str | None, offered: Sequence[Json] = ()) -> Json:
    """Build the action of using an element, as a payload carries it.

    Raises:
        ImpossibleError: when the element does not offer `value`.
    """
    action: Json = {"action_id": element["action_id"], **state_of(element, value, offered)}
    if element["type"] in HOLDINGS:
        return action
    return action | {name: element[name] for name in ("text", "value", "style") if name in element}


def state_of(element: Json, value: str | None, offered: Sequence[Json] = ()) -> Json:
    """Build what an element holds once `value` is chosen; several are separated by commas, None takes it back.

    `offered` are the options that the app suggested for an external select, and those that it holds already.

    Raises:
        ImpossibleError: when the element does not offer `value`.
    """
    kind = element["type"]
    holding = HOLDINGS.get(kind)
    return {"type": kind} | ({} if holding is None else {holding.field: _held(element, holding, value, offered)})


def initial_state(element: Json) -> Json | None:
    """Build what an element holds before anybody touches it; None where the type holds nothing."""
    holding = HOLDINGS.get(element["type"])
    if holding is None or element["type"] == "overflow":
        return None
    nothing: Any = [] if holding.pick in {Pick.OPTIONS, Pick.MANY} else None
    return {"type": element["type"], holding.field: element.get(holding.initial, nothing)}


def held_after(values: Json, action: Json) -> Json:
    """Build what all elements hold once an action was taken; a button and an overflow menu hold nothing."""
    holding = HOLDINGS.get(action["type"])
    if holding is None or action["type"] == "overflow":
        return values
    held = {name: action[name] for name in ("type", holding.field)}
    block = values.get(action["block_id"], {})
    return values | {action["block_id"]: block | {action["action_id"]: held}}


def is_empty(state: Json) -> bool:
    """Tell whether nothing is chosen."""
    return not state.get(HOLDINGS[state["type"]].field)


def _held(element: Json, holding: Holding, value: str | None, offered: Sequence[Json]) -> Any:
    values = value.split(",") if value else []
    match holding.pick:
        case Pick.OPTION:
            return _option(element, value, offered) if value is not None else None
        case Pick.OPTIONS:
            return [_option(element, each, offered) for each in values]
        case Pick.MANY:
            return values
        case Pick.INSTANT:
            return _instant(value)
        case Pick.RICH_TEXT:
            return _rich_text(value) if value else None
        case Pick.ONE:
            return value


def _rich_text(words: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}


def _instant(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdecimal():
        raise ImpossibleError(f"{value} is no instant in seconds")
    return int(value)


def _option(element: Json, value: str | None, offered: Sequence[Json]) -> Json:
    for option in (*_options(element), *offered):
        if option["value"] == value:
            return option
    raise ImpossibleError(f"{element['action_id']} offers no {value}")


def _options(element: Json) -> Iterator[Json]:
    yield from element.get("options", [])
    for group in element.get("option_groups", []):
        yield from group["options"]
    if initial := element.get("initial_option"):
        yield initial
    yield from element.get("initial_options", [])
