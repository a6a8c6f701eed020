"""Browser tabs, each of them one person in a workspace."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.local_stack import LocalStack
from tests.support.chromium import LOCALE, chromium, complaints_of

expect.set_options(timeout=20_000)

Be = Callable[..., Page]


# Not for the session: while playwright runs, no test can run an event loop of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def tabs(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open tabs of one browser; whatever it complains about fails the test."""
    complaints: list[list[str]] = []
    contexts: dict[str, Any] = {}

    def open_tab(address: str, **settings: Any) -> Page:
        key = repr(settings)
        if key not in contexts:
            contexts[key] = browser.new_context(
                **{"locale": LOCALE, "viewport": {"width": 1280, "height": 800}, **settings}
            )
        page: Page = contexts[key].new_page()
        complaints.append(complaints_of(page))
        page.goto(address)
        return page

    yield open_tab
    for context in contexts.values():
        context.close()
    assert [each for tab in complaints for each in tab] == []


@pytest.fixture
def be(tabs: Callable[..., Page], stack: LocalStack) -> Be:
    """Be a person of the demo team in a tab of one's own."""

    def become(user: str, where: str = "", **settings: Any) -> Page:
        page = tabs(f"{stack.url}/?as={user}{where}", **settings)
        page.locator(".workspace").wait_for()
        return page

    return become
