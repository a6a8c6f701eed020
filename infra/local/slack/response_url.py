"""The address that a command or a press leaves for later answers, served at `/slack/response/{id}`."""

from starlette.requests import Request
from starlette.responses import Response

from infra.local.slack import answers, strict_json
from infra.local.slack.errors import SlackError
from infra.local.slack.strict_json import AsciiJsonResponse
from infra.local.slack.workspace import Workspace


class ResponseUrlEndpoint:
    """Takes what the app posts to a response URL."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def __call__(self, request: Request) -> Response:
        """Answer one post."""
        body = await request.body()
        try:
            url = self._workspace.response_urls.use(request.path_params["id"], self._workspace.now())
            answers.respond(self._workspace, url, _content(body))
        except SlackError as refusal:
            return AsciiJsonResponse(refusal.body(), 400 if refusal.status == 200 else refusal.status)
        return AsciiJsonResponse({"ok": True})


def _content(body: bytes) -> dict[str, object]:
    try:
        content = strict_json.loads(body)
    except ValueError as problem:
        raise SlackError("invalid_payload") from problem
    if not isinstance(content, dict):
        raise SlackError("invalid_payload")
    return content
