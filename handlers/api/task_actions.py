"""What admins and members do with one task, each through routes of their own."""

from fastapi import Response

from core.errors import ConflictError
from core.ids import TaskId
from core.people.model import Actor
from handlers.api.idempotency import OnceOnly
from handlers.api.paging import PageWindow
from handlers.api.preconditions import require_match, tag
from handlers.api.schemas.tasks import Commented, CommentRequest, HistoryEntry, TaskAnswer, TaskChange, TaskUpdated
from handlers.api.services import ApiServices
from handlers.api.task_fields import find_task, task_edit


def update(
    task_id: str, body: TaskChange, if_match: str | None, actor: Actor, services: ApiServices, response: Response
) -> TaskUpdated:
    """Change what was sent; raise ConflictError where it was sent of an older version."""
    task = find_task(task_id, services.tasks)
    version = require_match(task, if_match)
    if body.version is not None:
        if body.version != task.version:
            raise ConflictError(task.task_id, is_stale=True)
        version = task.version
    edit = task_edit(body, task, actor, services.people)
    saved = services.tasks.edit(actor, task.task_id, edit, version=version)
    if version not in {None, saved.task.version} and not saved.changed:
        # Somebody else wrote the same just before: whoever adds one to a number must hear of it.
        raise ConflictError(task.task_id, is_stale=True)
    tag(response, saved.task)
    return TaskUpdated(task_id=saved.task.task_id, task_data=TaskAnswer.of(saved.task))


def comment(task_id: str, body: CommentRequest, once: OnceOnly, actor: Actor, services: ApiServices) -> Commented:
    """Say something about a task."""
    found = find_task(task_id, services.tasks).task_id
    task = once.do(
        actor,
        services.tasks,
        body,
        lambda name, asked: services.tasks.comment(actor, found, body.text, once=name, asked=asked),
    )
    return Commented(task_id=task.task_id)


def history(
    task_id: TaskId, window: PageWindow, actor: Actor, services: ApiServices, response: Response
) -> list[HistoryEntry]:
    """A page of what happened to a task, newest first."""
    found = services.tasks.history(task_id, limit=window.limit, at=window.place(actor))
    window.name_next(response, found.following, actor)
    return [HistoryEntry.of(event) for event in found.items]
