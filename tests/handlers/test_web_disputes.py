"""The pages behind "This was not me", and the one that says that an admin decides, as a browser sees them."""

import pytest

from core.errors import DependencyError
from core.events import Event
from core.people.model import Person
from tests.handlers.test_web import Browser, words
from tests.support.links import CHI, LinkWorld, make_profile


@pytest.fixture
def links() -> LinkWorld:
    return LinkWorld()


@pytest.fixture
def browser(links: LinkWorld) -> Browser:
    return Browser(links)


def linked_secret(links: LinkWorld) -> str:
    """Chi is linked; the secret of the address in the message about it."""
    browser = Browser(links)
    browser.come_back(*browser.sign_in(browser.go_on(links.token()), links.world.chi))
    facts = links.kept.events[-1].link
    assert facts is not None
    return links.dispute_offers.offer(facts).rpartition("/")[2]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_fetching_the_page_for_this_was_not_me_takes_nothing_away(
    browser: Browser, links: LinkWorld, method: str
) -> None:
    secret = linked_secret(links)
    page = browser.ask(method, f"/web/not-me/{secret}")

    assert page["statusCode"] == 200
    assert "Chi Nguyen" in words(page)
    assert '<form method="post">' in page["body"]
    assert links.slack_user_of(links.world.chi) == CHI


def test_pressing_this_was_not_me_takes_the_link_away(browser: Browser, links: LinkWorld) -> None:
    secret = linked_secret(links)
    done = browser.ask("POST", f"/web/not-me/{secret}", headers={"sec-fetch-site": "same-origin"})

    assert (done["statusCode"], "It is taken back" in words(done)) == (200, True)
    assert links.slack_user_of(links.world.chi) is None
    again = words(browser.ask("GET", f"/web/not-me/{secret}"))
    assert "nothing to take back" in again
    assert "If you have just taken it back yourself, all is done" in again


def test_a_silent_table_takes_nothing_back_and_says_so(browser: Browser, links: LinkWorld) -> None:
    secret = linked_secret(links)

    def silent(_person: Person, _event: Event) -> None:
        raise DependencyError("dynamodb", "silent", retryable=True)

    links.kept.unlink = silent  # type: ignore[assignment, method-assign]

    answer = browser.ask("POST", f"/web/not-me/{secret}", headers={"sec-fetch-site": "same-origin"})

    assert answer["statusCode"] == 503
    assert "may still be there" in words(answer)
    assert "nobody was linked" not in words(answer)


def test_another_website_cannot_press_this_was_not_me(browser: Browser, links: LinkWorld) -> None:
    secret = linked_secret(links)
    answer = browser.ask("POST", f"/web/not-me/{secret}", headers={"sec-fetch-site": "cross-site"})

    assert answer["statusCode"] == 403
    assert links.slack_user_of(links.world.chi) == CHI


def test_a_guessed_address_for_this_was_not_me_says_what_to_do(browser: Browser) -> None:
    answer = browser.ask("GET", "/web/not-me/guess")

    assert (answer["statusCode"], "change its password" in words(answer)) == (410, True)


def test_who_signed_in_to_an_account_with_another_address_is_told_that_an_admin_decides(
    browser: Browser, links: LinkWorld
) -> None:
    links.profiles.known[CHI] = make_profile(email="chi@elsewhere.example")
    page = browser.come_back(*browser.sign_in(browser.go_on(links.token()), links.world.chi))

    assert (page["statusCode"], "An admin is asked" in words(page)) == (200, True)
    assert links.slack_user_of(links.world.chi) is None
