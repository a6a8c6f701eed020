"""What of several pieces of held-back news of one task is told."""

import pytest

from core.notifications.model import TaskNotification
from core.tasks.model import TaskStatus
from tests.core.test_held_news import MORNING, NIGHT, QUIET, Team, bens
from tests.support.news import ADA, ANA, BEN, assigned, moved, status_changed, taken_from


@pytest.fixture
def team() -> Team:
    team = Team()
    team.clock.now = NIGHT
    return team


def test_of_several_moves_in_one_night_the_last_is_told(team: Team) -> None:
    team.chose(ADA, QUIET)
    task = bens()
    team.save(task)
    started = moved(task)
    done = moved(started, TaskStatus.DONE)
    team.happen(status_changed(started, by=BEN))
    team.happen(status_changed(done, by=BEN))

    team.sweep(MORNING)

    [[news]] = team.slack.messages
    assert isinstance(news, TaskNotification)
    assert news.task.task_status is TaskStatus.DONE


def test_what_came_and_went_in_one_night_is_not_told_at_all(team: Team) -> None:
    team.chose(BEN, QUIET)
    task = bens()
    team.happen(assigned(task))
    team.happen(taken_from(BEN, task.model_copy(update={"version": 2, "assigned_to": ANA.ref})))

    team.sweep(MORNING)

    assert [each for news in team.slack.messages for each in news if each.recipient == BEN.person_id] == []


def test_what_was_taken_given_back_and_taken_again_in_one_night_is_told_once(team: Team) -> None:
    team.chose(BEN, QUIET)
    task = bens()
    team.save(task)
    team.happen(taken_from(BEN, task.model_copy(update={"version": 2, "assigned_to": None})))
    team.happen(assigned(task.model_copy(update={"version": 3})))
    last = team.happen(taken_from(BEN, task.model_copy(update={"version": 4, "assigned_to": None})))

    team.sweep(MORNING)

    assert [[each.event.event_id for each in news] for news in team.slack.messages] == [[last.event_id]]
