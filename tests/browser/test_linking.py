"""Linking in a real browser: the pages, the sign-in that the emulator serves, and what is in Slack then."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.ids import Action
from core.ids import SlackUserId
from infra.local.local_stack import LocalStack
from tests.browser.conftest import Be
from tests.support.chromium import complaints_of
from tests.support.linking import PASSWORD, Linking, link_in
from tests.support.patience import eventually
from tests.support.workspace import DemoWorkspace

pytestmark = pytest.mark.stack

ADA, CHI = "U0ADA", SlackUserId("U0CHI")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser that knows nobody, on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    complaints = complaints_of(opened)
    yield opened
    context.close()
    assert [each for each in complaints if "Security Policy" in each] == []


def sign_in(page: Page, email: str, password: str) -> None:
    """From the page that the link in Slack leads to, to the last page."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Link your account")
    expect(page.get_by_text("Chi Nguyen")).to_be_visible()
    page.get_by_role("button", name="Yes, this is me").click()
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("[type=submit]").click()


def test_chi_types_link_signs_in_and_sees_the_message(stack: LocalStack, linking: Linking, be: Be) -> None:
    chi = next(each for each in stack.info["people"] if each["slack_user_id"] == CHI)
    slack = be(CHI, "#/place/C0GENERAL")
    composer = slack.get_by_role("textbox", name="Message #general")
    composer.fill("/task link")
    composer.press("Enter")
    with slack.expect_popup() as opened:
        slack.get_by_role("link", name="Link my account").or_(
            slack.get_by_role("button", name="Link my account")
        ).last.click()
    page = opened.value
    sign_in(page, chi["email"], chi["password"])

    expect(page.get_by_role("heading", level=1)).to_have_text("You are linked")
    expect(page.get_by_text(f"Chi Nguyen, {chi['email']}")).to_be_visible()
    slack.get_by_role("navigation").get_by_role("link", name=re.compile("^Task Bot")).click()
    slack.get_by_role("link", name="Messages").click()
    expect(slack.get_by_text("You are linked to the team account of Chi Nguyen").first).to_be_visible()
    assert linking.people.linked_to(CHI).email == chi["email"]
    assert not chi["linked"]
    assert next(each for each in stack.info["people"] if each["slack_user_id"] == CHI)["linked"]


def test_for_another_address_chi_waits_for_an_admin(workspace: DemoWorkspace, linking: Linking, page: Page) -> None:
    account = linking.add("chi.elsewhere@example.com")
    page.goto(link_in(workspace.command(CHI, "link")))
    sign_in(page, account.email, PASSWORD)

    expect(page.get_by_role("heading", level=1)).to_have_text("An admin is asked")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    [card] = eventually(lambda: workspace.messages(ADA, naming=account.email))
    workspace.press(ADA, card, Action.LINK_APPROVE)
    [message] = eventually(lambda: workspace.messages(CHI, naming="Ada Lind linked you"))

    [not_me] = [each["url"] for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
    page.goto(not_me)
    expect(page.get_by_role("heading", level=1)).to_have_text("Was this not you?")
    assert linking.people.linked_to(CHI).person_id == account.person_id
    page.get_by_role("button", name="This was not me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is taken back")
    assert linking.people.get(account.person_id).slack_user_id is None
