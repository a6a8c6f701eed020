"""Whom one channel cannot reach the other one tells, once, and whatever they chose."""

from datetime import timedelta

import pytest

from core.errors import DependencyError
from core.ids import PersonId
from core.notifications.model import Channel, DeliveryState, Kind
from core.notifications.preferences import Preferences, Ways
from tests.core.test_bursts import REFUSED, REFUSED_FOR_NOW, Burst, five_changes, ids
from tests.support.news import ADA, ANA, BEN, assigned, commented, make_task
from tests.support.world import NOW


@pytest.fixture
def burst() -> Burst:
    return Burst()


def test_what_slack_refuses_for_good_goes_to_the_other_channel(burst: Burst) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.wait(100)
    burst.sender.troubles = [REFUSED] * len(events)

    burst.deliver(*events)

    assert burst.told() == []
    assert burst.states(*events) == [DeliveryState.FAILED] * 5
    assert burst.handover.given == [(event, ANA.person_id) for event in events]


def test_whom_the_other_channel_cannot_reach_is_told_at_once_and_whatever_they_chose() -> None:
    by_mail = Burst(Channel.EMAIL)
    event = commented(make_task())
    by_mail.happen(event)
    by_mail.deliver(event)
    assert by_mail.told() == []

    assert by_mail.service.deliver(event, {ANA.person_id}) is None

    assert by_mail.told() == [ids(event)]


def test_a_burst_that_slack_refused_for_good_is_one_email(burst: Burst) -> None:
    events = five_changes()
    burst.happen(*events)
    burst.deliver(events[0])
    burst.wait(100)
    burst.service.deliver(events[4])
    task = events[0].task
    assert task is not None
    told_in_slack, news = burst.told(), [commented(task, when=NOW + timedelta(seconds=50 + n)) for n in range(3)]
    burst.happen(*news)
    burst.wait(60)
    burst.sender.troubles = [REFUSED] * 3
    burst.deliver(*news)
    by_mail = Burst(Channel.EMAIL)
    by_mail.happen(*events, *news)

    for (event, person_id), together in zip(burst.handover.given, burst.handover.together, strict=True):
        by_mail.service.deliver(event, {person_id}, frozenset(together))

    assert told_in_slack == [ids(*events)]
    assert by_mail.told() == [ids(*news)]


def unlink(burst: Burst) -> None:
    burst.kept.people._people[ANA.person_id] = ANA.model_copy(update={"slack_user_id": None})


def test_news_that_slack_refused_for_now_goes_by_email_once_its_person_is_unlinked(burst: Burst) -> None:
    event = commented(make_task())
    burst.happen(event)
    burst.wait()
    burst.sender.troubles = [REFUSED_FOR_NOW]
    with pytest.raises(DependencyError):
        burst.deliver(event)
    unlink(burst)
    by_mail = Burst(Channel.EMAIL)
    by_mail.happen(event)
    by_mail.wait()
    by_mail.deliver(event)
    assert by_mail.told() == []
    unlink(by_mail)

    burst.deliver(event)
    by_mail.deliver(*burst.handover.announced)

    assert burst.handover.announced == [event]
    assert by_mail.told() == [ids(event)]


@pytest.mark.parametrize("ways", [Ways(slack=False), Ways(email=True), Ways(email=False)])
def test_what_was_not_left_to_slack_alone_the_email_channel_is_not_asked_about_again(burst: Burst, ways: Ways) -> None:
    burst.kept.preferences.save(ANA.person_id, Preferences(choices={Kind.COMMENTED: ways}))
    event = commented(make_task())
    burst.happen(event)
    burst.wait()
    unlink(burst)

    burst.deliver(event)

    assert burst.handover.announced == []


def test_a_handover_tells_nothing_but_what_was_handed_over() -> None:
    """The rest of the burst was told in Slack, or turned off."""
    by_mail = Burst(Channel.EMAIL)
    events = five_changes()
    by_mail.happen(*events)
    by_mail.wait(100)

    by_mail.service.deliver(events[2], {ANA.person_id})

    assert by_mail.told() == [ids(events[2])]


def test_who_is_told_instead_is_nobody_but_who_was_named() -> None:
    by_mail = Burst(Channel.EMAIL)
    event = commented(make_task(), by=BEN)

    by_mail.service.deliver(event, {ANA.person_id, PersonId("sub-stranger")})

    assert (by_mail.told(ANA), by_mail.told(ADA)) == ([ids(event)], [])


def test_what_was_told_already_is_not_told_instead() -> None:
    by_mail = Burst(Channel.EMAIL)
    event = assigned()
    by_mail.deliver(event)

    by_mail.service.deliver(event, {ANA.person_id})

    assert by_mail.told() == [ids(event)]


def test_somebody_disabled_is_told_nothing_instead_either() -> None:
    by_mail = Burst(Channel.EMAIL)
    dan = ANA.model_copy(update={"person_id": PersonId("sub-dan"), "slack_user_id": None, "enabled": False})
    by_mail.kept.add(dan)

    by_mail.service.deliver(assigned(make_task(assigned_to=dan.ref)), {dan.person_id})

    assert by_mail.told(dan) == []


def test_a_handover_is_never_answered_by_a_handover(burst: Burst) -> None:
    burst.sender.troubles = [REFUSED]

    burst.service.deliver(assigned(), {ANA.person_id})

    assert burst.handover.given == []
