"""The bus: publishing events, and keeping whole what can never be published."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from core import metrics
from core.clock import Clock
from core.errors import DependencyError
from core.events import SOURCE, Event

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_s3 import S3Client

UNPUBLISHED: Final = "unpublished/"
"""Where in the bucket lies what was kept."""

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
_BATCH: Final = 10
_BATCH_BYTES: Final = 256 * 1024
_NEVER: Final = frozenset({"InvalidArgument", "MalformedDetail", "NotAuthorizedForSource"})

_log = logging.getLogger(__name__)

_Entry = tuple[Event, "PutEventsRequestEntryTypeDef"]


class EventPublisher:
    def __init__(self, events: "EventBridgeClient", store: "S3Client", *, bus: str, bucket: str, clock: Clock) -> None:
        self._events = events
        self._store = store
        self._bus = bus
        self._bucket = bucket
        self._clock = clock

    def publish(self, events: Sequence[Event]) -> None:
        """Put events on the bus; an event may go out twice, never not at all.

        Raises:
            DependencyError: some could not be published now; the whole call may be repeated.
        """
        failed: set[str] = set()
        for event, code in self.refused(events):
            if code in _NEVER:
                self.keep(event.event_id, event.envelope, reason=code)
            else:
                failed.add(code)
        if failed:
            raise DependencyError("events", ", ".join(sorted(failed)), retryable=True)

    def refused(self, events: Sequence[Event]) -> list[tuple[Event, str]]:
        """Put events on the bus and give back those that it refused, each with its error code.

        Raises:
            DependencyError: a whole call failed; any of the events may be on the bus.
        """
        refused: list[tuple[Event, str]] = []
        for batch in _batches([(event, self._entry(event)) for event in events]):
            with _translated("events"):
                answer = self._events.put_events(Entries=[entry for _, entry in batch])
            codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
            refused += [(event, code) for (event, _), code in zip(batch, codes, strict=True) if code is not None]
        return refused

    def keep(self, name: str, content: dict[str, Any], *, reason: str) -> None:
        """Lay what can never be published whole into the bucket, for a person to look at and replay."""
        now = self._clock()
        with _translated("s3"):
            self._store.put_object(
                Bucket=self._bucket,
                Key=f"{UNPUBLISHED}{now:%Y/%m/%d}/{name}.json",
                Body=json.dumps({"reason": reason, "content": content}, default=str).encode(),
                ContentType="application/json",
            )
        _log.error("kept what cannot be published", extra={"reason": reason, **metrics.of_unpublished(now=now)})

    def _entry(self, event: Event) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.detail_type,
            "Detail": json.dumps(event.detail),
            "Time": event.occurred_at,
        }


def _batches(entries: "Sequence[_Entry]") -> "Iterator[list[_Entry]]":
    """Cut into runs that one call takes."""
    batch: list[_Entry] = []
    size = 0
    for event, entry in entries:
        added = _size(entry)
        if batch and (len(batch) == _BATCH or size + added >= _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((event, entry))
        size += added
    if batch:
        yield batch


def _size(entry: "PutEventsRequestEntryTypeDef") -> int:
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html: 14 are for the time.
    return 14 + sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))


@contextmanager
def _translated(dependency: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        # Nothing is lost by trying again: the stream keeps the records, and consumers drop repeats.
        raise DependencyError(dependency, type(error).__name__, retryable=True) from error
