"""Every documented limit of blocks, elements and views, from both sides."""

from typing import Any

import pytest

from infra.local.slack import rules
from infra.local.slack.errors import SlackError
from infra.local.slack.rules.shapes import Surface
from tests.support import slack_blocks as samples
from tests.support.slack_blocks import Json, Path, block, block_around, button, changed, element, mrkdwn, option, plain
from tests.support.slack_rules import against, complaints, element_path, view

TEXT_LIMITS: list[tuple[str, Path, int]] = [
    ("actions", ("block_id",), 255),
    ("alert", ("text", "text"), 200),
    ("card", ("title", "text"), 150),
    ("card", ("body", "text"), 200),
    ("card", ("hero_image", "alt_text"), 2000),
    ("container", ("title", "text"), 150),
    ("context", ("elements", 0, "text"), 3000),
    ("context", ("elements", 2, "image_url"), 3000),
    ("data_visualization", ("title",), 50),
    ("data_visualization", ("chart", "series", 0, "name"), 20),
    ("header", ("text", "text"), 150),
    ("image", ("image_url",), 3000),
    ("image", ("alt_text",), 2000),
    ("image", ("title", "text"), 2000),
    ("input", ("label", "text"), 2000),
    ("input", ("hint", "text"), 2000),
    ("markdown", ("text",), 12_000),
    ("section", ("text", "text"), 3000),
    ("section", ("fields", 0, "text"), 2000),
    ("video", ("title", "text"), 200),
    ("video", ("alt_text",), 2000),
]
ELEMENT_TEXT_LIMITS: list[tuple[str, Path, int]] = [
    ("button", ("action_id",), 255),
    ("button", ("text", "text"), 75),
    ("button", ("value",), 2000),
    ("button", ("url",), 3000),
    ("button", ("accessibility_label",), 75),
    ("button", ("agent_prompt",), 4000),
    ("button", ("confirm", "title", "text"), 100),
    ("button", ("confirm", "text", "text"), 300),
    ("button", ("confirm", "confirm", "text"), 30),
    ("button", ("confirm", "deny", "text"), 30),
    ("overflow", ("options", 0, "text", "text"), 75),
    ("overflow", ("options", 0, "value"), 150),
    ("overflow", ("options", 0, "url"), 3000),
    ("external_select", ("placeholder", "text"), 150),
    ("multi_external_select", ("placeholder", "text"), 150),
    ("datepicker", ("placeholder", "text"), 150),
    ("plain_text_input", ("placeholder", "text"), 150),
    ("plain_text_input", ("initial_value",), 3000),
    ("icon_button", ("value",), 2000),
    ("icon_button", ("accessibility_label",), 75),
    ("feedback_buttons", ("positive_button", "text", "text"), 75),
    ("feedback_buttons", ("negative_button", "value"), 2000),
    ("workflow_button", ("text", "text"), 75),
]
TEXT_CASES = [
    (block(kind), path, limit) for kind, path, limit in TEXT_LIMITS
] + [
    (block_around(kind), (*element_path(block_around(kind)), *path), limit) for kind, path, limit in ELEMENT_TEXT_LIMITS
]  # fmt: skip


def surface_of(payload: Json) -> Surface:
    return Surface.MODAL if payload["type"] in {"alert"} else Surface.MESSAGE


@pytest.mark.parametrize(
    ("payload", "path", "limit"),
    TEXT_CASES,
    ids=[f"{p['type']}-{'.'.join(map(str, path))}" for p, path, _ in TEXT_CASES],
)
def test_text_may_be_as_long_as_its_limit_and_no_longer(payload: Json, path: Path, limit: int) -> None:
    surface = surface_of(payload)
    root = "/blocks/0/" if surface is Surface.MESSAGE else "/view/blocks/0/"
    pointer = root + "/".join(map(str, path))
    assert complaints(changed(payload, path, "é" * limit), surface) == []
    outside = complaints(changed(payload, path, "é" * (limit + 1)), surface)
    assert f"must be less than {limit + 1} characters [json-pointer:{pointer}]" in outside


ITEM_LIMITS: dict[str, tuple[Json, Path, Any, int]] = {
    "actions.elements": (block("actions"), ("elements",), button, 25),
    "card.actions": (block("card"), ("actions",), button, 3),
    "carousel.elements": (block("carousel"), ("elements",), lambda _: {"type": "card", "title": mrkdwn()}, 10),
    "container.child_blocks": (block("container"), ("child_blocks",), lambda _: {"type": "divider"}, 10),
    "context.elements": (block("context"), ("elements",), lambda _: mrkdwn(), 10),
    "context_actions.elements": (
        block("context_actions"), ("elements",), lambda n: element("icon_button") | {"action_id": str(n)}, 5,
    ),
    "section.fields": (block("section"), ("fields",), lambda _: mrkdwn(), 10),
    "plan.tasks": (block("plan"), ("tasks",), lambda n: samples.TASK_CARD | {"task_id": str(n)}, 50),
    "table.rows": (block("table"), ("rows",), lambda _: samples.ROWS[0], 100),
    "table.cells": (block("table"), ("rows", 0), lambda _: samples.ROWS[0][0], 20),
    "data_table.rows": (block("data_table"), ("rows",), lambda _: samples.ROWS[0], 201),
    "checkboxes.options": (
        {"type": "section", "text": mrkdwn(), "accessory": {"type": "checkboxes", "options": []}},
        ("accessory", "options"), lambda n: option(str(n)), 10,
    ),
    "radio_buttons.options": (
        {"type": "section", "text": mrkdwn(), "accessory": {"type": "radio_buttons", "options": []}},
        ("accessory", "options"), lambda n: option(str(n)), 10,
    ),
    "overflow.options": (block_around("overflow"), ("accessory", "options"), lambda n: option(str(n)), 5),
    "static_select.options": (
        {"type": "section", "text": mrkdwn(), "accessory": {"type": "static_select", "options": []}},
        ("accessory", "options"), lambda n: option(str(n)), 100,
    ),
    "option_groups": (
        {"type": "section", "text": mrkdwn(), "accessory": {"type": "static_select", "option_groups": []}},
        ("accessory", "option_groups"), lambda n: {"label": plain(), "options": [option(str(n))]}, 100,
    ),
    "icon_button.visible_to_user_ids": (
        block_around("icon_button"), ("elements", 0, "visible_to_user_ids"), lambda n: f"U{n}", 10,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ITEM_LIMITS)
def test_a_list_may_be_as_long_as_its_limit_and_no_longer(name: str) -> None:
    payload, path, item, limit = ITEM_LIMITS[name]
    pointer = "/blocks/0/" + "/".join(map(str, path))
    assert complaints(changed(payload, path, [item(n) for n in range(limit)])) == []
    outside = complaints(changed(payload, path, [item(n) for n in range(limit + 1)]))
    assert f"no more than {limit} items allowed [json-pointer:{pointer}]" in outside


@pytest.mark.parametrize(
    "name", ["actions.elements", "checkboxes.options", "overflow.options", "carousel.elements", "section.fields"]
)
def test_an_empty_list_is_refused(name: str) -> None:
    payload, path, _, _ = ITEM_LIMITS[name]
    pointer = "/blocks/0/" + "/".join(map(str, path))
    assert f"must provide at least 1 items [json-pointer:{pointer}]" in complaints(changed(payload, path, []))


NUMBER_LIMITS: list[tuple[str, str, int, int]] = [
    ("file_input", "max_files", 1, 10),
    ("plain_text_input", "min_length", 0, 3000),
    ("plain_text_input", "max_length", 1, 3000),
    ("rich_text_input", "min_lines", 1, 100),
    ("rich_text_input", "max_lines", 1, 100),
]


@pytest.mark.parametrize(("kind", "name", "low", "high"), NUMBER_LIMITS)
def test_a_number_stays_in_its_range(kind: str, name: str, low: int, high: int) -> None:
    alone = {"type": "input", "label": plain(), "element": {"type": kind}}
    verdicts = [
        bool(complaints(changed(alone, ("element", name), value), Surface.MODAL))
        for value in (low - 1, low, high, high + 1)
    ]
    assert verdicts == [True, False, False, True]


VIEW_LIMITS: list[tuple[Path, int]] = [
    (("title", "text"), 24), (("close", "text"), 24), (("submit", "text"), 24), (("private_metadata",), 3000),
    (("callback_id",), 255), (("external_id",), 255),
]  # fmt: skip


@pytest.mark.parametrize(("path", "limit"), VIEW_LIMITS)
def test_a_views_texts_have_limits(path: Path, limit: int) -> None:
    full = view([block("divider")]) | {"close": plain()}
    rules.check_view(changed(full, path, "x" * limit), Surface.MODAL)
    with pytest.raises(SlackError) as refusal:
        rules.check_view(changed(full, path, "x" * (limit + 1)), Surface.MODAL)
    pointer = "/view/" + "/".join(map(str, path))
    assert refusal.value.messages == [f"must be less than {limit + 1} characters [json-pointer:{pointer}]"]


def test_a_message_holds_50_blocks_and_a_view_100() -> None:
    dividers = [block("divider")] * 101
    assert against(dividers[:50]) == []
    assert against(dividers[:51]) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    for surface in (Surface.MODAL, Surface.HOME):
        assert against(dividers[:100], surface) == []
        assert against(dividers, surface) == ["no more than 100 items allowed [json-pointer:/view/blocks]"]


def test_a_view_needs_a_block() -> None:
    assert against([], Surface.MODAL) == ["must provide at least 1 items [json-pointer:/view/blocks]"]
