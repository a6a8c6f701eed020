"""What holds for every screen: no accessibility violation in light and dark, and room enough at 320 pixels."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from infra.local.local_stack import LocalStack
from tests.support.chromium import LOCALE, complaints_of
from tests.support.screens import SCREENS, places

pytestmark = pytest.mark.stack

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}


def tab(browser: Browser, **settings: Any) -> Iterator[Page]:
    context = browser.new_context(locale=LOCALE, reduced_motion="reduce", **settings)
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    context.close()
    assert complaints == []


def be_ana(page: Page, stack: LocalStack) -> None:
    page.goto("about:blank")
    httpx.post(f"{stack.url}/_local/slack/close", json={"user": "U0ANA", "all": True}, trust_env=False)
    page.goto(f"{stack.url}/?as=U0ANA")
    page.locator(".workspace").wait_for()


@pytest.fixture(scope="module", params=["light", "dark"])
def wide(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    yield from tab(browser, viewport=WIDE, color_scheme=request.param)


@pytest.fixture(scope="module")
def narrow(browser: Browser) -> Iterator[Page]:
    yield from tab(browser, viewport=NARROW)


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_to_object_to(wide: Page, stack: LocalStack, screen: str) -> None:
    be_ana(wide, stack)
    SCREENS[screen](wide)
    found = Axe().run(wide)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("screen", [*SCREENS, "places"])
def test_nothing_is_cut_off_at_320_pixels(narrow: Page, stack: LocalStack, screen: str) -> None:
    be_ana(narrow, stack)
    {**SCREENS, "places": places}[screen](narrow)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    cut_off = """() => [...document.querySelectorAll("body *")]
        .filter((node) => node.checkVisibility() && getComputedStyle(node).position !== "absolute")
        .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
        .map((node) => node.outerHTML.slice(0, 200))"""
    assert narrow.evaluate(cut_off) == []
