"""The HTTP API for scripts: FastAPI, behind Mangum, on a Lambda function of its own."""

import logging
from typing import Any

from fastapi import FastAPI
from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from core.bootstrap.api import ApiDoor, for_api
from core.clock import system_clock
from core.settings import Door, Settings
from handlers._runtime import Event, Handler, started_by_lambda
from handlers.api.app import create_api
from handlers.api.problems import MEDIA_TYPE, UNREADABLE
from handlers.api.services import ApiServices


def over_gateway(app: FastAPI) -> Handler:
    """Make the Lambda handler of an application: HTTP API events, payload 2.0."""
    adapter = Mangum(app, lifespan="off", text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, MEDIA_TYPE])
    # It writes a line for every request, with people's addresses in the path; the frame's line has the route.
    logging.getLogger("mangum.http").setLevel(logging.WARNING)

    def handle(event: Event, lambda_context: Any) -> dict[str, Any]:
        try:
            return adapter(event, lambda_context)
        except ValueError:
            # Mangum reads Host and the body's encoding before the application is called.
            problem = UNREADABLE.response(event["requestContext"]["requestId"])
            return {
                "statusCode": problem.status_code,
                "headers": dict(problem.headers),
                "body": bytes(problem.body).decode(),
            }

    return handle


def _build(settings: Settings) -> Handler:
    door = for_api(settings)
    services = ApiServices(
        tasks=door.services.tasks,
        people=door.services.people,
        directory=door.team.directory,
        administration=door.team.administration,
        tokens=door.tokens,
        accounts=door.accounts,
        admin_app=door.admin_app,
        member_app=door.member_app,
        cursor_secret=lambda: _secret_of(door),
        clock=system_clock,
    )
    return over_gateway(create_api(services))


def _secret_of(door: ApiDoor) -> str:
    """What cursors are sealed with: known to no client, the same in every container, and no secret more to keep."""
    secret = door.accounts.client_secret(door.admin_app.client_id)
    if secret is None:
        raise LookupError("the admins' app client has no secret")
    return secret


__getattr__ = started_by_lambda(Door.API, _build)
