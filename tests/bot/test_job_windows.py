"""The window of a long job shows by itself how far it is and how it ended, as long as somebody looks at it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.job_windows import FOLLOWED, JobWindows
from bot.modals.directory import Place, read_place
from core.errors import DependencyError
from core.events import Event, EventType
from core.ids import JobId
from core.jobs.model import Job
from core.notifications.plan import notifications_for
from core.people.model import Actor
from core.slack import SlackApi
from core.tasks.model import NewTask
from tests.support.slack_workspace import ADA, BOT_TOKEN, Served, served
from tests.support.team import Team
from tests.support.world import words_of

FOUND_BY = Place("ana")
SOMETHING_ELSE = {"type": "modal", "title": {"type": "plain_text", "text": "Team"}, "blocks": [{"type": "divider"}]}


@pytest.fixture(scope="module")
def workspace() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture
def slack(workspace: Served) -> Served:
    workspace.workspace.reset()
    return workspace


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def ada(team: Team) -> Actor:
    return team.world.acting(team.world.ada)


@pytest.fixture
def windows(slack: Served, team: Team) -> JobWindows:
    api = SlackApi(BOT_TOKEN, f"{slack.url}/slack/api/", timeout_seconds=5)
    return JobWindows(api, team.repository, team.world.people_kept, team.world.clock)


def removing(team: Team, ada: Actor, tasks: int, *, in_window: bool = True) -> Job:
    """Remove Ana; Cognito fails in the door, so that `work` does it all."""
    world = team.world
    for number in range(tasks):
        world.tasks.create(ada, NewTask(title=f"{number}", assigned_to=world.ana.person_id))
    team.accounts.fails_at = len(team.accounts.calls) + 1
    administration = team.administration
    if in_window:
        administration = administration.telling(lambda _job: None, FOUND_BY.written())
    return administration.remove(ada, world.ana.person_id, [world.ben.person_id])


def look_at(slack: Served, job: Job) -> None:
    """Have Ada open the window of a job."""
    view = {**SOMETHING_ELSE, "external_id": job.job_id}
    slack.client.views_open(trigger_id=slack.workspace.triggers.issue(ADA.id, slack.workspace.now()), view=view)


def step(team: Team, job_id: JobId) -> None:
    """Let `work` do a chunk."""
    team.world.clock.forward(timedelta(minutes=2))
    team.jobs.resume(job_id, timedelta(0))


def shown(slack: Served) -> dict[str, Any]:
    [view] = slack.get("/_local/slack/views?user=ada")["modals"]
    return dict(view["content"], id=view["id"])


def calls(slack: Served) -> list[str]:
    return [each["method"] for each in slack.get("/_local/slack/calls")["calls"] if each["method"] == "views.update"]


def begun(team: Team) -> Event:
    return team.repository.intents[-1]


def ended(team: Team) -> Event:
    [event] = [each for each in team.repository.news if each.detail_type is EventType.JOB_ENDED]
    return event


def test_the_line_moves_and_the_summary_comes_without_a_press(
    slack: Served, team: Team, ada: Actor, windows: JobWindows
) -> None:
    job = removing(team, ada, 30)
    look_at(slack, job)

    for said in ("0 of 30 tasks so far.", "25 of 30 tasks so far."):
        step(team, job.job_id)
        again = windows.follow(begun(team))
        assert again is not None
        assert said in words_of(shown(slack)["blocks"])
    team.work()
    windows.follow(ended(team))

    assert "*Ana Silva* was removed from the team. 30 tasks moved: 30 to Ben Okoro." in words_of(shown(slack)["blocks"])
    assert read_place(shown(slack)) == FOUND_BY
    assert notifications_for(begun(team)) == []


def test_whoever_follows_a_job_that_ended_meanwhile_leaves_the_end_to_its_own_news(
    slack: Served, team: Team, ada: Actor, windows: JobWindows
) -> None:
    look_at(slack, removing(team, ada, 3))
    team.work()

    assert windows.follow(begun(team)) is None
    assert calls(slack) == []


def test_what_comes_late_replaces_nothing_newer(slack: Served, team: Team, ada: Actor, windows: JobWindows) -> None:
    job = removing(team, ada, 30)
    look_at(slack, job)
    step(team, job.job_id)
    held_up = JobWindows(windows._slack, Once(team.repository.get(job.job_id)), team.world.people_kept, windows._clock)
    team.work()
    windows.follow(ended(team))

    assert held_up.follow(begun(team)) is None
    assert "30 tasks moved" in words_of(shown(slack)["blocks"])


class Once:
    """Knows a job as somebody had read it before they were held up."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def get(self, _job_id: JobId) -> Job:
        return self._job


@pytest.mark.parametrize("gone", ["closed", "shows something else"])
def test_who_has_gone_on_is_left_alone(slack: Served, team: Team, ada: Actor, windows: JobWindows, gone: str) -> None:
    job = removing(team, ada, 30)
    look_at(slack, job)
    step(team, job.job_id)
    if gone == "closed":
        slack.post("/_local/slack/close", {"user": "ada"})
    else:
        slack.client.views_update(view_id=shown(slack)["id"], view=SOMETHING_ELSE)
    before = slack.get("/_local/slack/views?user=ada")["modals"]

    assert windows.follow(begun(team)) is None
    team.work()
    assert windows.follow(ended(team)) is None
    assert slack.get("/_local/slack/views?user=ada")["modals"] == before


def test_what_the_door_is_still_at_is_not_touched(slack: Served, team: Team, ada: Actor, windows: JobWindows) -> None:
    look_at(slack, removing(team, ada, 30))

    assert windows.follow(begun(team)) == team.world.clock() + timedelta(seconds=3)
    assert calls(slack) == []


@pytest.mark.parametrize("why", ["no window", "the door ended it", "nothing to count", "forgotten"])
def test_nothing_is_shown_where_nobody_waits_for_it(
    slack: Served, team: Team, ada: Actor, windows: JobWindows, why: str
) -> None:
    match why:
        case "no window":
            step(team, removing(team, ada, 30, in_window=False).job_id)
        case "the door ended it":
            telling = team.administration.telling(lambda _job: None, FOUND_BY.written())
            telling.remove(ada, team.world.ana.person_id)
        case "nothing to count":
            step(team, removing(team, ada, 0).job_id)
        case "forgotten":
            team.repository._jobs.pop(removing(team, ada, 30).job_id)

    assert windows.follow(begun(team)) is None
    assert calls(slack) == []


def test_a_job_that_takes_very_long_is_looked_at_again_when_it_ends(
    slack: Served, team: Team, ada: Actor, windows: JobWindows
) -> None:
    job = removing(team, ada, 30)
    look_at(slack, job)
    step(team, job.job_id)
    team.world.clock.forward(FOLLOWED)
    assert windows.follow(begun(team)) is None

    team.work()
    windows.follow(ended(team))
    assert "30 tasks moved" in words_of(shown(slack)["blocks"])


@pytest.mark.parametrize(
    ("fault", "again"),
    [
        ({"kind": "server_error", "status": 503}, timedelta(seconds=3)),
        ({"kind": "refuse", "error": "token_revoked"}, None),
    ],
)
def test_trouble_of_slacks_is_no_trouble_of_the_queues(
    slack: Served, team: Team, ada: Actor, windows: JobWindows, fault: dict[str, Any], again: timedelta | None
) -> None:
    job = removing(team, ada, 30)
    look_at(slack, job)
    step(team, job.job_id)
    slack.post("/_local/slack/faults", {**fault, "method": "views.update"})

    assert windows.follow(begun(team)) == (team.world.clock() + again if again else None)


def test_the_end_is_shown_once_slack_is_well_again(slack: Served, team: Team, ada: Actor, windows: JobWindows) -> None:
    look_at(slack, removing(team, ada, 3))
    team.work()
    slack.post("/_local/slack/faults", {"kind": "server_error", "status": 503, "method": "views.update"})

    assert windows.follow(ended(team)) is not None
    assert windows.follow(ended(team)) is None
    assert "3 tasks moved" in words_of(shown(slack)["blocks"])


def test_a_pause_that_slack_asks_for_is_kept_by_all(slack: Served, team: Team, ada: Actor, windows: JobWindows) -> None:
    job = removing(team, ada, 30)
    look_at(slack, job)
    step(team, job.job_id)
    slack.post("/_local/slack/faults", {"kind": "rate_limit", "method": "views.update", "seconds": 7})

    with pytest.raises(DependencyError) as asked:
        windows.follow(begun(team))
    assert asked.value.retry_after == timedelta(seconds=7)
