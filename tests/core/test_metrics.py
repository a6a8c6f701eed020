"""Metrics as CloudWatch reads them out of a log line.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from core import metrics
from core.metrics import Outcome
from handlers._runtime import JsonFormatter
from tests.support.world import NOW

AGO = NOW - timedelta(seconds=1.25)


def logged(fields: dict[str, Any]) -> dict[str, Any]:
    """The line that a function writes."""
    record = logging.getLogger("test").makeRecord("test", logging.INFO, "", 0, "said", (), None, extra=fields)
    line: dict[str, Any] = json.loads(JsonFormatter().format(record))
    return line


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_counted_by_channel_and_its_line_names_the_kind(outcome: Outcome) -> None:
    line = logged(metrics.of_delivery(outcome, channel="slack", kind="assigned", now=NOW, since=AGO))

    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert line["_aws"]["Timestamp"] == NOW.timestamp() * 1000
    assert directive["Dimensions"] == [["channel"]]
    assert {"Name": outcome, "Unit": "Count"} in directive["Metrics"]
    assert (line["channel"], line["kind"], line[outcome]) == ("slack", "assigned", 1)


def test_the_time_from_the_change_is_measured_where_something_was_sent() -> None:
    sent = logged(metrics.of_delivery(Outcome.SENT, channel="email", kind="assigned", now=NOW, since=AGO))
    failed = logged(metrics.of_delivery(Outcome.FAILED, channel="email", kind="assigned", now=NOW, since=AGO))

    assert {"Name": "Lag", "Unit": "Milliseconds"} in sent["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert sent["Lag"] == 1250
    assert "Lag" not in failed


def test_every_metric_and_dimension_that_a_line_announces_stands_at_its_top() -> None:
    for fields in (
        metrics.of_delivery(Outcome.SENT, channel="email", kind="assigned", now=NOW, since=AGO),
        metrics.of_relay([AGO, NOW], now=NOW),
        metrics.of_unpublished(now=NOW),
        metrics.of_answer("slack", status=200, milliseconds=12, now=NOW),
        metrics.of_refusal("slack", is_our_fault=False, now=NOW),
        metrics.of_refusal("slack", is_our_fault=True, now=NOW),
    ):
        line = logged(fields)
        for directive in line["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == "TaskBot"
            assert {name for names in directive["Dimensions"] for name in names} <= line.keys()
            assert {each["Name"] for each in directive["Metrics"]} <= line.keys()


@pytest.mark.parametrize(("status", "refusals", "failures"), [(200, 0, 0), (302, 0, 0), (404, 1, 0), (503, 0, 1)])
def test_an_answer_is_counted_and_timed_by_door(status: int, refusals: int, failures: int) -> None:
    line = logged(metrics.of_answer("slack", status=status, milliseconds=180, now=NOW))

    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["door"]]
    assert (line["door"], line["Answers"], line["AnswerTime"]) == ("slack", 1, 180)
    assert (line["Refusals"], line["Failures"]) == (refusals, failures)
