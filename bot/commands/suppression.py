"""The button under the news that somebody gets no more mail."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, BoltContext

from bot.messages.suppression import build_lifted, read_suppression
from bot.replies import reply
from core.suppression.service import SuppressionService


def handle_lift(suppressions: SuppressionService) -> Callable[..., None]:
    """Make its listener; the message then says what came of it."""

    def lift(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        address, suppression_id = read_suppression(body["actions"][0]["value"])
        done = suppressions.lift(context["actor"], address, suppression_id)
        ack()
        text, blocks = build_lifted(address, done=done)
        reply(context, text, blocks, replace_original=True)

    return lift
