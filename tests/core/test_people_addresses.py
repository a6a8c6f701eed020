"""Changing the email address and the profile of somebody: what counts at once, what is not proven, who is told."""

import pytest

from core.errors import NotFoundError
from core.ids import EventId
from core.jobs.model import JobState
from core.people.model import Actor
from core.people.orders import MemberEdit, MemberRefusal
from core.suppression.model import Reason, Suppression
from tests.support.team import DANA, DANA_ID, Crash, Team, events_of, refused
from tests.support.world import NOW

NEW = "anna@example.com"
NEW_ADDRESS = MemberEdit(email=NEW)


def test_another_address_counts_at_once_and_is_not_proven(team: Team, ada: Actor) -> None:
    ana = team.world.ana

    job = team.administration.edit(ada, ana.person_id, NEW_ADDRESS)

    assert (job.state, job.mail_sent) == (JobState.DONE, True)
    assert team.accounts.users[ana.person_id].email == NEW
    assert ana.person_id not in team.accounts.verified
    assert team.world.people_kept.with_email(NEW).person_id == ana.person_id
    with pytest.raises(NotFoundError):
        team.world.people_kept.with_email(ana.email)
    [changed] = events_of(team, "MemberChanged")
    assert changed["changes"] == [{"field": "email", "before": ana.email, "after": NEW}]


def test_a_link_to_slack_does_not_hang_on_the_address(team: Team, ada: Actor) -> None:
    ana = team.world.ana

    team.administration.edit(ada, ana.person_id, NEW_ADDRESS)

    assert team.person(ana).slack_user_id == ana.slack_user_id is not None
    assert not team.accounts.signed_out


def test_both_addresses_are_told_who_did_it_and_get_no_password(team: Team, ada: Actor) -> None:
    team.administration.edit(ada, team.world.ana.person_id, NEW_ADDRESS)

    assert sorted(address for address, _ in team.mailbox.sent) == sorted([NEW, team.world.ana.email])
    for _, mail in team.mailbox.sent:
        assert "Ada Lind has changed the email address" in mail.text
        assert NEW in mail.text
        assert NEW in mail.html
        assert "tell an admin of your team at once" in mail.html
    assert not team.accounts.passwords


def test_an_address_that_refused_mail_is_left_alone(team: Team, ada: Actor) -> None:
    ana = team.world.ana
    suppression = Suppression(suppression_id=EventId("1"), address=ana.email, reason=Reason.BOUNCED, since=NOW)
    team.suppressions.add(suppression, None)

    job = team.administration.edit(ada, ana.person_id, NEW_ADDRESS)

    assert [address for address, _ in team.mailbox.sent] == [NEW]
    assert (job.state, job.mail_sent) == (JobState.DONE, False)
    assert team.suppressions.get(NEW) is None


def test_mail_that_does_not_go_out_holds_no_change_up(team: Team, ada: Actor) -> None:
    team.mailbox.is_down = True

    job = team.administration.edit(ada, team.world.ana.person_id, NEW_ADDRESS)

    assert (job.state, job.mail_sent) == (JobState.DONE, False)
    assert team.person(team.world.ana).email == NEW


@pytest.mark.parametrize("same", ["ana@example.com", "ANA@example.com"])
def test_the_same_address_is_no_change(team: Team, ada: Actor, same: str) -> None:

    team.administration.edit(ada, team.world.ana.person_id, MemberEdit(email=same, title="Cook"))

    assert team.mailbox.sent == []
    assert team.world.ana.person_id in team.accounts.verified
    assert (team.person(team.world.ana).email, team.person(team.world.ana).title) == (team.world.ana.email, "Cook")


def test_an_address_of_somebody_else_is_refused_before_anything_is_done(team: Team, ada: Actor) -> None:
    taken = MemberEdit(email=team.world.ben.email.upper())

    refused(MemberRefusal.ALREADY_MEMBER, lambda: team.administration.edit(ada, team.world.ana.person_id, taken))

    assert team.accounts.calls == []
    assert team.repository.intents == []


def test_an_address_that_only_cognito_knows_as_somebodys_fails_the_change(team: Team, ada: Actor) -> None:
    stranger = team.world.ben.model_copy(update={"person_id": "sub-stranger", "email": NEW})
    team.accounts.take(stranger)

    refused(MemberRefusal.ALREADY_MEMBER, lambda: team.administration.edit(ada, team.world.ana.person_id, NEW_ADDRESS))

    assert team.person(team.world.ana).email == team.world.ana.email
    assert team.mailbox.sent == []
    assert team.administration.edit(ada, team.world.ana.person_id, MemberEdit(title="Cook")).state is JobState.DONE


def test_whoever_never_signed_in_gets_a_fresh_password_at_the_new_address_alone(team: Team, ada: Actor) -> None:
    team.administration.add(ada, DANA)
    first = team.accounts.passwords[DANA_ID]
    team.mailbox.sent.clear()

    team.administration.edit(ada, DANA_ID, MemberEdit(email="dana.berg@example.com"))

    [(address, mail)] = team.mailbox.sent
    assert address == "dana.berg@example.com"
    assert team.accounts.passwords[DANA_ID] != first
    assert team.accounts.passwords[DANA_ID] in mail.text
    assert DANA_ID in team.accounts.verified


def test_whoever_cognito_has_under_the_address_in_other_letters_keeps_it_as_it_is(team: Team, ada: Actor) -> None:
    team.accounts.create("Dana@Example.com", DANA.given_name, DANA.family_name, "half-made")

    team.administration.add(ada, DANA)

    [dana] = [user for user in team.accounts.users.values() if user.email.startswith("Dana")]
    assert dana.email == "Dana@Example.com"
    assert "change" not in team.accounts.calls


def test_a_temporary_password_mailed_there_proves_the_new_address(team: Team, ada: Actor) -> None:
    ana = team.world.ana.person_id
    team.administration.edit(ada, ana, NEW_ADDRESS)

    team.administration.reset_password(ada, ana)

    assert ana in team.accounts.verified
    assert "temporary password" in team.mailbox.to(NEW)[-1].subject


@pytest.mark.parametrize("call", range(1, 4))
def test_wherever_it_dies_the_address_is_the_new_one_and_both_are_told(team: Team, ada: Actor, call: int) -> None:
    ana = team.world.ana
    team.accounts.dies_at = call
    with pytest.raises(Crash):
        team.administration.edit(ada, ana.person_id, NEW_ADDRESS)

    team.work()

    assert team.person(ana).email == team.accounts.users[ana.person_id].email == NEW
    assert team.mailbox.to(ana.email)
    assert team.mailbox.to(NEW)
    assert team.accounts.calls.count("change") == (2 if call == 2 else 1)


def test_wherever_the_mail_dies_both_are_told_in_the_end(team: Team, ada: Actor) -> None:
    ana = team.world.ana
    team.mailbox.dies_after = True
    with pytest.raises(Crash):
        team.administration.edit(ada, ana.person_id, NEW_ADDRESS)
    team.mailbox.dies_after = False

    team.work()

    assert team.mailbox.to(ana.email)
    assert team.mailbox.to(NEW)


def test_a_zone_counts_for_whoever_has_none_from_slack(team: Team, ada: Actor) -> None:
    tokyo = MemberEdit(time_zone="Asia/Tokyo")

    team.administration.edit(ada, team.world.chi.person_id, tokyo)
    team.administration.edit(ada, team.world.ana.person_id, tokyo)

    assert team.world.chi.slack_user_id is None
    assert team.person(team.world.chi).time_zone == "Asia/Tokyo"
    assert team.person(team.world.ana).time_zone == team.world.ana.time_zone != "Asia/Tokyo"


def test_what_is_emptied_is_gone(team: Team, ada: Actor) -> None:
    ana = team.world.ana.person_id
    team.administration.edit(ada, ana, MemberEdit(locale="pt-PT", title="Cook"))

    team.administration.edit(ada, ana, MemberEdit(locale="", title=""))

    assert (team.person(ana).locale, team.person(ana).title) == ("", "")
    assert (team.accounts.users[ana].locale, team.accounts.users[ana].title) == ("", "")


def test_what_was_changed_in_the_console_is_taken_over(team: Team) -> None:
    ana = team.world.ana
    team.accounts.change(ana.person_id, {"title": "Cook", "locale": "pt-PT"})

    assert team.reconciliation.run().changed == 1
    assert (team.person(ana).title, team.person(ana).locale) == ("Cook", "pt-PT")
