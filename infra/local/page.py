"""The page at `/`: files that load from here and nowhere else."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parent / "static"
NEVER_STALE: Final = {"Cache-Control": "no-cache"}
"""Whoever edits these files sees it at the next reload."""
ONLY_FROM_HERE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Assets(StaticFiles):
    """The page's scripts, styles and pictures."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file."""
        response = await super().get_response(path, scope)
        response.headers.update(NEVER_STALE)
        return response


async def show(_: Request) -> Response:
    """Answer with the page; who one is there stands in its address."""
    headers = {
        **NEVER_STALE,
        "Content-Security-Policy": ONLY_FROM_HERE,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return FileResponse(STATIC / "workspace.html", headers=headers)
