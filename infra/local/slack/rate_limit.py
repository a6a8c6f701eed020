"""One message a second and channel, short bursts tolerated. https://docs.slack.dev/apis/web-api/rate-limits"""

import math
from datetime import datetime

from infra.local.slack.errors import SlackError


class RateLimit:
    """A bucket per channel that holds `burst` messages and refills by `per_second`."""

    def __init__(self, *, per_second: float, burst: int) -> None:
        self.per_second = per_second
        self.burst = burst
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def spend(self, channel: str, now: datetime) -> None:
        """Count one message.

        Raises:
            SlackError: `ratelimited`, with the seconds to wait.
        """
        left, then = self._buckets.get(channel, (float(self.burst), now))
        left = min(self.burst, left + (now - then).total_seconds() * self.per_second)
        if left < 1:
            self._buckets[channel] = (left, now)
            raise RateLimitedError(math.ceil((1 - left) / self.per_second))
        self._buckets[channel] = (left - 1, now)


class RateLimitedError(SlackError):
    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited", status=429)
        self.retry_after = retry_after
