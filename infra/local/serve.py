"""Serves the front door from a thread of this process."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from infra.local.errors import LocalError


class ShownConnection(H11Protocol):
    """Shows each request the connection that it came by, as `state["connection"]`: a fault may end it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "connection": transport}


@contextmanager
def serving(app: Starlette, taken: socket.socket) -> Iterator[None]:
    """Answer on the socket until the block ends; what is under way then has a second to finish."""
    config = uvicorn.Config(
        app, http=ShownConnection, log_config=None, access_log=False, ws="wsproto", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, name="front-door", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    if not server.started:
        raise LocalError("The front door did not open; what stands above says why.")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
