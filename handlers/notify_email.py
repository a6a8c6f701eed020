"""SQS → SES: tells people by email, and hears from SES which addresses take none."""

from typing import Any

from core.bootstrap.aws import Secrets
from core.bootstrap.notify_email import for_notify_email
from core.email import SES_EVENTS, refused_addresses
from core.settings import Door, Settings
from handlers._queue import each_event
from handlers._runtime import Handler, started_with_secrets


def build(settings: Settings, secrets: Secrets) -> Handler:
    door = for_notify_email(settings, secrets)

    def hear(envelope: dict[str, Any]) -> None:
        for address, reason in refused_addresses(envelope["detail"]):
            door.feedback.suppress(address, reason)

    def notify(batch: dict[str, Any], _context: Any) -> dict[str, Any]:
        return each_event(batch, door.service.deliver, door.redelivery, {SES_EVENTS: hear})

    return notify


__getattr__ = started_with_secrets(Door.NOTIFY_EMAIL, build)
