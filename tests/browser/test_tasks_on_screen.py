"""Days with tasks as people see them: made from a message, edited by two at once, undone, paged, shared, kept fresh."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Be
from tests.browser.test_journey import composer, messages
from tests.support.workspace import DemoWorkspace

pytestmark = pytest.mark.stack

GENERAL = "#/place/C0GENERAL"


def say(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Enter")


def task_id_in(answer: Locator) -> str:
    expect(answer).to_contain_text(re.compile(r"T-\d+"))
    found = re.search(r"T-\d+", answer.inner_text())
    assert found is not None
    return found[0]


def dialog(page: Page, title: str) -> Locator:
    return page.get_by_role("dialog", name=title)


def home_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Home of Task Bot")


def press_until(page: Page, key: str, is_there: str) -> None:
    """Press a key as often as somebody would who watches where the focus goes."""
    for _ in range(12):
        page.keyboard.press(key)
        if page.evaluate(f"Boolean({is_there})"):
            return


def make_task_of_a_message(page: Page, text: str) -> str:
    said = messages(page, text).first
    said.hover()
    said.get_by_role("button", name="Message actions").click()
    page.get_by_role("menuitem", name="Create task").click()
    form = dialog(page, "New task")
    expect(form.get_by_label("Title")).to_have_value(text)
    form.get_by_role("button", name="Add").click()
    expect(dialog(page, "Task added")).to_contain_text("It is on your list.")
    task_id = task_id_in(dialog(page, "Task added"))
    page.keyboard.press("Escape")
    return task_id


def test_a_message_becomes_a_task_that_knows_where_it_came_from(be: Be) -> None:
    ben, ana = be("U0BEN", GENERAL), be("U0ANA", GENERAL)
    say(ben, "The printer on floor 2 is empty")
    task_id = make_task_of_a_message(ana, "The printer on floor 2 is empty")

    messages(ben, "The printer on floor 2 is empty").first.get_by_role("link", name="1 reply").click()
    answer = ben.get_by_role("list", name="Messages of the thread").locator(".message", has_text=task_id)
    expect(answer).to_contain_text("@Ana Silva made a task of this.")

    say(ana, f"/task show {task_id}")
    messages(ana, "Added by").last.get_by_role("link", name="a message").click()
    thread = ana.get_by_role("list", name="Messages of the thread")
    expect(thread).to_contain_text("The printer on floor 2 is empty")
    expect(thread).to_contain_text("made a task of this.")


def test_where_the_bot_is_no_member_whoever_made_the_task_is_answered_in_their_dm(
    be: Be, workspace: DemoWorkspace
) -> None:
    ben, omar = be("U0BEN", GENERAL), be("U0OMAR", GENERAL)
    say(ben, "The coffee machine blinks red")
    with workspace.bot_out_of("C0GENERAL"):
        task_id = make_task_of_a_message(omar, "The coffee machine blinks red")

        omar.get_by_role("navigation").get_by_role("link", name=re.compile("^Task Bot")).click()
        omar.get_by_role("link", name="Messages").click()
        told = messages(omar, task_id)
        expect(told).to_contain_text(
            f"You made {task_id} of this message. I am not in that channel, so I tell you here."
        )
        expect(told).to_contain_text("The coffee machine blinks red")
    told.get_by_role("link", name="this message").click()
    thread = omar.get_by_role("list", name="Messages of the thread")
    expect(thread).to_contain_text("The coffee machine blinks red")


def test_two_people_edit_the_same_task_and_the_second_chooses(be: Be, workspace: DemoWorkspace) -> None:
    ada, omar = be("U0ADA", GENERAL), be("U0OMAR", GENERAL)
    say(ada, "/task new Write the yearly report")
    task_id = task_id_in(messages(ada, "Write the yearly report"))
    for page in (ada, omar):
        say(page, f"/task edit {task_id}")
        expect(dialog(page, f"Edit {task_id}").get_by_label("Title")).to_be_focused()

    dialog(omar, f"Edit {task_id}").get_by_label("Title").fill("Write the quarterly report")
    dialog(omar, f"Edit {task_id}").get_by_role("button", name="Save").click()
    expect(dialog(omar, "Task edited")).to_contain_text("Saved.")

    form = dialog(ada, f"Edit {task_id}")
    form.get_by_label("Title").fill("Write the report of the year")
    form.get_by_label("Description").fill("With the new chart")
    form.get_by_role("button", name="Save").click()

    expect(form).to_contain_text("Omar Haddad changed this task while you were typing")
    expect(form).to_contain_text("title: now Write the quarterly report")
    expect(form.get_by_role("group", name="You both changed: title")).to_be_visible()
    expect(form.get_by_label("Title", exact=True)).to_have_value("Write the report of the year")
    expect(form.get_by_label("Description")).to_have_value("With the new chart")
    form.get_by_label("Take theirs").check()
    form.get_by_role("button", name="Save").click()
    expect(dialog(ada, "Task edited")).to_contain_text("Write the quarterly report")

    shown = str(workspace.command("U0ADA", f"show {task_id}"))
    assert "Write the quarterly report" in shown
    assert "With the new chart" in shown


def test_what_was_done_by_mistake_is_undone(be: Be) -> None:
    ana = be("U0ANA", GENERAL)
    say(ana, "/task new Feed the office cat")
    added = messages(ana, "Feed the office cat")
    task_id = task_id_in(added)
    added.get_by_role("button", name=re.compile("^Done")).click()
    expect(added).to_contain_text("It is done now.")

    added.get_by_role("button", name=re.compile("^Undo")).click()

    expect(added).to_contain_text("Undone.")
    expect(added).to_contain_text("Open")
    expect(added.get_by_role("button", name=re.compile("^Done"))).to_be_visible()
    say(ana, "/task list mine")
    expect(messages(ana, "Your open tasks").last).to_contain_text(task_id)


def test_next_and_previous_stay_right_though_the_list_changes_in_between(be: Be, workspace: DemoWorkspace) -> None:
    packed = [
        workspace.command("U0OMAR", f"new Pack box {number:02} by in {number} days +moving")["shown"]
        for number in range(1, 13)
    ]
    third = re.findall(r"T-\d+", str(packed[2]))[0]
    omar = be("U0OMAR", GENERAL)
    say(omar, "/task list #moving")
    shown = messages(omar, "Your open tasks").last
    expect(shown).to_contain_text("Pack box 10")
    expect(shown).not_to_contain_text("Pack box 11")

    workspace.command("U0OMAR", f"done {third}")
    shown.get_by_role("button", name="Next").click()
    expect(shown).to_contain_text("Pack box 11")
    expect(shown).to_contain_text("Pack box 12")
    expect(shown).not_to_contain_text("Pack box 10")

    shown.get_by_role("button", name="Previous").click()
    expect(shown).to_contain_text("Pack box 01")
    expect(shown).to_contain_text("Pack box 10")
    expect(shown).not_to_contain_text("Pack box 03")


def test_an_answer_is_shared_with_the_channel_once(be: Be) -> None:
    ana, ben = be("U0ANA", GENERAL), be("U0BEN", GENERAL)
    say(ana, "/task new Bring cake on friday")
    answer = messages(ana, "Bring cake on friday").filter(has_text="Only visible to you")
    share = answer.get_by_role("button", name="Share this with everybody in the channel")
    share.click()
    share.click()

    shared = messages(ben, "Bring cake on friday")
    expect(shared).to_have_count(1)
    expect(shared).to_contain_text("Ana Silva shares:")
    expect(shared.get_by_role("button", name=re.compile("Done|Start|Share"))).to_have_count(0)
    expect(messages(ana, "You have shared this already")).to_be_visible()


def test_the_home_of_somebody_else_follows_what_is_done_elsewhere(be: Be) -> None:
    ana, ada = be("U0ANA", "#/app/home"), be("U0ADA", GENERAL)
    expect(home_of(ana).get_by_role("button", name="New task")).to_be_visible()

    say(ada, "/task new Order the new chairs @ana")
    task_id = task_id_in(messages(ada, "Order the new chairs"))
    expect(home_of(ana).get_by_text("Order the new chairs")).to_be_visible()

    say(ada, f"/task start {task_id}")
    row = home_of(ana).get_by_text(re.compile(rf"{task_id}\b.*In progress"))
    expect(row).to_be_visible()
    say(ada, f"/task assign {task_id} @ben")
    expect(home_of(ana).get_by_text("Order the new chairs")).to_have_count(0)


def test_from_the_composer_to_done_with_the_keyboard_alone(be: Be) -> None:
    ana = be("U0ANA", GENERAL)
    expect(composer(ana)).to_be_focused()
    ana.keyboard.type("/task new Lock the side door")
    ana.keyboard.press("Enter")
    answer = messages(ana, "Lock the side door")
    expect(answer).to_contain_text("Added to your list.")
    expect(composer(ana)).to_be_focused()

    done = answer.get_by_role("button", name=re.compile("^Done"))
    press_until(ana, "Shift+Tab", "document.activeElement.closest('.message')")
    ana.keyboard.press("End")
    expect(answer).to_be_focused()
    press_until(ana, "Tab", "document.activeElement.textContent === 'Done'")
    expect(done).to_be_focused()
    ana.keyboard.press("Enter")

    expect(answer).to_contain_text("It is done now.")
