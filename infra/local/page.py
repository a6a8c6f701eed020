"""The page at `/`: the people of the workspace, what each of them sees, and the mail that went out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from infra.local.slack.model import Json, Message, Person
from infra.local.slack.mrkdwn import Reader
from infra.local.slack.workspace import Workspace

STATIC: Final = Path(__file__).parents[1] / "static"
OUTBOX: Final = "/_ministack/ses/messages"
NO_OUTBOX: Final = 502


class Page:
    """The page and the mail it shows; `info` tells where the outbox is and who has which role."""

    def __init__(self, workspace: Workspace, client: httpx.AsyncClient, info: Mapping[str, Any]) -> None:
        self._workspace = workspace
        self._client = client
        self._info = info
        self._templates = Environment(
            loader=FileSystemLoader(STATIC), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    async def emails(self, _: Request) -> Response:
        """Answer with the emulator's outbox as it is."""
        try:
            answer = await self._outbox()
        except httpx.HTTPError as problem:
            return JSONResponse({"error": f"the outbox did not answer: {problem!r}"}, NO_OUTBOX)
        return Response(answer.content, answer.status_code, media_type="application/json")

    async def show(self, _: Request) -> Response:
        """Show the page."""
        people = [self._person(each) for each in self._workspace.people()]
        page = self._templates.get_template("workspace.html").render(
            team=self._workspace.team_name,
            app=self._workspace.app.manifest.app_name,
            people=people,
            emails=await self._letters(),
        )
        return HTMLResponse(page)

    async def _outbox(self) -> httpx.Response:
        return await self._client.get(f"{self._info['aws_endpoint']}{OUTBOX}")

    async def _letters(self) -> list[Json] | None:
        """Read the mail, newest first; None where the outbox does not answer."""
        try:
            accounts = (await self._outbox()).raise_for_status().json()["messages"]
        except (httpx.HTTPError, ValueError, KeyError):
            return None
        letters = [
            {
                "from": each["Source"],
                "to": ", ".join(each["To"]),
                "subject": each["Subject"],
                "text": each["BodyText"] or "",
                "html": each["BodyHtml"] or "",
                "at": datetime.fromtimestamp(each["Timestamp"], UTC),
            }
            for account in accounts.values()
            for each in account
        ]
        return sorted(letters, key=lambda each: each["at"], reverse=True)

    def _person(self, person: Person) -> Json:
        facts: list[Json] = self._info.get("people", [])
        known = next((each for each in facts if each["slack_user_id"] == person.id), {})
        messages = sorted(self._workspace.messages_seen_by(person.id), key=lambda each: each.ts, reverse=True)
        return {
            "id": person.id,
            "name": person.name,
            "real_name": person.real_name,
            "email": person.email,
            "zone": person.tz,
            "groups": known.get("groups", []),
            "linked": known.get("linked"),
            "password": known.get("password"),
            "messages": [self._message(each, person) for each in messages],
        }

    def _message(self, message: Message, reader: Person) -> Json:
        workspace = self._workspace
        author = workspace.person(message.user)
        place = workspace.conversations[message.channel]
        return {
            "author": author.real_name if author else "Slackbot",
            "by_app": message.by_app,
            "place": f"Direct messages with {workspace.app.manifest.app_name}" if place.is_im else f"#{place.name}",
            "only_for_reader": message.visible_to is not None,
            "edited": message.edited_at is not None,
            "in_thread": message.thread_ts is not None,
            "at": datetime.fromtimestamp(float(message.ts), reader.zone),
            "text": message.text,
            "blocks": message.blocks,
            "read": Reader(workspace, reader.tz).read,
        }
