"""What people type for a deadline, read without guessing.

Times, weekdays and the words of offices are read here; what is left, dates with a month in them above all, is
parsedatetime's, which answers what it does not understand with the present moment, so that it is asked for days only.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import parsedatetime

from core.errors import InvalidInputError
from core.tasks.deadlines import end_of_day

_FRIDAY: Final = 4
_MONTHS: Final = 12
_HALF_DAY: Final = 12
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIMES: Final = {"noon": 12, "midday": 12, "morning": 9, "afternoon": 15, "evening": 18, "tonight": 20}
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORTEST_NAME: Final = 3
_ISO_DAY: Final = len("2026-12-24")
_LAST_SECOND: Final = time(23, 59, 59)
_REACH: Final = timedelta(365 * 50)
_UNITS: Final = {"h": "hours", "m": "minutes", "d": "days", "w": "weeks"}

_calendar = parsedatetime.Calendar(version=parsedatetime.VERSION_CONTEXT_STYLE)
_CLOCK: Final = re.compile(
    r"(?:\bat\s+)?(?:\b(?P<half_hour>\d{1,2})(?:[:.](?P<half_minute>\d\d))?\s*(?P<half>[ap])\.?m\b\.?"
    r"|\b(?P<hour>\d{1,2})(?::(?P<minute>\d\d)|\s?h(?P<past_h>\d\d)?|\s?uhr)\b"
    r"|\b(?P<word>noon|midday|morning|afternoon|evening|tonight)\b)"
)
_BARE_HOUR: Final = re.compile(r"\bat\s+(\d{1,2})$")
_SPAN: Final = re.compile(
    r"(?:in\s+)?(?P<count>\d{1,4}|an?|one|two|three)\s*"
    r"(?P<unit>h|hrs?|hours?|m|mins?|minutes?|d|days?|w|wks?|weeks?)(?:\s+from\s+(?:now|today))?"
)
_NUMERIC_DATE: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.]?(\d{4})?")
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WEEKDAY: Final = re.compile(r"(?:(?P<next>next|this)\s+)?(?P<name>[a-z]{3,9})\.?(?P<after>\s+next\s+week)?")
_WITH_MONTH: Final = re.compile(
    r"(?:the\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\.?\s*(?:of\s+)?[a-z]{3,9}|[a-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?)"
    r"(?:,?\s+\d{4})?|next\s+(?:month|year)|in\s+(?:a|\d{1,2})\s+months?"
)


class ClockChange(StrEnum):
    """What a change of the clocks did to a time that somebody typed."""

    SKIPPED = "skipped"
    """The clocks jump over it: it is taken as much later as they jump."""
    TWICE = "twice"
    """The clocks show it twice: the first one is taken."""


class Moment(NamedTuple):
    """A deadline on the time line, in UTC, and what had to be decided for it."""

    instant: datetime
    clock_change: ClockChange | None = None
    ends_day: bool = False
    """Whether it is the end of the assignee's day."""


class When(NamedTuple):
    """A day as typed; without a time it means the end of that day where the assignee is.

    `exactly` is set for spans of hours, which no clock change makes longer or shorter.
    """

    day: date
    at: time | None = None
    exactly: datetime | None = None

    def moment(self, *, author: ZoneInfo, assignee: ZoneInfo) -> Moment:
        """Place it on the time line: a time counts where its author is."""
        if self.exactly is not None:
            return Moment(self.exactly.astimezone(UTC))
        if self.at is None:
            return Moment(end_of_day(self.day, assignee), ends_day=True)
        earlier = datetime.combine(self.day, self.at, author)
        later = earlier.replace(fold=1)
        instant = earlier.astimezone(UTC)
        if earlier.utcoffset() == later.utcoffset():
            return Moment(instant)
        exists = instant.astimezone(author).replace(tzinfo=None) == earlier.replace(tzinfo=None)
        return Moment(instant, ClockChange.TWICE if exists else ClockChange.SKIPPED)


def parse_when(phrase: str, now: datetime) -> When:
    """Read a phrase such as `fri 5pm`, `tomorrow` or `2026-12-24`; `now` is local to whoever typed it.

    Raises:
        InvalidInputError: on `deadline`: `not_understood`, `no_such_day` where the calendar has none, or `ambiguous`
            (`ambiguous_time`, `ambiguous_midnight`) where it could be two.
    """
    text = re.sub(r"[\s,]+", " ", phrase.lower()).strip()
    try:
        read = _written_by_machine(text, now) or _when(re.sub(r"(?<=\d)t(?=\d)", " ", text).removeprefix("on "), now)
        is_near = abs(read.day - now.date()) <= _REACH
    except (ValueError, OverflowError):
        raise InvalidInputError.of("deadline", "not_understood", phrase=phrase) from None
    except _UnclearError as unclear:
        raise InvalidInputError.of("deadline", str(unclear), phrase=phrase) from None
    if not is_near:
        raise InvalidInputError.of("deadline", "not_understood", phrase=phrase)
    return read


class _UnclearError(Exception):
    """It reads like a date and is none yet: why, as a problem's code."""


def _written_by_machine(text: str, now: datetime) -> When | None:
    """A date and time in ISO 8601; one with its offset is the same moment for everybody."""
    try:
        read = datetime.fromisoformat(text.upper()).replace(microsecond=0)
    except ValueError:
        return None
    if len(text) <= _ISO_DAY:
        return None
    if read.tzinfo is None:
        return When(read.date(), read.time())
    return When(read.astimezone(now.tzinfo).date(), exactly=read)


def _when(text: str, now: datetime) -> When:
    """Raise ValueError for what cannot be read."""
    if span := _SPAN.fullmatch(text):
        return _after(span, now)
    if "midnight" in text.split():
        return _midnight(text, now.date())
    rest, at = _take_time(text)
    rest = rest.removeprefix("on ").strip()
    if not rest and at is not None:
        return When(now.date(), at)
    day, _, number = rest.rpartition(" ")
    if at is None and number.isdecimal() and _weekday(day, now.date()) is not None:
        raise _UnclearError("ambiguous_time")  # "friday 5" is no hour and no day of the month yet
    return When(_day(rest, now.date()), at)


def _midnight(text: str, today: date) -> When:
    """The next one; that of another day may be the one with which it begins or the one with which it ends."""
    day = " ".join(word for word in text.split() if word not in {"midnight", "at", "on", "tonight", "today"})
    if not day:
        return When(today, _LAST_SECOND)
    _day(day, today)
    raise _UnclearError("ambiguous_midnight")


def _after(span: re.Match[str], now: datetime) -> When:
    count = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}.get(span["count"]) or int(span["count"])
    unit = _UNITS[span["unit"][0]]
    if span["unit"] == "h" and not span[0].startswith("in") and count > _HALF_DAY // 2:
        raise _UnclearError("ambiguous_time")  # "17h" is five in the afternoon to half of the world
    if unit in {"days", "weeks"}:
        return When(now.date() + timedelta(**{unit: count}))
    exactly = now.astimezone(UTC) + timedelta(**{unit: count})
    return When(exactly.astimezone(now.tzinfo).date(), exactly=exactly)


def _take_time(text: str) -> tuple[str, time | None]:
    if bare := _BARE_HOUR.search(text):
        if int(bare[1]) <= _HALF_DAY:
            raise _UnclearError("ambiguous_time")
        return text[: bare.start()].strip(), time(int(bare[1]))
    found = list(_CLOCK.finditer(text))
    if not found:
        return text, None
    if len(found) > 1:
        raise _UnclearError("ambiguous_time")
    match = found[0]
    around = text[: match.start()].removesuffix("at "), text[match.end() :]
    return " ".join(" ".join(around).split()), _time(match)


def _time(match: re.Match[str]) -> time:
    if match["word"]:
        return time(_TIMES[match["word"]])
    if match["hour"]:
        return time(int(match["hour"]), int(match["minute"] or match["past_h"] or 0))
    hour = int(match["half_hour"])
    if not 1 <= hour <= _HALF_DAY:
        raise ValueError(match[0])
    return time(hour % _HALF_DAY + (_HALF_DAY if match["half"] == "p" else 0), int(match["half_minute"] or 0))


def _day(text: str, today: date) -> date:
    for read in (_office_day, _weekday, _numeric_day):
        if (day := read(text, today)) is not None:
            return day
    return _day_with_month(text, today)


_end_of_week: Final[Callable[[date], date]] = lambda day: day + timedelta((_FRIDAY - day.weekday()) % 7)  # noqa: E731


def _office_day(text: str, today: date) -> date | None:
    monday = today + timedelta(7 - today.weekday())
    match text.removeprefix("by ").removeprefix("the "):
        case "today" | "eod" | "end of day" | "end of the day" | "this":
            return today
        case "yesterday":
            return today - timedelta(1)
        case "tomorrow" | "tmr" | "tmrw" | "tomorow":
            return today + timedelta(1)
        case "day after tomorrow":
            return today + timedelta(2)
        case "eow" | "end of week" | "end of the week" | "end of this week" | "this week":
            return _end_of_week(today)
        case "end of next week" | "eow next week":
            return monday + timedelta(_FRIDAY)
        case "next week":
            return monday
        case "eom" | "end of month" | "end of the month" | "end of this month" | "this month":
            return _end_of_month(today)
        case "end of next month":
            return _end_of_month(_end_of_month(today) + timedelta(1))
        case "eoy" | "end of year" | "end of the year":
            return date(today.year, _MONTHS, 31)
        case "eoq" | "end of quarter" | "end of the quarter":
            return _end_of_month(date(today.year, (today.month + 2) // 3 * 3, 1))
    return None


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


def _weekday(text: str, today: date) -> date | None:
    """A weekday is the next one of that name, never today; `next friday` is the one of next week."""
    match = _WEEKDAY.fullmatch(text)
    known = [place for place, name in enumerate(_WEEKDAYS) if match and name.startswith(match["name"])]
    if match is None or len(known) != 1:
        return None
    if match["next"] == "next" or match["after"]:
        return today + timedelta(7 - today.weekday() + known[0])
    ahead = (known[0] - today.weekday()) % 7
    return today + timedelta(ahead or (0 if match["next"] else 7))


def _numeric_day(text: str, today: date) -> date | None:
    if iso := _ISO_DATE.fullmatch(text):
        return _calendar_day(int(iso[1]), int(iso[2]), int(iso[3]))
    ordinal = text.removeprefix("the ")[:-2]
    if text[-2:] in {"st", "nd", "rd", "th"} and ordinal.isdecimal():
        within = today if int(ordinal) >= today.day else _end_of_month(today) + timedelta(1)
        return _calendar_day(within.year, within.month, int(ordinal))
    match = _NUMERIC_DATE.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if first <= _MONTHS and second <= _MONTHS and first != second:
        raise _UnclearError("ambiguous")
    day, month = max(first, second), min(first, second)
    year = int(match[3] or today.year)
    if match[3] is None and (month, day) < (today.month, today.day):
        year += 1
    return _calendar_day(year, month, day)


def _calendar_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _UnclearError("no_such_day") from None


def _day_with_month(text: str, today: date) -> date:
    if _WITH_MONTH.fullmatch(text) is None:
        raise ValueError(text)
    noon = datetime.combine(today, time(12))
    found: Sequence[tuple[datetime, Any, int, int, str]] = _calendar.nlp(text, sourceTime=noon) or ()
    whole = [each[0] for each in found if each[2:4] == (0, len(text)) and each[1].hasDate and not each[1].hasTime]
    if len(found) == 1 and whole:
        return whole[0].date()
    if any(_is_month(word) for word in text.split()):
        raise _UnclearError("no_such_day")
    raise ValueError(text)


def _is_month(word: str) -> bool:
    bare = word.rstrip(".,")
    return len(bare) >= _SHORTEST_NAME and any(name.startswith(bare) for name in _MONTH_NAMES)
