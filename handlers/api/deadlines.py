"""The ways in which a client may write a deadline."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from core.errors import InvalidInputError
from core.tasks.deadlines import end_of_day


def parse_deadline(text: str, *, author: ZoneInfo, assignee: ZoneInfo) -> datetime:
    """Read ISO 8601, `YYYY-MM-DD` or `MM/DD/YYYY` as an instant in UTC.

    A bare date means the end of that day where the assignee is; a time without an offset counts where its author is.

    Raises:
        InvalidInputError: on `deadline`, `not_understood`.
    """
    try:
        day = _day(text.strip())
        if day is not None:
            return end_of_day(day, assignee)
        when = datetime.fromisoformat(text.strip())
        return (when if when.tzinfo else when.replace(tzinfo=author)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInputError.of("deadline", "not_understood") from None


def _day(text: str) -> date | None:
    if "/" in text:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 a day has no zone
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
