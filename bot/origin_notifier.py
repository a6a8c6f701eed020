"""Answering the message that a task was made from, in its thread, once."""

import logging
import re
from typing import Final

from bot.messages.tasks import build_made_elsewhere, build_made_from_message
from core.clock import Clock
from core.errors import DependencyError
from core.events import Event, EventType
from core.notifications.model import Channel, Claim, DeliveryState, Lease
from core.notifications.ports import DeliveryRepository, SlackInstallation
from core.notifications.service import LEASE
from core.people.model import Entry
from core.slack import MEANINGS, Meaning, Message, SlackApi

# https://docs.slack.dev/reference/methods/chat.getPermalink
_PERMALINK: Final = re.compile(
    r"https://[^/]+/archives/(?P<channel>\w+)/p(?P<seconds>\d+)(?P<micros>\d{6})(\?thread_ts=(?P<thread>[\d.]+)&.*)?"
)
_CLOSED_TO_US: Final = frozenset({Meaning.UNREACHABLE, Meaning.GONE})
_NO_MEMBER: Final = frozenset({"channel_not_found", "not_in_channel"})

_log = logging.getLogger(__name__)


class OriginSender:
    def __init__(
        self, slack: SlackApi, deliveries: DeliveryRepository, installation: SlackInstallation, clock: Clock
    ) -> None:
        self._slack = slack
        self._deliveries = deliveries
        self._installation = installation
        self._clock = clock

    def tell(self, event: Event) -> None:
        """Say in the thread of a message what was made of it, or to its author where the bot may not write there.

        In channels nobody can look whether it arrived: what may have is not said again.

        Raises:
            DependencyError: not now; the whole call may be repeated.
        """
        place = thread_of(event)
        if place is None or self._installation.has_ended():
            return
        now = self._clock()
        claim = self._deliveries.claim(event.event_id, Channel.SLACK, event.actor.person_id, Lease(now, now + LEASE))
        match claim:
            case Claim.SEND:
                self._send(event, *place)
            case Claim.LOOK_FIRST:
                self._settle(event, DeliveryState.SENT)
            case Claim.BUSY:
                raise DependencyError("delivery", "somebody else is at it", retryable=True)

    def _send(self, event: Event, channel: str, thread_ts: str) -> None:
        try:
            self._post(event, channel, thread_ts)
        except DependencyError as error:
            _log.warning("an origin was not answered", exc_info=error, extra={"event_id": event.event_id})
            self._settle(event, DeliveryState.AMBIGUOUS if error.uncertain else DeliveryState.FAILED)
            if error.retryable:
                raise
        else:
            self._settle(event, DeliveryState.SENT)

    def _post(self, event: Event, channel: str, thread_ts: str) -> None:
        task = event.task
        assert task is not None  # noqa: S101 - or it would have no thread
        text, blocks = build_made_from_message(task, event.actor.ref, self._clock())
        try:
            self._slack.post(channel, Message(text, blocks, [event.event_id]), thread_ts=thread_ts)
        except DependencyError as error:
            author = event.actor.slack_user_id
            if MEANINGS.get(error.reason) not in _CLOSED_TO_US or author is None:
                raise
            text, blocks = build_made_elsewhere(task, task.source or "", is_member=error.reason not in _NO_MEMBER)
            self._slack.post(author, Message(text, blocks, [event.event_id]))

    def _settle(self, event: Event, state: DeliveryState) -> None:
        self._deliveries.settle(event.event_id, Channel.SLACK, event.actor.person_id, state)


def thread_of(event: Event) -> tuple[str, str] | None:
    """The channel and the thread of the message that a task was made from in Slack."""
    if event.detail_type is not EventType.TASK_CREATED or event.actor.entry is not Entry.SLACK or event.task is None:
        return None
    found = _PERMALINK.fullmatch(event.task.source or "")
    return (found["channel"], found["thread"] or f"{found['seconds']}.{found['micros']}") if found else None
