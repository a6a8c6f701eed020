"""The owner's name and Slack user as they lie on tasks, so that no list asks who somebody is: brought in line later.

Open tasks alone: a closed one shows its owner as they were called then, as its history does.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from core.clock import Clock
from core.errors import ConflictError, NotFoundError
from core.ids import PersonId, TaskId
from core.people.model import Person
from core.people.ports import PersonRepository
from core.tasks.model import Task
from core.tasks.ports import TaskRepository, TaskWrite

_CHUNK: Final = 25

_log = logging.getLogger(__name__)


class OwnerNames:
    def __init__(self, tasks: TaskRepository, people: PersonRepository, clock: Clock) -> None:
        self._tasks = tasks
        self._people = people
        self._clock = clock

    def bring_in_line(self, person_id: PersonId, patience: timedelta) -> bool:
        """Write on a person's open tasks who they are now; False where some are left and it should be done again.

        It may be repeated and broken off, and comes to the same in whatever order people's changes come. A task's
        version and history stay: nobody has changed the task.

        Raises:
            DependencyError: the store is busy; retryable.
        """
        try:
            person = self._people.get(person_id)
        except NotFoundError:
            return True
        until, is_in_line, looked_at = self._clock() + patience, True, 0
        for task in self._open(person_id):
            if task.assigned_to == person.ref:
                continue
            if looked_at and looked_at % _CHUNK == 0 and self._clock() >= until:
                return False
            is_in_line &= self._rewrite(task.task_id, person)
            looked_at += 1
        return is_in_line

    def _open(self, person_id: PersonId) -> Iterator[Task]:
        cursor: str | None = None
        while True:
            page = self._tasks.open_of(person_id, limit=_CHUNK, cursor=cursor)
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return

    def _rewrite(self, task_id: TaskId, person: Person) -> bool:
        try:
            before = self._tasks.get(task_id)
            if before.owner_id != person.person_id or before.assigned_to == person.ref:
                return True  # The list lags a moment behind the tasks.
            after = before.model_copy(update={"assigned_to": person.ref})
            self._tasks.save(TaskWrite(before, after, ()))
        except NotFoundError:
            return True
        except ConflictError:
            _log.info("a task is changed while its owner is renamed", extra={"task_id": task_id})
            return False
        return True
