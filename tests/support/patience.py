"""Waiting for what happens elsewhere."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, within: float = 30, every: float = 0.05) -> T:
    """Look again and again until there is something to see; fail where it does not come."""
    deadline = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < deadline, f"nothing after {within} seconds"
        time.sleep(every)
    return seen
