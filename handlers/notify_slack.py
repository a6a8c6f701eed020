"""SQS → Slack: tells people in their DM with the bot."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bot.card_refresh import CardRefresh
from bot.ended_jobs import EndedJobs
from bot.home.content import HomeReader
from bot.home.publisher import HomePublisher
from bot.job_windows import JobWindows
from bot.link_notifier import LinkSender
from bot.notice_notifier import NoticeSender
from bot.notifier import SlackSender, TaskSender
from bot.origin_notifier import OriginSender
from bot.suppression_notifier import SuppressionSender
from core.bootstrap.aws import Secrets
from core.bootstrap.notify_slack import SlackDelivery, for_notify_slack
from core.clock import system_clock
from core.errors import DependencyError
from core.events import Event
from core.ids import EventId, PersonId
from core.notifications.pace import PacedWork, gravest
from core.notifications.service import DeliveryService
from core.people.workload import WorkloadReader
from core.settings import Door, Settings
from handlers._queue import MinorTroubleError, each_event
from handlers._runtime import Handler, started_with_secrets

_log = logging.getLogger(__name__)


def build(settings: Settings, secrets: Secrets) -> Handler:
    parts = for_notify_slack(settings, secrets)
    service = DeliveryService(
        parts.deliveries,
        parts.people,
        parts.history,
        _sender(parts),
        parts.handover,
        parts.preferences,
        parts.outbox,
        system_clock,
        wait=settings.news_wait,
    )
    cards = CardRefresh(parts.slack, parts.cards, parts.people, parts.installation, system_clock)

    workload = WorkloadReader(parts.people, parts.tasks, system_clock)
    reader = HomeReader(parts.tasks.slice, workload.read, parts.links.pending)
    homes = HomePublisher(
        parts.slack,
        parts.homes,
        parts.people,
        parts.tasks,
        parts.links,
        reader,
        parts.installation,
        system_clock,
    )
    windows = JobWindows(parts.slack, parts.jobs, parts.people, system_clock)
    origins = OriginSender(parts.slack, parts.deliveries, parts.installation, system_clock)

    def tell(event: Event, instead: frozenset[PersonId], together: frozenset[EventId]) -> datetime | None:
        deliver = partial(service.deliver, event, instead, together)
        steps = (deliver, partial(cards.refresh, event), partial(origins.tell, event), partial(windows.follow, event))
        return each_step(steps, homes=(lambda: None) if instead else partial(homes.refresh, event))

    def notify(batch: dict[str, Any], _context: Any) -> dict[str, Any]:
        paced = PacedWork(parts.pace, system_clock)
        return each_event(batch, lambda *message: paced.do(partial(tell, *message)), parts.redelivery)

    return notify


def _sender(parts: SlackDelivery) -> SlackSender:
    return SlackSender(
        TaskSender(parts.slack, parts.cards, system_clock),
        LinkSender(parts.slack, parts.requests, parts.disputes.offer),
        SuppressionSender(parts.slack),
        NoticeSender(parts.slack, system_clock, EndedJobs(parts.jobs, parts.people)),
        parts.installation,
        parts.ended,
    )


def each_step(steps: Sequence[Callable[[], datetime | None]], homes: Callable[[], datetime | None]) -> datetime | None:
    """Take every step, whatever the others raise, and then publish the homes; give when to come again.

    Where Slack does not answer, what is left waits: it would keep the function beyond its minute.
    """
    troubles, again = list[Exception](), list[datetime | None]()
    for step in steps:
        try:
            again.append(step())
        except Exception as error:  # noqa: BLE001 - raised below, when the others have been taken
            troubles.append(error)
            if isinstance(error, DependencyError) and error.reason == TimeoutError.__name__:
                break
    else:
        try:
            again.append(homes())
        except Exception as error:
            # Nobody is told by a home: what Slack asks of those who publish it holds no message up.
            if not troubles and not any(again):
                raise MinorTroubleError from error
            _log.warning("homes are not published yet", exc_info=error)
    if troubles:
        raise gravest(troubles)
    return min(filter(None, again), default=None)


__getattr__ = started_with_secrets(Door.NOTIFY_SLACK, build)
