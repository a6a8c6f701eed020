"""How much there is to do: a chart where the workspace takes one, and the same in text."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.messages.blocks import Block, literal, section
from bot.messages.text import by_name, capped
from core.people.model import Person

_CATEGORIES: Final = 20  # https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
_LABEL: Final = 20


class Numbers(NamedTuple):
    """`people` are those whose open tasks are compared; each number but `mine_open` counts up to `CAP`."""

    mine_open: int
    mine_overdue: int
    team_overdue: int
    unassigned: int
    people: Sequence[Person]


def build_stats(numbers: Numbers, *, chart: bool, of: Person | None = None) -> list[Block]:
    """Show the numbers, of "you" or of somebody by name; without the chart its content stands in words."""
    text = section(
        f"*{by_name(of.ref) if of else 'You'}*: {numbers.mine_open} open, {capped(numbers.mine_overdue)} overdue\n"
        f"*The team*: {capped(numbers.team_overdue)} overdue, {capped(numbers.unassigned)} not assigned"
    )
    busy = sorted(numbers.people, key=lambda person: -person.open_tasks)[:_CATEGORIES]
    if not any(person.open_tasks for person in busy):
        return [text]
    return [text, _chart(busy) if chart else _lines(busy)]


def _lines(people: Sequence[Person]) -> Block:
    lines = [f"{person.name}: {max(person.open_tasks, 0)}" for person in people]
    return literal("\n".join(["Open tasks by person", *lines]))


def _chart(people: Sequence[Person]) -> Block:
    names = axis_names([person.name or person.email for person in people])
    points = [{"label": name, "value": max(person.open_tasks, 0)} for name, person in zip(names, people, strict=True)]
    return {
        "type": "data_visualization",
        "title": "Open tasks by person",
        "chart": {
            "type": "bar",
            "series": [{"name": "Open tasks", "data": points}],
            "axis_config": {"categories": names},
        },
    }


def axis_names(people: Sequence[str]) -> list[str]:
    """Names short enough for an axis, each once."""
    names: list[str] = []
    for number, person in enumerate(people, start=1):
        name = person[:_LABEL]
        names.append(name if name not in names else f"{number} {name}"[:_LABEL])
    return names
