"""SQS → SES: tells people by email."""

from typing import Any

from core.bootstrap import for_notify_email
from core.settings import Door, Settings
from handlers._queue import each_event
from handlers._runtime import Handler, started_by_lambda


def build(settings: Settings) -> Handler:
    door = for_notify_email(settings)

    def notify(batch: dict[str, Any], _context: Any) -> dict[str, Any]:
        return each_event(batch, door.service.deliver, door.redelivery)

    return notify


__getattr__ = started_by_lambda(Door.NOTIFY_EMAIL, build)
