"""Held-back news that its channel cannot bring when its time has come."""

import pytest

from core.notifications.model import DeliveryState, Kind
from core.notifications.preferences import Preferences, Ways
from core.people.model import Person
from core.tasks.model import TaskStatus
from tests.core.test_held_news import MORNING, NIGHT, QUIET, Team, bens
from tests.support.news import ADA, BEN, assigned, commented


@pytest.fixture
def team() -> Team:
    team = Team()
    team.clock.now = NIGHT
    return team


def leave_slack(team: Team, person: Person = BEN) -> None:
    team.kept.people._people[person.person_id] = person.model_copy(update={"slack_user_id": None})


def test_held_back_news_of_who_left_slack_meanwhile_is_handed_to_the_mail(team: Team) -> None:
    team.chose(BEN, QUIET)
    told = team.happen(commented(bens(), by=ADA))
    moot = team.happen(assigned(task := bens()))
    team.save(task.model_copy(update={"version": 2, "task_status": TaskStatus.DONE}))
    leave_slack(team)

    team.sweep(MORNING)

    assert team.slack.messages == []
    assert team.kept.handover.given == [(told, BEN.person_id)]
    assert (team.state(told), team.state(moot)) == (DeliveryState.FAILED, DeliveryState.OVERTAKEN)


def test_what_was_turned_off_is_not_handed_over_when_its_person_leaves_slack(team: Team) -> None:
    team.chose(BEN, QUIET)
    team.happen(commented(bens(), by=ADA))
    team.chose(BEN, Preferences(choices={Kind.COMMENTED: Ways(slack=False)}))
    leave_slack(team)

    team.sweep(MORNING)

    assert team.kept.handover.given == []


def test_what_was_told_before_its_person_left_slack_is_not_handed_over(team: Team) -> None:
    team.chose(BEN, QUIET)
    team.happen(commented(bens(), by=ADA))
    team.sweep(MORNING)
    leave_slack(team)

    for release in team.kept.outbox.events:
        team.deliver(release)

    assert (len(team.slack.messages), team.kept.handover.given) == (1, [])
