"""Metrics as fields of a log line, from which CloudWatch takes them: the embedded metric format.

They go into a log call's `extra`, which the JSON formatter writes at the top level of the line, where CloudWatch looks.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

NAMESPACE: Final = "TaskBot"
_MILLISECONDS: Final = "Milliseconds"
_COUNT: Final = "Count"


class Outcome(StrEnum):
    """What became of one attempt to tell somebody something; the names of the metrics."""

    SENT = "Sent"
    RETRIED = "Retried"
    """It certainly did not arrive, and is tried again."""
    AMBIGUOUS = "Ambiguous"
    """It may have arrived: whoever comes next looks first."""
    SETTLED = "Settled"
    """Looking showed that an earlier attempt had arrived."""
    SUPPRESSED = "Suppressed"
    """It is not said: the address gets no more mail, or it was taken back or became moot before it could be.

    What a person has turned off is no attempt, and counts nowhere.
    """
    FAILED = "Failed"
    """It will not be tried again."""


def of_answer(door: str, *, status: int, milliseconds: int, now: datetime) -> dict[str, Any]:
    """Count an answer that somebody waited for, its time, and whether it was a refusal or a failure of ours."""
    units = {"Answers": _COUNT, "AnswerTime": _MILLISECONDS, "Refusals": _COUNT, "Failures": _COUNT}
    values = {"Answers": 1, "AnswerTime": milliseconds}
    values |= {"Refusals": int(400 <= status < 500), "Failures": int(status >= 500)}
    return {**_directive(units, now, ("door",)), "door": door, **values}


def of_refusal(door: str, *, is_our_fault: bool, now: datetime) -> dict[str, Any]:
    """Count a refusal, or a failure, that is told in words, by an answer with a good status."""
    name = "Failures" if is_our_fault else "Refusals"
    return {**_directive({name: _COUNT}, now, ("door",)), "door": door, name: 1}


def of_delivery(outcome: Outcome, *, channel: str, kind: str, now: datetime, since: datetime) -> dict[str, Any]:
    """Count an outcome by channel; where something was sent, say how long after it was due (`since`) too.

    It is due when it happens, and where somebody's settings hold it back, when they let it go. The kind is a field and
    no dimension: CloudWatch is paid for each combination of dimensions.
    """
    values: dict[str, Any] = {outcome: 1}
    units = {str(outcome): _COUNT}
    if outcome is Outcome.SENT:
        values["Lag"] = _milliseconds(now - since)
        units["Lag"] = _MILLISECONDS
    return {**_directive(units, now, ("channel",)), "channel": channel, "kind": kind, **values}


def of_relay(changed: Sequence[datetime], *, now: datetime) -> dict[str, Any]:
    """Say how long after the changes they were published; at most 100, as many as a batch of the stream has."""
    return {
        **_directive({"RelayLag": _MILLISECONDS}, now, ()),
        "RelayLag": [_milliseconds(now - each) for each in changed],
    }


def of_unpublished(*, now: datetime) -> dict[str, Any]:
    """Count something that could not be published and waits to be replayed."""
    return {**_directive({"Unpublished": _COUNT}, now, ()), "Unpublished": 1}


def _directive(units: Mapping[str, str], now: datetime, dimensions: Sequence[str]) -> dict[str, Any]:
    return {
        "_aws": {
            "Timestamp": round(now.timestamp() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [list(dimensions)],
                    "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
                }
            ],
        }
    }


def _milliseconds(time: timedelta) -> int:
    return round(time / timedelta(milliseconds=1))
