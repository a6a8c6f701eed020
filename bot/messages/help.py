"""What `/task help` says, written from the grammar's own table."""

from bot.commands.grammar import VERBS, Help
from bot.messages.blocks import Block, literal, section


def build_help(command: Help) -> list[Block]:
    """Show every verb with an example; for a typo, what was probably meant comes first."""
    rows = ["• `/task`  show your open tasks", *(f"• `{verb.usage}`  {verb.does}" for verb in VERBS)]
    blocks = [section("\n".join(rows))]
    if command.unknown is None:
        return blocks
    meant = f" Did you mean “{command.meant}”?" if command.meant else ""
    return [literal(f"I don't know “{command.unknown}”.{meant} This is what I understand:"), *blocks]
