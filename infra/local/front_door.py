"""The one address of the local world: Slack, the deployed HTTP API behind it, and what tools ask."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from infra.local.forwarding import Forwarding
from infra.local.slack.control import Control
from infra.local.slack.events import Events
from infra.local.slack.page import STATIC, Page
from infra.local.slack.requests import PATIENCE, Requests
from infra.local.slack.response_url import ResponseUrlEndpoint
from infra.local.slack.web_api.dispatch import WebApi
from infra.local.slack.workspace import Workspace

FORWARDED: Final = (
    "/slack/events",
    "/web/{rest:path}",
    "/api/v1/{rest:path}",
    "/docs",
    "/docs/{rest:path}",
    "/openapi.json",
    "/healthz",
)
ANY: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(
    workspace: Workspace, forward_to: str, info: Mapping[str, Any], *, patience: float = PATIENCE
) -> Starlette:
    """Put the front door together.

    Args:
        workspace: the Slack workspace to serve.
        forward_to: the address of the deployed HTTP API, without a slash at the end.
        info: what `/_local/info` answers, read at each request; `aws_endpoint` is where the outbox is.
        patience: seconds that Slack waits for an answer.
    """
    # No connection is kept: one that the emulator is just closing would look like an app out of reach.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    client = httpx.AsyncClient(trust_env=False, timeout=30, follow_redirects=False, limits=limits)
    requests = Requests(workspace, client, f"{forward_to}/slack/events", patience)
    events = Events(workspace, requests)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield
            events.stop()

    forwarding = Forwarding(client, forward_to)
    return Starlette(
        lifespan=lifespan,
        routes=[
            *_slack(workspace, Control(workspace, requests, events)),
            *(Route(path, forwarding.__call__, methods=ANY) for path in FORWARDED),
            *_page(Page(workspace, client, info), info),
        ],
    )


def _slack(workspace: Workspace, control: Control) -> list[BaseRoute]:
    return [
        Route("/slack/api/{method}", WebApi(workspace).__call__, methods=["GET", "POST"]),
        Route("/slack/response/{id}", ResponseUrlEndpoint(workspace).__call__, methods=["POST"]),
        Mount("/_local/slack", routes=control.routes()),
    ]


def _page(page: Page, info: Mapping[str, Any]) -> list[BaseRoute]:
    async def tell_info(_: Request) -> Response:
        return JSONResponse(dict(info))

    return [
        Route("/_local/info", tell_info),
        Route("/_local/emails", page.emails),
        Mount("/_local/static", StaticFiles(directory=STATIC)),
        Route("/", page.show),
    ]
