"""What people type, without the characters that show nothing themselves and change how the text around them reads."""

import unicodedata
from typing import Final

from pydantic import BeforeValidator

_KEPT: Final = "\t\n\r"
_TURNING: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Embeddings, overrides and isolates: one that is not closed turns what stands behind the text as well. Arabic and
Hebrew need none of them. https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings"""
_JOINING: Final = (0x2060, 0xFEFF)
"""Word joiner and byte order mark: copied from a Slack message they come back unseen."""
_CONTROLS: Final = (each for each in (*range(0x20), *range(0x7F, 0xA0)) if chr(each) not in _KEPT)
_DROPPED: Final = dict.fromkeys((*_CONTROLS, *_TURNING, *_JOINING))


def _plain(typed: object) -> object:
    return typed.translate(_DROPPED) if isinstance(typed, str) else typed


Plain: Final = BeforeValidator(_plain)
"""Put last in an `Annotated[str, …]`: the text comes without those characters before anything else is asked of it."""


def shows_something(text: str) -> bool:
    """Whether there is anything to see, and not white space and invisible characters alone."""
    return any(unicodedata.category(each)[0] not in "ZC" for each in text)
