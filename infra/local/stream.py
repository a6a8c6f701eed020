"""The live stream: tells an open page what changed for its person, as long as it is open.

Each message is JSON: `set` holds every piece of the screen that is new or other than before, `gone` names those that
went, and `whole` says that this is everything.
"""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from infra.local.slack import view_stacks
from infra.local.slack.model import Person
from infra.local.slack.workspace import Workspace

GATHERING_SECONDS: Final = 0.02
"""One act changes several things; they are told together."""
REFUSED: Final = 1008

Screen = Callable[[Person], Mapping[str, Any]]


class Stream:
    """Answers `/_local/stream?as=…`."""

    def __init__(self, workspace: Workspace, screen: Screen) -> None:
        self._workspace = workspace
        self._screen = screen
        self._open: Counter[str] = Counter()
        """How many pages are open, by person."""

    async def __call__(self, socket: WebSocket) -> None:
        """Serve one page until it goes."""
        person = self._workspace.person_named(socket.query_params.get("as", ""))
        if person is None or not _is_ours(socket):
            await socket.close(REFUSED)
            return
        await socket.accept()
        with self._present(person), self._workspace.changes.listening() as changed:
            left = asyncio.create_task(_until_left(socket, changed))
            with contextlib.suppress(WebSocketDisconnect):
                await self._tell(socket, person, changed, left)
            left.cancel()

    @contextlib.contextmanager
    def _present(self, person: Person) -> Iterator[None]:
        """Count a page; with a person's last one their modals go, as they do with the window that shows them."""
        self._open[person.id] += 1
        try:
            yield
        finally:
            self._open[person.id] -= 1
            if not self._open[person.id]:
                view_stacks.clear(self._workspace, person.id)

    async def _tell(
        self, socket: WebSocket, person: Person, changed: asyncio.Event, left: "asyncio.Task[None]"
    ) -> None:
        told: dict[str, str] = {}
        is_first = True
        while not left.done():
            changed.clear()
            seen = {name: json.dumps(piece) for name, piece in self._screen(person).items()}
            fresh = {name: json.loads(piece) for name, piece in seen.items() if told.get(name) != piece}
            gone = [name for name in told if name not in seen]
            if fresh or gone:
                await socket.send_text(json.dumps({"set": fresh, "gone": gone, "whole": is_first}))
            told, is_first = seen, False
            await changed.wait()
            await asyncio.sleep(GATHERING_SECONDS)


async def _until_left(socket: WebSocket, changed: asyncio.Event) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
    changed.set()


def _is_ours(socket: WebSocket) -> bool:
    """Tell whether the page came from here: any page in the browser may open a WebSocket to this machine."""
    origin = socket.headers.get("origin")
    return origin is None or origin.partition("://")[2] == socket.headers.get("host")
