"""What an admin sees of the team: a link request that comes while App Home is open, and what `/team` answers."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from core.ids import SlackUserId
from infra.local.local_stack import LocalStack
from tests.browser.conftest import Be
from tests.support.linking import PASSWORD, Browser, Linking, link_in
from tests.support.running_team import RunningTeam
from tests.support.workspace import DemoWorkspace

pytestmark = pytest.mark.stack

CHI = SlackUserId("U0CHI")


@pytest.fixture(autouse=True)
def settings(stack: LocalStack) -> Iterator[None]:
    """They are left as they were found."""
    team = RunningTeam(stack)
    before = team.services.settings.get()
    yield
    team.services.settings.change(team.ada, **before.facts)


def ask(workspace: DemoWorkspace, linking: Linking, email: str) -> None:
    """Chi signs in to an account whose address is not the one in Slack."""
    account = linking.add(email)
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=60) as http:
        linking.follow(Browser(http), link_in(workspace.command(CHI, "link")), account.email, PASSWORD)


def team(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Message"))
    box.fill(f"/team {text}")
    box.press("Enter")


def test_an_admin_approves_in_app_home_and_finds_it_in_the_audit(
    workspace: DemoWorkspace, linking: Linking, be: Be
) -> None:
    ada = be("U0ADA", "#/app/home")
    home = ada.get_by_role("region", name="Home of Task Bot")
    expect(home.get_by_text("The team's open tasks")).to_be_visible()

    ask(workspace, linking, "chi.on.the.road@example.com")
    home.get_by_role("button", name=re.compile("^Approve: Chi Nguyen and Chi.on.the.road")).click()

    expect(home.get_by_text("Approved by Ada Lind. They are linked.")).to_be_visible()
    expect(home.get_by_role("button", name=re.compile("^Approve: Chi Nguyen and Chi.on.the.road"))).to_have_count(0)
    assert linking.people.linked_to(CHI).email == "chi.on.the.road@example.com"

    channel = be("U0ADA", "#/place/C0GENERAL")
    team(channel, "audit <@U0ADA>")
    expect(channel.get_by_text(re.compile("Linked the Slack user Chi Nguyen")).first).to_be_visible()
    team(channel, "stats")
    expect(channel.get_by_text("Open and overdue tasks by person").first).to_be_visible()
    team(channel, "settings")
    form = channel.get_by_role("dialog")
    form.get_by_label("Daily reminder at").select_option("08:00")
    form.get_by_role("button", name="Save").click()
    expect(channel.get_by_text("Saved. It counts for everybody from now on.")).to_be_visible()
    form.get_by_role("button", name="Close").last.click()
    expect(form).to_have_count(0)
    team(channel, "audit")
    changed = "@Ada Lind changed the hour of reminders from 09:00 to 08:00"
    expect(channel.locator(".message", has_text=changed).first).to_be_visible()
