"""The main job, on screens: typed by one person, done by another, seen by both without reloading anything."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Be

pytestmark = pytest.mark.stack

TITLE = "Fix the <b>login</b> & rest"


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Message "))


def messages(page: Page, naming: str) -> Locator:
    return page.get_by_role("main").locator(".message", has_text=naming)


def test_an_assignment_goes_to_the_members_screen_and_its_outcome_comes_back(be: Be) -> None:
    ada, ana = be("U0ADA", "#/place/C0GENERAL"), be("U0ANA", "#/app/messages")

    composer(ada).press_sequentially("/ta")
    offered = ada.get_by_role("option", name="/task")
    expect(offered).to_contain_text("new Fix login @ana by friday")
    composer(ada).press("Enter")
    composer(ada).press_sequentially(f"new {TITLE} @an")
    expect(ada.get_by_role("option", name="@ana Ana Silva")).to_be_visible()
    composer(ada).press("Tab")
    composer(ada).press_sequentially("by fri 5pm")
    composer(ada).press("Enter")

    answer = messages(ada, TITLE)
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text("Given to Ana Silva.")
    expect(composer(ada)).to_be_focused()
    expect(composer(ada)).to_have_value("")

    card = messages(ana, TITLE)
    expect(card).to_contain_text("@Ada Lind gave you a task.")
    expect(card).not_to_contain_text("Only visible to you")
    task_id = re.search(r"T-\d+", card.inner_text())
    assert task_id

    assert_mailed(ana, task_id[0])
    ana.get_by_role("link", name="Task Bot").click()
    ana.get_by_role("link", name="Messages").click()
    card.get_by_role("button", name="Done").click()
    expect(card).to_contain_text("It is done now.")
    expect(card.get_by_role("button", name="Done")).to_have_count(0)
    expect(card).to_be_focused()

    news = ada.get_by_role("navigation").get_by_role("link", name=re.compile("Task Bot.*new"))
    news.click()
    ada.get_by_role("link", name="Messages").click()
    expect(messages(ada, TITLE)).to_contain_text("@Ana Silva moved this task to done.")


def assert_mailed(page: Page, task_id: str) -> None:
    page.get_by_role("link", name=re.compile(r"^Email \d+ new")).click()
    page.get_by_role("link", name=re.compile(re.escape(f"[{task_id}]"))).click()
    expect(page.get_by_role("heading", name=f"[{task_id}] {TITLE}")).to_be_focused()
    plain = page.get_by_role("figure", name="The plain text of the same email")
    expect(plain).to_contain_text("Ada Lind gave you this task.")
    letter = page.frame_locator("iframe")
    expect(letter.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(letter.get_by_text("Ada Lind gave you this task.").last).to_be_visible()


def test_the_title_of_a_tab_says_who_one_is_and_what_is_new(be: Be) -> None:
    ben = be("U0BEN", "#/traffic")
    expect(ben).to_have_title(re.compile(r"^\(\d+\) Ben Okoro · Task Bot demo$"))


def test_somebody_unlinked_finds_the_way_in(be: Be) -> None:
    chi = be("U0CHI", "#/place/C0GENERAL")
    composer(chi).fill("/task")
    composer(chi).press("Enter")
    link = messages(chi, "Link").get_by_role("link", name="Link my account")
    expect(link).to_have_attribute("href", re.compile("^http"))


def test_people_talk_to_each_other_too(be: Be) -> None:
    ada, omar = be("U0ADA", "#/place/C0GENERAL"), be("U0OMAR", "#/place/C0GENERAL")
    ada.get_by_role("link", name="Omar Haddad").click()
    write = ada.get_by_role("textbox", name="Message Omar Haddad")
    write.fill("Coffee, @omar? *Now*?")
    write.press("Enter")
    omar.get_by_role("link", name="Ada Lind 1 new").click()
    said = messages(omar, "Coffee")
    expect(said).to_contain_text("Coffee, @Omar Haddad? Now?")
    expect(said.locator("strong", has_text="Now")).to_be_visible()
    expect(omar.get_by_role("link", name="Ada Lind", exact=True)).to_be_visible()
