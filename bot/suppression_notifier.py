"""The Slack way of telling admins that somebody gets no more mail."""

from collections.abc import Sequence

from bot.messages.suppression import build_suppressed
from core.ids import EventId
from core.notifications.model import SuppressionNotification
from core.people.model import Person
from core.slack import Message, SlackApi, require_slack_user


class SuppressionSender:
    def __init__(self, slack: SlackApi) -> None:
        self._slack = slack

    def send(self, news: Sequence[SuppressionNotification], person: Person) -> None:
        """Post it into the admin's DM."""
        [notification] = news
        text, blocks = build_suppressed(notification.suppression)
        message = Message(text=text, blocks=blocks, event_ids=[notification.event.event_id])
        self._slack.post(require_slack_user(notification.slack_user_of(person)), message)

    def arrived(self, news: Sequence[SuppressionNotification], person: Person) -> frozenset[EventId]:
        """Look for it in the DM."""
        [notification] = news
        channel = self._slack.open_dm(require_slack_user(notification.slack_user_of(person)))
        return frozenset(self._slack.find(channel, [notification.event.event_id]))
