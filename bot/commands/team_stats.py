"""`/team stats`."""

from typing import Final

from bot.commands.team import Typed
from bot.commands.team_grammar import ShowTeamStats
from bot.messages.team_stats import TITLE, build_team_stats
from bot.replies import reply
from core.people.workload import WorkloadService

_PEOPLE: Final = 20
"""As many as a chart has room for. https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block"""


class TeamStats:
    def __init__(self, workload: WorkloadService) -> None:
        self._workload = workload

    def answer(self, _command: ShowTeamStats, typed: Typed) -> None:
        """Show an admin the numbers, as a chart if Slack takes it.

        The chart is sent apart: an answer that Slack refuses in the acknowledgement would be no answer at all.
        """
        numbers = self._workload.numbers(typed.actor, limit=_PEOPLE)
        if reply(typed.context, TITLE, build_team_stats(numbers, chart=True)):
            typed.ack()
        else:
            typed.ack(text=TITLE, blocks=build_team_stats(numbers, chart=False), response_type="ephemeral")
