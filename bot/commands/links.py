"""`/task link`, `unlink` and `whoami`, and running what somebody had typed before they were linked."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.model import LinkAccount, LinkCommand, Unlink, WhoAmI
from bot.ids import Command
from bot.messages.blocks import Block
from bot.messages.links import (
    build_already_linked,
    build_unlinked,
    build_who,
    without_run_button,
)
from bot.replies import reply
from core.links.changes import LinkChanges
from core.people.model import Actor

Listener = Callable[..., None]


class LinkCommands:
    def __init__(self, links: LinkChanges) -> None:
        self._links = links

    def answer(self, actor: Actor, command: LinkCommand) -> tuple[str, list[Block]]:
        """Answer somebody who is linked; who is not is shown the way in before it comes to this."""
        match command:
            case LinkAccount():
                return build_already_linked(actor.person)
            case WhoAmI():
                return build_who(actor.person)
            case Unlink():
                self._links.unlink(actor)
                return build_unlinked(actor.person)


def run_typed(commands: Mapping[Command, Listener]) -> Listener:
    """Make the listener of the button that runs what somebody had typed before they were linked."""

    def handle_run_typed(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        def answer(text: str = "", blocks: list[Block] | None = None, **_as_command: Any) -> None:
            ack()
            if text:
                reply(context, text, blocks or [], replace_original=False)

        command, _, typed = body["actions"][0]["value"].partition(" ")
        commands[Command(command)](answer, {**body, "text": typed.strip()}, context, client)
        message = body.get("message") or {}
        reply(context, message.get("text", ""), without_run_button(message.get("blocks", [])), replace_original=True)

    return handle_run_typed
