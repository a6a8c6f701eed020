"""The Slack way of getting a notification to a person: one card a task and person, later news in its thread."""

from datetime import datetime
from typing import Final

from bot.messages.blocks import section
from bot.messages.notifications import fallback, headline
from bot.messages.tasks import build_card
from core.clock import Clock
from core.errors import DependencyError
from core.ids import SlackUserId
from core.notifications.model import Card, Channel, Lease, Notification
from core.notifications.ports import CardRepository
from core.notifications.service import LEASE
from core.people.model import Person
from core.slack import Message, SlackApi


class SlackSender:
    channel: Final = Channel.SLACK

    def __init__(self, slack: SlackApi, cards: CardRepository, clock: Clock) -> None:
        self._slack = slack
        self._cards = cards
        self._clock = clock

    def send(self, notification: Notification, person: Person) -> None:
        """Post the card, or bring the posted one up to date and say the news in its thread."""
        now = self._clock()
        card = self._cards.claim(notification.task.task_id, person.person_id, Lease(now, now + LEASE))
        if card is None:
            self._post(notification, person, now)
        else:
            self._reply(notification, person, card, now)

    def has_arrived(self, notification: Notification, person: Person) -> bool:
        """Look for the event in the DM, and in the card's thread where there is a card."""
        channel = self._slack.open_dm(_slack_id(person))
        event_id, task = notification.event.event_id, notification.task
        ts = self._slack.find(channel, event_id)
        if ts is not None:
            self._cards.remember(task.task_id, person.person_id, Card(channel, ts, task.version))
            return True
        card = self._cards.get(task.task_id, person.person_id)
        return card is not None and self._slack.find(card.channel, event_id, thread_ts=card.ts) is not None

    def _post(self, notification: Notification, person: Person, now: datetime) -> None:
        task = notification.task
        message = Message(
            text=fallback(notification),
            blocks=[section(headline(notification)), *build_card(task, person, now)],
            event_id=notification.event.event_id,
        )
        try:
            channel = self._slack.open_dm(_slack_id(person))
            ts = self._slack.post(channel, message)
        except DependencyError as error:
            if not error.uncertain:
                self._cards.release(task.task_id, person.person_id)
            raise
        self._cards.remember(task.task_id, person.person_id, Card(channel, ts, task.version))

    def _reply(self, notification: Notification, person: Person, card: Card, now: datetime) -> None:
        task = notification.task
        text = fallback(notification)
        if task.version > card.shown_version:
            try:
                self._slack.update(card.channel, card.ts, text, build_card(task, person, now))
            except DependencyError as error:
                if error.reason != "message_not_found":
                    raise
                # Somebody deleted the card, or the workspace keeps messages only so long.
                self._post(notification, person, now)
                return
            self._cards.remember(task.task_id, person.person_id, Card(card.channel, card.ts, task.version))
        news = Message(text=text, blocks=[section(headline(notification))], event_id=notification.event.event_id)
        self._slack.post(card.channel, news, thread_ts=card.ts)


def _slack_id(person: Person) -> SlackUserId:
    if person.slack_user_id is None:
        raise DependencyError("slack", "person is not linked", retryable=False)
    return person.slack_user_id
