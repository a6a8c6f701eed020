"""`/team requests`, and deciding on a link request: on its card, in that list and in App Home."""

from collections.abc import Callable
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.team import Typed
from bot.commands.team_grammar import ShowRequests
from bot.home.events import Home
from bot.messages.links import build_request, read_key
from bot.messages.requests import REQUESTS_TITLE, build_requests
from bot.replies import reply
from core.links.changes import LinkChanges
from core.people.model import Actor

_PAGE: Final = 5


class LinkRequests:
    def __init__(self, links: LinkChanges, home: Home) -> None:
        self._links = links
        self._home = home

    def answer(self, _command: ShowRequests, typed: Typed) -> None:
        """Show an admin whose requests wait, with the buttons to decide."""
        waiting = self._links.pending(typed.actor, limit=_PAGE)
        typed.ack(text=REQUESTS_TITLE, blocks=build_requests(waiting), response_type="ephemeral")

    def handle_page(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """Show another page of them in place of this one."""
        waiting = self._links.pending(context["actor"], limit=_PAGE, at=body["actions"][0]["value"])
        ack()
        reply(context, REQUESTS_TITLE, build_requests(waiting), replace_original=True)

    def decision(self, *, approve: bool) -> Callable[..., None]:
        """Make the listener of Approve or Deny: wherever it was pressed then shows the decision that counts."""

        def handle_decision(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
            actor: Actor = context["actor"]
            request = self._links.decide(actor, read_key(body["actions"][0]["value"]), approve=approve)
            ack()
            container = body["container"]
            if container["type"] == "view":
                self._home.show_decision(actor, request, client)
            elif container.get("is_ephemeral"):
                blocks = build_requests(self._links.pending(actor, limit=_PAGE), decided=request)
                reply(context, REQUESTS_TITLE, blocks, replace_original=True)
            else:
                text, blocks = build_request(request)
                reply(context, text, blocks, replace_original=True)

        return handle_decision
