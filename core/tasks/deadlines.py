"""What a deadline means that names only a day."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

_LAST_SECOND: Final = time(23, 59, 59, fold=1)
"""Of two seconds of that name, where the clocks go back at midnight, the later one."""


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day in the assignee's zone, in UTC."""
    return datetime.combine(day, _LAST_SECOND, zone).astimezone(UTC)
