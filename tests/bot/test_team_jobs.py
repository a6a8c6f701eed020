"""Changes of people that take longer than Slack waits: what the window says, and what looking again shows."""

from datetime import timedelta

import pytest

from bot.ids import Action, Field
from core.tasks.model import NewTask
from tests.support.team import Team
from tests.support.team_modal import TeamModal
from tests.support.world import SlackPlayed, World

DANA: dict[str, object] = {Field.EMAIL: "dana@example.com", Field.GIVEN_NAME: "Dana", Field.FAMILY_NAME: "Berg"}


@pytest.fixture
def modal(slack: SlackPlayed, world: World) -> TeamModal:
    return TeamModal(slack, world.ada)


@pytest.fixture
def team(slack: SlackPlayed) -> Team:
    return slack.team


def test_a_long_removal_goes_on_without_the_modal_which_tells_how_far_it_is(
    modal: TeamModal, team: Team, world: World
) -> None:
    for number in range(30):
        world.tasks.create(world.acting(world.ada), NewTask(title=f"{number}", assigned_to=world.ana.person_id))
    modal.type("")
    modal.press_of(Action.MEMBER, world.ana)
    modal.press(Action.MEMBER_REMOVE)
    team.accounts.fails_at = len(team.accounts.calls) + 1
    modal.submit(heirs=["sub-ben"])
    assert "Working… removing Ana Silva" in modal.shown
    assert "0 of 30 tasks so far." in modal.shown
    [intent] = [each.job for each in team.repository.intents if each.job]

    world.clock.forward(timedelta(minutes=2))
    for _locked_out_then_moved in range(2):
        team.jobs.resume(intent.job_id, timedelta(0))
    assert modal.view["external_id"] == intent.job_id
    modal.press(Action.JOB_LOOK)
    assert "25 of 30 tasks so far." in modal.shown
    # What the window has shown by itself since is newer.
    assert modal.slack.ears.calls[-1][1]["hash"] == modal.hash

    team.work()
    modal.press(Action.JOB_LOOK)
    assert "30 tasks moved: 30 to Ben Okoro." in modal.shown
    assert "external_id" not in modal.view


def test_where_cognito_fails_half_way_the_modal_says_that_it_goes_on(modal: TeamModal, team: Team) -> None:
    modal.type("add")
    team.accounts.fails_at = len(team.accounts.calls) + 4
    modal.submit(**DANA)
    assert "Working… adding Dana Berg." in modal.shown

    team.work()
    modal.press(Action.JOB_LOOK)

    assert "*Dana Berg* is in the team." in modal.shown


def test_why_it_failed_after_all_is_said_when_one_looks_again(modal: TeamModal, team: Team) -> None:
    team.accounts.refused.add("dana@example.com")
    modal.type("add")
    team.accounts.fails_at = len(team.accounts.calls) + 1
    modal.submit(**DANA)
    assert "Working… adding Dana Berg." in modal.shown

    team.work()
    modal.press(Action.JOB_LOOK)

    said = "That could not be finished: adding Dana Berg. Cognito does not take that as an email address."
    assert said in modal.shown
