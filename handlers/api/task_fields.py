"""From what a client writes of a task to what the services take."""

from typing import Any

from core.errors import InvalidInputError, NotFoundError, Problem
from core.ids import PersonId, TaskId, parse_task_id
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks.model import NewTask, Task, TaskEdit
from core.tasks.service import TaskService
from core.validation import validated
from handlers.api.deadlines import parse_deadline
from handlers.api.schemas.tasks import NewTaskRequest, TaskAnswer, TaskChange

NOBODY = "nobody"
"""Stands in addresses for the owner of tasks that nobody has."""


def new_task(body: NewTaskRequest, actor: Actor, people: PeopleService) -> NewTask:
    """Read a task to be made; raise InvalidInputError."""
    owner = _person(body.assigned_to, people) if body.assigned_to else None
    author = actor.person.zone
    assignee = owner.zone if owner else author
    return validated(
        NewTask,
        **body.model_dump(include={"title", "description", "task_status", "priority", "labels"}),
        assigned_to=owner.person_id if owner else None,
        deadline=parse_deadline(body.deadline, author=author, assignee=assignee) if body.deadline else None,
    )


def task_edit(body: TaskChange, task: Task, actor: Actor, people: PeopleService) -> TaskEdit:
    """Read what a task shall be.

    Raises:
        InvalidInputError: a field cannot be used, or is the service's own and was changed.
    """
    _require_unchanged(body, task)
    given = body.model_dump(include={"title", "description", "task_status", "priority", "labels"}, exclude_unset=True)
    if "assigned_to" in body.model_fields_set:
        given["assigned_to"] = _new_owner(body.assigned_to, task, people)
    if "deadline" in body.model_fields_set:
        owner = given.get("assigned_to", task.owner_id)
        given["deadline"] = _moment(body.deadline, actor, owner, people)
    return validated(TaskEdit, **given)


def find_task(task_id: str, tasks: TaskService) -> Task:
    """Find the task that an address names; raise NotFoundError."""
    return tasks.get(_id(task_id))


def find_pair(task_id: str, assigned_to: str, tasks: TaskService, people: PeopleService) -> Task:
    """Find a task by itself and its owner; raise NotFoundError where the two do not belong together."""
    task = find_task(task_id, tasks)
    if not _has(assigned_to, task, people):
        raise NotFoundError("task", task_id)
    return task


def find_pair_ever(task_id: str, assigned_to: str, tasks: TaskService, people: PeopleService) -> TaskId:
    """Find a task as `find_pair` does, also one that was deleted, whose history stays."""
    newest = next(iter(tasks.history(_id(task_id), limit=1).items), None)
    if newest is None or newest.task is None or not _has(assigned_to, newest.task, people):
        raise NotFoundError("task", task_id)
    return newest.task.task_id


def _id(text: str) -> TaskId:
    task_id = parse_task_id(text)
    if task_id is None:
        raise NotFoundError("task", text)
    return task_id


def _has(name: str, task: Task, people: PeopleService) -> bool:
    if task.owner_id is None:
        return name == NOBODY
    return name == task.owner_id or ("@" in name and people.lookup(name).person_id == task.owner_id)


def _new_owner(name: str | None, task: Task, people: PeopleService) -> PersonId | None:
    if name is None or name == task.owner_id:
        # Whoever has a task may keep it, also when no more may be given to them.
        return task.owner_id if name else None
    return _person(name, people).person_id


def _moment(text: str | None, actor: Actor, owner: PersonId | None, people: PeopleService) -> Any:
    if text is None:
        return None
    zone = actor.person.zone
    return parse_deadline(text, author=zone, assignee=people.lookup(owner).zone if owner else zone)


def _person(name: str, people: PeopleService) -> Person:
    return people.find(email=name) if "@" in name else people.assignable(PersonId(name))


def _require_unchanged(body: TaskChange, task: Task) -> None:
    stands = TaskAnswer.of(task).model_dump()
    changed = [name for name, value in body.set_by_service.items() if value != stands[name]]
    if changed:
        raise InvalidInputError(*(Problem(name, "set_by_service") for name in changed))
