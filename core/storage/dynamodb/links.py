"""Link attempts, which expire, and links, which stay, in the table."""

from typing import Any, Final

from boto3.dynamodb.conditions import Attr

from core.errors import ConflictError, DependencyError
from core.events import Event
from core.ids import WorkspaceId
from core.links.model import LinkAttempt
from core.people.model import Person
from core.storage import schema
from core.storage.dynamodb.people import link_item
from core.storage.dynamodb.table import (
    EXISTS,
    IS_NEW,
    ConditionFailedError,
    Item,
    Table,
    TransactionCancelledError,
    Update,
)

_VERSION: Final = 1
_UNUSED: Final = EXISTS & Attr("is_used").eq(False)  # noqa: FBT003
_USED: Final = Update(set={"is_used": True})


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
        if person.slack_user_id is None:
            raise ValueError("a link needs a Slack user")
        facts = Update(set={"slack_user_id": person.slack_user_id, "time_zone": person.time_zone})
        unlinked = EXISTS & Attr("slack_user_id").not_exists()
        link = link_item(self._keys, person.person_id, person.slack_user_id)
        self._transact(
            {"Put": self._table.put_action(link, IS_NEW)},
            {"Update": self._table.update_action(self._keys.person(person.person_id), facts, unlinked)},
            {"Put": self._table.put_action(self._activity_item(person, event), IS_NEW)},
            conflict=person.person_id,
        )

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

    def _activity_item(self, person: Person, event: Event) -> Item:
        return {
            **self._keys.person_activity(person.person_id, event.event_id),
            "type": schema.ACTIVITY,
            "person_id": person.person_id,
            "detail_type": event.detail_type,
            **event.detail,
            "gsi2pk": self._keys.actor(event.actor.person_id),
            "gsi2sk": event.event_id,
        }
