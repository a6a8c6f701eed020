"""Changing people's names, groups and access, and who may do any of it."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import ForbiddenError, NotFoundError
from core.ids import JobId, PersonId
from core.jobs.model import JobState
from core.people.model import Actor, Group
from core.people.orders import MemberEdit, MemberRefusal, MemberRefusedError
from tests.support.team import DANA, Crash, Team, events_of, refused


def test_names_and_groups_are_changed_in_cognito_and_the_directory(team: Team, ada: Actor) -> None:
    edit = MemberEdit(given_name="Anna", groups=frozenset({Group.ADMINS, Group.TEAM_MEMBERS}))

    job = team.administration.edit(ada, team.world.ana.person_id, edit)

    assert job.state is JobState.DONE
    ana = team.person(team.world.ana)
    assert (ana.name, ana.groups) == ("Anna Silva", frozenset({"Admins", "TeamMembers"}))
    assert team.accounts.users[ana.person_id].groups == {"Admins", "TeamMembers"}
    [changed] = events_of(team, "MemberChanged")
    assert changed["changes"] == [
        {"field": "given_name", "before": "Ana", "after": "Anna"},
        {"field": "groups", "before": ["TeamMembers"], "after": ["Admins", "TeamMembers"]},
    ]


@pytest.mark.parametrize("read", ["require", "member", "account", "job"])
def test_what_only_admins_look_at_nobody_else_sees(team: Team, read: str) -> None:
    ana = team.world.ana
    asked = () if read == "require" else (ana.person_id,)

    with pytest.raises(ForbiddenError) as refused:
        getattr(team.administration, read)(team.world.acting(ana), *asked)

    assert refused.value.action == "people.manage"


def test_whoever_was_removed_is_not_to_be_changed_any_more(team: Team, ada: Actor) -> None:
    ana = team.world.ana.person_id
    assert team.administration.member(ada, ana).person_id == ana
    team.administration.remove(ada, ana)

    with pytest.raises(MemberRefusedError):
        team.administration.member(ada, ana)


def test_our_own_changes_count_at_once(team: Team, ada: Actor) -> None:
    team.administration.edit(ada, team.world.ana.person_id, MemberEdit(groups=frozenset({Group.ADMINS})))

    actor = team.world.people.actor_from_slack(team.world.ana.slack_user_id or "")  # type: ignore[arg-type]
    assert actor.person.is_admin


def test_whoever_is_disabled_is_out_at_once(team: Team, ada: Actor) -> None:
    ana = team.world.ana

    team.administration.set_enabled(ada, ana.person_id, enabled=False)

    assert not team.accounts.users[ana.person_id].enabled
    assert team.accounts.signed_out == [ana.person_id]
    with pytest.raises(ForbiddenError):
        team.world.people.actor_from_slack(ana.slack_user_id or "")  # type: ignore[arg-type]


def test_whoever_is_enabled_again_is_in_again(team: Team, ada: Actor) -> None:
    ana = team.world.ana.person_id
    team.administration.set_enabled(ada, ana, enabled=False)

    team.administration.set_enabled(ada, ana, enabled=True)

    assert team.person(ana).is_team_member
    assert [each["changes"][0]["after"] for each in events_of(team, "MemberChanged")] == [False, True]


@pytest.mark.parametrize("call", range(1, 4))
def test_wherever_disabling_dies_the_person_ends_disabled(team: Team, ada: Actor, call: int) -> None:
    team.accounts.dies_at = call
    with pytest.raises(Crash):
        team.administration.set_enabled(ada, team.world.ana.person_id, enabled=False)

    team.work()

    assert not team.person(team.world.ana).enabled
    assert team.accounts.signed_out == [team.world.ana.person_id]


def test_two_changes_of_one_person_do_not_mix(team: Team, ada: Actor) -> None:
    ana = team.world.ana.person_id
    team.accounts.fails_at = 2
    first = team.administration.edit(ada, ana, MemberEdit(given_name="Anna"))
    assert first.is_pending

    refused(MemberRefusal.UNDER_WAY, lambda: team.administration.set_enabled(ada, ana, enabled=False))
    team.work()

    assert team.administration.set_enabled(ada, ana, enabled=False).state is JobState.DONE


def test_what_can_never_be_done_fails_is_said_and_holds_nobody_up(team: Team, ada: Actor) -> None:
    ana = team.world.ana.person_id
    del team.accounts.users[ana]

    with pytest.raises(NotFoundError):
        team.administration.set_enabled(ada, ana, enabled=True)

    team.accounts.take(team.world.ana)
    assert team.administration.set_enabled(ada, ana, enabled=True).state is JobState.DONE


EVERY_ACT: dict[str, Callable[[Team, Actor], Any]] = {
    "add": lambda team, actor: team.administration.add(actor, DANA),
    "edit": lambda team, actor: team.administration.edit(actor, team.world.ben.person_id, MemberEdit(given_name="B")),
    "disable": lambda team, actor: team.administration.set_enabled(actor, team.world.ben.person_id, enabled=False),
    "enable": lambda team, actor: team.administration.set_enabled(actor, team.world.ben.person_id, enabled=True),
    "reset": lambda team, actor: team.administration.reset_password(actor, team.world.ben.person_id),
    "invite": lambda team, actor: team.administration.resend_invitation(actor, team.world.ben.person_id),
    "remove": lambda team, actor: team.administration.remove(actor, team.world.ben.person_id),
    "unlink": lambda team, actor: team.links.unlink_other(actor, team.world.ben.person_id),
    "job": lambda team, actor: team.administration.job(actor, JobId("any")),
    "account": lambda team, actor: team.administration.account(actor, team.world.ben.person_id),
    "settings": lambda team, actor: team.settings.change(actor, guests=True),
    "audit": lambda team, actor: team.audit.administration(actor, limit=5),
    "audit by": lambda team, actor: team.audit.by_person(actor, team.world.ben.person_id, limit=5),
    "audit about": lambda team, actor: team.audit.about_person(actor, team.world.ben.person_id, limit=5),
}


@pytest.fixture(params=EVERY_ACT)
def act(request: pytest.FixtureRequest) -> Callable[[Team, Actor], Any]:
    return EVERY_ACT[request.param]


def test_a_member_may_do_nothing_of_it(team: Team, act: Callable[[Team, Actor], Any]) -> None:
    with pytest.raises(ForbiddenError):
        act(team, team.world.acting(team.world.ana))

    assert team.accounts.calls == []
    assert team.repository.intents == []


def test_an_admin_demoted_elsewhere_a_moment_ago_may_do_nothing_of_it(
    team: Team, ada: Actor, act: Callable[[Team, Actor], Any]
) -> None:
    team.world.cognito.known[ada.person_id] = (frozenset({"TeamMembers"}), True)

    with pytest.raises(ForbiddenError):
        act(team, ada)

    assert team.accounts.calls == []
    assert team.repository.intents == []


@pytest.mark.parametrize("act", ["edit", "disable", "enable", "reset", "invite", "remove", "unlink"])
def test_a_forged_target_is_found_out(team: Team, ada: Actor, act: str) -> None:
    team.world.ben = team.world.ben.model_copy(update={"person_id": PersonId("../sub-ben")})

    with pytest.raises(NotFoundError):
        EVERY_ACT[act](team, ada)

    assert team.repository.intents == []


def test_an_admin_takes_somebodys_link_away(team: Team, ada: Actor) -> None:
    team.links.unlink_other(ada, team.world.ana.person_id)

    assert team.person(team.world.ana).slack_user_id is None
    [event] = team.world.links_kept.events
    assert (event.detail_type, event.actor.name) == ("LinkRemoved", "Ada Lind")
