"""Browser → the pages: linking a Slack user to a team account."""

import logging
import uuid
from http import HTTPStatus
from typing import Any, Final

from core.bootstrap import for_web
from core.errors import DependencyError
from core.links.model import GOOD_FOR, LinkRefusedError, Refusal
from core.links.service import LinkService
from core.settings import Door, Settings
from handlers._runtime import Event, Handler, started_by_lambda
from handlers.web_pages import Answer, Pages, Problem

_log = logging.getLogger(__name__)

_AGAIN: Final = "Go back to Slack and type /task: it gives you a new link."
_ASK: Final = "Ask an admin of your team to look into it, then start again in Slack with /task."

_REFUSED: Final = {
    Refusal.EXPIRED: Problem(
        HTTPStatus.GONE, "This link no longer works", "A link works for ten minutes after Slack has shown it.", _AGAIN
    ),
    Refusal.USED: Problem(
        HTTPStatus.GONE,
        "This link was used before",
        "Each link works once. If it was you who used it and you were told that you are linked, all is done.",
        _AGAIN,
    ),
    Refusal.OTHER_BROWSER: Problem(
        HTTPStatus.FORBIDDEN,
        "This sign-in began in another browser",
        "It can only be finished in the browser in which it began, so nobody was linked. "
        "A browser that refuses cookies looks the same.",
        _AGAIN,
    ),
    Refusal.NOT_SIGNED_IN: Problem(
        HTTPStatus.FORBIDDEN, "You are not signed in", "The sign-in was not finished, so nobody was linked.", _AGAIN
    ),
    Refusal.OUTSIDER: Problem(
        HTTPStatus.FORBIDDEN,
        "This Slack user can't be linked",
        "Only full members of the workspace can be: no guests, no bots, nobody from another workspace.",
        "If you should be a full member, ask whoever runs your Slack workspace.",
    ),
    Refusal.NOT_IN_TEAM: Problem(
        HTTPStatus.FORBIDDEN,
        "Your account is not in the team",
        "You signed in, but your account is switched off or was not added to the team, so nobody was linked.",
        _ASK,
    ),
    Refusal.SLACK_EMAIL_UNCONFIRMED: Problem(
        HTTPStatus.FORBIDDEN,
        "Slack does not know your address for sure",
        "Your Slack profile has no confirmed email address to compare with your team account, so nobody was linked.",
        "Confirm your address in Slack's account settings, then type /task there: it gives you a new link.",
    ),
    Refusal.ACCOUNT_EMAIL_UNVERIFIED: Problem(
        HTTPStatus.FORBIDDEN,
        "Your team account's address is not verified",
        "So nobody can tell yet that the address is yours, and nobody was linked.",
        _ASK,
    ),
    Refusal.EMAILS_DIFFER: Problem(
        HTTPStatus.FORBIDDEN,
        "The two addresses differ",
        "The email address of your team account is not the one on the Slack profile, so nobody was linked.",
        "If both are yours, ask an admin of your team to give both the same address. If somebody sent you the link, "
        "there is nothing to do: it was not meant for you.",
    ),
    Refusal.ALREADY_LINKED: Problem(
        HTTPStatus.CONFLICT,
        "There is a link already",
        "Your Slack user or your team account is linked, and each can be linked only once.",
        "Type /task in Slack: if it shows your tasks, all is done. If not, ask an admin of your team.",
    ),
}
_ELSEWHERE: Final = Problem(
    HTTPStatus.NOT_FOUND, "There is no such page", "The address is incomplete or mistyped.", _AGAIN
)
_FROM_ANOTHER_SITE: Final = Problem(
    HTTPStatus.FORBIDDEN,
    "Another website sent you here",
    "Only the button on our own page goes on from here, so that nobody else can press it for you.",
    "If you wanted to link your account, open the link in Slack again.",
)
_UNREACHABLE: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "That did not work just now",
    "A service that this page needs did not answer, so nobody was linked.",
    "Wait a minute, then go back to Slack and type /task: it gives you a new link.",
)
_OUR_FAULT: Final = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our side",
    "It is not your fault, and trying the same again may not help.",
    "Tell an admin of your team the reference below: it finds what happened in the log.",
)


def build(settings: Settings) -> Handler:
    return answer_with(LinkPages(for_web(settings), Pages(settings.login_url), settings.cookie_prefix))


class LinkPages:
    """The three steps of linking: who is it, go and sign in, done."""

    def __init__(self, links: LinkService, pages: Pages, cookie_prefix: str) -> None:
        self._links = links
        self.pages = pages
        self._cookie_name = f"{cookie_prefix}link"
        self._cookie_facts = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if cookie_prefix else "")

    def answer(self, event: Event) -> Answer:
        """Answer a request under `/web/`."""
        method = event["requestContext"]["http"]["method"]
        match (method, *event["rawPath"].strip("/").split("/")):
            case ("GET", "web", "link", "callback"):
                return self._finish(event)
            case ("GET" | "HEAD", "web", "link", token):
                return self._show(token)
            case ("POST", "web", "link", token):
                return self._go_on(event, token)
        return self.pages.problem(_ELSEWHERE)

    def _show(self, token: str) -> Answer:
        attempt = self._links.show(token)
        return self.pages.page("link_start.html", slack_name=attempt.profile.name, workspace=attempt.workspace_name)

    def _go_on(self, event: Event, token: str) -> Answer:
        # Browsers that do not send it are let through: https://www.w3.org/TR/fetch-metadata/
        if event["headers"].get("sec-fetch-site", "same-origin") != "same-origin":
            return self.pages.problem(_FROM_ANOTHER_SITE)
        departure = self._links.go_on(token)
        return self.pages.redirect(
            departure.url, cookies=[self._cookie(departure.browser_secret, int(GOOD_FOR.total_seconds()))]
        )

    def _finish(self, event: Event) -> Answer:
        query = event.get("queryStringParameters") or {}
        if "code" not in query or "state" not in query:
            raise LinkRefusedError(Refusal.NOT_SIGNED_IN)
        linked = self._links.finish(
            state=query["state"], code=query["code"], browser_secret=_cookie_value(event, self._cookie_name)
        )
        return self.pages.page(
            "link_done.html",
            cookies=[self._cookie("", 0)],
            slack_name=linked.profile.name,
            account_name=linked.person.name,
            email=linked.person.email,
        )

    def _cookie(self, value: str, seconds: int) -> str:
        return f"{self._cookie_name}={value}; Max-Age={seconds}{self._cookie_facts}"


def answer_with(pages: LinkPages) -> Handler:
    """Make the handler: whatever fails behind it ends here, as a page."""

    def answer(event: Event, _context: Any) -> Answer:
        try:
            return pages.answer(event)
        except LinkRefusedError as refused:
            _log.info("not linked", extra={"reason": refused.reason}, exc_info=refused.__cause__)
            return pages.pages.problem(_REFUSED[refused.reason])
        except DependencyError as failure:
            _log.warning("a dependency failed", exc_info=failure)
            return pages.pages.problem(_UNREACHABLE)
        except Exception:  # noqa: BLE001 - the funnel of this door
            reference = uuid.uuid4().hex[:8]
            _log.exception("unexpected failure", extra={"reference": reference})
            return pages.pages.problem(_OUR_FAULT, reference=reference)

    return answer


def _cookie_value(event: Event, name: str) -> str | None:
    """Find a cookie where AWS puts it, in a list, or where others leave it, in the header."""
    sent = event.get("cookies") or event["headers"].get("cookie", "").split(";")
    cookies = (cookie.strip().partition("=") for cookie in sent)
    return next((value for each, _, value in cookies if each == name), None)


__getattr__ = started_by_lambda(Door.WEB, build)
