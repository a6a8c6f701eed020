"""The workspace's settings: stored in the table, effective at once."""

from collections.abc import Callable
from enum import IntEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from core.frozen import FrozenModel
from core.ids import PersonId

DAYS_BEFORE: Final = (0, 1, 2, 3, 5, 7)
"""How many days before a deadline people can be reminded; 0 is the day itself. What is overdue is always listed."""
MOST_TOLD: Final = 20


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


def _offered(days: int) -> int:
    if days not in DAYS_BEFORE:
        raise PydanticCustomError("not_offered", "Not among the days before a deadline that can be chosen")
    return days


Notice = Annotated[int, AfterValidator(_offered)]


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
    reminder_days: Annotated[tuple[Notice, ...], Field(max_length=10), AfterValidator(_latest_first)] = (
        5,
        3,
        1,
        0,
    )
    """So many days before a deadline; 0 is the day itself."""
    business_days: Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(_in_order)] = tuple(Weekday)
    """On the others there is no reminder, and news waits."""
    link_requests_to: Annotated[tuple[PersonId, ...], Field(max_length=MOST_TOLD)] = ()
    """Which admins are told of link requests; nobody named: all of them."""

    @property
    def facts(self) -> dict[str, Any]:
        """What is set, as plain values."""
        return self.model_dump(mode="json", exclude={"version"})


CurrentSettings = Callable[[], WorkspaceSettings]
"""Gives the settings as they stand now."""
