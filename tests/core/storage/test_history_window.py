"""The window of a task's history in which news of a burst is gathered."""

from datetime import timedelta

import pytest

from core.events import Event
from core.ids import TaskId
from core.tasks.ports import TaskWrite
from tests.core.storage.conftest import Kept
from tests.support.news import ADA, ANA, commented, make_task
from tests.support.recorded import RecordedCalls
from tests.support.world import NOW


def written(kept: Kept, *seconds: float) -> list[Event]:
    """A task with a comment at each of these moments, in seconds from now."""
    task = make_task(task_id=TaskId("T-1"))
    kept.people.add(ADA)
    kept.people.add(ANA)
    events = [commented(task, when=NOW + timedelta(seconds=each)) for each in seconds]
    kept.tasks.save(TaskWrite(None, task, ()))
    for event in events:
        kept.tasks.save(TaskWrite(task, task, (event,)))
    return events


def test_what_happened_from_an_instant_on_comes_oldest_first(kept: Kept) -> None:
    _, second, third, fourth = written(kept, -60, 0, 0, 30)

    assert kept.history.history_since(TaskId("T-1"), NOW, limit=10) == [second, third, fourth]
    assert kept.history.history_since(TaskId("T-1"), NOW, limit=2) == [second, third]
    assert kept.history.history_since(TaskId("T-1"), NOW + timedelta(milliseconds=1), limit=10) == [fourth]


def test_a_task_that_never_was_has_no_history(kept: Kept) -> None:
    assert kept.history.history_since(TaskId("T-9"), NOW, limit=10) == []


@pytest.mark.parametrize("kept", ["dynamodb"], indirect=True)
def test_the_window_is_one_query(kept: Kept, calls: RecordedCalls) -> None:
    written(kept, *range(20))
    calls.calls.clear()

    kept.history.history_since(TaskId("T-1"), NOW, limit=50)

    assert calls.operations == ["Query"]
