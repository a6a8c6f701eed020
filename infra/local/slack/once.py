"""What Slack hands out for a short time: trigger ids (once, three seconds) and response URLs (five uses, half an hour).

https://docs.slack.dev/interactivity/handling-user-interaction
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from infra.local.slack.errors import SlackError

TRIGGER_LIFE: Final = timedelta(seconds=3)
RESPONSE_URL_LIFE: Final = timedelta(minutes=30)
RESPONSE_URL_USES: Final = 5


@dataclass(slots=True)
class _Trigger:
    user: str
    issued: datetime
    is_spent: bool = False


class Triggers:
    """The trigger ids handed out with commands and interactions."""

    def __init__(self, team_id: str) -> None:
        self._team = int.from_bytes(team_id.encode()[-4:]) % 10**11
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: str, now: datetime) -> str:
        """Hand out a trigger for what `user` just did."""
        trigger_id = f"{int(now.timestamp() * 1000)}.{self._team}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = _Trigger(user, now)
        return trigger_id

    def spend(self, trigger_id: str, now: datetime) -> str:
        """Exchange a trigger for the person it was issued to.

        Raises:
            SlackError: when it is unknown, was used, or is older than three seconds.
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_spent:
            raise SlackError("exchanged_trigger_id")
        if now - trigger.issued > TRIGGER_LIFE:
            raise SlackError("expired_trigger_id")
        trigger.is_spent = True
        return trigger.user


@dataclass(slots=True)
class ResponseUrl:
    """Where the answers to one command or interaction go; `message_ts` is the message whose button was pressed."""

    channel: str
    user: str
    issued: datetime
    message_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """The response URLs handed out with commands and interactions."""

    def __init__(self) -> None:
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, channel: str, user: str, now: datetime, message_ts: str | None = None) -> str:
        """Hand out a fresh id."""
        url_id = secrets.token_urlsafe(18)
        self._issued[url_id] = ResponseUrl(channel, user, now, message_ts)
        return url_id

    def use(self, url_id: str, now: datetime) -> ResponseUrl:
        """Count one use.

        Raises:
            SlackError: when it is unknown, too old or used up.
        """
        url = self._issued.get(url_id)
        if url is None:
            raise SlackError("invalid_url", status=404)
        if now - url.issued > RESPONSE_URL_LIFE:
            raise SlackError("expired_url", status=404)
        if url.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url", status=404)
        url.uses += 1
        return url
