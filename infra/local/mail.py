"""The mail that went out, as the emulator's outbox keeps it, sorted into the inboxes of people."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from infra.local.slack.changes import Changes

OUTBOX: Final = "/_ministack/ses/messages"
EVERY_SECONDS: Final = 0.5
NO_OUTBOX: Final = 502
AS_MAIL_CLIENTS_DO: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)
"""No script and nothing from elsewhere; links open in a window of their own."""

Mail = dict[str, Any]


class Mailbox:
    """All that the outbox ever held; `info` tells where it is, and in `kept` mails outlast a restart."""

    def __init__(
        self, client: httpx.AsyncClient, info: Mapping[str, Any], changes: Changes, kept: Path | None = None
    ) -> None:
        self._client = client
        self._info = info
        self._changes = changes
        self._kept = kept
        self._mails: dict[str, Mail] = json.loads(kept.read_bytes()) if kept and kept.exists() else {}

    def received_by(self, address: str) -> dict[str, Mail]:
        """List the mails to an address by id, without their HTML."""
        return {
            mail["id"]: {**mail, "html": None, "has_html": bool(mail["html"])}
            for mail in self._mails.values()
            if address in mail["to"]
        }

    async def watch(self) -> None:
        """Look into the outbox again and again while anybody follows the page."""
        while True:
            if self._changes.has_listeners:
                await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Look into the outbox, and say so when something came."""
        try:
            accounts = (await self._outbox()).raise_for_status().json()["messages"]
        except (httpx.HTTPError, ValueError, KeyError):
            return
        mails = {each["MessageId"]: _mail(each) for account in accounts.values() for each in account}
        if mails.keys() - self._mails.keys():
            self._mails |= mails
            self._changes.announce()

    async def keep(self) -> None:
        """Write down every mail, since the outbox forgets them when the emulator stops."""
        if self._kept:
            await self.look()
            self._kept.write_text(json.dumps(self._mails), encoding="utf-8")

    async def show_outbox(self, _: Request) -> Response:
        """Answer with the emulator's outbox as it is."""
        try:
            answer = await self._outbox()
        except httpx.HTTPError as problem:
            return JSONResponse({"error": f"the outbox did not answer: {problem!r}"}, NO_OUTBOX)
        return Response(answer.content, answer.status_code, media_type="application/json")

    async def show_mail(self, request: Request) -> Response:
        """Answer with the HTML of one mail, for a frame."""
        mail = self._mails.get(request.path_params["id"])
        if mail is None:
            return PlainTextResponse("There is no such email.", 404)
        headers = {"Content-Security-Policy": AS_MAIL_CLIENTS_DO}
        return HTMLResponse(f'<base target="_blank">{mail["html"]}', headers=headers)

    async def _outbox(self) -> httpx.Response:
        return await self._client.get(f"{self._info['aws_endpoint']}{OUTBOX}")


def _mail(message: Mapping[str, Any]) -> Mail:
    return {
        "id": message["MessageId"],
        "from": message["Source"],
        "to": message["To"],
        "subject": message["Subject"],
        "text": message["BodyText"] or "",
        "html": message["BodyHtml"] or "",
        "at": message["Timestamp"],
    }
