"""What every repository promises, whoever keeps the data."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from core.clock import fresh_event_id
from core.errors import ConflictError, DependencyError, InvalidInputError, NotFoundError, NotLinkedError
from core.events import Event, EventActor, EventType
from core.ids import EventId, PersonId, SlackUserId, TaskId
from core.notifications.model import Card, Channel, Claim, DeliveryState, HeldCard, Lease
from core.people.model import Actor, Entry, Group, Person, Roles
from core.tasks.model import Task, TaskStatus
from core.tasks.ports import Page, TaskWrite
from tests.core.storage.conftest import TABLE, Kept, kept_in_dynamodb
from tests.support.recorded import RecordedCalls
from tests.support.world import NOW, WORKSPACE, HeldClock, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ADA = make_person("Ada Lind", Group.ADMINS)
ANA = make_person("Ana Silva")


@pytest.fixture(autouse=True)
def _people(kept: Kept) -> None:
    kept.people.add(ADA)
    kept.people.add(ANA)


def make_task(number: int, **facts: Any) -> Task:
    defaults: dict[str, Any] = {
        "task_id": TaskId(f"T-{number}"),
        "version": 1,
        "title": f"Task {number}",
        "assigned_to": ANA.ref,
        "created_by": ADA.ref,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Task(**{**defaults, **facts})


def make_event(task: Task, when: datetime = NOW) -> Event:
    return Event(
        detail_type=EventType.TASK_CREATED,
        event_id=fresh_event_id(when),
        occurred_at=when,
        workspace=WORKSPACE,
        actor=EventActor.of(Actor(person=ADA, entry=Entry.SLACK)),
        task=task,
    )


def save(kept: Kept, task: Task, before: Task | None = None, once: str | None = None) -> bool:
    return kept.tasks.save(TaskWrite(before, task, (make_event(task),), once)).changed


def closed(task: Task, when: datetime) -> Task:
    update = {"task_status": TaskStatus.DONE, "closed_at": when, "updated_at": when, "version": task.version + 1}
    return task.model_copy(update=update)


def test_numbers_are_given_once_in_order(kept: Kept) -> None:
    assert [kept.tasks.next_number() for _ in range(3)] == [1, 2, 3]


def test_a_task_comes_back_as_it_was_saved(kept: Kept) -> None:
    task = make_task(1, description="words", deadline=NOW + timedelta(days=2), labels=("web", "ui"), source="https://x")
    save(kept, task)

    assert kept.tasks.get(task.task_id) == task


def test_a_task_without_anything_optional_comes_back_too(kept: Kept) -> None:
    task = make_task(1, assigned_to=None)
    save(kept, task)

    assert kept.tasks.get(task.task_id) == task


def test_an_unknown_task_is_not_found(kept: Kept) -> None:
    with pytest.raises(NotFoundError):
        kept.tasks.get(TaskId("T-9"))


def test_a_change_of_an_older_version_is_refused_and_leaves_everything(kept: Kept) -> None:
    first = make_task(1)
    save(kept, first)
    second = first.model_copy(update={"title": "Second", "version": 2})
    save(kept, second, before=first)

    with pytest.raises(ConflictError):
        save(kept, first.model_copy(update={"title": "Third", "version": 2}), before=first)

    assert kept.tasks.get(first.task_id) == second
    assert len(kept.tasks.history(first.task_id, limit=10).items) == 2


def test_a_task_that_exists_is_not_created_again(kept: Kept) -> None:
    save(kept, make_task(1))

    with pytest.raises(ConflictError):
        save(kept, make_task(1, title="Another"))

    assert kept.tasks.get(TaskId("T-1")).title == "Task 1"


def test_a_request_of_the_same_name_changes_nothing_and_gets_the_first_ones_task(kept: Kept) -> None:
    save(kept, make_task(1), once="request")

    again = kept.tasks.save(TaskWrite(None, make_task(2), (make_event(make_task(2)),), "request"))

    assert (again.changed, again.task.task_id) == (False, "T-1")
    with pytest.raises(NotFoundError):
        kept.tasks.get(TaskId("T-2"))


def test_open_tasks_come_by_deadline_and_those_without_one_last(kept: Kept) -> None:
    for number, days in ((1, None), (2, 9), (3, 1), (4, 5)):
        save(kept, make_task(number, deadline=NOW + timedelta(days=days) if days else None))
    save(kept, make_task(5, assigned_to=ADA.ref))

    assert [task.task_id for task in kept.tasks.open_of(ANA.person_id, limit=10).items] == ["T-3", "T-4", "T-2", "T-1"]


def test_the_unassigned_board_is_nobodys(kept: Kept) -> None:
    save(kept, make_task(1, assigned_to=None))

    assert [task.task_id for task in kept.tasks.open_of(None, limit=10).items] == ["T-1"]


def test_pages_join_to_the_whole_without_gap_or_repetition(kept: Kept) -> None:
    kept.tasks.next_number()
    tasks = [make_task(number, deadline=NOW + timedelta(days=number)) for number in range(1, 8)]
    for task in tasks:
        save(kept, task)
    for task in tasks[4:]:
        save(kept, closed(task, NOW + timedelta(minutes=int(task.task_id[2:]))), before=task)

    expected = ["T-1", "T-2", "T-3", "T-4", "T-7", "T-6", "T-5"]
    assert all_pages(kept.tasks.everything, limit=2) == expected
    assert all_pages(partial(kept.tasks.all_of, ANA.person_id), limit=2) == expected


def all_pages(read: Callable[..., Page[Task]], *, limit: int) -> list[str]:
    seen: list[str] = []
    cursor = None
    for _ in range(20):
        page = read(limit=limit, cursor=cursor)
        seen += [task.task_id for task in page.items]
        cursor = page.cursor
        if cursor is None:
            return seen
    raise AssertionError("the pages do not end")


def test_an_old_and_nearly_empty_board_costs_a_few_queries_a_page(
    dynamodb: "DynamoDBClient", calls: RecordedCalls
) -> None:
    kept = kept_in_dynamodb(dynamodb, TABLE, HeldClock())
    kept.tasks.next_number()
    kept.clock.forward(timedelta(days=3 * 365))
    calls.calls.clear()

    page = kept.tasks.everything(limit=10)

    assert page.cursor is not None
    assert calls.operations.count("Query") <= 3


def test_tasks_closed_in_different_months_are_all_found(kept: Kept) -> None:
    kept.tasks.next_number()
    for number, days in ((1, 0), (2, 40), (3, 80)):
        task = make_task(number)
        save(kept, task)
        save(kept, closed(task, NOW + timedelta(days=days)), before=task)
    kept.clock.forward(timedelta(days=100))

    assert all_pages(kept.tasks.everything, limit=10) == ["T-3", "T-2", "T-1"]


def test_lists_for_scripts_leave_nothing_of_a_task_out(kept: Kept) -> None:
    kept.tasks.next_number()
    task = make_task(1, description="Users on SSO get a loop", source="https://x")
    save(kept, task)

    assert list(kept.tasks.everything(limit=10).items) == [task]
    assert list(kept.tasks.all_of(ANA.person_id, limit=10).items) == [task]


def forged(*position: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


BOARD = "W#T0TEAM#BOARD#open"


@pytest.mark.parametrize(
    "cursor",
    [
        "garbage",
        "12é",
        forged("a", None),
        forged(["a"], None),
        forged(BOARD, {"pk": 1.5}),
        forged(BOARD, {"other": "a"}),
        forged(BOARD, {"pk": "a", "sk": "a", "gsi3pk": BOARD, "gsi3sk": 1.5}),
        forged(BOARD, {"pk": "a", "sk": "a", "gsi3pk": "W#T0TEAM#BOARD#closed#2026-11", "gsi3sk": "a"}),
        forged(BOARD, {"pk": "a", "sk": "", "gsi3pk": BOARD, "gsi3sk": "a"}),
        forged(BOARD, {"pk": "a", "sk": "a" * 1025, "gsi3pk": BOARD, "gsi3sk": "a"}),
        forged(BOARD, "a"),
        forged(BOARD),
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused(kept: Kept, cursor: str) -> None:
    kept.tasks.next_number()

    with pytest.raises(InvalidInputError):
        kept.tasks.everything(limit=2, cursor=cursor)


def test_history_is_newest_first_in_pages(kept: Kept) -> None:
    task = make_task(1)
    save(kept, task)
    for version in range(2, 6):
        before, task = (
            task,
            task.model_copy(update={"version": version, "updated_at": NOW + timedelta(minutes=version)}),
        )
        kept.tasks.save(TaskWrite(before, task, (make_event(task, NOW + timedelta(minutes=version)),)))

    first = kept.tasks.history(task.task_id, limit=3)
    rest = kept.tasks.history(task.task_id, limit=3, at=first.following)

    versions = [event.task.version for event in [*first.items, *rest.items] if event.task]
    assert versions == [5, 4, 3, 2, 1]


def test_a_persons_open_tasks_are_counted_with_every_change(kept: Kept) -> None:
    def counted(person: Person) -> int:
        return kept.people.get(person.person_id).open_tasks

    task = make_task(1)
    save(kept, task)
    assert counted(ANA) == 1
    handed_on = task.model_copy(update={"assigned_to": ADA.ref, "version": 2})
    save(kept, handed_on, before=task)
    assert (counted(ANA), counted(ADA)) == (0, 1)
    save(kept, closed(handed_on, NOW), before=handed_on)
    assert counted(ADA) == 0


def test_a_person_is_found_by_id_link_and_email(kept: Kept) -> None:
    assert kept.people.get(ANA.person_id) == ANA
    assert kept.people.linked_to(SlackUserId("U0ANA")) == ANA
    assert kept.people.with_email("ANA@Example.com") == ANA


def test_an_address_that_only_looks_alike_finds_nobody(kept: Kept) -> None:
    kept.people.add(make_person("Kim", email="kim@example.com"))

    with pytest.raises(NotFoundError):
        kept.people.with_email("\N{KELVIN SIGN}im@example.com")
    with pytest.raises(NotFoundError):
        kept.people.with_email("kim@example.co")


def test_an_unknown_slack_user_is_not_linked(kept: Kept) -> None:
    with pytest.raises(NotLinkedError):
        kept.people.linked_to(SlackUserId("U0NEW"))


def test_one_slack_user_is_not_linked_to_two_people(kept: Kept) -> None:
    with pytest.raises(ConflictError):
        kept.people.add(make_person("Eve", slack_user_id=ANA.slack_user_id))
    with pytest.raises(NotFoundError):
        kept.people.get(PersonId("sub-eve"))


def test_roles_are_remembered_and_nothing_else_of_the_person_changes(kept: Kept) -> None:
    later = NOW + timedelta(minutes=5)
    kept.people.remember_roles(ANA.person_id, Roles(groups=frozenset(), enabled=False, checked_at=later))

    expected = ANA.model_copy(update={"groups": frozenset(), "enabled": False, "checked_at": later})
    assert kept.people.get(ANA.person_id) == expected


EVENT = EventId("01J0000000000000000000000A")
FIRST = Lease(NOW, NOW + timedelta(seconds=60))
MEANWHILE = Lease(NOW + timedelta(seconds=30), NOW + timedelta(seconds=90))
LATER = Lease(NOW + timedelta(seconds=61), NOW + timedelta(seconds=121))
MUCH_LATER = Lease(NOW + timedelta(hours=1), NOW + timedelta(hours=2))


def test_a_delivery_is_claimed_by_one_at_a_time(kept: Kept) -> None:
    assert kept.deliveries.claim(EVENT, Channel.SLACK, ANA.person_id, FIRST) is Claim.SEND
    assert kept.deliveries.claim(EVENT, Channel.SLACK, ANA.person_id, MEANWHILE) is Claim.BUSY
    assert kept.deliveries.claim(EVENT, Channel.EMAIL, ANA.person_id, MEANWHILE) is Claim.SEND
    assert kept.deliveries.claim(EVENT, Channel.SLACK, ADA.person_id, MEANWHILE) is Claim.SEND


@pytest.mark.parametrize(
    ("ended", "then"),
    [
        (DeliveryState.SENT, Claim.DONE),
        (DeliveryState.OVERTAKEN, Claim.DONE),
        (DeliveryState.FAILED, Claim.SEND),
        (DeliveryState.AMBIGUOUS, Claim.LOOK_FIRST),
        (None, Claim.LOOK_FIRST),
    ],
)
def test_how_a_delivery_ended_decides_what_the_next_attempt_does(
    kept: Kept, ended: DeliveryState | None, then: Claim
) -> None:
    kept.deliveries.claim(EVENT, Channel.SLACK, ANA.person_id, FIRST)
    if ended is not None:
        kept.deliveries.settle(EVENT, Channel.SLACK, ANA.person_id, ended)

    assert kept.deliveries.claim(EVENT, Channel.SLACK, ANA.person_id, LATER) is then


TASK = TaskId("T-1")


OTHER = EventId("01J0000000000000000000000B")
POSTED = Card("D1", "1.1", 1)


def test_only_one_event_holds_a_card(kept: Kept) -> None:
    assert kept.cards.claim(TASK, ANA.person_id, EVENT, FIRST) == HeldCard()
    with pytest.raises(DependencyError):
        kept.cards.claim(TASK, ANA.person_id, OTHER, MEANWHILE)

    kept.cards.release(TASK, ANA.person_id, EVENT, POSTED)

    assert kept.cards.claim(TASK, ANA.person_id, OTHER, MEANWHILE) == HeldCard(POSTED)
    assert kept.cards.get(TASK, ANA.person_id) == POSTED


def test_a_card_given_back_unposted_is_free_at_once(kept: Kept) -> None:
    kept.cards.claim(TASK, ANA.person_id, EVENT, FIRST)
    kept.cards.release(TASK, ANA.person_id, EVENT, None)

    assert kept.cards.claim(TASK, ANA.person_id, OTHER, MEANWHILE) == HeldCard()
    assert kept.cards.get(TASK, ANA.person_id) is None


def test_whoever_takes_over_a_claim_that_ran_out_learns_whose_it_was(kept: Kept) -> None:
    kept.cards.claim(TASK, ANA.person_id, EVENT, FIRST)

    assert kept.cards.claim(TASK, ANA.person_id, OTHER, LATER) == HeldCard(unfinished=frozenset({EVENT}))


def test_an_event_goes_on_with_its_own_claim(kept: Kept) -> None:
    kept.cards.claim(TASK, ANA.person_id, EVENT, FIRST)

    assert kept.cards.claim(TASK, ANA.person_id, EVENT, MEANWHILE) == HeldCard(unfinished=frozenset({EVENT}))


def test_who_may_have_posted_a_card_is_known_until_somebody_says_where_it_is(kept: Kept) -> None:
    kept.cards.claim(TASK, ANA.person_id, EVENT, FIRST)
    before = kept.cards.claim(TASK, ANA.person_id, OTHER, LATER)
    kept.cards.release(TASK, ANA.person_id, OTHER, None, before.unfinished)
    assert kept.cards.claim(TASK, ANA.person_id, OTHER, LATER) == HeldCard(unfinished=frozenset({EVENT}))

    kept.cards.release(TASK, ANA.person_id, OTHER, POSTED)

    assert kept.cards.claim(TASK, ANA.person_id, OTHER, LATER) == HeldCard(POSTED)


def test_everybody_who_died_over_a_card_is_known(kept: Kept) -> None:
    kept.cards.claim(TASK, ANA.person_id, EVENT, FIRST)
    kept.cards.claim(TASK, ANA.person_id, OTHER, LATER)

    third = kept.cards.claim(TASK, ANA.person_id, EventId(f"{OTHER}/refresh"), MUCH_LATER)

    assert third == HeldCard(unfinished=frozenset({EVENT, OTHER}))


def test_who_lost_its_claim_changes_nothing(kept: Kept) -> None:
    kept.cards.claim(TASK, ANA.person_id, EVENT, FIRST)
    kept.cards.claim(TASK, ANA.person_id, OTHER, LATER)
    kept.cards.release(TASK, ANA.person_id, OTHER, Card("D1", "1.1", 3))

    kept.cards.release(TASK, ANA.person_id, EVENT, Card("D1", "2.2", 2))

    assert kept.cards.get(TASK, ANA.person_id) == Card("D1", "1.1", 3)


def test_who_has_nothing_to_do_is_found_by_name(kept: Kept) -> None:
    kept.people.add(make_person("Zed Last", enabled=False))
    kept.people.add(make_person("Guest Gone", groups=frozenset()))
    kept.people.add(make_person("Ben Okoro"))
    save(kept, make_task(1))

    assert list(kept.people.idle()) == ["Ada Lind", "Ben Okoro"]


def test_people_are_found_while_their_name_or_address_is_typed(kept: Kept) -> None:
    kept.people.add(make_person("Anatol Berg", email="z.berg@example.com"))

    def found(prefix: str, limit: int = 10) -> list[str]:
        return [person.name for person in kept.people.starting_with(prefix, limit=limit)]

    assert found("an") == ["Ana Silva", "Anatol Berg"]
    assert found("ANA s") == ["Ana Silva"]
    assert found("z.b") == ["Anatol Berg"]
    assert found("") == ["Ada Lind", "Ana Silva", "Anatol Berg"]
    assert found("", limit=2) == ["Ada Lind", "Ana Silva"]
    assert found("nobody") == []
