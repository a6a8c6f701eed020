"""Buttons and menus of answers that stand there for long: what others did meanwhile is told, and never taken back."""

from typing import Any

import pytest

from bot.ids import Action
from core.ids import TaskId
from core.people.model import Person
from core.tasks.model import NewTask, Task, TaskStatus
from tests.bot.test_verbs import choose, elements, menus, pressable
from tests.support.world import SlackPlayed, World, words_of

T1 = TaskId("T-1")
AT_HOME: dict[str, Any] = {
    "container": {"type": "view", "view_id": "V0"}, "view": {"id": "V0", "type": "home"}, "response_url": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def task(world: World) -> Task:
    """Ada gave it to Ana."""
    new = NewTask(title="Fix login", assigned_to=world.ana.person_id)
    return world.tasks.create(world.acting(world.ada), new).task


def move(world: World, person: Person, status: TaskStatus, note: str | None = None) -> None:
    world.tasks.change_status(world.acting(person), T1, status, note=note)


def status_of(world: World) -> TaskStatus:
    return world.tasks.get(T1).task_status


def shown(slack: SlackPlayed) -> list[dict[str, Any]]:
    """What stands in the place of the pressed answer."""
    response = slack.ears.responses[-1]
    assert response["replace_original"] is True
    blocks: list[dict[str, Any]] = response["blocks"]
    return blocks


@pytest.mark.parametrize("action", [Action.TASK_START, Action.TASK_DONE])
@pytest.mark.parametrize("is_old", [False, True])
def test_a_card_does_not_bring_back_what_was_cancelled(
    slack: SlackPlayed, world: World, action: Action, *, is_old: bool
) -> None:
    value = pressable(slack.command(world.ana, "show T-1").json["blocks"], action)
    move(world, world.ada, TaskStatus.CANCELLED, "customer left")

    # Those that were posted long ago do not say what they were made for.
    slack.press(world.ana, action, value.partition(":")[0] if is_old else value)

    said = words_of(shown(slack))
    assert "Ada Lind moved it to cancelled meanwhile, so I left it as it is." in said
    assert "customer left" in said
    assert status_of(world) is TaskStatus.CANCELLED
    slack.press(world.ana, Action.TASK_REOPEN, pressable(shown(slack), Action.TASK_REOPEN))
    assert status_of(world) is TaskStatus.OPEN


@pytest.mark.parametrize("verb", ["start", "done"])
@pytest.mark.parametrize("is_old", [False, True])
def test_nor_does_a_row_of_a_list(slack: SlackPlayed, world: World, verb: str, *, is_old: bool) -> None:
    [row] = menus(slack.command(world.ana, "list").json["blocks"])
    [value] = [each for each in row if each.startswith(verb)]
    move(world, world.ada, TaskStatus.CANCELLED)

    choose(slack, world.ana, value.partition(":")[0] if is_old else value)

    assert "Ada Lind moved it to cancelled meanwhile" in words_of(shown(slack))
    assert status_of(world) is TaskStatus.CANCELLED


def test_reopen_is_for_what_was_seen_closed_that_way(slack: SlackPlayed, world: World) -> None:
    move(world, world.ana, TaskStatus.DONE)
    reopen = pressable(slack.command(world.ana, "show T-1").json["blocks"], Action.TASK_REOPEN)
    move(world, world.ada, TaskStatus.CANCELLED)
    slack.press(world.ana, Action.TASK_REOPEN, reopen)
    assert status_of(world) is TaskStatus.CANCELLED

    move(world, world.ada, TaskStatus.IN_PROGRESS)
    slack.press(world.ana, Action.TASK_REOPEN, "T-1")

    assert status_of(world) is TaskStatus.IN_PROGRESS
    assert "Ada Lind moved it to in progress meanwhile" in words_of(shown(slack))


def test_start_does_not_lift_a_block_that_nobody_saw(slack: SlackPlayed, world: World) -> None:
    start = pressable(slack.command(world.ana, "show T-1").json["blocks"], Action.TASK_START)
    move(world, world.ada, TaskStatus.BLOCKED, "waits for the certificate")

    slack.press(world.ana, Action.TASK_START, start)

    assert status_of(world) is TaskStatus.BLOCKED
    assert "waits for the certificate" in words_of(shown(slack))
    slack.press(world.ana, Action.TASK_START, pressable(shown(slack), Action.TASK_START))
    assert status_of(world) is TaskStatus.IN_PROGRESS


def test_what_was_only_begun_meanwhile_is_finished_as_ever(slack: SlackPlayed, world: World) -> None:
    done = pressable(slack.command(world.ana, "show T-1").json["blocks"], Action.TASK_DONE)
    move(world, world.ada, TaskStatus.IN_PROGRESS)

    slack.press(world.ana, Action.TASK_DONE, done)

    assert "It is done now." in words_of(shown(slack))


def test_ones_own_change_is_told_as_such(slack: SlackPlayed, world: World) -> None:
    start = pressable(slack.command(world.ana, "show T-1").json["blocks"], Action.TASK_START)
    move(world, world.ana, TaskStatus.DONE)

    slack.press(world.ana, Action.TASK_START, start)

    assert "You moved it to done meanwhile" in words_of(shown(slack))
    assert status_of(world) is TaskStatus.DONE


def test_a_press_that_slack_sends_again_is_done_and_answered_as_done(slack: SlackPlayed, world: World) -> None:
    value = pressable(slack.command(world.ana, "show T-1").json["blocks"], Action.TASK_DONE)
    again = {"actions": [{"type": "button", "action_id": Action.TASK_DONE, "value": value, "action_ts": "9.9"}]}

    slack.press(world.ana, Action.TASK_DONE, value, **again)
    slack.press(world.ana, Action.TASK_DONE, value, **again)

    assert "It was done already." in words_of(shown(slack))
    assert world.tasks.get(T1).version == 2


def test_in_app_home_it_is_said_in_a_window_above_the_home_as_it_is_now(slack: SlackPlayed, world: World) -> None:
    move(world, world.ada, TaskStatus.DONE)

    choose(slack, world.ana, "start T-1:open", **AT_HOME)

    (opened, window), (published, home) = slack.ears.calls[-2:]
    assert (opened, published) == ("views.open", "views.publish")
    assert "Ada Lind moved it to done meanwhile" in words_of(window["view"]["blocks"])
    assert Action.TASK_REOPEN in [each["action_id"] for each in elements(window["view"]["blocks"])]
    assert "Fix login" not in words_of(home["view"]["blocks"])
    assert status_of(world) is TaskStatus.DONE


def test_a_stranger_is_told_that_they_may_not(slack: SlackPlayed, world: World) -> None:
    move(world, world.ada, TaskStatus.CANCELLED)

    slack.press(world.ben, Action.TASK_DONE, "T-1:open")

    assert "Only the owner" in str(slack.ears.responses[-1])


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("start", "It was cancelled before. It is in progress now."),
        ("done", "It was cancelled before. It is done now."),
        ("reopen", "It is open now."),
    ],
)
def test_what_is_typed_is_done_and_says_what_it_was_before(
    slack: SlackPlayed, world: World, verb: str, said: str
) -> None:
    move(world, world.ada, TaskStatus.CANCELLED)

    answer = slack.command(world.ana, f"{verb} T-1")

    assert answer.shown.startswith(said)
    assert status_of(world) is not TaskStatus.CANCELLED


def test_a_note_for_what_is_done_already_is_kept_and_there_is_nothing_to_undo(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "done T-1")

    answer = slack.command(world.ana, "done T-1 -- again with a note")

    assert "It was done already. Your note is in its history." in answer.shown
    assert Action.TASK_UNDO not in answer.body
    assert world.tasks.history(T1, limit=1).items[0].note == "again with a note"
