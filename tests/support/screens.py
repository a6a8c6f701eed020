"""The main screens of the page, and how a person gets to each."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import Page, expect


def welcome(page: Page) -> None:
    page.goto(page.url.partition("?")[0])
    expect(page.get_by_role("heading", name="Who do you want to be?")).to_be_visible()


def channel(page: Page) -> None:
    page.evaluate("location.hash = '#/place/C0GENERAL'")
    write = page.get_by_role("textbox", name="Message #general")
    write.fill("/task help")
    write.press("Enter")
    expect(page.locator(".message.private").last).to_be_visible()


def completions(page: Page) -> None:
    channel(page)
    page.get_by_role("textbox").press_sequentially("/t")
    expect(page.get_by_role("option", name="/task")).to_be_visible()


def shortcuts(page: Page) -> None:
    channel(page)
    page.get_by_role("button", name="Shortcuts").click()
    expect(page.get_by_role("menuitem", name="New task")).to_be_visible()


def direct_messages(page: Page) -> None:
    page.evaluate("location.hash = '#/app/messages'")
    expect(page.locator(".message").last).to_be_visible()


def message_menu(page: Page) -> None:
    direct_messages(page)
    message = page.locator(".message").last
    message.hover()
    message.get_by_role("button", name="Message actions").click()
    expect(page.get_by_role("menuitem", name="Create task")).to_be_visible()


def thread(page: Page) -> None:
    message_menu(page)
    page.get_by_role("menuitem", name=re.compile("thread")).click()
    expect(page.get_by_role("complementary", name="Thread").locator(".message")).to_be_visible()


def app_home(page: Page) -> None:
    page.evaluate("location.hash = '#/app/home'")
    expect(page.get_by_role("main").get_by_role("button", name="New task")).to_be_visible()


def modal(page: Page) -> None:
    app_home(page)
    page.get_by_role("main").get_by_role("button", name="New task").click()
    expect(page.get_by_role("dialog", name="New task").get_by_label("Title")).to_be_focused()


def modal_with_an_error(page: Page) -> None:
    modal(page)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Please complete this required field.")).to_be_visible()


def people(page: Page) -> None:
    if page.get_by_role("button", name="Show channels and people").is_visible():
        places(page)
    page.get_by_role("button", name="Be somebody else").click()
    expect(page.get_by_role("dialog", name="Be somebody else")).to_be_visible()


def places(page: Page) -> None:
    page.get_by_role("button", name="Show channels and people").click()
    expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()


def inbox(page: Page) -> None:
    page.evaluate("location.hash = '#/mail'")
    expect(page.locator(".mail-row").first).to_be_visible()


def letter(page: Page) -> None:
    inbox(page)
    page.locator(".mail-row").first.click()
    expect(page.frame_locator("iframe").get_by_role("heading")).to_be_visible()


def traffic(page: Page) -> None:
    page.evaluate("location.hash = '#/traffic'")
    expect(page.get_by_role("status").filter(has_text=re.compile(r"\d+ requests"))).to_be_visible()


def exchange(page: Page) -> None:
    traffic(page)
    page.locator("summary").first.click()
    expect(page.locator("details[open] pre").first).to_be_visible()


SCREENS: Final[Mapping[str, Callable[[Page], None]]] = {
    each.__name__: each
    for each in (
        welcome, channel, completions, shortcuts, direct_messages, message_menu, thread, app_home, modal,
        modal_with_an_error, people, inbox, letter, traffic, exchange,
    )
}  # fmt: skip
"""By name; on a narrow page there is also `places`."""
