"""A program in a terminal: it shows how far it is, and stops cleanly when it is asked to."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ASKED_BY: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop."""


def stop_at_signals() -> None:
    """Raise Stopped where this thread is when a signal asks for it."""
    for each in _ASKED_BY:
        signal.signal(each, _stop)


def _stop(*_: object) -> None:
    # A second Ctrl-C must not interrupt the clean stop that the first one began.
    for each in _ASKED_BY:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


@contextmanager
def progress(step: str) -> Iterator[None]:
    """Print a step, and how long it took."""
    print(f"{step} … ", end="", flush=True)
    start, outcome = time.monotonic(), ""
    try:
        yield
        outcome = f"{time.monotonic() - start:.1f} s"
    finally:
        print(outcome, flush=True)
