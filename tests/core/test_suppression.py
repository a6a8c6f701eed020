"""Addresses that get no more mail: when, who is told, and who lets it go on."""

from typing import Any

import pytest

from core.email import refused_addresses
from core.errors import DependencyError, ForbiddenError
from core.events import Event, EventType
from core.ids import EventId
from core.notifications.model import Channel, DeliveryState, Kind
from core.notifications.plan import channels_for, notifications_for
from core.notifications.preferences import Preferences
from core.people.model import Entry, Group
from core.suppression.model import Reason
from tests.support.delivery import Kept
from tests.support.mails import Mailbox, sender_to
from tests.support.news import ADA, ANA, assigned
from tests.support.ses_events import bounce, complaint, delivery
from tests.support.world import World, make_person

BEN = "ben@example.com"


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("event", "refused"),
    [
        (bounce(BEN), [(BEN, Reason.BOUNCED)]),
        (bounce(BEN, sub_kind="NoEmail"), [(BEN, Reason.BOUNCED)]),
        (bounce(f"Ben Okoro <{BEN}>"), [(BEN, Reason.BOUNCED)]),
        (bounce(BEN, "ana@example.com"), [(BEN, Reason.BOUNCED), ("ana@example.com", Reason.BOUNCED)]),
        (complaint(BEN), [(BEN, Reason.COMPLAINED)]),
        (complaint(BEN, feedback=None), [(BEN, Reason.COMPLAINED)]),
        (complaint(BEN, feedback="not-spam"), []),
        (bounce(BEN, kind="Transient", sub_kind="MailboxFull"), []),
        (bounce(BEN, kind="Undetermined", sub_kind="Undetermined"), []),
        (delivery(BEN), []),
    ],
)
def test_an_address_is_given_up_for_good_reasons_only(event: dict[str, Any], refused: list[tuple[str, Reason]]) -> None:
    assert refused_addresses(event["detail"]) == refused


def test_a_suppressed_address_and_its_event_are_kept_once_however_often_ses_says_it(world: World) -> None:
    for address in (BEN, BEN.upper(), BEN):
        world.feedback.suppress(address, Reason.BOUNCED)

    [event] = world.suppressions_kept.events
    kept = world.suppressions_kept.get(BEN)
    assert kept is not None
    assert (kept.reason, kept.person_name, kept.suppression_id) == (Reason.BOUNCED, "Ben Okoro", event.event_id)
    assert (event.detail_type, event.suppression, event.actor.entry) == (EventType.MAIL_SUPPRESSED, kept, Entry.SYSTEM)


def test_an_address_is_announced_when_it_is_somebodys(world: World) -> None:
    """Nothing is sent to one that is nobody's; kept in silence, it would take their mails from them later."""
    address = "nora@example.com"
    world.feedback.suppress(address, Reason.BOUNCED)
    assert world.suppressions_kept.get(address) is None
    assert world.suppressions_kept.events == []
    nora = world.add(make_person("Nora", email=address))

    world.feedback.suppress(address, Reason.BOUNCED)

    [event] = world.suppressions_kept.events
    assert event.suppression is not None
    assert event.suppression.person_id == nora.person_id


def test_the_event_is_on_the_bus_as_it_was_kept(world: World) -> None:
    world.feedback.suppress(BEN, Reason.BOUNCED)

    [event] = world.suppressions_kept.events
    assert Event.from_bus(event.envelope) == event


def test_every_admin_is_told_by_both_ways_even_of_their_own_address(world: World) -> None:
    omar = world.add(make_person("Omar", Group.ADMINS))
    world.feedback.suppress(omar.email, Reason.BOUNCED)

    [event] = world.suppressions_kept.events
    news = notifications_for(event, world.people_kept.admins)
    assert [(each.kind, each.recipient) for each in news] == [
        (Kind.MAIL_SUPPRESSED, world.ada.person_id),
        (Kind.MAIL_SUPPRESSED, omar.person_id),
    ]
    assert channels_for(news[0], world.ada, Preferences()) == set(Channel)


def suppressed(world: World) -> EventId:
    world.feedback.suppress(BEN, Reason.BOUNCED)
    kept = world.suppressions_kept.get(BEN)
    assert kept is not None
    return kept.suppression_id


def test_an_admin_lifts_it_and_that_is_history_and_nobody_is_told(world: World) -> None:
    assert world.suppressions.lift(world.acting(world.ada), BEN, suppressed(world))

    assert world.suppressions_kept.get(BEN) is None
    lifted = world.suppressions_kept.events[-1]
    assert (lifted.detail_type, lifted.actor.name) == (EventType.MAIL_RESUMED, "Ada Lind")
    assert notifications_for(lifted, world.people_kept.admins) == []


def test_lifting_twice_is_lifting_once(world: World) -> None:
    suppression_id = suppressed(world)

    done = [world.suppressions.lift(world.acting(world.ada), BEN, suppression_id) for _ in range(2)]

    assert done == [True, False]
    assert len(world.suppressions_kept.events) == 2


def test_an_old_button_does_not_lift_a_later_suppression(world: World) -> None:
    first = suppressed(world)
    world.suppressions.lift(world.acting(world.ada), BEN, first)
    second = suppressed(world)

    assert not world.suppressions.lift(world.acting(world.ada), BEN, first)
    assert world.suppressions_kept.get(BEN) is not None
    assert world.suppressions.lift(world.acting(world.ada), BEN, second)


def test_a_member_lifts_nothing(world: World) -> None:
    suppression_id = suppressed(world)

    with pytest.raises(ForbiddenError) as refusal:
        world.suppressions.lift(world.acting(world.ben), BEN, suppression_id)

    assert refusal.value.action == "mail.lift"
    assert world.suppressions_kept.get(BEN) is not None


def test_somebody_who_is_an_admin_no_more_lifts_nothing(world: World) -> None:
    suppression_id = suppressed(world)
    world.cognito.known[world.ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)

    with pytest.raises(ForbiddenError):
        world.suppressions.lift(world.acting(world.ada), BEN, suppression_id)
    assert world.suppressions_kept.get(BEN) is not None


def test_news_for_a_suppressed_address_goes_to_slack_instead_and_the_record_says_so(world: World) -> None:
    kept, box = Kept(), Mailbox()
    kept.add(ADA, ANA)
    service = kept.service(sender_to(box, world.suppressions_kept))
    world.feedback.suppress(ANA.email, Reason.BOUNCED)
    event = assigned()
    kept.happen(event)

    service.deliver(event)

    assert box.mails == []
    assert kept.handover.given == [(event, ANA.person_id)]
    key = (event.event_id, Channel.EMAIL, ANA.person_id)
    assert kept.records.states[key] is DeliveryState.SUPPRESSED
    world.suppressions.lift(world.acting(world.ada), ANA.email, world.suppressions_kept.events[0].event_id)
    service.deliver(event)
    assert len(box.mails) == 1
    assert kept.records.states[key] is DeliveryState.SENT


def test_what_came_from_slack_for_a_suppressed_address_is_not_sent_back(world: World) -> None:
    kept, box = Kept(), Mailbox()
    kept.add(ADA, ANA)
    world.feedback.suppress(ANA.email, Reason.BOUNCED)
    event = assigned()
    kept.happen(event)

    kept.service(sender_to(box, world.suppressions_kept)).deliver(event, frozenset({ANA.person_id}))

    assert (box.mails, kept.handover.given) == ([], [])


def test_a_table_that_does_not_answer_keeps_the_mail_for_later() -> None:
    class Silent:
        def get(self, _: str) -> None:
            raise DependencyError("dynamodb", "silent", retryable=True)

    kept, box = Kept(), Mailbox()
    kept.add(ADA, ANA)
    event = assigned()
    kept.happen(event)

    with pytest.raises(DependencyError):
        kept.service(sender_to(box, Silent())).deliver(event)
    assert (box.mails, kept.handover.given) == ([], [])
