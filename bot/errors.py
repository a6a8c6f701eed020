"""The funnel that every failure ends in; the words stand in `bot.messages.refusals`."""

import http.client
import logging
import uuid
from collections.abc import Callable
from typing import Any, Final

from slack_bolt import BoltContext, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.commands.grammar import parse_command
from bot.commands.model import LinkCommand
from bot.ids import Command
from bot.messages.blocks import Block, plain, section
from bot.messages.links import build_link_prompt
from bot.messages.refusals import refusal_words
from bot.replies import is_trouble_of_slack, open_modal, reply
from bot.said import say
from core import metrics
from core.clock import system_clock
from core.errors import (
    DependencyError,
    InvalidInputError,
    NotLinkedError,
    TaskBotError,
)
from core.ids import SlackUserId
from core.links.model import LinkRefusedError
from core.settings import Door

_log = logging.getLogger(__name__)

StartLink = Callable[[SlackUserId, str, str | None], str]
"""Gives the address at which a Slack user links their account, told the workspace's name and what they had typed."""

_TYPED_LIMIT: Final = 1900
"""What is offered again later is the value of a button, and those hold 2,000 characters."""


def sentence_for(error: Exception) -> str | None:
    """Say in mrkdwn what went wrong and what to do next; None where it is our fault."""
    if isinstance(error, BoltUnhandledRequestError):
        return "That button or form is from an older version of me. Type `/task` to go on."
    if is_trouble_of_slack(error):
        return "Slack did not let me show you that in time. Do the same again; if it stays so, Slack has trouble."
    return refusal_words(error)


def count_refusal(error: TaskBotError) -> None:
    """Count that somebody was told no, and why, without their words."""
    measured = metrics.of_refusal(Door.SLACK, is_our_fault=False, now=system_clock())
    _log.info("refused", extra={"reason": type(error).__name__, **measured})


class Funnel:
    """Where every failure of a listener or a middleware ends: the person gets a sentence, never Slack's own error."""

    def __init__(self, start_link: StartLink) -> None:
        self._start_link = start_link

    def handle(self, error: Exception, request: BoltRequest, context: BoltContext) -> BoltResponse:
        """Answer in the way in which this kind of request can show something."""
        if request.body.get("type") == "event_callback":
            return self._after_event(error, request, context.client)
        if request.body.get("type") == "block_suggestion":
            _log.warning("nothing to suggest", exc_info=error)
            return BoltResponse(status=200, body={"options": []})
        text, blocks = self._words(error, request)
        title = "Link your account" if isinstance(error, NotLinkedError) else "That did not work"
        if "command" in request.body:
            answer = {"response_type": "ephemeral", "text": text, "blocks": blocks}
            return BoltResponse(status=200, body=answer)
        if request.body.get("type") == "view_submission":
            # Pushed on top of the form, so that going back finds everything as it was typed.
            return BoltResponse(status=200, body={"response_action": "push", "view": _build_modal(title, blocks)})
        if context.response_url:
            reply(context, text, blocks, replace_original=False)
        elif "trigger_id" in request.body:
            _open_modal(context.client, request.body, _build_modal(title, blocks))
        return BoltResponse(status=200, body="")

    def _after_event(self, error: Exception, request: BoltRequest, client: WebClient) -> BoltResponse:
        """Have Slack send again what may succeed later; whoever wrote to the bot is answered where they wrote."""
        if isinstance(error, DependencyError) and error.retryable and not _is_last_attempt(request):
            _log.warning("an event is to come again", exc_info=error)
            return BoltResponse(status=http.HTTPStatus.SERVICE_UNAVAILABLE, body="")
        text, blocks = self._words(error, request)
        event = request.body["event"]
        if event["type"] == "message":
            say(client, event, text, blocks)
        return BoltResponse(status=200, body="")

    def _words(self, error: Exception, request: BoltRequest) -> tuple[str, list[Block]]:
        if isinstance(error, NotLinkedError):
            try:
                typed, asked = _typed(request.body)
                url = self._start_link(error.slack_user_id, workspace_name(request.body), typed)
                return build_link_prompt(url, typed, asked)
            except (DependencyError, LinkRefusedError) as refused:
                error = refused
        sentence = sentence_for(error)
        if sentence is None:
            reference = uuid.uuid4().hex[:8]
            measured = metrics.of_refusal(Door.SLACK, is_our_fault=True, now=system_clock())
            _log.error("unexpected failure", exc_info=error, extra={"reference": reference, **measured})
            sentence = (
                "Something went wrong on my side. Try again; if it stays so, whoever runs me needs this reference: "
                f"{reference}."
            )
        elif not isinstance(error, TaskBotError) or isinstance(error, DependencyError):
            # An old button, which nobody can help, or something that is out of reach.
            is_our_fault = isinstance(error, DependencyError) or is_trouble_of_slack(error)
            measured = metrics.of_refusal(Door.SLACK, is_our_fault=is_our_fault, now=system_clock())
            _log.warning("refused", exc_info=error, extra=measured)
        else:
            count_refusal(error)
        return sentence, [section(sentence)]


def _is_last_attempt(request: BoltRequest) -> bool:
    """Slack repeats an event three times. https://docs.slack.dev/apis/events-api#retries"""
    return request.headers.get("x-slack-retry-num") == ["3"]


def workspace_name(body: dict[str, Any]) -> str:
    """What the workspace is called by in its address; events do not say, so there it is the id."""
    domain = body.get("team_domain") or (body.get("team") or {}).get("domain")
    return f"{domain}.slack.com" if domain else str(body.get("team_id", ""))


def _typed(body: dict[str, Any]) -> tuple[str | None, LinkCommand | None]:
    """What to offer again once the person is linked, or what they asked about the link itself."""
    text: str = body.get("text", "")
    if "command" not in body or len(text) > _TYPED_LIMIT:
        return None, None
    if body["command"] == Command.TEAM:
        return f"{Command.TEAM} {text}".strip(), None
    try:
        command = parse_command(text)
    except InvalidInputError:
        return text, None
    return (None, command) if isinstance(command, LinkCommand) else (text, None)


def _open_modal(client: WebClient, body: dict[str, Any], modal: dict[str, Any]) -> None:
    """Say it where there is no message to answer: from a shortcut, from App Home, on top of a form."""
    try:
        open_modal(client, body, modal)
    except (SlackApiError, OSError, http.client.HTTPException):
        _log.warning("a refusal could not be shown", exc_info=True)


def _build_modal(title: str, blocks: list[Block]) -> dict[str, Any]:
    return {"type": "modal", "title": plain(title), "close": plain("Back"), "blocks": blocks}
