"""SQS → Slack: tells people in their DM with the bot."""

from datetime import datetime
from typing import Any

from bot.card_refresh import CardRefresh
from bot.home.content import HomeReader
from bot.home.publisher import HomePublisher
from bot.link_notifier import LinkSender
from bot.notice_notifier import NoticeSender
from bot.notifier import SlackSender, TaskSender
from bot.origin_notifier import OriginSender
from bot.suppression_notifier import SuppressionSender
from core.bootstrap.aws import Secrets
from core.bootstrap.notify_slack import for_notify_slack
from core.clock import system_clock
from core.events import Event
from core.ids import PersonId
from core.notifications.pace import PacedWork
from core.notifications.service import DeliveryService
from core.people.service import SUGGESTIONS
from core.settings import Door, Settings
from handlers._queue import each_event
from handlers._runtime import Handler, started_with_secrets


def build(settings: Settings, secrets: Secrets) -> Handler:
    parts = for_notify_slack(settings, secrets)
    sender = SlackSender(
        TaskSender(parts.slack, parts.cards, system_clock),
        LinkSender(parts.slack, parts.requests, parts.disputes.offer),
        SuppressionSender(parts.slack),
        NoticeSender(parts.slack, system_clock),
        parts.installation,
        parts.ended,
    )
    service = DeliveryService(
        parts.deliveries,
        parts.people,
        parts.history,
        sender,
        parts.handover,
        parts.preferences,
        parts.outbox,
        system_clock,
        wait=settings.news_wait,
    )
    cards = CardRefresh(parts.slack, parts.cards, parts.people, parts.installation, system_clock)

    reader = HomeReader(parts.tasks.slice, lambda: parts.people.starting_with("", limit=SUGGESTIONS))
    homes = HomePublisher(parts.slack, parts.homes, parts.people, parts.tasks, reader, parts.installation, system_clock)
    origins = OriginSender(parts.slack, parts.deliveries, parts.installation, system_clock)

    def tell(event: Event, instead: frozenset[PersonId]) -> datetime | None:
        due = service.deliver(event, instead)
        cards.refresh(event)
        origins.tell(event)
        again = [due, None if instead else homes.refresh(event)]
        return min(filter(None, again), default=None)

    def notify(batch: dict[str, Any], _context: Any) -> dict[str, Any]:
        paced = PacedWork(parts.pace, system_clock)
        return each_event(batch, lambda event, instead: paced.do(lambda: tell(event, instead)), parts.redelivery)

    return notify


__getattr__ = started_with_secrets(Door.NOTIFY_SLACK, build)
