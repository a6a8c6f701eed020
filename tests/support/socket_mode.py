"""Slack's side of Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode"""

import asyncio
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from infra.local.ports import LOOPBACK, listen
from infra.local.serve import serving

APP_TOKEN = "xapp-1-local"
TEAM = "T0DEMO"


@dataclass
class SocketModeSlack:
    """Hands envelopes to whoever connects with the app's token, and takes the answers."""

    url: str = ""
    _envelopes: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)
    _answers: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)

    def ask(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send a request, and give what comes back within Slack's three seconds."""
        sent = {"envelope_id": f"envelope-{id(payload)}", "type": kind, "payload": payload}
        self._envelopes.put(sent | {"accepts_response_payload": True})
        answer = self._answers.get(timeout=3)
        assert answer["envelope_id"] == sent["envelope_id"]
        return answer

    async def answer(self, request: Request) -> Response:
        """What is asked with the bot's token, and how to connect with the app's."""
        token, method = request.headers.get("authorization", "").removeprefix("Bearer "), request.path_params["method"]
        if token.startswith("xoxb-") and method in _TOLD:
            return JSONResponse({"ok": True, **_TOLD[method]})
        if token == APP_TOKEN and method == "apps.connections.open":
            return JSONResponse({"ok": True, "url": self.url.replace("http", "ws")})
        return JSONResponse({"ok": False, "error": "invalid_auth"})

    async def connect(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json({"type": "hello", "num_connections": 1})
        sending = asyncio.create_task(self._send(socket))
        try:
            while True:
                self._answers.put(await socket.receive_json())
        except WebSocketDisconnect:
            sending.cancel()

    async def _send(self, socket: WebSocket) -> None:
        while True:
            try:
                await socket.send_json(self._envelopes.get_nowait())
            except queue.Empty:
                await asyncio.sleep(0.02)


_ADA = {
    "id": "U0ADA",
    "team_id": TEAM,
    "name": "ada",
    "tz": "Europe/Stockholm",
    "is_email_confirmed": True,
    "profile": {"email": "ada.lind@example.com", "real_name": "Ada Lind"},
}
_TOLD: dict[str, dict[str, Any]] = {"auth.test": {"team_id": TEAM}, "users.info": {"user": _ADA}}


@contextmanager
def socket_mode_slack() -> Iterator[SocketModeSlack]:
    with listen(0, "PORT") as taken:
        slack = SocketModeSlack(f"http://{LOOPBACK}:{taken.getsockname()[1]}/")
        routes = [Route("/{method}", slack.answer, methods=["POST"]), WebSocketRoute("/", slack.connect)]
        with serving(Starlette(routes=routes), taken):
            yield slack
