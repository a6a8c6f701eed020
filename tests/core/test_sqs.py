"""What one channel puts into the other's queue."""

import json
from typing import Any

from core.ids import EventId
from core.sqs import QueueHandover
from tests.support.news import ANA, assigned


class Queue:
    """Keeps what was put in."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []

    def send_message(self, *, MessageBody: str, **_: str) -> None:  # noqa: N803 - as boto3 calls it
        self.bodies.append(json.loads(MessageBody))


def test_what_is_handed_over_names_for_whom_and_with_what() -> None:
    queue, event = Queue(), assigned()
    handover = QueueHandover(queue, "https://queue")  # type: ignore[arg-type]

    handover.give(event, ANA.person_id, [EventId("2"), EventId("1")])
    handover.announce(event)

    handed = {"instead": [ANA.person_id], "together": ["1", "2"]}
    assert queue.bodies == json.loads(json.dumps([event.envelope | handed, event.envelope]))
