"""Many changes through the local stack, from relay to notifiers: how late news is, and what a change costs."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from core.errors import ConflictError
from core.ids import SlackUserId
from core.notifications.model import Channel
from core.settings import Door
from core.tasks.model import NewTask
from infra.cost import ITEMS
from infra.local.local_stack import LocalStack, running
from tests.bench.measures import Row
from tests.bench.spent import CHANGE, PUBLISHED, QUEUED, READ, WRITTEN, Spent, counted
from tests.journey.test_many_at_once import give, settled
from tests.support.faulty import Deployed
from tests.support.faulty import Row as News
from tests.support.stack import silently, wait_until_quiet

TOLD_EVERY: Final = 20
"""One change in so many is told to somebody: Slack takes five messages a second, however many changes there are."""
COUNTED: Final = 400
"""So many more changes are made behind proxies that count requests."""
GB_SECONDS: Final = 0.3 * 0.5
"""Of an invocation, as `infra.cost` reckons."""
_THREADS: Final = 4


def pipeline(folder: Path, changes: int) -> list[Row]:
    with running(folder / "stack", port=0, aws_port=0, progress=silently) as stack:
        wait_until_quiet(stack)
        log = folder / "stack" / "emulator" / "emulator.log"
        start = log.stat().st_size
        deployed, began = Deployed(stack), time.monotonic()
        with ThreadPoolExecutor(_THREADS) as threads:
            news = [each for each in threads.map(lambda number: _change(deployed, number), range(changes)) if each]
        made = time.monotonic() - began
        wait_until_quiet(stack, 120 + changes)
        took = time.monotonic() - began
        rows = [_lags(deployed, news, channel) for channel in Channel]
        invoked = _invocations(log, start, log.stat().st_size)
        spent = _spent(stack, min(changes, COUNTED))
        return [
            Row(f"{changes:,} changes, one in {TOLD_EVERY} told to somebody", f"made in {made:.0f} s"),
            Row("until the last was told", f"{took:.0f} s"),
            Row("throughput", f"{changes / took:.0f} changes a second"),
            *rows,
            Row("invocations for a change", _each(invoked, changes, digits=3)),
            *_costs(spent, min(changes, COUNTED), {door: count / changes for door, count in invoked.items()}),
        ]  # fmt: skip


def _spent(stack: LocalStack, changes: int) -> Spent:
    """What the same kind of changes is spent on, made on their own: whoever counts holds up what is measured."""
    with counted(stack) as spent:
        deployed = Deployed(stack)
        _change(deployed, 0)
        wait_until_quiet(stack, 120)
        spent.clear()  # What functions ask for as they start.
        client = deployed.table._client
        client.meta.events.register(
            "before-parameter-build.dynamodb", lambda params, model, **_: spent.note(CHANGE, model.name, params)
        )
        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(lambda number: _change(deployed, number), range(changes)))
        wait_until_quiet(stack, 120 + changes)
    return spent


def _costs(spent: Spent, changes: int, invoked: Mapping[str, float]) -> list[Row]:
    rows = [
        Row(f"requests for a change, {who}, in {changes:,} more", _each(operations, changes, digits=2))
        for who, operations in spent.requests.items()
    ]
    paid = {what: count / changes for what, count in spent.paid.items()}
    notifiers = sum(invoked.get(door, 0) for door in (Door.NOTIFY_SLACK, Door.NOTIFY_EMAIL, Door.WORK))
    seen = sum(each[name] for each in spent.requests.values() for name in ("SendMessage", "ChangeMessageVisibility"))
    calls = sum(invoked.values())
    # Each message is sent by its rule; each batch is received, and deleted, for the function that it invokes.
    of_queues = paid[QUEUED] + 2 * notifiers + seen / changes
    emails = spent.requests.get(Door.NOTIFY_EMAIL, Counter())["SendEmail"] / changes
    bought = {
        "Lambda: calls": calls, "Lambda: GB-seconds": calls * GB_SECONDS, "DynamoDB: write": paid[WRITTEN],
        "DynamoDB: read": paid[READ], "EventBridge": paid[PUBLISHED], "SQS": of_queues, "SES": emails,
    }  # fmt: skip
    dollars = {what: 10_000 * count * price_of_one(what) for what, count in bought.items()}
    told = ", ".join(f"{what} ${cost:.3f}" for what, cost in sorted(dollars.items(), key=lambda each: -each[1]))
    units = ", ".join(f"{what} {count:.2f}" for what, count in {**paid, "requests of queues": of_queues}.items())
    return [
        *rows,
        Row("paid for with a change, at least", units),
        Row("10,000 such changes at list prices, without free allowances", f"${sum(dollars.values()):.2f}: {told}"),
    ]


def price_of_one(what: str) -> float:
    [price] = {item.price / item.per for item in ITEMS if item.name.startswith(what)}
    return price


def _each(count: Mapping[str, int], changes: int, *, digits: int) -> str:
    ordered = sorted(count.items(), key=lambda each: -each[1])
    return ", ".join(f"{what} {number / changes:.{digits}f}" for what, number in ordered)


def _change(deployed: Deployed, number: int) -> News | None:
    """Give Ana a task, or write down one of one's own, of which nobody is told."""
    if number % TOLD_EVERY == 0:
        return give(deployed, number, deployed.people.linked_to(SlackUserId("U0ANA")))
    while True:
        try:
            deployed.tasks.create(deployed.ada, NewTask(title=f"Own {number}", assigned_to=deployed.ada.person_id))
        except ConflictError:
            continue  # Another thread counted a task of hers at this moment.
        return None


def _lags(deployed: Deployed, news: list[News], channel: Channel) -> Row:
    found = [settled(deployed, each, channel) for each in news]
    assert {state for state, _ in found} == {"sent"}, channel
    seconds = sorted(lag.total_seconds() for _, lag in found)
    p50, p99 = (seconds[min(len(seconds) - 1, int(len(seconds) * part))] for part in (0.50, 0.99))
    return Row(f"from the change to its {channel} message, {len(seconds)} of them", f"p50 {p50:.1f} s, p99 {p99:.1f} s")


def _invocations(log: Path, start: int, end: int) -> Counter[str]:
    """Counted in what the functions log."""
    count: Counter[str] = Counter()
    with log.open("rb") as lines:
        lines.seek(start)
        for line in lines.read(end - start).splitlines():
            _, brace, rest = line.partition(b'{"time"')
            if brace and b'"message": "invocation"' in rest:
                count[json.loads(brace + rest)["logger"].removeprefix("handlers.")] += 1
    return count
