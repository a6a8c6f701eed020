"""What admins see in Slack of an address that gets no more mail."""

import json
from typing import Final

from bot.ids import Action
from bot.messages.blocks import Block, actions, button, context, literal, section
from bot.messages.text import escape
from core.ids import EventId
from core.suppression.model import Reason, Suppression

SEND_AGAIN: Final = "Send emails again"
_WHY: Final = {
    Reason.BOUNCED: "Its mail server refuses emails to it for good: it is mistyped, or the mailbox is gone.",
    Reason.COMPLAINED: "An email of mine was reported as spam there.",
}


def build_suppressed(suppression: Suppression) -> tuple[str, list[Block]]:
    """Say who gets no more mail, why, and offer to send again."""
    text = f"{escape(_whose(suppression))} no longer gets my emails."
    value = json.dumps([suppression.address, suppression.suppression_id])
    again = button(SEND_AGAIN, Action.MAIL_LIFT, value, spoken=f"Send emails to {suppression.address} again"[:75])
    return text, [
        section(f"*{text}*"),
        literal(suppression.address),
        context(f"{_WHY[suppression.reason]} Where they are in Slack, I tell them there instead."),
        actions(again),
    ]


def build_lifted(address: str, *, done: bool) -> tuple[str, list[Block]]:
    """Say that mail goes there again."""
    text = f"{escape(address)} gets my emails again."
    if not done:
        text = f"{escape(address)}: this was settled before. If emails still fail, there is a newer message about it."
    return text, [section(text)]


def read_suppression(value: str) -> tuple[str, EventId]:
    """Read the value of the button: the address, and which time it was suppressed."""
    address, suppression_id = json.loads(value)
    return address, EventId(suppression_id)


def _whose(suppression: Suppression) -> str:
    return suppression.person_name or suppression.address
