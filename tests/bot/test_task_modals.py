"""Edit, Comment and the form made from a message: filled in, refused, and in each other's way."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.ids import Action, Callback, Field, Shortcut
from bot.modals.edit_task import MINE, THEIRS
from core.events import EventType
from core.ids import TaskId
from core.people.model import Person
from core.tasks.model import NewTask, Priority, Task, TaskEdit
from core.tasks.queries import Scope, TaskQuery
from tests.support.world import Answered, SlackPlayed, World, words_of

T1 = TaskId("T-1")
DUE = datetime(2026, 12, 1, 22, 59, 59, tzinfo=UTC)
View = dict[str, Any]


def give(world: World, **facts: Any) -> Task:
    new = {"title": "Fix login", "description": "It loops", "assigned_to": world.ana.person_id, "deadline": DUE}
    return world.tasks.create(world.acting(world.ada), NewTask.model_validate(new | facts)).task


def opened(slack: SlackPlayed) -> View:
    method, arguments = slack.ears.calls[-1]
    assert method == "views.open"
    view: View = arguments["view"]
    return view


def inputs(view: View) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def state_of(view: View, **typed: Any) -> dict[str, Any]:
    """What Slack sends of a form: what stood in it, and over it what somebody typed."""
    values: dict[str, Any] = {}
    for field, element in inputs(view).items():
        match element["type"]:
            case "plain_text_input":
                state = {"value": typed.get(field, element.get("initial_value"))}
            case "datetimepicker":
                state = {"selected_date_time": typed.get(field, element.get("initial_date_time"))}
            case "datepicker":
                state = {"selected_date": typed.get(field, element.get("initial_date"))}
            case _:
                chosen = element.get("initial_option")
                if field in typed:
                    chosen = typed[field] and {"value": typed[field]}
                state = {"selected_option": chosen}
        values[field] = {element["action_id"]: {"type": element["type"], **state}}
    return {"values": values}


def submit(slack: SlackPlayed, person: Person, view: View, view_id: str = "V1", **typed: Any) -> Answered:
    sent = {**view, "id": view_id, "state": state_of(view, **typed)}
    return slack.interact(person, "view_submission", view={"private_metadata": "", **sent})


def edit(slack: SlackPlayed, person: Person) -> View:
    assert slack.command(person, "edit T-1").body == ""
    return opened(slack)


def test_the_form_has_the_task_as_it_stands(slack: SlackPlayed, world: World) -> None:
    give(world, labels=("web", "ui"), priority=Priority.HIGH)

    asked = inputs(edit(slack, world.ada))

    assert asked[Field.TITLE]["initial_value"] == "Fix login"
    assert asked[Field.DESCRIPTION]["initial_value"] == "It loops"
    assert asked[Field.DEADLINE]["initial_date_time"] == int(DUE.timestamp())
    assert asked[Field.PRIORITY]["initial_option"]["value"] == "high"
    assert asked[Field.LABELS]["initial_value"] == "web, ui"
    assert asked[Field.ASSIGNED_TO]["initial_option"]["value"] == world.ana.person_id


def test_a_member_is_not_asked_for_whom(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")

    assert Field.ASSIGNED_TO not in inputs(edit(slack, world.ana))


def test_saving_changes_what_was_changed(slack: SlackPlayed, world: World) -> None:
    give(world)

    answer = submit(slack, world.ada, edit(slack, world.ada), title="Fix SSO", labels="web,  #ui")

    assert "Saved." in str(answer.json["view"])
    task = world.tasks.get(T1)
    assert (task.title, task.labels, task.description, task.deadline) == ("Fix SSO", ("web", "ui"), "It loops", DUE)
    assert task.version == 2


def test_an_overdue_task_is_renamed_though_the_picker_knows_no_seconds(slack: SlackPlayed, world: World) -> None:
    give(world)
    world.clock.now = DUE + timedelta(days=1)

    submit(slack, world.ada, edit(slack, world.ada), title="Fix SSO", deadline=int(DUE.timestamp()) - 59)

    assert (world.tasks.get(T1).title, world.tasks.get(T1).deadline) == ("Fix SSO", DUE)


def test_a_task_is_taken_from_its_owner_and_given_to_another(slack: SlackPlayed, world: World) -> None:
    give(world)
    submit(slack, world.ada, edit(slack, world.ada), assigned_to=world.ben.person_id)
    assert world.tasks.get(T1).owner_id == world.ben.person_id

    submit(slack, world.ada, edit(slack, world.ada), assigned_to=None)
    assert world.tasks.get(T1).assigned_to is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": " "}, Field.TITLE),
        ({"title": "x" * 151}, Field.TITLE),
        ({"description": "x" * 3001}, Field.DESCRIPTION),
        ({"deadline": 1}, Field.DEADLINE),
        ({"labels": " ".join(f"l{number}" for number in range(11))}, Field.LABELS),
        ({"labels": "x" * 41}, Field.LABELS),
        ({"assigned_to": "nobody-known"}, Field.ASSIGNED_TO),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    slack: SlackPlayed, world: World, typed: dict[str, Any], field: Field
) -> None:
    give(world)

    answer = submit(slack, world.ada, edit(slack, world.ada), **typed)

    assert list(answer.json["errors"]) == [field]
    assert world.tasks.get(T1).version == 1


def test_nothing_is_typed_in_vain_when_somebody_was_faster(slack: SlackPlayed, world: World) -> None:
    give(world)
    view = edit(slack, world.ada)
    later = DUE + timedelta(days=1)
    world.tasks.edit(world.acting(world.ada), T1, TaskEdit(deadline=later))

    answer = submit(slack, world.ada, view, title="Fix SSO")

    assert answer.json["response_action"] == "update"
    shown = answer.json["view"]
    assert "Ada Lind changed this task" in words_of(shown["blocks"])
    assert "deadline: now 2026-12-02 22:59 UTC" in words_of(shown["blocks"])
    assert inputs(shown)[Field.TITLE]["initial_value"] == "Fix SSO"
    assert inputs(shown)[Field.DEADLINE]["initial_date_time"] == int(later.timestamp())
    assert Field.CHOICE not in inputs(shown)
    assert world.tasks.get(T1).title == "Fix login"

    submit(slack, world.ada, shown)
    assert (world.tasks.get(T1).title, world.tasks.get(T1).deadline) == ("Fix SSO", later)


@pytest.mark.parametrize(("choice", "title"), [(MINE, "Mine"), (THEIRS, "Theirs")])
def test_where_both_changed_the_same_the_second_chooses(
    slack: SlackPlayed, world: World, choice: str, title: str
) -> None:
    give(world)
    view = edit(slack, world.ada)
    world.tasks.edit(world.acting(world.ada), T1, TaskEdit(title="Theirs"))

    shown = submit(slack, world.ada, view, title="Mine", description="More").json["view"]
    assert "You both changed: title" in words_of(shown["blocks"])
    assert inputs(shown)[Field.TITLE]["initial_value"] == "Mine"
    submit(slack, world.ada, shown, choice=choice)

    assert (world.tasks.get(T1).title, world.tasks.get(T1).description) == (title, "More")


def test_a_form_after_a_conflict_does_not_keep_what_slack_kept_of_the_first(slack: SlackPlayed, world: World) -> None:
    give(world)
    view = edit(slack, world.ada)
    world.tasks.edit(world.acting(world.ada), T1, TaskEdit(title="Theirs"))

    shown = submit(slack, world.ada, view, description="More").json["view"]

    assert inputs(view)[Field.TITLE]["action_id"] != inputs(shown)[Field.TITLE]["action_id"]


def test_saving_twice_is_one_change(slack: SlackPlayed, world: World) -> None:
    give(world)
    view = edit(slack, world.ada)

    for _ in range(2):
        submit(slack, world.ada, view, title="Fix SSO")

    assert world.tasks.get(T1).version == 2


def test_people_are_suggested_in_every_edition_of_the_form(slack: SlackPlayed, world: World) -> None:
    give(world)
    action_id = inputs(edit(slack, world.ada))[Field.ASSIGNED_TO]["action_id"]

    answer = slack.interact(world.ada, "block_suggestion", action_id=action_id, value="ben")

    assert "Ben Okoro" in answer.body


def comment(slack: SlackPlayed, person: Person) -> View:
    assert slack.press(person, Action.TASK_COMMENT, "T-1").status == 200
    return opened(slack)


def test_a_comment_from_the_form_is_kept_once(slack: SlackPlayed, world: World) -> None:
    give(world)
    view = comment(slack, world.ana)

    for _ in range(2):
        answer = submit(slack, world.ana, view, comment="I am on it")

    assert "I am on it" in words_of(answer.json["view"]["blocks"])
    notes = [event.note for event in world.tasks.history(T1, limit=9).items]
    assert notes.count("I am on it") == 1


def test_an_empty_comment_is_refused_at_its_field(slack: SlackPlayed, world: World) -> None:
    give(world)

    assert "Write at least one word" in str(submit(slack, world.ana, comment(slack, world.ana), comment=" ").json)


@pytest.mark.parametrize("action", [Action.TASK_COMMENT, Action.TASK_EDIT])
def test_a_form_is_not_opened_for_whom_it_is_not(slack: SlackPlayed, world: World, action: Action) -> None:
    give(world)

    slack.press(world.ben, action, "T-1")

    assert "Ask" in str(slack.ears.responses)
    assert slack.ears.calls == []


@pytest.mark.parametrize("callback", [Callback.EDIT_TASK, Callback.COMMENT])
def test_a_forged_submission_changes_nothing(slack: SlackPlayed, world: World, callback: Callback) -> None:
    give(world)
    view = edit(slack, world.ada) if callback is Callback.EDIT_TASK else comment(slack, world.ada)

    answer = submit(slack, world.ben, view, title="Mine", comment="Mine")

    assert answer.json["response_action"] == "push"
    assert [event.detail_type for event in world.tasks.history(T1, limit=9).items] == [
        EventType.TASK_ASSIGNED, EventType.TASK_CREATED,
    ]  # fmt: skip


MESSAGE = {"ts": "1700000000.000200", "text": "Guests see *a* warning\nsince this morning", "user": "U0BEN"}


def from_message(slack: SlackPlayed, person: Person, **message: Any) -> View:
    facts = {"channel": {"id": "C0GENERAL", "name": "general"}, "message": {**MESSAGE, **message}}
    assert slack.interact(person, "message_action", callback_id=Shortcut.CREATE_TASK, **facts).status == 200
    return opened(slack)


def test_a_message_becomes_a_task_that_links_to_it(slack: SlackPlayed, world: World) -> None:
    view = from_message(slack, world.ana)
    assert inputs(view)[Field.TITLE]["initial_value"] == "Guests see *a* warning"
    assert inputs(view)[Field.DESCRIPTION]["initial_value"] == MESSAGE["text"]

    for _ in range(2):
        submit(slack, world.ana, view)

    assert world.tasks.get(T1).source == "https://team.slack.com/archives/C0GENERAL/p1700000000000200"
    assert len(world.tasks.list(TaskQuery(Scope.TEAM), limit=5).items) == 1


def test_a_form_that_was_open_before_an_update_still_knows_its_message(slack: SlackPlayed, world: World) -> None:
    link = "https://team.slack.com/archives/C0GENERAL/p1700000000000200"
    earlier = {"channel": "C0GENERAL", "thread": "1700000000.000200", "permalink": link}
    view = from_message(slack, world.ana) | {"private_metadata": json.dumps(earlier)}

    submit(slack, world.ana, view)

    assert world.tasks.get(T1).source == link


def test_a_reply_is_linked_to_in_its_thread(slack: SlackPlayed, world: World) -> None:
    submit(slack, world.ana, from_message(slack, world.ana, thread_ts="1600000000.000100"))

    assert str(world.tasks.get(T1).source).endswith("/p1700000000000200?thread_ts=1600000000.000100&cid=C0GENERAL")


def test_a_message_stands_in_the_form_as_its_author_reads_it(slack: SlackPlayed, world: World) -> None:
    text = "<@U0BEN|ben> see <https://x.example/a?b=1&amp;c=2|the page> &lt;now&gt;"

    view = from_message(slack, world.ana, text=text)

    assert inputs(view)[Field.TITLE]["initial_value"] == "@ben see https://x.example/a?b=1&c=2 <now>"


def test_people_in_a_message_are_called_by_name_in_the_form(slack: SlackPlayed, world: World) -> None:
    text = f"Please tell <@{world.ben.slack_user_id}> &amp; <@U0STRANGER>\nand <@{world.ben.slack_user_id}> again"

    view = from_message(slack, world.ana, text=text)

    assert inputs(view)[Field.TITLE]["initial_value"] == "Please tell @Ben Okoro & @U0STRANGER"
    assert inputs(view)[Field.DESCRIPTION]["initial_value"].endswith("and @Ben Okoro again")


@pytest.mark.parametrize("text", ["", "   \n ", "\N{PARTY POPPER}" * 4000, "x" * 5000, "word " * 400])
def test_any_message_fits_into_the_form(slack: SlackPlayed, world: World, text: str) -> None:
    view = from_message(slack, world.ana, text=text)

    assert len(inputs(view)[Field.TITLE].get("initial_value", "")) <= 150
    assert "/C0GENERAL/p" in json.loads(view["private_metadata"])["permalink"]
