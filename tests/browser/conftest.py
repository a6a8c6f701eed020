"""Browser tabs, each of them one person in a workspace."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.errors import NotLinkedError
from core.ids import SlackUserId
from infra.local.local_stack import LocalStack
from tests.support.bolt_on_screen import CARD, Bot, playing
from tests.support.chromium import LOCALE, chromium, complaints_of
from tests.support.linking import Linking
from tests.support.slack_workspace import ANA, Served
from tests.support.workspace import DemoWorkspace, visiting

expect.set_options(timeout=20_000)

CHI = SlackUserId("U0CHI")
Be = Callable[..., Page]
Tabs = Callable[..., Page]


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


@pytest.fixture
def workspace(stack: LocalStack) -> Iterator[DemoWorkspace]:
    with visiting(stack) as visited:
        yield visited


@pytest.fixture
def linking(stack: LocalStack, workspace: DemoWorkspace) -> Iterator[Linking]:
    """Chi is found unlinked, and left so."""
    seen = Linking(stack)
    yield seen
    try:
        seen.people.linked_to(CHI)
    except NotLinkedError:
        return
    workspace.command(CHI, "unlink")


@pytest.fixture(scope="module")
def on_screen() -> Iterator[tuple[Served, Bot]]:
    with playing() as each:
        yield each


@pytest.fixture
def slack(on_screen: tuple[Served, Bot]) -> Served:
    slack, bot = on_screen
    slack.workspace.reset()
    bot.heard.clear()
    bot.may_answer.clear()
    return slack


@pytest.fixture
def bot(on_screen: tuple[Served, Bot]) -> Bot:
    return on_screen[1]


@pytest.fixture
def ana(slack: Served, tabs: Tabs) -> Page:
    page = tabs(f"{slack.url}/?as={ANA.id}#/place/C0GENERAL")
    expect(page.get_by_role("textbox", name="Message #general")).to_be_focused()
    return page


@pytest.fixture
def card(slack: Served, ana: Page) -> Locator:
    slack.client.chat_postMessage(channel=ANA.id, text="A card", blocks=CARD)
    ana.get_by_role("link", name=re.compile("Task Bot")).click()
    ana.get_by_role("link", name="Messages").click()
    return ana.locator(".message")


def type_command(page: Page, text: str) -> None:
    """Type a `/task` command where the person is."""
    box = page.get_by_role("textbox", name=re.compile("^Message"))
    box.fill(f"/task {text}")
    box.press("Enter")
