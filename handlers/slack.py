"""Slack → the bot: verifies the signature, hands the request to Bolt, packs the answer."""

import base64
import logging
import time
from datetime import timedelta
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.app import create_app
from bot.parts import BotServices
from core.bootstrap.aws import Secrets
from core.bootstrap.slack import SlackDoor, for_slack
from core.clock import Hurry, system_clock
from core.settings import Door, Settings
from handlers._runtime import Handler, started_with_secrets

_log = logging.getLogger(__name__)


def build(settings: Settings, secrets: Secrets) -> Handler:
    door = for_slack(settings, secrets)
    app = app_of(door)
    # Bolt answers this itself. What Python and Bolt do only once is done now, where Lambda gives a whole core.
    app.dispatch(BoltRequest(body="ssl_check=1&text=%C3%A9"))
    return answer_with(app, SignatureVerifier(door.signing_secret), door.hurry)


def app_of(door: SlackDoor) -> App:
    """Put the bot together from what its door is made of."""
    services = BotServices(
        workspace=door.services.workspace,
        tasks=door.services.tasks,
        people=door.services.people,
        start_link=door.links.start,
        links=door.changes,
        list_requests=door.requests.pending,
        workload=door.workload,
        suppressions=door.suppressions,
        installation=door.installation,
        task_of_card=door.slack.task_of_card,
        homes=door.homes,
        once=door.once,
        preferences=door.preferences,
        reminders=door.reminders,
        administration=door.team.administration,
        directory=door.team.directory,
        bulk=door.team.bulk,
        workspace_settings=door.team.settings,
        audit=door.team.audit,
        profile=door.slack.profile,
        clock=system_clock,
    )
    return create_app(services, door.slack.client)


def answer_with(app: App, verifier: SignatureVerifier, hurry: Hurry | None = None) -> Handler:
    """Make the handler of an app whose requests the verifier accepts; each begins its own `hurry`."""

    def answer(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        text = event.get("body") or ""
        body = base64.b64decode(text) if event.get("isBase64Encoded", False) else text.encode()
        headers = {name.lower(): value for name, value in event["headers"].items()}
        if not _is_from_slack(verifier, body, headers):
            _log.warning("refused a request that Slack did not sign")
            return {"statusCode": 401, "body": "This request was not signed by Slack."}
        if hurry is not None:
            hurry.begin(_waited(headers))
        return _packed(
            app.dispatch(BoltRequest(body=body.decode(), headers=headers, query=event.get("rawQueryString", "")))
        )

    return answer


def _is_from_slack(verifier: SignatureVerifier, body: bytes, headers: dict[str, str]) -> bool:
    try:
        return verifier.is_valid_request(body, headers)
    except (TypeError, ValueError):
        # The verifier takes an integer, ASCII and UTF-8 for granted: nothing else is signed by Slack.
        return False


def _waited(headers: dict[str, str]) -> timedelta:
    """How long Slack has waited at the least, be it for a cold start: it signs the second, rounded down."""
    return max(timedelta(seconds=time.time() - int(headers["x-slack-request-timestamp"]) - 1), timedelta(0))


def _packed(response: BoltResponse) -> dict[str, Any]:
    return {"statusCode": response.status, "body": response.body, "headers": response.first_headers()}


__getattr__ = started_with_secrets(Door.SLACK, build)
