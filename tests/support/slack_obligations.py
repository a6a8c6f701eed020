"""Every single rule that the simulator holds against blocks and views, and which payloads touch it.

A payload touches a rule from inside where the rule looks at a value on its very limit, and from outside where it
complains. So a table of payloads can be asked what it leaves out.
"""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from infra.local.slack.rules.blocks import BLOCK
from infra.local.slack.rules.shapes import Place, Shape, Surface
from infra.local.slack.rules.views import VIEWS


class Obligation(NamedTuple):
    """One aspect of one rule; `where` is a place at which it holds."""

    rule: int
    aspect: str


Found = dict[Obligation, str]

_TOLD_BY: Final = {
    "must be less than": "at_most",
    "must be more than": "at_least",
    "no more than": "at_most",
    "must provide at least": "at_least",
    "must be greater than": "at_least",
    "must be a valid enum value": "allowed",
}


def all_obligations() -> Found:
    """Every aspect of every rule of blocks and views, each with a place at which it holds."""
    found: Found = {}
    seen: set[int] = set()
    _collect(BLOCK, "block", found, seen)
    for surface, shape in VIEWS.items():
        _collect(shape, str(surface), found, seen)
    return found


def touched(rule: Any, value: Any, surface: Surface) -> tuple[set[Obligation], set[Obligation]]:
    """The obligations that a value touches from inside, and from outside."""
    inside: set[Obligation] = set()
    outside: set[Obligation] = set()
    for each, content in _visited(rule, value):
        _touch(each, content, Place(surface), inside, outside)
    return inside, outside


def _parts(rule: Any) -> Mapping[str, Any]:
    """What a rule was made of: its limits, the rules inside it, and the shapes it tells apart by their type."""
    if not inspect.isfunction(rule):
        return {}
    used = inspect.getclosurevars(rule)
    tables = [each for each in used.globals.values() if isinstance(each, Mapping) and "mrkdwn" in each]
    parts = dict(used.nonlocals) | ({"shapes": tables[0]} if tables else {})
    if "kinds" in parts:
        parts["shapes"] = {kind: parts["shapes"][kind] for kind in parts["kinds"]}
    return parts


def _collect(rule: Any, where: str, found: Found, seen: set[int]) -> None:
    if id(rule) in seen:
        return
    seen.add(id(rule))
    if isinstance(rule, Shape):
        for name in rule.required:
            found[Obligation(id(rule), f"required {name}")] = where
        for number, _ in enumerate(rule.between):
            found[Obligation(id(rule), f"between {number}")] = where
        for name, inner in rule.fields.items():
            _collect(inner, f"{where}.{name}", found, seen)
        return
    parts = _parts(rule)
    for aspect in ("at_most", "at_least"):
        if parts.get(aspect) or (parts.get(aspect) == 0 and _is_of_numbers(rule)):
            found[Obligation(id(rule), aspect)] = f"{where} = {parts[aspect]}"
    for aspect in ("allowed", "form"):
        if aspect in parts:
            found[Obligation(id(rule), aspect)] = where
    for kind, shape in parts.get("shapes", {}).items():
        _collect(shape, f"{where}<{kind}>", found, seen)
    if "rule" in parts:
        _collect(parts["rule"], f"{where}[]", found, seen)


def _is_of_numbers(rule: Any) -> bool:
    return str(rule.__qualname__).startswith("whole.")


def _visited(rule: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    """Every rule that looks at some part of a value, with that part."""
    yield rule, value
    parts = _parts(rule)
    if isinstance(rule, Shape) and isinstance(value, dict):
        for name, inner in rule.fields.items():
            if name in value:
                yield from _visited(inner, value[name])
    elif "shapes" in parts and isinstance(value, dict) and value.get("type") in parts["shapes"]:
        yield from _visited(parts["shapes"][value["type"]], value)
    elif "rule" in parts and isinstance(value, list):
        for each in value:
            yield from _visited(parts["rule"], each)


def _touch(rule: Any, value: Any, place: Place, inside: set[Obligation], outside: set[Obligation]) -> None:
    if isinstance(rule, Shape):
        if isinstance(value, dict):
            for name in rule.required:
                (inside if name in value else outside).add(Obligation(id(rule), f"required {name}"))
            for number, between in enumerate(rule.between):
                complains = bool(list(between(value, place)))
                (outside if complains else inside).add(Obligation(id(rule), f"between {number}"))
        return
    parts = _parts(rule)
    for complaint in rule(value, place):
        aspect = next((each for words, each in _TOLD_BY.items() if complaint.startswith(words)), "form")
        if complaint.endswith("[json-pointer:]"):
            outside.add(Obligation(id(rule), aspect))
    size = len(value) if isinstance(value, str | list) else value
    for aspect in ("at_most", "at_least"):
        if parts.get(aspect) is not None and size == parts[aspect]:
            inside.add(Obligation(id(rule), aspect))
    if "allowed" in parts and value in parts["allowed"]:
        inside.add(Obligation(id(rule), "allowed"))
    if "form" in parts and isinstance(value, str) and parts["form"].fullmatch(value):
        inside.add(Obligation(id(rule), "form"))
