"""The linking pages as a browser sees them, through the function's handler: HTTP API events, payload 2.0."""

import base64
import hashlib
import html
import json
import logging
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from types import MappingProxyType
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest

from core.ids import PersonId
from core.links.model import GOOD_FOR, LinkRefusedError, Refusal
from core.mail_links import MailLinks
from core.notifications.mail_choices import MailChoices
from core.people.model import Person
from core.storage.memory import MemoryPreferenceRepository
from handlers._web_mail import TaskPages, UnsubscribePages
from handlers.web import DisputePages, LinkPages, answer_with, leading_to
from handlers.web_pages import Pages
from tests.support.links import CHI, LOGIN_URL, PUBLIC_URL, WORKSPACE_NAME, LinkWorld, make_profile
from tests.support.mails import LINK_KEY
from tests.support.world import make_person

COOKIE = "__Host-link"
NOTHING: Mapping[str, str] = MappingProxyType({})


class Browser:
    """Calls the handler as the gateway does, and keeps cookies as a browser does."""

    def __init__(self, links: LinkWorld, *, cookie_prefix: str = "__Host-", cookies_in_header: bool = False) -> None:
        self.links = links
        self.cookies: dict[str, str] = {}
        self._cookies_in_header = cookies_in_header
        world, pages = links.world, Pages(LOGIN_URL)
        self.mail_links = MailLinks(LINK_KEY, PUBLIC_URL, world.clock)
        self.preferences = MemoryPreferenceRepository()
        lead = leading_to(
            LinkPages(links.service, pages, cookie_prefix),
            DisputePages(links.disputes, pages),
            TaskPages(self.mail_links, world.people, world.tasks, pages, world.clock),
            UnsubscribePages(self.mail_links, MailChoices(world.people_kept, self.preferences), pages),
            pages,
        )
        self._handler = answer_with(lead, pages)

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] = NOTHING,
        headers: Mapping[str, str] = NOTHING,
        body: str = "",
    ) -> dict[str, Any]:
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": path,
            "headers": {"host": "bot.example", **headers},
            "requestContext": {"http": {"method": method, "path": path}, "requestId": "gateway-request"},
            # As the gateway sends forms: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
            "isBase64Encoded": bool(body),
            "body": base64.b64encode(body.encode()).decode(),
        }
        sent = ["theme=dark", *(f"{name}={value}" for name, value in self.cookies.items())]
        if self._cookies_in_header:
            event["headers"]["cookie"] = "; ".join(sent)
        else:
            event["cookies"] = sent
        if query:
            event["queryStringParameters"] = dict(query)
        answer: dict[str, Any] = self._handler(event, None)
        for cookie in answer["cookies"]:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        return answer

    def open(self, token: str) -> dict[str, Any]:
        return self.ask("GET", f"/web/link/{token}")

    def go_on(self, token: str, *, site: str = "same-origin") -> dict[str, Any]:
        return self.ask("POST", f"/web/link/{token}", headers={"sec-fetch-site": site})

    def come_back(self, state: str, code: str) -> dict[str, Any]:
        return self.ask("GET", "/web/link/callback", {"state": state, "code": code})

    def sign_in(self, redirect: dict[str, Any], person: Person) -> tuple[str, str]:
        return self.links.login.sign_in(redirect["headers"]["Location"], person.person_id, person.email)


def words(answer: dict[str, Any]) -> str:
    """What a person reads on the page, in one line."""
    main = answer["body"].partition("<main>")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def links() -> LinkWorld:
    return LinkWorld()


@pytest.fixture
def browser(links: LinkWorld) -> Browser:
    return Browser(links)


@pytest.mark.parametrize("in_header", [False, True])
def test_the_way_from_the_link_to_being_linked(links: LinkWorld, in_header: object) -> None:
    browser = Browser(links, cookies_in_header=bool(in_header))
    token = links.token()

    assert browser.open(token)["statusCode"] == 200
    redirect = browser.go_on(token)
    assert redirect["statusCode"] == 302
    assert redirect["headers"]["Location"].startswith(f"{LOGIN_URL}/oauth2/authorize?")
    done = browser.come_back(*browser.sign_in(redirect, links.world.chi))

    assert done["statusCode"] == 200
    assert "You are linked" in words(done)
    assert "Chi Nguyen, chi@example.com" in words(done)
    assert "/task" in words(done)
    assert links.slack_user_of(links.world.chi) == CHI


def test_the_first_page_names_the_slack_user_and_the_workspace_and_warns(browser: Browser, links: LinkWorld) -> None:
    page = words(browser.open(links.token()))

    assert f"Slack user Chi Nguyen Slack workspace {WORKSPACE_NAME}" in page
    assert "Go on only if this is you" in page


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_fetching_a_link_uses_nothing_up(browser: Browser, links: LinkWorld, method: str) -> None:
    token = links.token()
    before = dict(links.kept.attempts)
    for _ in range(3):
        answer = browser.ask(method, f"/web/link/{token}")
        assert (answer["statusCode"], answer["cookies"]) == (200, [])

    assert links.kept.attempts == before
    assert browser.go_on(token)["statusCode"] == 302


def test_the_cookie_belongs_to_this_host_alone_and_to_no_script(browser: Browser, links: LinkWorld) -> None:
    (cookie,) = browser.go_on(links.token())["cookies"]

    facts = dict.fromkeys(part.strip().partition("=")[0] for part in cookie.split(";")[1:])
    assert cookie.startswith(f"{COOKIE}=")
    assert list(facts) == ["Max-Age", "Path", "HttpOnly", "SameSite", "Secure"]
    assert "Path=/;" in cookie
    assert "SameSite=Lax" in cookie
    assert f"Max-Age={int(GOOD_FOR.total_seconds())}" in cookie


def test_without_a_prefix_the_cookie_works_on_plain_http(links: LinkWorld) -> None:
    browser = Browser(links, cookie_prefix="")
    redirect = browser.go_on(links.token())

    assert redirect["cookies"][0].startswith("link=")
    assert "Secure" not in redirect["cookies"][0]
    assert browser.come_back(*browser.sign_in(redirect, links.world.chi))["statusCode"] == 200


def test_the_cookie_goes_when_it_has_served(browser: Browser, links: LinkWorld) -> None:
    done = browser.come_back(*browser.sign_in(browser.go_on(links.token()), links.world.chi))

    (cookie,) = done["cookies"]
    assert cookie.startswith(f"{COOKIE}=; Max-Age=0; Path=/;")


def answers(browser: Browser) -> dict[str, dict[str, Any]]:
    """One answer of every kind."""
    token = browser.links.token()
    page, redirect = browser.open(token), browser.go_on(token)
    return {
        "page": page,
        "redirect": redirect,
        "refusal": browser.open(token),
        "done": browser.come_back(*browser.sign_in(redirect, browser.links.world.chi)),
        "no such page": browser.ask("GET", "/web/elsewhere"),
    }


def test_every_answer_is_guarded_by_its_headers(browser: Browser) -> None:
    for kind, answer in answers(browser).items():
        headers = answer["headers"]
        assert headers["Referrer-Policy"] == "no-referrer", kind
        assert headers["Cache-Control"] == "no-store", kind
        assert headers["X-Content-Type-Options"] == "nosniff", kind
        assert headers["Content-Type"] == "text/html; charset=utf-8", kind
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy.pop("style-src").startswith("'sha256-"), kind
        assert policy == {
            "default-src": "'none'",
            "form-action": f"'self' {LOGIN_URL}",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }, kind


def test_the_policy_allows_exactly_the_style_of_the_page(browser: Browser, links: LinkWorld) -> None:
    answer = browser.open(links.token())
    style = answer["body"].partition("<style>")[2].partition("</style>")[0]

    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer["headers"]["Content-Security-Policy"]


def test_pages_have_a_language_a_title_one_heading_and_no_script(browser: Browser) -> None:
    for kind, answer in answers(browser).items():
        if kind == "redirect":
            continue
        body = answer["body"]
        assert '<html lang="en">' in body, kind
        assert re.search(r"<title>\S.* · Task Bot</title>", body), kind
        assert body.count("<h1>") == 1, kind
        assert 'name="viewport"' in body, kind
        assert "<script" not in body, kind
        assert "style=" not in body, kind


def test_a_name_is_shown_as_it_is_and_never_as_markup(browser: Browser, links: LinkWorld) -> None:
    name = '<img src=x onerror="alert(1)"> & {{ 7*7 }}'
    links.profiles.known[CHI] = make_profile(name=name)
    answer = browser.open(links.token())

    assert "<img" not in answer["body"]
    assert name in html.unescape(answer["body"])


def assert_refused(answer: dict[str, Any], status: int, sentence: str) -> None:
    assert answer["statusCode"] == status
    assert sentence in words(answer)
    assert "Slack" in words(answer) or "admin" in words(answer), "there is no next step"


def test_a_link_that_was_used_says_so_and_where_to_get_another(browser: Browser, links: LinkWorld) -> None:
    token = links.token()
    browser.go_on(token)

    for answer in (browser.open(token), browser.go_on(token)):
        assert_refused(answer, 410, "This link was used before")
        assert "Type /task in Slack" in words(answer)


def test_an_expired_link_says_so(browser: Browser, links: LinkWorld) -> None:
    token = links.token()
    links.world.clock.forward(GOOD_FOR)

    assert_refused(browser.open(token), 410, "This link no longer works")
    assert_refused(browser.go_on(token), 410, "This link no longer works")


def test_reloading_the_last_page_does_no_harm(browser: Browser, links: LinkWorld) -> None:
    state, code = browser.sign_in(browser.go_on(links.token()), links.world.chi)
    browser.come_back(state, code)

    again = browser.come_back(state, code)
    assert_refused(again, 410, "This link was used before")
    assert "If you were told that you are linked, or that an admin is asked, all is done." in words(again)
    assert "it shows your tasks if you are linked" in words(again)
    assert links.slack_user_of(links.world.chi) == CHI


def test_a_callback_in_another_browser_is_refused(browser: Browser, links: LinkWorld) -> None:
    state, code = browser.sign_in(browser.go_on(links.token()), links.world.chi)

    assert_refused(Browser(links).come_back(state, code), 403, "began in another browser")
    assert links.slack_user_of(links.world.chi) is None


def test_a_cookie_of_another_name_does_not_count(browser: Browser, links: LinkWorld) -> None:
    state, code = browser.sign_in(browser.go_on(links.token()), links.world.chi)
    browser.cookies["link"] = browser.cookies.pop(COOKIE)

    assert_refused(browser.come_back(state, code), 403, "began in another browser")


def test_a_swapped_state_is_refused(browser: Browser, links: LinkWorld) -> None:
    attacker = Browser(links)
    attackers_state, _ = attacker.sign_in(attacker.go_on(links.token()), links.world.chi)
    _, code = browser.sign_in(browser.go_on(links.token()), links.world.chi)

    assert_refused(browser.come_back(attackers_state, code), 403, "began in another browser")
    assert links.slack_user_of(links.world.chi) is None


def test_the_victim_of_a_forwarded_link_is_told_that_it_was_not_theirs(browser: Browser, links: LinkWorld) -> None:
    victim = links.world.add(make_person("Vera", slack_user_id=None))

    answer = browser.come_back(*browser.sign_in(browser.go_on(links.token()), victim))

    assert (answer["statusCode"], "An admin is asked" in words(answer)) == (200, True)
    assert "Did somebody send you the link?" in words(answer)
    assert links.slack_user_of(victim) is None


def test_somebody_elses_website_cannot_press_the_button(browser: Browser, links: LinkWorld) -> None:
    token = links.token()

    for site in ("cross-site", "same-site", "none"):
        assert_refused(browser.go_on(token, site=site), 403, "Another website sent you here")
    assert browser.go_on(token)["statusCode"] == 302


def test_a_browser_that_does_not_tell_who_pressed_the_button_is_let_through(browser: Browser, links: LinkWorld) -> None:
    assert browser.ask("POST", f"/web/link/{links.token()}")["statusCode"] == 302


def test_giving_up_at_the_sign_in_is_answered_with_the_way_to_try_again(browser: Browser, links: LinkWorld) -> None:
    state, _ = browser.sign_in(browser.go_on(links.token()), links.world.chi)
    given_up = browser.ask("GET", "/web/link/callback", {"error": "access_denied", "state": state})

    assert_refused(given_up, 403, "You are not signed in")
    assert_refused(browser.ask("GET", "/web/link/callback"), 403, "You are not signed in")


@pytest.mark.parametrize("reason", list(Refusal))
def test_every_refusal_has_words_and_a_next_step(browser: Browser, links: LinkWorld, reason: Refusal) -> None:
    def refuse(_token: str) -> NoReturn:
        raise LinkRefusedError(reason)

    links.service.show = refuse  # type: ignore[assignment, method-assign]

    answer = browser.open("any")

    assert 400 <= answer["statusCode"] < 500
    assert re.search(r"Slack|admin", words(answer))


def test_a_silent_cognito_is_not_the_persons_fault(browser: Browser, links: LinkWorld) -> None:
    state, code = browser.sign_in(browser.go_on(links.token()), links.world.chi)
    links.login.is_down = True

    answer = browser.come_back(state, code)

    assert_refused(answer, 503, "That did not work just now")
    assert links.slack_user_of(links.world.chi) is None


def test_an_unforeseen_failure_is_a_page_with_a_reference_that_the_log_has(
    browser: Browser, links: LinkWorld, caplog: pytest.LogCaptureFixture
) -> None:
    token = links.token()
    links.kept.get = lambda _: 1 / 0  # type: ignore[assignment, method-assign, return-value]

    answer = browser.open(token)

    assert answer["statusCode"] == 500
    found = re.search(r"Reference: (\w+)", words(answer))
    assert found
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.reference == found[1]  # type: ignore[attr-defined]
    assert record.exc_info
    assert "ZeroDivision" not in answer["body"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/web"),
        ("GET", "/web/"),
        ("GET", "/web/link"),
        ("GET", "/web/link/a/b"),
        ("GET", "/web/elsewhere/x"),
        ("PUT", "/web/link/x"),
        ("DELETE", "/web/link/callback"),
        ("GET", "/elsewhere"),
    ],
)
def test_what_leads_nowhere_is_a_page_too(browser: Browser, method: str, path: str) -> None:
    answer = browser.ask(method, path)

    assert_refused(answer, 404, "There is no such page")
    assert "new link" not in words(answer)


@pytest.mark.parametrize("token", ["x", "callback", "..", "%", "\u20ac", "a" * 3000, "<script>"])
def test_a_guessed_link_is_like_an_expired_one(browser: Browser, token: str) -> None:
    assert_refused(browser.go_on(token), 410, "This link no longer works")


def test_nothing_secret_is_logged(browser: Browser, links: LinkWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = links.token()
    redirect = browser.go_on(token)
    state, code = browser.sign_in(redirect, make_person("Nobody", person_id=PersonId("sub-of-nobody")))
    browser.come_back(state, code)
    browser.come_back(state, code)
    browser.open(token)

    logged = json.dumps([record.__dict__ for record in caplog.records], default=str)
    assert "not linked" in logged
    secrets = (token, state, code, browser.cookies[COOKIE], urlsplit(redirect["headers"]["Location"]).query)
    assert not any(secret in logged for secret in secrets)
