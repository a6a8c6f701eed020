"""Somebody joins the team, in a real browser: from a mention in Slack to the first task."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from core.errors import NotFoundError
from infra.local.local_stack import LocalStack
from tests.browser.conftest import Be
from tests.support.linking import PASSWORD
from tests.support.running_team import RunningTeam
from tests.support.workspace import DemoWorkspace

pytestmark = pytest.mark.stack

ADA = "U0ADA"
EMAIL = "dana.berg@example.com"


@pytest.fixture
def dana(stack: LocalStack) -> Iterator[dict[str, Any]]:
    """Somebody in Slack whom the team does not know, and forgets again."""
    facts = {"name": "dana.berg", "real_name": "Dana Berg", "email": EMAIL}
    with httpx.Client(base_url=f"{stack.url}/_local/slack", trust_env=False) as slack:
        person = slack.post("/people", json=facts).json()["person"]
        yield person
        team = RunningTeam(stack)
        try:
            known = team.directory.with_email(EMAIL)
            team.services.administration.remove(team.ada, known.person_id)
        except NotFoundError:
            pass
        slack.post("/people/change", json={"user": person["id"], "deleted": True})


def write(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Message"))
    box.fill(text)
    box.press("Enter")


def password_in(inbox: Page) -> str:
    """Find the invitation and read it."""
    inbox.locator(".mail-row").filter(has_text="You are invited").filter(has_text="Hello Dana").first.click()
    letter = inbox.frame_locator("iframe")
    expect(letter.get_by_text("has added you to the team")).to_be_visible()
    [password] = re.findall(r"temporary password:\s+(\S+)", letter.locator("body").inner_text())
    return str(password)


def sign_in_for_the_first_time(page: Page, password: str) -> None:
    page.get_by_role("button", name="Yes, this is me").click()
    page.locator("[name=username]").fill(EMAIL)
    page.locator("[name=password]").fill(password)
    page.locator("[type=submit]").click()
    page.locator("[name=new_password]").fill(PASSWORD)
    page.locator("[name=confirm_password]").fill(PASSWORD)
    page.locator("[type=submit]").click()


def test_somebody_mentioned_is_invited_signs_in_links_and_gets_their_first_task(
    workspace: DemoWorkspace, dana: dict[str, Any], be: Be
) -> None:
    ada = be(ADA, "#/place/C0GENERAL")
    write(ada, "/team add @dana.berg")
    form = ada.get_by_role("dialog", name="Add to the team")
    expect(form.get_by_label("Email")).to_have_value(EMAIL)
    expect(form.get_by_label("Given name")).to_have_value("Dana")
    form.get_by_role("button", name="Add").click()
    # Where the machine is slow, `work` goes on with it.
    expect(ada.get_by_role("dialog")).to_contain_text(re.compile("Dana Berg is in the team|Working… adding Dana Berg"))
    password = password_in(be(dana["id"], "#/mail"))
    assert workspace.everything(naming=password) == []
    assert len(workspace.every_email(naming=password)) == 1

    slack = be(dana["id"], "#/place/C0GENERAL")
    write(slack, "/task link")
    with slack.expect_popup() as opened:
        slack.get_by_role("link", name="Link my account").last.click()
    sign_in_for_the_first_time(opened.value, password)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("You are linked")

    ada.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(ada.get_by_role("dialog")).to_be_hidden()
    write(ada, "/task new Say hello to everybody @dana.berg")
    expect(ada.get_by_text("Say hello to everybody").first).to_be_visible()
    slack.get_by_role("navigation").get_by_role("link", name=re.compile("^Task Bot")).click()
    slack.get_by_role("link", name="Messages").click()
    expect(slack.get_by_text("gave you a task").first).to_be_visible()
    expect(slack.get_by_text("Say hello to everybody").first).to_be_visible()
