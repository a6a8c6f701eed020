"""The Slack way of getting a notification to a person: one card a task and person, later news in its thread."""

import logging
from datetime import datetime
from typing import Final

from bot.link_notifier import LinkSender
from bot.messages.blocks import section
from bot.messages.notifications import fallback, headline
from bot.messages.tasks import build_card
from core.clock import Clock
from core.errors import DependencyError
from core.ids import SlackUserId
from core.notifications.model import Card, Channel, HeldCard, Lease, LinkNotification, Notification, TaskNotification
from core.notifications.ports import CardRepository, SlackInstallation
from core.notifications.service import LEASE
from core.people.model import Person
from core.slack import Message, SlackApi

_log = logging.getLogger(__name__)


class SlackSender:
    """Slack as a channel; to an app that was removed, it is closed."""

    channel: Final = Channel.SLACK

    def __init__(self, tasks: "TaskSender", links: LinkSender, installation: SlackInstallation) -> None:
        self._tasks = tasks
        self._links = links
        self._installation = installation

    def send(self, notification: Notification, person: Person) -> None:
        """Send it the way of its kind."""
        self._require_installation()
        match notification:
            case TaskNotification():
                self._tasks.send(notification, person)
            case LinkNotification():
                self._links.send(notification, person)

    def has_arrived(self, notification: Notification, person: Person) -> bool:
        self._require_installation()
        match notification:
            case TaskNotification():
                return self._tasks.has_arrived(notification, person)
            case LinkNotification():
                return self._links.has_arrived(notification, person)
        return False

    def _require_installation(self) -> None:
        if self._installation.has_ended():
            raise DependencyError("slack", "the app is not installed", retryable=False)


class TaskSender:
    def __init__(self, slack: SlackApi, cards: CardRepository, clock: Clock) -> None:
        self._slack = slack
        self._cards = cards
        self._clock = clock

    def send(self, notification: TaskNotification, person: Person) -> None:
        """Post the card, or bring the posted one up to date and say the news in its thread."""
        now = self._clock()
        task_id, event_id = notification.task.task_id, notification.event.event_id
        held = self._cards.claim(task_id, person.person_id, event_id, Lease(now, now + LEASE))
        try:
            card = held.card or self._left_behind(held, person)
            shown = self._renew(notification, person, card, now) if card else self._post(notification, person, now)
        except DependencyError as error:
            if not error.uncertain:
                self._cards.release(task_id, person.person_id, event_id, held.card)
            raise
        try:
            self._cards.release(task_id, person.person_id, event_id, shown)
        except DependencyError as error:
            # The person has been told: whoever repeats this must look before telling again.
            raise DependencyError(error.dependency, error.reason, retryable=True, uncertain=True) from error

    def has_arrived(self, notification: TaskNotification, person: Person) -> bool:
        """Look for the event in the DM, and in the card's thread; what it still holds is given back."""
        event_id, task = notification.event.event_id, notification.task
        card = self._cards.get(task.task_id, person.person_id)
        channel = self._slack.open_dm(_slack_id(person))
        if ts := self._slack.find(channel, event_id):
            card = Card(channel, ts, task.version)
        elif card is None or self._slack.find(card.channel, event_id, thread_ts=card.ts) is None:
            return False
        shown = Card(card.channel, card.ts, max(card.shown_version, task.version))
        self._cards.release(task.task_id, person.person_id, event_id, shown)
        return True

    def _left_behind(self, held: HeldCard, person: Person) -> Card | None:
        """The card that an event posted and could not write down before its claim ran out."""
        if held.unfinished is None:
            return None
        channel = self._slack.open_dm(_slack_id(person))
        ts = self._slack.find(channel, held.unfinished)
        return Card(channel, ts, shown_version=0) if ts else None

    def _post(self, notification: TaskNotification, person: Person, now: datetime) -> Card:
        task = notification.task
        message = Message(
            text=fallback(notification),
            blocks=[section(headline(notification)), *build_card(task, person, now)],
            event_id=notification.event.event_id,
        )
        channel = self._slack.open_dm(_slack_id(person))
        return Card(channel, self._slack.post(channel, message), task.version)

    def _renew(self, notification: TaskNotification, person: Person, card: Card, now: datetime) -> Card:
        task = notification.task
        text = fallback(notification)
        if task.version > card.shown_version:
            try:
                self._slack.update(card.channel, card.ts, text, build_card(task, person, now))
            except DependencyError as error:
                if error.reason == "message_not_found":
                    # Somebody deleted the card, or the workspace keeps messages only so long.
                    return self._post(notification, person, now)
                if error.retryable:
                    raise
                _log.warning("a card can no longer be changed", exc_info=error)
        news = Message(text=text, blocks=[section(headline(notification))], event_id=notification.event.event_id)
        self._slack.post(card.channel, news, thread_ts=card.ts)
        return Card(card.channel, card.ts, max(task.version, card.shown_version))


def _slack_id(person: Person) -> SlackUserId:
    if person.slack_user_id is None:
        raise DependencyError("slack", "person is not linked", retryable=False)
    return person.slack_user_id
