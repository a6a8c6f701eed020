"""The team's numbers: a chart where the workspace takes one, and text bars where not."""

from typing import Any, Final

from bot.messages.blocks import Block, literal, section
from bot.messages.stats import axis_names
from bot.messages.text import capped
from bot.messages.workload import build_idle, build_workload
from core.people.workload import TeamNumbers, Workload

TITLE: Final = "How the team is doing"


def build_team_stats(numbers: TeamNumbers, *, chart: bool) -> list[Block]:
    """Show what is open, overdue and nobody's, who has how much of it, and who has nothing to do."""
    text = section(
        f"*{TITLE}*\n{numbers.workload.open} open, {capped(numbers.overdue)} overdue, "
        f"{capped(numbers.unassigned)} not assigned"
    )
    if not chart or not numbers.workload.busiest:
        return [text, build_workload(numbers.workload)]
    return [text, _chart(numbers.workload), literal(build_idle(numbers.workload))]


def _chart(workload: Workload) -> Block:
    names = axis_names([load.name for load in workload.busiest])
    return {
        "type": "data_visualization",
        "title": "Open and overdue tasks by person",
        "chart": {
            "type": "bar",
            "series": [
                _series("Open", names, [load.open for load in workload.busiest]),
                _series("Overdue", names, [load.overdue for load in workload.busiest]),
            ],
            "axis_config": {"categories": names},
        },
    }


def _series(name: str, names: list[str], values: list[int]) -> dict[str, Any]:
    data = [{"label": label, "value": value} for label, value in zip(names, values, strict=True)]
    return {"name": name, "data": data}
