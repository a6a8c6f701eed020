"""A plain WebSocket client for the page's live stream."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, RejectConnection, Request, TextMessage

PATIENCE_SECONDS = 10


class LiveStream:
    """An open stream, and the screen that it has told so far."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._connection = WSConnection(ConnectionType.CLIENT)
        self._text = ""
        self.screen: dict[str, Any] = {}
        self.is_open = False

    def open(self, host: str, target: str, headers: Mapping[str, str]) -> None:
        extra = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._channel.sendall(self._connection.send(Request(host=host, target=target, extra_headers=extra)))
        for event in self._events():
            if isinstance(event, AcceptConnection | RejectConnection):
                self.is_open = isinstance(event, AcceptConnection)
                return

    def next(self) -> dict[str, Any]:
        """Wait for the next change, and bring the screen up to date."""
        for event in self._events():
            assert not isinstance(event, CloseConnection), "the stream was closed"
            if not isinstance(event, TextMessage):
                continue
            self._text += event.data
            if event.message_finished:
                change: dict[str, Any] = json.loads(self._text)
                self._text = ""
                self.screen = {**({} if change["whole"] else self.screen), **change["set"]}
                for name in change["gone"]:
                    self.screen.pop(name, None)
                return change
        raise AssertionError("the stream ended")

    def until(self, name: str) -> Any:
        """Wait for a piece of the screen."""
        while name not in self.screen:
            self.next()
        return self.screen[name]

    def _events(self) -> Iterator[Any]:
        while True:
            yield from self._connection.events()
            received = self._channel.recv(65536)
            self._connection.receive_data(received or None)


@contextmanager
def following(url: str, person: str, **headers: str) -> Iterator[LiveStream]:
    """Follow the stream of a person; the screen is there at once."""
    address = urlsplit(url)
    assert address.hostname
    with socket.create_connection((address.hostname, address.port or 80), PATIENCE_SECONDS) as channel:
        stream = LiveStream(channel)
        stream.open(address.netloc, f"/_local/stream?as={person}", headers)
        if stream.is_open:
            stream.next()
        yield stream
