"""The words that rules are written in. A rule looks at a value and says what is wrong with it, as Slack words it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final


class Surface(StrEnum):
    """Where blocks stand. https://docs.slack.dev/surfaces"""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


EVERYWHERE: Final = frozenset(Surface)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the payload a value stands, as a JSON pointer."""

    surface: Surface
    pointer: str = ""

    def __truediv__(self, key: str | int) -> "Place":
        return replace(self, pointer=f"{self.pointer}/{key}")

    def wrong(self, words: str) -> str:
        """Say what is wrong here."""
        return f"{words} [json-pointer:{self.pointer}]"


Complaints = Iterator[str]
Rule = Callable[[Any, Place], Complaints]
Between = Callable[[Mapping[str, Any], Place], Complaints]
"""A rule between the fields of one object."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the page that documents it, its fields, which must be there, and what holds between them."""

    page: str
    fields: Mapping[str, Rule]
    required: frozenset[str] = frozenset()
    between: tuple[Between, ...] = ()
    surfaces: frozenset[Surface] = field(default=EVERYWHERE)

    def __call__(self, value: Any, place: Place) -> Complaints:
        if not isinstance(value, dict):
            yield place.wrong("must provide an object")
            return
        for name in sorted(self.required - value.keys()):
            yield place.wrong(f"missing required field: {name}")
        for name, content in value.items():
            if name in self.fields:
                yield from self.fields[name](content, place / name)
            elif name != "type":
                yield place.wrong(f"invalid additional property: {name}")
        for rule in self.between:
            yield from rule(value, place)


def one_of(shapes: Mapping[str, Shape]) -> Rule:
    """Tell objects apart by their `type`; one that is unknown here or on this surface is unsupported."""

    def rule(value: Any, place: Place) -> Complaints:
        if not isinstance(value, dict):
            yield place.wrong("must provide an object")
        elif "type" not in value:
            yield place.wrong("missing required field: type")
        else:
            kind = value["type"]
            shape = shapes.get(kind) if isinstance(kind, str) else None
            if shape is None or place.surface not in shape.surfaces:
                yield (place / "type").wrong(f"unsupported type: {kind}")
            else:
                yield from shape(value, place)

    return rule


def text(at_most: int | None = None, *, at_least: int = 0) -> Rule:
    """A string; Slack counts Unicode code points."""

    def rule(value: Any, place: Place) -> Complaints:
        if not isinstance(value, str):
            yield place.wrong("must provide a string")
        elif at_most is not None and len(value) > at_most:
            yield place.wrong(f"must be less than {at_most + 1} characters")
        elif len(value) < at_least:
            yield place.wrong(f"must be more than {at_least - 1} characters")

    return rule


def matching(pattern: str, words: str, at_most: int | None = None) -> Rule:
    """A string of a given form."""
    form = re.compile(pattern)

    def rule(value: Any, place: Place) -> Complaints:
        yield from text(at_most)(value, place)
        if isinstance(value, str) and not form.fullmatch(value):
            yield place.wrong(words)

    return rule


def flag(value: Any, place: Place) -> Complaints:
    """A boolean."""
    if not isinstance(value, bool):
        yield place.wrong("must provide a boolean")


def whole(at_least: int | None = None, at_most: int | None = None) -> Rule:
    """An integer in a range."""

    def rule(value: Any, place: Place) -> Complaints:
        if not isinstance(value, int) or isinstance(value, bool):
            yield place.wrong("must provide an integer")
        elif at_least is not None and value < at_least:
            yield place.wrong(f"must be greater than {at_least - 1}")
        elif at_most is not None and value > at_most:
            yield place.wrong(f"must be less than {at_most + 1}")

    return rule


def number(value: Any, place: Place) -> Complaints:
    """Any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield place.wrong("must provide a number")


def among(*allowed: str) -> Rule:
    """One of a few words."""

    def rule(value: Any, place: Place) -> Complaints:
        if value not in allowed:
            yield place.wrong("must be a valid enum value")

    return rule


def items(rule: Rule, at_most: int | None = None, *, at_least: int = 0) -> Rule:
    """An array."""

    def checked(value: Any, place: Place) -> Complaints:
        if not isinstance(value, list):
            yield place.wrong("must provide an array")
            return
        if at_most is not None and len(value) > at_most:
            yield place.wrong(f"no more than {at_most} items allowed")
        if len(value) < at_least:
            yield place.wrong(f"must provide at least {at_least} items")
        for index, each in enumerate(value):
            yield from rule(each, place / index)

    return checked


def either(*names: str) -> Between:
    """At least one of the fields."""

    def rule(value: Mapping[str, Any], place: Place) -> Complaints:
        if all(value.get(name) is None for name in names):
            yield place.wrong("must define either " + " or ".join(f"`{name}`" for name in names))

    return rule


def not_both(one: str, other: str) -> Between:
    """Two fields that exclude each other."""

    def rule(value: Mapping[str, Any], place: Place) -> Complaints:
        if one in value and other in value:
            yield place.wrong(f"cannot define both `{one}` and `{other}`")

    return rule


def fields(**rules: Rule) -> dict[str, Rule]:
    """Write a field table by keyword."""
    return rules


def need(*names: str) -> frozenset[str]:
    """Name the fields that must be there."""
    return frozenset(names)
