"""Publishing: what stands on the bus, what is tried again, and what is kept where a person finds it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import ANY, Stubber
from moto import mock_aws

from core.errors import DependencyError
from core.eventbridge import EventPublisher
from core.events import Event
from tests.support.loopback import hang_up, listening, nobody_there
from tests.support.news import assigned, make_task
from tests.support.recorded import RecordedCalls
from tests.support.world import NOW, HeldClock

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client

BUS, BUCKET = "bus", "unpublished"


@dataclass(frozen=True, slots=True)
class Aws:
    events: "EventBridgeClient"
    s3: "S3Client"
    calls: RecordedCalls

    @property
    def publisher(self) -> EventPublisher:
        return EventPublisher(self.events, self.s3, bus=BUS, bucket=BUCKET, clock=HeldClock())

    def on_the_bus(self) -> list[dict[str, Any]]:
        """What the accepted entries look like to a rule's target."""
        return [
            {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
            for batch in self.batches()
            for entry in batch
        ]

    def kept(self) -> dict[str, dict[str, Any]]:
        keys = [each["Key"] for each in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        return {key: json.loads(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys}

    def batches(self) -> list[list[dict[str, Any]]]:
        return [arguments["Entries"] for operation, arguments in self.calls.calls if operation == "PutEvents"]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with mock_aws():
        session = boto3.Session(region_name="eu-north-1")
        events, s3 = session.client("events"), session.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
        events.create_event_bus(Name=BUS)
        calls = RecordedCalls()
        calls.listen_to(events)
        yield Aws(events, s3, calls)


def many(number: int, **facts: Any) -> list[Event]:
    return [assigned(make_task(**facts)) for _ in range(number)]


def test_an_event_stands_on_the_bus_with_its_type_its_time_and_everything_its_readers_need(aws: Aws) -> None:
    [event] = many(1, title="Fix login — éè")

    aws.publisher.publish([event])

    [envelope] = aws.on_the_bus()
    assert (envelope["source"], envelope["detail-type"]) == ("app.taskmgmt", "TaskAssigned")
    assert Event.from_bus(envelope) == event
    [[entry]] = aws.batches()
    assert (entry["EventBusName"], entry["Time"]) == (BUS, NOW)


def test_ten_go_out_at_a_time_and_none_is_left(aws: Aws) -> None:
    events = many(23)

    aws.publisher.publish(events)

    assert [len(batch) for batch in aws.batches()] == [10, 10, 3]
    assert {envelope["detail"]["event_id"] for envelope in aws.on_the_bus()} == {event.event_id for event in events}


def test_no_call_carries_more_than_the_bus_takes(aws: Aws) -> None:
    events = many(10, description="\N{PARTY POPPER}" * 3000)

    aws.publisher.publish(events)

    sizes = [sum(len(entry["Detail"].encode()) for entry in batch) for batch in aws.batches()]
    assert max(sizes) < 256 * 1024  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
    assert len(aws.on_the_bus()) == 10


def test_nothing_to_publish_asks_nothing_of_the_bus(aws: Aws) -> None:
    aws.publisher.publish([])

    assert aws.batches() == []


def answered(aws: Aws, *codes: str | None) -> Stubber:
    """The bus answers with these codes, one an entry, and 200, as it does when only some entries failed."""
    stub = Stubber(aws.events)
    entries = [{"EventId": "1"} if code is None else {"ErrorCode": code, "ErrorMessage": "no"} for code in codes]
    failed = sum(code is not None for code in codes)
    stub.add_response("put_events", {"FailedEntryCount": failed, "Entries": entries}, {"Entries": ANY})
    return stub


def test_an_entry_that_failed_for_now_is_no_success(aws: Aws) -> None:
    with answered(aws, None, "ThrottlingException", "InternalFailure"), pytest.raises(DependencyError) as failure:
        aws.publisher.publish(many(3))

    assert failure.value.retryable
    assert failure.value.reason == "InternalFailure, ThrottlingException"
    assert aws.kept() == {}


@pytest.mark.parametrize("code", ["MalformedDetail", "InvalidArgument", "NotAuthorizedForSource"])
def test_what_can_never_be_published_is_kept_whole_and_the_rest_goes_on(aws: Aws, code: str) -> None:
    good, bad, also_good = many(3, description="words")
    with answered(aws, None, code, None):
        aws.publisher.publish([good, bad, also_good])

    [(key, kept)] = aws.kept().items()
    assert key == f"unpublished/2026/11/18/{bad.event_id}.json"
    assert kept["reason"] == code
    assert Event.from_bus(kept["content"]) == bad


def test_after_a_failed_entry_the_batches_behind_it_still_go_out(aws: Aws) -> None:
    stub = answered(aws, "ThrottlingException", *[None] * 9)
    stub.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "2"}]}, {"Entries": ANY})

    with stub, pytest.raises(DependencyError):
        aws.publisher.publish(many(11))

    stub.assert_no_pending_responses()


def test_where_nothing_can_be_kept_the_event_is_not_given_up(aws: Aws) -> None:
    aws.s3.delete_bucket(Bucket=BUCKET)

    with answered(aws, "MalformedDetail"), pytest.raises(DependencyError) as failure:
        aws.publisher.publish(many(1))

    assert (failure.value.dependency, failure.value.retryable) == ("s3", True)


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalException", "AccessDeniedException"])
def test_a_call_that_the_bus_refuses_is_repeated(aws: Aws, code: str) -> None:
    stub = Stubber(aws.events)
    stub.add_client_error("put_events", code)

    with stub, pytest.raises(DependencyError) as failure:
        aws.publisher.publish(many(1))

    assert (failure.value.dependency, failure.value.retryable) == ("events", True)


def test_an_unreachable_bus_is_repeated() -> None:
    def unreachable(url: str) -> DependencyError:
        client = boto3.client(
            "events", region_name="eu-north-1", aws_access_key_id="x", aws_secret_access_key="x", endpoint_url=url,
            config=Config(retries={"total_max_attempts": 1}),
        )  # fmt: skip
        publisher = EventPublisher(client, boto3.client("s3"), bus=BUS, bucket=BUCKET, clock=HeldClock())
        with pytest.raises(DependencyError) as failure:
            publisher.publish(many(1))
        return failure.value

    assert unreachable(nobody_there()).retryable
    with listening(hang_up) as server:
        assert unreachable(server.url).retryable
