"""Who is told of what, and through which channel."""

from typing import Any

import pytest

from core.events import Change, Event, EventType
from core.ids import PersonId
from core.notifications.model import Channel, Kind
from core.notifications.plan import channels_for, notifications_for
from core.notifications.preferences import Preferences
from core.people.model import Person, SlackStatus
from tests.support.news import (
    ADA,
    ANA,
    BEN,
    assigned,
    commented,
    deadline_changed,
    deleted,
    happened,
    make_task,
    status_changed,
    taken_from,
)


def told(event: Event) -> list[tuple[Kind, PersonId]]:
    return [(each.kind, each.recipient) for each in notifications_for(event)]


def test_the_assignee_is_told_of_an_assignment_and_nobody_else() -> None:
    assert told(assigned(by=ADA)) == [(Kind.ASSIGNED, ANA.person_id)]


def test_who_takes_a_task_for_themselves_is_not_told() -> None:
    assert told(assigned(make_task(created_by=ANA.ref), by=ANA)) == []


def test_creator_and_owner_are_told_of_a_new_status_by_somebody_else() -> None:
    both = [(Kind.STATUS_CHANGED, ADA.person_id), (Kind.STATUS_CHANGED, ANA.person_id)]

    assert told(status_changed(make_task(), by=BEN)) == both


@pytest.mark.parametrize(("actor", "other"), [(ADA, ANA), (ANA, ADA)])
def test_who_changed_the_status_is_not_told(actor: Person, other: Person) -> None:
    assert told(status_changed(make_task(), by=actor)) == [(Kind.STATUS_CHANGED, other.person_id)]


def test_whoever_is_creator_and_owner_is_told_once() -> None:
    own = make_task(created_by=ANA.ref)

    assert told(status_changed(own, by=BEN)) == [(Kind.STATUS_CHANGED, ANA.person_id)]


def test_only_the_creator_is_told_about_nobodys_task() -> None:
    assert told(status_changed(make_task(assigned_to=None), by=BEN)) == [(Kind.STATUS_CHANGED, ADA.person_id)]


@pytest.mark.parametrize("field", ["title", "description", "priority", "labels"])
def test_nobody_is_told_of_an_edit_of_other_fields_than_the_deadline(field: str) -> None:
    assert told(happened(EventType.TASK_UPDATED, make_task(), BEN, Change(field=field, after="x"))) == []


@pytest.mark.parametrize("detail_type", [EventType.TASK_CREATED, EventType.LINK_MADE])
def test_nobody_is_told_of_other_events(detail_type: EventType) -> None:
    assert told(happened(detail_type, make_task(), BEN)) == []


def test_of_a_reassignment_the_new_owner_and_the_old_one_are_told_each_their_part() -> None:
    both = [(Kind.ASSIGNED, BEN.person_id), (Kind.UNASSIGNED, ANA.person_id)]

    assert told(taken_from(ANA, make_task(assigned_to=BEN.ref))) == both


def test_who_hands_a_task_on_is_not_told_that_it_is_gone() -> None:
    assert told(taken_from(ANA, make_task(assigned_to=ADA.ref), by=ANA)) == [(Kind.ASSIGNED, ADA.person_id)]


def test_whose_task_becomes_nobodys_is_told() -> None:
    assert told(taken_from(ANA, make_task(assigned_to=None))) == [(Kind.UNASSIGNED, ANA.person_id)]
    assert told(taken_from(ANA, make_task(assigned_to=None), by=ANA)) == []


def test_of_a_deleted_task_its_owner_is_told_and_nobody_else() -> None:
    assert told(deleted(make_task())) == [(Kind.UNASSIGNED, ANA.person_id)]
    assert told(deleted(make_task(), by=ANA)) == []
    assert told(deleted(make_task(assigned_to=None))) == []


def test_of_a_task_that_is_brought_back_its_owner_is_told() -> None:
    restored = happened(EventType.TASK_UPDATED, make_task(), ADA, Change(field="deleted_at", before="then"))

    assert told(restored) == [(Kind.ASSIGNED, ANA.person_id)]


def test_of_a_moved_deadline_the_owner_is_told_and_nobody_else() -> None:
    assert told(deadline_changed(make_task(), by=BEN)) == [(Kind.DEADLINE_CHANGED, ANA.person_id)]
    assert told(deadline_changed(make_task(), by=ANA)) == []
    assert told(deadline_changed(make_task(assigned_to=None))) == []


def test_creator_owner_and_whoever_handed_it_out_are_told_of_a_comment() -> None:
    task = make_task(assigned_by=BEN.ref)
    everybody = {ADA.person_id, ANA.person_id, BEN.person_id}

    for actor in (ADA, ANA, BEN):
        concerned = everybody - {actor.person_id}
        assert sorted(told(commented(task, by=actor))) == [(Kind.COMMENTED, each) for each in sorted(concerned)]


def test_whoever_handed_it_out_is_told_of_a_new_status() -> None:
    task = make_task(assigned_by=BEN.ref)

    assert (Kind.STATUS_CHANGED, BEN.person_id) in told(status_changed(task, by=ANA))


def test_only_what_can_wait_waits() -> None:
    assert {kind for kind in Kind if kind.waits} == {
        Kind.UNASSIGNED, Kind.STATUS_CHANGED, Kind.DEADLINE_CHANGED, Kind.COMMENTED,
    }  # fmt: skip


def test_an_event_without_a_task_tells_nobody() -> None:
    assert told(happened(EventType.TASK_ASSIGNED, None, ADA)) == []


BOTH = {Channel.SLACK, Channel.EMAIL}


@pytest.mark.parametrize(
    ("event", "changed", "channels"),
    [
        (assigned(), {}, BOTH),
        (assigned(), {"slack_user_id": None}, {Channel.EMAIL}),
        (assigned(), {"slack_status": SlackStatus.DEACTIVATED}, {Channel.EMAIL}),
        (status_changed(make_task(), by=BEN), {}, {Channel.SLACK}),
        (status_changed(make_task(), by=BEN), {"slack_user_id": None}, {Channel.EMAIL}),
        (assigned(), {"enabled": False}, set()),
        (status_changed(make_task(), by=BEN), {"enabled": False}, set()),
    ],
)
def test_the_channels_follow_the_kind_of_news_and_the_person(
    event: Event, changed: dict[str, Any], channels: set[Channel]
) -> None:
    [notification] = [each for each in notifications_for(event) if each.recipient == ANA.person_id]

    assert channels_for(notification, ANA.model_copy(update=changed), Preferences()) == channels
