"""Browser → the pages: linking a Slack user to a team account, disputing that, and the buttons of mails."""

import logging
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from core.bootstrap.aws import Secrets
from core.bootstrap.web import for_web
from core.clock import system_clock
from core.errors import DependencyError, NotFoundError
from core.links.disputes import DisputeService
from core.links.model import GOOD_FOR, LinkFacts, LinkRefusedError, Refusal
from core.links.service import LinkService
from core.settings import Door, Settings
from handlers._runtime import Event, Handler, started_with_secrets
from handlers._web_mail import TaskPages, UnsubscribePages
from handlers.web_pages import Answer, Pages, Problem

_log = logging.getLogger(__name__)

_AGAIN: Final = "Type /task in Slack: it shows your tasks if you are linked, and gives you a new link if you are not."
_ASK: Final = "Ask an admin of your team to look into it, then start again in Slack with /task."

_REFUSED: Final = {
    Refusal.EXPIRED: Problem(
        HTTPStatus.GONE, "This link no longer works", "A link works for ten minutes after Slack has shown it.", _AGAIN
    ),
    Refusal.USED: Problem(
        HTTPStatus.GONE,
        "This link was used before",
        "Each link works once. If you were told that you are linked, or that an admin is asked, all is done.",
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
    Refusal.ALREADY_LINKED: Problem(
        HTTPStatus.CONFLICT,
        "There is a link already",
        "Your Slack user or your team account is linked, and each can be linked only once.",
        "Type /task in Slack: if it shows your tasks, all is done. If not, ask an admin of your team.",
    ),
}
_NO_DISPUTE: Final = Problem(
    HTTPStatus.GONE,
    "This link no longer works",
    "It works for seven days after the message in which it stands.",
    "If somebody uses your team account who is not you, change its password and tell an admin of your team.",
)
_ELSEWHERE: Final = Problem(
    HTTPStatus.NOT_FOUND,
    "There is no such page",
    "The address is incomplete or mistyped.",
    "Open the link again where you found it, in an email or in Slack, or copy it from there as a whole.",
)
_FROM_ANOTHER_SITE: Final = Problem(
    HTTPStatus.FORBIDDEN,
    "Another website sent you here",
    "Only the button on our own page goes on from here, so that nobody else can press it for you.",
    "If it was you, open the link in Slack or in the mail again.",
)
_UNREACHABLE: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "That did not work just now",
    "A service that this page needs did not answer.",
    "Wait a minute, then open the link again. Where it no longer works, type /task in Slack.",
)
_NOT_TAKEN_BACK: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "That did not work just now",
    "A service that this page needs did not answer. What you want to take back may still be there.",
    "Wait a minute, then follow the link in your message again.",
)
_OUR_FAULT: Final = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our side",
    "It is not your fault, and trying the same again may not help.",
    "Tell an admin of your team the reference below: it finds what happened in the log.",
)


def build(settings: Settings, secrets: Secrets) -> Handler:
    door = for_web(settings, secrets)
    pages = Pages(settings.login_url)
    lead = leading_to(
        LinkPages(door.links, pages, settings.cookie_prefix),
        DisputePages(door.disputes, pages),
        TaskPages(door.mail_links, door.services.people, door.services.tasks, pages, system_clock),
        UnsubscribePages(door.mail_links, door.mail_choices, pages),
        pages,
    )
    return answer_with(lead, pages)


class LinkPages:
    """The three steps of linking: who is it, go and sign in, done."""

    def __init__(self, links: LinkService, pages: Pages, cookie_prefix: str) -> None:
        self._links = links
        self._pages = pages
        self._cookie_name = f"{cookie_prefix}link"
        self._cookie_facts = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if cookie_prefix else "")

    def show(self, token: str) -> Answer:
        """Name the Slack user and ask whether to go on."""
        attempt = self._links.show(token)
        return self._pages.page("link_start.html", slack_name=attempt.profile.name, workspace=attempt.workspace_name)

    def go_on(self, token: str) -> Answer:
        """Send the browser to sign in."""
        departure = self._links.go_on(token)
        return self._pages.redirect(
            departure.url, cookies=[self._cookie(departure.browser_secret, int(GOOD_FOR.total_seconds()))]
        )

    def finish(self, event: Event) -> Answer:
        """Receive the browser that signed in, and say what came of it."""
        query = event.get("queryStringParameters") or {}
        if "code" not in query or "state" not in query:
            raise LinkRefusedError(Refusal.NOT_SIGNED_IN)
        finished = self._links.finish(
            state=query["state"], code=query["code"], browser_secret=_cookie_value(event, self._cookie_name)
        )
        return self._pages.page(
            "link_done.html" if finished.is_linked else "link_asked.html",
            cookies=[self._cookie("", 0)],
            slack_name=finished.facts.slack_name,
            account_name=finished.facts.account_name,
            email=finished.facts.account_email,
        )

    def _cookie(self, value: str, seconds: int) -> str:
        return f"{self._cookie_name}={value}; Max-Age={seconds}{self._cookie_facts}"


class DisputePages:
    """ "This was not me", from a message about a link."""

    def __init__(self, disputes: DisputeService, pages: Pages) -> None:
        self._disputes = disputes
        self._pages = pages

    def show(self, secret: str) -> Answer:
        """Name both sides and ask."""

        def look() -> Answer:
            disputed = self._disputes.show(secret)
            return self._page("not_me.html" if disputed.is_there else "not_me_gone.html", disputed.facts)

        return self._unless_silent(look)

    def confirm(self, secret: str) -> Answer:
        """Take the link away."""
        return self._unless_silent(lambda: self._page("not_me_done.html", self._disputes.confirm(secret)))

    def _unless_silent(self, answer: Callable[[], Answer]) -> Answer:
        try:
            return answer()
        except DependencyError as failure:
            _log.warning("a dispute cannot be followed now", exc_info=failure)
            return self._pages.problem(_NOT_TAKEN_BACK)

    def _page(self, template: str, facts: LinkFacts) -> Answer:
        return self._pages.page(
            template, slack_name=facts.slack_name, account_name=facts.account_name, email=facts.account_email
        )


def answer_with(lead: Callable[[Event], Answer], pages: Pages) -> Handler:
    """Make the handler of everything under `/web/`: whatever fails behind it ends here, as a page."""

    def answer(event: Event, _context: Any) -> Answer:
        try:
            return lead(event)
        except LinkRefusedError as refused:
            _log.info("not linked", extra={"reason": refused.reason}, exc_info=refused.__cause__)
            return pages.problem(_REFUSED[refused.reason])
        except NotFoundError:
            return pages.problem(_NO_DISPUTE)
        except DependencyError as failure:
            _log.warning("a dependency failed", exc_info=failure)
            return pages.problem(_UNREACHABLE)
        except Exception:  # noqa: BLE001 - the funnel of this door
            reference = uuid.uuid4().hex[:8]
            _log.exception("unexpected failure", extra={"reference": reference})
            return pages.problem(_OUR_FAULT, reference=reference)

    return answer


def leading_to(
    links: LinkPages, disputes: DisputePages, tasks: TaskPages, emails: UnsubscribePages, pages: Pages
) -> Callable[[Event], Answer]:
    """Lead each request to the page that it is for."""

    def lead(event: Event) -> Answer:
        match (event["requestContext"]["http"]["method"], *event["rawPath"].strip("/").split("/")):
            case ("GET", "web", "link", "callback"):
                return links.finish(event)
            case ("GET" | "HEAD", "web", "link", token):
                return links.show(token)
            case ("GET" | "HEAD", "web", "not-me", secret):
                return disputes.show(secret)
            case ("GET" | "HEAD", "web", "task", token):
                return tasks.show(token)
            case ("GET" | "HEAD", "web", "done" | "undo", token):
                return tasks.ask(token)
            case ("GET" | "HEAD", "web", "unsubscribe" | "subscribe", token):
                return emails.show(token)
            case ("POST", "web", "unsubscribe", token):
                return emails.choose(token, by_email=False)  # Mail programs post it themselves: RFC 8058.
            case ("POST", *_) if not _from_our_page(event):
                return pages.problem(_FROM_ANOTHER_SITE)
            case ("POST", "web", "link", token):
                return links.go_on(token)
            case ("POST", "web", "not-me", secret):
                return disputes.confirm(secret)
            case ("POST", "web", "done", token):
                return tasks.mark_done(token, event)
            case ("POST", "web", "undo", token):
                return tasks.undo(token, event)
            case ("POST", "web", "subscribe", token):
                return emails.choose(token, by_email=True)
        return pages.problem(_ELSEWHERE)

    return lead


def _from_our_page(event: Event) -> bool:
    # Browsers that do not send it are let through: https://www.w3.org/TR/fetch-metadata/
    return bool(event["headers"].get("sec-fetch-site", "same-origin") == "same-origin")


def _cookie_value(event: Event, name: str) -> str | None:
    """Find a cookie where AWS puts it, in a list, or where others leave it, in the header."""
    sent = event.get("cookies") or event["headers"].get("cookie", "").split(";")
    cookies = (cookie.strip().partition("=") for cookie in sent)
    return next((value for each, _, value in cookies if each == name), None)


__getattr__ = started_with_secrets(Door.WEB, build)
