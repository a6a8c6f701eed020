"""What can be looked up in the workspace, as JSON: the reading half of the control API."""

from dataclasses import asdict
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.slack import traffic, view_stacks
from infra.local.slack.strict_json import AsciiJsonResponse
from infra.local.slack.workspace import Workspace


class Reports:
    """The reports of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """List the routes, to be mounted under `/_local/slack`."""
        return [
            Route("/calls", self._calls),
            Route("/sent", self._sent),
            Route("/traffic", self._traffic),
            Route("/people", self._people, methods=["GET"]),
            Route("/messages", self._messages),
            Route("/views", self._views),
            Route("/faults", self._faults, methods=["GET"]),
        ]

    async def _calls(self, _: Request) -> Response:
        """Every call of the app to the Web API, oldest first."""
        return AsciiJsonResponse({"calls": [asdict(each) for each in self._workspace.calls]})

    async def _sent(self, _: Request) -> Response:
        """Every request to the app, oldest first."""
        return AsciiJsonResponse({"sent": [asdict(each) for each in self._workspace.sent]})

    async def _traffic(self, _: Request) -> Response:
        """The newest requests both ways, newest first, each with its verdict and time."""
        return AsciiJsonResponse({"entries": traffic.newest_first(self._workspace)})

    async def _people(self, _: Request) -> Response:
        """Who is in the workspace, and which app."""
        workspace = self._workspace
        people = [each.facts(workspace.now()) for each in workspace.people()]
        return AsciiJsonResponse(
            {"team": workspace.team_name, "app": workspace.app.manifest.app_name, "people": people}
        )

    async def _messages(self, request: Request) -> Response:
        """Messages, oldest first; ?user= gives what somebody sees, ?channel= those of one conversation."""
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
        return AsciiJsonResponse({"messages": [each.facts() for each in found]})

    async def _views(self, request: Request) -> Response:
        """The modals that ?user= has open, the one in front last, and their App Home."""
        workspace = self._workspace
        person = workspace.person_named(request.query_params.get("user", ""))
        if person is None:
            return _refused("name a user of this workspace")
        home = view_stacks.home(workspace, person.id)
        stack = [workspace.views[each] for each in workspace.stacks.get(person.id, [])]
        return AsciiJsonResponse({"modals": [asdict(each) for each in stack], "home": home and asdict(home)})

    async def _faults(self, _: Request) -> Response:
        """What is still to go wrong."""
        return AsciiJsonResponse({"faults": [asdict(each) for each in self._workspace.faults.ordered]})


def _refused(sentence: str) -> Response:
    return AsciiJsonResponse({"error": sentence}, HTTPStatus.BAD_REQUEST)
