"""Closed tasks lie in one partition a month; these name the months."""

from collections.abc import Iterator
from datetime import UTC, datetime


def month_of(when: datetime) -> str:
    """Name the month of an instant, in UTC: `2026-11`."""
    return when.astimezone(UTC).strftime("%Y-%m")


def months_back_to(first: str, now: datetime) -> Iterator[str]:
    """Name every month from the present one back to `first`."""
    year, month = map(int, month_of(now).split("-"))
    while (name := f"{year:04}-{month:02}") >= first:
        yield name
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
