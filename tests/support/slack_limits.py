"""How limits are written down for a test, and the values just inside and just outside of each."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.slack_blocks import Json, Path, changed, mrkdwn, plain

Complaint = str


@dataclass(frozen=True, slots=True)
class Limit:
    """Values that are taken, and values that are not with the beginning of what Slack says."""

    inside: tuple[Any, ...]
    outside: tuple[tuple[Any, Complaint], ...]


def chars(most: int | None, least: int = 0, start: str = "") -> Limit:
    """A string of so many characters, counted as code points."""
    inside: list[Any] = []
    outside: list[tuple[Any, Complaint]] = [(7, "must provide a string")]
    if most is not None:
        inside.append(start + "é" * (most - len(start)))
        outside.append((start + "é" * (most + 1 - len(start)), f"must be less than {most + 1} characters"))
    if least:
        inside.append("é" * least)
        outside.append(("é" * (least - 1), f"must be more than {least - 1} characters"))
    return Limit(tuple(inside), tuple(outside))


def words(most: int, *, also_mrkdwn: bool = False) -> Limit:
    """A text object of 1 to so many characters: plain_text, perhaps also mrkdwn."""
    kinds = (plain, mrkdwn) if also_mrkdwn else (plain,)
    inside = [kind("é" * size) for kind in kinds for size in (1, most)]
    outside: list[tuple[Any, Complaint]] = [("bare", "must provide an object"), ({"text": "x"}, "missing required")]
    for kind in kinds:
        outside.append((kind("é" * (most + 1)), f"must be less than {most + 1} characters"))
        outside.append((kind(""), "must be more than 0 characters"))
        outside.append(({"type": kind()["type"]}, "missing required field: text"))
    if not also_mrkdwn:
        outside.append((mrkdwn("x"), "must be a valid enum value"))
    return Limit(tuple(inside), tuple(outside))


def count(most: int | None, least: int, item: Callable[[int], Any]) -> Limit:
    """An array of so many items."""
    inside, outside = [], [("none", "must provide an array")]
    if most is not None:
        inside.append([item(number) for number in range(most)])
        outside.append(([item(number) for number in range(most + 1)], f"no more than {most} items allowed"))  # type: ignore[arg-type]
    if least:
        inside.append([item(number) for number in range(least)])
        short = [item(number) for number in range(least - 1)]
        outside.append((short, f"must provide at least {least} items"))  # type: ignore[arg-type]
    return Limit(tuple(inside), tuple(outside))


def number(least: int, most: int | None) -> Limit:
    """A whole number in a range."""
    outside: list[tuple[Any, Complaint]] = [
        (least - 1, f"must be greater than {least - 1}"),
        (True, "must provide an integer"),
        (1.5, "must provide an integer"),
    ]
    if most is None:
        return Limit((least,), tuple(outside))
    return Limit((least, most), (*outside, (most + 1, f"must be less than {most + 1}")))


def one(*allowed: str) -> Limit:
    """One of a few words."""
    return Limit(allowed, (("another", "must be a valid enum value"), (1, "must be a valid enum value")))


def form(good: str, *bad: str) -> Limit:
    """A string of a given form."""
    return Limit((good,), tuple((each, "must be") for each in bad))


def flag() -> Limit:
    return Limit((True, False), ((1, "must provide a boolean"), ("true", "must provide a boolean")))


@dataclass(frozen=True, slots=True)
class Needs:
    """Fields that must be there."""

    names: tuple[str, ...]


def needs(*names: str) -> Needs:
    return Needs(names)


Table = dict[str, Limit | Needs]


@dataclass(frozen=True, slots=True)
class Case:
    """One payload, and what Slack says against it; None where it takes it."""

    payload: Json
    complaint: Complaint | None


def cases(payload: Json, place: Path, table: Table) -> Iterator[tuple[str, Case]]:
    """One case for every value of every limit; `table` names fields below `place` by dotted paths."""
    for name, limit in table.items():
        path = (*place, *(int(step) if step.isdecimal() else step for step in name.split(".") if step))
        if isinstance(limit, Needs):
            yield f"{name}:full", Case(payload, None)
            for field in limit.names:
                yield (
                    f"{name}:without-{field}",
                    Case(without(payload, (*path, field)), f"missing required field: {field}"),
                )
            continue
        for index, value in enumerate(limit.inside):
            yield f"{name}:in{index}", Case(changed(payload, path, value), None)
        for index, (value, complaint) in enumerate(limit.outside):
            yield f"{name}:out{index}", Case(changed(payload, path, value), complaint)


def without(payload: Json, path: Path) -> Json:
    """The payload without one field."""
    result = copy.deepcopy(payload)
    place: Any = result
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return result
