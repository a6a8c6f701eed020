"""Every line with metrics in it that the functions can log."""

from typing import Any

from core import metrics
from infra.constructs.measured import CHANNELS
from infra.stage import BEHIND_HTTP
from tests.support.world import NOW


def metric_lines() -> list[dict[str, Any]]:
    return [
        *(metrics.of_answer(door, status=200, milliseconds=1, now=NOW) for door in BEHIND_HTTP),
        *(
            metrics.of_delivery(outcome, channel=channel, kind="assigned", now=NOW, since=NOW)
            for outcome in metrics.Outcome
            for channel in CHANNELS
        ),
        metrics.of_relay([NOW], now=NOW),
        metrics.of_unpublished(now=NOW),
    ]
