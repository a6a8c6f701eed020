"""Somebody is new in the team: which admins are told, and how."""

from bot.notice_notifier import NoticeSender
from core.ids import PersonId
from core.notifications.model import Channel, Kind, Notification
from core.notifications.plan import channels_for, notifications_for
from core.notifications.preferences import CHOOSABLE, Preferences
from core.people.model import Group
from core.slack import SlackApi
from tests.support.jobs import no_jobs
from tests.support.loopback import answer, listening
from tests.support.mails import mail_of, member_added
from tests.support.news import ADA, ANA, BEN
from tests.support.team import DANA, Team
from tests.support.world import HeldClock, make_person

OMAR = make_person("Omar", Group.ADMINS)


def test_the_other_admins_are_told_and_neither_who_did_it_nor_who_is_new() -> None:
    admins = [ADA.person_id, ANA.person_id, BEN.person_id, OMAR.person_id]

    told = notifications_for(member_added(by=ANA), lambda: admins)

    assert [(each.kind, each.recipient) for each in told] == [
        (Kind.MEMBER_ADDED, ADA.person_id),
        (Kind.MEMBER_ADDED, OMAR.person_id),
    ]


def test_they_are_told_in_slack_or_without_slack_by_email_whatever_they_chose() -> None:
    [news] = notifications_for(member_added(by=ANA), lambda: [ADA.person_id])

    assert Kind.MEMBER_ADDED not in CHOOSABLE
    assert channels_for(news, ADA, Preferences()) == {Channel.SLACK}
    assert channels_for(news, ADA.model_copy(update={"slack_user_id": None}), Preferences()) == {Channel.EMAIL}


def test_the_event_of_adding_says_who_added_whom_with_their_address() -> None:
    team = Team()
    team.administration.add(team.world.acting(team.world.ada), DANA)
    event = next(each for each in team.repository.events if each.detail_type == "MemberAdded")

    mail = mail_of([Notification(Kind.MEMBER_ADDED, event, PersonId(ADA.person_id))], ADA)

    assert "Ada Lind added Dana Berg (dana@example.com) to the team." in mail.text


def test_in_slack_it_is_a_message_of_its_own_and_names_are_inert() -> None:
    event = member_added(name="<!channel>")
    with listening(answer(200, {"ok": True, "channel": "D0ADA", "ts": "1.1"})) as slack:
        sender = NoticeSender(SlackApi("xoxb-played", f"{slack.url}/api/", timeout_seconds=5), HeldClock(), no_jobs())
        sender.send([Notification(Kind.MEMBER_ADDED, event, ADA.person_id)], ADA)

    [call] = slack.heard
    assert b"&lt;!channel&gt;" in call.body or b"%26lt%3B%21channel%26gt%3B" in call.body
    assert b"ben@example.com" in call.body or b"ben%40example.com" in call.body
