"""Slack's requests to the app: signed, timed, judged and kept for Traffic.

Signing: https://docs.slack.dev/authentication/verifying-requests-from-slack
Three seconds: https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import urlencode

import httpx

from infra.local.slack.model import Json, Sent
from infra.local.slack.workspace import Workspace

PATIENCE: Final = 3.0
"""Seconds that Slack waits for an answer."""

TIMED_OUT: Final = "operation_timeout"
UNREACHABLE: Final = "dispatch_failed"
REFUSED: Final = "http_client_error"
BROKEN: Final = "http_service_error"

ONLY_200: Final = range(200, 201)
ANY_2XX: Final = range(200, 300)

_ALWAYS: Final = {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "Accept": "application/json,*/*"}


def signature_headers(signing_secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """Sign a request body as Slack does."""
    basis = b"v0:%d:" % timestamp + body
    digest = hmac.new(signing_secret.encode(), basis, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


class _Exchange(NamedTuple):
    status: int | None
    answer: str
    failure: str | None
    wants_no_retry: bool = False


class Requests:
    """The way from the workspace to the app."""

    def __init__(self, workspace: Workspace, client: httpx.AsyncClient, url: str, patience: float = PATIENCE) -> None:
        self._workspace = workspace
        self._client = client
        self._url = url
        self._patience = patience

    async def send_form(self, kind: str, user: str, form: Mapping[str, str], shown: Json) -> Sent:
        """Send a form as Slack would, and keep what came of it; `shown` is how Traffic lists its content."""
        body = urlencode(form, errors="replace").encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self._send(kind, user, body, headers, shown, ONLY_200)

    async def send_payload(self, user: str, payload: Json) -> Sent:
        """Send an interaction: a form with one field, which is JSON."""
        return await self.send_form(payload["type"], user, {"payload": json.dumps(payload)}, payload)

    async def send_event(self, user: str, envelope: Json, retry: Mapping[str, str]) -> Sent:
        """Send an event; `retry` are the headers of a repeat."""
        headers = {"Content-Type": "application/json", **retry}
        body = json.dumps(envelope).encode()
        return await self._send(envelope["event"]["type"], user, body, headers, envelope, ANY_2XX)

    async def _send(
        self, kind: str, user: str, body: bytes, headers: Mapping[str, str], shown: Json, accepted: range
    ) -> Sent:
        at = self._workspace.now()
        # The app checks the timestamp against its own clock, which does not move with the workspace's.
        signed = signature_headers(self._workspace.app.signing_secret, body, int(time.time()))
        start = time.perf_counter()
        exchange = await self._exchange(body, {**_ALWAYS, **headers, **signed}, accepted)
        ms = round((time.perf_counter() - start) * 1000, 1)
        sent = Sent(
            kind, user, shown, exchange.status, ms, at.isoformat(), exchange.failure, exchange.answer,
            wants_no_retry=exchange.wants_no_retry,
        )  # fmt: skip
        self._workspace.sent.append(sent)
        self._workspace.changes.announce()
        return sent

    async def _exchange(self, body: bytes, headers: dict[str, str], accepted: range) -> _Exchange:
        try:
            async with asyncio.timeout(self._patience):
                response = await self._client.post(self._url, content=body, headers=headers)
        except TimeoutError:
            return _Exchange(None, "", TIMED_OUT)
        except httpx.TransportError:
            return _Exchange(None, "", UNREACHABLE)
        status = response.status_code
        answer = response.content.decode(errors="replace")
        return _Exchange(status, answer, _failure_of(status, accepted), response.headers.get("x-slack-no-retry") == "1")


def _failure_of(status: int, accepted: range) -> str | None:
    if status in accepted:
        return None
    return BROKEN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else REFUSED
