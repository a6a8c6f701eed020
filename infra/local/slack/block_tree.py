"""Finding one's way in blocks: the elements inside them, and the ids that Slack fills in."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

from infra.local.slack.model import Json

Path = tuple[str | int, ...]


def elements_of(block: Json) -> Iterator[tuple[Path, Json]]:
    """Find the elements of a block, each with its path inside the block."""
    for name in ("accessory", "element"):
        if isinstance(element := block.get(name), dict):
            yield (name,), element
    for name in ("elements", "actions", "child_blocks"):
        inner = block.get(name)
        for index, each in enumerate(inner if isinstance(inner, list) else []):
            if not isinstance(each, dict):
                continue
            if name == "child_blocks" or each.get("type") == "card":
                yield from (((name, index, *path), element) for path, element in elements_of(each))
            else:
                yield (name, index), each


def interactive_elements(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """Find what people can use, with the id of its block."""
    for block in blocks:
        if block.get("type") == "container":
            yield from interactive_elements(block["child_blocks"])
        else:
            yield from ((block["block_id"], each) for _, each in elements_of(block) if "action_id" in each)


def as_kept(blocks: list[Json]) -> list[Json]:
    """Write checked blocks the way Slack gives them back: with ids, and with the defaults of text objects."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        _name(block)
    return kept


def with_defaults(text: Any) -> Any:
    """Write a text object the way Slack gives it back."""
    kept = copy.deepcopy(text)
    _complete_text(kept)
    return kept


_WITHOUT_ACTION = frozenset({"image", "plain_text", "mrkdwn"})


def _name(block: Json) -> None:
    block.setdefault("block_id", secrets.token_urlsafe(4))
    if block["type"] == "rich_text":
        return
    for _, element in elements_of(block):
        if element["type"] not in _WITHOUT_ACTION:
            element.setdefault("action_id", secrets.token_urlsafe(4))
    for child in block.get("child_blocks", []):
        child.setdefault("block_id", secrets.token_urlsafe(4))
    _complete_text(block)


def _complete_text(value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            _complete_text(each)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for each in value.values():
            _complete_text(each)
