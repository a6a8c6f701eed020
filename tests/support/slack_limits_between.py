"""What holds between the fields of one object, each as a payload that Slack takes and one that it does not."""

from typing import Final

from tests.support import slack_blocks as samples
from tests.support.slack_blocks import IMAGE, Json, block, block_around, changed, mrkdwn, option, plain
from tests.support.slack_limits import without
from tests.support.slack_limits_of_blocks import GROUP, PIE

Cases = dict[str, tuple[Json, str | None]]

MENU: Final = block_around("static_select")
MULTI: Final = block_around("multi_static_select")
CARD_OF_SUBTEXT: Final[Json] = {"type": "card", "subtext": mrkdwn()}
CARD: Final[Json] = {"type": "card", "title": mrkdwn()}
PICTURE: Final[Json] = {"type": "image", "alt_text": "x"}
FILE: Final[Json] = {"slack_file": {"id": "F0123ABCD"}}
INPUT: Final[Json] = {"type": "input", "label": plain(), "element": {"type": "plain_text_input"}}
CONTAINER: Final[Json] = {"type": "container", "child_blocks": [{"type": "divider"}]}
EITHER: Final = "must define either"
BOTH: Final = "cannot define both"


def card_with(picture: Json) -> Json:
    return CARD | {"hero_image": picture}


CASES: Final[Cases] = {
    "card with something in it": (CARD, None),
    "card with nothing in it": (CARD_OF_SUBTEXT, f"{EITHER} `hero_image` or `title` or `actions` or `body`"),
    "card with an icon": (CARD | {"icon": IMAGE}, None),
    "card with two icons": (CARD | {"icon": IMAGE, "slack_icon": {"name": "bug"}}, f"{BOTH} `icon` and `slack_icon`"),
    "picture from an address": (card_with(IMAGE), None),
    "picture from a file": (card_with(PICTURE | FILE), None),
    "picture from nowhere": (card_with(PICTURE), f"{EITHER} `image_url` or `slack_file`"),
    "picture from two places": (card_with(IMAGE | FILE), f"{BOTH} `image_url` and `slack_file`"),
    "file of no name": (card_with(PICTURE | {"slack_file": {}}), f"{EITHER} `id` or `url`"),
    "file of two names": (
        card_with(PICTURE | {"slack_file": {"id": "F0123ABCD", "url": "https://a.example"}}), f"{BOTH} `id` and `url`",
    ),
    "image block from a file": (PICTURE | FILE, None),
    "image block from nowhere": (PICTURE, f"{EITHER} `image_url` or `slack_file`"),
    "image block from two places": (block("image") | FILE, f"{BOTH} `image_url` and `slack_file`"),
    "section of fields": ({"type": "section", "fields": [mrkdwn()]}, None),
    "section of nothing": ({"type": "section"}, f"{EITHER} `text` or `fields`"),
    "container with a title": (CONTAINER | {"title": plain()}, None),
    "container without a title": (CONTAINER, f"{EITHER} `title` or `rich_text_title`"),
    "container that opens collapsed": (
        CONTAINER | {"title": plain(), "is_collapsible": True, "default_collapsed": True}, None,
    ),
    "container that cannot open": (
        CONTAINER | {"title": plain(), "default_collapsed": True}, "`default_collapsed` requires `is_collapsible`",
    ),
    "menu of nothing": (without(without(MENU, ("accessory", "options")), ("accessory", "initial_option")), EITHER),
    "menu of options and groups": (changed(MENU, ("accessory", "option_groups"), [GROUP]), BOTH),
    "menu with a choice it does not offer": (
        changed(MENU, ("accessory", "initial_option"), option("z")), "`initial_option` must match one of the options",
    ),
    "menu of many of nothing": (
        without(without(MULTI, ("accessory", "option_groups")), ("accessory", "initial_options")), EITHER,
    ),
    "menu of many of options and groups": (changed(MULTI, ("accessory", "options"), samples.OPTIONS), BOTH),
    "menu of many with a choice it does not offer": (
        changed(MULTI, ("accessory", "initial_options"), [option("z")]),
        "`initial_options` must match one of the options",
    ),
    "box checked that is not there": (
        changed(block_around("checkboxes"), ("accessory", "initial_options"), [option("z")]),
        "`initial_options` must match one of the options",
    ),
    "button chosen that is not there": (
        changed(block_around("radio_buttons"), ("accessory", "initial_option"), option("z")),
        "`initial_option` must match one of the options",
    ),
    "filter of something": (block_around("conversations_select"), None),
    "filter of nothing": (changed(block_around("conversations_select"), ("accessory", "filter"), {}), EITHER),
    "text of one length": (changed(INPUT, ("element",), INPUT["element"] | {"min_length": 5, "max_length": 5}), None),
    "text longer than it may be": (
        changed(INPUT, ("element",), INPUT["element"] | {"min_length": 6, "max_length": 5}),
        "`min_length` cannot be greater than `max_length`",
    ),
    "plan of different tasks": (block("plan"), None),
    "plan with a task twice": (changed(block("plan"), ("tasks", 1, "task_id"), "1"), "`task_id` must be unique"),
    "even data table": (block("data_table"), None),
    "ragged data table": (
        changed(block("data_table"), ("rows", 1), samples.ROWS[1][:1]), "every row must have the same number of cells",
    ),
    "data table without a heading": (
        changed(block("data_table"), ("rows", 0, 0), samples.RICH_TEXT), "unsupported type: rich_text",
    ),
    "chart with every point": (block("data_visualization"), None),
    "chart without a point": (
        changed(block("data_visualization"), ("chart", "series", 0, "data"), samples.POINTS[:1]),
        "must provide one data point for every category",
    ),
    "slice of nothing": (
        block("data_visualization") | {"chart": changed(PIE, ("segments", 0, "value"), 0)}, "must be greater than 0",
    ),
}  # fmt: skip

MODAL: Final[Json] = {"type": "modal", "title": plain(), "submit": plain(), "blocks": [INPUT]}
NUMBER: Final[Json] = {"type": "number_input", "is_decimal_allowed": False, "min_value": "5"}


def asking(element: Json) -> Json:
    return MODAL | {"blocks": [INPUT | {"element": element}]}


VIEW_CASES: Final[Cases] = {
    "input with a submit button": (MODAL, None),
    "input without a submit button": (without(MODAL, ("submit",)), "must define `submit` to use an `input` block"),
    "number in a range": (asking(NUMBER | {"max_value": "5"}), None),
    "number out of every range": (
        asking(NUMBER | {"max_value": "4"}), "`min_value` cannot be greater than `max_value`",
    ),
}  # fmt: skip
