"""What `/task help` and `/team help` say, written from the grammars' own tables."""

from collections.abc import Sequence
from typing import Any

from bot.commands.grammar import BY_NAME, VERBS, Verb
from bot.commands.model import Help
from bot.commands.team_grammar import TEAM_BY_NAME, TEAM_VERBS, TeamHelp
from bot.messages.blocks import Block, literal, section


def build_help(command: Help) -> list[Block]:
    """Show every verb with an example, or one with all; for a typo, what was probably meant."""
    if command.verb is not None:
        return _one(BY_NAME[command.verb])
    blocks = _all("• `/task`  show your open tasks", VERBS, "/task help new")
    if command.unknown is None:
        return blocks
    if command.meant is None:
        return [literal(f"I don't know “{command.unknown}”. This is what I understand:"), *blocks]
    said = literal(f"I don't know “{command.unknown}”. Did you mean “{command.meant}”?")
    return [said, section(f"• {_line(BY_NAME[command.meant])}"), section("Everything I understand: `/task help`")]


def build_team_help(command: TeamHelp) -> list[Block]:
    """Show every verb with an example, or one with all."""
    if command.verb is not None:
        return _one(TEAM_BY_NAME[command.verb])
    first = "• `/team [a name or an address]`  see who is in the team; admins change people there"
    return _all(first, TEAM_VERBS, "/team help add")


def _all(first: str, verbs: Sequence[Verb[Any]], example: str) -> list[Block]:
    rows = [first, *(f"• {_line(verb)}" for verb in verbs)]
    return [section("\n".join(rows)), section(f"More about one of them: `{example}`")]


def _one(verb: Verb[Any]) -> list[Block]:
    lines = [_line(verb), *(f"• {part}" for part in verb.parts)]
    if verb.aliases:
        lines.append("Also called " + ", ".join(f"`{alias}`" for alias in verb.aliases))
    if verb.more:
        lines += ["For example:", *(f"• `{_written(example)}`" for example in verb.more)]
    return [section("\n".join(lines))]


def _line(verb: Verb[Any]) -> str:
    return f"`{_written(verb.usage)}`  {verb.does}"


def _written(usage: str) -> str:
    return usage.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
