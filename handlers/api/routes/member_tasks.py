"""What team members do with tasks: through these routes only with their own."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from core.errors import ForbiddenError
from core.people.model import Actor
from core.storage.addresses import ascii_lower
from handlers.api.openapi import problems
from handlers.api.paging import PAGED, Window, answer_page
from handlers.api.schemas import TaskAnswer
from handlers.api.security import Member
from handlers.api.services import Services

router = APIRouter(
    prefix="/api/v1/user/task-mgmt", tags=["Tasks, for team members"], responses=problems(401, 403, 422, 500, 503)
)

OwnName = Annotated[str, Path(max_length=256, description="One's own user name or email address.")]


@router.get("/tasks/{assigned_to}", summary="List one's own tasks", responses=PAGED)
def list_own_tasks(
    assigned_to: OwnName, window: Window, actor: Member, services: Services, response: Response
) -> list[TaskAnswer]:
    """Open tasks by deadline, then closed ones, newest first."""
    # Nobody is looked up for the comparison, so that a refusal does not tell whether there is such a person.
    if not _is_own(assigned_to, actor):
        raise ForbiddenError("task.list_of_others")
    page = services.tasks.all_of(actor, actor.person_id, limit=window.limit, cursor=window.cursor)
    return answer_page(page, response)


def _is_own(name: str, actor: Actor) -> bool:
    return name == actor.person_id or ascii_lower(name) == ascii_lower(actor.person.email)
