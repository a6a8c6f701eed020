"""What people type for a deadline, read without guessing.

The reading itself is parsedatetime's; what it gets wrong or guesses at is caught here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import parsedatetime

from core.errors import InvalidInputError
from core.tasks.deadlines import end_of_day

_FRIDAY: Final = 4
_MONTHS: Final = 12

_calendar = parsedatetime.Calendar(version=parsedatetime.VERSION_CONTEXT_STYLE)
_NUMERIC_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.]?(\d{4})?((?:\s.*)?)")
_CLOCK = re.compile(r"\d:\d|\d\s*h\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class When:
    """A day as typed; without a time it means the end of that day where the assignee is."""

    day: date
    at: time | None = None

    def instant(self, *, author: ZoneInfo, assignee: ZoneInfo) -> datetime:
        """Place it on the time line: a time counts where its author is."""
        if self.at is None:
            return end_of_day(self.day, assignee)
        return datetime.combine(self.day, self.at, author)


def parse_when(phrase: str, now: datetime) -> When:
    """Read a phrase such as `fri 5pm`, `tomorrow` or `2026-12-24`; `now` is local to whoever typed it.

    Raises:
        InvalidInputError: on `deadline`: `not_understood`, or `ambiguous` where it could be two dates.
    """
    text = " ".join(phrase.lower().split()).removeprefix("on ")
    if (office_word := _office_word(text, now.date())) is not None:
        return When(office_word)
    text = _year_first(text)
    found: Sequence[tuple[datetime, Any, int, int, str]] = (
        _calendar.nlp(text, sourceTime=now.replace(tzinfo=None)) or ()
    )
    not_understood = InvalidInputError.of("deadline", "not_understood", phrase=phrase)
    if len(found) != 1:
        raise not_understood
    read, context, start, end, _ = found[0]
    # It answers with the present moment for days that do not exist, and drops hours that do not.
    nothing_read = not context.hasDateOrTime
    if (start, end) != (0, len(text)) or nothing_read or (_CLOCK.search(text) and not context.hasTime):
        raise not_understood
    return When(read.date(), read.time() if context.hasTime else None)


def _office_word(text: str, today: date) -> date | None:
    """Give the day of words that the library does not know, or reads as a day gone by."""
    match text:
        case "today" | "eod" | "end of day" | "end of the day":
            return today
        case "eow" | "end of week" | "end of the week" | "end of this week":
            return today + timedelta((_FRIDAY - today.weekday()) % 7)
        case "eom" | "end of month" | "end of the month" | "end of this month":
            return (today.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
        case "next week":
            return today + timedelta(7 - today.weekday())
    return None


def _year_first(text: str) -> str:
    """Write `24/12/2026` as the library reads it, which takes the month first; refuse what could be two dates."""
    match = _NUMERIC_DATE.fullmatch(text)
    if match is None:
        return text
    first, second, year, rest = int(match[1]), int(match[2]), match[3], match[4]
    if first <= _MONTHS and second <= _MONTHS and first != second:
        raise InvalidInputError.of("deadline", "ambiguous", phrase=text)
    day, month = max(first, second), min(first, second)
    return (f"{year}-{month:02}-{day:02}" if year else f"{month}/{day}") + rest
