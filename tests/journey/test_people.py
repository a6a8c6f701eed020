"""People are added and removed on the running system: accounts, mails, the function that finishes jobs."""

import base64
import contextlib
import hashlib
import hmac
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.modals.directory import Place, build_said
from core.clock import fresh_event_id, system_clock
from core.errors import ForbiddenError
from core.ids import PersonId
from core.jobs.model import Guards, JobKind, JobState, MemberOrder
from core.jobs.service import JobBook
from core.people.administration import PeopleAdministration
from core.people.model import Actor, Entry, Group, Person
from core.people.orders import MemberEdit, MemberRefusedError, NewMember
from core.storage.dynamodb.people import DynamoPersonRepository
from infra.app import STACK_NAME
from infra.local.demo import ADA, TEAM_ID
from infra.local.local_stack import LocalStack
from infra.reconcile import reconcile
from tests.support.bus import BusListener
from tests.support.figures import Figures
from tests.support.patience import eventually
from tests.support.running_team import RunningTeam
from tests.support.stack import wait_until_quiet
from tests.support.workspace import DemoWorkspace
from tests.support.world import words_of

pytestmark = pytest.mark.stack


@pytest.fixture
def team(stack: LocalStack) -> RunningTeam:
    return RunningTeam(stack)


def added(team: RunningTeam, name: str, *groups: Group) -> Person:
    email = f"{name.lower()}@example.com"
    wanted = frozenset(groups or {Group.TEAM_MEMBERS})
    team.services.administration.add(team.ada, NewMember(email=email, given_name=name, groups=wanted))
    return team.directory.with_email(email)


def test_an_invitation_opens_the_account_once_and_must_be_changed(
    team: RunningTeam, stack: LocalStack, workspace: DemoWorkspace, bus: BusListener
) -> None:
    person = added(team, "Dana")

    [mail] = workspace.emails("dana@example.com", naming="invited")
    password = re.search(r"^    (\S+)$", mail["BodyText"], re.MULTILINE)
    assert password is not None
    answer = team.cognito.admin_initiate_auth(
        UserPoolId=stack.info["user_pool_id"],
        ClientId=stack.info["clients"]["user"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters=signed(team, stack, "dana@example.com", password[1]),
    )
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    heard = eventually(lambda: [each for each in bus.everything() if each["detail-type"] == "MemberAdded"])
    assert heard[0]["detail"]["member"] == {"person_id": person.person_id, "name": "Dana"}
    assert password[1] not in json.dumps(bus.everything())


def signed(team: RunningTeam, stack: LocalStack, email: str, password: str) -> dict[str, str]:

    client = stack.info["clients"]["user"]
    described = team.cognito.describe_user_pool_client(UserPoolId=stack.info["user_pool_id"], ClientId=client)
    secret = described["UserPoolClient"]["ClientSecret"].encode()
    digest = hmac.new(secret, (email + client).encode(), hashlib.sha256).digest()
    return {"USERNAME": email, "PASSWORD": password, "SECRET_HASH": base64.b64encode(digest).decode()}


def test_work_finishes_what_a_door_began_and_did_not_finish(
    team: RunningTeam, workspace: DemoWorkspace, figures: Figures
) -> None:
    """By the function's own rights: Cognito, the table and SES."""

    book = JobBook(team.repository, TEAM_ID, system_clock, fresh_event_id)
    order = MemberOrder(
        email="emil@example.com", given_name="Emil", family_name="", groups=frozenset({"TeamMembers", "Admins"})
    )
    began = time.monotonic()
    job = book.begin(book.draft(JobKind.ADD_MEMBER, team.ada).but(member=order), Guards("address:emil"), None, None)

    ended = eventually(lambda: finished(team, job.job_id), within=60)

    figures.say(f"work finished an abandoned job after {time.monotonic() - began:.1f} s")
    assert (ended.state, ended.mail_sent) == (JobState.DONE, True)
    assert team.directory.with_email("emil@example.com").groups == {"TeamMembers", "Admins"}
    assert len(workspace.emails("emil@example.com", naming="invited")) == 1
    edited = book.draft(JobKind.EDIT_MEMBER, team.ada).but(
        member=MemberOrder(
            person_id=team.directory.with_email("emil@example.com").person_id,
            given_name="Emilia",
            groups=frozenset({"TeamMembers"}),
        )
    )
    book.begin(edited, Guards(), None, None)
    assert eventually(lambda: finished(team, edited.job_id), within=60).state is JobState.DONE
    assert team.directory.with_email("emil@example.com").given_name == "Emilia"


def finished(team: RunningTeam, job_id: Any) -> Any:
    job = team.repository.get(job_id)
    return None if job.is_pending else job


def watch(stack: LocalStack, workspace: DemoWorkspace, job_id: str) -> None:
    """Have Ada look at the window of a job."""
    workspace.command(ADA.slack_user_id, "", command="/team")
    [modal] = workspace.modals(ADA.slack_user_id)
    slack = WebClient(stack.info["slack"]["bot_token"], base_url=f"{stack.url}/slack/api/")
    slack.views_update(view_id=modal["id"], view={**build_said("Working…"), "external_id": job_id})


def seen(workspace: DemoWorkspace) -> str:
    [modal] = workspace.modals(ADA.slack_user_id)
    return words_of(modal["content"]["blocks"])


def test_a_removal_that_is_killed_half_way_ends_with_every_task_moved_once(
    team: RunningTeam, stack: LocalStack, workspace: DemoWorkspace, figures: Figures
) -> None:
    leaver, heir = added(team, "Lena"), added(team, "Hugo")
    given = team.give(leaver, 230)
    book = JobBook(team.repository, TEAM_ID, system_clock, fresh_event_id)
    order = MemberOrder(person_id=leaver.person_id, heirs=(heir.person_id,))
    began = time.monotonic()
    facts = {"member": order, "total": len(given), "window": Place().written()}
    draft = book.draft(JobKind.REMOVE_MEMBER, team.ada).but(**facts)
    watch(stack, workspace, draft.job_id)
    job = book.begin(draft, Guards(f"person:{leaver.person_id}"), None, None)

    eventually(lambda: team.repository.get(job.job_id).done > 40, within=60, every=0.01)
    killed = team.kill_worker()
    done = team.repository.get(job.job_id).done
    eventually(lambda: re.search(r"\b[1-9]\d* of 230 tasks so far", seen(workspace)), within=30)
    ended = eventually(lambda: finished(team, job.job_id), within=240, every=0.5)

    figures.say(
        f"230 tasks: {killed} worker killed after {done}, all moved {time.monotonic() - began:.0f} s after the start"
    )
    assert killed >= 1
    assert 40 < done < 230
    assert (ended.state, ended.done, ended.counted) == (JobState.DONE, 230, {heir.person_id: 230})
    assert {task.task_id for task in team.open_of(heir.person_id)} == set(given)
    assert {task.version for task in team.open_of(heir.person_id)} == {2}
    assert team.open_of(leaver.person_id) == []
    gone = team.directory.get(leaver.person_id)
    assert (gone.open_tasks, gone.enabled, gone.removed_at is not None) == (0, False, True)
    assert team.directory.get(heir.person_id).open_tasks == 230
    assert team.accounts.find(leaver.person_id) is None
    assert eventually(lambda: "230 tasks moved: 230 to Hugo." in seen(workspace), within=60)
    workspace.close(ADA.slack_user_id)
    history = team.tasks.history(given[100], limit=5).items
    assert [event.detail_type for event in history] == ["TaskAssigned"]
    team.take_away(given)
    wait_until_quiet(stack, 180)  # Two hundred mails go out: nobody else's test shall wait for them.
    assert team.directory.get(heir.person_id).open_tasks == 0


def test_of_two_admins_who_demote_each_other_at_once_one_stays(team: RunningTeam) -> None:
    """On the table itself, by the administration of a team that has no other admins."""
    outcomes = []
    for number in range(5):
        one, other = added(team, f"One{number}", Group.ADMINS), added(team, f"Other{number}", Group.ADMINS)
        alone = Alone(team, {one.person_id, other.person_id})
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda pair, alone=alone: alone.demote(*pair), [(one, other), (other, one)]))
        roles = [team.directory.get(each.person_id).is_admin for each in (one, other)]
        outcomes.append(roles)
        for each in (one, other):
            team.services.administration.remove(team.ada, each.person_id)
    assert all(any(roles) for roles in outcomes), outcomes


class Alone:
    """The administration as it is where only these are admins."""

    def __init__(self, team: RunningTeam, admins: set[PersonId]) -> None:

        directory = Only(team, admins)
        book = JobBook(team.repository, TEAM_ID, system_clock, fresh_event_id)
        self._administration = PeopleAdministration(
            team.people,
            directory,
            team.accounts,
            team.repository,
            book,
            team.jobs,
        )

    def demote(self, admin: Person, other: Person) -> None:
        edit = MemberEdit(groups=frozenset({Group.TEAM_MEMBERS}))
        with contextlib.suppress(MemberRefusedError, ForbiddenError):
            self._administration.edit(Actor(person=admin, entry=Entry.SLACK), other.person_id, edit)


class Only(DynamoPersonRepository):
    """The directory with these admins alone."""

    def __init__(self, team: RunningTeam, admins: set[PersonId]) -> None:
        super().__init__(team.table, TEAM_ID)
        self._only = admins

    def admins(self) -> list[PersonId]:
        return sorted(self._only)


def test_the_nightly_look_takes_over_what_was_changed_in_the_console(team: RunningTeam, stack: LocalStack) -> None:
    person = added(team, "Nora")
    reconcile(stack.aws.client, STACK_NAME)
    team.accounts.change(person.person_id, {"given_name": "Eleonora", "family_name": "Falk"})

    counts = reconcile(stack.aws.client, STACK_NAME)

    assert counts["changed"] == 1, counts
    assert team.directory.get(person.person_id).name == "Eleonora Falk"
