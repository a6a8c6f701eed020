"""Faults as they happen on the wire."""

import asyncio
import math
from collections.abc import Callable

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from infra.local.slack.faults import Fault, Trouble
from infra.local.slack.strict_json import AsciiJsonResponse

RATE_LIMITED = 429


async def played(fault: Fault, do: Callable[[], Response]) -> Response:
    """Answer a call with its fault; `do` does the work where Slack accepts the call."""
    if fault.kind is Trouble.DELAY:
        return await _delayed(fault, do)
    if fault.accepted:
        do()
    match fault.kind:
        case Trouble.DROP:
            return DroppedConnection()
        case Trouble.RATE_LIMIT:
            headers = {"Retry-After": str(math.ceil(fault.seconds))}
            return AsciiJsonResponse({"ok": False, "error": "ratelimited"}, RATE_LIMITED, headers)
        case Trouble.SERVER_ERROR:
            return PlainTextResponse("upstream failure\n", fault.status)
        case _:
            return AsciiJsonResponse({"ok": False, "error": fault.error})


async def _delayed(fault: Fault, do: Callable[[], Response]) -> Response:
    if not fault.accepted:
        await asyncio.sleep(fault.seconds)
        return do()
    answer = do()
    await asyncio.sleep(fault.seconds)
    return answer


class DroppedConnection(Response):
    """No answer: the connection ends. Only a server that shows its connections can do it (`infra.local.serve`)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        scope["state"]["connection"].abort()
        while (await receive())["type"] != "http.disconnect":
            pass
