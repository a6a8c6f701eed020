"""The words by which tasks are found, kept up from the events that change them."""

from collections.abc import Sequence
from typing import Final

from core.events import Event, EventType
from core.ids import TaskId, WorkspaceId
from core.storage import schema
from core.storage.dynamodb.table import Item, Table
from core.tasks.model import Task
from core.tasks.words import words_of

_VERSION = 1
_COMES_OR_GOES: Final = frozenset({EventType.TASK_CREATED, EventType.TASK_DELETED})
_DECIDES: Final = frozenset({"title", "labels", "deleted_at"})
"""Fields of a task; `deleted_at` changes alone where a deletion is undone."""


class DynamoWordIndex:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)

    def keep_up(self, events: Sequence[Event]) -> None:
        """Write what the events add and take away.

        The events of one task must come in their order; the same ones may come again.

        Raises:
            DependencyError: some could not be written now; the whole call may be repeated.
        """
        puts: dict[tuple[str, TaskId], Item] = {}
        deletes: dict[tuple[str, TaskId], Item] = {}
        for event in events:
            if event.task is None or not _changes_words(event):
                continue
            task_id, now = event.task.task_id, _after(event)
            for word in _before(event) - now:
                puts.pop((word, task_id), None)
                deletes[word, task_id] = self._keys.word(word, task_id)
            for word in now:
                deletes.pop((word, task_id), None)
                puts[word, task_id] = self._item(word, task_id, now)
        self._table.write_all(list(puts.values()), list(deletes.values()))

    def _item(self, word: str, task_id: TaskId, words: frozenset[str]) -> Item:
        return {
            **self._keys.word(word, task_id),
            "type": schema.WORD,
            "version": _VERSION,
            "task_id": task_id,
            "words": sorted(words),
        }


def _changes_words(event: Event) -> bool:
    """Whether the task came, went, or is called otherwise: most changes are of status, owner or deadline."""
    return event.detail_type in _COMES_OR_GOES or any(change.field in _DECIDES for change in event.changes)


def _after(event: Event) -> frozenset[str]:
    return words_of(event.task) if event.task and event.task.deleted_at is None else frozenset()


def _before(event: Event) -> frozenset[str]:
    """The words that the task had before; where nothing about them changed, those that it has."""
    if event.task is None:
        return frozenset()
    earlier = {change.field: change.before for change in event.changes if change.field in {"title", "labels"}}
    return words_of(Task.model_validate(event.task.model_dump() | earlier))
