"""The control API under `/_local/slack`: all that people do in the workspace, for the page, for tests and for tools.

Bodies and answers are JSON; `GET /_local/slack/` lists what there is.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.slack import strict_json
from infra.local.slack.backstage import Backstage
from infra.local.slack.errors import ImpossibleError
from infra.local.slack.events import Events
from infra.local.slack.model import Json
from infra.local.slack.people.acting import Outcome
from infra.local.slack.people.commands import Commands
from infra.local.slack.people.entrances import Entrances
from infra.local.slack.people.modals import Modals
from infra.local.slack.people.presses import Presses, Use
from infra.local.slack.people.talk import Talk
from infra.local.slack.reports import Reports
from infra.local.slack.requests import Requests
from infra.local.slack.strict_json import AsciiJsonResponse
from infra.local.slack.workspace import Workspace

Act = Callable[[Json], Awaitable[Json]]

OUTCOME: Final = (
    "Acts answer with `status` and `ms` of the app's answer, `failure` and what Slack then has `shown`, and `answer`: "
    "the message that came of it. `user` is an id, a name or an email."
)


_TEXTS: Final = (
    "user", "channel", "text", "ts", "thread_ts", "with", "command", "action_id", "block_id", "callback_id", "value",
)  # fmt: skip


class Control:
    """The control API of one workspace."""

    def __init__(self, workspace: Workspace, requests: Requests, events: Events) -> None:
        self._workspace = workspace
        self._reports = Reports(workspace)
        self._commands = Commands(workspace, requests)
        self._presses = Presses(workspace, requests)
        self._modals = Modals(workspace, requests)
        self._entrances = Entrances(workspace, requests, events)
        self._talk = Talk(workspace, requests, events)
        self._acts: dict[str, tuple[Act, Sequence[str]]] = {
            "/command": (self._command, ("user",)),
            "/say": (self._say, ("user", "channel", "text")),
            "/direct": (self._direct, ("user", "with")),
            "/press": (self._press, ("user", "channel", "ts", "action_id")),
            "/press_at_home": (self._press_at_home, ("user", "action_id")),
            "/press_in_modal": (self._press_in_modal, ("user", "action_id")),
            "/fill": (self._fill, ("user", "block_id", "value")),
            "/suggest": (self._suggest, ("user", "block_id", "value")),
            "/submit": (self._submit, ("user",)),
            "/close": (self._close, ("user",)),
            "/shortcut": (self._shortcut, ("user", "callback_id")),
            "/message_shortcut": (self._message_shortcut, ("user", "callback_id", "channel", "ts")),
            "/home": (self._home, ("user",)),
            "/clock": (self._clock, ("forward_seconds",)),
            "/reset": (self._reset, ()),
            **Backstage(workspace, events).acts(),
        }

    def routes(self) -> list[Route]:
        """List the routes, to be mounted under `/_local/slack`."""
        acts = [Route(path, self._told(act, needed), methods=["POST"]) for path, (act, needed) in self._acts.items()]
        return [Route("/", self._index), *self._reports.routes(), *acts]

    async def _index(self, _: Request) -> Response:
        reports = {f"GET {each.path}": each.endpoint.__doc__ for each in self._reports.routes()}
        acts = {f"POST {path}": act.__doc__ for path, (act, _) in self._acts.items()}
        return AsciiJsonResponse({"about": OUTCOME, **reports, **acts})

    async def _command(self, body: Json) -> Json:
        """Type a slash command: user, text, and perhaps command (/task), channel, thread_ts."""
        command, text = body.get("command", "/task"), body.get("text", "")
        where = body.get("channel"), body.get("thread_ts")
        return _outcome(await self._commands.type_command(body["user"], command, text, *where))

    async def _say(self, body: Json) -> Json:
        """Write a message: user, channel, text, and perhaps thread_ts."""
        return _outcome(await self._talk.say(body["user"], body["channel"], body["text"], body.get("thread_ts")))

    async def _direct(self, body: Json) -> Json:
        """Open the direct messages between two people: user, with; answers with the channel."""
        return {"channel": self._talk.open_direct_messages(body["user"], body["with"]).id}

    async def _press(self, body: Json) -> Json:
        """Use a button or menu of a message: user, channel, ts, action_id, and perhaps value and block_id."""
        return _outcome(await self._presses.press(body["user"], body["channel"], body["ts"], _use(body)))

    async def _press_at_home(self, body: Json) -> Json:
        """Use a button or menu of App Home: user, action_id, and perhaps value and block_id."""
        return _outcome(await self._presses.press_at_home(body["user"], _use(body)))

    async def _press_in_modal(self, body: Json) -> Json:
        """Use a button or menu of the modal in front: user, action_id, and perhaps value and block_id."""
        return _outcome(await self._presses.press_in_modal(body["user"], _use(body)))

    async def _fill(self, body: Json) -> Json:
        """Fill in an input of the modal in front: user, block_id, value (null empties it; several: `a,b`)."""
        return _outcome(await self._modals.fill(body["user"], body["block_id"], body["value"]))

    async def _suggest(self, body: Json) -> Json:
        """Type into an external select of the modal in front: user, block_id, value; answers with `options` too."""
        outcome, options = await self._modals.suggest(body["user"], body["block_id"], body["value"])
        return _outcome(outcome) | {"options": options}

    async def _submit(self, body: Json) -> Json:
        """Submit the modal in front: user."""
        return _outcome(await self._modals.submit(body["user"]))

    async def _close(self, body: Json) -> Json:
        """Close the modal in front: user, and perhaps all: true for every modal below it too."""
        return _outcome(await self._modals.close(body["user"], everything=bool(body.get("all"))))

    async def _shortcut(self, body: Json) -> Json:
        """Use a global shortcut: user, callback_id."""
        return _outcome(await self._entrances.use_shortcut(body["user"], body["callback_id"]))

    async def _message_shortcut(self, body: Json) -> Json:
        """Use a message shortcut on a message: user, callback_id, channel, ts."""
        used = body["callback_id"], body["channel"], body["ts"]
        return _outcome(await self._entrances.use_message_shortcut(body["user"], *used))

    async def _home(self, body: Json) -> Json:
        """Look at App Home: user."""
        return _outcome(await self._entrances.open_home(body["user"]))

    async def _clock(self, body: Json) -> Json:
        """Let time pass in the workspace: forward_seconds."""
        seconds = body["forward_seconds"]
        if not isinstance(seconds, int | float):
            raise ImpossibleError("forward_seconds is a number")
        self._workspace.move_clock(timedelta(seconds=seconds))
        return {"now": self._workspace.now().isoformat()}

    async def _reset(self, _: Json) -> Json:
        """Forget every message, view and request."""
        self._workspace.reset()
        return {"ok": True}

    def _told(self, act: Act, needed: Sequence[str]) -> Callable[[Request], Awaitable[Response]]:
        """Read the JSON body for `act`, and say in a sentence what was wrong with it."""

        async def endpoint(request: Request) -> Response:
            try:
                return AsciiJsonResponse(await act(_object(await request.body(), needed)))
            except ImpossibleError as problem:
                return AsciiJsonResponse({"error": str(problem)}, HTTPStatus.BAD_REQUEST)
            finally:
                self._workspace.changes.announce()

        return endpoint


def _object(body: bytes, needed: Sequence[str]) -> Json:
    try:
        content = strict_json.loads(body or b"{}")
    except ValueError as problem:
        raise ImpossibleError(f"the body is not JSON: {problem}") from problem
    if not isinstance(content, dict):
        raise ImpossibleError("the body is no JSON object")
    if missing := [name for name in needed if name not in content]:
        raise ImpossibleError(f"missing: {', '.join(missing)}")
    if no_text := [name for name in _TEXTS if isinstance(content.get(name), list | dict)]:
        several = "; several values are separated by commas" if "value" in no_text else ""
        raise ImpossibleError(f"text is wanted as {', '.join(no_text)}{several}")
    return content


def _use(body: Json) -> Use:
    return Use(body["action_id"], body.get("value"), body.get("block_id"))


def _outcome(outcome: Outcome) -> Json:
    return {
        "status": outcome.status, "ms": outcome.ms, "failure": outcome.failure, "shown": outcome.shown,
        "answer": outcome.message and outcome.message.facts(),
    }  # fmt: skip
