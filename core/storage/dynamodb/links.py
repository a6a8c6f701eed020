"""Link attempts and disputes, which expire, and requests and links, which stay, in the table."""

from typing import Any, Final

from boto3.dynamodb.conditions import Attr, ConditionBase

from core.errors import ConflictError, DependencyError
from core.events import Event
from core.ids import PersonId, SlackUserId, WorkspaceId
from core.links.model import Dispute, LinkAttempt, LinkRequest, Posted, RequestState
from core.people.model import Person
from core.storage import schema
from core.storage.dynamodb.people import activity_item, link_item
from core.storage.dynamodb.slices import SliceReader
from core.storage.dynamodb.table import (
    EXISTS,
    IS_NEW,
    ConditionFailedError,
    Item,
    Partition,
    Table,
    TransactionCancelledError,
    Update,
)
from core.tasks.queries import Slice

_VERSION: Final = 1
_UNUSED: Final = EXISTS & Attr("is_used").eq(False)  # noqa: FBT003
_USED: Final = Update(set={"is_used": True})
_OF_THE_LINK: Final = ("slack_user_id", "slack_name", "slack_status", "link_id")
_SAID_BY_SLACK: Final = {"slack_name", "slack_status", "time_zone"}


class DynamoLinkRepository:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def keep(self, secret_hash: str, attempt: LinkAttempt) -> None:
        self._table.put(self._attempt_item(secret_hash, attempt), IS_NEW)

    def get(self, secret_hash: str) -> LinkAttempt | None:
        item = self._table.get(self._keys.linking(secret_hash))
        return LinkAttempt.model_validate(item) if item else None

    def use(self, secret_hash: str) -> None:
        try:
            self._table.update(self._keys.linking(secret_hash), _USED, _UNUSED)
        except ConditionFailedError as used:
            raise ConflictError("link attempt") from used

    def go_on(self, used_hash: str, secret_hash: str, attempt: LinkAttempt) -> None:
        self._transact(
            {"Update": self._table.update_action(self._keys.linking(used_hash), _USED, _UNUSED)},
            {"Put": self._table.put_action(self._attempt_item(secret_hash, attempt), IS_NEW)},
            conflict="link attempt",
        )

    def link(self, person: Person, event: Event) -> None:
        self._transact(*self._link_actions(person), self._announced(person.person_id, event), conflict="link")

    def unlink(self, person: Person, event: Event) -> None:
        slack_user_id = _slack_user_of(person)
        this_link = Attr("link_id").eq(person.link_id) if person.link_id else Attr("link_id").not_exists()
        linked = Attr("slack_user_id").eq(slack_user_id) & this_link
        mine = Attr("person_id").eq(person.person_id)
        self._transact(
            {"Delete": self._table.delete_action(self._keys.link(slack_user_id), mine)},
            self._person_action(person, Update(remove=_OF_THE_LINK), linked),
            self._announced(person.person_id, event),
            conflict="link",
        )

    def ask(self, request: LinkRequest, event: Event) -> None:
        decided = Attr("request.state").ne(RequestState.PENDING)
        item = {
            **self._keys.link_request(request.facts.slack_user_id, request.facts.person_id),
            "type": schema.LINK_REQUEST,
            "version": _VERSION,
            "request": request.model_dump(mode="json", exclude_none=True),
            "gsi1pk": self._keys.requests(),
            "gsi1sk": request.request_id,
        }
        self._transact(
            {"Put": self._table.put_action(item, IS_NEW | decided)},
            self._announced(request.facts.person_id, event),
            conflict="link request",
        )

    def request(self, slack_user_id: SlackUserId, person_id: PersonId) -> LinkRequest | None:
        item = self._table.get(self._keys.link_request(slack_user_id, person_id))
        return LinkRequest.model_validate(item["request"]) if item else None

    def pending(self, *, limit: int, at: str | None = None) -> Slice[LinkRequest]:
        partition = Partition(self._keys.requests(), schema.OWNERS_AND_DIRECTORY)
        rows = SliceReader(self._table, [partition], lambda _: True, discards=False).read(limit, at)
        keys = [{name: row[name] for name in (schema.PARTITION_KEY, schema.SORT_KEY)} for row in rows.items]
        # The index lags: what was decided a moment ago is still in it.
        requests = [LinkRequest.model_validate(item["request"]) for item in self._table.get_all(keys)]
        return rows.of([each for each in requests if each.state is RequestState.PENDING])

    def decide(self, request: LinkRequest, event: Event, linked: Person | None = None) -> None:
        key = self._keys.link_request(request.facts.slack_user_id, request.facts.person_id)
        ended = Update(set={"request": request.model_dump(mode="json", exclude_none=True)}, remove=("gsi1pk", "gsi1sk"))
        pending = Attr("request.state").eq(RequestState.PENDING)
        this_one = Attr("request.request_id").eq(request.request_id)
        self._transact(
            {"Update": self._table.update_action(key, ended, pending & this_one)},
            *(self._link_actions(linked) if linked else ()),
            self._announced(request.facts.person_id, event),
            conflict="link request",
        )

    def remember_slack(self, person: Person) -> None:
        said = Update(set=person.model_dump(mode="json", include=_SAID_BY_SLACK))
        still_linked = Attr("slack_user_id").eq(_slack_user_of(person))
        try:
            self._table.update(self._keys.person(person.person_id), said, still_linked)
        except ConditionFailedError:
            return

    def place(self, request: LinkRequest, admin: PersonId) -> Posted | None:
        item = self._table.get(self._keys.link_request(request.facts.slack_user_id, request.facts.person_id)) or {}
        found = item.get(_place_of(admin, request))
        return Posted.model_validate(found) if found else None

    def remember_place(self, request: LinkRequest, admin: PersonId, place: Posted) -> None:
        key = self._keys.link_request(request.facts.slack_user_id, request.facts.person_id)
        self._table.update(key, Update(set={_place_of(admin, request): place.model_dump()}), EXISTS)

    def keep_dispute(self, secret_hash: str, dispute: Dispute) -> None:
        item = {
            **self._keys.dispute(secret_hash),
            "type": schema.DISPUTE,
            "version": _VERSION,
            "facts": dispute.facts.model_dump(mode="json", exclude_none=True),
            schema.EXPIRES_AT: int(dispute.expires_at.timestamp()),
        }
        self._table.put(item, IS_NEW)

    def dispute(self, secret_hash: str) -> Dispute | None:
        item = self._table.get(self._keys.dispute(secret_hash))
        return Dispute.model_validate(item) if item else None

    def _link_actions(self, person: Person) -> tuple[dict[str, Any], ...]:
        slack_user_id = _slack_user_of(person)
        facts = person.model_dump(mode="json", include={*_OF_THE_LINK, *_SAID_BY_SLACK}, exclude_none=True)
        unlinked = EXISTS & Attr("slack_user_id").not_exists()
        link = link_item(self._keys, person.person_id, slack_user_id)
        return (
            {"Put": self._table.put_action(link, IS_NEW)},
            self._person_action(person, Update(set=facts), unlinked),
        )

    def _person_action(self, person: Person, update: Update, condition: ConditionBase) -> dict[str, Any]:
        return {"Update": self._table.update_action(self._keys.person(person.person_id), update, condition)}

    def _announced(self, person_id: PersonId, event: Event) -> dict[str, Any]:
        return {"Put": self._table.put_action(activity_item(self._keys, person_id, event), IS_NEW)}

    def _transact(self, *actions: dict[str, Any], conflict: str) -> None:
        try:
            self._table.transact(actions)
        except TransactionCancelledError as cancelled:
            if "ConditionalCheckFailed" in cancelled.codes:
                raise ConflictError(conflict) from cancelled
            raise DependencyError("dynamodb", "TransactionConflict", retryable=True) from cancelled

    def _attempt_item(self, secret_hash: str, attempt: LinkAttempt) -> Item:
        return {
            **self._keys.linking(secret_hash),
            "type": schema.LINKING,
            "version": _VERSION,
            **attempt.model_dump(mode="json", exclude_none=True),
            schema.EXPIRES_AT: int(attempt.expires_at.timestamp()),
        }


def _slack_user_of(person: Person) -> SlackUserId:
    if person.slack_user_id is None:
        raise ValueError("a link needs a Slack user")
    return person.slack_user_id


def _place_of(admin: PersonId, request: LinkRequest) -> str:
    """The attribute that says where an admin's card is; an earlier request's cards were other ones."""
    return f"card#{request.request_id}#{admin}"
