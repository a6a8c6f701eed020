"""`/team`: each verb goes to whoever handles it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.team_grammar import TeamCommand, TeamHelp, parse_team_command
from bot.messages.help import build_team_help
from core.people.model import Actor


class Typed(NamedTuple):
    """A request that a command came with, for whoever answers it."""

    actor: Actor
    ack: Ack
    body: dict[str, Any]
    context: BoltContext
    client: WebClient


Answer = Callable[[Any, Typed], None]
"""Answers a command of one kind, and acknowledges it."""


class TeamCommands:
    def __init__(self, answers: Mapping[type[TeamCommand], Answer]) -> None:
        self._answers = answers

    def handle_team(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Answer `/team …`, to the person who typed it alone; what they may not do, the services refuse."""
        command = parse_team_command(body.get("text", ""))
        self._answers[type(command)](command, Typed(context["actor"], ack, body, context, client))


def answer_help(command: TeamHelp, typed: Typed) -> None:
    """Say what one can type."""
    blocks = build_team_help(command, for_admin=typed.actor.person.is_admin)
    typed.ack(text="What you can type", blocks=blocks, response_type="ephemeral")
