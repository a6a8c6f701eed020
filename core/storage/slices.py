"""Places in a list, from which one goes on or back; they stay good when the list changes.

A place is a sort key, not a number of rows: whatever came or went meanwhile, what lies beyond it lies beyond it still.
"""

from typing import Final, NamedTuple

from core.errors import InvalidInputError

_LONGEST: Final = 1000
"""Bytes; DynamoDB refuses sort keys of more than 1024."""
_ON: Final = ">"
_BACK: Final = "<"
_BELOW_EVERY_DIGIT: Final = " "
_ABOVE_EVERY_DIGIT: Final = "~"


class Cursor(NamedTuple):
    """Beside the item with this sort key in this partition; an empty `sort` is the partition's very beginning."""

    partition: str
    sort: str
    goes_on: bool = True

    def text(self) -> str:
        return f"{_ON if self.goes_on else _BACK}|{self.partition}|{self.sort}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Raise InvalidInputError for what is no place."""
        way, _, rest = text.partition("|")
        partition, bar, sort = rest.partition("|")
        fits = len(text.encode()) <= _LONGEST
        if way not in {_ON, _BACK} or not bar or not partition or not fits:
            raise InvalidInputError.of("cursor", "not_understood")
        return cls(partition, sort, way == _ON)


def just_above(sort: str) -> str:
    """The least key above one that ends in a number, which nothing longer than it lies below."""
    return sort + _BELOW_EVERY_DIGIT


def just_below(sort: str) -> str:
    """A key below one that ends in a number, with no other such key between."""
    return sort[:-1] + chr(ord(sort[-1]) - 1) + _ABOVE_EVERY_DIGIT
