"""The documented limits of every block, element and view, written by hand after the reference pages.

https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/reference/block-kit/block-elements,
https://docs.slack.dev/reference/block-kit/composition-objects and https://docs.slack.dev/reference/views
"""

from typing import Final

from tests.support import slack_blocks as samples
from tests.support.slack_blocks import Json, button, mrkdwn, option, plain
from tests.support.slack_limits import Table, chars, count, flag, form, needs, number, one, words

FILE: Final[Json] = {"slack_file": {"id": "F0123ABCD"}}
URL: Final = "https://a.example/"
TASK: Final[Json] = samples.TASK_CARD | {"sources": [{"type": "url", "url": URL, "text": "a page"}]}
PIE: Final[Json] = {"type": "pie", "segments": [{"label": "Open", "value": 1}]}
PARTS: Final[list[Json]] = [
    {"type": "text", "text": "x"},
    {"type": "link", "url": URL},
    {"type": "user", "user_id": "U0ANA"},
    {"type": "usergroup", "usergroup_id": "S0TEAM"},
    {"type": "team", "team_id": "T0TEST"},
    {"type": "channel", "channel_id": "C0GENERAL"},
    {"type": "emoji", "name": "tada"},
    {"type": "broadcast", "range": "here"},
    {"type": "color", "value": "#000000"},
    {"type": "date", "timestamp": 1_795_339_353, "format": "{date}"},
]


def cell(index: int) -> Json:
    return {"type": "raw_text", "text": str(index)}


def point(index: int) -> Json:
    return {"label": str(index), "value": 1}


def chart_of(days: int) -> Json:
    data = [point(number) for number in range(days)]
    axis = {"categories": [str(number) for number in range(days)]}
    return {"type": "bar", "series": [{"name": "Open", "data": data}], "axis_config": axis}


def series(index: int) -> Json:
    return {"name": str(index), "data": samples.POINTS}


PICTURE: Final[Table] = {"": needs("alt_text"), "image_url": chars(3000, 1), "alt_text": chars(2000)}

BLOCKS: Final[dict[str, tuple[Json, Table]]] = {
    "actions": ({}, {"": needs("elements"), "elements": count(25, 1, button), "block_id": chars(255)}),
    "alert": ({}, {
        "": needs("text"), "text": words(200, also_mrkdwn=True),
        "level": one("default", "info", "warning", "error", "success"),
    }),
    "card": ({"subtitle": plain(), "subtext": plain(), "slack_icon": {"name": "bug"}}, {
        "title": words(150, also_mrkdwn=True), "subtitle": words(150, also_mrkdwn=True),
        "body": words(200, also_mrkdwn=True), "subtext": words(200, also_mrkdwn=True),
        "actions": count(3, 0, button), "slack_icon": needs("name"), "slack_icon.name": one("bug", "calendar"),
        **{f"hero_image.{name}".strip("."): limit for name, limit in PICTURE.items()},
    }),
    "card with a file": ({"hero_image": {"type": "image", "alt_text": "x", **FILE}}, {
        "hero_image.slack_file.id": form("F0123ABCD", "G0123ABCD", "F1"),
    }),
    "carousel": ({}, {
        "": needs("elements"), "elements": count(10, 1, lambda _: {"type": "card", "title": mrkdwn()}),
    }),
    "container": ({"subtitle": plain()}, {
        "": needs("child_blocks"), "title": words(150), "subtitle": words(150, also_mrkdwn=True),
        "child_blocks": count(10, 1, lambda _: {"type": "divider"}),
        "width": one("narrow", "standard", "wide", "full"), "is_collapsible": flag(),
    }),
    "context": ({}, {
        "": needs("elements"), "elements": count(10, 1, lambda _: mrkdwn()), "elements.0": needs("text"),
        "elements.0.text": chars(3000, 1), "elements.1": needs("text"), "elements.1.text": chars(3000, 1),
    }),
    "context_actions": ({}, {
        "": needs("elements"),
        "elements": count(5, 1, lambda n: samples.element("icon_button") | {"action_id": str(n)}),
    }),
    "data_table": ({}, {
        "": needs("caption", "rows"), "caption": chars(None, 1), "rows": count(201, 2, lambda _: samples.ROWS[0]),
        "page_size": number(1, 100), "row_header_column_index": number(0, None),
        "rows.1.0": needs("text"), "rows.1.1": needs("text", "value"),
        "rows.1.0.text": chars(None, 1), "rows.1.1.text": chars(None, 1),
    }),
    "data_table of 20 columns": ({"rows": [[cell(each) for each in range(20)]] * 2}, {"rows.1": count(20, 0, cell)}),
    "data_table of a column": ({"rows": [[cell(0)]] * 2}, {"rows.1": count(None, 1, cell)}),
    "data_visualization": ({}, {
        "": needs("title", "chart"), "title": chars(50, 1), "chart": needs("series", "axis_config"),
        "chart.series": count(12, 1, series), "chart.series.0": needs("name", "data"),
        "chart.series.0.name": chars(20, 1), "chart.series.0.data.0": needs("label", "value"),
        "chart.axis_config": needs("categories"), "chart.axis_config.x_label": chars(50),
        "chart.axis_config.y_label": chars(50),
    }),
    "data_visualization of 20 days": ({"chart": chart_of(20)}, {
        "chart.series.0.data": count(20, 0, point), "chart.axis_config.categories": count(20, 0, str),
    }),
    "data_visualization of a day": ({"chart": chart_of(1)}, {
        "chart.series.0.data": count(None, 1, point), "chart.axis_config.categories": count(None, 1, str),
    }),
    "data_visualization as a pie": ({"chart": PIE}, {
        "chart": needs("segments"), "chart.segments": count(12, 1, point), "chart.segments.0": needs("label", "value"),
        "chart.segments.0.label": chars(20, 1),
    }),
    "divider": ({}, {"block_id": chars(255)}),
    "file": ({}, {"": needs("external_id", "source"), "source": one("remote")}),
    "header": ({}, {"": needs("text"), "text": words(150), "level": number(1, 4)}),
    "image": ({}, {**PICTURE, "title": words(2000)}),
    "input": ({}, {"": needs("label", "element"), "label": words(2000), "hint": words(2000), "optional": flag()}),
    "markdown": ({}, {"": needs("text"), "text": chars(12_000, 1)}),
    "plan": ({"tasks": [TASK]}, {
        "": needs("title", "tasks"), "title": chars(None, 1),
        "tasks": count(50, 0, lambda n: samples.TASK_CARD | {"task_id": str(n)}),
        "tasks.0": needs("task_id", "title", "status"), "tasks.0.task_id": chars(None, 1),
        "tasks.0.title": chars(None, 1), "tasks.0.status": one("pending", "in_progress", "complete", "error"),
        "tasks.0.sources.0": needs("url", "text"), "tasks.0.sources.0.url": chars(3000, 1),
        "tasks.0.sources.0.text": chars(None, 1),
    }),
    "rich_text": ({}, {
        "": needs("elements"), "elements.0": needs("elements"), "elements.1": needs("style", "elements"),
        "elements.1.style": one("bullet", "ordered"), "elements.1.indent": number(0, 8),
        "elements.1.border": number(0, 1), "elements.1.offset": number(0, None), "elements.2": needs("elements"),
        "elements.3": needs("elements"), "elements.0.elements.0.text": chars(None, 1),
    }),
    "rich_text of every part": ({"elements": [{"type": "rich_text_section", "elements": PARTS}]}, {
        "elements.0.elements.0": needs("text"), "elements.0.elements.1": needs("url"),
        "elements.0.elements.1.url": chars(3000), "elements.0.elements.2": needs("user_id"),
        "elements.0.elements.3": needs("usergroup_id"), "elements.0.elements.4": needs("team_id"),
        "elements.0.elements.5": needs("channel_id"), "elements.0.elements.6": needs("name"),
        "elements.0.elements.6.skin_tone": number(1, 6), "elements.0.elements.7": needs("range"),
        "elements.0.elements.7.range": one("here", "channel", "everyone"), "elements.0.elements.8": needs("value"),
        "elements.0.elements.9": needs("timestamp", "format"),
    }),
    "section": ({}, {
        "text": words(3000, also_mrkdwn=True), "fields": count(10, 1, lambda _: mrkdwn()),
        "fields.0": words(2000, also_mrkdwn=True), "expand": flag(),
    }),
    "table": ({}, {
        "": needs("rows"), "rows": count(100, 1, lambda _: samples.ROWS[0]), "rows.0": count(20, 1, cell),
        "column_settings": count(20, 0, lambda _: {}), "column_settings.0.align": one("left", "center", "right"),
    }),
    "task_card": ({}, {
        "": needs("task_id", "title", "status"), "task_id": chars(None, 1), "title": chars(None, 1),
        "status": one("in_progress", "complete", "error"),
    }),
    "video": ({"description": plain()}, {
        "": needs("alt_text", "video_url", "thumbnail_url", "title"), "alt_text": chars(2000),
        "video_url": chars(3000, 1), "thumbnail_url": chars(3000, 1), "title": words(200), "title_url": chars(2000),
        "description": words(200), "provider_icon_url": chars(2000), "provider_name": chars(50),
        "author_name": chars(50),
    }),
}  # fmt: skip
"""Of each block what its sample lacks, and its limits."""

PLACEHOLDER: Final[Table] = {"placeholder": words(150)}
DISPATCH: Final[Json] = {"dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}}
DISPATCHES: Final[Table] = {
    "dispatch_action_config": needs("trigger_actions_on"),
    "dispatch_action_config.trigger_actions_on": count(2, 1, lambda _: "on_enter_pressed"),
    "dispatch_action_config.trigger_actions_on.0": one("on_enter_pressed", "on_character_entered"),
}


def option_table(where: str, *, mrkdwn_too: bool = False) -> Table:
    return {
        where: needs("text", "value"),
        f"{where}.text": words(75, also_mrkdwn=mrkdwn_too),
        f"{where}.value": chars(150, 1),
        f"{where}.description": words(75, also_mrkdwn=mrkdwn_too),
    }


def options(most: int, least: int = 0) -> Table:
    return {"options": count(most, least, lambda n: option(str(n)))}


GROUP: Final[Json] = {"label": plain(), "options": [option("a")]}
GROUPS: Final[Table] = {
    "option_groups": count(100, 0, lambda _: GROUP), "option_groups.0": needs("label", "options"),
    "option_groups.0.label": words(75), "option_groups.0.options": count(100, 1, lambda n: option(str(n))),
}  # fmt: skip

ELEMENTS: Final[dict[str, tuple[Json, Table]]] = {
    "button": ({}, {
        "": needs("text"), "text": words(75), "action_id": chars(255, 1), "value": chars(2000), "url": chars(3000),
        "style": one("primary", "danger"), "accessibility_label": chars(75), "agent_prompt": chars(4000),
        "confirm": needs("title", "text", "confirm", "deny"), "confirm.title": words(100),
        "confirm.text": words(300, also_mrkdwn=True), "confirm.confirm": words(30), "confirm.deny": words(30),
        "confirm.style": one("primary", "danger"),
    }),
    "checkboxes": ({"initial_options": None}, {"": needs("options"), **options(10, 1)}),
    "checkboxes of two": ({}, {
        **option_table("options.1", mrkdwn_too=True),
    }),
    "checkboxes all checked": ({"options": [option(str(number)) for number in range(10)]}, {
        "initial_options": count(10, 1, lambda n: option(str(n))),
    }),
    "datepicker": ({}, {
        **PLACEHOLDER, "initial_date": form("2026-11-22", "22.11.2026", "2026-1-2"), "focus_on_load": flag(),
    }),
    "datetimepicker": ({}, {"initial_date_time": number(1_000_000_000, 9_999_999_999)}),
    "email_text_input": (DISPATCH, {**PLACEHOLDER, **DISPATCHES}),
    "feedback_buttons": ({}, {
        "": needs("positive_button", "negative_button"), "positive_button": needs("text", "value"),
        "positive_button.text": words(75), "positive_button.value": chars(2000),
        "negative_button.accessibility_label": chars(75),
    }),
    "file_input": ({}, {"max_files": number(1, 10)}),
    "icon_button": ({}, {
        "": needs("icon", "text"), "icon": one("trash"), "text": words(3000), "value": chars(2000),
        "accessibility_label": chars(75), "visible_to_user_ids": count(10, 0, str),
    }),
    "image": ({}, PICTURE),
    "number_input": ({}, {"": needs("is_decimal_allowed"), "is_decimal_allowed": flag(), **PLACEHOLDER}),
    "overflow": ({}, {
        "": needs("options"), **options(5, 1), **option_table("options.1"), "options.1.url": chars(3000),
    }),
    "plain_text_input": ({}, {
        "initial_value": chars(3000), "min_length": number(0, 3000), "max_length": number(1, 3000), **PLACEHOLDER,
    }),
    "radio_buttons": ({"initial_option": None}, {"": needs("options"), **options(10, 1)}),
    "rich_text_input": ({}, {"min_lines": number(1, 100), "max_lines": number(1, 100), **PLACEHOLDER}),
    "timepicker": ({}, {"initial_time": form("23:59", "24:00", "9:00")}),
    "url_text_input": ({}, {**PLACEHOLDER}),
    "workflow_button": ({}, {
        "": needs("text", "workflow", "action_id"), "text": words(75), "workflow": needs("trigger"),
        "workflow.trigger": needs("url"), "accessibility_label": chars(75), "workflow.trigger.url": chars(3000),
    }),
    "workflow_button with a parameter": ({"workflow": {"trigger": {
        "url": URL, "customizable_input_parameters": [{"name": "a", "value": "b"}]}}}, {
        "workflow.trigger.customizable_input_parameters.0": needs("name", "value"),
    }),
    "static_select": ({"initial_option": None}, {**options(100), **option_table("options.1"), **PLACEHOLDER}),
    "static_select of groups": ({"initial_option": None, "options": None, "option_groups": [GROUP]}, GROUPS),
    "external_select": ({"initial_option": option("a")}, {
        **option_table("initial_option"), "min_query_length": number(0, None),
    }),
    "users_select": ({}, {**PLACEHOLDER}),
    "conversations_select": ({}, {
        "filter.include": count(None, 1, lambda _: "im"), "filter.include.0": one("im", "mpim", "private", "public"),
        "default_to_current_conversation": flag(), "response_url_enabled": flag(),
    }),
    "channels_select": ({}, {"response_url_enabled": flag()}),
    "multi_static_select": ({}, {"max_selected_items": number(1, None)}),
    "multi_static_select of options": ({"initial_options": None, "option_groups": None, "options": []}, options(100)),
    "multi_static_select of many": ({"option_groups": [
        {"label": plain(), "options": [option(str(number)) for number in numbers]}
        for numbers in (range(100), range(100, 110))
    ]}, {"initial_options": count(100, 0, lambda n: option(str(n)))}),
    "multi_external_select": ({"initial_options": [option("a")]}, {
        "initial_options": count(100, 0, lambda n: option(str(n))), "min_query_length": number(0, None),
    }),
    "multi_users_select": ({}, {"max_selected_items": number(1, None)}),
    "multi_conversations_select": ({}, {"filter.exclude_bot_users": flag()}),
    "multi_channels_select": ({}, {"max_selected_items": number(1, None)}),
}  # fmt: skip
"""Of each element what its sample lacks (None takes a field away), and its limits."""

VIEWS: Final[dict[str, Table]] = {
    "modal": {
        "": needs("title", "blocks"), "title": words(24), "close": words(24), "submit": words(24),
        "private_metadata": chars(3000), "callback_id": chars(255), "external_id": chars(255),
        "blocks": count(100, 1, lambda _: {"type": "divider"}), "clear_on_close": flag(), "notify_on_close": flag(),
    },
    "home": {
        "": needs("blocks"), "private_metadata": chars(3000), "callback_id": chars(255), "external_id": chars(255),
        "blocks": count(100, 1, lambda _: {"type": "divider"}),
    },
}  # fmt: skip
