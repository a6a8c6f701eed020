"""Whether the app is installed in Slack, in the table."""

import hashlib
from typing import Final

from core.clock import Clock
from core.ids import WorkspaceId
from core.storage import schema
from core.storage.dynamodb.table import Table

_VERSION: Final = 1


class DynamoInstallation:
    """Remembers the bot token that Slack took away, by its hash: a new installation has a new one, and goes on."""

    def __init__(self, table: Table, workspace: WorkspaceId, bot_token: str, clock: Clock) -> None:
        self._table = table
        self._key = schema.Keys(workspace).installation()
        self._token_hash = hashlib.sha256(bot_token.encode()).hexdigest()
        self._clock = clock

    def end(self) -> None:
        self._table.put(
            {
                **self._key,
                "type": schema.INSTALLATION,
                "version": _VERSION,
                "ended_at": schema.instant(self._clock()),
                "token_hash": self._token_hash,
            }
        )

    def has_ended(self) -> bool:
        item = self._table.get(self._key)
        return item is not None and item.get("token_hash") == self._token_hash
