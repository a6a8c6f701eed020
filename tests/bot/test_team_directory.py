"""The directory: opened, searched, filtered and paged, with everybody's load; members read it."""

from datetime import timedelta

import pytest

from bot.commands.team_grammar import TEAM_VERBS
from bot.ids import Action, Field
from bot.modals.directory import DIRECTORY_PAGE
from core.ids import SlackUserId
from core.people.queries import DirectoryFilter
from core.tasks.model import NewTask
from tests.support.team_modal import TeamModal
from tests.support.world import NOW, SlackPlayed, World, make_person, words_of

EVERYBODY = ["Ada Lind", "Ana Silva", "Ben Okoro", "Chi Nguyen"]


@pytest.fixture
def modal(slack: SlackPlayed, world: World) -> TeamModal:
    return TeamModal(slack, world.ada)


def give(world: World, owner: str, *, due_in: timedelta | None = None) -> None:
    deadline = NOW + due_in if due_in else None
    world.tasks.create(world.acting(world.ada), NewTask(title="x", assigned_to=owner, deadline=deadline))


def test_it_opens_before_anything_is_read_and_then_shows_everybody_with_their_load(
    modal: TeamModal, world: World
) -> None:
    give(world, world.ana.person_id)
    give(world, world.ana.person_id, due_in=timedelta(hours=1))
    world.clock.forward(timedelta(hours=2))

    answer = modal.type("")

    assert [method for method, _ in modal.slack.ears.calls] == ["views.open", "views.update"]
    assert answer.body == ""
    assert modal.people == EVERYBODY
    assert "2 open, *1 overdue*" in modal.shown
    assert "*Ada Lind*  ada@example.com\nadmin  ·  no open tasks  ·  <@U0ADA>" in modal.shown
    assert "team member  ·  no open tasks  ·  not linked" in modal.shown


@pytest.mark.parametrize(
    ("typed", "found"),
    [("an", ["Ana Silva"]), ("BEN", ["Ben Okoro"]), ("chi@", ["Chi Nguyen"]), ("<@U0ANA|ana>", ["Ana Silva"]),
     ("<mailto:ben@example.com|ben@example.com>", ["Ben Okoro"]), ("@ana", ["Ana Silva"]), ("zoe", [])],
)  # fmt: skip
def test_what_is_typed_after_the_command_is_looked_for(modal: TeamModal, typed: str, found: list[str]) -> None:
    modal.type(typed)

    assert modal.people == found


@pytest.mark.parametrize("by_enter", [True, False])
def test_a_name_is_looked_for_with_enter_or_the_button(modal: TeamModal, *, by_enter: bool) -> None:
    modal.type("")
    if by_enter:
        modal.press(Action.TEAM_SEARCH, "an", search="an")
    else:
        modal.submit(search="an")

    assert modal.people == ["Ana Silva"]
    assert modal.initial(Field.SEARCH) == "an"


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (DirectoryFilter.ACTIVE, EVERYBODY),
        (DirectoryFilter.DISABLED, ["Dot Ray"]),
        (DirectoryFilter.NOT_LINKED, ["Chi Nguyen"]),
        (DirectoryFilter.NO_TASKS, ["Ada Lind", "Ben Okoro", "Chi Nguyen", "Dot Ray"]),
        ("everybody", [*EVERYBODY, "Dot Ray"]),
    ],
)
def test_people_are_filtered(modal: TeamModal, world: World, only: str, found: list[str]) -> None:
    modal.slack.team.join(make_person("Dot Ray", enabled=False))
    give(world, world.ana.person_id)
    modal.type("")

    modal.press(Action.TEAM_ONLY, "x", only=only)

    assert modal.people == found


def test_it_is_turned_page_by_page_and_comes_back_to_the_page(modal: TeamModal) -> None:
    for number in range(20):
        modal.slack.team.join(make_person(f"Eva{number:02} Roe", slack_user_id=SlackUserId(f"U0EVA{number}")))
    modal.type("eva")
    first = modal.people

    modal.press(Action.TEAM_NEXT)
    second = modal.people
    modal.press(Action.MEMBER, "sub-eva15")
    modal.press(Action.TEAM_BACK)

    assert len(first) == len(second) == DIRECTORY_PAGE
    assert [*first, *second] == sorted({*first, *second})
    assert modal.people == second
    modal.press(Action.TEAM_PREVIOUS)
    assert modal.people == first


def test_a_member_reads_it_and_changes_nothing(slack: SlackPlayed, world: World) -> None:
    give(world, world.ben.person_id)
    modal = TeamModal(slack, world.ana)
    modal.type("")

    assert modal.people == EVERYBODY
    assert modal.offered == {"Tasks"}
    modal.press_of(Action.MEMBER_TASKS, world.ben)
    assert "Open tasks of Ben Okoro" in modal.shown
    assert "*T-1*" in modal.shown


def test_names_are_escaped_and_the_longest_fit(modal: TeamModal) -> None:
    for number in range(DIRECTORY_PAGE):
        name = f"Aa{number} " + "&*<@U0ADA>" * 20
        modal.slack.team.join(make_person(name, email=f"{'e' * 240}{number}@example.com", slack_user_id=None))

    modal.type("aa")

    assert len(modal.people) == DIRECTORY_PAGE
    assert "&lt;@U0ADA&gt;" in modal.shown


def test_who_is_not_linked_to_anybody_is_said_so(modal: TeamModal) -> None:
    modal.type("<@U0STRANGER|zoe>")

    assert "<@U0STRANGER> is not linked to anybody in the team." in modal.shown
    assert modal.people == EVERYBODY


@pytest.mark.parametrize("name", ["ada", "ana"])
def test_from_app_home_everybody_gets_to_the_directory(slack: SlackPlayed, world: World, name: str) -> None:
    view, container = {"id": "V0", "type": "home"}, {"type": "view", "view_id": "V0"}
    slack.event(getattr(world, name), "app_home_opened", tab="home")
    slack.press(getattr(world, name), Action.TEAM_OPEN, "home", container=container, view=view, response_url="")

    (_, home), (opened, _), (filled, shown) = slack.ears.calls
    assert Action.TEAM_OPEN in str(home["view"]["blocks"][0])
    assert (opened, filled) == ("views.open", "views.update")
    assert "Ben Okoro" in words_of(shown["view"]["blocks"])


OF_ADMINS = [f"/team {verb.name}" for verb in TEAM_VERBS if verb.name != "help"]


def test_help_names_every_verb_to_admins(slack: SlackPlayed, world: World) -> None:
    shown = TeamModal(slack, world.ada).type("help").shown
    one = TeamModal(slack, world.ada).type("help add").shown

    assert [each for each in OF_ADMINS if each not in shown] == []
    assert "Also called `invite`" in one
    assert "Only admins" not in one


def test_help_shows_members_what_they_may(slack: SlackPlayed, world: World) -> None:
    shown = TeamModal(slack, world.ana).type("help").shown
    one = TeamModal(slack, world.ana).type("help add").shown

    assert [each for each in OF_ADMINS if each in shown] == []
    assert "see who is in the team" in shown
    assert "Everything else of `/team` is for admins." in shown
    assert "Only admins can do that." in one


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("stats", "`/task stats` shows you how much is open and for whom, `/team` how much each person has."),
        ("requests", "Only admins decide about links. Ask one of them."),
        ("add dana@example.com", "Only admins change the team. Ask one of them."),
    ],
)
def test_a_member_who_asks_for_what_admins_get_is_told_where_to_turn(
    slack: SlackPlayed, world: World, typed: str, said: str
) -> None:
    modal = TeamModal(slack, world.ana)

    assert said in modal.type(typed).body + modal.shown


def test_a_kept_place_that_is_none_of_ours_is_refused_in_words(modal: TeamModal) -> None:
    modal.type("")
    for foreign in ("", "{", "[]", '{"text": "", "only": "everyone", "at": null, "person": null}'):
        modal.view["private_metadata"] = foreign
        modal.press(Action.TEAM_NEXT, "x")
        assert "Close it and type `/team`" in modal.slack.ears.calls[-1][1]["view"]["blocks"][0]["text"]["text"]


@pytest.mark.parametrize("typed", ["x" * 2990, "\N{GRINNING FACE}" * 260, "ä" * 1100, f"{'a' * 150}@example.com"])
def test_text_of_any_length_is_looked_for(modal: TeamModal, typed: str) -> None:
    modal.type(typed)

    assert "Nobody's name or address begins with" in modal.shown
    assert modal.initial(Field.SEARCH) == typed[:100]


def test_what_nobody_foresaw_does_not_leave_the_modal_looking(modal: TeamModal) -> None:
    modal.slack.team.join(make_person("Eve Fox").model_copy(update={"open_tasks": None}))

    answer = modal.type("eve")

    assert "whoever runs me needs this reference" in answer.body
    assert "That did not work." in words_of(modal.slack.ears.calls[-1][1]["view"]["blocks"])


@pytest.mark.parametrize(("error", "is_said"), [("view_too_large", True), ("hash_conflict", False)])
def test_a_view_that_slack_refuses_is_said_unless_the_person_went_on(
    modal: TeamModal, error: str, *, is_said: bool
) -> None:
    modal.type("")
    modal.slack.ears.refuses["views.update"] = error

    modal.press(Action.TEAM_SEARCH, "an", search="an")

    pushed = [words_of(each["view"]["blocks"]) for method, each in modal.slack.ears.calls if method == "views.push"]
    assert ["whoever runs me needs this reference" in each for each in pushed] == [True] * is_said


@pytest.fixture
def tasks_of_ana(modal: TeamModal, world: World) -> TeamModal:
    give(world, world.ana.person_id)
    modal.type("")
    modal.press_of(Action.MEMBER, world.ana)
    modal.press(Action.MEMBER_TASKS)
    return modal


@pytest.mark.parametrize("chosen", ["Start", "Done"])
def test_from_what_became_of_a_task_there_is_a_way_back_to_the_others(tasks_of_ana: TeamModal, chosen: str) -> None:
    tasks_of_ana.choose(chosen)
    outcome = tasks_of_ana.shown
    tasks_of_ana.press(Action.MEMBER_TASKS)

    assert "T-1" in outcome
    assert "Open tasks of Ana Silva" in tasks_of_ana.shown
    assert ("In progress" if chosen == "Start" else "None.") in tasks_of_ana.shown


def test_after_undo_the_way_back_is_still_there(tasks_of_ana: TeamModal) -> None:
    tasks_of_ana.choose("Start")
    tasks_of_ana.press(Action.TASK_UNDO)

    tasks_of_ana.press(Action.MEMBER_TASKS)

    assert "Open tasks of Ana Silva" in tasks_of_ana.shown


@pytest.mark.parametrize("chosen", ["Show", "History", "Edit"])
def test_what_is_looked_up_of_a_task_lies_upon_the_list(tasks_of_ana: TeamModal, chosen: str) -> None:
    tasks_of_ana.choose(chosen)

    assert tasks_of_ana.slack.ears.calls[-1][0] == "views.push"
