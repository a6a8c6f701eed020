"""Every mail and every page behind its buttons in a real browser: narrow, wide, light, dark, and read aloud."""

import re
from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize, expect

from core.notifications.model import Kind
from infra.local.local_stack import LocalStack
from tests.browser.conftest import Be
from tests.support.chromium import LOCALE, complaints_of
from tests.support.mail_pages import every_page
from tests.support.mails import every_mail, mail_of, told
from tests.support.news import ANA, assigned, make_task
from tests.support.workspace import visiting

LONG = make_task(title="x" * 150, description=f"https://example.com/{'y' * 400}", labels=("z" * 40,) * 3)
SCREENS: Mapping[str, str] = {
    **{name: mail.html for name, mail in every_mail().items()},
    **{f"page-{name}": html for name, html in every_page().items()},
    "long": mail_of([told(Kind.ASSIGNED, assigned(LONG))], ANA).html,
}
INSIDE_A_MAIL_PROGRAM = {"rules": {"landmark-one-main": {"enabled": False}, "region": {"enabled": False}}}
"""Which has the landmarks of its own; a mail is an article among others."""
PHONE: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 800, "height": 600}
CUT_OFF = """() => [...document.querySelectorAll("body *")]
    .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1)
    .map((node) => node.outerHTML.slice(0, 200))"""
SMALL = """() => [...document.querySelectorAll("button, td > a")]
    .filter((node) => node.getBoundingClientRect().height < 44)
    .map((node) => node.outerHTML.slice(0, 200))"""
"""Buttons are pressed with thumbs: https://www.w3.org/WAI/WCAG22/Understanding/target-size-enhanced.html"""


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(locale=LOCALE, color_scheme=request.param, viewport=PHONE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing_and_nothing_is_cut_off_or_too_small_to_press(page: Page, name: str) -> None:
    page.set_content(SCREENS[name])

    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(SMALL) == []
    found = Axe().run(page, options=None if name.startswith("page-") else INSIDE_A_MAIL_PROGRAM)
    assert found.violations_count == 0, found.generate_report()


def test_a_dark_mail_is_dark(browser: Browser) -> None:
    context = browser.new_context(color_scheme="dark", viewport=PHONE)
    page = context.new_page()
    page.set_content(SCREENS["several"])

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 26)"
    assert page.evaluate("getComputedStyle(document.querySelector('.button a')).color") == "rgb(14, 32, 38)"
    context.close()


@pytest.mark.stack
def test_from_the_inbox_to_done_and_from_stopped_to_undone(stack: LocalStack, be: Be) -> None:
    """On the running system, where the pages' policy says what a browser may do."""
    with visiting(stack) as workspace:
        workspace.command("U0ADA", "new Water the office plants <@U0ANA|ana>")
        inbox = be("U0ANA", "#/mail", viewport=PHONE)
        inbox.get_by_role("link", name=re.compile("Water the office plants")).first.click()
        mail = inbox.frame_locator("iframe")
        with inbox.expect_popup() as opened:
            mail.get_by_role("link", name="Mark done").click()
        page = opened.value
        complaints = complaints_of(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Mark this task done?")
        page.get_by_role("button", name="Mark done").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("This task is done")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        with inbox.expect_popup() as opened:
            mail.get_by_role("link", name="Stop emails like this").click()
        page = opened.value
        complaints_of_the_other = complaints_of(page)
        page.get_by_role("button", name="Stop these emails").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("These emails are stopped")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Stop these emails?")
    assert complaints + complaints_of_the_other == []
