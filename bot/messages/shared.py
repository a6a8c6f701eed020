"""Answers as everybody in a channel reads them: the sharer named, nobody called, nothing to press."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.commands.model import Find, ListTasks, Show, Stats
from bot.commands.printing import print_command
from bot.ids import Action
from bot.messages.blocks import Block, actions, button, context, literal, section
from bot.messages.lists import list_title
from bot.messages.text import by_name, facts
from core.people.model import Person
from core.tasks.model import Task
from core.tasks.queries import Slice

Shareable = ListTasks | Find | Show | Stats

_VALUE_LIMIT: Final = 2_000  # https://docs.slack.dev/reference/block-kit/block-elements/button-element


def with_share(blocks: Sequence[Block], command: Shareable, place: str | None, request: str) -> list[Block]:
    """Offer to share an answer, beside its other buttons; the name of the request tells this offer from others.

    An empty list is not worth it.
    """
    if isinstance(command, ListTasks | Find) and len(blocks) == 1:
        return list(blocks)
    offer = hashlib.sha256(request.encode()).hexdigest()[:16]
    value = "\n".join((offer, place or "", print_command(command)))
    if len(value) > _VALUE_LIMIT:
        return list(blocks)
    share = button("Share", Action.SHARE, value, spoken="Share this with everybody in the channel")
    if blocks[-1]["type"] != "actions":
        return [*blocks, actions(share)]
    others = blocks[-1]["elements"]
    before_menu = len(others) - (others[-1]["type"] == "overflow")
    return [*blocks[:-1], actions(*others[:before_menu], share, *others[before_menu:])]


def parse_share(value: str) -> tuple[str, str | None, str]:
    """Read what a Share button carries: the offer's name, the place in the list, and the command as text."""
    offer, place, command = value.split("\n", 2)
    return offer, place or None, command


def build_shared(sharer: Person, blocks: Sequence[Block]) -> list[Block]:
    """Say who shares, above what is shared."""
    return [context(f"{by_name(sharer.ref)} shares:"), *blocks]


def build_shared_card(task: Task, now: datetime) -> list[Block]:
    """Show a task to everybody."""
    blocks = [literal(task.title, bold=True), context(facts(task, now, named=by_name))]
    return [*blocks, literal(task.description)] if task.description else blocks


def build_shared_list(command: ListTasks, person: Person | None, found: Slice[Task], now: datetime) -> list[Block]:
    """Show a page of a list to everybody; `person` is whose list it is."""
    return _list(section(list_title(command, person)), found, now)


def build_shared_finds(command: Find, found: Slice[Task], now: datetime) -> list[Block]:
    """Show what was found to everybody."""
    return _list(literal(f"Found for “{command.words}”", bold=True), found, now)


def _list(title: Block, found: Slice[Task], now: datetime) -> list[Block]:
    rows = [block for task in found.items for block in (literal(task.title), context(facts(task, now, named=by_name)))]
    if not rows:
        rows = [section("None.")]
    return [title, *rows, *([context("There are more than these.")] if found.following else [])]
