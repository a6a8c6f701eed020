"""The sort keys of tasks: in which order each list shows them."""

from core.storage import schema
from core.tasks.model import Task
from core.tasks.queries import Scope, Slice, TaskQuery


def by_deadline(task: Task) -> str:
    deadline = schema.instant(task.deadline) if task.deadline else schema.NO_DEADLINE
    return f"{deadline}#{task.task_id}"


def by_closing(task: Task) -> str:
    return f"{schema.instant(task.closed_at or task.updated_at)}#{task.task_id}"


def by_creation(task: Task) -> str:
    return f"{schema.instant(task.created_at)}#{task.task_id}"


def sort_key(query: TaskQuery, task: Task) -> str:
    """Where a task stands in the answer to a query; what is not by deadline is shown newest first."""
    if query.scope is Scope.CREATOR:
        return by_creation(task)
    return by_deadline(task) if query.is_open else by_closing(task)


def is_ascending(query: TaskQuery) -> bool:
    return query.is_open and query.scope is not Scope.CREATOR


def laid_over(found: Slice[Task], query: TaskQuery, task: Task) -> Slice[Task]:
    """A page of an answer with one task as it stands now, which the indexes may still lag behind.

    Where it belongs to another page, it is not shown on this one.
    """
    tasks = {sort_key(query, each): each for each in found.items if each.task_id != task.task_id}
    place = sort_key(query, task)
    if query.matches(task):
        tasks[place] = task
    places = sorted(tasks, reverse=not is_ascending(query))
    is_elsewhere = len(places) > 1 and (
        (found.previous is not None and place == places[0]) or (found.following is not None and place == places[-1])
    )
    return found.of([tasks[each] for each in places if not (is_elsewhere and each == place)])
