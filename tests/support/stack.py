"""The whole local system, started once for every test that asks for it."""

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import pytest

from core.clock import system_clock
from core.settings import Door
from infra.local.local_stack import LocalStack, running

QUIET_SECONDS = 2.0
"""Longer than the emulator takes from one look at a stream or a queue to the next."""


def silently(_: str) -> AbstractContextManager[None]:
    """Show no progress."""
    return nullcontext()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The system as `make run` gives it, on free ports, when the news of the demo tasks has gone out."""
    with running(tmp_path_factory.mktemp("stack"), port=0, aws_port=0, progress=silently) as started:
        wait_until_quiet(started)
        # Whoever's hour had come is reminded now, and not at the next quarter, in the midst of a test.
        wake(started, system_clock())
        wait_until_quiet(started)
        yield started


def wake(stack: LocalStack, when: datetime) -> dict[str, Any]:
    """Call the function of the schedule as EventBridge does, for a time of one's own; give what it answers."""
    scheduled = {
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "time": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "detail": {},
    }
    answer = stack.aws.client("lambda").invoke(
        FunctionName=stack.info["functions"][Door.REMIND], Payload=json.dumps(scheduled).encode()
    )
    done: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, done
    return done


def wait_until_quiet(stack: LocalStack, seconds: float = 60) -> None:
    """Wait until no message has been waiting in, or been taken from, a notification queue for a while."""
    deadline = time.monotonic() + seconds
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET_SECONDS:
        if _waiting(stack):
            quiet_since = time.monotonic()
        assert time.monotonic() < deadline, f"messages are still waiting after {seconds} seconds"
        time.sleep(0.1)


def _waiting(stack: LocalStack) -> int:
    sqs = stack.aws.client("sqs")
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    queues = (stack.info["queues"][name] for name in ("slack", "email"))
    answers = (sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=counts) for queue in queues)
    return sum(int(count) for answer in answers for count in answer["Attributes"].values())
