"""Events to the app, repeated until it acknowledges them: https://docs.slack.dev/apis/events-api#retries"""

import asyncio
from collections.abc import Sequence
from typing import Final

from infra.local.slack import payloads
from infra.local.slack.model import Json, Sent
from infra.local.slack.requests import TIMED_OUT, UNREACHABLE, Requests
from infra.local.slack.workspace import Workspace

REPEATS: Final = (0.0, 60.0, 300.0)
"""Seconds before each repeat."""


class Events:
    """Publishes what the manifest subscribes to."""

    def __init__(self, workspace: Workspace, requests: Requests, repeats: Sequence[float] = REPEATS) -> None:
        self._workspace = workspace
        self._requests = requests
        self._repeats = repeats
        self._under_way: set[asyncio.Task[None]] = set()

    async def publish(self, user: str, event: Json) -> Sent | None:
        """Send an event once, and arrange its repeats; None when the app does not subscribe to it."""
        subscription = f"message.{event['channel_type']}" if event["type"] == "message" else event["type"]
        if subscription not in self._workspace.app.manifest.events:
            return None
        envelope = payloads.envelope(self._workspace, event)
        sent = await self._requests.send_event(user, envelope, {})
        if sent.failure and not sent.wants_no_retry:
            task = asyncio.create_task(self._repeat(user, envelope, sent))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return sent

    def stop(self) -> None:
        """Give up what is still to be repeated."""
        for task in self._under_way:
            task.cancel()

    async def _repeat(self, user: str, envelope: Json, failed: Sent) -> None:
        for number, seconds in enumerate(self._repeats, start=1):
            await asyncio.sleep(seconds)
            retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": _reason(failed)}
            failed = await self._requests.send_event(user, envelope, retry)
            if failed.failure is None or failed.wants_no_retry:
                return


def _reason(failed: Sent) -> str:
    return {TIMED_OUT: "http_timeout", UNREACHABLE: "connection_failed"}.get(failed.failure or "", "http_error")
