"""Whether the app is installed in Slack, in the table."""

import hashlib
from datetime import datetime
from typing import Final

from boto3.dynamodb.conditions import Attr

from core.clock import Clock
from core.ids import WorkspaceId
from core.notifications.ports import Ending
from core.storage import schema
from core.storage.dynamodb.table import IS_NEW, ConditionFailedError, Table, Update

_VERSION: Final = 1


class DynamoInstallation:
    """Remembers the bot token that Slack took away, by its hash: a new installation has a new one, and goes on."""

    def __init__(self, table: Table, workspace: WorkspaceId, bot_token: str, clock: Clock) -> None:
        self._table = table
        self._key = schema.Keys(workspace).installation()
        self._token_hash = hashlib.sha256(bot_token.encode()).hexdigest()
        self._clock = clock

    def end(self) -> None:
        ended = {
            **self._key,
            "type": schema.INSTALLATION,
            "version": _VERSION,
            "ended_at": schema.instant(self._clock()),
            "token_hash": self._token_hash,
        }
        try:
            self._table.put(ended, IS_NEW | Attr("token_hash").ne(self._token_hash))
        except ConditionFailedError:
            return

    def ending(self) -> Ending | None:
        item = self._table.get(self._key)
        if item is None or item.get("token_hash") != self._token_hash:
            return None
        return Ending(datetime.fromisoformat(item["ended_at"]), is_announced=item.get("is_announced", False))

    def announced(self) -> None:
        try:
            told = Update(set={"is_announced": True})
            self._table.update(self._key, told, Attr("token_hash").eq(self._token_hash))
        except ConditionFailedError:
            return

    def has_ended(self) -> bool:
        return self.ending() is not None
