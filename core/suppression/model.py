"""A suppressed address."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from core.ids import EventId, PersonId


class Reason(StrEnum):
    """Why an address gets no more mail."""

    BOUNCED = "bounced"
    """Its mailbox is not there, or takes nothing from us, for good."""
    COMPLAINED = "complained"
    """Its owner called a mail of ours spam."""


class Suppression(BaseModel):
    """An address that gets no more mail; `suppression_id` tells this time from a later one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    suppression_id: EventId
    address: str
    reason: Reason
    since: datetime
    person_id: PersonId | None = None
    """Whose it was, if anybody's of the team."""
    person_name: str | None = None
