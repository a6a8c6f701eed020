"""What is done once, whoever keeps the markers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from core.storage.memory_once import MemoryOnceRepository
from tests.core.storage.conftest import Kept
from tests.support.world import HeldClock


def test_what_was_taken_is_not_taken_again_within_a_day(kept: Kept) -> None:
    assert kept.once.take("share:1")
    assert not kept.once.take("share:1")
    assert kept.once.take("share:2")

    kept.clock.forward(timedelta(days=1))
    assert not kept.once.take("share:1")
    kept.clock.forward(timedelta(seconds=1))
    assert kept.once.take("share:1")


def test_what_was_given_back_can_be_taken_again_once(kept: Kept) -> None:
    kept.once.take("share:1")
    kept.once.give_back("share:1")

    assert kept.once.take("share:1")
    assert not kept.once.take("share:1")


def test_of_many_at_the_same_time_one_takes_it() -> None:
    once = MemoryOnceRepository(HeldClock())
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: once.take("share:1"), range(64)))

    assert taken.count(True) == 1
