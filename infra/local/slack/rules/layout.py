"""What holds for a whole list of blocks: ids are unique, and some things may stand there only once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from infra.local.slack.block_tree import elements_of
from infra.local.slack.model import Json
from infra.local.slack.rules.shapes import Complaints, Place, Surface

MAX_BLOCKS: Final = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
"""https://docs.slack.dev/reference/block-kit/blocks"""

MAX_MARKDOWN: Final = 12_000
"""In all markdown blocks together. https://docs.slack.dev/reference/block-kit/blocks/markdown-block"""
MAX_TABLE_TEXT: Final = 10_000
"""https://docs.slack.dev/reference/block-kit/blocks/table-block"""
MAX_DATA_TABLE_TEXT: Final = 20_000
"""https://docs.slack.dev/reference/block-kit/blocks/data-table-block"""
MAX_CHARTS: Final = 2
"""https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block"""


def whole_layout(blocks: list[Json], place: Place) -> Complaints:
    """Check what no single block can tell."""
    yield from _unique_block_ids(blocks, place)
    for index, block in enumerate(blocks):
        yield from _unique_action_ids(block, place / index)
    yield from _one_focus(blocks, place)
    yield from _counts(blocks, place)
    yield from _totals(blocks, place)


def _unique_block_ids(blocks: list[Json], place: Place) -> Complaints:
    """https://docs.slack.dev/reference/block-kit/blocks: block_id should be unique for each message."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id:
            if block_id in seen:
                yield (place / index / "block_id").wrong(f'`block_id` "{block_id}" already exists')
            seen.add(block_id)


def _unique_action_ids(block: Json, place: Place) -> Complaints:
    """https://docs.slack.dev/reference/block-kit/block-elements: unique among the action_ids of the block."""
    seen: set[str] = set()
    for path, element in elements_of(block):
        action_id = element.get("action_id")
        if isinstance(action_id, str):
            if action_id in seen:
                here = place
                for step in path:
                    here = here / step
                yield (here / "action_id").wrong(f'`action_id` "{action_id}" already exists')
            seen.add(action_id)


def _one_focus(blocks: list[Json], place: Place) -> Complaints:
    """https://docs.slack.dev/reference/block-kit/block-elements: focus_on_load may be true for one element."""
    focused = [element for block in blocks for _, element in elements_of(block) if element.get("focus_on_load") is True]
    if len(focused) > 1:
        yield place.wrong("only one element can set `focus_on_load`")


def _counts(blocks: list[Json], place: Place) -> Complaints:
    kinds = Counter(str(each.get("type")) for each in blocks)
    if place.surface is Surface.MESSAGE and kinds["table"] > 1:
        yield place.wrong("only_one_table_allowed")
    if kinds["data_visualization"] > MAX_CHARTS:
        yield place.wrong(f"no more than {MAX_CHARTS} data_visualization blocks allowed")


def _totals(blocks: list[Json], place: Place) -> Complaints:
    for kind, most in (("markdown", MAX_MARKDOWN), ("table", MAX_TABLE_TEXT), ("data_table", MAX_DATA_TABLE_TEXT)):
        total = sum(len(each) for block in blocks if block.get("type") == kind for each in _texts(block))
        if total > most:
            yield place.wrong(f"the text of all {kind} blocks must be less than {most + 1} characters")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "text" and isinstance(each, str):
                yield each
            else:
                yield from _texts(each)
