"""The Slack workspace of this machine, served over HTTP for a test, with any Starlette app in the place of the bot."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from slack_bolt import App
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.front_door import create_app
from infra.local.ports import LOOPBACK, listen
from infra.local.running_code import RunningCode
from infra.local.serve import serving
from infra.local.slack.manifest import Manifest
from infra.local.slack.model import Conversation, Person
from infra.local.slack.workspace import Installation, Workspace

SIGNING_SECRET = "the signing secret of a test"
BOT_TOKEN = "xoxb-of-a-test"
TEAM_ID = "T0TEST"
MANIFEST = Manifest.read(Path(__file__).parents[2] / "manifest.yml")

ADA = Person("U0ADA", "ada", "Ada Lind", "ada@example.com", tz="Europe/Stockholm", is_admin=True)
ANA = Person("U0ANA", "ana", "Ana Silva", "ana@example.com", tz="America/Sao_Paulo")
GONE = Person("U0GONE", "gone", "Gone Long", "gone@example.com", deleted=True)
ROBOT = Person("U0ROBOT", "robot", "Another Robot", "", is_bot=True)
SECRETS = Conversation("C0SECRETS", name="secrets", is_private=True, members=[ADA.id])


def make_workspace(url: str = "http://slack.test", *, manifest: Manifest = MANIFEST, **settings: Any) -> Workspace:
    """A workspace with two people, one who left, a robot, and a private channel."""
    app = Installation(manifest, SIGNING_SECRET, BOT_TOKEN)
    workspace = Workspace(team_id=TEAM_ID, public_url=url, app=app, **settings)
    for person in (ADA, ANA, GONE, ROBOT):
        workspace.add_person(person)
    workspace.add_channel(replace(SECRETS, members=list(SECRETS.members)))
    return workspace


@dataclass(frozen=True, slots=True)
class Served:
    """A workspace that answers at `url`."""

    url: str
    workspace: Workspace
    code: RunningCode

    @property
    def client(self) -> WebClient:
        return WebClient(BOT_TOKEN, base_url=f"{self.url}/slack/api/", retry_handlers=[])

    def get(self, path: str) -> Any:
        return httpx.get(f"{self.url}{path}", trust_env=False).json()

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return httpx.post(f"{self.url}{path}", json=body, trust_env=False, timeout=10).json()

    def command(self, text: str = "", user: str = "ana", **more: str) -> Any:
        return self.post("/_local/slack/command", {"user": user, "text": text, **more})


@contextmanager
def served(
    bot: Starlette | None = None,
    *,
    info: Mapping[str, Any] | None = None,
    kept_mail: Path | None = None,
    patience: float = 3,
    port: int | None = None,
    **settings: Any,
) -> Iterator[Served]:
    """Serve a workspace whose requests go to `bot`, which plays the emulator too; without one nothing listens there."""
    with ExitStack() as opened:
        taken = listen(port or 0, "PORT")
        url = f"http://{LOOPBACK}:{taken.getsockname()[1]}"
        workspace = make_workspace(url, **settings)
        bots_place = listen(0, "PORT")
        bots_url = f"http://{LOOPBACK}:{bots_place.getsockname()[1]}"
        if bot is None:
            bots_place.close()
        else:
            opened.enter_context(serving(bot, bots_place))
        code = RunningCode(workspace.changes)
        info = info or {"aws_endpoint": bots_url}
        app = create_app(workspace, bots_url, info, code=code, kept_mail=kept_mail, patience=patience)
        opened.enter_context(serving(app, taken))
        yield Served(url, workspace, code)


def bolt_app(url: str) -> App:
    """A plain Bolt app that talks to the workspace at `url`."""
    return App(
        token=BOT_TOKEN,
        signing_secret=SIGNING_SECRET,
        client=WebClient(BOT_TOKEN, base_url=f"{url}/slack/api/"),
        token_verification_enabled=False,
    )


def answering(app: App) -> Route:
    """Put a Bolt app behind HTTP."""
    handler = SlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Route("/slack/events", events, methods=["POST"])


def refusal(problem: SlackApiError) -> Any:
    """What Slack answered when it refused."""
    return problem.response.data
