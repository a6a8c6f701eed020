"""A packaged function as Lambda runs it: the real runtime client, a Runtime API of our own, and nothing but the bundle.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import importlib.metadata
import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

RUNTIME_PACKAGES: Final = ("awslambdaric", "simplejson", "snapshot-restore-py")
"""What stands on Lambda's own path, beside the function."""
_PATIENCE: Final = 30


class FunctionError(Exception):
    """The function failed, in init or while it ran."""


class RuntimeApi:
    """Hands events to one function and takes its answers."""

    def __init__(self) -> None:
        self.pid = 0
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._outcomes: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._waits = threading.Semaphore(0)

    def invoke(self, event: dict[str, Any]) -> Any:
        """Run the function once; raise FunctionError."""
        self._events.put(event)
        try:
            what, content = self._outcomes.get(timeout=_PATIENCE)
        except queue.Empty:
            raise FunctionError("no answer") from None
        if what != "response":
            raise FunctionError(content)
        return content

    def until_it_waits(self) -> None:
        """Return when the function asks for its next event: once after its init, and once after each invocation."""
        if not self._waits.acquire(timeout=_PATIENCE):
            raise FunctionError("it never asked for an event")

    def next_event(self) -> dict[str, Any]:
        self._waits.release()
        return self._events.get()

    def took(self, path: str, content: Any) -> None:
        self._outcomes.put((path.rsplit("/", 1)[-1], content))


def lay_out_runtime(folder: Path) -> Path:
    """Put the runtime client, and only it, into a folder."""
    for package in RUNTIME_PACKAGES:
        for file in importlib.metadata.files(package) or ():
            source, target = Path(str(file.locate())), folder / file
            if ".." not in file.parts and source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
    return folder


@contextmanager
def packaged_function(
    handler: str, *, bundle: Path, runtime: Path, environment: Mapping[str, str], output: int | None = None
) -> Iterator[RuntimeApi]:
    """Start a function from its unpacked bundle; it sees no other package than those in it.

    `output` takes what it logs, as `subprocess.Popen` understands it.
    """
    api = RuntimeApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _speaking_for(api))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    told = {
        **environment,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
        "_HANDLER": handler,
        "LAMBDA_TASK_ROOT": str(bundle),
        "PYTHONPATH": os.pathsep.join([str(bundle), str(runtime)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
    }
    # -S keeps the environment's own packages out of sight: a forgotten dependency is missing here too.
    python = [getattr(sys, "_base_executable", sys.executable), "-S", "-m", "awslambdaric", handler]
    process = subprocess.Popen(python, cwd=bundle, env=told, stdout=output)  # noqa: S603 - our own bundle
    api.pid = process.pid
    try:
        yield api
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)
        server.shutdown()
        server.server_close()


def _speaking_for(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Speaker(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = json.dumps(api.next_event()).encode()
            self.send_response(200)
            # Without any of these headers the runtime's C client crashes.
            self.send_header("Lambda-Runtime-Aws-Request-Id", uuid.uuid4().hex)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + _PATIENCE) * 1000)))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:x")
            self.send_header("Lambda-Runtime-Trace-Id", "Root=1-0-0")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            api.took(self.path, json.loads(content or b"null"))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    return Speaker
