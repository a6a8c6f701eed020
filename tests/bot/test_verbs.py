"""Every verb through a signed request: what the person sees, what is kept, what is announced, and who may not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.ids import Action
from core.events import EventType
from core.ids import TaskId
from core.people.model import Person
from core.tasks.model import NewTask, Priority, Task, TaskStatus
from core.tasks.queries import Scope, TaskQuery
from tests.support.world import Answered, SlackPlayed, World, make_person, words_of

T1 = TaskId("T-1")


def give(world: World, title: str = "Fix login", **facts: Any) -> Task:
    """A task that Ada gave to Ana."""
    new = NewTask.model_validate({"title": title, "assigned_to": world.ana.person_id, **facts})
    return world.tasks.create(world.acting(world.ada), new).task


def announced(world: World) -> list[EventType]:
    return [event.detail_type for event in world.tasks.history(T1, limit=50).items]


def elements(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [each for block in blocks for each in [*block.get("elements", []), block.get("accessory", {})]]
    return [each for each in found if "action_id" in each]


def pressable(blocks: list[dict[str, Any]], action: Action) -> str:
    """What the one button with this action carries."""
    [found] = [each for each in elements(blocks) if each["action_id"] == action]
    return str(found["value"])


def menus(blocks: list[dict[str, Any]]) -> list[list[str]]:
    return [[option["value"] for option in each["options"]] for each in elements(blocks) if each["type"] == "overflow"]


def choose(slack: SlackPlayed, person: Person, value: str, **changed: Any) -> Answered:
    action = {"type": "overflow", "action_id": Action.TASK_MENU, "action_ts": f"{value}.1",
              "selected_option": {"value": value}}  # fmt: skip
    return slack.press(person, Action.TASK_MENU, "", actions=[action], **changed)


def test_a_task_with_everything_in_one_line(slack: SlackPlayed, world: World) -> None:
    answer = slack.command(
        world.ada, "new Fix login <@U0ANA|ana> by fri 5pm !high <#C01|web> +ui — users on <#C01|web> get a loop"
    )

    assert "Given to Ana Silva." in answer.shown
    task = world.tasks.get(T1)
    assert (task.title, task.priority, task.labels) == ("Fix login", Priority.HIGH, ("web", "ui"))
    assert task.description == "users on #web get a loop"
    assert task.deadline == datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert announced(world) == [EventType.TASK_ASSIGNED, EventType.TASK_CREATED]


def test_an_admin_puts_a_task_on_the_board_for_nobody(slack: SlackPlayed, world: World) -> None:
    assert "not assigned" in slack.command(world.ada, "new Fix login @nobody").shown
    assert world.tasks.get(T1).assigned_to is None


def test_a_deadline_in_a_missing_hour_says_what_was_taken(slack: SlackPlayed, world: World) -> None:
    world.add(make_person("Eve", time_zone="Europe/Stockholm"))
    world.clock.now = datetime(2027, 3, 27, 12, tzinfo=UTC)

    assert "The clocks jump over that time" in slack.command("U0EVE", "new Fix login by tomorrow 2:30").shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("new Fix login <@U0ANA> by fri", True),
        ("new Fix login <@U0ANA> by fri 5pm", False),
        ("new Fix login <@U0BEN> by fri", False),
        ("new Fix login by fri", False),
    ],
)
def test_a_day_that_ends_elsewhere_says_where(slack: SlackPlayed, world: World, typed: str, *, said: bool) -> None:
    shown = slack.command(world.ada, typed).shown

    assert ("due when the day ends where Ana Silva is (Sao Paulo time)" in shown) is said


def test_a_deadline_that_is_moved_says_whose_day_it_ends_too(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ada, "new Fix login <@U0ANA>")

    assert "where Ana Silva is (Sao Paulo time)" in slack.command(world.ada, "due T-1 fri").shown


def test_every_deadline_has_its_day_of_the_week(slack: SlackPlayed, world: World) -> None:
    answer = slack.command(world.ana, "new Fix login by fri")

    # What stands where Slack cannot write the date is in UTC, where Ana's Friday ends on a Saturday.
    assert "{date_long_pretty} at {time}|Saturday 2026-11-21" in answer.shown


def test_a_note_in_a_history_is_set_off_as_part_of_its_entry(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Fix login")
    slack.command(world.ana, "done T-1 -- it was the cache")

    blocks = slack.command(world.ana, "history T-1").json["blocks"]

    quoted = [at for at, each in enumerate(blocks) if each.get("elements", [{}])[0].get("type") == "rich_text_quote"]
    assert [words_of(blocks[at : at + 1]) for at in quoted] == ["it was the cache"]
    assert "*done*" in words_of(blocks[quoted[0] - 1 : quoted[0]])


def test_in_a_list_an_admin_edits_a_task(slack: SlackPlayed, world: World) -> None:
    give(world)

    [offered] = menus(slack.command(world.ada, "list team").json["blocks"])

    assert offered == ["show T-1", "start T-1", "done T-1", "edit T-1", "history T-1"]


def test_show_has_everything_and_what_an_admin_may_do(slack: SlackPlayed, world: World) -> None:
    give(world, description="Users on SSO get a loop", source="https://team.slack.com/archives/C1/p1")

    answer = slack.command(world.ada, "show <https://bot.example/web/tasks/T-1|T-1>")

    assert "Users on SSO get a loop" in answer.shown
    assert "https://team.slack.com/archives/C1/p1" in answer.shown
    pressed = {each["action_id"] for each in elements(answer.json["blocks"])}
    assert pressed == {
        Action.TASK_START, Action.TASK_DONE, Action.TASK_EDIT, Action.TASK_COMMENT, Action.TASK_MENU, Action.SHARE,
    }  # fmt: skip
    assert menus(answer.json["blocks"]) == [["block T-1", "cancel T-1", "history T-1", "delete T-1"]]


def test_whoever_has_nothing_to_do_with_a_task_may_look_at_it_only(slack: SlackPlayed, world: World) -> None:
    give(world)

    blocks = slack.command(world.ben, "t-1").json["blocks"]

    assert menus(blocks) == [["history T-1"]]
    assert [each["action_id"] for each in elements(blocks)] == [Action.SHARE, Action.TASK_MENU]


def test_assign_gives_a_task_and_takes_it_back(slack: SlackPlayed, world: World) -> None:
    give(world)

    answer = slack.command(world.ada, "assign T-1 <@U0BEN|ben>")

    assert "It is Ben Okoro's now." in answer.shown
    assert announced(world)[0] is EventType.TASK_ASSIGNED
    slack.press(world.ada, Action.TASK_UNDO, pressable(answer.json["blocks"], Action.TASK_UNDO))
    assert "Undone." in str(slack.ears.responses)
    assert world.tasks.get(T1).owner_id == world.ana.person_id


def test_a_member_hands_back_and_does_not_hand_on(slack: SlackPlayed, world: World) -> None:
    give(world)

    assert "Only admins hand out tasks" in slack.command(world.ana, "assign T-1 <@U0BEN>").shown
    assert "It is Ada Lind's now." in slack.command(world.ana, "assign T-1 back").shown
    assert world.tasks.get(T1).owner_id == world.ada.person_id


def test_due_moves_a_deadline_and_none_takes_it_away(slack: SlackPlayed, world: World) -> None:
    give(world)

    answer = slack.command(world.ada, "due T-1 tomorrow 9am")
    assert world.tasks.get(T1).deadline == datetime(2026, 11, 19, 9, tzinfo=UTC)
    assert "It is due" in answer.shown
    assert pressable(answer.json["blocks"], Action.TASK_UNDO) == "T-1:2"
    slack.command(world.ada, "due T-1 friday")
    assert world.tasks.get(T1).deadline == datetime(2026, 11, 21, 2, 59, 59, tzinfo=UTC)  # where Ana is
    assert "no deadline now" in slack.command(world.ada, "due T-1 none").shown
    assert announced(world)[0] is EventType.TASK_UPDATED


def test_a_comment_is_kept_once_however_often_slack_sends_it(slack: SlackPlayed, world: World) -> None:
    give(world)

    for _ in range(2):
        answer = slack.command(world.ana, "comment T-1 &lt;on&gt; it", trigger_id="same")
    assert "<on> it" in answer.shown
    assert announced(world).count(EventType.TASK_COMMENTED) == 1


def test_a_note_goes_with_a_new_status(slack: SlackPlayed, world: World) -> None:
    give(world)

    slack.command(world.ana, "block T-1 — waits for the certificate")

    assert world.tasks.get(T1).task_status is TaskStatus.BLOCKED
    assert "waits for the certificate" in slack.command(world.ana, "history T-1").shown


def test_delete_is_undone(slack: SlackPlayed, world: World) -> None:
    give(world)

    answer = slack.command(world.ada, "delete T-1")
    assert "T-1 is deleted." in answer.shown
    assert "T-1 was deleted" in slack.command(world.ada, "show T-1").shown
    assert "deleted it" in slack.command(world.ana, "history T-1").shown

    slack.press(world.ada, Action.TASK_UNDO, pressable(answer.json["blocks"], Action.TASK_UNDO))
    assert world.tasks.get(T1).owner_id == world.ana.person_id


def test_undo_says_when_it_is_too_late_and_when_somebody_was_faster(slack: SlackPlayed, world: World) -> None:
    give(world)
    slack.command(world.ada, "due T-1 tomorrow")
    slack.command(world.ana, "start T-1")
    slack.press(world.ada, Action.TASK_UNDO, "T-1:2")
    assert "was changed since" in str(slack.ears.responses[-1])

    world.clock.forward(timedelta(minutes=11))
    slack.press(world.ana, Action.TASK_UNDO, "T-1:3")
    assert "more than ten minutes ago" in str(slack.ears.responses[-1])
    assert slack.ears.responses[-1]["replace_original"] is False
    assert world.tasks.get(T1).version == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("done T-1", "Only the owner"),
        ("comment T-1 hi", "can comment on it"),
        ("due T-1 tomorrow", "Only admins change this task"),
        ("edit T-1", "Only admins change this task"),
        ("delete T-1", "Only admins delete this task"),
        ("assign T-1 me", "Only admins hand out tasks"),
        ("assign T-1 back", "Nobody else gave you this task"),
    ],
)
def test_who_may_not_is_told_who_may_and_nothing_changes(
    slack: SlackPlayed, world: World, text: str, said: str
) -> None:
    give(world)
    before = announced(world)

    assert said in slack.command(world.ben, text).shown
    assert announced(world) == before
    assert slack.ears.calls == []


def test_lists_show_what_is_asked_for(slack: SlackPlayed, world: World) -> None:
    give(world, "Anas", labels=("web",), deadline=world.clock() + timedelta(hours=2))
    world.tasks.create(world.acting(world.ada), NewTask(title="Nobodys"))
    slack.command(world.ben, "new Bens by next friday")
    slack.command(world.ben, "start T-3")

    def listed(person: Person, text: str) -> set[str]:
        shown = slack.command(person, text).shown
        return {title for title in ("Anas", "Nobodys", "Bens") if title in shown}

    assert listed(world.ana, "list") == {"Anas"}
    assert listed(world.ben, "list team") == {"Anas", "Nobodys", "Bens"}
    assert listed(world.ben, "list <@U0ANA>") == listed(world.ben, "list ana@example.com") == {"Anas"}
    assert listed(world.ada, "list created") == {"Anas", "Nobodys"}
    assert listed(world.ben, "list unassigned") == {"Nobodys"}
    assert listed(world.ben, "list team #web") == {"Anas"}
    assert listed(world.ben, "list team today") == {"Anas"}
    assert listed(world.ben, "list team in progress") == {"Bens"}
    assert listed(world.ben, "list team overdue") == set()
    world.clock.forward(timedelta(hours=3))
    assert listed(world.ben, "list team overdue") == {"Anas"}
    slack.command(world.ana, "done T-1")
    assert listed(world.ben, "list team done") == listed(world.ana, "list done") == {"Anas"}


def test_a_long_list_is_turned_over_and_back_though_tasks_go_meanwhile(slack: SlackPlayed, world: World) -> None:
    for number in range(1, 26):
        give(world, f"Task {number:02}", deadline=world.clock() + timedelta(days=number))

    def titles(blocks: list[dict[str, Any]]) -> list[str]:
        return [block["text"]["text"] for block in blocks if "accessory" in block]

    first = slack.command(world.ana, "list").json["blocks"]
    assert titles(first) == [f"Task {number:02}" for number in range(1, 11)]
    slack.command(world.ana, "done T-10")
    slack.press(world.ana, Action.LIST_NEXT, pressable(first, Action.LIST_NEXT))
    second = slack.ears.responses[-1]
    assert second["replace_original"] is True
    assert titles(second["blocks"]) == [f"Task {number:02}" for number in range(11, 21)]
    slack.press(world.ana, Action.LIST_PREVIOUS, pressable(second["blocks"], Action.LIST_PREVIOUS))
    back = titles(slack.ears.responses[-1]["blocks"])
    assert back == [f"Task {number:02}" for number in (*range(1, 10), 11)]  # the first page anew, without T-10


def test_a_row_s_menu_does_what_it_says(slack: SlackPlayed, world: World) -> None:
    give(world)
    [[*offered]] = menus(slack.command(world.ana, "list").json["blocks"])
    assert offered == ["show T-1", "start T-1", "done T-1", "assign T-1 back", "history T-1"]

    choose(slack, world.ana, "start T-1")
    assert world.tasks.get(T1).task_status is TaskStatus.IN_PROGRESS
    choose(slack, world.ana, "history T-1")
    assert slack.ears.responses[-1]["replace_original"] is False
    assert "moved it from open to" in words_of(slack.ears.responses[-1]["blocks"])


def test_in_app_home_a_menu_opens_what_it_shows_in_a_modal(slack: SlackPlayed, world: World) -> None:
    give(world)
    view = {"id": "V0", "type": "home"}

    choose(slack, world.ana, "show T-1", container={"type": "view", "view_id": "V0"}, view=view, response_url="")
    assert slack.ears.calls[-1][0] == "views.open"
    choose(slack, world.ana, "done T-1", container={"type": "view", "view_id": "V0"}, view=view, response_url="")
    assert slack.ears.calls[-1][0] == "views.publish"


def test_tasks_are_found_by_their_words(slack: SlackPlayed, world: World) -> None:
    give(world, "Fix the login page")
    give(world, "Order badges")

    shown = slack.command(world.ben, "find log pag").shown
    assert "Fix the login page" in shown
    assert "Order badges" not in shown
    assert "Nothing found for “zebra”" in slack.command(world.ben, "find zebra").shown
    assert "letters or more" in slack.command(world.ben, "find x").shown


def test_history_says_who_did_what_when_and_how(slack: SlackPlayed, world: World) -> None:
    give(world)
    slack.command(world.ada, "due T-1 tomorrow")
    slack.command(world.ada, "assign T-1 <@U0BEN>")

    shown = slack.command(world.ben, "history T-1").shown

    for said in ("<@U0ADA> added it", "changed the deadline from none to <!date^", "gave it to <@U0BEN>", "in Slack"):
        assert said in shown


def test_stats_are_a_chart_where_the_workspace_takes_one_and_words_where_it_does_not(
    slack: SlackPlayed, world: World
) -> None:
    give(world)

    assert slack.command(world.ana, "stats").body == ""
    [shown] = slack.ears.responses
    assert "data_visualization" in str(shown["blocks"])
    assert "*You*: 1 open, 0 overdue" in words_of(shown["blocks"])

    slack.ears.refuses["data_visualization"] = "invalid_blocks"
    answer = slack.command(world.ana, "stats")
    assert "Ana Silva: 1" in answer.shown
    assert "data_visualization" not in answer.body


def test_help_for_one_verb(slack: SlackPlayed, world: World) -> None:
    shown = slack.command(world.ana, "help finish").shown

    assert "/task done T-42" in shown
    assert "`close`" in shown


def test_help_for_new_says_what_each_sign_is_for(slack: SlackPlayed, world: World) -> None:
    shown = slack.command(world.ana, "help new").shown

    for sign in ("`!high`: how important", "`#web` or `+web`: a label", "`--`: what comes after", "`by fri 5pm`: when"):
        assert sign in shown


@pytest.mark.parametrize("text", ["done login", "done T-11", "show lgin", "show T-1x"])
def test_words_of_a_task_bring_the_one_that_was_meant_and_a_number_brings_none(
    slack: SlackPlayed, world: World, text: str
) -> None:
    give(world, "Fix login")

    shown = slack.command(world.ana, text).shown

    assert ("Did you mean one of these?" in shown) == (text == "done login")
    assert world.tasks.get(T1).task_status is TaskStatus.OPEN


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("new Fix @anna", "Ana Silva (ana@example.com)"),
        ("new Fix <mailto:anna@example.com|anna@example.com>", "Ana Silva (ana@example.com)"),
        ("assign T-1 @be", "Ben Okoro (ben@example.com)"),
        ("list @ana", "Ana Silva (ana@example.com)"),
    ],
)
def test_a_person_who_is_nobody_brings_who_was_meant(slack: SlackPlayed, world: World, text: str, meant: str) -> None:
    assert f"Did you mean {meant}" in slack.command(world.ada, text).shown
    assert list(world.tasks.list(TaskQuery(Scope.TEAM), limit=5).items) == []


@pytest.mark.parametrize("value", ["list\n>|x|y", "list\n", "list\ngarbage", "nonsense"])
def test_a_page_that_never_was_is_answered_with_a_sentence(slack: SlackPlayed, world: World, value: str) -> None:
    for number in range(12):
        give(world, f"Task {number}")

    assert slack.press(world.ana, Action.LIST_NEXT, value).status == 200
    assert slack.ears.responses
