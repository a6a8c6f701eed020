"""The log of a function, which takes the root logger for itself when it starts."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def root_logger_put_back() -> Iterator[None]:
    """Let a function take the root logger while the block runs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Every line that the function wrote, each of which must be one JSON object."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
