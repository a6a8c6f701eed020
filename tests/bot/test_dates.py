"""Deadlines as people type them: what each phrase means, where its author is, also when the clocks change.

What is expected was worked out by hand: the wall time of each phrase, and the offsets below, which are those of the
time zone database for these days.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.dates import ClockChange, When, parse_when
from core.errors import InvalidInputError
from core.tasks.deadlines import end_of_day

EOD = None
"""No time of its own: the last second of that day."""


@dataclass(frozen=True)
class Change:
    """A zone around one change of its clocks; offsets are in minutes east of Greenwich, `at` is the instant."""

    zone: str
    at: datetime
    before: int
    after: int

    def instant(self, wall: datetime) -> datetime:
        """The first instant at which clocks here show `wall`; where none do, as if they had not been changed."""
        early = (wall - timedelta(minutes=self.before)).replace(tzinfo=UTC)
        late = (wall - timedelta(minutes=self.after)).replace(tzinfo=UTC)
        return late if late >= self.at and early >= self.at else early

    def last(self, wall: datetime) -> datetime:
        """The last instant at which clocks here show `wall`."""
        late = (wall - timedelta(minutes=self.after)).replace(tzinfo=UTC)
        return late if late >= self.at else (wall - timedelta(minutes=self.before)).replace(tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SPRING_AND_FALL = [
    Change("Europe/Stockholm", at("2026-03-29T01:00"), 60, 120),
    Change("Europe/Stockholm", at("2026-10-25T01:00"), 120, 60),
    Change("America/New_York", at("2026-03-08T07:00"), -300, -240),
    Change("America/New_York", at("2026-11-01T06:00"), -240, -300),
    Change("Australia/Lord_Howe", at("2026-10-03T15:30"), 630, 660),  # half an hour
    Change("Australia/Lord_Howe", at("2026-04-04T15:00"), 660, 630),
    Change("America/Santiago", at("2026-09-06T04:00"), -240, -180),  # at midnight
    Change("America/Santiago", at("2026-04-05T03:00"), -180, -240),
    Change("Asia/Kolkata", at("2026-03-29T01:00"), 330, 330),  # never; the days of Stockholm
    Change("Asia/Kolkata", at("2026-10-25T01:00"), 330, 330),
    Change("America/Sao_Paulo", at("2026-03-29T01:00"), -180, -180),
    Change("America/Sao_Paulo", at("2026-10-25T01:00"), -180, -180),
]

# `now` is half past nine in the morning of the day before the clocks change, which is a Saturday in all of these.
PHRASES: dict[str, tuple[int, time | None]] = {
    "today": (0, EOD), "eod": (0, EOD), "end of day": (0, EOD), "5pm": (0, time(17)), "at 5 pm": (0, time(17)),
    "17:30": (0, time(17, 30)), "noon": (0, time(12)), "tonight": (0, time(20)), "today 11:59pm": (0, time(23, 59)),
    "tomorrow": (1, EOD), "tmr": (1, EOD), "tomorrow 9am": (1, time(9)), "tomorrow at 14:00": (1, time(14)),
    "9am tomorrow": (1, time(9)), "tomorrow morning": (1, time(9)), "tomorrow 1:15": (1, time(1, 15)),
    "tomorrow 2:15": (1, time(2, 15)), "tomorrow 2:30am": (1, time(2, 30)), "tomorrow 3am": (1, time(3)),
    "tomorrow 12am": (1, time(0)), "tomorrow 12:30am": (1, time(0, 30)), "day after tomorrow": (2, EOD),
    "sun": (1, EOD), "sunday 8pm": (1, time(20)), "sunday 1:45am": (1, time(1, 45)), "mon": (2, EOD),
    "monday 9am": (2, time(9)), "on monday": (2, EOD), "tue noon": (3, time(12)), "wednesday": (4, EOD),
    "fri 5pm": (6, time(17)), "friday afternoon": (6, time(15)), "sat": (7, EOD), "this saturday": (0, EOD),
    "next saturday": (7, EOD), "next friday": (6, EOD), "next week": (2, EOD), "eow": (6, EOD),
    "end of week": (6, EOD), "end of next week": (6, EOD), "in 2 days": (2, EOD), "3 days": (3, EOD),
    "in a week": (7, EOD), "1w": (7, EOD),
}  # fmt: skip


def names(change: Change) -> str:
    return f"{change.zone} {change.at:%b}"


@pytest.mark.parametrize("change", SPRING_AND_FALL, ids=names)
@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_is_the_same_wall_time_on_both_sides_of_a_clock_change(change: Change, phrase: str) -> None:
    zone = ZoneInfo(change.zone)
    eve = (change.at + timedelta(minutes=change.after)).date() - timedelta(1)
    eve -= timedelta((eve.weekday() - 5) % 7)
    assert eve.weekday() == 5
    days, expected = PHRASES[phrase]
    day = eve + timedelta(days)

    moment = parse_when(phrase, datetime.combine(eve, time(9, 30), zone)).moment(author=zone, assignee=zone)

    if expected is None:
        assert moment.instant == change.last(datetime.combine(day, time(23, 59, 59)))
    else:
        assert moment.instant == change.instant(datetime.combine(day, expected))


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(PHRASES) >= 40
    assert len({change.zone for change in SPRING_AND_FALL}) == 6


STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=STOCKHOLM)  # a Wednesday
MORE: dict[str, date | datetime] = {
    "2026-12-24": date(2026, 12, 24),
    "2026-12-24 14:00": datetime.fromisoformat("2026-12-24T14:00"),
    "2026-12-24T14:00": datetime.fromisoformat("2026-12-24T14:00"),
    "24 dec": date(2026, 12, 24),
    "dec 24, 5pm": datetime.fromisoformat("2026-12-24T17:00"),
    "december 24th": date(2026, 12, 24),
    "24.12.": date(2026, 12, 24),
    "24/12/2027": date(2027, 12, 24),
    "12/24": date(2026, 12, 24),
    "5/5": date(2027, 5, 5),
    "may 5": date(2027, 5, 5),
    "wed": date(2026, 11, 25),
    "this wednesday": date(2026, 11, 18),
    "next wed": date(2026, 11, 25),
    "next friday": date(2026, 11, 27),
    "friday next week": date(2026, 11, 27),
    "eom": date(2026, 11, 30),
    "end of next month": date(2026, 12, 31),
    "end of quarter": date(2026, 12, 31),
    "eoy": date(2026, 12, 31),
    "next month": date(2026, 12, 1),
    "in a month": date(2026, 12, 18),
    "yesterday": date(2026, 11, 17),
    "midnight": datetime.fromisoformat("2026-11-18T23:59:59"),
    "tonight at midnight": datetime.fromisoformat("2026-11-18T23:59:59"),
    "the 1st": date(2026, 12, 1),
    "22nd": date(2026, 11, 22),
    "on the 18th": date(2026, 11, 18),
    "the 20th 9am": datetime.fromisoformat("2026-11-20T09:00"),
    "monday at 14h": datetime.fromisoformat("2026-11-23T14:00"),
    "mon 8h30": datetime.fromisoformat("2026-11-23T08:30"),
    "fri 17 uhr": datetime.fromisoformat("2026-11-20T17:00"),
    "at 17h": datetime.fromisoformat("2026-11-18T17:00"),
    "noon tomorrow": datetime.fromisoformat("2026-11-19T12:00"),
    "2026-12-24T14:00:30": datetime.fromisoformat("2026-12-24T14:00:30"),
}


@pytest.mark.parametrize("phrase", MORE)
def test_other_phrases(phrase: str) -> None:
    expected = MORE[phrase]
    read = parse_when(phrase, NOW)

    if isinstance(expected, datetime):
        assert (read.day, read.at) == (expected.date(), expected.time())
    else:
        assert read == When(expected)


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("1/2", "ambiguous"), ("3.4.", "ambiguous"), ("at 5", "ambiguous_time"), ("fri at 9", "ambiguous_time"),
        ("fri midnight", "ambiguous_midnight"), ("17h", "ambiguous_time"), ("fri 5pm 6pm", "ambiguous_time"),
        ("banana", "not_understood"), ("31 feb", "no_such_day"), ("25:00", "not_understood"),
        ("fri 13pm", "not_understood"), ("fri 9-10", "not_understood"), ("monday or tuesday", "not_understood"),
        ("", "not_understood"), ("5", "not_understood"), ("9999-12-31", "not_understood"),
        ("in 9999 weeks", "not_understood"), ("now", "not_understood"), ("30 feb 2027", "no_such_day"),
        ("midnight tomorrow", "ambiguous_midnight"), ("midnight banana", "not_understood"),
        ("2026-02-31", "no_such_day"), ("31/2", "no_such_day"), ("the 31st", "no_such_day"),
        ("5 apples", "not_understood"),
        ("friday 5", "ambiguous_time"), ("fri 17", "ambiguous_time"), ("0am", "not_understood"),
        ("26 uhr", "not_understood"), ("weekend", "not_understood"), ("asap", "not_understood"),
    ],
)  # fmt: skip
def test_what_could_be_two_things_or_nothing_is_asked_about(phrase: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_when(phrase, NOW)

    assert refused.value.problems[0].code == code


@pytest.mark.parametrize(
    ("day", "phrase", "expected", "change"),
    [
        ("2026-03-28", "tomorrow 2:30", "2026-03-29T01:30", ClockChange.SKIPPED),
        ("2026-03-28", "tomorrow 3:00", "2026-03-29T01:00", None),
        ("2026-10-24", "tomorrow 2:30", "2026-10-25T00:30", ClockChange.TWICE),
        ("2026-10-24", "tomorrow 3:00", "2026-10-25T02:00", None),
    ],
)
def test_the_missing_and_the_double_hour_are_resolved_and_said(
    day: str, phrase: str, expected: str, change: ClockChange | None
) -> None:
    now = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=STOCKHOLM)

    moment = parse_when(phrase, now).moment(author=STOCKHOLM, assignee=STOCKHOLM)

    assert (moment.instant, moment.clock_change) == (at(expected), change)


def test_hours_from_now_are_hours_whatever_the_clocks_do() -> None:
    now = datetime(2026, 3, 29, 1, 30, tzinfo=STOCKHOLM)

    assert parse_when("in 2 hours", now).moment(author=STOCKHOLM, assignee=STOCKHOLM).instant == at("2026-03-29T02:30")


@pytest.mark.parametrize(
    ("phrase", "instant"),
    [
        ("2026-12-24T14:00Z", "2026-12-24T14:00"),
        ("2026-12-24T14:00:00.123Z", "2026-12-24T14:00"),
        ("2026-12-24T14:00+05:30", "2026-12-24T08:30"),
        ("2026-12-24 23:30-08:00", "2026-12-25T07:30"),
    ],
)
def test_a_date_with_its_offset_is_that_moment_wherever_its_author_is(phrase: str, instant: str) -> None:
    assert parse_when(phrase, NOW).moment(author=STOCKHOLM, assignee=ZoneInfo("Asia/Kolkata")).instant == at(instant)


def test_midnight_is_where_its_author_is() -> None:
    moment = parse_when("midnight", NOW).moment(author=STOCKHOLM, assignee=ZoneInfo("Asia/Kolkata"))

    assert (moment.instant, moment.ends_day) == (at("2026-11-18T22:59:59"), False)


def test_a_day_ends_where_the_assignee_is_and_a_time_counts_where_its_author_is() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")

    def instant(phrase: str) -> datetime:
        return parse_when(phrase, NOW).moment(author=STOCKHOLM, assignee=kolkata).instant

    assert instant("tomorrow") == at("2026-11-19T18:29:59")
    assert instant("tomorrow 9am") == at("2026-11-19T08:00")


def test_a_day_whose_last_hour_comes_twice_ends_with_the_second() -> None:
    assert end_of_day(date(2026, 4, 4), ZoneInfo("America/Santiago")) == at("2026-04-05T03:59:59")


WORDS = [
    *PHRASES,
    *MORE,
    "at",
    "in",
    "next",
    "by",
    "-",
    "midnight",
    "14h",
    "2026-12-24T14:00Z",
    "99",
    "0",
    "am",
    ":",
    "/",
    ".",
    "th",
    "\x00",
    "²",
    "٣",
]


@settings(max_examples=1500, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)))
def test_nothing_that_is_typed_breaks_it(phrase: str) -> None:
    try:
        read = parse_when(phrase, NOW)
    except InvalidInputError:
        return

    assert abs(read.moment(author=STOCKHOLM, assignee=ZoneInfo("America/Santiago")).instant - NOW) < timedelta(51 * 365)
