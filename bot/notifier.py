"""The Slack way of getting a notification to a person: one card a task and person, later news in its thread."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar

from bot.link_notifier import LinkSender
from bot.messages.notifications import build_news, card_line, words_in
from bot.messages.tasks import build_card
from bot.notice_notifier import NoticeSender
from bot.suppression_notifier import SuppressionSender
from core.clock import Clock
from core.errors import DependencyError
from core.ids import EventId
from core.notifications.ended import EndedNews
from core.notifications.model import (
    Card,
    Channel,
    GatheredNotification,
    HeldCard,
    Kind,
    Lease,
    LinkNotification,
    Notification,
    ReminderNotification,
    SuppressionNotification,
    TaskNotification,
)
from core.notifications.ports import CardRepository, SlackInstallation
from core.notifications.service import LEASE
from core.people.model import Person
from core.slack import APP_ENDED, CARD_GONE, Message, SlackApi, after_posting, require_slack_user
from core.tasks.model import Task

_NOTICES: Final = frozenset({Kind.TEST, Kind.WEEKLY, Kind.MEMBER_ADDED, Kind.JOB_ENDED, Kind.UNREACHED})
N = TypeVar("N", bound=Notification)

_log = logging.getLogger(__name__)


class SlackSender:
    """Slack as a channel; to an app that is not let in any more it is closed, and the admins are told so by email."""

    channel: Final = Channel.SLACK

    def __init__(
        self,
        tasks: "TaskSender",
        links: LinkSender,
        suppressions: SuppressionSender,
        notices: NoticeSender,
        installation: SlackInstallation,
        ended: EndedNews,
    ) -> None:
        self._tasks = tasks
        self._links = links
        self._suppressions = suppressions
        self._notices = notices
        self._installation = installation
        self._ended = ended

    def send(self, news: Sequence[Notification], person: Person) -> None:
        """Send it the way of its kind."""
        with self._open():
            if tasks := _of(TaskNotification, news):
                self._tasks.send(tasks, person)
            if links := _of(LinkNotification, news):
                self._links.send(links, person)
            if suppressions := _of(SuppressionNotification, news):
                self._suppressions.send(suppressions, person)
            if notices := _notices(news):
                self._notices.send(notices, person)

    def arrived(self, news: Sequence[Notification], person: Person) -> frozenset[EventId]:
        with self._open():
            if tasks := _of(TaskNotification, news):
                return self._tasks.arrived(tasks, person)
            if suppressions := _of(SuppressionNotification, news):
                return self._suppressions.arrived(suppressions, person)
            if notices := _notices(news):
                return self._notices.arrived(notices, person)
            return self._links.arrived(_of(LinkNotification, news), person)

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Use the channel while it is open; raise DependencyError, never retryable, where it is not."""
        self._require_installation()
        try:
            yield
        except DependencyError as error:
            if error.reason in APP_ENDED:
                self._installation.end()
                self._require_installation()
            raise

    def _require_installation(self) -> None:
        ending = self._installation.ending()
        if ending is not None:
            self._ended.tell(ending)
            raise DependencyError("slack", "the app is not installed", retryable=False)


class TaskSender:
    def __init__(self, slack: SlackApi, cards: CardRepository, clock: Clock) -> None:
        self._slack = slack
        self._cards = cards
        self._clock = clock

    def send(self, news: Sequence[TaskNotification], person: Person) -> None:
        """Post the card, or bring the posted one up to date and say the news in its thread."""
        now = self._clock()
        # Whoever tells the same later, with what came since, begins with the same event and goes on with its claim.
        task_id, event_id = news[0].task.task_id, news[0].event.event_id
        held = self._cards.claim(task_id, person.person_id, event_id, Lease(now, now + LEASE))
        try:
            shown = self._tell(news, person, held, now)
        except DependencyError as error:
            if not error.uncertain:
                self._cards.release(task_id, person.person_id, event_id, held.card, held.unfinished)
            raise
        with after_posting():
            self._cards.release(task_id, person.person_id, event_id, shown)

    def arrived(self, news: Sequence[TaskNotification], person: Person) -> frozenset[EventId]:
        """Look for the events in the DM, and in the card's thread; what they still hold is given back."""
        task_id, event_ids = news[0].task.task_id, [each.event.event_id for each in news]
        card = self._cards.get(task_id, person.person_id)
        channel = self._slack.open_dm(require_slack_user(person.slack_user_id))
        if found := self._slack.find(channel, event_ids):
            card = self._read(channel, max(found.values()))
        elif card is not None:
            found = self._slack.find(card.channel, event_ids, thread_ts=card.ts)
        if card is None or not found:
            return frozenset()
        # Held-back news comes with its task as it stands now, which the message may have been too early for.
        told = max(each.task.version for each in news if each.event.event_id in found)
        shown = card._replace(shown_version=max(card.shown_version, told))
        self._cards.release(task_id, person.person_id, event_ids[0], shown)
        return frozenset(found)

    def _tell(self, news: Sequence[TaskNotification], person: Person, held: HeldCard, now: datetime) -> Card:
        """Use the card that is known, else one that was left behind, else a new one."""
        known: tuple[Callable[[], Card | None], ...] = (lambda: held.card, lambda: self._left_behind(held, person))
        for find in known:
            card = find()
            shown = self._renew(news, person, card, now) if card else None
            if shown is not None:
                return shown
        return self._post(news, person, now)

    def _left_behind(self, held: HeldCard, person: Person) -> Card | None:
        """The newest card that an event posted and could not write down before its claim ran out."""
        if not held.unfinished:
            return None
        channel = self._slack.open_dm(require_slack_user(person.slack_user_id))
        found = self._slack.find(channel, held.unfinished)
        return self._read(channel, max(found.values())) if found else None

    def _read(self, channel: str, ts: str) -> Card:
        """A card that was posted and not written down, with the words on it."""
        return Card(channel, ts, shown_version=0, words=tuple(words_in(self._slack.blocks_of(channel, ts))))

    def _post(self, news: Sequence[TaskNotification], person: Person, now: datetime) -> Card:
        task = _newest(news)
        text, blocks = build_news(news)
        message = Message(text, [*blocks, *build_card(task, person, now)], _event_ids(news), task.task_id)
        # Opening the DM first would be one more call, of which Slack allows fifty a minute.
        posted = self._slack.post(require_slack_user(person.slack_user_id), message)
        return Card(posted.channel, posted.ts, task.version, tuple(words_in(blocks)))

    def _renew(self, news: Sequence[TaskNotification], person: Person, card: Card, now: datetime) -> Card | None:
        """Give the card as it is then; None where somebody deleted it, or the workspace keeps messages only so long."""
        task = _newest(news)
        text, blocks = build_news(news)
        try:
            # Also what it shows already: a reply to a card that is gone would be seen by nobody.
            if task.version >= card.shown_version:
                self._bring_up_to_date(card, task, person, now)
            self._slack.post(card.channel, Message(text, blocks, _event_ids(news)), thread_ts=card.ts)
        except DependencyError as error:
            if error.reason not in CARD_GONE:
                raise
            return None
        return card._replace(shown_version=max(task.version, card.shown_version))

    def _bring_up_to_date(self, card: Card, task: Task, person: Person, now: datetime) -> None:
        try:
            blocks = [*card.words, *build_card(task, person, now)]
            self._slack.update(card.channel, card.ts, card_line(task), blocks)
        except DependencyError as error:
            if error.retryable or error.reason in CARD_GONE | APP_ENDED:
                raise
            _log.warning("a card can no longer be changed", exc_info=error)


def _of(kind: type[N], news: Sequence[Notification]) -> list[N]:
    return [each for each in news if isinstance(each, kind)]


def _notices(news: Sequence[Notification]) -> list[Notification]:
    return [
        each for each in news if isinstance(each, ReminderNotification | GatheredNotification) or each.kind in _NOTICES
    ]


def _newest(news: Sequence[TaskNotification]) -> Task:
    """The task as it stood last: events come in any order."""
    return max((each.shown for each in news), key=lambda task: task.version)


def _event_ids(news: Sequence[TaskNotification]) -> list[EventId]:
    return [each.event.event_id for each in news]
