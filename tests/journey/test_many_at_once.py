"""Many assignments in one go: nothing lost, nothing doubled, Slack's rate kept, and how long people wait.

`ASSIGNMENTS` and `PEOPLE` in the environment name other numbers: `make wave` gives a thousand to two hundred people.
"""

import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx
import pytest

from core.clock import system_clock
from core.errors import ConflictError
from core.ids import PersonId, SlackUserId
from core.notifications.model import Channel
from core.people.model import Group, Person
from core.storage.schema import Keys
from infra.local.demo import TEAM_ID
from infra.local.local_stack import LocalStack
from tests.support.faulty import Deployed, Row
from tests.support.figures import Figures
from tests.support.stack import wait_until_quiet
from tests.support.workspace import visiting

pytestmark = pytest.mark.stack

ASSIGNMENTS = int(os.environ.get("ASSIGNMENTS", "60"))
PEOPLE = int(os.environ.get("PEOPLE", "0"))
"""How many more there are than the demo team: everybody has a conversation of their own, and Slack a rate for it."""
A_MINUTE = 360
"""Messages that Slack takes from an app in a workspace: "several hundred".
https://docs.slack.dev/apis/web-api/rate-limits"""
THREADS = 4


def newcomers(stack: LocalStack, deployed: Deployed, count: int) -> list[Person]:
    return [newcomer(stack, deployed, number) for number in range(count)]


def newcomer(stack: LocalStack, deployed: Deployed, number: int) -> Person:
    person = Person(
        person_id=PersonId(f"sub-many-{number}"),
        email=f"many.{number}@example.com",
        given_name=f"Many{number}",
        groups=frozenset({Group.TEAM_MEMBERS}),
        checked_at=system_clock(),
        slack_user_id=SlackUserId(f"U0MANY{number}"),
    )
    facts = {"name": f"many{number}", "id": person.slack_user_id, "email": person.email}
    httpx.post(f"{stack.url}/_local/slack/people", json=facts, trust_env=False, timeout=30).raise_for_status()
    deployed.people.add(person)
    return person


def give(deployed: Deployed, number: int, to: Person) -> Row:
    while True:
        try:
            return deployed.give(f"Many at once {number}", to)
        except ConflictError:
            continue  # Somebody else counted a task of the same person at this moment.


def settled(deployed: Deployed, row: Row, channel: Channel) -> tuple[str, timedelta]:
    """What a record says, and how long after the change."""
    record = deployed.table.get(Keys(TEAM_ID).delivery(row.event.event_id, channel, row.person.person_id))
    assert record is not None, (row.task_id, channel)
    return record["state"], datetime.fromisoformat(record["settled_at"]) - row.event.occurred_at


def most_within(seconds: float, times: Sequence[float]) -> int:
    """The most that happened within any so many seconds."""
    first, most = 0, 0
    for last, when in enumerate(times):
        while when - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_many_assignments_in_one_go_reach_everybody_once(stack: LocalStack, figures: Figures) -> None:
    deployed = Deployed(stack)
    linked = [deployed.people.linked_to(SlackUserId(each)) for each in ("U0ANA", "U0BEN", "U0OMAR")]
    people = newcomers(stack, deployed, PEOPLE) or linked
    with visiting(stack) as workspace:
        began = time.monotonic()
        with ThreadPoolExecutor(THREADS) as threads:
            rows = list(threads.map(lambda n: give(deployed, n, people[n % len(people)]), range(ASSIGNMENTS)))
        given = time.monotonic() - began
        wait_until_quiet(stack, 60 + ASSIGNMENTS)

        records = {channel: [settled(deployed, row, channel) for row in rows] for channel in Channel}
        messages = workspace.everything(naming="Many at once")
        mails = Counter(each["Subject"].partition("]")[0] for each in workspace.every_email(naming="Many at once"))
    for channel in Channel:
        assert {state for state, _ in records[channel]} == {"sent"}
        figures.say(lags(channel, [lag for _, lag in records[channel]]))
    cards = Counter(each["metadata"]["event_payload"]["task_id"] for each in messages)
    assert cards == Counter(row.task_id for row in rows)
    assert mails == Counter(f"[{row.task_id}" for row in rows)
    posted = sorted(float(each["ts"]) for each in messages)
    assert most_within(60, posted) <= A_MINUTE
    figures.say(
        f"{ASSIGNMENTS} assignments to {len(people)} people, made within {given:.1f} s: {len(messages)} Slack messages "
        f"and {sum(mails.values())} emails, at most {most_within(60, posted)} messages a minute"
    )


def lags(channel: Channel, found: Sequence[timedelta]) -> str:
    seconds = sorted(each.total_seconds() for each in found)
    p50, p99 = (seconds[min(len(seconds) - 1, int(len(seconds) * part))] for part in (0.50, 0.99))
    return f"from the change to the record that it was sent, {channel}: p50 {p50:.1f} s, p99 {p99:.1f} s"
