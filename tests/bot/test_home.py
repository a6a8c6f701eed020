"""App Home: my open tasks, fresh after what is done in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.ids import Action
from core.ids import TaskId
from core.people.model import Group
from core.tasks.model import TaskStatus
from tests.support.world import SlackPlayed, World, words_of


def published(slack: SlackPlayed) -> str:
    method, arguments = slack.ears.calls[-1]
    assert method == "views.publish"
    return words_of(arguments["view"]["blocks"])


def press_in_home(slack: SlackPlayed, world: World, action: Action, value: str) -> None:
    view: dict[str, Any] = {"id": "V0", "type": "home"}
    slack.press(world.ana, action, value, container={"type": "view", "view_id": "V0"}, view=view, response_url="")


def test_it_lists_my_open_tasks(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    slack.command(world.ben, "new Somebody else's")

    assert slack.event(world.ana, "app_home_opened", tab="home").status == 200

    assert "Water the plants" in published(slack)
    assert "Somebody else's" not in published(slack)
    assert slack.ears.calls[-1][1]["user_id"] == world.ana.slack_user_id


def test_it_is_made_anew_after_a_press_in_it_without_what_was_finished(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    slack.command(world.ana, "new Feed the cat")

    press_in_home(slack, world, Action.TASK_DONE, "T-1")

    assert "Water the plants" not in published(slack)
    assert "Feed the cat" in published(slack)
    assert world.tasks.get(TaskId("T-1")).task_status is TaskStatus.DONE


def test_a_started_task_is_shown_as_started_at_once(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")

    press_in_home(slack, world, Action.TASK_START, "T-1")

    assert "In progress" in published(slack)


def test_somebody_unlinked_is_told_how_to_begin(slack: SlackPlayed) -> None:
    slack.event("U0NEW", "app_home_opened", tab="home")

    assert "Link my account" in published(slack)


def test_opening_the_messages_tab_publishes_nothing(slack: SlackPlayed, world: World) -> None:
    slack.event(world.ana, "app_home_opened", tab="messages")

    assert slack.ears.calls == []


def test_somebody_disabled_is_told_why_there_is_nothing(slack: SlackPlayed, world: World) -> None:
    world.cognito.known[world.ana.person_id] = (frozenset({Group.TEAM_MEMBERS}), False)
    world.clock.forward(timedelta(seconds=60))

    slack.event(world.ana, "app_home_opened", tab="home")

    assert "switched off" in published(slack)


def test_a_press_in_it_that_is_refused_is_answered_in_a_modal(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ben, "new Feed the cat")

    press_in_home(slack, world, Action.TASK_DONE, "T-1")

    method, arguments = slack.ears.calls[-1]
    assert method == "views.open"
    assert "Only the owner" in words_of(arguments["view"]["blocks"])


def test_tasks_stand_in_groups_by_when_they_are_due(slack: SlackPlayed, world: World) -> None:
    for text in ("Late by tomorrow 9am", "Now by fri 20:00", "Soon by sun", "Some day", "Far by 2027-05-05"):
        slack.command(world.ana, f"new {text}")
    world.clock.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    slack.event(world.ana, "app_home_opened", tab="home")

    shown = published(slack)
    order = ["Overdue", "Late", "Today", "Now", "Next 7 days", "Soon", "Later", "Far", "No deadline", "Some day"]
    places = [shown.index(word) for word in order]
    assert places == sorted(places)


def test_tomorrow_is_never_later(slack: SlackPlayed, world: World) -> None:
    """On a Sunday, the week is over and the task is due all the same."""
    world.clock.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    slack.command(world.ana, "new Call the bank by tomorrow")
    slack.command(world.ana, "new Pay the rent by 2026-11-30")

    slack.event(world.ana, "app_home_opened", tab="home")

    shown = published(slack)
    order = ["Next 7 days", "Call the bank", "Later", "Pay the rent"]
    assert sorted(order, key=shown.index) == order


def test_it_shows_what_i_handed_out_and_to_admins_how_much_everyone_has(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ada, "new Fix login <@U0ANA>")

    slack.event(world.ada, "app_home_opened", tab="home")
    assert "What you handed out\nFix login" in published(slack)
    assert "Ana Silva\n  1 open" in published(slack)

    slack.event(world.ana, "app_home_opened", tab="home")
    assert "What you handed out" not in published(slack)
    assert "Ana Silva\n  1 open" not in published(slack)


def test_more_than_a_page_is_turned_over(slack: SlackPlayed, world: World) -> None:
    for number in range(1, 26):
        slack.command(world.ana, f"new Task {number:02} by in {number} days")
    slack.event(world.ana, "app_home_opened", tab="home")
    assert "Task 20" in published(slack)
    assert "Task 21" not in published(slack)

    place = next(
        element["value"]
        for block in slack.ears.calls[-1][1]["view"]["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == Action.HOME_NEXT
    )
    press_in_home(slack, world, Action.HOME_NEXT, place)

    assert "Task 20" not in published(slack)
    assert "Task 25" in published(slack)


def test_a_press_keeps_the_page_that_was_turned_to(slack: SlackPlayed, world: World) -> None:
    for number in range(1, 26):
        slack.command(world.ana, f"new Task {number:02} by in {number} days")
    slack.event(world.ana, "app_home_opened", tab="home")
    following = next(
        element["value"]
        for block in slack.ears.calls[-1][1]["view"]["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == Action.HOME_NEXT
    )
    press_in_home(slack, world, Action.HOME_NEXT, following)

    press_in_home(slack, world, Action.TASK_DONE, "T-24")

    assert "Task 01" not in published(slack)
    assert "Task 23" in published(slack)
    assert "Task 24" not in published(slack)


def test_what_was_handed_out_stays_newest_first_when_one_of_it_is_pressed(slack: SlackPlayed, world: World) -> None:
    for title in ("Oldest by tomorrow", "Middle", "Newest by fri"):
        slack.command(world.ada, f"new {title} <@U0ANA>")
        world.clock.forward(timedelta(minutes=1))
    slack.event(world.ada, "app_home_opened", tab="home")

    home: dict[str, Any] = {"id": "V0", "type": "home"}
    container = {"type": "view", "view_id": "V0"}
    slack.press(world.ada, Action.TASK_START, "T-2", container=container, view=home, response_url="")

    shown = published(slack).partition("What you handed out")[2]
    places = [shown.index(word) for word in ("Newest", "Middle", "Oldest")]
    assert places == sorted(places)


@pytest.mark.parametrize("trouble", ["internal_error", "not_enabled"])
def test_where_the_home_cannot_be_made_anew_the_press_counts_and_nobody_is_told_otherwise(
    slack: SlackPlayed, world: World, trouble: str
) -> None:
    slack.command(world.ana, "new Water the plants")
    slack.ears.refuses["views.publish"] = trouble

    press_in_home(slack, world, Action.TASK_DONE, "T-1")

    assert world.tasks.get(TaskId("T-1")).task_status is TaskStatus.DONE
    assert [method for method, _ in slack.ears.calls] == ["views.publish"]
