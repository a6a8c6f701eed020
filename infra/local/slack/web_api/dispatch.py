"""The door of the Web API: finds the method, checks token and scope, runs it, and keeps a record of every call.

Errors that every method shares: https://docs.slack.dev/apis/web-api/#evaluating_responses
"""

import time
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from infra.local.slack.errors import SlackError
from infra.local.slack.events import Events
from infra.local.slack.model import Call, Json
from infra.local.slack.playing_faults import played
from infra.local.slack.rate_limit import RateLimitedError
from infra.local.slack.strict_json import AsciiJsonResponse
from infra.local.slack.web_api import auth, chat, conversations, team, users, views
from infra.local.slack.web_api.arguments import Arguments, parse
from infra.local.slack.web_api.method import Invocation, Method
from infra.local.slack.workspace import Workspace

METHODS: Final[Mapping[str, Method]] = {
    each.name: each
    for family in (auth, chat, conversations, team, users, views)
    for each in family.METHODS
}  # fmt: skip


class WebApi:
    """Answers `/slack/api/{method}`."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._events = events

    async def __call__(self, request: Request) -> Response:
        """Answer one call, or let go wrong what was ordered to."""
        body = await request.body()
        name = request.path_params["method"]
        fault = self._workspace.faults.next_for(name)
        if fault is None:
            return self._answer(name, request, body)
        if not fault.works:
            self._record(name, Invocation(self._workspace, Arguments({})), {"ok": False, "error": fault.name}, 0, 0)
        return await played(fault, lambda: self._answer(name, request, body))

    def _answer(self, name: str, request: Request, body: bytes) -> Response:
        start = time.perf_counter()
        call = Invocation(self._workspace, Arguments({}))
        takes_json = name not in METHODS or METHODS[name].takes_json
        try:
            content_type = request.headers.get("content-type", "")
            call.args = parse(content_type, body, request.url.query, takes_json=takes_json)
            answer, status, error = self._run(name, call, request.headers), 200, None
        except SlackError as refusal:
            answer, status, error = refusal.body(), refusal.status, refusal
        self._record(name, call, answer, status, (time.perf_counter() - start) * 1000)
        for event in call.events:
            self._events.publish_soon(self._workspace.app.bot_user_id, event)
        headers = self._headers(name)
        if isinstance(error, RateLimitedError):
            headers["Retry-After"] = str(error.retry_after)
        return AsciiJsonResponse(answer, status, headers)

    def _run(self, name: str, call: Invocation, headers: Mapping[str, str]) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(call.args, headers)
        self._check_scope(method)
        return {"ok": True, **method.run(call)}

    def _check_token(self, args: Arguments, headers: Mapping[str, str]) -> None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else args.text("token")
        if not token:
            raise SlackError("not_authed")
        if token != self._workspace.app.bot_token:
            raise SlackError("invalid_auth")
        if self._workspace.is_token_revoked:
            raise SlackError("token_revoked")
        if self._workspace.is_uninstalled:
            raise SlackError("account_inactive")

    def _check_scope(self, method: Method) -> None:
        provided = self._workspace.app.manifest.scopes
        if method.scopes and not provided.intersection(method.scopes):
            raise SlackError("missing_scope", needed=",".join(method.scopes), provided=",".join(sorted(provided)))

    def _headers(self, name: str) -> dict[str, str]:
        method = METHODS.get(name)
        return {
            "x-oauth-scopes": ",".join(sorted(self._workspace.app.manifest.scopes)),
            "x-accepted-oauth-scopes": ",".join(method.scopes) if method else "",
        }

    def _record(self, name: str, call: Invocation, answer: Json, status: int, ms: float) -> None:
        self._workspace.calls.append(
            Call(
                method=name,
                ok=answer["ok"],
                error=answer.get("error"),
                status=status,
                args=call.args.shown,
                ms=round(ms, 1),
                at=self._workspace.now().isoformat(),
                remarks=call.remarks + list(answer.get("response_metadata", {}).get("messages", [])),
            )
        )
        self._workspace.changes.announce()
