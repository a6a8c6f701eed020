"""A proxy between functions and AWS that lets calls go wrong as a test tells it to, and notes what was asked."""

import http.client
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import psutil

_REST = {"PUT": "PutObject", "POST": "SendEmail"}
"""Operations without a name in their headers, by method."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a function to AWS."""

    operation: str
    body: bytes
    caller_port: int
    path: str = ""

    def says(self, text: str) -> bool:
        return text.encode() in self.body

    @property
    def arguments(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


Forward = Callable[[], Answered]
Act = Callable[[Asked, Forward], Answered | None]
"""What happens to a call: gives the answer, or None where the connection ends without one."""


def refused_with(code: str, status: int = 400) -> Act:
    """AWS answers with an error by name and does nothing."""

    def act(_asked: Asked, _forward: Forward) -> Answered:
        body = json.dumps({"__type": code, "message": "played"}).encode()
        headers = [("Content-Type", "application/x-amz-json-1.0"), ("x-amzn-ErrorType", code)]
        return Answered(status, headers, body)

    return act


def dropped(_asked: Asked, _forward: Forward) -> None:
    """The connection ends before AWS has heard anything."""


def dropped_after(_asked: Asked, forward: Forward) -> None:
    """AWS does it, and the connection ends before anybody hears of it."""
    forward()


def killing(asked: Asked, _forward: Forward) -> None:
    """The process that asks dies before AWS has heard anything."""
    for process in psutil.process_iter():
        try:
            ports = {each.laddr.port for each in process.net_connections("tcp4") if each.laddr}
        except psutil.Error:
            continue
        if asked.caller_port in ports and process.pid != os.getpid():
            process.send_signal(signal.SIGKILL)
            process.wait(10)


@dataclass(slots=True)
class Rule:
    """What happens to the next `times` calls that match."""

    matches: Callable[[Asked], bool]
    act: Act
    times: int
    met: threading.Event = field(default_factory=threading.Event)


class FaultProxy:
    """Passes calls on to `target` but for those that a rule is for."""

    def __init__(self, url: str, target: str) -> None:
        self.url = url
        self._target = urlsplit(target).netloc
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self.after: Callable[[Asked], None] = lambda _: None
        """Called with everything that was passed on."""

    def order(self, operation: str, act: Act, *saying: str, times: int = 1) -> Rule:
        """Let the next calls of an operation (`*` is any) that say all of something go wrong."""

        def matches(asked: Asked) -> bool:
            return operation in (asked.operation, "*") and all(map(asked.says, saying))

        rule = Rule(matches, act, times)
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Let nothing more go wrong."""
        with self._lock:
            self._rules.clear()

    def _rule_for(self, asked: Asked) -> Rule | None:
        with self._lock:
            for rule in self._rules:
                if rule.matches(asked):
                    rule.times -= 1
                    if not rule.times:
                        self._rules.remove(rule)
                    return rule
        return None

    def answer(self, asked: Asked, method: str, path: str, headers: dict[str, str]) -> Answered | None:
        def forward() -> Answered:
            connection = http.client.HTTPConnection(self._target, timeout=60)
            try:
                connection.request(method, path, asked.body, headers)
                got = connection.getresponse()
                return Answered(got.status, got.getheaders(), got.read())
            finally:
                connection.close()

        rule = self._rule_for(asked)
        if rule is None:
            answered = forward()
            self.after(asked)
            return answered
        try:
            return rule.act(asked, forward)
        finally:
            rule.met.set()


_HOP: frozenset[str] = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})


@contextmanager
def proxying(target: str) -> Iterator[FaultProxy]:
    """Stand before `target` while the block runs."""

    class Between(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            name = self.headers.get("x-amz-target", "").rpartition(".")[2] or _REST.get(self.command, self.command)
            answered = proxy.answer(
                Asked(name, body, self.client_address[1], self.path),
                self.command,
                self.path,
                dict(self.headers.items()),
            )
            if answered is None:
                return
            self.send_response(answered.status)
            for header, value in answered.headers:
                if header.lower() not in _HOP:
                    self.send_header(header, value)
            self.send_header("Content-Length", str(len(answered.body)))
            self.end_headers()
            self.wfile.write(answered.body)

        do_PUT = do_GET = do_POST  # noqa: N815 - names of the standard library's

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Between)
    proxy = FaultProxy(f"http://127.0.0.1:{listener.server_port}", target)
    threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield proxy
    finally:
        listener.shutdown()
        listener.server_close()
