"""Many tasks of a list changed at once: chosen in a form, told what became of each, taken back with one press."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.models.views import View as SlackView

from bot.ids import Action, Callback, Field
from bot.messages.bulk import build_job
from bot.modals.bulk import asking, build_bulk, ticked
from core.ids import JobId, TaskId
from core.jobs.model import Job, JobKind, JobState, TaskChange, TaskChangeKind, TaskOrder
from core.people.model import Person
from core.tasks.model import NewTask, TaskStatus
from core.tasks.ports import JobStep
from core.tasks.queries import Slice
from infra.local.slack.rules.check import check_view
from infra.local.slack.rules.shapes import Surface
from tests.bot.test_built_messages import TITLES, accept, fullest
from tests.support.news import ADA, ANA
from tests.support.world import NOW, Answered, SlackPlayed, World

FRIDAY = datetime(2026, 11, 27, 16, tzinfo=UTC)


def give(world: World, owner: Person, count: int, **facts: Any) -> list[TaskId]:
    new = [NewTask(title=f"Task {number}", assigned_to=owner.person_id, **facts) for number in range(count)]
    return [world.tasks.create(world.acting(world.ada), each).task.task_id for each in new]


def opened(slack: SlackPlayed, person: Person, text: str) -> dict[str, Any]:
    """Type a list and press its button; gives the form."""
    buttons = [block for block in slack.command(person, text).json["blocks"] if block["type"] == "actions"][-1]
    [value] = [each["value"] for each in buttons["elements"] if each["action_id"] == Action.BULK_SELECT]
    slack.press(person, Action.BULK_SELECT, value)
    method, arguments = slack.ears.calls[-1]
    assert method == "views.open"
    view: dict[str, Any] = arguments["view"]
    return view


def offered(view: dict[str, Any]) -> list[str]:
    inputs = [block for block in view["blocks"] if str(block.get("block_id")).startswith(Field.TASKS)]
    return [option["value"] for block in inputs for option in block["element"]["options"]]


def submit(slack: SlackPlayed, person: Person, chosen: list[TaskId], choice: str, **more: Any) -> Answered:
    """Submit the form as Slack sends it: ten ticks a block."""
    values: dict[str, Any] = {}
    for first in range(0, max(len(chosen), 1), 10):
        ticks = [{"text": {}, "value": each} for each in chosen[first : first + 10]]
        block_id = f"{Field.TASKS}:{first // 10}" if first else Field.TASKS
        values[block_id] = {f"{Action.INPUT}:0": {"type": "checkboxes", "selected_options": ticks}}
    values[Field.CHANGE] = {Action.BULK_CHOICE: {"type": "radio_buttons", "selected_option": {"value": choice}}}
    if "owner" in more:
        values[Field.ASSIGNED_TO] = {Action.PICK_PERSON: {"selected_option": {"text": {}, "value": more["owner"]}}}
    if "deadline" in more:
        values[Field.DEADLINE] = {Action.INPUT: {"selected_date_time": int(more["deadline"].timestamp())}}
    view = {
        "id": more.get("view_id", "V1"), "type": "modal", "callback_id": Callback.BULK,
        "private_metadata": more.get("private_metadata", ""), "state": {"values": values},
    }  # fmt: skip
    return slack.interact(person, "view_submission", view=view)


def undo(slack: SlackPlayed, person: Person, answer: Answered) -> None:
    [button] = next(block for block in answer.json["view"]["blocks"] if block["type"] == "actions")["elements"]
    assert button["action_id"] == Action.BULK_UNDO
    container = {"type": "view", "view_id": "V1"}
    slack.press(person, Action.BULK_UNDO, button["value"], container=container, view={"id": "V1", "type": "modal"})


# The form


def test_a_list_of_several_can_be_chosen_from_page_by_page(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 62, deadline=FRIDAY)

    view = opened(slack, world.ada, "list team")

    assert len(offered(view)) == 50
    assert set(offered(view)) <= set(given)
    assert [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"] == [
        "Tasks 1 to 10", "Tasks 11 to 20", "Tasks 21 to 30", "Tasks 31 to 40", "Tasks 41 to 50", "What to do with them",
    ]  # fmt: skip
    assert "more than these 50" in str(view)


def test_one_task_and_closed_ones_are_no_list_to_choose_from(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 3)

    for task_id in given[:2]:
        world.tasks.change_status(world.acting(world.ada), task_id, TaskStatus.DONE)

    assert Action.BULK_SELECT not in slack.command(world.ada, "list team").body
    assert Action.BULK_SELECT not in slack.command(world.ada, "list team done").body


def test_members_are_not_offered_to_hand_out(slack: SlackPlayed, world: World) -> None:
    give(world, world.ana, 2)

    assert "Give them" not in str(opened(slack, world.ana, "list"))
    assert "Give them" in str(opened(slack, world.ada, "list team"))


def test_all_are_ticked_and_none_with_one_press(slack: SlackPlayed, world: World) -> None:
    give(world, world.ana, 12)
    view = opened(slack, world.ada, "list team")

    slack.press(
        world.ada, Action.BULK_ALL, "all", container={"type": "view", "view_id": "V1"}, view={"id": "V1", **view}
    )
    whole = slack.ears.calls[-1][1]["view"]
    ticks = [block["element"].get("initial_options", []) for block in whole["blocks"] if block["type"] == "input"]
    assert [len(each) for each in ticks] == [10, 2, 0]
    none = ticked(whole, all_of_them=False)
    assert "initial_options" not in str(none)
    # Each time by another name, or Slack would keep the ticks as they are.
    names = [each["blocks"][2]["element"]["action_id"] for each in (view, whole, none)]
    assert len(set(names)) == 3


def test_what_else_must_be_known_is_asked_once_it_is_clear_what_is_to_be_done(slack: SlackPlayed, world: World) -> None:
    give(world, world.ana, 2)
    view = opened(slack, world.ada, "list team")

    def asked(choice: str) -> list[str]:
        action = {"type": "radio_buttons", "action_id": Action.BULK_CHOICE, "block_id": Field.CHANGE,
                  "action_ts": "1.0", "selected_option": {"text": {}, "value": choice}}  # fmt: skip
        container = {"type": "view", "view_id": "V1"}
        shown = {"id": "V1", **view}
        slack.interact(world.ada, "block_actions", actions=[action], container=container, view=shown)
        return [block.get("block_id") for block in slack.ears.calls[-1][1]["view"]["blocks"]]

    assert Field.ASSIGNED_TO in asked("give")
    assert Field.DEADLINE in asked("move")
    assert not {Field.ASSIGNED_TO, Field.DEADLINE} & set(asked("cancel"))


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
@pytest.mark.parametrize("number", [0, 1, 10, 11, 50])
def test_slack_takes_any_form(title: str, number: int) -> None:
    tasks = [fullest(title) for _ in range(number)]
    view = build_bulk("*" + "x" * 500 + "*", Slice(tasks, following="there is more"), ANA)

    further = [ticked(asking(view, "give"), all_of_them=True), asking(view, "move")] if number else []
    for each in (view, *further):
        check_view(each, Surface.MODAL)
        assert SlackView(**each).to_dict() == each


# What becomes of it


def test_those_that_are_ticked_are_given_to_somebody(slack: SlackPlayed, world: World) -> None:
    first, second, third = give(world, world.ana, 3)

    answer = submit(slack, world.ada, [first, third], "give", owner=world.ben.person_id)

    assert "2 tasks have a new owner." in str(answer.json)
    owners = [world.tasks.get(each).owner_id for each in (first, second, third)]
    assert owners == [world.ben.person_id, world.ana.person_id, world.ben.person_id]


def test_the_answer_says_what_was_refused_and_why_and_what_was_so_already(slack: SlackPlayed, world: World) -> None:
    mine, theirs = give(world, world.ana, 2), give(world, world.ben, 1)
    world.tasks.change_status(world.acting(world.ana), mine[1], TaskStatus.CANCELLED)

    answer = submit(slack, world.ana, [*mine, *theirs], "cancel")

    shown = str(answer.json["view"])
    assert "1 task is cancelled." in shown
    assert f"Not {theirs[0]}: only their owners, those who created them and admins do that." in shown
    assert f"So already: {mine[1]}." in shown
    assert not world.tasks.get(theirs[0]).task_status.is_closed


@pytest.mark.parametrize(
    ("choice", "more"), [("cancel", {}), ("give", {"owner": "sub-ben"}), ("free", {}), ("lift", {}),
                         ("move", {"deadline": FRIDAY + timedelta(days=7)})],
)  # fmt: skip
def test_what_was_closed_meanwhile_is_left_alone_and_named(
    slack: SlackPlayed, world: World, choice: str, more: dict[str, Any]
) -> None:
    given = give(world, world.ana, 3, deadline=FRIDAY)
    opened(slack, world.ada, "list team")
    done = world.tasks.change_status(world.acting(world.ana), given[1], TaskStatus.DONE).task

    answer = submit(slack, world.ada, given, choice, **more)

    assert f"Not {given[1]}: done by Ana Silva meanwhile." in str(answer.json)
    assert [world.tasks.get(each).version for each in given] == [2, 2, 2]
    undo(slack, world.ada, answer)
    assert world.tasks.get(given[1]) == done


def test_what_its_own_job_did_before_it_died_is_not_taken_for_somebody_elses(world: World, slack: SlackPlayed) -> None:
    given = give(world, world.ana, 26)
    to_ben = TaskChange(kind=TaskChangeKind.REASSIGN, owner=world.ben.person_id)
    job = slack.team.bulk.change(world.acting(world.ada), given, to_ben)
    step = JobStep(job.ref, "changed", can_be_undone=True)
    world.tasks.as_part_of(step).assign(world.acting(world.ada), given[0], world.ben.person_id)
    world.tasks.change_status(world.acting(world.ben), given[0], TaskStatus.DONE)

    slack.team.work()

    ended = slack.team.repository.get(job.job_id)
    assert (ended.done, ended.refused) == (26, {})


def test_who_may_change_none_of_them_is_not_asked_to_choose(slack: SlackPlayed, world: World) -> None:
    give(world, world.ben, 2)
    assert Action.BULK_SELECT not in slack.command(world.ana, "list team").body

    give(world, world.ana, 1)

    assert Action.BULK_SELECT in slack.command(world.ana, "list team").body


def test_one_undo_takes_all_of_it_back(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 3, deadline=FRIDAY)
    answer = submit(slack, world.ada, given, "move", deadline=FRIDAY + timedelta(days=7))
    moved = {world.tasks.get(each).deadline for each in given}

    undo(slack, world.ada, answer)

    assert moved == {FRIDAY + timedelta(days=7)}
    assert {world.tasks.get(each).deadline for each in given} == {FRIDAY}
    method, arguments = slack.ears.calls[-1]
    assert (method, "3 tasks are as before." in str(arguments["view"])) == ("views.update", True)


def test_whoever_has_closed_the_form_meanwhile_is_told_of_no_failure(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 3, deadline=FRIDAY)
    answer = submit(slack, world.ada, given, "move", deadline=FRIDAY + timedelta(days=7))
    slack.ears.refuses["views.update"] = "not_found"

    undo(slack, world.ada, answer)

    assert {world.tasks.get(each).deadline for each in given} == {FRIDAY}
    assert slack.ears.responses == []


def test_undo_in_a_message_answers_there(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 2)
    job = slack.team.bulk.change(world.acting(world.ada), given, TaskChange(kind=TaskChangeKind.CANCEL))

    slack.press(world.ada, Action.BULK_UNDO, job.job_id)

    assert slack.ears.responses[-1]["replace_original"]
    assert "2 tasks are as before." in slack.ears.responses[-1]["text"]


def test_the_board_and_no_deadline_can_be_chosen(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 2, deadline=FRIDAY)

    submit(slack, world.ada, given, "free", view_id="V1")
    submit(slack, world.ada, given, "lift", view_id="V2")

    assert [(world.tasks.get(each).owner_id, world.tasks.get(each).deadline) for each in given] == [(None, None)] * 2


def test_beyond_25_it_is_under_way(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 26)

    answer = submit(slack, world.ada, given, "cancel")

    assert "26 tasks are under way." in str(answer.json)
    slack.team.work()
    assert {world.tasks.get(each).task_status for each in given} == {TaskStatus.CANCELLED}


@pytest.mark.parametrize(
    ("choice", "more", "field", "said"),
    [
        ("give", {}, Field.ASSIGNED_TO, "Choose somebody."),
        ("move", {}, Field.DEADLINE, "Pick a date and time."),
        (
            "move",
            {"deadline": NOW - timedelta(1)},
            Field.DEADLINE,
            "That moment has passed. Pick a later date or time.",
        ),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    slack: SlackPlayed, world: World, choice: str, more: dict[str, Any], field: str, said: str
) -> None:
    answer = submit(slack, world.ada, give(world, world.ana, 2), choice, **more)

    assert answer.json == {"response_action": "errors", "errors": {field: said}}


def test_nothing_ticked_is_said_at_the_tasks(slack: SlackPlayed, world: World) -> None:
    answer = submit(slack, world.ada, [], "cancel")

    assert answer.json["errors"] == {Field.TASKS: "Tick at least one task."}


def test_submitting_twice_changes_once(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 2)

    first, second = (submit(slack, world.ada, given, "cancel", view_id="V5") for _ in range(2))

    assert first.json == second.json
    assert [world.tasks.get(each).version for each in given] == [2, 2]


# Who may


def test_a_member_who_forges_the_form_changes_nothing_of_others(slack: SlackPlayed, world: World) -> None:
    bens, anas = give(world, world.ben, 2), give(world, world.ana, 1)

    given = submit(slack, world.ana, [*bens, *anas, TaskId("T-999")], "give", owner=world.ana.person_id)
    cancelled = submit(slack, world.ana, bens, "cancel", view_id="V2", private_metadata='{"job": "JOB"}')
    moved = submit(slack, world.ana, [*bens, *anas], "move", deadline=FRIDAY, view_id="V3")

    assert f"Not {bens[0]}, {bens[1]}: only admins hand out tasks." in str(given.json)
    assert "Not T-999: deleted." in str(given.json)
    assert "No task is cancelled." in str(cancelled.json)
    assert "No task is due" in str(moved.json)
    assert [world.tasks.get(each).version for each in (*bens, *anas)] == [1, 1, 1]


def test_more_than_fifty_are_refused_whoever_asks(slack: SlackPlayed, world: World) -> None:
    answer = submit(slack, world.ada, [TaskId(f"T-{number}") for number in range(1, 52)], "cancel")

    assert answer.json["errors"] == {Field.TASKS: "These are 51 tasks. Tick 50 at most."}


def test_nobody_undoes_what_somebody_else_changed(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 2)
    job = slack.team.bulk.change(world.acting(world.ada), given, TaskChange(kind=TaskChangeKind.CANCEL))

    slack.press(world.ana, Action.BULK_UNDO, job.job_id)

    assert "Only the person who did that can undo it." in str(slack.ears.responses[-1])
    assert [world.tasks.get(each).version for each in given] == [2, 2]


def test_an_admin_who_is_none_any_more_gives_nothing_away(slack: SlackPlayed, world: World) -> None:
    given = give(world, world.ana, 2)
    opened(slack, world.ada, "list team")
    world.cognito.known[world.ada.person_id] = (frozenset({"TeamMembers"}), True)

    answer = submit(slack, world.ada, given, "give", owner=world.ben.person_id)

    assert f"Not {given[0]}, {given[1]}: only admins hand out tasks." in str(answer.json)
    assert [world.tasks.get(each).owner_id for each in given] == [world.ana.person_id] * 2


def test_an_admin_who_is_none_any_more_half_way_is_told_why_the_rest_is_undone(
    slack: SlackPlayed, world: World
) -> None:
    given = give(world, world.ana, 26)
    submit(slack, world.ada, given, "cancel")
    world.cognito.known[world.ada.person_id] = (frozenset(), True)

    slack.team.work()

    [job] = slack.team.repository._jobs.values()
    assert "your team account may do this no longer" in build_job(job)[0]


@pytest.mark.parametrize("kind", [JobKind.CHANGE_TASKS, JobKind.UNDO_TASKS])
@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("change", TaskChangeKind)
def test_slack_takes_any_outcome_of_fifty_tasks(kind: JobKind, state: JobState, change: TaskChangeKind) -> None:
    ids = tuple(TaskId(f"T-{number}") for number in range(100_000, 100_050))
    actor = {"person_id": ADA.person_id, "name": ADA.name, "entry": "slack"}
    order = TaskOrder(task_ids=ids, change=TaskChange(kind=change) if kind is JobKind.CHANGE_TASKS else None)
    job = Job(
        job_id=JobId("J" * 26), kind=kind, actor=actor, begun_at=NOW, state=state, total=50, tasks=order,
        made=dict.fromkeys(ids[:20], 2), refused={each: f"reason {each}" for each in ids[20:]},
    )  # fmt: skip

    accept(build_job(job)[1])
