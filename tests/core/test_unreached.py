"""Somebody whom neither channel reaches: the admins are told, and not of every task."""

from datetime import timedelta

from bot.notice_notifier import NoticeSender
from core.errors import DependencyError
from core.events import Event
from core.notifications.model import Channel, Kind, Notification
from core.notifications.plan import channels_for, notifications_for
from core.notifications.preferences import CHOOSABLE, Preferences
from core.notifications.unreached import unreached
from core.slack import SlackApi
from tests.core.test_bursts import REFUSED, Burst
from tests.support.jobs import no_jobs
from tests.support.loopback import answer, listening
from tests.support.news import ADA, ANA, BEN, assigned, make_task
from tests.support.world import NOW, WORKSPACE, HeldClock

REJECTED = DependencyError("ses", "MessageRejected", retryable=False)


def refused_by_both(by_mail: Burst, in_slack: Burst, event: Event) -> None:
    by_mail.sender.troubles, in_slack.sender.troubles = [REJECTED], [REFUSED]
    by_mail.deliver(event)
    for given, person_id in by_mail.handover.given[-1:]:
        in_slack.service.deliver(given, {person_id})


def announced(burst: Burst) -> list[Event]:
    return burst.kept.preferences.events


def test_what_neither_channel_takes_is_announced_once_a_week() -> None:
    by_mail, in_slack = Burst(Channel.EMAIL), Burst()
    for _ in range(2):
        refused_by_both(by_mail, in_slack, assigned())
        in_slack.clock.forward(timedelta(days=1))

    [event] = announced(in_slack)
    assert event.member is not None
    assert (event.member.name, event.member.person_id) == (ANA.name, ANA.person_id)
    in_slack.clock.forward(timedelta(days=7))
    refused_by_both(by_mail, in_slack, assigned())
    assert len({each.event_id for each in announced(in_slack)}) == 2


def test_everybody_whom_nothing_reaches_is_announced() -> None:
    by_mail, in_slack = Burst(Channel.EMAIL), Burst()
    refused_by_both(by_mail, in_slack, assigned())
    refused_by_both(by_mail, in_slack, assigned(make_task(assigned_to=BEN.ref)))

    assert [each.member.name for each in announced(in_slack) if each.member] == [ANA.name, BEN.name]


def test_what_one_channel_takes_is_no_reason() -> None:
    by_mail, in_slack = Burst(Channel.EMAIL), Burst()
    by_mail.sender.troubles = [REJECTED]
    by_mail.deliver(event := assigned())

    in_slack.service.deliver(event, {ANA.person_id})

    assert (in_slack.told(), announced(in_slack), announced(by_mail)) == ([[event.event_id]], [], [])


def test_the_other_admins_are_told_by_both_ways_whatever_they_chose() -> None:
    event = unreached(BEN, WORKSPACE, NOW)

    told = notifications_for(event, lambda: [ADA.person_id, BEN.person_id])

    assert [(each.kind, each.recipient) for each in told] == [(Kind.UNREACHED, ADA.person_id)]
    assert Kind.UNREACHED not in CHOOSABLE
    assert channels_for(told[0], ADA, Preferences()) == set(Channel)
    assert Event.from_bus(event.envelope) == event


def test_in_slack_it_says_who_and_what_to_do_and_names_are_inert() -> None:
    somebody = BEN.model_copy(update={"given_name": "<!channel>"})
    news = Notification(Kind.UNREACHED, unreached(somebody, WORKSPACE, NOW), ADA.person_id)
    with listening(answer(200, {"ok": True, "channel": "D0ADA", "ts": "1.1"})) as slack:
        sender = NoticeSender(SlackApi("xoxb-played", f"{slack.url}/api/", timeout_seconds=5), HeldClock(), no_jobs())
        sender.send([news], ADA)

    said = str(slack.heard[0].body)
    assert "neither in Slack nor by email" in said
    assert "/task link" in said
    assert "<!channel>" not in said
