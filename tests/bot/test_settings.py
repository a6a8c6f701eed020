"""The Settings form: opened, filled in, refused, put back; and the test notification."""

from typing import Any

import pytest

from bot.ids import Action, Callback, Field
from bot.modals.settings import build_settings
from core.events import EventType
from core.notifications.model import Kind
from core.notifications.preferences import CHOOSABLE, Preferences, Ways
from core.people.model import Person
from core.workspace.settings import Weekday
from infra.local.slack.rules.check import check_view
from infra.local.slack.rules.shapes import Surface
from tests.support.news import happened
from tests.support.world import Answered, SlackPlayed, World, words_of

View = dict[str, Any]
EVERYTHING = Preferences(
    choices={Kind.COMMENTED: Ways(slack=False), Kind.DUE: Ways(email=True), Kind.ASSIGNED: Ways(email=False)},
    digest=True,
    days_before=frozenset({0, 7}),
    working_days=frozenset({1, 2, 3, 4, 5}),
    quiet_from=20,
    quiet_until=7,
    reminder_hour=8,
    weekly_digest=True,
)


def opened(slack: SlackPlayed, person: Person) -> View:
    assert slack.command(person, "settings").body == ""
    return shown(slack, "views.open")


def shown(slack: SlackPlayed, by: str) -> View:
    method, arguments = slack.ears.calls[-1]
    assert method == by
    view: View = arguments["view"]
    return view


def state_of(view: View, **chosen: str | list[str]) -> dict[str, Any]:
    """What Slack sends of the form: what stood in it, and over it what somebody chose."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, field = block["element"], block["block_id"]
        state: dict[str, Any]
        if element["type"] == "checkboxes":
            ticked = chosen.get(field, [each["value"] for each in element.get("initial_options", [])])
            state = {"selected_options": [{"value": each} for each in ticked]}
        else:
            state = {"selected_option": {"value": chosen.get(field, element["initial_option"]["value"])}}
        values[field] = {element["action_id"]: {"type": element["type"], **state}}
    return {"values": values}


def submit(slack: SlackPlayed, person: Person, view: View, **chosen: str | list[str]) -> Answered:
    return slack.interact(person, "view_submission", view={**view, "id": "V1", "state": state_of(view, **chosen)})


def press(slack: SlackPlayed, person: Person, action: Action, view: View) -> Answered:
    shown_view = {**view, "id": "V1", "state": state_of(view), "hash": "h"}
    container = {"type": "view", "view_id": "V1"}
    return slack.press(person, action, "x", container=container, view=shown_view, response_url="")


def chosen_in(view: View) -> dict[str, Any]:
    return {
        block["block_id"]: [each["value"] for each in block["element"].get("initial_options", [])]
        if block["element"]["type"] == "checkboxes"
        else block["element"]["initial_option"]["value"]
        for block in view["blocks"]
        if block["type"] == "input"
    }


def test_the_form_opens_with_what_counts_for_the_person(slack: SlackPlayed, world: World) -> None:
    view = opened(slack, world.ana)

    assert view["callback_id"] == Callback.SETTINGS
    assert "where you are: Sao Paulo." in words_of(view["blocks"])
    assert chosen_in(view) == {
        Field.CHOICES: list(CHOOSABLE),
        Field.EMAILS: [Kind.ASSIGNED],
        Field.PACE: "at_once",
        Field.REMINDER_HOUR: "9",
        Field.QUIET_FROM: "none",
        Field.QUIET_UNTIL: "none",
        Field.DAYS_BEFORE: ["0", "1", "3", "5"],
        Field.WORKING_DAYS: ["1", "2", "3", "4", "5", "6", "7"],
    }
    assert Field.WEEKLY_DIGEST in chosen_in(opened(slack, world.ada))


def test_the_button_in_app_home_opens_the_same(slack: SlackPlayed, world: World) -> None:
    slack.event(world.ana, "app_home_opened", tab="home")
    assert "Settings" in words_of(shown(slack, "views.publish")["blocks"])

    container, view = {"type": "view", "view_id": "V0"}, {"id": "V0", "type": "home"}
    slack.press(world.ana, Action.SETTINGS, "home", container=container, view=view, response_url="")

    assert shown(slack, "views.open")["callback_id"] == Callback.SETTINGS


def test_what_is_chosen_is_kept_and_shown_again(slack: SlackPlayed, world: World) -> None:
    answer = submit(
        slack, world.ada, opened(slack, world.ada),
        choices=[kind for kind in CHOOSABLE if kind is not Kind.COMMENTED], emails=[Kind.DUE], digest="daily",
        days_before=["0", "7"], working_days=["1", "2", "3", "4", "5"], quiet_from="20", quiet_until="7",
        reminder_hour="8", weekly_digest=["weekly"],
    )  # fmt: skip

    assert "Saved" in words_of(answer.json["view"]["blocks"])
    kept = world.preferences_kept.get(world.ada.person_id)
    assert kept == EVERYTHING.model_copy(update={"version": 1})
    assert chosen_in(opened(slack, world.ada))[Field.EMAILS] == [Kind.DUE]


def test_saving_without_a_change_keeps_the_defaults_open(slack: SlackPlayed, world: World) -> None:
    """A later release may have better ones."""
    submit(slack, world.ana, opened(slack, world.ana))

    assert world.preferences_kept.get(world.ana.person_id) == Preferences(version=1)


@pytest.mark.parametrize(
    ("chosen", "field", "said"),
    [
        ({"choices": [], "emails": []}, Field.CHOICES, "must reach you"),
        ({"quiet_from": "20"}, Field.QUIET_UNTIL, "begin and when they end"),
        ({"quiet_from": "8", "quiet_until": "8"}, Field.QUIET_UNTIL, "whole day"),
        ({"quiet_from": "8", "quiet_until": "18"}, Field.REMINDER_HOUR, "quiet hours"),
        ({"working_days": []}, Field.WORKING_DAYS, "at least one day"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    slack: SlackPlayed, world: World, chosen: dict[str, Any], field: Field, said: str
) -> None:
    answer = submit(slack, world.ana, opened(slack, world.ana), **chosen)

    assert answer.json["response_action"] == "errors"
    assert said in answer.json["errors"][field]
    assert world.preferences_kept.get(world.ana.person_id) == Preferences()


def test_back_to_defaults_shows_them_and_saves_nothing(slack: SlackPlayed, world: World) -> None:
    saved = world.preferences_kept.save(world.ada.person_id, EVERYTHING)
    view = opened(slack, world.ada)

    press(slack, world.ada, Action.SETTINGS_RESET, view)

    reset = shown(slack, "views.update")
    assert "These are your team's defaults" in words_of(reset["blocks"])
    assert chosen_in(reset) == chosen_in(build_settings(Preferences(), world.ada))
    assert not _ids(reset) & _ids(view), "Slack keeps what was chosen in fields of the same ids"
    assert world.preferences_kept.get(world.ada.person_id) == saved
    press(slack, world.ada, Action.SETTINGS_RESET, reset)
    assert not _ids(shown(slack, "views.update")) & _ids(reset)
    submit(slack, world.ada, reset)
    assert world.preferences_kept.get(world.ada.person_id) == Preferences(version=2)


def office(world: World, **facts: Any) -> None:
    """An admin saves the workspace's settings."""
    changed = world.settings_kept.get().model_copy(update=facts)
    changed = changed.model_copy(update={"version": changed.version + 1})
    world.settings_kept.save(changed, happened(EventType.SETTINGS_CHANGED, None, world.ada))


def test_the_form_shows_what_the_workspace_says_and_says_that_it_does(slack: SlackPlayed, world: World) -> None:
    weekdays = tuple(Weekday)[:5]
    office(world, reminder_hour=11, reminder_days=(7, 1), business_days=weekdays)

    view = opened(slack, world.ana)

    chosen = chosen_in(view)
    assert chosen[Field.REMINDER_HOUR] == "11"
    assert chosen[Field.DAYS_BEFORE] == ["1", "7"]
    assert chosen[Field.WORKING_DAYS] == ["1", "2", "3", "4", "5"]
    hints = " ".join(block.get("hint", {}).get("text", "") for block in view["blocks"])
    for default in ("11:00", "the day before, 7 days before", "Monday, Tuesday, Wednesday, Thursday, Friday"):
        assert f"Your team's default: {default}." in hints


def test_who_leaves_the_defaults_as_they_are_follows_the_workspace(slack: SlackPlayed, world: World) -> None:
    office(world, reminder_hour=11)
    submit(slack, world.ana, opened(slack, world.ana), working_days=["1", "2"])
    office(world, reminder_hour=12, business_days=(Weekday.SUNDAY,))

    chosen = chosen_in(opened(slack, world.ana))

    assert (chosen[Field.REMINDER_HOUR], chosen[Field.WORKING_DAYS]) == ("12", ["1", "2"])


def test_what_somebody_chose_stays_whatever_the_workspace_says_until_they_go_back(
    slack: SlackPlayed, world: World
) -> None:
    office(world, reminder_hour=11)
    submit(slack, world.ana, opened(slack, world.ana), reminder_hour="9")
    office(world, reminder_hour=12)
    view = opened(slack, world.ana)
    assert chosen_in(view)[Field.REMINDER_HOUR] == "9"

    press(slack, world.ana, Action.SETTINGS_RESET, view)
    reset = shown(slack, "views.update")
    submit(slack, world.ana, reset)
    office(world, reminder_hour=13)

    assert chosen_in(reset)[Field.REMINDER_HOUR] == "12"
    assert chosen_in(opened(slack, world.ana))[Field.REMINDER_HOUR] == "13"


def test_a_test_is_announced_and_the_form_keeps_what_was_chosen(slack: SlackPlayed, world: World) -> None:
    view = opened(slack, world.ana)

    press(slack, world.ana, Action.SETTINGS_TEST, view)

    [event] = world.preferences_kept.events
    assert (event.detail_type, event.actor.person_id) == (EventType.TEST_REQUESTED, world.ana.person_id)
    updated = shown(slack, "views.update")
    assert "on its way" in words_of(updated["blocks"][-1:]), "beside the button that was pressed"
    assert _ids(updated) == _ids(view)


def test_a_second_window_does_not_overwrite_the_first(slack: SlackPlayed, world: World) -> None:
    first, second = opened(slack, world.ana), opened(slack, world.ana)
    submit(slack, world.ana, first, reminder_hour="7")

    answer = submit(slack, world.ana, second, reminder_hour="11")

    assert "changed elsewhere" in words_of(answer.json["view"]["blocks"])
    assert world.preferences_kept.get(world.ana.person_id).reminder_hour == 7


def test_only_admins_get_the_weekly_digest(slack: SlackPlayed, world: World) -> None:
    """Somebody who was an admin while the form was open."""
    view = opened(slack, world.ada)

    answer = submit(slack, world.ana, view, weekly_digest=["weekly"])

    assert "Only admins" in words_of(answer.json["view"]["blocks"])
    assert world.preferences_kept.get(world.ana.person_id) == Preferences()


def test_slack_takes_the_form_however_it_is_filled_in(world: World) -> None:
    nothing = Preferences(
        choices={kind: Ways(slack=False) for kind in CHOOSABLE if kind is not Kind.ASSIGNED}
        | {Kind.ASSIGNED: Ways(email=False)},
        days_before=frozenset(),
    )
    for preferences in (Preferences(), EVERYTHING, nothing):
        check_view(build_settings(preferences, world.ada), Surface.MODAL)


def _ids(view: View) -> set[tuple[str, str]]:
    return {(block["block_id"], block["element"]["action_id"]) for block in view["blocks"] if block["type"] == "input"}
