"""The last active admin stays one, also where several admins change each other at once."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from core.errors import ForbiddenError
from core.jobs.model import AdminLedger, Job
from core.people.model import Actor, Group, Person
from core.people.orders import MemberEdit, MemberRefusal, MemberRefusedError
from tests.support.team import Team, refused
from tests.support.world import make_person


@pytest.mark.parametrize(
    "change",
    [
        lambda team, actor: team.administration.set_enabled(actor, actor.person_id, enabled=False),
        lambda team, actor: team.administration.remove(actor, actor.person_id),
        lambda team, actor: team.administration.edit(
            actor, actor.person_id, MemberEdit(groups=frozenset({Group.TEAM_MEMBERS}))
        ),
    ],
)
def test_the_last_active_admin_stays_one(team: Team, ada: Actor, change: Callable[[Team, Actor], Job]) -> None:
    team.join(make_person("Olaf", Group.ADMINS, enabled=False))

    refused(MemberRefusal.LAST_ADMIN, lambda: change(team, ada))

    assert team.person(team.world.ada).is_admin
    assert team.accounts.users[team.world.ada.person_id].groups == {"Admins"}


def test_an_admin_in_the_directory_who_is_none_in_cognito_is_no_other_admin(team: Team, ada: Actor) -> None:
    omar = team.join(make_person("Omar", Group.ADMINS))
    team.world.cognito.known[omar.person_id] = (frozenset({"TeamMembers"}), True)

    refused(
        MemberRefusal.LAST_ADMIN, lambda: team.administration.set_enabled(ada, team.world.ada.person_id, enabled=False)
    )


def test_an_admin_may_step_back_where_another_one_stays(team: Team, ada: Actor) -> None:
    team.join(make_person("Omar", Group.ADMINS))

    team.administration.edit(ada, ada.person_id, MemberEdit(groups=frozenset({Group.TEAM_MEMBERS})))

    assert not team.person(team.world.ada).is_admin


def test_an_admin_who_is_on_the_way_out_is_no_other_admin(team: Team, ada: Actor) -> None:
    omar = team.join(make_person("Omar", Group.ADMINS))
    team.accounts.fails_at = 1
    assert team.administration.set_enabled(ada, omar.person_id, enabled=False).is_pending

    refused(
        MemberRefusal.LAST_ADMIN, lambda: team.administration.set_enabled(ada, team.world.ada.person_id, enabled=False)
    )


DEMOTION = MemberEdit(groups=frozenset({Group.TEAM_MEMBERS}))


def test_of_two_admins_who_demote_each_other_at_once_one_stays(team: Team, ada: Actor) -> None:
    """The other one's change happens between the look and the intent."""
    omar = team.join(make_person("Omar", Group.ADMINS))
    begin = team.repository.begin

    def be_overtaken(*arguments: Any, **options: Any) -> Job:
        team.repository.begin = begin  # type: ignore[method-assign]
        team.administration.edit(team.world.acting(omar), ada.person_id, DEMOTION)
        return begin(*arguments, **options)

    team.repository.begin = be_overtaken  # type: ignore[method-assign]
    refused(MemberRefusal.LAST_ADMIN, lambda: team.administration.edit(ada, omar.person_id, DEMOTION))

    assert team.person(omar).is_admin
    assert not team.person(team.world.ada).is_admin


def test_a_demotion_counts_at_once_also_where_cognito_does_not_know_of_it_yet(team: Team, ada: Actor) -> None:
    omar = team.join(make_person("Omar", Group.ADMINS))
    ledger = team.repository.admins

    def be_overtaken() -> AdminLedger:
        team.repository.admins = ledger  # type: ignore[method-assign]
        team.administration.edit(team.world.acting(omar), ada.person_id, DEMOTION)
        team.world.cognito.known[ada.person_id] = (frozenset({"Admins"}), True)
        return ledger()

    team.repository.admins = be_overtaken  # type: ignore[method-assign]
    refused(MemberRefusal.LAST_ADMIN, lambda: team.administration.edit(ada, omar.person_id, DEMOTION))


def test_admins_who_demote_each_other_in_any_order_leave_one() -> None:
    for _ in range(20):
        team = Team()
        omar = team.join(make_person("Omar", Group.ADMINS))
        pairs = [(team.world.ada, omar), (omar, team.world.ada)]
        start = threading.Barrier(2)

        def demote(admin: Person, other: Person, team: Team = team, start: threading.Barrier = start) -> None:
            actor = team.world.acting(admin)
            start.wait()
            with suppress(MemberRefusedError, ForbiddenError):
                team.administration.edit(actor, other.person_id, DEMOTION)

        threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [person.name for person, _ in pairs if team.person(person).is_admin] != []
