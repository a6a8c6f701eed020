"""Every documented limit of blocks, elements and views, from both sides; and that no rule is left out."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from infra.local.slack import rules, view_stacks
from infra.local.slack.errors import SlackError
from infra.local.slack.rules.blocks import BLOCK
from infra.local.slack.rules.shapes import Surface
from infra.local.slack.rules.views import VIEWS
from tests.support import slack_limits_between as between
from tests.support import slack_limits_of_blocks as limits
from tests.support.slack_blocks import Json, block, block_around, plain
from tests.support.slack_limits import Case, cases
from tests.support.slack_obligations import Obligation, all_obligations, touched
from tests.support.slack_rules import element_path, view

IN_MODALS = {"alert", "email_text_input", "file_input", "number_input", "rich_text_input", "url_text_input"}


class Held(NamedTuple):
    """A case with the surface on which it is held against the rules, and the name of the error."""

    case: Case
    surface: Surface
    error: str
    holder: Any


def changed_by(payload: Json, changes: Json) -> Json:
    return {name: value for name, value in (payload | changes).items() if value is not None}


def table_of(characters: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * characters}]]}


def data_table_of(characters: int) -> Json:
    rows = [[{"type": "raw_text", "text": "x" * half}] for half in (characters // 2, characters - characters // 2)]
    return {"type": "data_table", "caption": "x", "rows": rows}


def all_cases() -> Iterator[tuple[str, Held]]:
    for named, (changes, table) in limits.BLOCKS.items():
        kind = named.split()[0]
        for name, case in cases(changed_by(block(kind), changes), (), table):
            yield f"block {named}-{name}", held_on(surface_of(kind), case)
    for named, (changes, table) in limits.ELEMENTS.items():
        around = block_around(kind := named.split()[0])
        path = element_path(around)
        place: Any = around
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = changed_by(place[path[-1]], changes)
        for name, case in cases(around, path, table):
            yield f"element {named}-{name}", held_on(surface_of(kind), case)
    for surface, table in limits.VIEWS.items():
        full = view([block("divider")], Surface(surface))
        full |= {"close": plain()} if surface == Surface.MODAL else {}
        for name, case in cases(full, (), table):
            yield f"{surface}-{name}", Held(case, Surface(surface), "invalid_arguments", VIEWS[Surface(surface)])
    for name, (payload, complaint) in between.CASES.items():
        yield name, held_on(surface_of(payload["type"]), Case(payload, complaint))
    for name, (payload, complaint) in between.VIEW_CASES.items():
        yield name, Held(Case(payload, complaint), Surface.MODAL, "invalid_arguments", VIEWS[Surface.MODAL])


def held_on(surface: Surface, case: Case) -> Held:
    return Held(case, surface, "invalid_blocks" if surface is Surface.MESSAGE else "invalid_arguments", BLOCK)


def surface_of(kind: str) -> Surface:
    return Surface.MODAL if kind in IN_MODALS else Surface.MESSAGE


CASES = dict(all_cases())


def refusal_of(held: Held) -> SlackError | None:
    try:
        if held.holder is not BLOCK:
            rules.check_view(held.case.payload, held.surface)
        elif held.surface is Surface.MESSAGE:
            rules.check_message({"text": "x", "blocks": [held.case.payload]})
        else:
            rules.check_view(view([held.case.payload], held.surface), held.surface)
    except SlackError as refusal:
        return refusal
    return None


@pytest.mark.parametrize("name", CASES)
def test_slack_takes_what_is_within_the_limit_and_refuses_what_is_not(name: str) -> None:
    held = CASES[name]
    refusal = refusal_of(held)
    if held.case.complaint is None:
        assert refusal is None, refusal.messages
        return
    assert refusal is not None
    assert refusal.error == held.error
    pointed_at = [each for each in refusal.messages if each.startswith(held.case.complaint)]
    assert pointed_at, refusal.messages
    root = "/blocks/0" if held.surface is Surface.MESSAGE else "/view"
    assert all(f"[json-pointer:{root}" in each for each in pointed_at)


def test_every_rule_has_a_case_on_either_side() -> None:
    within: set[Obligation] = set()
    beyond: set[Obligation] = set()
    for held in CASES.values():
        blocks = [] if held.holder is BLOCK else held.case.payload.get("blocks") or []
        for rule, value in [(held.holder, held.case.payload), *((BLOCK, each) for each in blocks)]:
            inside, outside = touched(rule, value, held.surface)
            within |= inside if held.case.complaint is None else set()
            beyond |= outside if held.case.complaint else set()
    wanted = all_obligations()
    assert sorted(f"{each.aspect} of {wanted[each]}" for each in wanted.keys() - within) == []
    assert sorted(f"{each.aspect} of {wanted[each]}" for each in wanted.keys() - beyond) == []


ERRORS: dict[str, tuple[Json, Json, str]] = {
    "blocks": ({"blocks": [block("divider")] * 50}, {"blocks": [block("divider")] * 51}, "invalid_blocks"),
    "attachments": (
        {"text": "x", "attachments": [{}] * 100}, {"text": "x", "attachments": [{}] * 101}, "too_many_attachments",
    ),
    "blocks in an attachment": (
        {"attachments": [{"blocks": [block("divider")] * 50}]}, {"attachments": [{"blocks": [block("divider")] * 51}]},
        "invalid_blocks",
    ),
    "markdown": ({"markdown_text": "x" * 12_000}, {"markdown_text": "x" * 12_001}, "msg_too_long"),
    "markdown in all blocks": (
        {"blocks": [{"type": "markdown", "text": "x" * 6000}] * 2},
        {"blocks": [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}]},
        "invalid_blocks",
    ),
    "text of a table": (
        {"blocks": [table_of(10_000)]}, {"blocks": [table_of(10_001)]}, "invalid_blocks",
    ),
    "text of data tables": (
        {"blocks": [data_table_of(10_000), data_table_of(10_000)]},
        {"blocks": [data_table_of(10_000), data_table_of(10_001)]}, "invalid_blocks",
    ),
    "tables": ({"blocks": [block("table")]}, {"blocks": [block("table")] * 2}, "invalid_blocks"),
    "charts": (
        {"blocks": [block("data_visualization")] * 2}, {"blocks": [block("data_visualization")] * 3}, "invalid_blocks",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_a_message_as_a_whole_has_limits(name: str) -> None:
    inside, outside, error = ERRORS[name]
    rules.check_message(inside)
    with pytest.raises(SlackError) as refusal:
        rules.check_message(outside)
    assert refusal.value.error == error


def view_of_bytes(size: int) -> Json:
    """A view that is written with exactly so many bytes."""

    def of(last: int) -> Json:
        return view([{"type": "section", "text": plain("x" * length)} for length in [3000] * 81 + [last]])

    return of(1 + size - len(json.dumps(of(1))))


def test_a_view_has_250_kilobytes() -> None:
    assert view_stacks.checked(view_of_bytes(250_000), Surface.MODAL)
    with pytest.raises(SlackError, match="view_too_large"):
        view_stacks.checked(view_of_bytes(250_001), Surface.MODAL)
