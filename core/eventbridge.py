"""The bus: publishing events, and keeping whole what can never be published."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from core.clock import Clock
from core.errors import DependencyError
from core.events import SOURCE, Event

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_s3 import S3Client

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
_BATCH: Final = 10
_BATCH_BYTES: Final = 256 * 1024
_NEVER: Final = frozenset({"InvalidArgument", "MalformedDetail", "NotAuthorizedForSource"})

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
        failed: list[str] = []
        for batch in _batches([(event, self._entry(event)) for event in events]):
            with _translated("events"):
                answer = self._events.put_events(Entries=[entry for _, entry in batch])
            for (event, _), entry in zip(batch, answer["Entries"], strict=True):
                code = entry.get("ErrorCode")
                if code in _NEVER:
                    self.keep(event.event_id, event.envelope, reason=code)
                elif code is not None:
                    failed.append(code)
        if failed:
            raise DependencyError("events", ", ".join(sorted(set(failed))), retryable=True)

    def keep(self, name: str, content: dict[str, Any], *, reason: str) -> None:
        """Lay what can never be published whole into the bucket, for a person to look at and replay."""
        day = self._clock().strftime("%Y/%m/%d")
        with _translated("s3"):
            self._store.put_object(
                Bucket=self._bucket,
                Key=f"unpublished/{day}/{name}.json",
                Body=json.dumps({"reason": reason, "content": content}, default=str).encode(),
                ContentType="application/json",
            )

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
