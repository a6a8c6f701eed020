"""Events that come twice, in the wrong order, or at the same moment."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.events import EventType
from core.notifications.model import Channel
from core.tasks.model import TaskStatus
from infra.local.local_stack import NEWS_WAIT_SECONDS
from tests.faults.conftest import Holds
from tests.support.faulty import KEYS, Faulty
from tests.support.patience import eventually

pytestmark = pytest.mark.stack


def test_the_same_event_comes_twice(faulty: Faulty, holds: Holds) -> None:
    row = faulty.give("Twice the same")
    faulty.told(row)
    for channel in Channel:
        queue = faulty.stack.info["queues"][channel]
        faulty.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(row.event.envelope))

    holds(faulty.told(row))


def test_events_come_out_of_order(faulty: Faulty, holds: Holds) -> None:
    faulty.hurries = False
    with faulty.held_up(2) as messages:
        row = faulty.give("Out of order")
        faulty.deployed.tasks.change_status(faulty.deployed.ada, row.task_id, TaskStatus.BLOCKED)
        waiting = eventually(messages)
        time.sleep(float(NEWS_WAIT_SECONDS))
        for message in sorted(waiting, key=when, reverse=True):
            faulty.invoke_with(message)
    told = faulty.told(row)

    card = faulty.deployed.table.get(KEYS.card(row.task_id, row.person.person_id))
    assert card is not None
    assert card["shown_version"] == 2
    holds(told)


def test_two_events_come_before_the_first_card(faulty: Faulty, holds: Holds) -> None:
    """Two workers at once, the first of which waits for Slack."""
    with faulty.held_up(3) as messages:
        first = faulty.give("Two at once")
        ada, tasks = faulty.deployed.ada, faulty.deployed.tasks
        tasks.assign(ada, first.task_id, None)
        tasks.assign(ada, first.task_id, first.person.person_id)
        row = faulty.watching(faulty.deployed.news(first.task_id, EventType.TASK_ASSIGNED, first.person))
        waiting = [each for each in eventually(messages) if is_assignment(each)]
        faulty.start_two()
        faulty.slack("faults", kind="delay", method="chat.postMessage", seconds=3)
        earlier, later = sorted(waiting, key=when)
        with ThreadPoolExecutor(1) as worker:
            worker.submit(faulty.invoke_with, earlier)
            eventually(lambda: not faulty.slack_faults())
            faulty.invoke_with(later)

    holds(faulty.told(row))


def when(message: dict[str, Any]) -> str:
    return str(json.loads(message["Body"])["detail"]["event_id"])


def is_assignment(message: dict[str, Any]) -> bool:
    return bool(json.loads(message["Body"])["detail-type"] == "TaskAssigned")
