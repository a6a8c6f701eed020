"""Slack has had too much: everybody waits as long as it asks for, and nothing counts as trouble."""

from datetime import datetime, timedelta

import pytest

from core.errors import DependencyError
from core.notifications.pace import PacedWork
from core.storage.memory_deliveries import MemoryPace
from tests.support.world import NOW, HeldClock

TOO_MUCH = DependencyError("slack", "ratelimited", retryable=True, retry_after=timedelta(seconds=30))
UNTIL = NOW + timedelta(seconds=30)


class Work:
    def __init__(self, *outcomes: DependencyError | datetime | None) -> None:
        self.outcomes = list(outcomes)
        self.done = 0

    def __call__(self) -> datetime | None:
        self.done += 1
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, DependencyError):
            raise outcome
        return outcome


def test_work_is_done_and_comes_again_when_it_says_so() -> None:
    work = Work(None, UNTIL)
    paced = PacedWork(MemoryPace(), HeldClock())

    assert paced.do(work) is None
    assert paced.do(work) == UNTIL


def test_who_is_told_to_wait_has_the_rest_of_the_batch_wait_too() -> None:
    paced, work, rest = PacedWork(MemoryPace(), HeldClock()), Work(TOO_MUCH), Work()

    assert paced.do(work) == UNTIL
    assert paced.do(rest) == UNTIL
    assert rest.done == 0


def test_other_workers_wait_too_and_go_on_when_the_time_has_passed() -> None:
    clock, pace = HeldClock(), MemoryPace()
    PacedWork(pace, clock).do(Work(TOO_MUCH))
    work = Work()

    assert PacedWork(pace, clock).do(work) == UNTIL
    clock.forward(timedelta(seconds=30))
    assert PacedWork(pace, clock).do(work) is None
    assert work.done == 1


def test_a_short_pause_is_sat_out() -> None:
    clock, pace, slept = HeldClock(), MemoryPace(), list[float]()
    pace.hold_until(NOW + timedelta(seconds=2))
    work = Work()

    assert PacedWork(pace, clock, slept.append).do(work) is None

    assert (work.done, slept) == (1, [2])


def test_other_trouble_is_trouble() -> None:
    paced = PacedWork(MemoryPace(), HeldClock())

    with pytest.raises(DependencyError):
        paced.do(Work(DependencyError("slack", "internal_error", retryable=True)))

    assert paced.do(Work()) is None


def test_a_pace_that_cannot_be_read_is_the_trouble_of_one_message() -> None:
    class Down(MemoryPace):
        def held_until(self) -> datetime | None:
            raise DependencyError("dynamodb", "ThrottlingException", retryable=True)

    paced = PacedWork(Down(), HeldClock())

    with pytest.raises(DependencyError):
        paced.do(Work())
