"""`/team requests` and `/team stats`, typed and pressed by admins and by who is none."""

from datetime import timedelta

import pytest

from bot.ids import Action
from bot.messages.links import key_value
from core.links.changes import RequestKey
from core.links.model import LinkRequest
from core.people.model import Group, Person
from tests.support.links import CHI, LinkWorld
from tests.support.world import SlackPlayed, World, make_person, words_of

EPHEMERAL = {"type": "message", "message_ts": "1.1", "channel_id": "C0GENERAL", "is_ephemeral": True}


def team(slack: SlackPlayed, person: Person, text: str) -> str:
    return slack.command(person, text, command="/team").shown


def shown(slack: SlackPlayed) -> str:
    """What stands in place of the list in which something was pressed."""
    assert slack.ears.responses[-1]["replace_original"] is True
    return words_of(slack.ears.responses[-1]["blocks"])


def decide(slack: SlackPlayed, by: Person, request: LinkRequest, action: Action = Action.LINK_APPROVE) -> None:
    key = RequestKey(request.facts.slack_user_id, request.facts.person_id, request.request_id)
    slack.press(by, action, key_value(key), container=EPHEMERAL)


def demote(world: World, person: Person) -> None:
    """In Cognito's console: the directory does not know yet."""
    world.cognito.known[person.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)


def test_requests_are_listed_and_decided_one_by_one(
    slack: SlackPlayed, world: World, links: LinkWorld, vera: Person
) -> None:
    first = links.ask(vera)
    world.clock.forward(timedelta(minutes=1))
    links.ask(world.add(make_person("Wim Bos", slack_user_id=None)))

    listed = team(slack, world.ada, "requests")
    assert listed.index("vera@example.com") < listed.index("wim@example.com")
    assert "Chi Nguyen, chi@example.com" in listed

    decide(slack, world.ada, first)

    assert "Chi Nguyen and Vera Lund: Approved by Ada Lind. They are linked." in shown(slack)
    assert "wim@example.com" in shown(slack)
    assert "vera@example.com" not in shown(slack)
    assert links.slack_user_of(vera) == CHI


def test_when_the_last_is_denied_nobody_waits(slack: SlackPlayed, world: World, links: LinkWorld, vera: Person) -> None:
    decide(slack, world.ada, links.ask(vera), Action.LINK_DENY)

    assert "Denied by Ada Lind" in shown(slack)
    assert "Nobody waits to be linked." in shown(slack)
    assert "Nobody waits to be linked." in team(slack, world.ada, "requests")


def test_many_requests_come_page_by_page_also_when_one_goes_in_between(
    slack: SlackPlayed, world: World, links: LinkWorld
) -> None:
    requests = []
    for number in range(8):
        requests.append(links.ask(world.add(make_person(f"P{number} Last", slack_user_id=None))))
        world.clock.forward(timedelta(seconds=1))
    answer = slack.command(world.ada, "requests", command="/team")
    assert "p4@example.com" in answer.shown
    assert "p5@example.com" not in answer.shown
    [following] = [each["value"] for each in answer.json["blocks"][-1]["elements"]]
    links.changes.decide(world.acting(world.ada), key_of(requests[1]), approve=False)

    slack.press(world.ada, Action.REQUESTS_NEXT, following, container=EPHEMERAL)
    assert all(f"p{number}@example.com" in shown(slack) for number in (5, 6, 7))
    previous = slack.ears.responses[-1]["blocks"][-1]["elements"][0]["value"]
    slack.press(world.ada, Action.REQUESTS_PREVIOUS, previous, container=EPHEMERAL)
    assert "p4@example.com" in shown(slack)
    assert "p1@example.com" not in shown(slack)


def key_of(request: LinkRequest) -> RequestKey:
    return RequestKey(request.facts.slack_user_id, request.facts.person_id, request.request_id)


@pytest.mark.parametrize("who", ["member", "demoted"])
@pytest.mark.parametrize(("verb", "said"), [("requests", "Only admins decide about links"), ("stats", "Only admins")])
def test_who_is_no_admin_now_sees_neither(
    slack: SlackPlayed, world: World, links: LinkWorld, vera: Person, who: str, verb: str, said: str
) -> None:
    links.ask(vera)
    if who == "demoted":
        demote(world, world.ada)

    answer = team(slack, world.ana if who == "member" else world.ada, verb)

    assert said in answer
    assert "vera@example.com" not in answer
    assert slack.ears.responses == []


@pytest.mark.parametrize("who", ["member", "demoted"])
@pytest.mark.parametrize("action", [Action.LINK_APPROVE, Action.LINK_DENY, Action.REQUESTS_NEXT])
def test_an_old_or_forged_button_of_the_list_does_nothing_for_them(
    slack: SlackPlayed, world: World, links: LinkWorld, vera: Person, who: str, action: Action
) -> None:
    request = links.ask(vera)
    if who == "demoted":
        demote(world, world.ada)
    presser = world.ana if who == "member" else world.ada
    if action is Action.REQUESTS_NEXT:
        slack.press(presser, action, ">|all|0", container=EPHEMERAL)
    else:
        decide(slack, presser, request, action)

    said = words_of(slack.ears.responses[-1])
    assert "Only admins decide about links" in said
    assert "vera@example.com" not in said
    assert links.kept.request(CHI, vera.person_id) == request


def test_the_numbers_come_as_a_chart_with_who_has_nothing_to_do(slack: SlackPlayed, world: World) -> None:
    for text in ("One <@U0ANA> by tomorrow", "Two <@U0ANA>", "Three <@U0BEN>"):
        slack.command(world.ada, f"new {text}")
    world.clock.forward(timedelta(days=3))

    assert slack.command(world.ada, "stats", command="/team").body == ""

    [text, chart, idle] = slack.ears.responses[-1]["blocks"]
    assert slack.ears.responses[-1]["response_type"] == "ephemeral"
    assert "3 open, 1 overdue, 0 not assigned" in words_of(text)
    points = {each["name"]: [point["value"] for point in each["data"]] for each in chart["chart"]["series"]}
    assert points == {"Open": [2, 1], "Overdue": [1, 0]}
    assert chart["chart"]["axis_config"]["categories"] == ["Ana Silva", "Ben Okoro"]
    assert "Nothing to do: Ada Lind, Chi Nguyen" in words_of(idle)


def test_where_slack_takes_no_chart_the_numbers_come_as_text(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ada, "new One <@U0ANA> by tomorrow")
    world.clock.forward(timedelta(days=3))
    slack.ears.refuses["data_visualization"] = "invalid_blocks"

    said = team(slack, world.ada, "stats")

    assert "1 open, 1 overdue" in said
    assert "██████████  \nAna Silva\n  1 open, 1 overdue" in said
    assert "Nothing to do: Ada Lind, Ben Okoro, Chi Nguyen" in said
