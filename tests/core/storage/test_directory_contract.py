"""What keepers of the directory, the settings and the audit promise, in memory and in DynamoDB."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.audit.ports import AuditQuery
from core.errors import ConflictError, InvalidInputError
from core.events import EventType
from core.ids import PersonId
from core.people.directory import Directory
from core.people.model import Account, Person
from core.people.queries import DirectoryFilter, DirectoryQuery
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.memory import MemoryPersonRepository, MemoryTaskRepository
from core.tasks.ports import TaskWrite
from core.workspace.settings import WorkspaceSettings
from tests.core.storage.conftest import TABLE
from tests.support.table import FillingTable
from tests.support.team_contract import (
    ADA,
    ANA,
    ANYBODY,
    BEN,
    DEFAULTS,
    Kept,
    a_task,
    end,
    event,
    found,
    kept_by,
    outcome,
)
from tests.support.world import NOW, WORKSPACE, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Kept:
    return kept_by(request)


def many(kept: Kept, count: int) -> None:
    for number in range(count):
        kept.people.add(make_person(f"P{number:03} Last", enabled=number % 10 == 0, slack_user_id=None))


def test_the_directory_goes_on_and_back(kept: Kept) -> None:
    many(kept, 7)

    first = kept.people.slice(ANYBODY, limit=4)
    second = kept.people.slice(ANYBODY, limit=4, at=first.following)
    third = kept.people.slice(ANYBODY, limit=4, at=second.following)
    back = kept.people.slice(ANYBODY, limit=4, at=second.previous)

    assert [len(each.items) for each in (first, second, third)] == [4, 4, 2]
    assert names(first.items) == names(back.items) == ["Ada Lind", "Ana Silva", "Ben Okoro", "P000 Last"]
    assert third.following is None


def names(people: Sequence[Person]) -> list[str]:
    return [person.name for person in people]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (DirectoryFilter.ACTIVE, ["Ada Lind", "Ana Silva"]),
        (DirectoryFilter.DISABLED, ["Ben Okoro"]),
        (DirectoryFilter.NOT_LINKED, []),
        (DirectoryFilter.NO_TASKS, ["Ada Lind", "Ben Okoro"]),
    ],
)
def test_a_filter_leaves_the_others_out(kept: Kept, only: DirectoryFilter, expected: list[str]) -> None:
    kept.tasks.save(TaskWrite(None, a_task(1, ANA), ()))

    assert found(kept, DirectoryQuery(only=only)) == expected


def test_an_address_is_found_by_its_beginning_and_filtered_too(kept: Kept) -> None:
    assert found(kept, DirectoryQuery("ANA@ex", by_email=True)) == ["Ana Silva"]
    assert found(kept, DirectoryQuery("ben@", by_email=True, only=DirectoryFilter.ACTIVE)) == []


def test_a_foreign_place_is_refused(kept: Kept) -> None:
    with pytest.raises(InvalidInputError):
        kept.people.slice(ANYBODY, limit=4, at="nowhere")


def test_a_rare_kind_is_looked_for_in_two_queries_and_then_offered_further(
    dynamodb: "DynamoDBClient", calls: Any
) -> None:
    people = DynamoPersonRepository(Table(dynamodb, TABLE), WORKSPACE)
    filling = DynamoPersonRepository(FillingTable(dynamodb, TABLE), WORKSPACE)
    for number in range(155):
        filling.add(make_person(f"P{number:03} Last", enabled=number != 154))
    calls.calls.clear()

    first = people.slice(DirectoryQuery(only=DirectoryFilter.DISABLED), limit=10)
    second = people.slice(DirectoryQuery(only=DirectoryFilter.DISABLED), limit=10, at=first.following)

    assert (list(first.items), first.gave_up) == ([], True)
    assert calls.operations.count("Query") == 3
    assert names(second.items) == ["P154 Last"]


def test_a_filter_on_addresses_says_where_there_is_more_to_look_at(dynamodb: "DynamoDBClient") -> None:
    people = DynamoPersonRepository(Table(dynamodb, TABLE), WORKSPACE)
    for number in range(5):
        people.add(make_person(f"P{number} Last", email=f"team{number}@example.com", enabled=number != 4))
    query = DirectoryQuery("team", by_email=True, only=DirectoryFilter.DISABLED)

    first = people.slice(query, limit=3)
    second = people.slice(query, limit=3, at=first.following)

    assert (list(first.items), first.gave_up) == ([], True)
    assert (names(second.items), second.gave_up) == (["P4 Last"], False)


def test_addresses_are_looked_through_only_after_every_name(dynamodb: "DynamoDBClient") -> None:
    people = DynamoPersonRepository(Table(dynamodb, TABLE), WORKSPACE)
    filling = DynamoPersonRepository(FillingTable(dynamodb, TABLE), WORKSPACE)
    for number in range(152):
        filling.add(make_person(f"Te{number:03} Last", email=f"x{number}@example.com"))
    filling.add(make_person("Zoe Last", email="team@example.com", enabled=False))
    directory = Directory(people, MemoryTaskRepository(MemoryPersonRepository()), lambda: NOW)

    first = directory.page("te", only=DirectoryFilter.DISABLED, limit=10)
    second = directory.page("te", only=DirectoryFilter.DISABLED, limit=10, at=first.following)

    assert (list(first.items), first.gave_up) == ([], True)
    assert names(second.items) == ["Zoe Last"]


def test_what_cognito_says_is_written_where_nobody_was_faster(kept: Kept) -> None:
    kept_now = kept.people.get(ANA.person_id)
    account = Account(**ANA.model_dump(include=ACCOUNT), must_change_password=False).model_copy(
        update={"given_name": "Zoe"}
    )
    later = NOW + timedelta(minutes=1)

    kept.people.bring_in_line(kept_now, Person.of(account, later, kept_now))

    assert kept.people.get(ANA.person_id).name == "Zoe Silva"
    with pytest.raises(ConflictError):
        kept.people.bring_in_line(kept_now, Person.of(account, later, kept_now))


ACCOUNT = {"person_id", "email", "given_name", "family_name", "groups", "enabled"}


def test_settings_are_the_deployments_until_somebody_saves_some(kept: Kept) -> None:
    assert kept.settings.get() == DEFAULTS

    saved = WorkspaceSettings(version=1, members_can_assign=True, link_requests_to=(PersonId("sub-ada"),))
    kept.settings.save(saved, event(EventType.SETTINGS_CHANGED))

    assert kept.settings.get() == saved


def test_settings_saved_by_somebody_else_are_not_overwritten(kept: Kept) -> None:
    kept.settings.save(WorkspaceSettings(version=1), event(EventType.SETTINGS_CHANGED))

    with pytest.raises(ConflictError):
        kept.settings.save(WorkspaceSettings(version=1, guests=True), event(EventType.SETTINGS_CHANGED))
    kept.settings.save(WorkspaceSettings(version=2, guests=True), event(EventType.SETTINGS_CHANGED))


def test_the_audit_finds_acts_by_who_did_them_and_to_whom_newest_first(kept: Kept) -> None:
    end(kept, outcome(ANA, ANA))
    end(kept, outcome(BEN, BEN))
    kept.settings.save(WorkspaceSettings(version=1), event(EventType.SETTINGS_CHANGED, ANA))
    kept.tasks.save(TaskWrite(None, a_task(1, ANA), (event(EventType.TASK_CREATED, task=a_task(1, ANA)),)))

    def kinds(query: AuditQuery) -> list[str]:
        return [
            f"{each.detail_type} {each.member.name if each.member else ''}".strip()
            for each in kept.audit.slice(query, limit=10).items
        ]

    assert kinds(AuditQuery()) == ["SettingsChanged", "MemberChanged Ben Okoro", "MemberChanged Ana Silva"]
    assert kinds(AuditQuery(by=ADA.person_id)) == ["TaskCreated", "MemberChanged Ben Okoro", "MemberChanged Ana Silva"]
    assert kinds(AuditQuery(by=ANA.person_id)) == ["SettingsChanged"]
    assert kinds(AuditQuery(about=BEN.person_id)) == ["MemberChanged Ben Okoro"]


def test_the_audit_starts_where_it_is_told_and_pages(kept: Kept) -> None:
    for number in range(5):
        at = NOW + timedelta(days=number)
        settings = WorkspaceSettings(version=number + 1)
        kept.settings.save(settings, event(EventType.SETTINGS_CHANGED, at=at))

    recent = AuditQuery(since=NOW + timedelta(days=2))
    first = kept.audit.slice(recent, limit=2)
    second = kept.audit.slice(recent, limit=2, at=first.following)

    assert [len(first.items), len(second.items), second.following] == [2, 1, None]
