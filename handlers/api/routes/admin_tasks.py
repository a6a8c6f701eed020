"""What admins do with tasks."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from core.ids import PersonId
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks.model import NewTask
from core.validation import validated
from handlers.api.deadlines import parse_deadline
from handlers.api.openapi import problems
from handlers.api.paging import PAGED, Window, answer_page
from handlers.api.schemas import NewTaskRequest, TaskAnswer, TaskCreated
from handlers.api.security import Admin
from handlers.api.services import Services

router = APIRouter(
    prefix="/api/v1/admin/task-mgmt", tags=["Tasks, for admins"], responses=problems(401, 403, 422, 500, 503)
)

Name = Annotated[str, Path(max_length=256, description="A team member's user name or email address.")]


@router.post("/create", status_code=status.HTTP_201_CREATED, summary="Make a task", responses=problems(400, 409, 413))
def create_task(body: NewTaskRequest, actor: Admin, services: Services) -> TaskCreated:
    task = services.tasks.create(actor, _new_task(body, actor, services.people)).task
    return TaskCreated(task_id=task.task_id, task_data=TaskAnswer.of(task))


@router.get("/tasks", summary="List every task", responses=PAGED)
def list_tasks(window: Window, actor: Admin, services: Services, response: Response) -> list[TaskAnswer]:
    """Open tasks by deadline, then closed ones, newest first."""
    page = services.tasks.everything(actor, limit=window.limit, cursor=window.cursor)
    return answer_page(page, response)


@router.get("/tasks/{assigned_to}", summary="List a person's tasks", responses=PAGED | problems(404))
def list_tasks_of(
    assigned_to: Name, window: Window, actor: Admin, services: Services, response: Response
) -> list[TaskAnswer]:
    """Open tasks by deadline, then closed ones, newest first."""
    owner = services.people.lookup(assigned_to)
    page = services.tasks.all_of(actor, owner.person_id, limit=window.limit, cursor=window.cursor)
    return answer_page(page, response)


def _new_task(body: NewTaskRequest, actor: Actor, people: PeopleService) -> NewTask:
    owner = _person(body.assigned_to, people) if body.assigned_to else None
    author = actor.person.zone
    assignee = owner.zone if owner else author
    return validated(
        NewTask,
        **body.model_dump(include={"title", "description", "priority", "labels"}),
        assigned_to=owner.person_id if owner else None,
        deadline=parse_deadline(body.deadline, author=author, assignee=assignee) if body.deadline else None,
    )


def _person(name: str, people: PeopleService) -> Person:
    return people.find(email=name) if "@" in name else people.assignable(PersonId(name))
