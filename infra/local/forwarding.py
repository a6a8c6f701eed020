"""Requests passed on to the deployed HTTP API as they came, and answers as they went."""

from typing import Final

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

HOP_BY_HOP: Final = {
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer",
    b"transfer-encoding", b"upgrade",
}  # fmt: skip
"""Headers that end at each hop. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1"""


class Forwarding:
    """Passes requests on to `base`."""

    def __init__(self, client: httpx.AsyncClient, base: str) -> None:
        self._client = client
        self._base = base

    async def __call__(self, request: Request) -> Response:
        """Pass one request on, byte for byte, and do not follow where the answer points."""
        path = request.scope["raw_path"].decode("ascii")
        query = request.scope["query_string"].decode("ascii")
        onward = httpx.Request(
            request.method,
            f"{self._base}{path}" + (f"?{query}" if query else ""),
            headers=[(name, value) for name, value in request.headers.raw if name not in HOP_BY_HOP],
            content=await request.body(),
        )
        try:
            answer = await self._client.send(onward, stream=True)
            body = b"".join([chunk async for chunk in answer.aiter_raw()])
            await answer.aclose()
        except httpx.TransportError as problem:
            return PlainTextResponse(f"The deployed HTTP API did not answer: {problem!r}\n", 502)
        response = Response(body, answer.status_code)
        response.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in HOP_BY_HOP
        ]
        return response
