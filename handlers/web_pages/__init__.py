"""The small pages that people see in the browser: templates, their one style, and the headers that guard them."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

Answer = dict[str, Any]
"""What an HTTP API takes from a function, payload 2.0."""

_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Problem:
    """What a page says when something did not work: what happened, and what to do next."""

    status: HTTPStatus
    heading: str
    what: str
    next_step: str


class Pages:
    """Makes answers; forms on the pages may lead on to `login_url` and otherwise nowhere but back to us."""

    def __init__(self, login_url: str) -> None:
        style = (_FOLDER / "style.css").read_text(encoding="utf-8")
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        self._templates.globals["style"] = Markup(style)  # noqa: S704 - a file of ours
        self._headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": _policy(style, login_url),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }

    def page(
        self, template: str, *, status: HTTPStatus = HTTPStatus.OK, cookies: Sequence[str] = (), **facts: object
    ) -> Answer:
        """Show one of the templates."""
        return self._answer(status, self._templates.get_template(template).render(facts), cookies)

    def problem(self, problem: Problem, *, reference: str | None = None) -> Answer:
        """Show what did not work; `reference` is what the log calls it by."""
        facts = {
            "heading": problem.heading,
            "what": problem.what,
            "next_step": problem.next_step,
            "reference": reference,
        }
        return self._answer(problem.status, self._templates.get_template("problem.html").render(facts))

    def redirect(self, url: str, *, cookies: Sequence[str] = ()) -> Answer:
        """Send the browser elsewhere."""
        answer = self._answer(HTTPStatus.FOUND, "", cookies)
        answer["headers"]["Location"] = url
        return answer

    def _answer(self, status: HTTPStatus, body: str, cookies: Sequence[str] = ()) -> Answer:
        return {"statusCode": status.value, "headers": dict(self._headers), "cookies": list(cookies), "body": body}


def _policy(style: str, login_url: str) -> str:
    """Allow our own style and nothing else; a form's redirect counts as its target too, hence the login pages.

    https://www.w3.org/TR/CSP3/#directive-form-action
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    login = urlsplit(login_url)
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self' {login.scheme}://{login.netloc}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
