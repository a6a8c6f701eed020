"""Messages, menus, modals and threads of any app, on screen."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Tabs, type_command
from tests.support.bolt_on_screen import CARD, Bot, options
from tests.support.slack_workspace import ANA, Served, served


def test_a_button_shows_that_it_is_under_way(card: Locator, bot: Bot) -> None:
    slow = card.get_by_role("button", name="Slow")
    slow.click()
    expect(slow).to_have_attribute("aria-busy", "true")
    bot.may_answer.set()
    expect(slow).not_to_have_attribute("aria-busy", "true")
    expect(card.get_by_role("alert")).to_have_count(0)


def test_a_press_that_is_not_answered_in_time_says_so_beside_the_button(card: Locator) -> None:
    card.get_by_role("button", name="Slow").click()
    expect(card.get_by_role("alert")).to_have_text("Operation timed out. Apps need to respond within 3 seconds.")


@pytest.mark.filterwarnings("ignore")
def test_a_press_that_the_app_cannot_answer_says_so_beside_the_button(card: Locator) -> None:
    card.get_by_role("button", name="Broken").click()
    expect(card.get_by_role("alert")).to_have_text("This app responded with Status Code 500.")


def test_a_command_that_fails_says_what_slack_says(ana: Page) -> None:
    type_command(ana, "slow")
    said = ana.locator(".message.private")
    expect(said).to_contain_text('/task failed with the error "operation_timeout"')
    ana.get_by_role("link", name=re.compile("Traffic 1 failed")).click()
    expect(ana.get_by_role("list", name=re.compile("Requests")).locator("li").first).to_contain_text(
        "operation_timeout"
    )
    ana.get_by_role("link", name="general").click()
    expect(ana.get_by_role("link", name="Traffic", exact=True)).to_be_visible()


def test_an_app_opens_on_its_messages_where_there_are_new_ones(ana: Page, slack: Served) -> None:
    app = ana.get_by_role("link", name=re.compile("Task Bot"))
    slack.client.chat_postMessage(channel=ANA.id, text="Good news")
    ana.get_by_role("link", name="Task Bot 1 new").click()
    expect(ana.get_by_role("link", name="Messages")).to_have_attribute("aria-current", "page")
    expect(ana.locator(".message")).to_have_text(re.compile("Good news"))
    ana.get_by_role("link", name="general").click()
    app.click()
    expect(ana.get_by_role("link", name="Home")).to_have_attribute("aria-current", "page")


def test_a_day_that_is_picked_in_a_message_has_a_name_that_everybody_sees(ana: Page, slack: Served) -> None:
    picker = {"type": "datepicker", "action_id": "day", "placeholder": {"type": "plain_text", "text": "Snooze until"}}
    slack.client.chat_postMessage(channel=ANA.id, text="A", blocks=[{"type": "actions", "elements": [picker]}])
    ana.get_by_role("link", name="Task Bot 1 new").click()
    expect(ana.locator(".message").get_by_text("Snooze until")).to_be_visible()
    expect(ana.locator(".message").get_by_label("Snooze until")).to_have_attribute("type", "date")


def test_the_menu_of_a_row_stands_beside_its_title_on_a_phone(slack: Served, tabs: Tabs) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": options("Show", "Edit")}
    row = {"type": "section", "text": {"type": "mrkdwn", "text": "Check which reports nobody reads"}, "accessory": menu}
    slack.client.chat_postMessage(channel=ANA.id, text="A list", blocks=[row])
    phone = tabs(f"{slack.url}/?as={ANA.id}#/app/messages", viewport={"width": 320, "height": 640})

    title = phone.get_by_text("Check which reports").bounding_box()
    more = phone.locator(".message").get_by_role("button", name="More options").bounding_box()

    assert title
    assert more
    assert more["x"] >= title["x"] + title["width"]
    assert more["y"] < title["y"] + title["height"]


def test_a_question_comes_before_what_an_app_wants_confirmed(card: Locator, ana: Page, bot: Bot) -> None:
    delete = card.get_by_role("button", name="Delete")
    delete.click()
    question = ana.get_by_role("dialog", name="Sure?")
    expect(question).to_contain_text("It cannot be undone.")
    question.get_by_role("button", name="No").click()
    expect(question).to_be_hidden()
    assert bot.all("block_actions") == []
    delete.click()
    question.get_by_role("button", name="Yes").click()
    expect(question).to_be_hidden()
    expect(delete).not_to_have_attribute("aria-busy", "true")
    assert bot.last("block_actions")["actions"][0]["action_id"] == "delete"


def test_whoever_uses_a_message_that_goes_away_stays_in_the_list(card: Locator, slack: Served) -> None:
    slack.client.chat_postMessage(channel=ANA.id, text="Another card", blocks=CARD)
    expect(card).to_have_count(2)
    card.last.get_by_role("button", name="Vanish").click()
    expect(card).to_have_count(1)
    expect(card).to_be_focused()


def test_a_menu_and_a_select_tell_the_app_what_was_picked(card: Locator, ana: Page, bot: Bot) -> None:
    card.get_by_role("button", name="More options").click()
    ana.keyboard.press("ArrowDown")
    ana.keyboard.press("Enter")
    picked = card.get_by_role("combobox", name="Pick")
    picked.select_option("B")
    expect(picked).not_to_have_attribute("aria-busy", "true")
    chosen = [each["actions"][0]["selected_option"]["value"] for each in bot.all("block_actions")]
    assert sorted(chosen) == ["b", "open"]


def test_views_are_stacked_and_going_back_finds_what_was_typed(ana: Page, bot: Bot) -> None:
    type_command(ana, "first")
    first, second = ana.get_by_role("dialog", name="First"), ana.get_by_role("dialog", name="Second")
    expect(first.get_by_label("Name")).to_be_focused()
    expect(first.get_by_role("button", name="Back")).to_be_hidden()
    first.get_by_label("Name").fill("Ana")
    first.get_by_label("Note").fill("kept")
    first.get_by_role("button", name="Go").click()
    expect(second.get_by_label("More")).to_be_focused()
    second.get_by_role("button", name="Back").click()
    expect(first.get_by_label("Note")).to_have_value("kept")
    assert bot.last("view_closed")["is_cleared"] is False
    first.get_by_role("button", name="Go").click()
    second.get_by_label("More").fill("all")
    second.get_by_role("button", name="Go").click()
    expect(ana.get_by_role("dialog")).to_have_count(0)


def test_an_empty_answer_closes_the_view_in_front_alone(ana: Page) -> None:
    type_command(ana, "first")
    ana.get_by_label("Name").fill("Ana")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("dialog", name="Second")).to_be_visible()
    ana.get_by_label("More").fill("done")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("dialog", name="First")).to_be_visible()


def test_the_cross_closes_every_view(ana: Page, bot: Bot) -> None:
    type_command(ana, "first")
    ana.get_by_label("Name").fill("Ana")
    ana.keyboard.press("Enter")
    ana.get_by_role("dialog", name="Second").get_by_role("button", name="Close", exact=True).click()
    expect(ana.get_by_role("dialog")).to_have_count(0)
    assert bot.last("view_closed")["is_cleared"] is True
    expect(ana.get_by_role("textbox", name="Message #general")).to_be_focused()


def test_what_the_app_says_of_a_field_stands_at_the_field(ana: Page) -> None:
    type_command(ana, "first")
    name = ana.get_by_label("Name")
    name.fill("wrong")
    ana.keyboard.press("Enter")
    expect(name).to_have_accessible_description("That name is taken.")
    expect(name).to_be_focused()
    expect(name).to_have_value("wrong")


def test_an_updated_view_keeps_what_was_typed(ana: Page) -> None:
    type_command(ana, "first")
    ana.get_by_label("Note").fill("kept")
    ana.get_by_label("Name").fill("change")
    ana.keyboard.press("Enter")
    changed = ana.get_by_role("dialog", name="Changed")
    expect(changed.get_by_label("Note")).to_have_value("kept")


def test_an_answer_that_slack_cannot_use_says_what_slack_says(ana: Page) -> None:
    type_command(ana, "first")
    ana.get_by_label("Name").fill("unusable")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("dialog").get_by_role("alert")).to_have_text("We had some trouble connecting. Try again?")
    expect(ana.get_by_label("Name")).to_have_value("unusable")


def test_a_message_shortcut_takes_its_message_along(ana: Page, bot: Bot) -> None:
    box = ana.get_by_role("textbox", name="Message #general")
    box.fill("The printer is empty")
    box.press("Enter")
    said = ana.locator(".message", has_text="The printer is empty")
    said.hover()
    said.get_by_role("button", name="Message actions").click()
    with ana.expect_response("**/message_shortcut"):
        ana.get_by_role("menuitem", name="Remind me").click()
    sent = bot.last("message_action")
    assert (sent["callback_id"], sent["message"]["text"], sent["channel"]["name"]) == (
        "remind", "The printer is empty", "general",
    )  # fmt: skip


def test_replies_stand_in_the_thread_of_their_message(ana: Page, slack: Served) -> None:
    root = slack.client.chat_postMessage(channel=ANA.id, text="The root")
    slack.client.chat_postMessage(channel=root["channel"], text="From the app", thread_ts=root["ts"])
    ana.get_by_role("link", name=re.compile("Task Bot")).click()
    ana.get_by_role("link", name="Messages").click()
    conversation = ana.get_by_role("list", name="Messages in Task Bot")
    expect(conversation.get_by_text("From the app")).to_have_count(0)
    conversation.get_by_role("link", name=re.compile("^1 reply")).click()
    thread = ana.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("From the app")).to_be_visible()
    write = thread.get_by_role("textbox", name="Reply in the thread")
    write.fill("From Ana")
    write.press("Enter")
    expect(thread.locator(".message", has_text="From Ana")).to_be_visible()
    expect(conversation.get_by_role("link", name=re.compile("^2 replies"))).to_be_visible()
    write.fill("/task list")
    write.press("Enter")
    expect(thread.get_by_text("/task is not supported in threads. Sorry!")).to_be_visible()
    thread.get_by_role("link", name="Close thread").click()
    expect(thread).to_have_count(0)


def test_arrows_move_among_messages_and_tab_goes_into_the_one_in_use(ana: Page, card: Locator, slack: Served) -> None:
    slack.client.chat_postMessage(channel=ANA.id, text="Another card", blocks=CARD)
    expect(card).to_have_count(2)
    card.last.focus()
    ana.keyboard.press("ArrowUp")
    expect(card.first).to_be_focused()
    ana.keyboard.press("Tab")
    expect(card.first.get_by_role("button", name="Slow")).to_be_focused()
    expect(card.last.get_by_role("button", name="Slow")).to_have_attribute("tabindex", "-1")
    ana.keyboard.press("Shift+Tab")
    ana.keyboard.press("End")
    expect(card.last).to_be_focused()


def test_new_messages_are_said_aloud(ana: Page, slack: Served) -> None:
    slack.client.chat_postMessage(channel=ANA.id, text="<@U0ADA> gave you a task")
    expect(ana.get_by_role("status").filter(has_text="Task Bot: ")).to_contain_text("gave you a task")


def test_the_page_says_when_new_code_runs_and_when_it_cannot(ana: Page, slack: Served) -> None:
    notices = ana.get_by_role("region", name="Notices")
    slack.code.runs("bot/app.py")
    expect(notices).to_contain_text("New code is running (bot/app.py)")
    slack.code.is_refused("bot/app.py, line 3: a bracket is open")
    expect(notices.get_by_role("alert")).to_contain_text("The saved code is not running: bot/app.py, line 3")
    slack.code.runs("bot/app.py")
    expect(notices.get_by_role("alert")).to_have_count(0)


def test_a_notice_stands_before_an_open_form(ana: Page, slack: Served) -> None:
    type_command(ana, "first")
    expect(ana.get_by_label("Name")).to_be_focused()
    slack.code.runs("bot/app.py")
    # Only what the browser keeps in its top layer, as it does dialogs, stands before them.
    expect(ana.locator(".notices:popover-open")).to_contain_text("New code is running")
    expect(ana.get_by_label("Name")).to_be_focused()


def test_a_page_says_that_the_workspace_is_gone_and_goes_on_when_it_is_back(browser: Browser) -> None:
    # Not one of `tabs`: the browser complains about every try to reach what is gone.
    page = browser.new_page()
    notices = page.get_by_role("region", name="Notices")
    with served(None) as alone:
        page.goto(f"{alone.url}/?as={ANA.id}")
        expect(page.get_by_role("textbox")).to_be_focused()
        alone.code.runs("bot/before.py")
        expect(notices).to_contain_text("bot/before.py")
        expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("This page goes on by itself")
    with served(None, port=httpx.URL(alone.url).port) as again:
        expect(page.get_by_role("alert")).to_have_count(0)
        again.client.chat_postMessage(channel=ANA.id, text="Here again")
        expect(page.get_by_role("link", name="Task Bot 1 new")).to_be_visible()
        again.code.runs("bot/after.py")
        expect(notices).to_contain_text("bot/after.py")
        page.close()
