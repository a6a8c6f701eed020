"""Every surface, every required field, and what is wrong said where it is wrong."""

from typing import Any

import pytest
from slack_sdk.models.blocks import Block, BlockElement

from infra.local.slack import rules
from infra.local.slack.errors import SlackError
from infra.local.slack.rules.blocks import BLOCKS
from infra.local.slack.rules.elements import ELEMENTS
from infra.local.slack.rules.shapes import Surface
from tests.support import slack_blocks as samples
from tests.support.slack_blocks import Json, block, block_around, button, changed, element, mrkdwn, option, plain
from tests.support.slack_rules import against, complaints, element_path, view

ALL = set(Surface)
MESSAGE = {Surface.MESSAGE}
MESSAGE_AND_HOME = {Surface.MESSAGE, Surface.HOME}

BLOCK_SURFACES: dict[str, set[Surface]] = {
    "actions": ALL, "alert": {Surface.MODAL}, "card": ALL, "carousel": MESSAGE_AND_HOME, "container": MESSAGE_AND_HOME,
    "context": ALL, "context_actions": MESSAGE, "data_table": MESSAGE_AND_HOME, "data_visualization": MESSAGE,
    "divider": ALL, "file": MESSAGE, "header": ALL, "image": ALL, "input": ALL, "markdown": MESSAGE, "plan": MESSAGE,
    "rich_text": ALL, "section": ALL, "table": MESSAGE_AND_HOME, "task_card": MESSAGE, "video": ALL,
}  # fmt: skip

ELEMENT_SURFACES: dict[str, set[Surface]] = dict.fromkeys(samples.ELEMENTS, ALL) | {
    "datetimepicker": {Surface.MESSAGE, Surface.MODAL},
    "email_text_input": {Surface.MODAL},
    "feedback_buttons": MESSAGE,
    "file_input": {Surface.MODAL},
    "icon_button": MESSAGE,
    "number_input": {Surface.MODAL},
    "rich_text_input": {Surface.MODAL, Surface.HOME},
    "url_text_input": {Surface.MODAL},
    "workflow_button": MESSAGE,
}


def test_there_is_a_sample_of_everything() -> None:
    assert set(samples.BLOCKS) == set(BLOCKS)
    assert set(samples.ELEMENTS) == set(ELEMENTS)


@pytest.mark.parametrize("surface", Surface)
@pytest.mark.parametrize("kind", BLOCK_SURFACES)
def test_a_block_stands_only_where_its_page_says(kind: str, surface: Surface) -> None:
    pointer = "/blocks/0/type" if surface is Surface.MESSAGE else "/view/blocks/0/type"
    refused = [f"unsupported type: {kind} [json-pointer:{pointer}]"]
    assert complaints(block(kind), surface) == ([] if surface in BLOCK_SURFACES[kind] else refused)


@pytest.mark.parametrize("surface", Surface)
@pytest.mark.parametrize("kind", ELEMENT_SURFACES)
def test_an_element_stands_only_where_its_page_says(kind: str, surface: Surface) -> None:
    around = block_around(kind)
    allowed = surface in ELEMENT_SURFACES[kind] & BLOCK_SURFACES[around["type"]]
    assert (complaints(around, surface) == []) is allowed


@pytest.mark.parametrize("kind", sorted(set(samples.BLOCKS) - {"data_table", "data_visualization"}))
def test_the_official_models_take_the_sample_of_a_block(kind: str) -> None:
    parsed = Block.parse(block(kind))
    assert parsed is not None
    parsed.validate_json()


@pytest.mark.parametrize("kind", samples.ELEMENTS)
def test_the_official_models_take_the_sample_of_an_element(kind: str) -> None:
    parsed = BlockElement.parse(element(kind) | ({} if kind == "image" else {"action_id": "a"}))
    assert parsed is not None
    parsed.validate_json()


REQUIRED: dict[str, set[str]] = {
    "actions": {"elements"}, "alert": {"text"}, "card": set(), "carousel": {"elements"}, "container": {"child_blocks"},
    "context": {"elements"}, "context_actions": {"elements"}, "data_table": {"caption", "rows"},
    "data_visualization": {"title", "chart"}, "divider": set(), "file": {"external_id", "source"}, "header": {"text"},
    "image": {"alt_text"}, "input": {"label", "element"}, "markdown": {"text"}, "plan": {"title", "tasks"},
    "rich_text": {"elements"}, "section": set(), "table": {"rows"}, "task_card": {"task_id", "title", "status"},
    "video": {"alt_text", "title", "video_url", "thumbnail_url"},
}  # fmt: skip


@pytest.mark.parametrize("kind", REQUIRED)
def test_a_block_misses_what_its_page_requires(kind: str) -> None:
    surface = Surface.MODAL if kind == "alert" else Surface.MESSAGE
    missed = {
        name
        for name in samples.BLOCKS[kind]
        if any(
            each.startswith(f"missing required field: {name} ")
            for each in complaints({key: value for key, value in block(kind).items() if key != name}, surface)
        )
    }
    assert missed == REQUIRED[kind]


@pytest.mark.parametrize("kind", samples.BLOCKS)
def test_a_block_has_no_other_field(kind: str) -> None:
    surface = Surface.MODAL if kind == "alert" else Surface.MESSAGE
    problems = complaints(block(kind) | {"colour": "red"}, surface)
    assert [each.partition(" [")[0] for each in problems] == ["invalid additional property: colour"]


@pytest.mark.parametrize("kind", samples.ELEMENTS)
def test_an_element_has_no_other_field(kind: str) -> None:
    around = block_around(kind)
    surface = sorted(ELEMENT_SURFACES[kind] & BLOCK_SURFACES[around["type"]])[0]
    problems = complaints(changed(around, (*element_path(around), "colour"), "red"), surface)
    assert [each.partition(" [")[0] for each in problems] == ["invalid additional property: colour"]


MODAL_INPUT = {"type": "input", "label": plain(), "element": {"type": "plain_text_input"}}

WRONG: dict[str, tuple[Any, str]] = {
    "unknown type": ({"type": "button", "text": plain()}, "unsupported type: button [json-pointer:/blocks/0/type]"),
    "no type": ({"text": plain()}, "missing required field: type [json-pointer:/blocks/0]"),
    "type that is no word": ({"type": ["section"]}, "unsupported type: ['section'] [json-pointer:/blocks/0/type]"),
    "bare string for text": (
        {"type": "section", "text": "words"}, "must provide an object [json-pointer:/blocks/0/text]",
    ),
    "mrkdwn header": (
        {"type": "header", "text": mrkdwn()}, "must be a valid enum value [json-pointer:/blocks/0/text/type]",
    ),
    "empty text": (
        {"type": "section", "text": mrkdwn("")},
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "section of nothing": ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    "misplaced element": (
        {"type": "section", "text": mrkdwn(), "accessory": {"type": "plain_text_input"}},
        "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]",
    ),
    "button in an input": (
        {"type": "input", "label": plain(), "element": {"type": "button", "text": plain()}},
        "unsupported type: button [json-pointer:/blocks/0/element/type]",
    ),
    "number for a string": (
        changed(block_around("button"), ("accessory", "value"), 1),
        "must provide a string [json-pointer:/blocks/0/accessory/value]",
    ),
    "unknown style": (
        changed(block_around("button"), ("accessory", "style"), "green"),
        "must be a valid enum value [json-pointer:/blocks/0/accessory/style]",
    ),
    "options and groups": (
        changed(block_around("multi_static_select"), ("accessory", "options"), samples.OPTIONS),
        "cannot define both `options` and `option_groups` [json-pointer:/blocks/0/accessory]",
    ),
    "chosen but not offered": (
        changed(block_around("static_select"), ("accessory", "initial_option"), option("z")),
        "`initial_option` must match one of the options [json-pointer:/blocks/0/accessory/initial_option]",
    ),
    "url outside an overflow": (
        changed(block_around("static_select"), ("accessory", "options", 1, "url"), "https://example.com"),
        "invalid additional property: url [json-pointer:/blocks/0/accessory/options/1]",
    ),
    "two pictures in one": (
        block("image") | {"slack_file": {"id": "F0123ABCD"}},
        "cannot define both `image_url` and `slack_file` [json-pointer:/blocks/0]",
    ),
    "date in another order": (
        changed(block_around("datepicker"), ("accessory", "initial_date"), "22.11.2026"),
        "must be in the format YYYY-MM-DD [json-pointer:/blocks/0/accessory/initial_date]",
    ),
    "hour 24": (
        changed(block_around("timepicker"), ("accessory", "initial_time"), "24:00"),
        "must be in the format HH:mm [json-pointer:/blocks/0/accessory/initial_time]",
    ),
    "collapsed but not collapsible": (
        block("container") | {"default_collapsed": True},
        "`default_collapsed` requires `is_collapsible` [json-pointer:/blocks/0]",
    ),
    "container in a container": (
        changed(block("container"), ("child_blocks", 0), block("container")),
        "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]",
    ),
    "ragged data table": (
        changed(block("data_table"), ("rows", 1), samples.ROWS[1][:1]),
        "every row must have the same number of cells [json-pointer:/blocks/0/rows]",
    ),
    "chart without a point": (
        changed(block("data_visualization"), ("chart", "series", 0, "data"), samples.POINTS[:1]),
        "must provide one data point for every category [json-pointer:/blocks/0/chart/series/0/data]",
    ),
    "task twice": (
        changed(block("plan"), ("tasks", 1, "task_id"), "1"),
        "`task_id` must be unique [json-pointer:/blocks/0/tasks]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_where_it_is_wrong(name: str) -> None:
    payload, words = WRONG[name]
    assert words in complaints(payload)


def test_block_ids_are_unique_in_a_message() -> None:
    twice = [block("divider") | {"block_id": "a"}, block("divider") | {"block_id": "a"}]
    assert against(twice) == ['`block_id` "a" already exists [json-pointer:/blocks/1/block_id]']


def test_action_ids_are_unique_in_a_block_only() -> None:
    one = {"type": "actions", "elements": [button(1)]}
    twice = {"type": "actions", "elements": [button(1), button(1)]}
    assert against([one, one]) == []
    assert against([twice]) == ['`action_id` "1" already exists [json-pointer:/blocks/0/elements/1/action_id]']


def test_an_input_in_a_modal_needs_a_submit_button() -> None:
    without = {key: value for key, value in view([block("divider"), MODAL_INPUT]).items() if key != "submit"}
    with pytest.raises(SlackError) as refusal:
        rules.check_view(without, Surface.MODAL)
    assert refusal.value.messages == [
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]"
    ]


def test_one_element_may_take_the_focus() -> None:
    eager = {**MODAL_INPUT, "element": {"type": "plain_text_input", "focus_on_load": True}}
    assert against([eager], Surface.MODAL) == []
    assert against([eager, eager], Surface.MODAL) == [
        "only one element can set `focus_on_load` [json-pointer:/view/blocks]"
    ]


def test_some_blocks_share_a_limit_across_the_message() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert against([half, half]) == []
    assert against([half, half, {"type": "markdown", "text": "x"}])
    assert against([block("table")]) == []
    assert against([block("table"), block("table")]) == ["only_one_table_allowed [json-pointer:/blocks]"]
    assert against([block("data_visualization")] * 2) == []
    assert against([block("data_visualization")] * 3)


@pytest.mark.parametrize("name", ["title", "submit", "close", "notify_on_close"])
def test_a_home_has_none_of_a_modals_trimmings(name: str) -> None:
    with pytest.raises(SlackError) as refusal:
        rules.check_view(view([block("divider")], Surface.HOME) | {name: plain()}, Surface.HOME)
    assert refusal.value.messages == [f"invalid additional property: {name} [json-pointer:/view]"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"blocks": ["divider"]}, "invalid_blocks_format"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "x", "attachments": "none"}, "invalid_attachments"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({}, "no_text"),
        ({"attachments": [{"blocks": [{"type": "alert"}]}]}, "invalid_blocks"),
    ],
)
def test_a_message_is_refused_by_the_documented_name(content: Json, error: str) -> None:
    with pytest.raises(SlackError, match=error):
        rules.check_message(content)


def test_every_shape_names_its_page() -> None:
    pages = [shape.page for shape in (*BLOCKS.values(), *ELEMENTS.values())]
    assert all(page.startswith("https://docs.slack.dev/reference/block-kit/") for page in pages)
