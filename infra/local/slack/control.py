"""The control API under `/_local/slack`: what tests and tools do in the workspace, as JSON."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.slack import strict_json, view_stacks
from infra.local.slack.errors import ImpossibleError
from infra.local.slack.events import Events
from infra.local.slack.model import Json, Message
from infra.local.slack.people.acting import Outcome
from infra.local.slack.people.commands import Commands
from infra.local.slack.people.entrances import Entrances
from infra.local.slack.people.modals import Modals
from infra.local.slack.people.presses import Presses
from infra.local.slack.requests import Requests
from infra.local.slack.strict_json import AsciiJsonResponse
from infra.local.slack.workspace import Workspace

_Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """The control API of one workspace."""

    def __init__(self, workspace: Workspace, requests: Requests, events: Events) -> None:
        self._workspace = workspace
        self._commands = Commands(workspace, requests)
        self._presses = Presses(workspace, requests)
        self._modals = Modals(workspace, requests)
        self._entrances = Entrances(workspace, requests, events)

    def routes(self) -> list[Route]:
        """List the routes, to be mounted under `/_local/slack`."""
        acts = {
            "/command": _told(self._command, "user"),
            "/press": _told(self._press, "user", "channel", "ts", "action_id"),
            "/press_at_home": _told(self._press_at_home, "user", "action_id"),
            "/press_in_modal": _told(self._press_in_modal, "user", "action_id"),
            "/fill": _told(self._fill, "user", "block_id", "value"),
            "/suggest": _told(self._suggest, "user", "block_id", "value"),
            "/submit": _told(self._submit, "user"),
            "/close": _told(self._close, "user"),
            "/shortcut": _told(self._shortcut, "user", "callback_id"),
            "/home": _told(self._home, "user"),
            "/clock": _told(self._clock, "forward_seconds"),
            "/reset": self._reset,
        }
        return [
            Route("/calls", self._calls),
            Route("/sent", self._sent),
            Route("/people", self._list_people),
            Route("/messages", self._messages),
            Route("/views", self._views),
            *(Route(path, endpoint, methods=["POST"]) for path, endpoint in acts.items()),
        ]

    async def _calls(self, _: Request) -> Response:
        return AsciiJsonResponse({"calls": [asdict(each) for each in self._workspace.calls]})

    async def _sent(self, _: Request) -> Response:
        return AsciiJsonResponse({"sent": [asdict(each) for each in self._workspace.sent]})

    async def _list_people(self, _: Request) -> Response:
        now = self._workspace.now()
        return AsciiJsonResponse({"people": [each.facts(now) for each in self._workspace.people()]})

    async def _messages(self, request: Request) -> Response:
        workspace = self._workspace
        user, channel = request.query_params.get("user"), request.query_params.get("channel")
        person = workspace.person_named(user) if user else None
        if user and person is None:
            return _refused(f"there is no {user} in this workspace")
        if person:
            found = list(workspace.messages_seen_by(person.id))
        else:
            found = [each for place in workspace.conversations for each in workspace.messages_in(place)]
        if channel:
            place = workspace.channel_named(channel)
            found = [each for each in found if place and each.channel == place.id]
        found.sort(key=lambda each: each.ts)
        return AsciiJsonResponse({"messages": [shown(each) for each in found]})

    async def _views(self, request: Request) -> Response:
        workspace = self._workspace
        person = workspace.person_named(request.query_params.get("user", ""))
        if person is None:
            return _refused("name a user of this workspace")
        home = view_stacks.home(workspace, person.id)
        stack = [workspace.views[each] for each in workspace.stacks.get(person.id, [])]
        return AsciiJsonResponse({"modals": [asdict(each) for each in stack], "home": home and asdict(home)})

    async def _command(self, body: Json) -> Json:
        command, text = body.get("command", "/task"), body.get("text", "")
        return _outcome(await self._commands.type_command(body["user"], command, text, body.get("channel")))

    async def _press(self, body: Json) -> Json:
        used = body["channel"], body["ts"], body["action_id"], body.get("value")
        return _outcome(await self._presses.press(body["user"], *used))

    async def _press_at_home(self, body: Json) -> Json:
        return _outcome(await self._presses.press_at_home(body["user"], body["action_id"], body.get("value")))

    async def _press_in_modal(self, body: Json) -> Json:
        return _outcome(await self._presses.press_in_modal(body["user"], body["action_id"], body.get("value")))

    async def _fill(self, body: Json) -> Json:
        return _outcome(await self._modals.fill(body["user"], body["block_id"], body["value"]))

    async def _suggest(self, body: Json) -> Json:
        outcome, options = await self._modals.suggest(body["user"], body["block_id"], body["value"])
        return _outcome(outcome) | {"options": options}

    async def _submit(self, body: Json) -> Json:
        return _outcome(await self._modals.submit(body["user"]))

    async def _close(self, body: Json) -> Json:
        return _outcome(await self._modals.close(body["user"]))

    async def _shortcut(self, body: Json) -> Json:
        return _outcome(await self._entrances.use_shortcut(body["user"], body["callback_id"]))

    async def _home(self, body: Json) -> Json:
        return _outcome(await self._entrances.open_home(body["user"]))

    async def _clock(self, body: Json) -> Json:
        seconds = body["forward_seconds"]
        if not isinstance(seconds, int | float):
            raise ImpossibleError("forward_seconds is a number")
        self._workspace.move_clock(timedelta(seconds=seconds))
        return {"now": self._workspace.now().isoformat()}

    async def _reset(self, _: Request) -> Response:
        self._workspace.reset()
        return AsciiJsonResponse({"ok": True})


def shown(message: Message) -> Json:
    """Write a message with everything a test may ask about."""
    return {each: value for each, value in asdict(message).items() if value is not None}


def _outcome(outcome: Outcome) -> Json:
    answer = shown(outcome.message) if outcome.message else None
    return {
        "status": outcome.status, "ms": outcome.ms, "failure": outcome.failure, "shown": outcome.shown,
        "answer": answer,
    }  # fmt: skip


def _told(act: Callable[[Json], Awaitable[Json]], *needed: str) -> _Endpoint:
    """Read the JSON body for `act`, and say in a sentence what was wrong with it."""

    async def endpoint(request: Request) -> Response:
        try:
            body = strict_json.loads(await request.body() or b"{}")
        except ValueError as problem:
            return _refused(f"the body is not JSON: {problem}")
        if not isinstance(body, dict):
            return _refused("the body is no JSON object")
        try:
            if missing := [name for name in needed if name not in body]:
                return _refused(f"missing: {', '.join(missing)}")
            return AsciiJsonResponse(await act(body))
        except ImpossibleError as problem:
            return _refused(str(problem))

    return endpoint


def _refused(sentence: str) -> Response:
    return AsciiJsonResponse({"error": sentence}, HTTPStatus.BAD_REQUEST)
