"""Sharing an answer that only one person sees with everybody in the channel."""

from typing import Any

from slack_bolt import Ack, BoltContext

from bot.commands.grammar import parse_command
from bot.commands.model import Stats
from bot.commands.reading import Answer, Reading
from bot.messages.blocks import section
from bot.messages.shared import Shareable, build_shared, parse_share
from bot.messages.text import by_name
from bot.replies import reply
from core.once import OnceRepository
from core.people.model import Actor

_DONE_BEFORE = "You have shared this already. For its newest state, ask for it again and share that."
_REFUSED = "Slack did not say that it took this. Look whether it is in the channel; if not, press *Share* again."


class Sharing:
    def __init__(self, reading: Reading, once: OnceRepository) -> None:
        self._reading = reading
        self._once = once

    def handle_share(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """Post what was answered for everybody to read, as it stands now; a second press posts nothing."""
        actor: Actor = context["actor"]
        offer, place, text = parse_share(body["actions"][0]["value"])
        command = parse_command(text)
        assert isinstance(command, Shareable)  # noqa: S101 - as the button was made
        answers = self._answers(actor, command, place)
        key = f"share:{offer}"
        if not self._once.take(key):
            reply(context, _DONE_BEFORE, [section(_DONE_BEFORE)])
        elif not any(self._has_posted(actor, answer, context) for answer in answers):
            self._once.give_back(key)
            reply(context, _REFUSED, [section(_REFUSED)])
        ack()

    def _answers(self, actor: Actor, command: Shareable, place: str | None) -> list[Answer]:
        """What may be posted, best first: not every workspace takes a chart."""
        chart = [self._reading.shared_stats(actor, chart=True)] if isinstance(command, Stats) else []
        return [*chart, self._reading.shared(actor, command, place)]

    def _has_posted(self, actor: Actor, answer: Answer, context: BoltContext) -> bool:
        text, blocks = answer
        shared = build_shared(actor.person, blocks)
        return reply(context, f"{by_name(actor.person.ref)} shares: {text}", shared, to_all=True)
