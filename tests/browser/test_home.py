"""App Home on the screen of its person."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Be

pytestmark = pytest.mark.stack


def test_app_home_lists_open_tasks_and_lets_go_of_what_is_done(be: Be) -> None:
    omar = be("U0OMAR", "#/place/C0GENERAL")
    composer = omar.get_by_role("textbox", name="Message #general")
    composer.fill("/task new Read the audit by tomorrow")
    composer.press("Enter")
    expect(omar.get_by_text("Added to your list.").first).to_be_visible()

    omar.get_by_role("navigation").get_by_role("link", name=re.compile("^Task Bot")).click()
    omar.get_by_role("link", name="Home").click()
    home = omar.get_by_role("region", name="Home of Task Bot")
    expect(home.get_by_role("link", name="Home")).to_have_attribute("aria-current", "page")
    expect(home.get_by_text("Read the audit")).to_be_visible()
    home.get_by_role("button", name="More options for Read the audit").click()
    omar.get_by_role("menuitem", name="Done").click()
    expect(home.get_by_text("Read the audit")).to_have_count(0)


def test_app_home_shows_the_way_in_to_somebody_unlinked(be: Be) -> None:
    chi = be("U0CHI", "#/app/home")
    expect(chi.get_by_role("region", name="Home of Task Bot")).to_contain_text("Link my account")
