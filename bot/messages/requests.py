"""The link requests that wait for a decision, several at once."""

from typing import Final

from bot.ids import Action
from bot.messages.blocks import Block, Element, actions, button, context, divider, rich_text, section, words
from bot.messages.links import WARNING, address_of, decision_buttons, outcome_of
from bot.messages.text import clipped, escape, slack_date
from core.links.model import LinkRequest
from core.tasks.queries import Slice

REQUESTS_TITLE: Final = "Link requests"
_NAME: Final = 80
"""Characters of a name; Slack itself takes no longer ones."""


def build_requests(waiting: Slice[LinkRequest], *, decided: LinkRequest | None = None) -> list[Block]:
    """Show a page of the requests that nobody has decided on, below the one that was decided just now."""
    said = [build_decided(decided)] if decided else []
    if not waiting.items:
        return [*said, section("Nobody waits to be linked.")]
    blocks = [*said, section(f"*{REQUESTS_TITLE}*, who waits longest first"), build_warning()]
    blocks += [block for request in waiting.items for block in build_waiting(request)]
    pages = []
    if waiting.previous:
        pages.append(button("Previous", Action.REQUESTS_PREVIOUS, waiting.previous))
    if waiting.following:
        pages.append(button("Next", Action.REQUESTS_NEXT, waiting.following))
    return [*blocks, actions(*pages)] if pages else blocks


def build_waiting(request: LinkRequest) -> list[Block]:
    """Show the two sides of a request and the way to decide."""
    facts = request.facts
    in_slack = address_of(facts.slack_email, sure=facts.slack_email_confirmed)
    account = address_of(facts.account_email, sure=facts.account_email_verified)
    sides: list[Element] = [
        words("In Slack  ", bold=True),
        {"type": "user", "user_id": facts.slack_user_id},
        words(f"  {clipped(facts.slack_name, _NAME)}, {in_slack}\n"),
        words("Team account  ", bold=True),
        words(f"{clipped(facts.account_name, _NAME)}, {account}"),
    ]
    return [divider(), rich_text(*sides), context(f"Asked {slack_date(request.asked_at)}"), decision_buttons(request)]


def build_warning() -> Block:
    return context(f"*Are these the same person?* {WARNING}")


def build_decided(request: LinkRequest) -> Block:
    """Say what became of a request that stood among others."""
    facts = request.facts
    who = f"{escape(clipped(facts.slack_name, _NAME))} and {escape(clipped(facts.account_name, _NAME))}"
    return section(f"{who}: {outcome_of(request)}")
