"""One small valid sample of every block and element, written by hand after its reference page."""

import copy
from collections.abc import Iterator
from typing import Any, Final

Json = dict[str, Any]
Path = tuple[str | int, ...]


def plain(text: str = "text") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "text") -> Json:
    return {"type": "mrkdwn", "text": text}


def button(index: int) -> Json:
    return {"type": "button", "text": plain(), "action_id": str(index)}


def option(value: str = "a", **more: Any) -> Json:
    return {"text": plain(f"option {value}"), "value": value, **more}


OPTIONS: Final = [option("a"), option("b")]
IMAGE: Final[Json] = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a picture"}
CONFIRM: Final[Json] = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), "style": "danger"}
RICH_TEXT: Final[Json] = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "words"}]}],
}
FEEDBACK: Final[Json] = {"text": plain(), "value": "v"}

ELEMENTS: Final[dict[str, Json]] = {
    "button": {"text": plain(), "value": "v", "url": "https://example.com", "style": "primary", "confirm": CONFIRM},
    "checkboxes": {"options": OPTIONS, "initial_options": [OPTIONS[0]]},
    "datepicker": {"initial_date": "2026-11-22", "placeholder": plain()},
    "datetimepicker": {"initial_date_time": 1_795_339_353},
    "email_text_input": {"initial_value": "a@example.com", "placeholder": plain()},
    "feedback_buttons": {"positive_button": FEEDBACK, "negative_button": FEEDBACK},
    "file_input": {"filetypes": ["pdf"], "max_files": 3},
    "icon_button": {"icon": "trash", "text": plain()},
    "image": {"image_url": "https://example.com/a.png", "alt_text": "a picture"},
    "number_input": {"is_decimal_allowed": False, "min_value": "1", "max_value": "5"},
    "overflow": {"options": OPTIONS},
    "plain_text_input": {"multiline": True, "min_length": 1, "max_length": 3000, "placeholder": plain()},
    "radio_buttons": {"options": OPTIONS, "initial_option": OPTIONS[1]},
    "rich_text_input": {"initial_value": RICH_TEXT},
    "timepicker": {"initial_time": "23:59", "timezone": "Europe/Berlin"},
    "url_text_input": {"placeholder": plain()},
    "workflow_button": {
        "text": plain(),
        "action_id": "start",
        "workflow": {"trigger": {"url": "https://slack.com/shortcuts/Ft1/abc"}},
    },
    "static_select": {"options": OPTIONS, "placeholder": plain(), "initial_option": OPTIONS[0]},
    "external_select": {"placeholder": plain(), "min_query_length": 2},
    "users_select": {"initial_user": "U0ANA"},
    "conversations_select": {"default_to_current_conversation": True, "filter": {"include": ["im"]}},
    "channels_select": {"initial_channel": "C0GENERAL"},
    "multi_static_select": {
        "option_groups": [{"label": plain(), "options": OPTIONS}],
        "initial_options": [OPTIONS[1]],
        "max_selected_items": 1,
    },
    "multi_external_select": {"placeholder": plain()},
    "multi_users_select": {"initial_users": ["U0ANA"]},
    "multi_conversations_select": {"filter": {"exclude_bot_users": True}},
    "multi_channels_select": {"initial_channels": ["C0GENERAL"]},
}

TASK_CARD: Final[Json] = {"task_id": "1", "title": "Looking", "status": "complete", "details": RICH_TEXT}
POINTS: Final = [{"label": "Mon", "value": 1}, {"label": "Tue", "value": -2}]
PLOT: Final[Json] = {"series": [{"name": "Open", "data": POINTS}], "axis_config": {"categories": ["Mon", "Tue"]}}
ROWS: Final[list[list[Json]]] = [
    [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "Open"}],
    [{"type": "raw_text", "text": "Ana"}, {"type": "raw_number", "value": 3, "text": "3"}],
]

BLOCKS: Final[dict[str, Json]] = {
    "actions": {"elements": [{"type": "button", **ELEMENTS["button"]}]},
    "alert": {"text": mrkdwn(), "level": "warning"},
    "card": {
        "title": mrkdwn(), "body": mrkdwn(), "hero_image": IMAGE, "actions": [{"type": "button", "text": plain()}],
    },
    "carousel": {"elements": [{"type": "card", "title": mrkdwn()}]},
    "container": {"title": plain(), "child_blocks": [{"type": "section", "text": mrkdwn()}], "width": "wide"},
    "context": {"elements": [mrkdwn(), plain(), IMAGE]},
    "context_actions": {"elements": [{"type": "icon_button", **ELEMENTS["icon_button"]}]},
    "data_table": {"caption": "Open tasks", "rows": ROWS, "page_size": 5},
    "data_visualization": {"title": "Open tasks", "chart": {"type": "line", **PLOT}},
    "divider": {},
    "file": {"external_id": "F1", "source": "remote"},
    "header": {"text": plain(), "level": 2},
    "image": {"image_url": "https://example.com/a.png", "alt_text": "a picture", "title": plain()},
    "input": {"label": plain(), "hint": plain(), "optional": True, "element": {"type": "plain_text_input"}},
    "markdown": {"text": "**bold**"},
    "plan": {"title": "Plan", "tasks": [TASK_CARD, {**TASK_CARD, "task_id": "2", "status": "pending"}]},
    "rich_text": {
        "elements": [
            *RICH_TEXT["elements"],
            {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [RICH_TEXT["elements"][0]]},
            {"type": "rich_text_quote", "elements": [{"type": "user", "user_id": "U0ANA"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "link", "url": "https://example.com"}]},
        ]
    },
    "section": {"text": mrkdwn(), "fields": [plain(), mrkdwn()], "accessory": {"type": "button", "text": plain()}},
    "table": {"rows": ROWS, "column_settings": [{"align": "right"}, {"is_wrapped": True}]},
    "task_card": TASK_CARD,
    "video": {
        "alt_text": "a film", "title": plain(), "video_url": "https://example.com/v",
        "thumbnail_url": "https://example.com/t.png",
    },
}  # fmt: skip

IN_SECTION: Final = {
    "button", "checkboxes", "datepicker", "image", "overflow", "radio_buttons", "timepicker", "workflow_button",
    "static_select", "external_select", "users_select", "conversations_select", "channels_select",
    "multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select",
    "multi_channels_select",
}  # fmt: skip


def block(kind: str) -> Json:
    """A valid block of a kind."""
    return {"type": kind, **BLOCKS[kind]}


def element(kind: str) -> Json:
    """A valid element of a kind."""
    return {"type": kind, **ELEMENTS[kind]}


def block_around(kind: str) -> Json:
    """The block that an element of a kind may stand in, with it inside."""
    if kind in IN_SECTION:
        return {"type": "section", "text": mrkdwn(), "accessory": element(kind)}
    if kind in {"feedback_buttons", "icon_button"}:
        return {"type": "context_actions", "elements": [element(kind)]}
    return {"type": "input", "label": plain(), "element": element(kind)}


def changed(payload: Json, path: Path, value: Any) -> Json:
    """The payload with one field set to something else."""
    result = copy.deepcopy(payload)
    place: Any = result
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return result


def paths_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield (*path, step)
        yield from paths_in(each, (*path, step))
