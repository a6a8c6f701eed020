"""What keepers of links promise, in memory and in DynamoDB."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core.clock import fresh_event_id
from core.errors import ConflictError, NotFoundError, NotLinkedError
from core.events import Change, Event, EventActor, EventType
from core.ids import PersonId, SlackUserId
from core.links.model import Dispute, LinkAttempt, LinkFacts, LinkRequest, Posted, RequestState, SignIn
from core.people.model import Actor, Entry, Group, Person, SlackStatus
from core.people.ports import PersonRepository
from core.storage import schema
from core.storage.dynamodb.installation import DynamoInstallation
from core.storage.dynamodb.links import DynamoLinkRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Partition, Table
from core.storage.memory import MemoryPersonRepository
from core.storage.memory_links import MemoryLinkRepository
from tests.core.storage.conftest import TABLE
from tests.support.links import make_profile
from tests.support.recorded import RecordedCalls
from tests.support.world import NOW, WORKSPACE, HeldClock, make_person

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OFFERED = LinkAttempt(profile=make_profile(), workspace_name="team.slack.com", expires_at=NOW + timedelta(minutes=10))
SIGNING_IN = OFFERED.model_copy(update={"sign_in": SignIn(nonce="n", verifier="v", browser_hash="b")})
CHI = make_person("Chi Nguyen", slack_user_id=None, open_tasks=2)
LINKED = CHI.model_copy(
    update={
        "slack_user_id": SlackUserId("U0CHI"),
        "slack_name": "Chi",
        "slack_status": SlackStatus.GUEST,
        "link_id": fresh_event_id(NOW),
        "time_zone": "Asia/Ho_Chi_Minh",
    }
)
FACTS = LinkFacts(
    slack_user_id=SlackUserId("U0CHI"),
    slack_name="Chi",
    person_id=CHI.person_id,
    account_name=CHI.name,
    account_email=CHI.email,
)


@dataclass(frozen=True, slots=True)
class Kept:
    people: PersonRepository
    links: DynamoLinkRepository | MemoryLinkRepository


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        people = MemoryPersonRepository()
        kept = Kept(people, MemoryLinkRepository(people))
    else:
        table = Table(request.getfixturevalue("dynamodb"), TABLE)
        kept = Kept(DynamoPersonRepository(table, WORKSPACE), DynamoLinkRepository(table, WORKSPACE))
    kept.people.add(CHI)
    return kept


def made(person: Person) -> Event:
    return Event(
        detail_type=EventType.LINK_MADE,
        event_id=fresh_event_id(NOW),
        occurred_at=NOW,
        workspace=WORKSPACE,
        actor=EventActor.of(Actor(person=person, entry=Entry.SLACK)),
        changes=(Change(field="slack_user_id", after=person.slack_user_id),),
    )


@pytest.mark.parametrize("attempt", [OFFERED, SIGNING_IN])
def test_an_attempt_comes_back_as_it_was_kept(kept: Kept, attempt: LinkAttempt) -> None:
    kept.links.keep("hash", attempt)

    assert kept.links.get("hash") == attempt
    assert kept.links.get("another") is None


def test_an_attempt_is_used_once(kept: Kept) -> None:
    kept.links.keep("hash", OFFERED)
    kept.links.use("hash")

    found = kept.links.get("hash")
    assert found is not None
    assert found.is_used
    with pytest.raises(ConflictError):
        kept.links.use("hash")


def test_an_attempt_that_was_never_kept_cannot_be_used(kept: Kept) -> None:
    with pytest.raises(ConflictError):
        kept.links.use("hash")
    assert kept.links.get("hash") is None


def test_going_on_uses_one_step_and_keeps_the_next(kept: Kept) -> None:
    kept.links.keep("first", OFFERED)
    kept.links.go_on("first", "second", SIGNING_IN)

    first = kept.links.get("first")
    assert first is not None
    assert first.is_used
    assert kept.links.get("second") == SIGNING_IN


def test_going_on_from_a_used_step_keeps_nothing(kept: Kept) -> None:
    kept.links.keep("first", OFFERED)
    kept.links.go_on("first", "second", SIGNING_IN)

    with pytest.raises(ConflictError):
        kept.links.go_on("first", "third", SIGNING_IN)
    assert kept.links.get("third") is None


def test_a_linked_person_is_found_by_slack_user_with_everything_else_as_it_was(kept: Kept) -> None:
    kept.links.link(LINKED, made(LINKED))

    assert kept.people.linked_to(SlackUserId("U0CHI")) == LINKED


def test_a_linked_person_takes_no_second_slack_user(kept: Kept) -> None:
    kept.links.link(LINKED, made(LINKED))
    second = LINKED.model_copy(update={"slack_user_id": SlackUserId("U0OTHER")})

    with pytest.raises(ConflictError):
        kept.links.link(second, made(second))
    assert kept.people.get(CHI.person_id) == LINKED
    with pytest.raises(NotLinkedError):
        kept.people.linked_to(SlackUserId("U0OTHER"))


def test_a_linked_slack_user_takes_no_second_person(kept: Kept) -> None:
    kept.links.link(LINKED, made(LINKED))
    kept.people.add(make_person("Vera", slack_user_id=None))
    second = make_person("Vera", slack_user_id=LINKED.slack_user_id)

    with pytest.raises(ConflictError):
        kept.links.link(second, made(second))
    assert kept.people.get(second.person_id).slack_user_id is None
    assert kept.people.linked_to(SlackUserId("U0CHI")) == LINKED


def test_nobody_is_made_by_linking(kept: Kept) -> None:
    nobody = make_person("Nobody")

    with pytest.raises((ConflictError, NotFoundError)):
        kept.links.link(nobody, made(nobody))
    with pytest.raises(NotLinkedError):
        kept.people.linked_to(SlackUserId("U0NOBODY"))


def test_unlinking_leaves_the_person_as_before(kept: Kept) -> None:
    kept.links.link(LINKED, made(LINKED))
    kept.links.unlink(LINKED, made(LINKED))

    assert kept.people.get(CHI.person_id) == CHI.model_copy(update={"time_zone": LINKED.time_zone})
    with pytest.raises(NotLinkedError):
        kept.people.linked_to(SlackUserId("U0CHI"))
    kept.links.link(LINKED, made(LINKED))
    assert kept.people.linked_to(SlackUserId("U0CHI")) == LINKED


@pytest.mark.parametrize("other", [{"link_id": fresh_event_id(NOW)}, {"link_id": None}, {"slack_user_id": "U0OTHER"}])
def test_only_the_link_that_is_named_is_taken_away(kept: Kept, other: dict[str, str | None]) -> None:
    kept.links.link(LINKED, made(LINKED))

    with pytest.raises(ConflictError):
        kept.links.unlink(LINKED.model_copy(update=other), made(LINKED))
    assert kept.people.linked_to(SlackUserId("U0CHI")) == LINKED


def test_what_is_not_linked_cannot_be_unlinked(kept: Kept) -> None:
    with pytest.raises(ConflictError):
        kept.links.unlink(LINKED, made(LINKED))


def asked(when: datetime = NOW) -> LinkRequest:
    return LinkRequest(request_id=fresh_event_id(when), facts=FACTS, asked_at=when)


def test_a_request_comes_back_as_it_was_kept_and_no_second_one_is_kept_beside_it(kept: Kept) -> None:
    request = asked()
    kept.links.ask(request, made(LINKED))

    with pytest.raises(ConflictError):
        kept.links.ask(asked(), made(LINKED))
    assert kept.links.request(FACTS.slack_user_id, CHI.person_id) == request
    assert kept.links.request(FACTS.slack_user_id, PersonId("somebody else")) is None


def ended(request: LinkRequest, state: RequestState = RequestState.DENIED) -> LinkRequest:
    return request.model_copy(update={"state": state, "decided_by": "Ada"})


def test_a_request_is_decided_once(kept: Kept) -> None:
    request = asked()
    kept.links.ask(request, made(LINKED))
    kept.links.decide(ended(request), made(LINKED))

    with pytest.raises(ConflictError):
        kept.links.decide(ended(request, RequestState.APPROVED), made(LINKED), LINKED)
    assert kept.links.request(FACTS.slack_user_id, CHI.person_id) == ended(request)
    assert kept.people.get(CHI.person_id) == CHI


def test_approving_links_in_the_same_transaction(kept: Kept) -> None:
    request = asked()
    kept.links.ask(request, made(LINKED))
    kept.links.decide(ended(request, RequestState.APPROVED), made(LINKED), LINKED)

    assert kept.people.linked_to(FACTS.slack_user_id) == LINKED


def test_a_request_whose_link_is_refused_stays_pending(kept: Kept) -> None:
    request = asked()
    kept.links.ask(request, made(LINKED))
    kept.links.link(LINKED, made(LINKED))

    with pytest.raises(ConflictError):
        kept.links.decide(ended(request, RequestState.APPROVED), made(LINKED), LINKED)
    assert kept.links.request(FACTS.slack_user_id, CHI.person_id) == request


def test_an_old_decision_does_not_meet_a_new_request(kept: Kept) -> None:
    first = asked()
    kept.links.ask(first, made(LINKED))
    kept.links.decide(ended(first), made(LINKED))
    second = asked()
    kept.links.ask(second, made(LINKED))

    with pytest.raises(ConflictError):
        kept.links.decide(ended(first), made(LINKED))
    assert kept.links.request(FACTS.slack_user_id, CHI.person_id) == second


def test_pending_requests_come_page_by_page_who_waits_longest_first(kept: Kept) -> None:
    def of(number: int) -> LinkRequest:
        facts = FACTS.model_copy(update={"slack_user_id": SlackUserId(f"U0{number}")})
        when = NOW + timedelta(seconds=number)
        return LinkRequest(request_id=fresh_event_id(when), facts=facts, asked_at=when)

    requests = [of(number) for number in range(4)]
    for request in reversed(requests):
        kept.links.ask(request, made(LINKED))
    kept.links.decide(ended(requests[1]), made(LINKED))

    page = kept.links.pending(limit=2)
    assert list(page.items) == [requests[0], requests[2]]
    assert page.previous is None
    last = kept.links.pending(limit=2, at=page.following)
    assert list(last.items) == [requests[3]]
    assert last.following is None
    assert list(kept.links.pending(limit=2, at=last.previous).items) == [requests[0], requests[2]]


def test_a_request_that_the_index_still_has_is_not_pending_once_it_is_decided(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, links = DynamoPersonRepository(table, WORKSPACE), DynamoLinkRepository(table, WORKSPACE)
    people.add(CHI)
    request = asked()
    links.ask(request, made(LINKED))
    lagging = table.page(Partition(schema.Keys(WORKSPACE).requests(), schema.OWNERS_AND_DIRECTORY), limit=5)
    links.decide(ended(request), made(LINKED))
    monkeypatch.setattr(table, "page", lambda *_args, **_limits: lagging)

    assert links.pending(limit=5).items == []


def test_everybody_is_read_from_the_directory_with_their_counters(kept: Kept) -> None:
    kept.people.add(make_person("Ada", Group.ADMINS))

    everybody = [(each.name, each.open_tasks, each.is_team_member) for each in kept.people.everybody()]
    assert everybody == [("Ada", 0, True), ("Chi Nguyen", 2, True)]


def test_where_an_admins_card_is_is_remembered_for_each_admin_and_request(kept: Kept) -> None:
    request, later = asked(), asked()
    kept.links.ask(request, made(LINKED))
    place = Posted(channel="D0ADA", ts="1.1")
    kept.links.remember_place(request, PersonId("ada"), place)
    kept.links.decide(ended(request), made(LINKED))

    assert kept.links.place(request, PersonId("ada")) == place
    assert kept.links.place(request, PersonId("omar")) is None
    assert kept.links.place(later, PersonId("ada")) is None


def test_what_slack_says_of_a_linked_user_is_kept(kept: Kept) -> None:
    kept.links.link(LINKED, made(LINKED))
    said = LINKED.model_copy(
        update={"slack_name": "C.", "slack_status": SlackStatus.DEACTIVATED, "time_zone": "Asia/Tokyo"}
    )
    kept.links.remember_slack(said)
    kept.links.remember_slack(said.model_copy(update={"slack_user_id": "U0OTHER", "slack_name": "O."}))

    assert kept.people.get(CHI.person_id) == said


def test_a_dispute_comes_back_as_it_was_kept(kept: Kept) -> None:
    dispute = Dispute(facts=FACTS, expires_at=NOW + timedelta(days=7))
    kept.links.keep_dispute("hash", dispute)

    assert kept.links.dispute("hash") == dispute
    assert kept.links.dispute("another") is None


def test_the_admins_are_found_in_the_directory(kept: Kept) -> None:
    for name in ("Omar", "Ada"):
        kept.people.add(make_person(name, Group.ADMINS))

    assert kept.people.admins() == ["sub-ada", "sub-omar"]


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Table:
    return Table(dynamodb, TABLE)


def test_the_table_is_told_when_to_forget_an_attempt(table: Table) -> None:
    DynamoLinkRepository(table, WORKSPACE).keep("hash", OFFERED)

    item = table.get(schema.Keys(WORKSPACE).linking("hash"))
    assert item is not None
    assert item[schema.EXPIRES_AT] == int(OFFERED.expires_at.timestamp())
    assert (item["type"], item["version"]) == (schema.LINKING, 1)


def test_a_link_lies_in_the_persons_history_where_the_relay_finds_it(table: Table) -> None:
    DynamoPersonRepository(table, WORKSPACE).add(CHI)
    event = made(LINKED)
    DynamoLinkRepository(table, WORKSPACE).link(LINKED, event)

    partition = schema.Keys(WORKSPACE).person(CHI.person_id)[schema.PARTITION_KEY]
    items, _ = table.page(Partition(partition, prefix=schema.ACTIVITY_PREFIX), limit=10)
    assert [item["type"] for item in items] == [schema.ACTIVITY]
    assert Event.model_validate(items[0]) == event


def test_a_refused_link_leaves_no_history(table: Table) -> None:
    DynamoPersonRepository(table, WORKSPACE).add(LINKED)
    with pytest.raises(ConflictError):
        DynamoLinkRepository(table, WORKSPACE).link(LINKED, made(LINKED))

    partition = schema.Keys(WORKSPACE).person(CHI.person_id)[schema.PARTITION_KEY]
    assert table.page(Partition(partition, prefix=schema.ACTIVITY_PREFIX), limit=10)[0] == []


def test_linking_is_one_transaction(dynamodb: "DynamoDBClient", calls: RecordedCalls) -> None:
    DynamoPersonRepository(Table(dynamodb, TABLE), WORKSPACE).add(CHI)
    calls.calls.clear()

    DynamoLinkRepository(Table(dynamodb, TABLE), WORKSPACE).link(LINKED, made(LINKED))

    assert calls.operations == ["TransactWriteItems"]


def test_an_undecided_request_is_found_among_the_requests_and_a_decided_one_no_more(table: Table) -> None:
    repository, requests = DynamoLinkRepository(table, WORKSPACE), schema.Keys(WORKSPACE).requests()
    partition = Partition(requests, schema.OWNERS_AND_DIRECTORY)
    request = asked()
    repository.ask(request, made(LINKED))

    [row] = table.page(partition, limit=10)[0]
    assert LinkRequest.model_validate(row["request"]) == request
    repository.decide(ended(request), made(LINKED))
    assert table.page(partition, limit=10)[0] == []


@pytest.mark.parametrize("act", ["ask", "decide", "unlink"])
def test_every_change_of_a_link_is_one_transaction(dynamodb: "DynamoDBClient", calls: RecordedCalls, act: str) -> None:
    table = Table(dynamodb, TABLE)
    DynamoPersonRepository(table, WORKSPACE).add(CHI)
    repository, request = DynamoLinkRepository(table, WORKSPACE), asked()
    if act == "decide":
        repository.ask(request, made(LINKED))
    if act == "unlink":
        repository.link(LINKED, made(LINKED))
    calls.calls.clear()

    match act:
        case "ask":
            repository.ask(request, made(LINKED))
        case "decide":
            repository.decide(ended(request), made(LINKED), LINKED)
        case _:
            repository.unlink(LINKED, made(LINKED))

    assert calls.operations == ["TransactWriteItems"]


def test_an_installation_has_ended_for_the_token_that_was_taken_away(table: Table) -> None:
    clock = HeldClock()
    old = DynamoInstallation(table, WORKSPACE, "xoxb-old", clock)
    assert not old.has_ended()
    old.end()

    assert old.has_ended()
    assert not DynamoInstallation(table, WORKSPACE, "xoxb-new", clock).has_ended()
    assert "xoxb-old" not in str(table.get(schema.Keys(WORKSPACE).installation()))
