"""A server on loopback that answers, or fails to answer, as a test tells it to."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Loopback:
    url: str
    heard: list[Heard] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


Answer = Callable[[BaseHTTPRequestHandler, Loopback], None]


def answer(status: int, body: Any, *, content_type: str = "application/json", **headers: str) -> Answer:
    """Answer with a status and a body: text as it is, everything else as JSON."""
    content = (body if isinstance(body, str) else json.dumps(body)).encode()

    def reply(request: BaseHTTPRequestHandler, _server: Loopback) -> None:
        request.send_response(status)
        request.send_header("Content-Type", content_type)
        request.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(content)

    return reply


def hang_up(_request: BaseHTTPRequestHandler, _server: Loopback) -> None:
    """Take the request and close the connection without a word."""


def reset(request: BaseHTTPRequestHandler, _server: Loopback) -> None:
    """Take the request and reset the connection."""
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()


def break_off(request: BaseHTTPRequestHandler, _server: Loopback) -> None:
    """Begin to answer and stop half-way."""
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'{"ok": true')


def keep_silent(_request: BaseHTTPRequestHandler, server: Loopback) -> None:
    """Take the request and say nothing for as long as the test lasts."""
    server.over.wait(30)


@contextmanager
def listening(reply: Answer) -> Iterator[Loopback]:
    """Listen on a free port while the block runs."""
    server = Loopback("")

    class Ears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.heard.append(Heard(self.command, self.path, headers, body))
            reply(self, server)

        def do_PUT(self) -> None:
            self.do_POST()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Ears)
    server.url = f"http://127.0.0.1:{listener.server_port}"
    threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        listener.shutdown()
        listener.server_close()


@contextmanager
def dropping() -> Iterator[str]:
    """Take connections and reset each before anything is read from it; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drop() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()

        thread = threading.Thread(target=drop, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def nobody_there() -> str:
    """Give an address at which connections are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
