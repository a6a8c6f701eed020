"""What every function shares: starting once, in Lambda's init phase, and logging JSON lines."""

import gc
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from core import metrics
from core.bootstrap.aws import Secrets, secrets_of
from core.clock import system_clock
from core.settings import Door, Settings

Event = dict[str, Any]
Handler = Callable[[Event, Any], Any]

SECRETS_HOLD_FOR: Final = timedelta(minutes=5)
"""How soon a function notices a new token or key; only then is it built anew, which takes far longer than looking."""
_INITIALIZATION: Final = "AWS_LAMBDA_INITIALIZATION_TYPE"
_log = logging.getLogger(__name__)
_USUAL_THRESHOLD: Final = 2_000
"""Python's own."""
_PLAIN_FIELDS: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line; whatever a log call passes as `extra` becomes a field.

    Every line that is written while an invocation lasts, on whichever thread, carries the invocation's id.
    """

    def __init__(self) -> None:
        super().__init__()
        self.invocation_id: str | None = None

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in _PLAIN_FIELDS}
        if self.invocation_id is not None and line.setdefault("request_id", self.invocation_id) != self.invocation_id:
            line["invocation_id"] = self.invocation_id  # The line has its caller's own id.
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def started_by_lambda(door: Door, build: Callable[[Settings], Handler]) -> Callable[[str], Handler]:
    """Make a module's `__getattr__`: Lambda asks for `handler` in its init phase, and only then is it built.

    Importing the module, as tests and checks do, starts nothing.
    """

    def module_getattr(name: str) -> Handler:
        if name != "handler":
            raise AttributeError(name)
        lines = _log_json()
        settings = Settings.from_env(os.environ, door)
        handler = build(settings)
        if os.environ.get(_INITIALIZATION) == "snap-start":
            handler = _AsIfJustStarted(lambda: build(settings), handler)
        # What is there by now stays: set apart, it costs no command a look through all of it, 10 ms each time.
        gc.freeze()
        gc.set_threshold(_USUAL_THRESHOLD)
        return _logged(door, handler, lines)

    return module_getattr


def started_with_secrets(door: Door, build: Callable[[Settings, Secrets], Handler]) -> Callable[[str], Handler]:
    """Do the same for a function that reads secrets: it is built anew when one of them has changed."""

    def build_renewing(settings: Settings) -> Handler:
        return _Renewing(lambda secrets: build(settings, secrets), secrets_of(settings))

    return started_by_lambda(door, build_renewing)


class _AsIfJustStarted:
    """A handler that is built anew when Lambda restores the snapshot in which it was taken.

    By then its secrets may be old, and its connections are gone.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
    """

    def __init__(self, build: Callable[[], Handler], handler: Handler) -> None:
        # Lambda's Python brings it; where no snapshot is taken it costs nothing.
        from snapshot_restore_py import register_after_restore

        self._build = build
        self._handler = handler
        register_after_restore(self._start_anew)

    def _start_anew(self) -> None:
        self._handler = self._build()

    def __call__(self, event: Event, lambda_context: Any) -> Any:
        return self._handler(event, lambda_context)


class _Renewing:
    """A handler that looks between invocations whether its secrets still hold."""

    def __init__(self, build: Callable[[Secrets], Handler], secrets: Secrets) -> None:
        self._build = build
        self._secrets = secrets
        self._handler = build(secrets)
        self._looked_at = system_clock()

    def __call__(self, event: Event, lambda_context: Any) -> Any:
        if system_clock() - self._looked_at >= SECRETS_HOLD_FOR:
            self._look()
        return self._handler(event, lambda_context)

    def _look(self) -> None:
        # First, so that trouble costs one invocation some time, and not each.
        self._looked_at = system_clock()
        try:
            newest = self._secrets.changed()
            if newest is not None:
                self._handler, self._secrets = self._build(newest), newest
                _log.info("goes on with new secrets")
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the new, the old may still do
            _log.warning("goes on with its old secrets", exc_info=error)


def _log_json() -> JsonFormatter:
    formatter = JsonFormatter()
    lines = logging.StreamHandler(sys.stdout)
    lines.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [lines]  # Lambda puts a plain-text handler of its own there first.
    root.setLevel(logging.INFO)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    return formatter


def _logged(door: Door, handler: Handler, lines: JsonFormatter) -> Handler:
    log = logging.getLogger(f"handlers.{door}")

    def run(event: Event, lambda_context: Any) -> Any:
        began = time.monotonic()
        lines.invocation_id = getattr(lambda_context, "aws_request_id", "")
        try:
            answer = handler(event, lambda_context)
        except Exception:
            log.exception("invocation failed", extra={"ms": _since(began)})
            raise
        status = answer.get("statusCode") if isinstance(answer, Mapping) else None
        ms = _since(began)
        log.info("invocation", extra={"ms": ms, "status": status, **_measured(door, status, ms)})
        return answer

    return run


def _measured(door: Door, status: int | None, ms: int) -> dict[str, Any]:
    """What somebody waited for, as a metric."""
    if status is None:
        return {}
    return metrics.of_answer(door, status=status, milliseconds=ms, now=system_clock())


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
