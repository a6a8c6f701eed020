"""The function of the schedule: for which time it sweeps, and that one sweep's trouble keeps no other from its work."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import DependencyError
from core.settings import Door
from core.storage import schema
from tests.support.loopback import answer
from tests.support.played_aws import PlayedAws, aws_played, started

NINE = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-11-23T09:00:00Z", "detail": {}}
SWEPT: dict[str, Any] = {
    "Item": {"pk": {"S": "x"}, "sk": {"S": "x"}, "until": {"S": "2026-11-23T08:45:00.000000Z"}, "type": {"S": "SWEPT"}}
}


def queried(aws: PlayedAws, index: str | None) -> list[str]:
    """The values that Queries of an index, or of the table itself, asked for."""
    found = [call["ExpressionAttributeValues"] for call in aws.asked("Query") if call.get("IndexName") == index]
    return [value["S"] for values in found for value in values.values()]


def test_it_does_what_was_due_at_the_time_it_was_woken_for() -> None:
    with aws_played(GetItem=SWEPT) as aws, started(Door.REMIND, aws) as remind:
        assert remind(NINE, None) == {"released": 0, "reminded": 0}

    assert [value.partition("OUTBOX#")[2] for value in queried(aws, None) if "OUTBOX#" in value] == [
        "2026-11-23T08:45:00.000000Z",
        "2026-11-23T09:00:00.000000Z",
    ]
    [board, before] = queried(aws, schema.BOARD)
    assert board.endswith("BOARD#open")
    assert before.startswith("2026-12-02T09:00:00")


def test_called_by_hand_it_does_what_is_due_now() -> None:
    with aws_played() as aws, started(Door.REMIND, aws) as remind:
        remind({}, None)

    [_, before] = queried(aws, schema.BOARD)
    now = datetime.now(UTC)
    assert timedelta() <= now - (datetime.fromisoformat(before) - timedelta(days=9)) < timedelta(minutes=5)


def test_where_one_sweep_fails_the_other_goes_on_and_the_call_is_repeated() -> None:
    busy = answer(400, json.dumps({"__type": "ThrottlingException", "message": "busy"}))
    with aws_played(GetItem=busy) as aws, started(Door.REMIND, aws) as remind, pytest.raises(DependencyError):
        remind(NINE, None)

    assert queried(aws, schema.BOARD)


def test_where_one_sweep_is_broken_the_other_goes_on_and_the_error_is_seen() -> None:
    broken = {"Item": {**SWEPT["Item"], "until": {"S": "no time"}}}
    with (
        aws_played(GetItem=broken) as aws,
        started(Door.REMIND, aws) as remind,
        pytest.raises(ValueError, match="time"),
    ):
        remind(NINE, None)

    assert queried(aws, schema.BOARD)
