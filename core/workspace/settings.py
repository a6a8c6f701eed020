"""The workspace's settings: stored in the table, effective at once."""

from collections.abc import Callable
from enum import IntEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from core.frozen import FrozenModel
from core.ids import PersonId

LONGEST_NOTICE: Final = 30
"""Days before a deadline; a reminder earlier than that says nothing."""


class Weekday(IntEnum):
    """As Python counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


def _latest_first(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(days), reverse=True))


def _in_order(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    return tuple(sorted(set(days)))


Notice = Annotated[int, Field(ge=0, le=LONGEST_NOTICE)]


class WorkspaceSettings(FrozenModel):
    """What holds for everybody; a person's own preferences go before the defaults for reminders."""

    version: int = 0
    """How often they were saved."""
    members_can_assign: bool = False
    """Whether members, too, create tasks for others."""
    guests: bool = False
    """Whether guests of the Slack workspace may use the bot."""
    reminder_hour: Annotated[int, Field(ge=0, le=23)] = 9
    """Where the person is."""
    reminder_days: Annotated[tuple[Notice, ...], Field(max_length=10), AfterValidator(_latest_first)] = (5, 3, 1, 0)
    """So many days before a deadline; 0 is the day itself."""
    business_days: Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(_in_order)] = (
        Weekday.MONDAY,
        Weekday.TUESDAY,
        Weekday.WEDNESDAY,
        Weekday.THURSDAY,
        Weekday.FRIDAY,
    )
    link_requests_to: Annotated[tuple[PersonId, ...], Field(max_length=20)] = ()
    """Which admins are told of link requests; nobody named: all of them."""

    @property
    def facts(self) -> dict[str, Any]:
        """What is set, as plain values."""
        return self.model_dump(mode="json", exclude={"version"})


CurrentSettings = Callable[[], WorkspaceSettings]
"""Gives the settings as they stand now."""
