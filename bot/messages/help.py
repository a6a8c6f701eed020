"""What `/task help` and `/team help` say, written from the grammars' own tables."""

from collections.abc import Sequence
from typing import Any, Final

from bot.commands.grammar import BY_NAME, VERBS, Verb, bare_word, task_id_in
from bot.commands.model import Help
from bot.commands.team_grammar import TEAM_BY_NAME, TEAM_VERBS, TeamHelp
from bot.commands.tokens import tokens_of
from bot.messages.blocks import Block, literal, rich_text, section
from bot.messages.text import clipped
from core.tasks.model import TITLE_LIMIT

_WORD_SHOWN: Final = 60
_EVERYTHING: Final = "Everything I understand: `/task help`"
_ELSEWHERE: Final = {
    "snooze": "Snooze is in the menu (…) of my message about a task of yours, and in your daily reminder. To move the "
    "deadline for everybody, type `/task due T-42 tomorrow`.",
    "undo": "Undo is a button below my answer to what you did, for ten minutes. After that, `/task edit T-42` or "
    "`/task reopen T-42` changes it.",
    "unblock": "To go on with it, type `/task start T-42`.",
    "unassign": "To leave it to the team, type `/task assign T-42 nobody`.",
    "priority": "You change that in a form: `/task edit T-42`.",
    "label": "You change that in a form: `/task edit T-42`.",
}
"""What is no verb, and where it is found."""


def build_help(command: Help) -> list[Block]:
    """Show every verb with an example, or one with all; for what is none, what was probably meant."""
    if command.verb is not None:
        return _one(BY_NAME[command.verb])
    if command.unknown is not None:
        return _unknown(command.unknown, command.meant)
    return _all("• `/task`  show your open tasks", VERBS, "/task help new")


def _unknown(typed: str, meant: str | None) -> list[Block]:
    """Say that a word is no verb, in as few lines as help somebody on."""
    word, _, rest = typed.partition(" ")
    said = f"I don't know “{clipped(word, _WORD_SHOWN)}”."
    if where := _ELSEWHERE.get(bare_word(word)):
        return [section(where), section(_EVERYTHING)]
    blocks = [literal(said)]
    if meant is not None:
        blocks = [literal(f"{said} Did you mean “{meant}”?"), section(f"• {_line(BY_NAME[meant])}")]
    if rest and not any(task_id_in(tokens_of(each)[:1]) for each in (word, rest)):
        new = {"type": "text", "text": clipped(f"/task new {typed}", TITLE_LIMIT), "style": {"code": True}}
        asked = "Did you want " if meant is None else "Or did you want "
        blocks.append(rich_text({"type": "text", "text": asked}, new, {"type": "text", "text": "?"}))
    return [*blocks, section(_EVERYTHING)]


def build_team_help(command: TeamHelp, *, for_admin: bool) -> list[Block]:
    """Show every verb with an example, or one with all; to members, what they may."""
    if command.verb is not None:
        is_for_all = for_admin or command.verb == "help"
        return [*_one(TEAM_BY_NAME[command.verb]), *([] if is_for_all else [section("Only admins can do that.")])]
    first = "• `/team [a name or an address]`  see who is in the team"
    if for_admin:
        return _all(f"{first}, and change people there", TEAM_VERBS, "/team help add")
    return [section(first), section("Everything else of `/team` is for admins. Ask one of them.")]


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
