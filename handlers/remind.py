"""Every quarter of an hour: lets held-back news go, and reminds those whose hour has come."""

import logging
from datetime import UTC, datetime
from typing import Any

from core.bootstrap.remind import for_remind
from core.clock import Clock
from core.settings import Door, Settings
from handlers._runtime import Handler, started_by_lambda

_log = logging.getLogger(__name__)


def build(settings: Settings) -> Handler:
    door = for_remind(settings)

    def run(event: dict[str, Any], _context: Any) -> dict[str, int]:
        now, done, troubles = woken_for(event, door.clock), dict[str, int](), list[Exception]()
        for name, sweep in (("released", door.held_news.sweep), ("reminded", door.reminders.sweep)):
            try:
                done[name] = sweep(now)
            except Exception as error:  # noqa: BLE001 - raised below, when the other sweep has run
                troubles.append(error)
        _log.info("swept", extra={"now": now.isoformat(), **done})
        if troubles:
            raise troubles[0]
        return done

    return run


def woken_for(event: dict[str, Any], clock: Clock) -> datetime:
    """The time for which the schedule woke this door, so that a late call does what was due then; else the present.

    Source: https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
    """
    time = event.get("time")
    return datetime.fromisoformat(time).astimezone(UTC) if time else clock()


__getattr__ = started_by_lambda(Door.REMIND, build)
