"""What team members do with tasks: they list their own, and change what their role allows."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from core.errors import ForbiddenError
from core.people.model import Actor
from core.storage.addresses import ascii_lower
from handlers.api import task_actions
from handlers.api.idempotency import Once
from handlers.api.openapi import TAGGED, problems
from handlers.api.paging import PAGED, Window, answer_page
from handlers.api.preconditions import IfMatch
from handlers.api.schemas.tasks import Commented, CommentRequest, HistoryEntry, TaskAnswer, TaskChange, TaskUpdated
from handlers.api.security import Member
from handlers.api.services import Services
from handlers.api.task_fields import find_pair_ever

router = APIRouter(
    prefix="/api/v1/user/task-mgmt",
    tags=["Tasks, for team members"],
    responses=problems(401, 403, 422, 503, behind_gateway=True),
)

OwnName = Annotated[
    str,
    Path(max_length=256, description="One's own user name or email address.", examples=["ana@example.com"]),
]
TaskName = Annotated[str, Path(max_length=64, description="As `T-42`.", examples=["T-42"])]


@router.get("/tasks/{assigned_to}", summary="List one's own tasks", responses=PAGED)
def list_own_tasks(
    assigned_to: OwnName, window: Window, actor: Member, services: Services, response: Response
) -> list[TaskAnswer]:
    """Open tasks by deadline, then closed ones, newest first."""
    _require_own(assigned_to, actor)
    page = services.tasks.all_of(actor, actor.person_id, limit=window.limit, cursor=window.place(actor))
    return answer_page(page, response, window, actor)


@router.put("/tasks/{task_id}", summary="Change a task", responses=TAGGED | problems(400, 404, 409, 412))
def update_own_task(
    task_id: TaskName, body: TaskChange, if_match: IfMatch, actor: Member, services: Services, response: Response
) -> TaskUpdated:
    """What is not sent stays as it is; a change that is not the member's to make is refused whole."""
    return task_actions.update(task_id, body, if_match, actor, services, response)


@router.get(
    "/tasks/{assigned_to}/{task_id}/history",
    summary="What happened to one of one's own tasks",
    responses=PAGED | problems(404),
)
def read_own_history(
    assigned_to: OwnName, task_id: TaskName, window: Window, actor: Member, services: Services, response: Response
) -> list[HistoryEntry]:
    """Newest first."""
    _require_own(assigned_to, actor)
    found = find_pair_ever(task_id, actor.person_id, services.tasks, services.people)
    return task_actions.history(found, window, actor, services, response)


@router.post(
    "/tasks/{task_id}/comments",
    status_code=status.HTTP_201_CREATED,
    summary="Comment on a task",
    responses=problems(400, 404, 409),
)
def comment_on_own_task(
    task_id: TaskName, body: CommentRequest, once: Once, actor: Member, services: Services
) -> Commented:
    """On a task that one has or made."""
    return task_actions.comment(task_id, body, once, actor, services)


def _require_own(name: str, actor: Actor) -> None:
    # Nobody is looked up for the comparison, so that a refusal does not tell whether there is such a person.
    if name != actor.person_id and ascii_lower(name) != ascii_lower(actor.person.email):
        raise ForbiddenError("task.list_of_others")
