"""Whoever began a change, and no longer waits for it, is told in Slack how it ended."""

from datetime import timedelta
from typing import Any

import pytest

from bot.ended_jobs import EndedJobs
from bot.messages.jobs import job_words
from bot.notice_notifier import NoticeSender
from core.errors import InvalidInputError
from core.events import EventActor
from core.ids import JobId, PersonId, TaskId
from core.jobs.failure import written
from core.jobs.model import Job, JobKind, JobState, MemberOrder
from core.notifications.model import Channel, Kind, Notification
from core.notifications.plan import channels_for, may_go_instead, notifications_for
from core.notifications.preferences import Preferences
from core.people.model import Actor
from core.people.orders import NewMember
from core.slack import SlackApi
from core.tasks.model import NewTask
from tests.support.jobs import no_jobs
from tests.support.loopback import answer, listening
from tests.support.team import Team
from tests.support.world import NOW, make_person


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def ada(team: Team) -> Actor:
    return team.world.acting(team.world.ada)


def told(team: Team) -> list[Notification]:
    return [each for event in team.repository.news for each in notifications_for(event)]


def test_a_removal_that_went_on_alone_is_told_with_who_has_the_tasks_now(team: Team, ada: Actor) -> None:
    world = team.world
    for number in range(3):
        world.tasks.create(ada, NewTask(title=f"{number}", assigned_to=world.ana.person_id))
    team.accounts.fails_at = len(team.accounts.calls) + 1
    team.administration.remove(ada, world.ana.person_id, [world.ben.person_id, world.chi.person_id])
    team.work()

    [notification] = [each for each in told(team) if each.kind is Kind.JOB_ENDED]
    assert notification.recipient == world.ada.person_id
    with listening(answer(200, {"ok": True, "channel": "D0ADA", "ts": "1.1"})) as slack:
        api = SlackApi("xoxb-played", f"{slack.url}/api/", timeout_seconds=5)
        NoticeSender(api, world.clock, EndedJobs(team.repository, world.people_kept)).send([notification], world.ada)
    [call] = slack.heard
    said = "*Ana Silva* was removed from the team. 3 tasks moved: 2 to Ben Okoro, 1 to Chi Nguyen."
    assert said in call.body.decode()


def test_what_the_door_has_answered_is_not_told_again(team: Team, ada: Actor) -> None:
    team.administration.remove(ada, team.world.ana.person_id)

    assert told(team) == []


def test_only_slack_tells_it(team: Team, ada: Actor) -> None:
    team.accounts.fails_at = len(team.accounts.calls) + 2
    team.administration.set_enabled(ada, team.world.ana.person_id, enabled=False)
    team.work()

    [notification] = told(team)
    assert channels_for(notification, team.world.ada, Preferences()) == {Channel.SLACK}
    assert channels_for(notification, team.world.chi, Preferences()) == frozenset()
    assert not may_go_instead(notification)


def test_of_a_job_that_is_forgotten_there_is_a_sentence_too() -> None:
    assert "/team" in no_jobs().build(JobId("01J"))[0]


ACTOR = EventActor.of(Actor(person=make_person("Ada Lind"), entry="slack"))
DANA = MemberOrder(person_id=PersonId("sub-dana"), given_name="<!channel>", email="dana@example.com")


@pytest.mark.parametrize("kind", JobKind)
@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("facts", [{}, {"mail_sent": True}, {"mail_sent": False}, {"done": 3, "counted": {"x": 3}}])
def test_every_job_has_words_in_every_state_and_names_are_inert(
    kind: JobKind, state: JobState, facts: dict[str, Any]
) -> None:
    job = Job(job_id=JobId("01J"), kind=kind, actor=ACTOR, begun_at=NOW, state=state, member=DANA, total=30, **facts)

    words = job_words(job, {})

    assert words.endswith((".", "…"))
    assert "<!channel>" not in words
    assert ("Working…" in words) is (state is JobState.PENDING)
    assert ("could not be finished" in words) is (state is JobState.FAILED)


def test_a_bulk_change_says_how_many_could_not_be_changed() -> None:
    refused = {TaskId("T-1"): "forbidden"}
    ended = {"ended_at": NOW + timedelta(seconds=9), "state": JobState.DONE}
    job = Job(
        job_id=JobId("01J"), kind=JobKind.CHANGE_TASKS, actor=ACTOR, begun_at=NOW, done=29, refused=refused, **ended
    )

    assert job_words(job, {}) == "29 tasks changed. 1 task could not be changed."


def left_to_work(team: Team, ada: Actor, why: str) -> Job:
    """A change that Cognito keeps the door from, and that cannot be made when `work` comes to it."""
    ana = team.world.ana.person_id
    match why:
        case "has signed in":
            account = team.accounts.users[ana].model_copy(update={"must_change_password": True})
            team.accounts.users[ana] = account
            team.accounts.fails_at = len(team.accounts.calls) + 2
            job = team.administration.resend_invitation(ada, ana)
            team.accounts.users[ana] = account.model_copy(update={"must_change_password": False})
        case "no address":
            team.accounts.refused.add("dana@example.com")
            team.accounts.fails_at = 1
            job = team.administration.add(ada, NewMember(email="dana@example.com", given_name="Dana"))
        case "gone":
            team.accounts.fails_at = len(team.accounts.calls) + 1
            job = team.administration.set_enabled(ada, ana, enabled=False)
            del team.accounts.users[ana]
    assert job.is_pending
    team.work()
    return job


@pytest.mark.parametrize(
    ("why", "what", "sentence"),
    [
        ("has signed in", "sending Ana Silva a new invitation", "They have signed in and chosen a password"),
        ("no address", "adding Dana", "Cognito does not take that as an email address."),
        ("gone", "locking Ana Silva out", "Cognito has no such user any more. You can only remove them, in `/team`."),
    ],
)
def test_why_it_failed_is_said_in_the_door_s_own_words(
    team: Team, ada: Actor, why: str, what: str, sentence: str
) -> None:
    job = left_to_work(team, ada, why)

    text, _ = EndedJobs(team.repository, team.world.people_kept).build(job.job_id)

    assert text.startswith(f"That could not be finished: {what}. {sentence}")


@pytest.mark.parametrize(
    "failure", [None, "InvalidInputError", "MemberRefusedError", "MemberRefusedError of_old", "KeyError x"]
)
def test_what_was_kept_of_earlier_jobs_still_reads(failure: str | None) -> None:
    facts = {"state": JobState.FAILED, "failure": failure, "member": DANA}
    job = Job(job_id=JobId("01J"), kind=JobKind.ADD_MEMBER, actor=ACTOR, begun_at=NOW, **facts)

    assert job_words(job, {}).endswith("Look at it, and try again if it still is to be.")


def test_nothing_that_anybody_typed_is_kept_of_a_failure() -> None:
    typed = InvalidInputError.of("email", "string_too_long", max_length=128, text="secret")

    kept = written(typed)

    assert kept == "InvalidInputError email:string_too_long"
    job = Job(job_id=JobId("01J"), kind=JobKind.ADD_MEMBER, actor=ACTOR, begun_at=NOW, state="failed", failure=kept)
    assert "What stands in email can't be used." in job_words(job, {})
