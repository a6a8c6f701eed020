"""`/team settings`: the form of the workspace, for admins alone; what is saved counts at once."""

from typing import Any

import pytest

from bot.ids import Callback, Field
from bot.modals.team_settings import build_team_settings
from core.ids import PersonId
from core.people.model import Group, Person
from core.workspace.settings import DAYS_BEFORE, WorkspaceSettings
from infra.local.slack.rules.check import check_view
from infra.local.slack.rules.shapes import Surface
from tests.support.world import Answered, SlackPlayed, World, make_person, words_of

View = dict[str, Any]
Chosen = str | list[str]


@pytest.fixture
def omar(world: World) -> Person:
    return world.add(make_person("Omar Haddad", Group.ADMINS))


def opened(slack: SlackPlayed, person: Person) -> View:
    """What the person has before them after the form was asked for."""
    assert slack.command(person, "settings", command="/team").body == ""
    view: View = slack.ears.calls[-1][1]["view"]
    return view


def values_of(view: View, chosen: dict[str, Chosen]) -> dict[str, Any]:
    """What Slack sends of the form: what stood in it, and over it what somebody chose."""
    values: dict[str, Any] = {}
    for block in (each for each in view["blocks"] if each["type"] == "input"):
        element, field = block["element"], block["block_id"]
        if element["type"] == "static_select":
            state: Any = {"selected_option": {"value": chosen.get(field, element["initial_option"]["value"])}}
        else:
            stood = [each["value"] for each in element.get("initial_options", [])]
            state = {"selected_options": [{"value": each} for each in chosen.get(field, stood)]}
        values[field] = {element["action_id"]: {"type": element["type"], **state}}
    return values


def submit(slack: SlackPlayed, person: Person, view: View, **chosen: Chosen) -> Answered:
    sent = {**view, "id": "V1", "state": {"values": values_of(view, chosen)}}
    return slack.interact(person, "view_submission", view=sent)


def test_the_form_shows_what_holds_and_what_is_chosen_counts_at_once(
    slack: SlackPlayed, world: World, omar: Person
) -> None:
    view = opened(slack, world.ada)
    assert view["callback_id"] == Callback.TEAM_SETTINGS
    assert "Only admins" in slack.command(world.ana, "new Fix login ben@example.com").shown

    answer = submit(
        slack, world.ada, view,
        allowed=["members_can_assign", "guests"], reminder_hour="8", reminder_days=["0", "7"],
        business_days=["0", "1", "2", "3"], link_requests_to=[omar.person_id],
    )  # fmt: skip

    assert "Saved" in words_of(answer.json["view"]["blocks"])
    assert world.settings_kept.get() == WorkspaceSettings(
        version=1,
        members_can_assign=True,
        guests=True,
        reminder_hour=8,
        reminder_days=(7, 0),
        business_days=(0, 1, 2, 3),
        link_requests_to=(omar.person_id,),
    )
    again = opened(slack, world.ada)
    assert values_of(again, {}) == values_of(
        view,
        {
            "allowed": ["members_can_assign", "guests"],
            "reminder_hour": "8",
            "reminder_days": ["0", "7"],
            "business_days": ["0", "1", "2", "3"],
            "link_requests_to": [omar.person_id],
        },
    )


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ["Ada Lind (ada@example.com)", "Omar Haddad (omar@example.com)"]),
        ("OM", ["Omar Haddad (omar@example.com)"]),
        ("ada@", ["Ada Lind (ada@example.com)"]),
        ("ana", []),
    ],
)
def test_who_is_told_is_chosen_among_the_admins(
    slack: SlackPlayed, world: World, omar: Person, typed: str, offered: list[str]
) -> None:
    assert omar.is_admin
    assert suggested(slack, world, typed) == offered


def test_among_very_many_people_every_admin_can_be_found(slack: SlackPlayed, world: World) -> None:
    for number in range(150):
        world.add(make_person(f"Oma{number} Berg"))
    world.add(make_person("Omazadi Berg", Group.ADMINS))

    assert suggested(slack, world, "oma") == ["Omazadi Berg (omazadi@example.com)"]


def suggested(slack: SlackPlayed, world: World, typed: str) -> list[str]:
    """Whom the field for those who are told offers."""
    [told] = [each for each in opened(slack, world.ada)["blocks"] if each["block_id"] == Field.LINK_REQUESTS_TO]
    field = {"block_id": told["block_id"], "action_id": told["element"]["action_id"]}
    answer = slack.interact(world.ada, "block_suggestion", **field, value=typed)
    return [each["text"]["text"] for each in answer.json["options"]]


@pytest.mark.parametrize(
    ("chosen", "field", "said"),
    [
        ({"business_days": []}, Field.BUSINESS_DAYS, "at least one day"),
        ({"reminder_days": ["6"]}, Field.REMINDER_DAYS, "can't be used"),
        ({"link_requests_to": ["sub-ana"]}, Field.LINK_REQUESTS_TO, "no admin any more"),
        ({"link_requests_to": ["sub-nobody"]}, Field.LINK_REQUESTS_TO, "no admin any more"),
        ({"reminder_hour": "24"}, Field.REMINDER_HOUR, "can't be used"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    slack: SlackPlayed, world: World, chosen: dict[str, Chosen], field: Field, said: str
) -> None:
    answer = submit(slack, world.ada, opened(slack, world.ada), **chosen)

    assert answer.json["response_action"] == "errors"
    assert said in answer.json["errors"][field]
    assert world.settings_kept.get() == WorkspaceSettings()


def test_the_second_is_told_and_keeps_what_they_chose(slack: SlackPlayed, world: World, omar: Person) -> None:
    first, second = opened(slack, world.ada), opened(slack, omar)
    submit(slack, world.ada, first, reminder_hour="7")

    answer = submit(slack, omar, second, reminder_hour="11")

    view = answer.json["view"]
    check_view(view, Surface.MODAL)
    assert "Somebody else has saved other settings meanwhile" in words_of(view["blocks"])
    assert "the hour of reminders: 07:00" in words_of(view["blocks"])
    assert world.settings_kept.get().reminder_hour == 7
    submit(slack, omar, view)
    assert world.settings_kept.get().reminder_hour == 11


@pytest.mark.parametrize("who", ["member", "demoted"])
def test_who_is_no_admin_now_is_not_shown_the_form(slack: SlackPlayed, world: World, who: str) -> None:
    if who == "demoted":
        world.cognito.known[world.ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)

    view = opened(slack, world.ana if who == "member" else world.ada)

    assert "Only admins change the workspace's settings" in words_of(view["blocks"])
    assert all(block["type"] != "input" for block in view["blocks"])


@pytest.mark.parametrize("who", ["member", "demoted", "disabled"])
@pytest.mark.parametrize("version", ["0", "1", "-1"])
def test_who_is_no_admin_now_changes_nothing_with_an_old_or_a_forged_form(
    slack: SlackPlayed, world: World, who: str, version: str
) -> None:
    view = {**opened(slack, world.ada), "private_metadata": version}
    if who != "member":
        groups = Group.TEAM_MEMBERS if who == "demoted" else Group.ADMINS
        world.cognito.known[world.ada.person_id] = (frozenset({groups}), who == "demoted")

    answer = submit(slack, world.ana if who == "member" else world.ada, view, allowed=["members_can_assign", "guests"])

    assert answer.json["response_action"] == "push"
    assert "dmin" in words_of(answer.json["view"]["blocks"])
    assert world.settings_kept.get() == WorkspaceSettings()


@pytest.mark.parametrize("version", ["", "x", "1e3", '{"version": 0}'])
def test_forged_metadata_changes_nothing(slack: SlackPlayed, world: World, version: str) -> None:
    view = {**opened(slack, world.ada), "private_metadata": version}

    answer = submit(slack, world.ada, view, allowed=["guests"])

    assert answer.json["response_action"] == "push"
    assert world.settings_kept.get() == WorkspaceSettings()


def test_slack_takes_the_form_however_it_is_filled_in(world: World) -> None:
    admins = [
        make_person(f"P{number} {'&*' * 60}", Group.ADMINS, email=f"{'e' * 240}@example.com") for number in range(150)
    ]
    named = tuple(PersonId(each.person_id) for each in admins[-20:])
    fullest = WorkspaceSettings(members_can_assign=True, guests=True, reminder_days=DAYS_BEFORE, link_requests_to=named)
    for settings in (WorkspaceSettings(), fullest, WorkspaceSettings(reminder_days=())):
        check_view(build_team_settings(settings, admins, instead_of=fullest), Surface.MODAL)
    check_view(build_team_settings(fullest, [world.ada]), Surface.MODAL)
