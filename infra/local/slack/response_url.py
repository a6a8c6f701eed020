"""The address that a command or a press leaves for later answers, served at `/slack/response/{id}`."""

import time

from starlette.requests import Request
from starlette.responses import Response

from infra.local.slack import answers, strict_json
from infra.local.slack.errors import SlackError
from infra.local.slack.faults import RESPONSE_URL
from infra.local.slack.model import Call, Json
from infra.local.slack.playing_faults import played
from infra.local.slack.strict_json import AsciiJsonResponse
from infra.local.slack.workspace import Workspace


class ResponseUrlEndpoint:
    """Takes what the app posts to a response URL."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def __call__(self, request: Request) -> Response:
        """Answer one post, or let go wrong what was ordered to."""
        body = await request.body()
        fault = self._workspace.faults.next_for(RESPONSE_URL)
        if fault is None:
            return self._answer(request, body)
        if not fault.works:
            self._record({}, {"ok": False, "error": fault.name}, 0, 0)
        return await played(fault, lambda: self._answer(request, body))

    def _answer(self, request: Request, body: bytes) -> Response:
        start = time.perf_counter()
        content: Json = {}
        try:
            content = _content(body)
            url = self._workspace.response_urls.use(request.path_params["id"], self._workspace.now())
            answers.respond(self._workspace, url, content)
            answer: Json = {"ok": True}
            status = 200
        except SlackError as refusal:
            answer = refusal.body()
            status = 400 if refusal.status == 200 else refusal.status
        self._record(content, answer, status, (time.perf_counter() - start) * 1000)
        return AsciiJsonResponse(answer, status)

    def _record(self, content: Json, answer: Json, status: int, ms: float) -> None:
        self._workspace.calls.append(
            Call(
                method=RESPONSE_URL,
                ok=answer["ok"],
                error=answer.get("error"),
                status=status,
                args=content,
                ms=round(ms, 1),
                at=self._workspace.now().isoformat(),
                remarks=list(answer.get("response_metadata", {}).get("messages", [])),
            )
        )
        self._workspace.changes.announce()


def _content(body: bytes) -> Json:
    try:
        content = strict_json.loads(body)
    except ValueError as problem:
        raise SlackError("invalid_payload") from problem
    if not isinstance(content, dict):
        raise SlackError("invalid_payload")
    return content
