"""Since when somebody wants to know: days that have passed, as people say them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.commands.dates import parse_when
from core.errors import InvalidInputError

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST: Final = 3
_AGO: Final = re.compile(r"(?P<count>\d{1,4}|an?|one|two|three)\s+(?P<unit>day|week|month|year)s?(?:\s+ago)?")
_COUNTS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}


def parse_since(phrase: str, now: datetime) -> datetime:
    """Read a phrase such as `monday`, `3 weeks ago` or `2026-11-01` as the beginning of that day, in UTC.

    `now` is local to whoever typed it; a weekday is the last one, today included.

    Raises:
        InvalidInputError: on `since`: `not_understood`, or `in_future`.
    """
    text = re.sub(r"[\s,]+", " ", phrase.lower()).strip()
    try:
        day = _day(text.removeprefix("last "), now.date()) or _typed_date(text, now)
        begins = datetime.combine(day, time.min, now.tzinfo).astimezone(UTC)
    except (InvalidInputError, OverflowError, ValueError):
        raise InvalidInputError.of("since", "not_understood", phrase=phrase) from None
    if day > now.date():
        raise InvalidInputError.of("since", "in_future", phrase=phrase)
    return begins


def _day(text: str, today: date) -> date | None:
    if ago := _AGO.fullmatch(text):
        count = _COUNTS.get(ago["count"]) or int(ago["count"])
        return today - timedelta(count * _DAYS[ago["unit"]])
    for number, name in enumerate(_WEEKDAYS):
        if len(text) >= _SHORTEST and name.startswith(text):
            return today - timedelta((today.weekday() - number) % 7)
    ordinal = text.removeprefix("the ")[:-2]
    if text[-2:] in {"st", "nd", "rd", "th"} and ordinal.isdecimal():
        within = today if int(ordinal) <= today.day else today.replace(day=1) - timedelta(1)
        return within.replace(day=int(ordinal))
    this_monday = today - timedelta(today.weekday())
    named = {
        "today": today,
        "yesterday": today - timedelta(1),
        "this week": this_monday,
        "week": this_monday - timedelta(7),
        "this month": today.replace(day=1),
        "month": (today.replace(day=1) - timedelta(1)).replace(day=1),
        "this year": today.replace(month=1, day=1),
    }
    return named.get(text)


def _typed_date(text: str, now: datetime) -> date:
    """A date; one without a year that lies ahead is last year's."""
    day = parse_when(text, now).day
    is_day_of_year = re.search(r"\d", text) and not re.search(r"\d{4}|^in ", text)
    return day.replace(year=day.year - 1) if is_day_of_year and day > now.date() else day
