"""What stays while things change around it: what one types, where one reads, and what has the focus."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from infra.local.slack.model import Message
from tests.browser.conftest import type_command
from tests.support.bolt_on_screen import CARD, Bot, Json, button, plain
from tests.support.patience import eventually
from tests.support.slack_workspace import ADA, ANA, GONE, Served, served

MANY = 40


def section(words: str) -> Json:
    return {"type": "section", "text": plain(words)}


def say(slack: Served, text: str, user: str = ADA.id) -> None:
    slack.post("/_local/slack/say", {"user": user, "channel": "general", "text": text})


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message #general")


def scrolled(page: Page) -> float:
    return float(page.locator(".pane > .scroller").evaluate("node => node.scrollTop"))


def from_end(page: Page) -> float:
    rest = "node => node.scrollHeight - node.scrollTop - node.clientHeight"
    return float(page.locator(".pane > .scroller").evaluate(rest))


@pytest.fixture
def reading(slack: Served, ana: Page) -> Page:
    """Ana, in the middle of a long conversation."""
    for number in range(MANY):
        slack.workspace.post(Message("C0GENERAL", slack.workspace.tick(), ADA.id, f"message {number}"))
    slack.workspace.changes.announce()
    expect(ana.locator(".message")).to_have_count(MANY)
    assert from_end(ana) < 1
    ana.locator(".message").nth(10).scroll_into_view_if_needed()
    return ana


def test_whoever_reads_further_up_stays_there_and_is_told_of_what_comes(reading: Page, slack: Served) -> None:
    place = scrolled(reading)
    say(slack, "Look down here")
    reading.get_by_role("button", name="New messages").click()
    expect(reading.locator(".message", has_text="Look down here")).to_be_focused()
    expect(reading.get_by_role("button", name="New messages")).to_be_hidden()
    assert place < scrolled(reading)
    assert from_end(reading) < 1


def test_whoever_writes_sees_what_they_wrote(reading: Page) -> None:
    composer(reading).fill("Here I am")
    composer(reading).press("Enter")
    expect(reading.locator(".message", has_text="Here I am")).to_be_in_viewport()


def test_the_end_stays_in_sight_when_the_composer_grows(ana: Page, slack: Served) -> None:
    for number in range(MANY):
        say(slack, f"message {number}")
    last = ana.locator(".message", has_text=f"message {MANY - 1}")
    expect(last).to_be_in_viewport(ratio=1)
    composer(ana).fill("\n" * 6)
    expect(last).to_be_in_viewport(ratio=1)


def test_a_thread_opens_and_closes_without_losing_the_place(reading: Page) -> None:
    root = reading.locator(".message", has_text="message 10")
    place = scrolled(reading)
    root.hover()
    root.get_by_role("button", name="Message actions").click()
    reading.get_by_role("menuitem", name="Reply in thread").click()
    expect(reading.get_by_role("textbox", name="Reply in the thread")).to_be_focused()
    reading.get_by_role("link", name="Close thread").click()
    expect(root).to_be_focused()
    assert scrolled(reading) == place


def test_what_was_typed_and_not_sent_is_there_again(ana: Page) -> None:
    composer(ana).fill("Half a sen")
    ana.get_by_role("link", name="Traffic").click()
    ana.get_by_role("link", name="general").click()
    expect(composer(ana)).to_have_value("Half a sen")


def test_what_could_not_be_sent_is_not_lost(browser: Browser, slack: Served) -> None:
    # Not one of `tabs`: the browser complains about the request that fails, and shall.
    page = browser.new_page()
    page.goto(f"{slack.url}/?as={ANA.id}#/place/C0GENERAL")
    page.route("**/_local/slack/say", lambda route: route.abort())
    composer(page).fill("Are you there?")
    composer(page).press("Enter")
    expect(page.get_by_role("region", name="Notices")).to_contain_text("The workspace on this machine does not answer.")
    expect(composer(page)).to_have_value("Are you there?")
    page.close()


def test_what_was_typed_into_a_form_while_offline_is_sent_with_it_afterwards(
    browser: Browser, slack: Served, bot: Bot
) -> None:
    # Not one of `tabs`: the browser complains about the requests that fail, and shall.
    page = browser.new_page()
    page.goto(f"{slack.url}/?as={ANA.id}#/place/C0GENERAL")
    type_command(page, "first")
    form = page.get_by_role("dialog", name="First")
    expect(form.get_by_label("Name")).to_be_focused()
    page.context.set_offline(True)
    form.get_by_label("Name").fill("Ana")
    form.get_by_label("Note").fill("typed while offline")
    form.get_by_role("button", name="Go").click()
    said = form.get_by_text("The workspace on this machine does not answer.")
    expect(said).to_be_visible()
    page.context.set_offline(False)
    expect(said).to_have_count(0)
    form.get_by_role("button", name="Go").click()
    expect(page.get_by_role("dialog", name="Second")).to_be_visible()
    values = bot.last("view_submission")["view"]["state"]["values"]
    assert {block: held["typed"]["value"] for block, held in values.items()} == {
        "name": "Ana",
        "note": "typed while offline",
    }
    page.close()


def test_that_the_workspace_has_stopped_is_said_once(browser: Browser) -> None:
    page = browser.new_page()
    with served() as slack:
        page.goto(f"{slack.url}/?as={ANA.id}#/place/C0GENERAL")
        composer(page).fill("Are you there?")
    notices = page.get_by_role("region", name="Notices").locator(".notice")
    expect(notices).to_contain_text(["This page goes on by itself"])
    composer(page).press("Enter")
    expect(composer(page)).to_have_value("Are you there?")
    page.wait_for_timeout(500)
    assert notices.count() == 1
    page.close()


def test_the_menu_of_a_message_that_changes_keeps_the_focus(card: Locator, slack: Served) -> None:
    more = card.get_by_role("button", name="More options")
    more.click()
    shown = slack.get("/_local/slack/messages?user=ana")["messages"][-1]
    slack.client.chat_update(
        channel=shown["channel"], ts=shown["ts"], text="Changed", blocks=[section("Something changed"), *CARD]
    )
    expect(card).to_contain_text("Something changed")
    expect(more).to_be_focused()


def test_a_home_that_is_published_anew_keeps_the_focus_where_it_was(ana: Page, slack: Served) -> None:
    def publish(note: str) -> None:
        rows = [{"type": "actions", "elements": [button(each)]} for each in ("First", "Second")]
        blocks = [section(note), *rows]
        slack.client.views_publish(user_id=ANA.id, view={"type": "home", "blocks": blocks})

    publish("before")
    ana.get_by_role("link", name=re.compile("Task Bot")).click()
    ana.get_by_role("button", name="Second").focus()
    publish("after")
    expect(ana.get_by_text("after")).to_be_visible()
    expect(ana.get_by_role("button", name="Second")).to_be_focused()


def at_home(page: Page, slack: Served, action: str) -> Callable[[str], None]:
    """Go to an App Home with one button; gives what publishes it anew."""

    def publish(note: str) -> None:
        pressed = {"type": "actions", "elements": [{**button("Press me"), "action_id": action}]}
        slack.client.views_publish(user_id=ANA.id, view={"type": "home", "blocks": [pressed, section(note)]})

    publish("before")
    page.get_by_role("link", name=re.compile("Task Bot")).click()
    expect(page.get_by_text("before")).to_be_visible()
    return publish


def test_a_home_that_is_published_anew_in_the_middle_of_a_click_loses_no_click(
    ana: Page, slack: Served, bot: Bot
) -> None:
    publish = at_home(ana, slack, "pick")
    ana.get_by_role("button", name="Press me").hover()
    ana.mouse.down()
    publish("after")
    ana.wait_for_timeout(300)
    ana.mouse.up()
    expect(ana.get_by_text("after")).to_be_visible()
    eventually(lambda: bot.all("block_actions"))


def test_what_went_wrong_is_said_in_a_home_that_was_published_anew_meanwhile(ana: Page, slack: Served) -> None:
    publish = at_home(ana, slack, "slow")
    ana.get_by_role("button", name="Press me").click()
    publish("after")
    expect(ana.get_by_text("after")).to_be_visible()
    expect(ana.get_by_role("region", name="Home of").get_by_role("alert")).to_be_visible()


def test_two_tabs_of_one_person_show_the_same_form(ana: Page) -> None:
    other = another_tab(ana, "#/place/C0GENERAL")
    type_command(ana, "first")
    ana.get_by_label("Note").fill("from the first tab")
    ana.get_by_label("Name").focus()
    expect(other.get_by_label("Note")).to_have_value("from the first tab")
    ana.keyboard.press("Escape")
    expect(other.get_by_role("dialog")).to_have_count(0)


def test_what_is_read_in_one_tab_is_read_in_the_other(ana: Page, slack: Served) -> None:
    other = another_tab(ana, "#/traffic")
    slack.client.chat_postMessage(channel=ANA.id, text="News")
    expect(other.get_by_role("link", name="Task Bot 1 new")).to_be_visible()
    ana.goto(f"{slack.url}/?as={ANA.id}#/app/messages")
    expect(ana.locator(".message", has_text="News")).to_be_visible()
    expect(other.get_by_role("link", name="Task Bot", exact=True)).to_be_visible()


def another_tab(page: Page, where: str) -> Page:
    context: BrowserContext = page.context
    other = context.new_page()
    other.goto(page.url.partition("#")[0] + where)
    other.locator(".workspace").wait_for()
    return other


def test_who_left_the_workspace_is_not_offered(ana: Page) -> None:
    composer(ana).press_sequentially("@")
    expect(ana.get_by_role("option", name="@ada Ada Lind")).to_be_visible()
    expect(ana.get_by_role("option", name=GONE.real_name)).to_have_count(0)
    expect(ana.get_by_role("link", name=GONE.real_name)).to_have_count(0)
