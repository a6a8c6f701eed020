"""Events to the app, repeated until it acknowledges them: https://docs.slack.dev/apis/events-api#retries"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from infra.local.slack import event_payloads
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
        if subscription(event) not in self._workspace.app.manifest.events:
            return None
        envelope = event_payloads.envelope(self._workspace, event)
        sent = await self._requests.send_event(user, envelope, {})
        if sent.failure and not sent.wants_no_retry:
            self._keep(asyncio.create_task(self._repeat(user, envelope, sent)))
        return sent

    def publish_soon(self, user: str, event: Json) -> None:
        """Publish without waiting for the app."""
        self._keep(asyncio.create_task(self._publish(user, event)))

    def stop(self) -> None:
        """Give up what is still to be repeated."""
        for task in self._under_way:
            task.cancel()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _publish(self, user: str, event: Json) -> None:
        await self.publish(user, event)

    async def _repeat(self, user: str, envelope: Json, failed: Sent) -> None:
        for number, seconds in enumerate(self._repeats, start=1):
            await self._until(self._workspace.now() + timedelta(seconds=seconds))
            retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": _reason(failed)}
            failed = await self._requests.send_event(user, envelope, retry)
            if failed.failure is None or failed.wants_no_retry:
                return

    async def _until(self, due: datetime) -> None:
        """Wait by the workspace's clock, which somebody may move."""
        with self._workspace.changes.listening() as changed:
            while (left := (due - self._workspace.now()).total_seconds()) > 0:
                changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), left)


def subscription(event: Json) -> str:
    """Name what an app subscribes to for an event: messages are told apart by where they stand.

    https://docs.slack.dev/reference/events/message
    """
    if event["type"] != "message":
        return str(event["type"])
    return {"channel": "message.channels", "group": "message.groups"}.get(event["channel_type"], "message.im")


def _reason(failed: Sent) -> str:
    return {TIMED_OUT: "http_timeout", UNREACHABLE: "connection_failed"}.get(failed.failure or "", "http_error")
