"""Reading a slice of one or several partitions as if they were one list."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from boto3.dynamodb.conditions import ConditionBase

from core.errors import InvalidInputError
from core.storage import schema
from core.storage.dynamodb.table import Item, Partition, Table
from core.storage.slices import Cursor, just_above, just_below
from core.tasks.queries import Slice

MAX_QUERIES: Final = 3
"""After so many Queries, each of another partition, a slice shows what it has."""
LOOKED_AT: Final = (50, 100)
"""Rows of each Query where rows are left out: most often the first are enough, and after the second a slice shows what
it has, however many there are."""
LOOKED_AT_BY_DYNAMODB: Final = (50, 450)
"""The same where DynamoDB leaves them out: what it does not send costs us no time."""


class SliceReader:
    def __init__(
        self,
        table: Table,
        partitions: Sequence[Partition],
        keep: Callable[[Item], bool],
        *,
        discards: bool,
        only: ConditionBase | None = None,
    ) -> None:
        """Read slices of `partitions`; `keep` says which rows belong, `discards` whether it leaves any out.

        `only` holds for every row that belongs, and for few others: DynamoDB does not send the rest.
        """
        self._table = table
        self._partitions = partitions
        self._keep = keep
        self._discards = discards
        self._only = only

    def read(self, limit: int, at: str | None) -> Slice[Item]:
        """Give up to `limit` rows from a place on; raise InvalidInputError for a place that is not of this list."""
        place = self._place(at)
        rows, stopped, gave_up = self._collect(limit, place)
        if place.goes_on:
            if not rows and at is not None and stopped is None:
                # The page is gone: what came before it is as near as one gets.
                return self.read(limit, Cursor(place.partition, just_above(place.sort), goes_on=False).text())
            before = self._beside(rows[0], goes_on=False) if at is not None and rows else None
            return Slice(rows, before, stopped.text() if stopped else None, gave_up)
        if stopped is None:
            return self.read(limit, None) if at is not None else Slice(rows)
        rows.reverse()
        following = self._beside(rows[-1], goes_on=True) if rows else place._replace(goes_on=True).text()
        return Slice(rows, stopped.text(), following, gave_up)

    def _collect(self, limit: int, place: Cursor) -> tuple[list[Item], Cursor | None, bool]:
        """The rows, where they stopped before the end, and whether for want of patience."""
        rows: list[Item] = []
        chunks = iter(self._chunks(limit))
        for partition in self._from(place):
            spot = Cursor(partition.key, place.sort if partition.key == place.partition else "", place.goes_on)
            rest = _beyond(partition, spot)
            while not rest.is_empty:
                chunk = next(chunks, None)
                if chunk is None:
                    return rows, spot, True
                items, after = self._table.page(rest, limit=chunk, only=self._only)
                for item in items:
                    if self._keep(item):
                        if len(rows) == limit:
                            return rows, Cursor.read(self._beside(rows[-1], goes_on=place.goes_on)), False
                        rows.append(item)
                if after is None:
                    break
                spot = Cursor.read(self._beside(after, goes_on=place.goes_on))
                rest = _beyond(partition, spot)
        return rows, None, False

    def _chunks(self, limit: int) -> Sequence[int]:
        if not self._discards:
            return (limit + 1,) * MAX_QUERIES
        return LOOKED_AT if self._only is None else LOOKED_AT_BY_DYNAMODB

    def _from(self, place: Cursor) -> Sequence[Partition]:
        keys = [partition.key for partition in self._partitions]
        start = keys.index(place.partition)
        if place.goes_on:
            return self._partitions[start:]
        return [replace(each, ascending=not each.ascending) for each in reversed(self._partitions[: start + 1])]

    def _place(self, at: str | None) -> Cursor:
        if at is None:
            return Cursor(self._partitions[0].key, "")
        place = Cursor.read(at)
        if place.partition not in {partition.key for partition in self._partitions}:
            raise InvalidInputError.of("cursor", "not_understood")
        return place

    def _beside(self, item: Item, *, goes_on: bool) -> str:
        index = self._partitions[0].index
        partition_key, sort_key = schema.index_keys(index) if index else (schema.PARTITION_KEY, schema.SORT_KEY)
        return Cursor(item[partition_key], item[sort_key], goes_on).text()


def _beyond(partition: Partition, place: Cursor) -> Partition:
    """What of a partition lies beyond a place, in the partition's own direction."""
    if not place.sort:
        return partition
    if partition.ascending:
        return replace(partition, low=max(partition.low, just_above(place.sort)))
    below = just_below(place.sort)
    return replace(partition, high=min(partition.high, below) if partition.high else below)
