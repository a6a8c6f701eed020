"""What a card offers besides moving its task on: a comment, being reminded later, the whole task."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.ids import Action
from bot.messages.tasks import build_card
from core.notifications.model import Kind
from core.notifications.preferences import Preferences, Ways
from core.people.model import Person
from core.tasks.model import NewTask, Task, TaskStatus
from infra.local.slack.rules.check import check_view
from infra.local.slack.rules.shapes import Surface
from tests.bot.test_task_modals import opened, submit
from tests.support.world import SlackPlayed, World, words_of

TODAY = date(2026, 11, 18)


@pytest.fixture
def task(world: World) -> Task:
    """Ada gave it to Ana; it is never due."""
    new = NewTask(title="Fix login", description="Guests see a loop", assigned_to=world.ana.person_id)
    return world.tasks.create(world.acting(world.ada), new).task


def offered(world: World, task: Task, viewer: Person) -> list[str]:
    elements = [each for block in build_card(task, viewer, world.clock()) for each in block.get("elements", [])]
    labels = [each["text"]["text"] for each in elements if each["type"] == "button"]
    options = [each for menu in elements if menu["type"] == "overflow" for each in menu["options"]]
    return labels + [each["text"]["text"] for each in options]


def choose(slack: SlackPlayed, person: Person, value: str) -> Any:
    """Choose in the menu of a card; gives Slack's answer to whatever was said, if anything."""
    action = {
        "action_id": Action.CARD_MENU,
        "type": "overflow",
        "action_ts": "1.0",
        "selected_option": {"value": value},
    }
    message = {"blocks": [{"type": "section", "block_id": "words:0", "text": {"type": "mrkdwn", "text": "Look!"}}]}
    assert slack.press(person, Action.CARD_MENU, "", actions=[action], message=message).status == 200
    return slack.ears.responses[-1] if slack.ears.responses else None


def snoozed(world: World, person: Person) -> dict[str, date]:
    return {
        str(task_id): day for task_id, day in world.reminders_kept.remindable([person.person_id])[0].snoozed.items()
    }


def test_an_owner_may_do_everything_with_their_card(world: World, task: Task) -> None:
    snoozes = [f"Snooze: {each}" for each in ("tomorrow", "next week", "pick a day…")]

    assert offered(world, task, world.ana) == ["Start", "Done", "Comment", *snoozes, "Open"]


def test_who_handed_it_out_is_not_reminded_of_it_and_so_cannot_snooze_it(world: World, task: Task) -> None:
    assert offered(world, task, world.ada) == ["Start", "Done", "Comment", "Open"]


def test_a_closed_card_and_a_strangers_show_no_dead_buttons(world: World, task: Task) -> None:
    assert offered(world, task, world.ben) == []
    done = world.tasks.change_status(world.acting(world.ana), task.task_id, TaskStatus.DONE).task
    assert offered(world, done, world.ana) == []


def test_a_snooze_is_shown_on_the_card_which_keeps_what_people_wrote(
    slack: SlackPlayed, world: World, task: Task
) -> None:
    answer = choose(slack, world.ana, f"snooze {task.task_id} next_week")

    assert answer["replace_original"] is True
    assert words_of(answer["blocks"]).startswith("Look!\nSnoozed until Monday 23 November 2026.\nFix login")
    assert snoozed(world, world.ana) == {task.task_id: date(2026, 11, 23)}


def test_it_says_so_where_reminders_are_turned_off(slack: SlackPlayed, world: World, task: Task) -> None:
    off = Preferences(choices={Kind.DUE: Ways(slack=False, email=False)})
    world.preferences_kept.save(world.ana.person_id, off)

    answer = choose(slack, world.ana, f"snooze {task.task_id} tomorrow")

    assert "Your reminders are turned off" in words_of(answer["blocks"])


def test_a_day_is_asked_for_in_a_form(slack: SlackPlayed, world: World, task: Task) -> None:
    choose(slack, world.ana, f"snooze {task.task_id}")
    view = opened(slack)
    check_view(view, Surface.MODAL)

    assert view["blocks"][1]["element"]["initial_date"] == (TODAY + timedelta(1)).isoformat()
    refused = submit(slack, world.ana, view, snooze=TODAY.isoformat())
    assert refused.json["errors"] == {"snooze": "Choose a day after today."}
    answer = submit(slack, world.ana, view, snooze="2026-12-01")

    assert "Snoozed until Tuesday 1 December 2026." in words_of(answer.json["view"]["blocks"])
    assert snoozed(world, world.ana) == {task.task_id: date(2026, 12, 1)}


@pytest.mark.parametrize("until", ["", " tomorrow"])
def test_nobody_snoozes_what_is_not_theirs(slack: SlackPlayed, world: World, task: Task, until: str) -> None:
    answer = choose(slack, world.ben, f"snooze {task.task_id}{until}")

    assert "not yours" in words_of(answer["blocks"])
    assert (snoozed(world, world.ben), slack.ears.calls) == ({}, [])


def test_a_card_that_is_done_elsewhere_is_not_snoozed(slack: SlackPlayed, world: World, task: Task) -> None:
    world.tasks.change_status(world.acting(world.ana), task.task_id, TaskStatus.DONE)

    answer = choose(slack, world.ana, f"snooze {task.task_id} tomorrow")

    assert "closed already" in words_of(answer["blocks"])
    assert snoozed(world, world.ana) == {}


def test_open_shows_the_whole_task_beside_the_card(slack: SlackPlayed, world: World, task: Task) -> None:
    by_menu = choose(slack, world.ana, f"show {task.task_id}")
    slack.press(world.ada, Action.TASK_OPEN, task.task_id)
    by_button = slack.ears.responses[-1]

    for answer in (by_menu, by_button):
        assert (answer["replace_original"], answer["response_type"]) == (False, "ephemeral")
        assert "Guests see a loop" in words_of(answer["blocks"])
