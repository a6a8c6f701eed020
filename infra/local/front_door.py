"""The one address of the local world: Slack, the deployed HTTP API behind it, the page, and what tools ask."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from infra.local import page
from infra.local.forwarding import Forwarding
from infra.local.mail import Mailbox
from infra.local.running_code import RunningCode
from infra.local.slack.changes import Changes
from infra.local.slack.control import Control
from infra.local.slack.events import Events
from infra.local.slack.model import Json, Person
from infra.local.slack.requests import PATIENCE, Requests
from infra.local.slack.response_url import ResponseUrlEndpoint
from infra.local.slack.screen import seen_by
from infra.local.slack.web_api.dispatch import WebApi
from infra.local.slack.workspace import Workspace
from infra.local.stream import Stream

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
    workspace: Workspace,
    forward_to: str,
    info: Mapping[str, Any],
    *,
    code: RunningCode,
    kept_mail: Path | None = None,
    patience: float = PATIENCE,
) -> Starlette:
    """Put the front door together.

    Args:
        workspace: the Slack workspace to serve.
        forward_to: the address of the deployed HTTP API, without a slash at the end.
        info: what `/_local/info` answers, read at each request; `aws_endpoint` is where the outbox is.
        code: which code the functions run.
        kept_mail: the file in which mails outlast a restart.
        patience: seconds that Slack waits for an answer.
    """
    # No connection is kept: one that the emulator is just closing would look like an app out of reach.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    client = httpx.AsyncClient(trust_env=False, timeout=30, follow_redirects=False, limits=limits)
    requests = Requests(workspace, client, f"{forward_to}/slack/events", patience)
    events = Events(workspace, requests)
    mailbox = Mailbox(client, info, workspace.changes, kept_mail)

    def screen(person: Person) -> Json:
        mails = {f"mail:{name}": mail for name, mail in mailbox.received_by(person.email).items()}
        return {**seen_by(workspace, person), **mails, "code": code.facts()}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            watching = asyncio.create_task(mailbox.watch())
            yield
            watching.cancel()
            events.stop()
            await mailbox.keep()

    forwarding = Forwarding(client, forward_to)
    return Starlette(
        lifespan=lifespan,
        routes=[
            *_slack(workspace, events, Control(workspace, requests, events)),
            *(Route(path, forwarding.__call__, methods=ANY) for path in FORWARDED),
            *_page(mailbox, Stream(workspace, screen), info),
        ],
    )


def create_gateway(forward_to: str, info: Mapping[str, Any]) -> Starlette:
    """Put together the front door of a system whose Slack is elsewhere: the HTTP API, and the emails that went out."""
    client = httpx.AsyncClient(trust_env=False, timeout=30, follow_redirects=False)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    forwarding, mailbox = Forwarding(client, forward_to), Mailbox(client, info, Changes())
    forwarded = [Route(path, forwarding.__call__, methods=ANY) for path in FORWARDED]
    return Starlette(lifespan=lifespan, routes=[*forwarded, Route("/_local/emails", mailbox.show_outbox)])


def _slack(workspace: Workspace, events: Events, control: Control) -> list[BaseRoute]:
    return [
        Route("/slack/api/{method}", WebApi(workspace, events).__call__, methods=["GET", "POST"]),
        Route("/slack/response/{id}", ResponseUrlEndpoint(workspace).__call__, methods=["POST"]),
        Route("/archives/{channel}/p{ts}", _follow_permalink),
        Mount("/_local/slack", routes=control.routes()),
    ]


async def _follow_permalink(request: Request) -> Response:
    """Lead from the address of a message to where the page shows it."""
    thread = request.query_params.get("thread_ts")
    place = f"/#/place/{request.path_params['channel']}"
    return RedirectResponse(f"{place}/thread/{thread}" if thread else place)


def _page(mailbox: Mailbox, stream: Stream, info: Mapping[str, Any]) -> list[BaseRoute]:
    async def tell_info(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(dict, info))

    return [
        Route("/_local/info", tell_info),
        Route("/_local/emails", mailbox.show_outbox),
        Route("/_local/emails/{id}", mailbox.show_mail),
        WebSocketRoute("/_local/stream", stream.__call__),
        Mount("/_local/static", page.Assets(directory=page.STATIC)),
        Route("/", page.show),
    ]
