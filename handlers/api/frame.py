"""What surrounds every request: its id, the size limit, the headers of every answer, the log line, the last net."""

import logging
import re
import time
import uuid
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.api.problems import OUR_FAULT, TOO_LARGE

BODY_LIMIT: Final = 64 * 1024
REQUEST_ID: Final = "X-Request-Id"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = logging.getLogger(__name__)


class Frame:
    """ASGI middleware; outermost but for the framework's own error page, which it leaves nothing to show."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            body = await _read(receive)
            app = self._app if body is not None else TOO_LARGE.response(request_id)
            await app(scope, _replay(body or b""), send_framed)
        except Exception:
            log.exception("the API failed", extra={"request_id": request_id})
            await OUR_FAULT.response(request_id)(scope, receive, send_framed)
        log.info(
            "request",
            extra={
                "request_id": request_id,
                "method": scope["method"],
                "route": getattr(scope.get("route"), "path", None),
                "status": status,
                "ms": round((time.perf_counter() - started) * 1000),
                "person_id": state.get("person_id"),
            },
        )


def _request_id(scope: Scope) -> str:
    """Take the caller's id where it is a plain one, else the gateway's, else a new one."""
    given = Headers(scope=scope).get(REQUEST_ID, "")
    if _GIVEN_ID.fullmatch(given):
        return given
    gateway: str | None = scope.get("aws.event", {}).get("requestContext", {}).get("requestId")
    return gateway or str(uuid.uuid4())


async def _read(receive: Receive) -> bytes | None:
    """Read the whole body; None when it is over the limit."""
    body = b""
    while len(body) <= BODY_LIMIT:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body if len(body) <= BODY_LIMIT else None


def _replay(body: bytes) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
