"""Deleted tasks and writes that change nothing: the same over memory and over DynamoDB."""

from datetime import timedelta

import pytest

from core.errors import NotFoundError
from tests.core.storage.conftest import Kept
from tests.core.storage.test_contract import ADA, ANA, make_task, save
from tests.support.world import NOW


@pytest.fixture(autouse=True)
def _people(kept: Kept) -> None:
    kept.people.add(ADA)
    kept.people.add(ANA)


def test_of_a_deleted_task_only_its_history_is_left(kept: Kept) -> None:
    kept.tasks.next_number()
    task = make_task(1, deadline=NOW + timedelta(days=1))
    save(kept, task, once="make")
    gone = task.model_copy(update={"deleted_at": NOW, "version": 2})
    save(kept, gone, before=task, once="delete")

    with pytest.raises(NotFoundError) as missing:
        kept.tasks.get(task.task_id)
    assert missing.value.kind == "deleted task"
    assert kept.tasks.open_of(ANA.person_id, limit=10).items == []
    assert list(kept.tasks.everything(limit=10).items) == []
    assert len(kept.tasks.history(task.task_id, limit=10).items) == 2
    assert kept.people.get(ANA.person_id).open_tasks == 0
    assert not save(kept, gone, before=task, once="delete")


def test_a_deleted_task_comes_back_whole(kept: Kept) -> None:
    task = make_task(1, description="words", deadline=NOW + timedelta(days=1))
    save(kept, task)
    gone = task.model_copy(update={"deleted_at": NOW, "version": 2})
    save(kept, gone, before=task)
    back = task.model_copy(update={"version": 3})
    save(kept, back, before=gone)

    assert kept.tasks.get(task.task_id) == back
    assert [each.task_id for each in kept.tasks.open_of(ANA.person_id, limit=10).items] == ["T-1"]
    assert kept.people.get(ANA.person_id).open_tasks == 1


def test_a_write_that_leaves_the_task_as_it_is_adds_to_its_history(kept: Kept) -> None:
    task = make_task(1)
    save(kept, task)
    save(kept, task, before=task, once="said")
    save(kept, task, before=task, once="said")

    assert kept.tasks.get(task.task_id) == task
    assert len(kept.tasks.history(task.task_id, limit=10).items) == 2
