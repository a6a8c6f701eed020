"""What the audit needs from outside."""

from datetime import datetime
from typing import Final, NamedTuple, Protocol

from ulid import ULID

from core.events import Event
from core.ids import PersonId
from core.tasks.queries import Slice

_TIME_LENGTH: Final = 10
"""Of the 26 characters of a ULID so many are its time. https://github.com/ulid/spec"""


class AuditQuery(NamedTuple):
    """What somebody did (`by`), what was done to them (`about`), or with neither all that was done to the team."""

    by: PersonId | None = None
    about: PersonId | None = None
    since: datetime | None = None

    @property
    def since_id(self) -> str:
        """The least id of an event from `since` on."""
        return str(ULID.from_datetime(self.since))[:_TIME_LENGTH] if self.since else ""


class AuditRepository(Protocol):
    def slice(self, query: AuditQuery, *, limit: int, at: str | None = None) -> Slice[Event]:
        """Up to `limit` events from a place on, newest first.

        Raises:
            InvalidInputError: `at` is no place of this list.
        """
