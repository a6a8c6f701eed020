"""How much everybody has to do, in bars that are text."""

import math
from typing import Final

from bot.messages.blocks import Block, Element, rich_text, words
from bot.messages.text import capped, clipped
from core.people.workload import Load, Workload

_BAR: Final = 10
"""Signs of the longest bar: it and a number fit the width of a phone."""
_NAME: Final = 60
_IDLE: Final = 20


def build_workload(workload: Workload) -> Block:
    """Show who has how many open tasks, and how many of them are overdue; then who has none."""
    most = max((load.open for load in workload.busiest), default=0)
    lines = [part for load in workload.busiest for part in _line(load, most)]
    if workload.others:
        lines.append(words(f"and {workload.others} more with open tasks\n"))
    return rich_text(*lines, words(build_idle(workload)))


def _line(load: Load, most: int) -> list[Element]:
    full = max(1, math.ceil(_BAR * load.open / most))
    bar = "█" * full + "░" * (_BAR - full)
    name = words(clipped(load.name, _NAME), bold=True)
    late = f", {capped(load.overdue)} overdue" if load.overdue else ""
    return [words(f"{bar}  "), name, words(f"  {load.open} open{late}\n")]


def build_idle(workload: Workload) -> str:
    """Say who has nothing to do."""
    named = [clipped(name, _NAME) for name in workload.idle[:_IDLE]]
    if not named:
        return "Everybody has something to do."
    rest = len(workload.idle) - len(named)
    return f"Nothing to do: {', '.join(named)}" + (f" and {rest} more" if rest else "")
