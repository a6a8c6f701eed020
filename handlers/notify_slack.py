"""SQS → Slack: tells people in their DM with the bot."""

from typing import Any

from bot.link_notifier import LinkSender
from bot.notifier import SlackSender, TaskSender
from core.bootstrap import for_notify_slack
from core.clock import system_clock
from core.notifications.service import DeliveryService
from core.settings import Door, Settings
from handlers._queue import each_event
from handlers._runtime import Handler, started_by_lambda


def build(settings: Settings) -> Handler:
    parts = for_notify_slack(settings)
    sender = SlackSender(
        TaskSender(parts.slack, parts.cards, system_clock),
        LinkSender(parts.slack, parts.requests, parts.disputes.offer),
        parts.installation,
    )
    service = DeliveryService(
        parts.deliveries, parts.people, parts.history, sender, parts.handover, system_clock, wait=settings.news_wait
    )

    def notify(batch: dict[str, Any], _context: Any) -> dict[str, Any]:
        return each_event(batch, service.deliver, parts.redelivery)

    return notify


__getattr__ = started_by_lambda(Door.NOTIFY_SLACK, build)
