"""What admins do with people. What takes longer than a request goes on by itself and is answered 202."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response, status
from fastapi.responses import JSONResponse

from core.errors import NotFoundError
from core.ids import PersonId
from core.jobs.model import Job
from core.people.model import Actor
from core.people.orders import MemberEdit, MemberRefusal, MemberRefusedError, NewMember
from core.people.service import PeopleService
from core.validation import validated
from handlers.api.openapi import Responses, problems
from handlers.api.paging import PAGED, Window
from handlers.api.schemas.people import (
    GroupsChange,
    NewUserRequest,
    StatusChange,
    UnderWay,
    UserAnswer,
    UserChange,
    UserCreated,
    UserDetails,
    UserRemoved,
    UsersAnswer,
    UserUpdated,
)
from handlers.api.security import Admin
from handlers.api.services import ApiServices, Services

router = APIRouter(
    prefix="/api/v1/admin/user-mgmt",
    tags=["People, for admins"],
    responses=problems(401, 403, 422, 503, behind_gateway=True),
)

UserName = Annotated[
    str,
    Path(max_length=256, description="A user name or an email address.", examples=["ana@example.com"]),
]
Heir = Annotated[
    str | None,
    Query(
        max_length=256,
        description="Who gets the open tasks: a user name or an email address. Without it, nobody has them.",
        examples=["ben@example.com"],
    ),
]
_WRITES: Final[Responses] = {
    202: {"model": UnderWay, "description": "Written down; goes on by itself."},
    **problems(400, 404, 409),
}
_INVITED: Final = "Team member created successfully!"
_NOT_MAILED: Final = "Team member created, but the mail with the temporary password did not go out."


@router.get("/users", summary="List everybody else", responses=PAGED)
def list_users(window: Window, actor: Admin, services: Services, response: Response) -> UsersAnswer:
    """By name; without whoever asks, so that a page may be one short."""
    page = services.directory.page(limit=window.limit, at=window.place(actor))
    window.name_next(response, page.following, actor)
    return UsersAnswer(users=[UserAnswer.of(each) for each in page.items if each.person_id != actor.person_id])


@router.get("/users/{user_name}", summary="Read a person", responses=problems(404))
def read_user(
    user_name: UserName,
    actor: Admin,  # noqa: ARG001 - lets admins through
    services: Services,
) -> UserDetails:
    """Active or not."""
    return UserDetails.of(services.people.lookup(user_name))


@router.post("/create-team-member", summary="Add a team member", response_model=UserCreated, responses=_WRITES)
def create_team_member(body: NewUserRequest, actor: Admin, services: Services) -> UserCreated | JSONResponse:
    """They get a mail with a temporary password, which the first sign-in replaces."""
    job = services.administration.add(actor, validated(NewMember, **body.model_dump()))
    if job.is_pending or job.member is None or job.member.person_id is None:
        return _under_way(job)
    user = UserAnswer.of(services.people.lookup(job.member.person_id))
    mail_sent = job.mail_sent is True
    return UserCreated(message=_INVITED if mail_sent else _NOT_MAILED, user=user, mail_sent=mail_sent)


@router.put("/users/{user_id}", summary="Change a person", response_model=UserUpdated, responses=_WRITES)
def update_user(user_id: UserName, body: UserChange, actor: Admin, services: Services) -> UserUpdated | JSONResponse:
    """What is not sent stays as it is; what is sent empty is taken away.

    Another email address counts at once, but not as verified: it resets no password and proves nothing to Slack until
    a temporary password is mailed there. Both addresses are told.
    """
    person = services.people.lookup(user_id)
    body.require_unchanged(person)
    return _updated(services.administration.edit(actor, person.person_id, body.edit), person.person_id, services)


@router.put(
    "/users/{user_id}/groups", summary="Change a person's groups", response_model=UserUpdated, responses=_WRITES
)
def set_groups(user_id: UserName, body: GroupsChange, actor: Admin, services: Services) -> UserUpdated | JSONResponse:
    """An admin is left in any case."""
    return _edit(user_id, validated(MemberEdit, groups=body.groups), actor, services)


@router.put(
    "/users/{user_id}/status", summary="Let a person sign in or not", response_model=UserUpdated, responses=_WRITES
)
def set_status(user_id: UserName, body: StatusChange, actor: Admin, services: Services) -> UserUpdated | JSONResponse:
    """Who may not is signed out everywhere."""
    person_id = services.people.lookup(user_id).person_id
    return _updated(services.administration.set_enabled(actor, person_id, enabled=body.enabled), person_id, services)


@router.delete("/users/{user_id}", summary="Remove a person", response_model=UserRemoved, responses=_WRITES)
def remove_user(
    user_id: UserName, actor: Admin, services: Services, reassign_to: Heir = None
) -> UserRemoved | JSONResponse:
    """They are locked out at once; what they did keeps their name."""
    person_id = services.people.lookup(user_id).person_id
    heirs = [_heir(reassign_to, services.people)] if reassign_to is not None else []
    job = services.administration.remove(actor, person_id, heirs)
    return _under_way(job) if job.is_pending else UserRemoved(user_id=person_id, reassigned=job.done)


def _edit(name: str, edit: MemberEdit, actor: Actor, services: ApiServices) -> UserUpdated | JSONResponse:
    person_id = services.people.lookup(name).person_id
    return _updated(services.administration.edit(actor, person_id, edit), person_id, services)


def _updated(job: Job, person_id: PersonId, services: ApiServices) -> UserUpdated | JSONResponse:
    if job.is_pending:
        return _under_way(job)
    return UserUpdated(user_id=person_id, user_data=UserAnswer.of(services.people.lookup(person_id)))


def _heir(name: str, people: PeopleService) -> PersonId:
    try:
        return people.lookup(name).person_id
    except NotFoundError:
        raise MemberRefusedError(MemberRefusal.NO_HEIR) from None


def _under_way(job: Job) -> JSONResponse:
    return JSONResponse(UnderWay(job_id=job.job_id).model_dump(), status.HTTP_202_ACCEPTED)
