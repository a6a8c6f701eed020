"""Thirty tasks of a list given away in one form, told once, and taken back with one press."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core.tasks.model import NewTask
from infra.local.local_stack import LocalStack
from tests.browser.conftest import Be
from tests.browser.test_journey import composer, messages
from tests.support.running_team import RunningTeam
from tests.support.workspace import visiting

pytestmark = pytest.mark.stack


def form_of(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Several tasks")


def messages_of_the_bot(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name=re.compile("^Task Bot")).click()
    page.get_by_role("link", name="Messages").click()


def test_thirty_tasks_are_given_away_in_one_form_told_once_and_taken_back(be: Be, stack: LocalStack) -> None:
    team = RunningTeam(stack)
    for number in range(30):
        new = NewTask(title=f"Carry box {number:02}", assigned_to=team.ada.person_id, labels=("boxes",))
        team.tasks.create(team.ada, new)
    with visiting(stack) as workspace:
        ada = be("U0ADA", "#/place/C0GENERAL")
        composer(ada).fill("/task list #boxes")
        composer(ada).press("Enter")
        messages(ada, "Carry box").last.get_by_role("button", name="Select several tasks to change at once").click()

        form = form_of(ada)
        expect(form.get_by_role("checkbox")).to_have_count(30)
        form.get_by_role("button", name="Tick all").click()
        expect(form.get_by_role("checkbox", checked=True)).to_have_count(30)
        form.get_by_label("Give them to somebody").check()
        form.get_by_role("combobox", name="To whom").fill("ben")
        expect(form.get_by_role("option", name=re.compile("Ben Okoro"))).to_be_visible()
        ada.keyboard.press("Enter")
        form.get_by_role("button", name="Change them").click()
        expect(form).to_contain_text("30 tasks are under way.")
        ada.keyboard.press("Escape")

        messages_of_the_bot(ada)
        ended = messages(ada, "30 tasks have a new owner.")
        expect(ended).to_have_count(1)
        ben = be("U0BEN", "#/place/C0GENERAL")
        messages_of_the_bot(ben)
        told = messages(ben, "Ada Lind gave you 30 tasks.")
        expect(told).to_contain_text("Carry box 00")
        expect(told).to_contain_text("And 20 more.")
        expect(messages(ben, "Carry box")).to_have_count(1)

        ended.get_by_role("button", name="Undo all 30").click()
        expect(messages(ada, "30 tasks are as before.")).to_have_count(1)
        expect(messages(ben, "Ada Lind took 30 tasks off your list.")).to_have_count(1)
        assert len(workspace.emails("ben.okoro@example.com", naming="30 tasks")) == 1
    assert {task.owner_id for task in team.open_of(team.ada.person_id) if task.labels == ("boxes",)} == {
        team.ada.person_id
    }
