"""What `/task help` says, written from the grammar's own table."""

from bot.commands.grammar import BY_NAME, VERBS
from bot.commands.model import Help
from bot.messages.blocks import Block, literal, section


def build_help(command: Help) -> list[Block]:
    """Show every verb with an example, or one with all; for a typo, what was probably meant comes first."""
    if command.verb is not None:
        return _one(command.verb)
    rows = ["• `/task`  show your open tasks", *(f"• `{_written(verb.usage)}`  {verb.does}" for verb in VERBS)]
    blocks = [section("\n".join(rows)), section("More about one of them: `/task help new`")]
    if command.unknown is None:
        return blocks
    meant = f" Did you mean “{command.meant}”?" if command.meant else ""
    return [literal(f"I don't know “{command.unknown}”.{meant} This is what I understand:"), *blocks]


def _one(name: str) -> list[Block]:
    verb = BY_NAME[name]
    lines = [f"`{_written(verb.usage)}`  {verb.does}"]
    if verb.aliases:
        lines.append("Also called " + ", ".join(f"`{alias}`" for alias in verb.aliases))
    lines += [f"• `{_written(example)}`" for example in verb.more]
    return [section("\n".join(lines))]


def _written(usage: str) -> str:
    return usage.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
