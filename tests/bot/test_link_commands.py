"""Linking as people meet it in Slack, through signed requests: commands, decisions, and every way in for strangers."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.ids import Action, Shortcut
from bot.messages.links import build_link_news, key_value
from core.ids import SlackUserId, TaskId
from core.links.changes import RequestKey
from core.links.model import LinkFacts, LinkRequest
from core.notifications.model import Kind
from core.people.model import Group, Person, SlackStatus
from tests.bot.test_new_task_modal import submit
from tests.support.links import CHI, LinkWorld, make_profile
from tests.support.world import WORKSPACE, SlackPlayed, World, make_person, words_of


@pytest.fixture
def links(world: World) -> LinkWorld:
    return LinkWorld(world)


@pytest.fixture
def vera(world: World) -> Person:
    return world.add(make_person("Vera", slack_user_id=None))


def value_of(request: LinkRequest) -> str:
    return key_value(RequestKey(request.facts.slack_user_id, request.facts.person_id, request.request_id))


def slack_user_says(slack: SlackPlayed, links: LinkWorld, person: Person, **said: Any) -> None:
    """Slack changes somebody and tells so."""
    slack_user_id = person.slack_user_id or SlackUserId("")
    links.profiles.known[slack_user_id] = make_profile(
        slack_user_id, is_deactivated=said.get("deleted", False), is_guest=said.get("is_restricted", False)
    )
    user = {"id": slack_user_id, "team_id": WORKSPACE, "name": "x", "profile": {}, **said}
    assert slack.event(person, "user_change", user=user).status == 200


def test_whoami_says_whom_the_bot_takes_them_for_and_asks_cognito_nothing(slack: SlackPlayed, world: World) -> None:
    shown = slack.command(world.ana, "whoami").shown

    for fact in ("<@U0ANA>", "Ana Silva", "ana@example.com", "TeamMembers", "America/Sao"):
        assert fact in shown.replace("\u2060", "")
    assert world.cognito.asked == 0


def test_link_tells_who_is_linked_that_they_are(slack: SlackPlayed, world: World) -> None:
    answer = slack.command(world.ana, "link")

    assert "You are linked to Ana Silva" in answer.shown
    assert "/task unlink" in answer.shown


def test_unlink_takes_the_link_away(slack: SlackPlayed, world: World) -> None:
    assert "no longer linked to Ana Silva" in slack.command(world.ana, "unlink").shown

    assert "Link my account" in slack.command(world.ana, "whoami").shown
    assert world.people_kept.get(world.ana.person_id).slack_user_id is None


@pytest.mark.parametrize(
    ("text", "typed"),
    [("", ""), ("new Fix login", "new Fix login"), ("new", "new"), ("done", "done"), ("wat", "wat")]
    + [(text, None) for text in ("link", "unlink", "whoami", "new " + "x" * 2000)],
)
def test_what_a_stranger_had_typed_is_kept_for_later(slack: SlackPlayed, text: str, typed: str | None) -> None:
    answer = slack.command("U0NEW", text)

    assert "Link my account" in answer.shown
    assert slack.typed == [typed]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("link", "After that you can use everything."),
        ("unlink", "You are not linked to a team account, so there is no link to end."),
        ("whoami", "Link yours, and `/task whoami` shows it."),
        ("new Fix login", "After that, I offer you what you typed."),
        ("new " + "x" * 2000, "After that, do the same once more."),
    ],
)
def test_a_stranger_is_told_what_the_way_in_leads_to(slack: SlackPlayed, typed: str, said: str) -> None:
    assert said in slack.command("U0NEW", typed).shown


def last_modal(slack: SlackPlayed, method: str) -> str:
    called, arguments = slack.ears.calls[-1]
    assert called == method
    return words_of(arguments["view"])


@pytest.mark.parametrize("action", [Action.TASK_DONE, Action.TASK_START, Action.TASK_NEW, Action.LINK_APPROVE])
def test_a_stranger_who_presses_a_button_on_a_message_gets_the_way_in(slack: SlackPlayed, action: Action) -> None:
    slack.press("U0NEW", action, "T-1")

    assert "Link my account" in words_of(slack.ears.responses[-1]["blocks"])


def test_a_stranger_who_uses_a_shortcut_gets_the_way_in(slack: SlackPlayed) -> None:
    assert slack.interact("U0NEW", "shortcut", callback_id=Shortcut.NEW_TASK).status == 200

    shown = last_modal(slack, "views.open")
    assert "Link my account" in shown
    assert "After that, do the same once more." in shown


@pytest.mark.parametrize(("place", "method"), [("home", "views.open"), ("modal", "views.push")])
def test_a_stranger_who_presses_a_button_in_a_view_gets_the_way_in(slack: SlackPlayed, place: str, method: str) -> None:
    view = {"id": "V0", "type": place}
    container = {"type": "view", "view_id": "V0"}
    slack.press("U0NEW", Action.LINK_START, "home", container=container, view=view, response_url="")

    assert "Link my account" in last_modal(slack, method)


def test_a_stranger_who_sends_a_form_off_gets_the_way_in(slack: SlackPlayed) -> None:
    view: dict[str, Any] = {"id": "V0", "type": "modal", "callback_id": "new_task", "state": {"values": {}}}
    answer = slack.interact("U0NEW", "view_submission", view=view)

    assert "Link my account" in words_of(answer.json["view"]["blocks"])


def test_somebody_linked_who_asks_for_the_way_in_at_home_finds_their_tasks(slack: SlackPlayed, world: World) -> None:
    view = {"id": "V0", "type": "home"}
    container = {"type": "view", "view_id": "V0"}
    slack.press(world.ana, Action.LINK_START, "home", container=container, view=view, response_url="")

    method, arguments = slack.ears.calls[-1]
    assert (method, arguments["user_id"]) == ("views.publish", world.ana.slack_user_id)


def test_a_guest_is_told_why_there_is_no_way_in(slack: SlackPlayed, links: LinkWorld) -> None:
    links.profiles.known[CHI] = make_profile(is_guest=True)

    assert "Only full members" in slack.command(CHI, "new Fix login").shown


@pytest.mark.parametrize("approve", [True, False])
def test_an_admin_decides_and_the_card_shows_it(
    slack: SlackPlayed, links: LinkWorld, world: World, vera: Person, *, approve: bool
) -> None:
    request = links.ask(vera)
    slack.press(world.ada, Action.LINK_APPROVE if approve else Action.LINK_DENY, value_of(request))

    card = slack.ears.responses[-1]
    assert card["replace_original"] is True
    assert ("Approved by Ada Lind" if approve else "Denied by Ada Lind") in words_of(card["blocks"])
    assert not any(block["type"] == "actions" for block in card["blocks"])
    assert (links.slack_user_of(vera) == CHI) is approve


def test_a_decision_costs_two_calls_of_cognito_however_old_its_word_is(
    slack: SlackPlayed, links: LinkWorld, world: World, vera: Person
) -> None:
    first = links.ask(vera)
    world.cognito.asked = 0
    slack.press(world.ada, Action.LINK_DENY, value_of(first))
    assert world.cognito.asked == 1  # which is AdminGetUser and AdminListGroupsForUser

    again = links.ask(vera)
    world.cognito.asked = 0
    world.clock.forward(timedelta(minutes=5))
    slack.press(world.ada, Action.LINK_DENY, value_of(again))
    assert world.cognito.asked == 1


@pytest.mark.parametrize("decides", ["ana", "demoted ada", "disabled ada"])
def test_who_is_no_admin_now_decides_nothing(
    slack: SlackPlayed, links: LinkWorld, world: World, vera: Person, decides: str
) -> None:
    request = links.ask(vera)
    if decides != "ana":
        world.cognito.known[world.ada.person_id] = (
            frozenset({Group.TEAM_MEMBERS} if decides == "demoted ada" else {Group.ADMINS}),
            decides == "demoted ada",
        )
    slack.press(world.ana if decides == "ana" else world.ada, Action.LINK_APPROVE, value_of(request))

    assert "admin" in slack.ears.responses[-1]["text"]
    assert links.slack_user_of(vera) is None


def test_an_admin_who_was_demoted_with_the_form_open_hands_out_nothing(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ada, "new")
    world.cognito.known[world.ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)
    answer = submit(slack, world.ada, title="Fix login", assigned_to=world.ana.person_id)

    assert "Only admins hand out tasks" in json.dumps(answer.json)
    assert world.tasks_kept.open_of(world.ana.person_id, limit=10).items == []


def test_an_admin_action_asks_cognito_and_a_members_own_does_not(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    slack.command(world.ana, "done T-1")
    slack.command(world.ada)
    assert world.cognito.asked == 0

    slack.command(world.ada, "new Fix login ana@example.com")
    assert world.cognito.asked == 1


def test_an_admin_of_a_minute_ago_hands_out_nothing(slack: SlackPlayed, world: World) -> None:
    world.cognito.known[world.ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)

    assert "Only admins hand out tasks" in slack.command(world.ada, "new Fix login ana@example.com").shown
    # What was learned counts for everything from then on.
    assert "TeamMembers" in slack.command(world.ada, "whoami").shown


def test_nothing_is_handed_out_while_cognito_cannot_be_asked(slack: SlackPlayed, world: World) -> None:
    world.cognito.is_down = True

    assert "nothing was changed" in slack.command(world.ada, "new Fix login ana@example.com").shown
    assert world.tasks_kept.open_of(world.ana.person_id, limit=10).items == []


def test_a_disabled_user_moves_nothing_on_from_an_old_card(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    world.cognito.known[world.ana.person_id] = (frozenset({Group.TEAM_MEMBERS}), False)
    world.clock.forward(timedelta(seconds=60))
    slack.press(world.ana, Action.TASK_DONE, "T-1")

    assert "switched off" in slack.ears.responses[-1]["text"]
    assert world.tasks.get(TaskId("T-1")).is_open


def test_somebody_deactivated_in_slack_is_refused_and_let_in_when_they_are_back(
    slack: SlackPlayed, links: LinkWorld, world: World
) -> None:
    slack_user_says(slack, links, world.ana, deleted=True)
    assert "deactivated" in slack.command(world.ana, "new Water the plants").shown

    slack_user_says(slack, links, world.ana, deleted=False)
    assert "Added" in slack.command(world.ana, "new Water the plants").shown


def test_somebody_who_became_a_guest_is_refused(slack: SlackPlayed, links: LinkWorld, world: World) -> None:
    slack_user_says(slack, links, world.ana, is_restricted=True)

    assert "guest" in slack.command(world.ana).shown
    assert world.people_kept.get(world.ana.person_id).slack_status is SlackStatus.GUEST


def test_a_user_change_of_another_workspace_changes_nothing(slack: SlackPlayed, world: World) -> None:
    facts: dict[str, Any] = {"id": world.ana.slack_user_id, "team_id": WORKSPACE, "name": "x", "profile": {}}
    user = {**facts, "deleted": True}
    envelope = {"type": "event_callback", "team_id": "T0ELSE", "event": {"type": "user_change", "user": user}}

    assert slack.send(json.dumps(envelope), content_type="application/json").status == 403
    assert slack.command(world.ana).status == 200
    assert world.people_kept.get(world.ana.person_id).slack_status is SlackStatus.MEMBER


@pytest.mark.parametrize(
    ("kind", "facts", "ended"),
    [
        ("app_uninstalled", {}, True),
        ("tokens_revoked", {"tokens": {"oauth": ["U0ANA"], "bot": ["U0BOT"]}}, True),
        ("tokens_revoked", {"tokens": {"oauth": ["U0ANA"]}}, False),
        ("tokens_revoked", {"tokens": {"oauth": ["U0ANA"], "bot": []}}, False),
    ],
)
def test_an_app_that_was_removed_stops_sending_and_says_nothing(
    slack: SlackPlayed, kind: str, facts: dict[str, Any], *, ended: bool
) -> None:
    event = {"type": kind, **facts}
    envelope = {"type": "event_callback", "team_id": WORKSPACE, "event_id": "Ev1", "event": event}

    assert slack.send(json.dumps(envelope), content_type="application/json").status == 200
    assert slack.installation.has_ended() is ended
    assert (slack.ears.calls, slack.ears.responses) == ([], [])


def linked_message(typed: str | None) -> dict[str, Any]:
    """What a person finds in their DM once they are linked."""
    facts = LinkFacts(
        slack_user_id=CHI,
        slack_name="Chi",
        person_id="sub-chi",
        account_name="Chi",
        account_email="c@x.org",
        typed=typed,
    )
    text, blocks = build_link_news(Kind.LINK_MADE, facts, "https://bot.example/web/not-me/x")
    return {"text": text, "blocks": blocks, "ts": "1.1"}


def run(slack: SlackPlayed, person: Person, message: dict[str, Any]) -> None:
    [button] = [
        each
        for block in message["blocks"]
        for each in block.get("elements", [])
        if each.get("action_id") == Action.RUN_TYPED
    ]
    slack.press(person, Action.RUN_TYPED, button["value"], message=message)


def test_what_was_typed_before_linking_is_run_by_one_press(slack: SlackPlayed, world: World) -> None:
    message = linked_message("new Water the plants")
    assert "/task new Water the plants" in words_of(message["blocks"])

    run(slack, world.ana, message)

    answer, original = slack.ears.responses
    assert "Added to your list." in words_of(answer["blocks"])
    assert world.tasks.get(TaskId("T-1")).owner_id == world.ana.person_id
    assert "Run it now" not in words_of(original["blocks"])
    assert "This was not me" in words_of(original["blocks"])


def test_the_form_that_was_asked_for_before_linking_opens(slack: SlackPlayed, world: World) -> None:
    run(slack, world.ana, linked_message("new"))

    assert "views.open" in [method for method, _ in slack.ears.calls]


def test_another_command_typed_before_linking_is_offered_and_run_whole(slack: SlackPlayed, world: World) -> None:
    slack.command("U0NEW", "add <@U0DANA>", command="/team")
    assert slack.typed == ["/team add <@U0DANA>"]
    message = linked_message("/team ana")
    assert "You had typed: /team ana" in words_of(message["blocks"])

    run(slack, world.ada, message)

    opened, filled = slack.ears.calls
    assert opened[0] == "views.open"
    assert "Ana Silva" in words_of(filled[1]["view"]["blocks"])


def test_plain_task_typed_before_linking_lists(slack: SlackPlayed, world: World) -> None:
    run(slack, world.ana, linked_message(""))

    assert "/task new" in words_of(slack.ears.responses[0]["blocks"])


def test_who_only_asked_to_be_linked_is_offered_nothing_to_run() -> None:
    assert "Run it now" not in words_of(linked_message(None)["blocks"])
