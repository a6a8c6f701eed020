"""Who is told of links, and what the mails say."""

import re
from typing import Any

import pytest

from core.events import Event, EventType
from core.ids import PersonId, SlackUserId
from core.notifications.model import Channel, Kind, LinkNotification, Mail
from core.notifications.plan import channels_for, notifications_for
from core.notifications.preferences import Preferences
from core.people.model import Group, Person
from tests.support.link_news import CHI_IN_SLACK, VERA, link_event
from tests.support.mails import NOT_ME, read
from tests.support.mails import mail_of as rendered
from tests.support.news import ADA
from tests.support.world import make_person

OMAR = make_person("Omar Haddad", Group.ADMINS, slack_user_id=None)
ADMINS = [ADA.person_id, OMAR.person_id]


def told(event: Event, *, admins: list[PersonId] = ADMINS) -> list[tuple[Kind, PersonId]]:
    return [(each.kind, each.recipient) for each in notifications_for(event, lambda: admins)]


def nobody_asks() -> list[PersonId]:
    raise AssertionError("this event concerns no admin")


def test_a_request_goes_to_every_admin_and_to_the_account() -> None:
    assert told(link_event(EventType.LINK_REQUESTED)) == [
        (Kind.LINK_ASKED, VERA.person_id),
        (Kind.LINK_REQUESTED, ADA.person_id),
        (Kind.LINK_REQUESTED, OMAR.person_id),
    ]


def test_an_admin_whose_own_account_is_asked_for_does_not_decide() -> None:
    event = link_event(EventType.LINK_REQUESTED, by=ADA, person_id=ADA.person_id)

    assert told(event) == [(Kind.LINK_ASKED, ADA.person_id), (Kind.LINK_REQUESTED, OMAR.person_id)]


@pytest.mark.parametrize("detail_type", [EventType.LINK_MADE, EventType.LINK_REMOVED])
def test_of_a_link_that_nobody_had_to_decide_on_the_two_sides_alone_are_told(detail_type: EventType) -> None:
    [notification] = notifications_for(link_event(detail_type), nobody_asks)

    assert notification.recipient == VERA.person_id
    assert channels_for(notification, VERA, Preferences()) == set(Channel)
    assert notification.slack_user_of(VERA) == CHI_IN_SLACK


@pytest.mark.parametrize(
    ("detail_type", "kind"), [(EventType.LINK_MADE, Kind.LINK_MADE), (EventType.LINK_DENIED, Kind.LINK_DENIED)]
)
def test_a_decision_is_shown_on_every_admins_card(detail_type: EventType, kind: Kind) -> None:
    event = link_event(detail_type, by=ADA, request_id="R")

    assert told(event) == [
        (kind, VERA.person_id),
        (Kind.LINK_DECIDED, ADA.person_id),
        (Kind.LINK_DECIDED, OMAR.person_id),
    ]
    on_card = notifications_for(event, lambda: ADMINS)[1]
    assert channels_for(on_card, ADA, Preferences()) == {Channel.SLACK}
    assert channels_for(on_card, OMAR, Preferences()) == set()


def test_admins_are_told_of_a_link_that_was_not_theirs() -> None:
    event = link_event(EventType.LINK_REMOVED, is_disputed=True)

    assert told(event)[1:] == [(Kind.LINK_DISPUTED, ADA.person_id), (Kind.LINK_DISPUTED, OMAR.person_id)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((OMAR.person_id,), [OMAR.person_id]),
        ((PersonId("sub-no-admin"),), ADMINS),
        ((PersonId("sub-no-admin"), ADA.person_id), [ADA.person_id]),
    ],
)
def test_a_request_goes_to_the_admins_that_the_settings_name_and_to_all_where_those_are_none(
    asked: tuple[PersonId, ...], expected: list[PersonId]
) -> None:
    event = link_event(EventType.LINK_REQUESTED, asked=asked)
    decided = link_event(EventType.LINK_DENIED, asked=asked, request_id="R")
    disputed = link_event(EventType.LINK_REMOVED, asked=asked, is_disputed=True)

    assert [person_id for _, person_id in told(event)[1:]] == expected
    assert [person_id for _, person_id in told(decided)[1:]] == expected
    assert [person_id for _, person_id in told(disputed)[1:]] == ADMINS


def test_an_admin_without_slack_is_asked_by_mail() -> None:
    notification = notifications_for(link_event(EventType.LINK_REQUESTED), lambda: ADMINS)[2]

    assert channels_for(notification, OMAR, Preferences()) == {Channel.EMAIL}


def mail_of(event: Event, kind: Kind, to: Person = VERA) -> Mail:
    [notification] = [each for each in notifications_for(event, lambda: ADMINS) if each.kind is kind][:1]
    return rendered([notification], to)


MAILS: dict[Kind, tuple[EventType, dict[str, Any], bool]] = {
    Kind.LINK_REQUESTED: (EventType.LINK_REQUESTED, {}, False),
    Kind.LINK_ASKED: (EventType.LINK_REQUESTED, {}, True),
    Kind.LINK_DENIED: (EventType.LINK_DENIED, {"decided_by": "Ada Lind", "request_id": "R"}, False),
    Kind.LINK_MADE: (EventType.LINK_MADE, {"decided_by": "Ada Lind", "request_id": "R"}, True),
    Kind.LINK_REMOVED: (EventType.LINK_REMOVED, {}, False),
    Kind.LINK_DISPUTED: (EventType.LINK_REMOVED, {"is_disputed": True}, False),
}


@pytest.mark.parametrize("kind", MAILS)
def test_a_mail_names_both_sides_and_offers_a_way_back_where_there_is_one(kind: Kind) -> None:
    detail_type, facts, disputable = MAILS[kind]
    mail = mail_of(link_event(detail_type, **facts), kind)
    page = read(mail.html)

    for said in (mail.text, page.shown):
        assert all(fact in said for fact in ("Chi Nguyen", "Vera Lund", VERA.email))
    assert (NOT_ME in mail.text) is disputable
    assert [link["href"] for link in page.attributes("a")] == [NOT_ME] * disputable
    assert mail.subject.startswith("[Task Bot] ")


@pytest.mark.parametrize("kind", MAILS)
def test_both_forms_of_a_mail_say_the_same(kind: Kind) -> None:
    detail_type, facts, _ = MAILS[kind]
    mail = mail_of(link_event(detail_type, **facts), kind)

    in_text = set(re.findall(r"\w+", mail.text))
    assert in_text == set(re.findall(r"\w+", read(mail.html).shown))


@pytest.mark.parametrize("kind", MAILS)
def test_hostile_names_stay_words(kind: Kind) -> None:
    detail_type, facts, _ = MAILS[kind]
    hostile = "<img src=x onerror=alert(1)>{{ 7 * 7 }}"
    mail = mail_of(link_event(detail_type, **{**facts, "slack_name": hostile}), kind)

    assert read(mail.html).attributes("img") == []
    assert hostile in mail.text
    assert hostile in read(mail.html).shown


def test_addresses_that_prove_nothing_are_said_to() -> None:
    unproven: dict[str, Any] = {"slack_email_confirmed": False, "account_email_verified": False}
    text = mail_of(link_event(EventType.LINK_REQUESTED, **unproven), Kind.LINK_REQUESTED).text

    assert "chi@example.com (not confirmed)" in text
    assert f"{VERA.email} (not confirmed)" in text


def test_a_linked_person_is_told_in_the_slack_user_of_the_link_not_their_present_one() -> None:
    elsewhere = VERA.model_copy(update={"slack_user_id": SlackUserId("U0NEWER")})
    [notification] = notifications_for(link_event(EventType.LINK_REMOVED), nobody_asks)

    assert isinstance(notification, LinkNotification)
    assert notification.slack_user_of(elsewhere) == CHI_IN_SLACK
