"""The New Task modal: opened from everywhere, filled in, refused at the field, and its outcome."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.ids import Action, Callback, Field, Shortcut
from core.ids import TaskId
from core.people.model import Person
from core.tasks.model import Priority
from tests.support.world import NOW, Answered, SlackPlayed, World

DUE = datetime(2026, 11, 27, 16, tzinfo=UTC)


def opened(slack: SlackPlayed) -> dict[str, Any]:
    [(method, arguments)] = slack.ears.calls
    assert method == "views.open"
    view: dict[str, Any] = arguments["view"]
    return view


def asked_for(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"]]


def submit(slack: SlackPlayed, person: Person, *, view_id: str = "V1", **filled: Any) -> Answered:
    """Submit the modal as Slack sends it: every input block is there, empty ones with nothing in them."""
    values: dict[str, Any] = {
        Field.TITLE: {"type": "plain_text_input", "value": filled.get("title")},
        Field.DESCRIPTION: {"type": "plain_text_input", "value": filled.get("description")},
        Field.DEADLINE: {"type": "datetimepicker", "selected_date_time": filled.get("deadline")},
        Field.LABELS: {"type": "plain_text_input", "value": filled.get("labels")},
        Field.PRIORITY: {
            "type": "static_select",
            "selected_option": {"text": {}, "value": filled.get("priority", Priority.NORMAL)},
        },
    }
    if "assigned_to" in filled:
        option = {"text": {}, "value": filled["assigned_to"]}
        values[Field.ASSIGNED_TO] = {"type": "external_select", "selected_option": option}
    state = {"values": {field: {Action.INPUT: value} for field, value in values.items()}}
    view = {"id": view_id, "type": "modal", "callback_id": Callback.NEW_TASK, "private_metadata": "", "state": state}
    return slack.interact(person, "view_submission", view=view)


def test_new_with_nothing_behind_it_opens_the_modal(slack: SlackPlayed, world: World) -> None:
    answer = slack.command(world.ada, "new")

    assert (answer.status, answer.body) == (200, "")
    assert asked_for(opened(slack)) == [
        Field.TITLE, Field.DESCRIPTION, Field.ASSIGNED_TO, Field.DEADLINE, Field.PRIORITY, Field.LABELS,
    ]  # fmt: skip


def test_the_global_shortcut_and_the_button_in_app_home_open_it_too(slack: SlackPlayed, world: World) -> None:
    assert slack.interact(world.ada, "shortcut", callback_id=Shortcut.NEW_TASK).status == 200
    slack.press(world.ada, Action.TASK_NEW, "home", container={"type": "view", "view_id": "V0"}, view={"id": "V0"})

    assert [method for method, _ in slack.ears.calls] == ["views.open", "views.open"]


def test_a_member_is_not_asked_for_whom(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new")

    assert Field.ASSIGNED_TO not in asked_for(opened(slack))


def test_a_filled_in_modal_makes_the_task_and_shows_it(slack: SlackPlayed, world: World) -> None:
    answer = submit(
        slack,
        world.ada,
        title="Fix login",
        description="Users on SSO get a loop",
        assigned_to=world.ana.person_id,
        deadline=int(DUE.timestamp()),
        priority=Priority.HIGH,
    )

    assert answer.json["response_action"] == "update"
    assert "Fix login" in str(answer.json["view"])
    assert f"{world.ana.name} is told now." in str(answer.json["view"])
    task = world.tasks.get(TaskId("T-1"))
    assert (task.title, task.description, task.priority) == ("Fix login", "Users on SSO get a loop", Priority.HIGH)
    assert (task.owner_id, task.deadline) == (world.ana.person_id, DUE)


def test_a_members_task_is_their_own(slack: SlackPlayed, world: World) -> None:
    submit(slack, world.ana, title="Water the plants")

    assert world.tasks.get(TaskId("T-1")).owner_id == world.ana.person_id


def test_a_member_who_forges_an_assignee_is_refused(slack: SlackPlayed, world: World) -> None:
    answer = submit(slack, world.ana, title="Fix login", assigned_to=world.ben.person_id)

    assert "Only admins hand out tasks" in str(answer.json)
    assert world.tasks.everything(world.acting(world.ada), limit=10).items == []


@pytest.mark.parametrize(
    ("filled", "field", "said"),
    [
        ({"title": "   "}, Field.TITLE, "needs a title"),
        ({"title": "x" * 151}, Field.TITLE, "Keep it to 150"),
        ({"title": "Fix", "deadline": int(NOW.timestamp()) - 60}, Field.DEADLINE, "Pick a later date or time"),
        ({"title": "Fix", "description": "x" * 3001}, Field.DESCRIPTION, "Keep it to 3000"),
        ({"title": "Fix", "assigned_to": "nobody"}, Field.ASSIGNED_TO, "not in the team any more"),
        ({"title": "Fix", "labels": ", ".join(f"l{each}" for each in range(11))}, Field.LABELS, "these are 11"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_nothing_is_made(
    slack: SlackPlayed, world: World, filled: dict[str, Any], field: Field, said: str
) -> None:
    answer = submit(slack, world.ada, **filled)

    assert answer.json["response_action"] == "errors"
    assert said in answer.json["errors"][field]
    assert not re.search(r"/task|\btype\b|`", answer.json["errors"][field], re.IGNORECASE)
    assert world.tasks.everything(world.acting(world.ada), limit=10).items == []


def test_submitting_twice_makes_one_task(slack: SlackPlayed, world: World) -> None:
    first = submit(slack, world.ana, title="Water the plants", view_id="V7")
    second = submit(slack, world.ana, title="Water the plants", view_id="V7")

    assert first.json == second.json
    assert len(world.tasks.open_of(world.ana.person_id, limit=10).items) == 1


def test_the_shortcut_of_somebody_unlinked_shows_the_way_in(slack: SlackPlayed) -> None:
    slack.interact("U0NEW", "shortcut", callback_id=Shortcut.NEW_TASK)

    assert "Link my account" in str(opened(slack))


def test_people_are_suggested_by_name_or_address(slack: SlackPlayed, world: World) -> None:
    def suggested(typed: str) -> list[str]:
        answer = slack.interact(world.ada, "block_suggestion", action_id=Action.PICK_PERSON, value=typed)
        return [option["text"]["text"] for option in answer.json["options"]]

    assert suggested("an") == ["Ana Silva (ana@example.com)"]
    assert suggested("ben@") == ["Ben Okoro (ben@example.com)"]
    assert len(suggested("")) == 4
    assert suggested("nobody") == []


# Several people


def submit_for(slack: SlackPlayed, person: Person, *owners: str, title: str = "Read the policy") -> Answered:
    """Submit the modal with several people chosen, as Slack sends it."""
    chosen = [{"text": {}, "value": each} for each in owners]
    values: dict[str, Any] = {
        Field.TITLE: {Action.INPUT: {"type": "plain_text_input", "value": title}},
        Field.PRIORITY: {Action.INPUT: {"type": "static_select", "selected_option": {"text": {}, "value": "normal"}}},
        Field.ASSIGNED_TO: {
            f"{Action.PICK_PERSON}:several": {"type": "multi_external_select", "selected_options": chosen}
        },
    }
    view = {"id": "V9", "type": "modal", "callback_id": Callback.NEW_TASK, "private_metadata": "",
            "state": {"values": values}}  # fmt: skip
    return slack.interact(person, "view_submission", view=view)


def titles_of(world: World, person: Person | None) -> list[str]:
    found = world.tasks_kept.open_of(person.person_id if person else None, limit=50).items
    return [task.title for task in found]


def test_several_people_get_a_task_each_and_one_answer_lists_them(slack: SlackPlayed, world: World) -> None:
    answer = submit_for(slack, world.ada, world.ana.person_id, world.ben.person_id)

    shown = str(answer.json["view"])
    assert "2 tasks, one for each" in shown
    assert "*T-1*  ·  Ana Silva" in shown
    assert "*T-2*  ·  Ben Okoro" in shown
    assert titles_of(world, world.ana) == titles_of(world, world.ben) == ["Read the policy"]


def test_submitting_for_several_twice_makes_no_second_tasks(slack: SlackPlayed, world: World) -> None:
    for _ in range(2):
        submit_for(slack, world.ada, world.ana.person_id, world.ben.person_id)

    assert titles_of(world, world.ana) == titles_of(world, world.ben) == ["Read the policy"]


def test_left_empty_it_is_for_oneself_and_one_person_is_one_task(slack: SlackPlayed, world: World) -> None:
    mine = submit_for(slack, world.ada)
    anas = submit_for(slack, world.ada, world.ana.person_id, title="Another")  # Of the same view: done already.

    assert "It is on your list." in str(mine.json)
    assert titles_of(world, world.ada) == ["Read the policy"]
    assert anas.json["response_action"] == "update"


def test_nobody_is_chosen_by_name_and_alone(slack: SlackPlayed, world: World) -> None:
    refused = submit_for(slack, world.ada, "nobody", world.ana.person_id)
    submit_for(slack, world.ada, "nobody")

    assert refused.json["errors"] == {Field.ASSIGNED_TO: "Choose people, or nobody alone."}
    assert (titles_of(world, None), titles_of(world, world.ana)) == (["Read the policy"], [])


def test_one_person_who_cannot_be_given_tasks_stops_them_all(slack: SlackPlayed, world: World) -> None:
    answer = submit_for(slack, world.ada, world.ana.person_id, "sub-gone")
    many = submit_for(slack, world.ada, *(f"sub-{number}" for number in range(26)))

    assert "not in the team any more" in answer.json["errors"][Field.ASSIGNED_TO]
    assert many.json["errors"] == {Field.ASSIGNED_TO: "These are 26 people. Choose 25 at most."}
    assert titles_of(world, world.ana) == []


def test_members_hand_out_only_where_the_workspace_says_so(slack: SlackPlayed, world: World) -> None:
    forged = submit_for(slack, world.ana, world.ben.person_id, world.chi.person_id)
    slack.team.settings.change(world.acting(world.ada), members_can_assign=True)
    slack.command(world.ana, "new")
    allowed = submit_for(slack, world.ana, world.ben.person_id, world.chi.person_id)

    assert "Only admins hand out tasks" in str(forged.json)
    assert Field.ASSIGNED_TO in asked_for(opened(slack))
    assert "2 tasks, one for each" in str(allowed.json)


def test_whoever_can_choose_several_can_choose_nobody(slack: SlackPlayed, world: World) -> None:
    def suggested(action: str, typed: str) -> list[str]:
        answer = slack.interact(world.ada, "block_suggestion", action_id=action, value=typed)
        return [option["value"] for option in answer.json["options"]]

    assert suggested(f"{Action.PICK_PERSON}:several", "no") == ["nobody"]
    assert suggested(Action.PICK_PERSON, "no") == []
