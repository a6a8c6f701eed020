"""Word to whoever shows the workspace that something in it has changed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Changes:
    """Says that something changed, not what: whoever listens looks for itself."""

    def __init__(self) -> None:
        self._listeners: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def announce(self) -> None:
        """Wake every listener; any thread may call this."""
        for loop, changed in tuple(self._listeners):
            loop.call_soon_threadsafe(changed.set)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at every change, for whoever runs in an event loop."""
        listener = (asyncio.get_running_loop(), asyncio.Event())
        self._listeners.append(listener)
        try:
            yield listener[1]
        finally:
            self._listeners.remove(listener)

    @property
    def has_listeners(self) -> bool:
        return bool(self._listeners)
