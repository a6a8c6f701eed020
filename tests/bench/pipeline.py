"""Many changes through the local stack, from relay to notifiers: how late news is, and what a change costs."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from core.errors import ConflictError
from core.ids import SlackUserId
from core.notifications.model import Channel
from core.tasks.model import NewTask
from infra.local.local_stack import running
from tests.bench.measures import Row
from tests.journey.test_many_at_once import give, settled
from tests.support.faulty import Deployed
from tests.support.faulty import Row as News
from tests.support.stack import silently, wait_until_quiet

TOLD_EVERY: Final = 20
"""One change in so many is told to somebody: Slack takes five messages a second, however many changes there are."""
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
        return [
            Row(f"{changes:,} changes, one in {TOLD_EVERY} told to somebody", f"made in {made:.0f} s"),
            Row("until the last was told", f"{took:.0f} s"),
            Row("throughput", f"{changes / took:.0f} changes a second"),
            *rows,
            Row("invocations for a change", _invocations(log, start, changes)),
        ]  # fmt: skip


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


def _invocations(log: Path, start: int, changes: int) -> str:
    """Counted in what the functions log."""
    count: Counter[str] = Counter()
    with log.open("rb") as lines:
        lines.seek(start)
        for line in lines:
            _, brace, rest = line.partition(b'{"time"')
            if brace and b'"message": "invocation"' in rest:
                count[json.loads(brace + rest)["logger"].removeprefix("handlers.")] += 1
    return ", ".join(f"{door} {number / changes:.3f}" for door, number in count.most_common())
