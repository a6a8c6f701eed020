"""Cursors, where Slack gives a list in pages: https://docs.slack.dev/apis/web-api/pagination"""

import base64
import binascii
from collections.abc import Sequence
from typing import Final, TypeVar

from infra.local.slack.errors import SlackError
from infra.local.slack.web_api.arguments import Arguments

Item = TypeVar("Item")

_MARK: Final = "offset:"


def page_of(
    items: Sequence[Item], args: Arguments, *, default: int, most: int, zero_is_default: bool = False
) -> tuple[Sequence[Item], str]:
    """Give the page that was asked for, and the cursor of the next one; no cursor after the last.

    Raises:
        SlackError: `invalid_limit` or `invalid_cursor`.
    """
    start = _offset(args.text("cursor"))
    asked = args.text("limit")
    end = start + _limit("" if zero_is_default and asked == "0" else asked, default=default, most=most)
    return items[start:end], _cursor(end) if end < len(items) else ""


def _limit(text: str, *, default: int, most: int) -> int:
    if not text:
        return default
    # isdecimal alone takes digits of any script and of any number.
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise SlackError("invalid_limit")
    return int(text)


def _cursor(offset: int) -> str:
    return base64.b64encode(f"{_MARK}{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        written = base64.b64decode(cursor, validate=True).decode()
    except (ValueError, binascii.Error) as problem:
        raise SlackError("invalid_cursor") from problem
    offset = written.removeprefix(_MARK)
    if offset == written or not (offset.isascii() and offset.isdecimal() and len(offset) < 10):
        raise SlackError("invalid_cursor")
    return int(offset)
