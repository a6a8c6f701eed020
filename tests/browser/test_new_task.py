"""The New task modal with the keyboard alone, from every place that opens it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Be

pytestmark = pytest.mark.stack


def modal(page: Page) -> Locator:
    return page.get_by_role("dialog", name="New task")


def keys(page: Page, *presses: str) -> None:
    for press in presses:
        page.keyboard.press(press)


def test_a_task_is_made_with_the_keyboard_alone_after_a_mistake_was_mended(be: Be) -> None:
    ada = be("U0ADA", "#/place/C0GENERAL")
    expect(ada.get_by_role("textbox", name="Message #general")).to_be_focused()
    ada.keyboard.type("/task new")
    keys(ada, "Enter")

    expect(modal(ada).get_by_label("Title")).to_be_focused()
    ada.keyboard.type("Water the plants")
    keys(ada, "Tab")
    ada.keyboard.type("All of them")
    keys(ada, "Tab")
    expect(modal(ada).get_by_role("combobox", name="For")).to_be_focused()
    ada.keyboard.type("ben")
    expect(modal(ada).get_by_role("option", name=re.compile("Ben Okoro"))).to_have_attribute("aria-selected", "true")
    keys(ada, "Enter", "Tab")
    ada.keyboard.type("01022020")
    keys(ada, "Tab")
    ada.keyboard.type("0900AM")
    keys(ada, "Tab", "Tab")
    expect(modal(ada).get_by_label("Priority")).to_be_focused()
    ada.keyboard.type("High")
    keys(ada, "Enter" if modal(ada).get_by_label("Priority").evaluate("node => node.matches(':open')") else "Tab")
    modal(ada).get_by_role("button", name="Add").focus()
    keys(ada, "Enter")

    due = modal(ada).get_by_label("Due")
    expect(due).to_have_accessible_description(re.compile("That moment has passed"))
    expect(due).to_be_focused()
    ada.keyboard.type("01022040")
    modal(ada).get_by_role("button", name="Add").focus()
    keys(ada, "Enter")

    done = ada.get_by_role("dialog", name="Task added")
    expect(done).to_contain_text("Ben Okoro is told now.")
    expect(done).to_contain_text("Water the plants")
    expect(done).to_contain_text("@Ben Okoro")
    expect(done).to_contain_text("due Monday, January 2, 2040 at 9:00 AM")
    expect(done).to_contain_text("high priority")
    keys(ada, "Escape")
    expect(done).to_be_hidden()
    expect(ada.get_by_role("textbox", name="Message #general")).to_be_focused()


def test_a_required_field_left_empty_is_said_at_the_field(be: Be) -> None:
    ana = be("U0ANA", "#/place/C0GENERAL")
    ana.get_by_role("button", name="Shortcuts").click()
    ana.get_by_role("menuitem", name="New task").click()
    modal(ana).get_by_role("button", name="Add").click()
    title = modal(ana).get_by_label("Title")
    expect(title).to_have_accessible_description("Please complete this required field.")
    expect(title).to_be_focused()
    title.fill("Mended")
    modal(ana).get_by_role("button", name="Add").click()
    expect(ana.get_by_role("dialog", name="Task added")).to_contain_text("It is on your list.")
    ana.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(ana.get_by_role("dialog")).to_have_count(0)


def test_the_shortcut_menu_works_with_the_keyboard_alone(be: Be) -> None:
    ana = be("U0ANA", "#/place/C0GENERAL")
    expect(ana.get_by_role("textbox", name="Message #general")).to_be_focused()
    keys(ana, "Shift+Tab")
    expect(ana.get_by_role("button", name="Shortcuts")).to_be_focused()
    keys(ana, "ArrowDown")
    expect(ana.get_by_role("menuitem", name="New task")).to_be_focused()
    keys(ana, "Enter")
    expect(modal(ana)).to_be_visible()
    for _ in range(12):
        keys(ana, "Tab")
        assert ana.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    keys(ana, "Escape")
    expect(modal(ana)).to_be_hidden()


def test_members_are_not_asked_for_whom(be: Be) -> None:
    ana = be("U0ANA", "#/app/home")
    ana.get_by_role("main").get_by_role("button", name="New task").click()
    expect(modal(ana).get_by_label("Title")).to_be_visible()
    expect(modal(ana).get_by_label("For")).to_have_count(0)
    modal(ana).get_by_role("button", name="Cancel").click()
