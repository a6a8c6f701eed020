"""Held-back news that its channel cannot bring when its time has come."""

from collections.abc import Sequence

import pytest

from core.errors import DependencyError
from core.ids import TaskId
from core.notifications.model import Channel, DeliveryState, Kind, Notification, TaskNotification
from core.notifications.preferences import Preferences, Ways
from core.people.model import Person
from core.tasks.model import TaskStatus
from tests.core.test_held_news import MORNING, NIGHT, QUIET, Team, Told, bens
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


class Stuck(Told):
    """Slack, where the card of one task is held by somebody else."""

    task_id: TaskId | None = None

    def send(self, news: Sequence[Notification], person: Person) -> None:
        if any(isinstance(each, TaskNotification) and each.task.task_id == self.task_id for each in news):
            raise DependencyError("card", "another event holds it", retryable=True)
        super().send(news, person)


def test_trouble_with_one_task_holds_no_other_back_and_the_rest_comes_again(team: Team) -> None:
    team.chose(BEN, QUIET)
    slack, tasks = Stuck(Channel.SLACK), [bens(), bens(), bens()]
    for task in tasks:
        team.happen(commented(task, by=ADA))
    slack.task_id = tasks[0].task_id
    team.kept.held_news().sweep(MORNING)
    team.clock.now = MORNING
    [release] = team.kept.outbox.events
    service = team.kept.service(slack)

    with pytest.raises(DependencyError):
        service.deliver(release)
    told = list(slack.kinds)
    slack.task_id = None
    service.deliver(release)

    first, *others = [[(Kind.COMMENTED, task.task_id)] for task in tasks]
    assert (told, slack.kinds) == (others, [*others, first])
