"""What admins do with tasks."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response, status

from handlers.api import task_actions
from handlers.api.idempotency import Once
from handlers.api.openapi import ETAG, TAGGED, Responses, problems
from handlers.api.paging import PAGED, Window, answer_page
from handlers.api.preconditions import IfMatch, require_match, tag
from handlers.api.schemas.tasks import (
    Commented,
    CommentRequest,
    HistoryEntry,
    NewTaskRequest,
    TaskAnswer,
    TaskChange,
    TaskCreated,
    TaskUpdated,
)
from handlers.api.security import Admin
from handlers.api.services import Services
from handlers.api.spreadsheet import write_csv
from handlers.api.task_fields import NOBODY, find_pair, find_pair_ever, new_task

router = APIRouter(
    prefix="/api/v1/admin/task-mgmt",
    tags=["Tasks, for admins"],
    responses=problems(401, 403, 422, 503, behind_gateway=True),
)

Name = Annotated[
    str,
    Path(
        max_length=256,
        description="A team member's user name or email address; `nobody` for tasks that nobody has.",
        examples=["ana@example.com"],
    ),
]
TaskName = Annotated[str, Path(max_length=64, description="As `T-42`.", examples=["T-42"])]

_CSV: Final[Responses] = {
    200: {"description": "One line a task.", "content": {"text/csv": {"schema": {"type": "string"}}}, **PAGED[200]}
}


@router.post(
    "/create",
    status_code=status.HTTP_201_CREATED,
    summary="Make a task",
    responses={201: {"headers": ETAG}, **problems(400, 409)},
)
def create_task(body: NewTaskRequest, once: Once, actor: Admin, services: Services, response: Response) -> TaskCreated:
    """With an `Idempotency-Key` a repetition makes nothing and is answered as the first time."""
    task = once.do(
        actor,
        services.tasks,
        body,
        lambda name, asked: services.tasks.create(
            actor, new_task(body, actor, services.people), once=name, asked=asked
        ),
    )
    tag(response, task)
    return TaskCreated(task_id=task.task_id, task_data=TaskAnswer.of(task))


@router.get("/tasks", summary="List every task", responses=PAGED)
def list_tasks(window: Window, actor: Admin, services: Services, response: Response) -> list[TaskAnswer]:
    """Open tasks by deadline, then closed ones, newest first."""
    page = services.tasks.everything(actor, limit=window.limit, cursor=window.place(actor))
    return answer_page(page, response, window, actor)


@router.get("/tasks.csv", summary="Export every task", response_class=Response, responses=_CSV)
def export_tasks(window: Window, actor: Admin, services: Services) -> Response:
    """The same list and the same pages; the column names stand on the first, so that pages can be put together.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    page = services.tasks.everything(actor, limit=window.limit, cursor=window.place(actor))
    lines = write_csv(page.items, with_header=window.cursor is None)
    answer = Response(lines, media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="tasks.csv"'})
    window.name_next(answer, page.cursor, actor)
    return answer


@router.get("/tasks/{assigned_to}", summary="List a person's tasks", responses=PAGED | problems(404))
def list_tasks_of(
    assigned_to: Name, window: Window, actor: Admin, services: Services, response: Response
) -> list[TaskAnswer]:
    """Open tasks by deadline, then closed ones, newest first."""
    owner = None if assigned_to == NOBODY else services.people.lookup(assigned_to).person_id
    page = services.tasks.all_of(actor, owner, limit=window.limit, cursor=window.place(actor))
    return answer_page(page, response, window, actor)


@router.get("/tasks/{task_id}/{assigned_to}", summary="Read a task", responses=TAGGED | problems(404))
def read_task(
    task_id: TaskName,
    assigned_to: Name,
    actor: Admin,  # noqa: ARG001 - lets admins through
    services: Services,
    response: Response,
) -> TaskAnswer:
    """Found by itself and by whoever has it."""
    task = find_pair(task_id, assigned_to, services.tasks, services.people)
    tag(response, task)
    return TaskAnswer.of(task)


@router.put("/tasks/{task_id}", summary="Change a task", responses=TAGGED | problems(400, 404, 409, 412))
def update_task(
    task_id: TaskName, body: TaskChange, if_match: IfMatch, actor: Admin, services: Services, response: Response
) -> TaskUpdated:
    """What is not sent stays as it is."""
    return task_actions.update(task_id, body, if_match, actor, services, response)


@router.delete("/tasks/{task_id}/{assigned_to}", summary="Delete a task", responses=TAGGED | problems(404, 409, 412))
def delete_task(
    task_id: TaskName, assigned_to: Name, if_match: IfMatch, actor: Admin, services: Services, response: Response
) -> TaskAnswer:
    """Answers with the task as it was left; its history stays."""
    task = find_pair(task_id, assigned_to, services.tasks, services.people)
    deleted = services.tasks.delete(actor, task.task_id, version=require_match(task, if_match)).task
    tag(response, deleted)
    return TaskAnswer.of(deleted)


@router.get(
    "/tasks/{task_id}/{assigned_to}/history",
    summary="What happened to a task",
    responses=PAGED | problems(404),
)
def read_history(
    task_id: TaskName, assigned_to: Name, window: Window, actor: Admin, services: Services, response: Response
) -> list[HistoryEntry]:
    """Newest first; also of a deleted task."""
    found = find_pair_ever(task_id, assigned_to, services.tasks, services.people)
    return task_actions.history(found, window, actor, services, response)


@router.post(
    "/tasks/{task_id}/comments",
    status_code=status.HTTP_201_CREATED,
    summary="Comment on a task",
    responses=problems(400, 404, 409),
)
def comment_on_task(task_id: TaskName, body: CommentRequest, once: Once, actor: Admin, services: Services) -> Commented:
    """A comment stands in the task's history and leaves its version as it is."""
    return task_actions.comment(task_id, body, once, actor, services)
