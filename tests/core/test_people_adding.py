"""Adding people and sending them temporary passwords, whatever dies on the way."""

from datetime import timedelta
from typing import Any

import pytest

from bot.messages.jobs import job_words
from bot.messages.suppression import SEND_AGAIN
from core.clock import Hurry
from core.errors import InvalidInputError
from core.ids import EventId, PersonId
from core.jobs.model import JobState
from core.people.accounts import PasswordPolicy, temporary_password
from core.people.model import Actor, Group
from core.people.orders import MemberEdit, MemberRefusal, NewMember
from core.suppression.model import Reason, Suppression
from core.validation import validated
from tests.support.team import DANA, DANA_ID, MEMBERS, POLICY, Crash, Team, events_of, refused
from tests.support.world import make_person


def test_whoever_is_added_is_in_cognito_and_the_directory_and_has_mail(team: Team, ada: Actor) -> None:
    job = team.administration.add(ada, DANA)

    assert (job.state, job.mail_sent) == (JobState.DONE, True)
    dana = team.person(DANA_ID)
    assert (dana.name, dana.email, dana.groups, dana.enabled) == ("Dana Berg", DANA.email, MEMBERS, True)
    assert team.accounts.users[DANA_ID].groups == {"TeamMembers"}
    [mail] = team.mailbox.to("dana@example.com")
    assert team.accounts.passwords[DANA_ID] in mail.text
    assert "Ada Lind has added you" in mail.text
    assert team.directory.page("dan", limit=5).items == [dana]


def test_the_password_is_in_the_mail_and_nowhere_else(team: Team, ada: Actor) -> None:
    job = team.administration.add(ada, DANA)

    password = team.accounts.passwords[DANA_ID]
    said = [event.model_dump_json() for event in [*team.repository.events, *team.repository.intents]]
    assert not [text for text in [*said, job.model_dump_json()] if password in text]
    assert [address for address, _ in team.mailbox.sent] == ["dana@example.com"]


def test_adding_is_announced_with_who_did_it(team: Team, ada: Actor) -> None:
    team.administration.add(ada, DANA)

    [added] = events_of(team, "MemberAdded")
    assert added["actor"]["name"] == "Ada Lind"
    assert added["member"] == {"person_id": DANA_ID, "name": "Dana Berg"}
    [begun] = team.repository.intents
    assert (begun.detail_type, begun.job and begun.job.kind) == ("JobBegun", "add_member")


def test_somebody_in_the_directory_is_not_added_again(team: Team, ada: Actor) -> None:
    new = NewMember(email="ANA@example.com", given_name="Ana")

    refused(MemberRefusal.ALREADY_MEMBER, lambda: team.administration.add(ada, new))


def test_the_same_request_twice_adds_once_and_says_the_same(team: Team, ada: Actor) -> None:
    first = team.administration.add(ada, DANA, once="view-1")
    again = team.administration.add(ada, DANA, once="view-1")

    assert again.job_id == first.job_id
    assert len(team.mailbox.sent) == 1


def test_a_mail_that_does_not_go_out_is_said_and_can_be_sent_again(team: Team, ada: Actor) -> None:
    team.mailbox.is_down = True
    assert team.administration.add(ada, DANA).mail_sent is False
    first_password = team.accounts.passwords[DANA_ID]
    team.mailbox.is_down = False

    job = team.administration.resend_invitation(ada, DANA_ID)

    assert job.mail_sent is True
    [mail] = team.mailbox.to("dana@example.com")
    assert team.accounts.passwords[DANA_ID] != first_password
    assert team.accounts.passwords[DANA_ID] in mail.text


def test_a_user_who_is_half_made_is_finished_and_not_doubled(team: Team, ada: Actor) -> None:
    team.accounts.create("dana@example.com", "D", "", "Temporary-1!")

    team.administration.add(ada, DANA)

    assert [user.given_name for user in team.accounts.users.values() if user.email == DANA.email] == ["Dana"]
    assert team.person(DANA_ID).name == "Dana Berg"
    assert len(team.mailbox.sent) == 1


@pytest.mark.parametrize(("enabled", "must_change_password"), [(True, False), (False, False), (False, True)])
def test_an_account_that_somebody_has_already_comes_into_the_directory_as_it_is(
    team: Team, ada: Actor, *, enabled: bool, must_change_password: bool
) -> None:
    team.accounts.create("dana@example.com", "Old", "Name", "Temporary-1!")
    team.accounts.join(DANA_ID, Group.ADMINS)
    facts = {"enabled": enabled, "must_change_password": must_change_password}
    there = team.accounts.users[DANA_ID] = team.accounts.users[DANA_ID].model_copy(update=facts)

    job = team.administration.add(ada, DANA)

    assert team.accounts.users[DANA_ID] == there
    kept = team.person(DANA_ID)
    assert (kept.name, kept.groups, kept.enabled) == ("Old Name", frozenset({Group.ADMINS}), enabled)
    assert (job.state, job.mail_sent, team.mailbox.sent) == (JobState.DONE, None, [])


@pytest.mark.parametrize("call", range(1, 9))
def test_wherever_adding_dies_work_finishes_it_once(team: Team, ada: Actor, call: int) -> None:
    team.accounts.dies_at = call
    with pytest.raises(Crash):
        team.administration.add(ada, DANA)

    team.work()

    assert team.person(DANA_ID).groups == {"TeamMembers"}
    assert len(events_of(team, "MemberAdded")) == 1
    assert team.accounts.passwords[DANA_ID] in team.mailbox.to("dana@example.com")[-1].text


def test_whoever_dies_after_the_mail_has_a_new_password_sent_which_is_the_one_that_counts(
    team: Team, ada: Actor
) -> None:
    team.mailbox.dies_after = True
    with pytest.raises(Crash):
        team.administration.add(ada, DANA)
    team.mailbox.dies_after = False

    team.work()

    first, second = team.mailbox.to("dana@example.com")
    assert team.accounts.passwords[DANA_ID] in second.text
    assert team.accounts.passwords[DANA_ID] not in first.text
    assert len(events_of(team, "MemberAdded")) == 1


def test_a_mail_that_would_begin_too_late_is_left_to_work_with_a_password_of_its_own() -> None:
    now = [0.0]
    team = Team(hurry=Hurry(timedelta(seconds=1), lambda: now[0]))
    ada = team.world.acting(team.world.ada)
    set_password = team.accounts.set_temporary_password

    def slowly(person_id: PersonId, password: str) -> None:
        set_password(person_id, password)
        now[0] += 1.5

    team.accounts.set_temporary_password = slowly  # type: ignore[method-assign]
    job = team.administration.add(ada, DANA)
    assert job.is_pending
    assert team.mailbox.sent == []

    now[0] = -100.0
    team.work()

    [mail] = team.mailbox.to("dana@example.com")
    assert team.accounts.passwords[DANA_ID] in mail.text
    assert team.administration.job(ada, job.job_id).mail_sent


@pytest.mark.parametrize("call", range(1, 9))
def test_wherever_cognito_fails_one_mail_goes_out_with_the_password_that_counts(
    team: Team, ada: Actor, call: int
) -> None:
    team.accounts.fails_at = call
    team.administration.add(ada, DANA)

    team.work()

    [mail] = team.mailbox.to("dana@example.com")
    assert team.accounts.passwords[DANA_ID] in mail.text


@pytest.mark.parametrize("call", range(1, 9))
def test_where_cognito_fails_the_door_says_that_it_goes_on_and_work_does(team: Team, ada: Actor, call: int) -> None:
    team.accounts.fails_at = call

    job = team.administration.add(ada, DANA)
    team.work()

    assert job.is_pending
    assert team.administration.job(ada, job.job_id).state is JobState.DONE
    assert team.person(DANA_ID).enabled


def test_whoever_began_a_job_that_ended_without_them_can_be_told(team: Team, ada: Actor) -> None:
    team.administration.add(ada, DANA)
    assert team.repository.news == []
    team.accounts.fails_at = len(team.accounts.calls) + 1
    job = team.administration.edit(ada, DANA_ID, MemberEdit(given_name="Diana"))

    team.work()

    [ended] = team.repository.news
    assert (ended.detail_type, ended.job, ended.actor.name) == ("JobEnded", job.ref, "Ada Lind")
    assert ended.member is None


def test_whoever_began_a_job_that_failed_without_them_can_be_told_too(team: Team, ada: Actor) -> None:
    team.accounts.fails_at = 1
    job = team.administration.edit(ada, team.world.ana.person_id, MemberEdit(given_name="Anna"))
    del team.accounts.users[team.world.ana.person_id]

    team.work()

    failed = team.administration.job(ada, job.job_id)
    assert (failed.state, failed.failure) == (JobState.FAILED, "NotFoundError person")
    assert [event.detail_type for event in team.repository.news] == ["JobEnded"]


def test_a_job_that_the_door_finished_is_left_alone_by_work(team: Team, ada: Actor) -> None:
    job = team.administration.add(ada, DANA)
    team.world.clock.forward(timedelta(minutes=2))

    assert team.jobs.resume(job.job_id, timedelta(seconds=40)) is None
    assert len(team.mailbox.sent) == 1


def test_a_job_that_the_door_gave_up_is_taken_over_at_once(team: Team, ada: Actor) -> None:
    team.accounts.fails_at = 3
    job = team.administration.add(ada, DANA)

    finished = team.jobs.resume(job.job_id, timedelta(seconds=40))

    assert finished is not None
    assert finished.state is JobState.DONE


def test_work_keeps_away_from_a_job_that_a_door_is_at(team: Team, ada: Actor) -> None:
    team.accounts.dies_at = 3
    with pytest.raises(Crash):
        team.administration.add(ada, DANA)
    [intent] = team.repository.intents
    assert intent.job is not None

    assert team.jobs.resume(intent.job.job_id, timedelta(seconds=40)) is None
    team.world.clock.forward(timedelta(seconds=61))
    assert team.jobs.resume(intent.job.job_id, timedelta(seconds=40)) is not None


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "dana", "given_name": "Dana"}, "email"),
        ({"email": "dana@example.com\nBcc: x@y.z", "given_name": "Dana"}, "email"),
        ({"email": "dana@example.com", "given_name": " "}, "given_name"),
        ({"email": "dana@example.com", "given_name": "Dana", "groups": {"Owners"}}, "groups"),
        ({"email": "dana@example.com", "given_name": "Dana", "groups": set()}, "groups"),
        ({"email": f"{'d' * 120}@example.com", "given_name": "Dana"}, "email"),
    ],
)
def test_what_makes_no_member_is_named(fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InvalidInputError) as failure:
        validated(NewMember, **fields)

    assert [problem.field for problem in failure.value.problems] == [wrong]


def test_names_in_the_mail_are_text_and_nothing_else(team: Team) -> None:
    admin = team.join(make_person("Eve<script>", Group.ADMINS, person_id=PersonId("sub-eve")))

    team.administration.add(team.world.acting(admin), NewMember(email="dana@example.com", given_name="<b>Dana</b>"))

    [mail] = team.mailbox.to("dana@example.com")
    assert "<script>" not in mail.html
    assert "<b>" not in mail.html
    assert "&lt;b&gt;Dana&lt;/b&gt;" in mail.html


def test_temporary_passwords_meet_the_policy_and_never_repeat() -> None:
    made = [temporary_password(POLICY) for _ in range(500)]

    assert len(set(made)) == 500
    for password in made:
        assert len(password) >= 16
        kinds = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
        assert all(any(kind(character) for character in password) for kind in kinds)


def test_a_longer_policy_makes_longer_passwords() -> None:
    policy = PasswordPolicy(min_length=40, lowercase=True, uppercase=False, digits=False, symbols=False)

    assert len(temporary_password(policy)) == 40
    assert temporary_password(policy).islower()


def test_a_reset_signs_out_everywhere_and_sends_a_fresh_password(team: Team, ada: Actor) -> None:
    job = team.administration.reset_password(ada, team.world.ana.person_id)

    assert job.mail_sent
    assert team.accounts.signed_out == [team.world.ana.person_id]
    assert team.accounts.users[team.world.ana.person_id].must_change_password
    [mail] = team.mailbox.to("ana@example.com")
    assert team.accounts.passwords[team.world.ana.person_id] in mail.text
    assert "Ada Lind has reset the password" in mail.text
    [changed] = events_of(team, "MemberChanged")
    assert changed["changes"] == [{"field": "password"}]


def test_whoever_has_signed_in_has_no_invitation_to_be_sent_again(team: Team, ada: Actor) -> None:
    refused(MemberRefusal.HAS_SIGNED_IN, lambda: team.administration.resend_invitation(ada, team.world.ana.person_id))


def test_whoever_is_disabled_is_sent_no_password(team: Team, ada: Actor) -> None:
    team.administration.set_enabled(ada, team.world.ana.person_id, enabled=False)

    refused(MemberRefusal.DISABLED, lambda: team.administration.reset_password(ada, team.world.ana.person_id))


def test_nobody_is_mailed_a_password_who_takes_no_mail_and_the_admin_is_told(team: Team, ada: Actor) -> None:
    team.suppressions.add(
        Suppression(
            suppression_id=EventId("1"),
            address="ana@example.com",
            reason=Reason.BOUNCED,
            since=team.world.clock(),
        ),
        None,
    )

    job = team.administration.reset_password(ada, team.world.ana.person_id)

    assert team.mailbox.sent == []
    assert (job.state, job.mail_sent, job.is_mail_suppressed) == (JobState.DONE, False, True)
    assert "*no email was sent*: their address has bounced" in job_words(job, {})
    assert f"*{SEND_AGAIN}*" in job_words(job, {})
    assert [event.detail_type for event in team.repository.news] == ["JobEnded"]


def test_that_a_mail_did_not_go_out_is_told_to_whoever_has_closed_the_window_too(team: Team, ada: Actor) -> None:
    team.mailbox.is_down = True

    team.administration.add(ada, DANA)

    assert [event.detail_type for event in team.repository.news] == ["JobEnded"]
