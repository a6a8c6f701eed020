"""An address gets no more mail: what admins find in their DM, and what its button does."""

from typing import Any

import pytest

from bot.ids import Action
from bot.messages.suppression import build_lifted, build_suppressed
from bot.suppression_notifier import SuppressionSender
from core.errors import DependencyError
from core.people.model import Person
from core.slack import SlackApi
from core.suppression.model import Reason
from tests.bot.test_built_messages import accept
from tests.support.mails import suppressed
from tests.support.news import ADA, BEN
from tests.support.slack_workspace import BOT_TOKEN, Served
from tests.support.world import SlackPlayed, World, make_person, words_of


def messages(running: Served, person: Person = ADA) -> list[dict[str, Any]]:
    answer = running.get(f"/_local/slack/messages?user={person.slack_user_id}")
    return [each for each in answer["messages"] if each["channel"].startswith("D")]


def test_an_admin_finds_it_in_their_dm_with_a_way_to_lift_it(running: Served) -> None:
    running.post("/_local/slack/reset", {})
    sender = SuppressionSender(SlackApi(BOT_TOKEN, f"{running.url}/slack/api/", timeout_seconds=5))
    news = suppressed()

    assert sender.arrived([news], ADA) == frozenset()
    sender.send([news], ADA)

    [message] = messages(running)
    assert "Ben Okoro no longer gets my emails." in message["text"]
    assert BEN.email in words_of(message["blocks"])
    assert "Send emails again" in words_of(message["blocks"])
    assert sender.arrived([news], ADA) == {news.event.event_id}


def test_an_admin_who_is_not_in_slack_cannot_be_told_there(running: Served) -> None:
    sender = SuppressionSender(SlackApi(BOT_TOKEN, f"{running.url}/slack/api/", timeout_seconds=5))

    with pytest.raises(DependencyError) as failure:
        sender.send([suppressed()], ADA.model_copy(update={"slack_user_id": None}))
    assert not failure.value.retryable


@pytest.mark.parametrize("name", ["Ben", "<!channel> *bold*", "<@U0ADA>", "x" * 120])
@pytest.mark.parametrize("reason", Reason)
def test_slack_takes_the_message_whatever_people_are_called(name: str, reason: Reason) -> None:
    person = make_person(name, email=f"{'e' * 200}@example.com")
    text, blocks = build_suppressed(suppressed(person, reason).suppression)

    accept(blocks, text)
    assert "<!channel>" not in text
    assert "<@U0ADA>" not in text
    for done in (True, False):
        said, shown = build_lifted(person.email, done=done)
        accept(shown, said)


def press(slack: SlackPlayed, by: Person) -> str:
    """Ben's mail bounces, and somebody presses the button of that news."""
    world = slack.world
    if world.suppressions_kept.get(BEN.email) is None:
        world.feedback.suppress(BEN.email, Reason.BOUNCED)
    kept = world.suppressions_kept.get(BEN.email)
    assert kept is not None
    [button] = [each for block in build_suppressed(kept)[1] if block["type"] == "actions" for each in block["elements"]]
    assert button["action_id"] == Action.MAIL_LIFT
    slack.press(by, Action.MAIL_LIFT, button["value"])
    return words_of(slack.ears.responses[-1].get("blocks", [])) or str(slack.ears.responses[-1]["text"])


def test_the_button_lets_mail_go_there_again_and_the_message_says_so(slack: SlackPlayed, world: World) -> None:
    shown = press(slack, world.ada)

    assert "ben@example.com gets my emails again." in shown
    assert slack.ears.responses[-1]["replace_original"] is True
    assert world.suppressions_kept.get(BEN.email) is None


def test_a_second_admin_who_presses_is_told_that_it_was_settled(slack: SlackPlayed, world: World) -> None:
    world.feedback.suppress(BEN.email, Reason.BOUNCED)
    kept = world.suppressions_kept.get(BEN.email)
    assert kept is not None
    world.suppressions.lift(world.acting(world.ada), BEN.email, kept.suppression_id)
    [button] = build_suppressed(kept)[1][-1]["elements"]

    slack.press(world.ada, Action.MAIL_LIFT, button["value"])

    assert "this was settled before" in words_of(slack.ears.responses[-1]["blocks"])


def test_a_member_is_told_who_may(slack: SlackPlayed, world: World) -> None:
    assert "Only admins let an address get emails again" in press(slack, world.ana)
    assert world.suppressions_kept.get(BEN.email) is not None
