"""Block elements, and which block takes which: https://docs.slack.dev/reference/block-kit/block-elements

Limits that the pages do not state are those of Slack's own https://docs.slack.dev/reference/methods/blocks.validate
"""

from collections.abc import Mapping
from typing import Any, Final

from infra.local.slack.rules.composition import (
    ACTION_ID,
    CONFIRM,
    DISPATCH,
    FILTER,
    IMAGE_ELEMENT,
    LIST_OPTION,
    MENU_OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    URL,
    WORKFLOW,
    initial_among_options,
    plain,
)
from infra.local.slack.rules.rich_text import RICH_TEXT_VALUE
from infra.local.slack.rules.shapes import (
    Between,
    Complaints,
    Place,
    Shape,
    Surface,
    among,
    either,
    fields,
    flag,
    items,
    matching,
    need,
    not_both,
    number,
    text,
    whole,
)

PAGES: Final = "https://docs.slack.dev/reference/block-kit/block-elements"

MODAL_ONLY: Final = frozenset({Surface.MODAL})
MESSAGE_ONLY: Final = frozenset({Surface.MESSAGE})

COLOR: Final = among("primary", "danger")
USER_IDS: Final = items(text())
NAMED: Final = fields(action_id=ACTION_ID)
ASKED: Final = NAMED | fields(confirm=CONFIRM, focus_on_load=flag)
TYPED: Final = NAMED | fields(placeholder=plain(150), dispatch_action_config=DISPATCH, focus_on_load=flag)
MENU: Final = ASKED | fields(placeholder=plain(150))
MULTI_MENU: Final = MENU | fields(max_selected_items=whole(1))

_CHOICES: Final = fields(options=items(MENU_OPTION, 100), option_groups=items(OPTION_GROUP, 100))
_ONE_CHOICE_LIST: Final = (either("options", "option_groups"), not_both("options", "option_groups"))
_CONVERSATION: Final = fields(default_to_current_conversation=flag, filter=FILTER)
_RESPONDS: Final = fields(response_url_enabled=flag)


def _number_or_text(value: Any, place: Place) -> Complaints:
    if not isinstance(value, str) or not _is_number(value):
        yield from number(value, place)


def _is_number(written: str) -> bool:
    try:
        float(written)
    except ValueError:
        return False
    return True


def _ordered(low: str, high: str) -> Between:
    def rule(value: Mapping[str, Any], place: Place) -> Complaints:
        try:
            wrong = float(value[low]) > float(value[high])
        except (KeyError, TypeError, ValueError):
            return
        if wrong:
            yield (place / low).wrong(f"`{low}` cannot be greater than `{high}`")

    return rule


_FEEDBACK: Final = Shape(
    f"{PAGES}/feedback-buttons-element",
    fields(text=plain(75), value=text(2000), accessibility_label=text(75)),
    need("text", "value"),
)

ELEMENTS: Final[Mapping[str, Shape]] = {
    "button": Shape(
        f"{PAGES}/button-element",
        NAMED | fields(
            text=plain(75), url=URL, value=text(2000), style=COLOR, confirm=CONFIRM, accessibility_label=text(75),
            agent_prompt=text(4000), visible_to_user_ids=USER_IDS,
        ),
        need("text"),
    ),
    "checkboxes": Shape(
        f"{PAGES}/checkboxes-element",
        ASKED | fields(options=items(LIST_OPTION, 10, at_least=1), initial_options=items(LIST_OPTION, 10, at_least=1)),
        need("options"),
        (initial_among_options("initial_options"),),
    ),
    "datepicker": Shape(
        f"{PAGES}/date-picker-element",
        MENU | fields(initial_date=matching(r"\d{4}-\d{2}-\d{2}", "must be in the format YYYY-MM-DD")),
    ),
    "datetimepicker": Shape(
        f"{PAGES}/datetime-picker-element",
        ASKED | fields(initial_date_time=whole(1_000_000_000, 9_999_999_999)),
        surfaces=frozenset({Surface.MESSAGE, Surface.MODAL}),
    ),
    "email_text_input": Shape(
        f"{PAGES}/email-input-element", TYPED | fields(initial_value=text()), surfaces=MODAL_ONLY
    ),
    "feedback_buttons": Shape(
        f"{PAGES}/feedback-buttons-element",
        NAMED | fields(positive_button=_FEEDBACK, negative_button=_FEEDBACK),
        need("positive_button", "negative_button"),
        surfaces=MESSAGE_ONLY,
    ),
    "file_input": Shape(
        f"{PAGES}/file-input-element",
        NAMED | fields(filetypes=items(text()), max_files=whole(1, 10)),
        surfaces=MODAL_ONLY,
    ),
    "icon_button": Shape(
        f"{PAGES}/icon-button-element",
        NAMED | fields(
            icon=among("trash"), text=plain(), value=text(2000), confirm=CONFIRM, accessibility_label=text(75),
            visible_to_user_ids=items(text(), 10),
        ),
        need("icon", "text"),
        surfaces=MESSAGE_ONLY,
    ),
    "image": IMAGE_ELEMENT,
    "number_input": Shape(
        f"{PAGES}/number-input-element",
        TYPED | fields(
            is_decimal_allowed=flag, initial_value=_number_or_text, min_value=_number_or_text,
            max_value=_number_or_text,
        ),
        need("is_decimal_allowed"),
        (_ordered("min_value", "max_value"),),
        surfaces=MODAL_ONLY,
    ),
    "overflow": Shape(
        f"{PAGES}/overflow-menu-element",
        NAMED | fields(options=items(OVERFLOW_OPTION, 5, at_least=1), confirm=CONFIRM),
        need("options"),
    ),
    "plain_text_input": Shape(
        f"{PAGES}/plain-text-input-element",
        TYPED | fields(initial_value=text(3000), multiline=flag, min_length=whole(0, 3000), max_length=whole(1, 3000)),
        between=(_ordered("min_length", "max_length"),),
    ),
    "radio_buttons": Shape(
        f"{PAGES}/radio-button-group-element",
        ASKED | fields(options=items(LIST_OPTION, 10, at_least=1), initial_option=LIST_OPTION),
        need("options"),
        (initial_among_options("initial_option"),),
    ),
    "rich_text_input": Shape(
        f"{PAGES}/rich-text-input-element",
        TYPED | fields(initial_value=RICH_TEXT_VALUE, min_lines=whole(1, 100), max_lines=whole(1, 100)),
        surfaces=frozenset({Surface.MODAL, Surface.HOME}),
    ),
    "timepicker": Shape(
        f"{PAGES}/time-picker-element",
        MENU | fields(
            initial_time=matching(r"([01]\d|2[0-3]):[0-5]\d", "must be in the format HH:mm"), timezone=text(),
        ),
    ),
    "url_text_input": Shape(f"{PAGES}/url-input-element", TYPED | fields(initial_value=text()), surfaces=MODAL_ONLY),
    "workflow_button": Shape(
        f"{PAGES}/workflow-button-element",
        NAMED | fields(text=plain(75), workflow=WORKFLOW, style=COLOR, accessibility_label=text(75)),
        need("text", "workflow", "action_id"),
        surfaces=MESSAGE_ONLY,
    ),
    "static_select": Shape(
        f"{PAGES}/select-menu-element#static_select",
        MENU | _CHOICES | fields(initial_option=MENU_OPTION),
        between=(*_ONE_CHOICE_LIST, initial_among_options("initial_option")),
    ),
    "external_select": Shape(
        f"{PAGES}/select-menu-element#external_select",
        MENU | fields(initial_option=MENU_OPTION, min_query_length=whole(0)),
    ),
    "users_select": Shape(f"{PAGES}/select-menu-element#users_select", MENU | fields(initial_user=text())),
    "conversations_select": Shape(
        f"{PAGES}/select-menu-element#conversations_select",
        MENU | _CONVERSATION | _RESPONDS | fields(initial_conversation=text()),
    ),
    "channels_select": Shape(
        f"{PAGES}/select-menu-element#channels_select", MENU | _RESPONDS | fields(initial_channel=text())
    ),
    "multi_static_select": Shape(
        f"{PAGES}/multi-select-menu-element#static_multi_select",
        MULTI_MENU | _CHOICES | fields(initial_options=items(MENU_OPTION, 100)),
        between=(*_ONE_CHOICE_LIST, initial_among_options("initial_options")),
    ),
    "multi_external_select": Shape(
        f"{PAGES}/multi-select-menu-element#external_multi_select",
        MULTI_MENU | fields(initial_options=items(MENU_OPTION, 100), min_query_length=whole(0)),
    ),
    "multi_users_select": Shape(
        f"{PAGES}/multi-select-menu-element#users_multi_select", MULTI_MENU | fields(initial_users=USER_IDS)
    ),
    "multi_conversations_select": Shape(
        f"{PAGES}/multi-select-menu-element#conversation_multi_select",
        MULTI_MENU | _CONVERSATION | fields(initial_conversations=items(text())),
    ),
    "multi_channels_select": Shape(
        f"{PAGES}/multi-select-menu-element#channel_multi_select", MULTI_MENU | fields(initial_channels=items(text()))
    ),
}  # fmt: skip

_MENUS: Final = frozenset(each for each in ELEMENTS if each.endswith("_select"))
_CHOOSERS: Final = _MENUS | {"checkboxes", "datepicker", "radio_buttons", "timepicker"}

IN_ACTIONS: Final = _CHOOSERS | {"button", "datetimepicker", "overflow", "rich_text_input", "workflow_button"}
IN_SECTION: Final = _CHOOSERS | {"button", "image", "overflow", "workflow_button"}
IN_INPUT: Final = _CHOOSERS | {
    "datetimepicker", "email_text_input", "file_input", "number_input", "plain_text_input", "rich_text_input",
    "url_text_input",
}  # fmt: skip
IN_CONTEXT_ACTIONS: Final = frozenset({"feedback_buttons", "icon_button"})


def only(kinds: frozenset[str]) -> dict[str, Shape]:
    """Pick the elements that one block takes."""
    return {kind: ELEMENTS[kind] for kind in sorted(kinds)}
