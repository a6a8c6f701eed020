"""The Slack way of what is a message of its own: reminders, many tasks, ended jobs, a new member, the test."""

from collections.abc import Sequence
from typing import Final

from bot.ended_jobs import EndedJobs
from bot.messages.blocks import Block, context, section
from bot.messages.gathered import build_gathered
from bot.messages.reminders import build_reminder, build_team_week
from bot.messages.text import escape
from core.clock import Clock
from core.ids import EventId
from core.notifications.model import GatheredNotification, Kind, Notification, ReminderNotification
from core.notifications.words import added_words, unreached_words
from core.people.model import Person
from core.slack import Message, SlackApi, require_slack_user

_UNREACHED: Final = (
    "Give them an address that takes emails, or have them type `/task link`. Meanwhile, tell them yourself what is"
    " new. You hear of this once a week at most."
)


class NoticeSender:
    def __init__(self, slack: SlackApi, clock: Clock, ended_jobs: EndedJobs) -> None:
        self._slack = slack
        self._clock = clock
        self._ended_jobs = ended_jobs

    def send(self, news: Sequence[Notification], person: Person) -> None:
        """Post each as a message."""
        for each in news:
            text, blocks = self._words(each, person)
            self._slack.post(require_slack_user(person.slack_user_id), Message(text, blocks, [each.event.event_id]))

    def arrived(self, news: Sequence[Notification], person: Person) -> frozenset[EventId]:
        """Look for them in the DM."""
        channel = self._slack.open_dm(require_slack_user(person.slack_user_id))
        return frozenset(self._slack.find(channel, [each.event.event_id for each in news]))

    def _words(self, notification: Notification, person: Person) -> tuple[str, list[Block]]:
        if isinstance(notification, ReminderNotification):
            return build_reminder(notification, person, self._clock())
        if isinstance(notification, GatheredNotification):
            return build_gathered(notification, self._clock())
        if notification.event.team_week is not None:
            return build_team_week(notification.event.team_week)
        if notification.kind is Kind.MEMBER_ADDED:
            text = escape(added_words(notification.event))
            return text, [section(text)]
        if notification.kind is Kind.JOB_ENDED and notification.event.job is not None:
            return self._ended_jobs.build(notification.event.job.job_id)
        if notification.kind is Kind.UNREACHED:
            text = escape(unreached_words(notification.event))
            return text, [section(f"*{text}*"), context(_UNREACHED)]
        text = "Messages from me reach you here. What you get and when is up to you: `/task settings`."
        return text, [section(text)]
