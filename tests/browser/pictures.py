"""`make pictures`: plays the journey on a fresh system and writes docs/pictures."""

import base64
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect

from infra.local.local_stack import CHECKOUT, LocalStack, running
from tests.support.chromium import LOCALE, chromium
from tests.support.stack import silently, wait_until_quiet

PICTURES: Final = CHECKOUT / "docs" / "pictures"
WINDOW: Final = {"width": 1280, "height": 760}
HALF: Final = {"width": 780, "height": 660}
MARGIN: Final = 24
PHONE: Final = {"width": 320, "height": 640}
TITLE: Final = "Fix the login of SSO users"

Be = Callable[[str, str], Page]


class Camera:
    """Takes pictures of people's tabs."""

    def __init__(self, browser: Browser, stack: LocalStack, **settings: Any) -> None:
        self._context = browser.new_context(locale=LOCALE, reduced_motion="reduce", **settings)
        self._stack = stack

    def be(self, user: str, where: str) -> Page:
        """Open a tab of a person."""
        page = self._context.new_page()
        page.goto(f"{self._stack.url}/?as={user}{where}")
        page.locator(".workspace").wait_for()
        return page

    def take(self, name: str, page: Page) -> None:
        """Write one tab."""
        (PICTURES / f"{name}.png").write_bytes(_shot(page))

    def side_by_side(self, name: str, *pages: Page) -> None:
        """Write several tabs as one picture."""
        shots = [base64.b64encode(_shot(page)).decode() for page in pages]
        frames = "".join(f'<img src="data:image/png;base64,{shot}">' for shot in shots)
        sheet = self._context.new_page()
        width = sum(int(page.evaluate("innerWidth")) + MARGIN for page in pages) + MARGIN
        sheet.set_viewport_size({"width": width, "height": 100})
        sheet.set_content(f"<!doctype html><style>{SHEET}</style>{frames}")
        sheet.wait_for_function("[...document.images].every((each) => each.complete && each.naturalWidth)")
        sheet.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        sheet.close()

    def close(self) -> None:
        self._context.close()


def _shot(page: Page) -> bytes:
    page.mouse.move(0, 0)
    page.screenshot()  # a frame that was never painted is blank in the first
    return page.screenshot()


SHEET: Final = """
    body { display: flex; align-items: flex-start; gap: 24px; margin: 0; padding: 24px; background: #8fa5ab; }
    img { flex: none; border-radius: 12px; box-shadow: 0 10px 30px rgb(0 0 0 / 30%); }
    @media (prefers-color-scheme: dark) { body { background: #2b3a40; } }
"""


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), port=0, aws_port=0, progress=silently) as stack,
        chromium() as browser,
    ):
        wait_until_quiet(stack)
        journey(browser, stack)
        outcome(browser, stack)
        others(browser, stack)
        phone(browser, stack)


def journey(browser: Browser, stack: LocalStack) -> None:
    """A command on one screen, its card on the other."""
    camera = Camera(browser, stack, viewport=HALF)
    ada, ana = camera.be("U0ADA", "#/place/C0GENERAL"), camera.be("U0ANA", "#/app/messages")
    command(ada, f"new {TITLE} @ana by fri 5pm")
    expect(ada.locator(".message", has_text=TITLE)).to_be_visible()
    expect(ana.locator(".message", has_text=TITLE)).to_be_visible()
    camera.side_by_side("journey", ada, ana)
    camera.close()


def outcome(browser: Browser, stack: LocalStack) -> None:
    """Done on one screen, told on the other, in the dark."""
    camera = Camera(browser, stack, viewport=HALF, color_scheme="dark")
    ana, ada = camera.be("U0ANA", "#/app/messages"), camera.be("U0ADA", "#/app/messages")
    card = ana.locator(".message", has_text=TITLE)
    card.get_by_role("button", name="Done").click()
    expect(card).to_contain_text("It is done now.")
    expect(ada.locator(".message", has_text=TITLE)).to_be_visible()
    camera.side_by_side("journey-dark", ana, ada)
    camera.close()


def others(browser: Browser, stack: LocalStack) -> None:
    """The form, the inbox, App Home and Traffic."""
    camera = Camera(browser, stack, viewport=WINDOW)
    ana = camera.be("U0ANA", "#/app/home")
    expect(ana.locator(".home-view .section").first).to_be_visible()
    camera.take("home", ana)
    ana.evaluate("location.hash = '#/mail'")
    ana.get_by_role("link", name=re.compile(re.escape(TITLE))).click()
    expect(ana.frame_locator("iframe").get_by_role("heading")).to_be_visible()
    camera.take("inbox", ana)
    ana.evaluate("location.hash = '#/traffic'")
    ana.locator("summary", has_text="task_done").click()
    camera.take("traffic", ana)
    ada = camera.be("U0ADA", "#/place/C0GENERAL")
    form(ada)
    camera.take("modal", ada)
    ada.get_by_role("button", name="Cancel").click()
    camera.close()


def form(page: Page) -> None:
    """Fill in a task that is due in the past."""
    command(page, "new")
    modal = page.get_by_role("dialog", name="New task")
    modal.get_by_label("Title").fill("Order flowers for the reception")
    modal.get_by_role("combobox", name="For").fill("be")
    modal.get_by_role("option", name=re.compile("Ben Okoro")).click()
    modal.get_by_label("Due").fill("2026-01-02T09:00")
    modal.get_by_role("button", name="Add").click()
    expect(modal.get_by_text("That moment has passed")).to_be_visible()


def phone(browser: Browser, stack: LocalStack) -> None:
    """Three screens as narrow as they come."""
    camera = Camera(browser, stack, viewport=PHONE, has_touch=True)
    chat, home, mail = (camera.be("U0BEN", where) for where in ("#/app/messages", "#/app/home", "#/mail"))
    expect(chat.locator(".message").last).to_be_visible()
    expect(home.locator(".home-view .section").first).to_be_visible()
    mail.locator(".mail-row").first.click()
    expect(mail.frame_locator("iframe").get_by_role("heading")).to_be_visible()
    camera.side_by_side("phone", chat, home, mail)
    camera.close()


def command(page: Page, text: str) -> None:
    """Type a command."""
    write = page.get_by_role("textbox", name="Message #general")
    write.fill(f"/task {text}")
    write.press("Enter")


if __name__ == "__main__":
    main()
