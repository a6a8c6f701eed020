"""Every error answer of the API, in words: `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from core import errors
from core.cognito import ResetRefusedError, SignInRefusedError, TooManyAttemptsError
from core.people.orders import MemberRefusal, MemberRefusedError
from core.tokens import InvalidTokenError

MEDIA_TYPE: Final = "application/problem+json"
_RETRY_AFTER_SECONDS: Final = "60"


class FieldProblem(BaseModel):
    """What is wrong with one field of the request."""

    field: Annotated[str, Field(examples=["deadline"])]
    message: Annotated[str, Field(examples=["This moment has passed; give one to come."])]


class Problem(BaseModel):
    """What went wrong, and the reference under which the log has it."""

    type: Annotated[str, Field(examples=["about:blank"])] = "about:blank"
    title: Annotated[str, Field(examples=["Not Found"])]
    status: Annotated[int, Field(examples=[404])]
    detail: Annotated[str, Field(examples=["There is no such task."])]
    request_id: Annotated[str, Field(examples=["0f7c1d2e-6f1c-4000-8000-000000000001"])]
    errors: list[FieldProblem] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer before it is written."""

    status: int
    detail: str
    problems: Sequence[FieldProblem] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, request_id: str) -> JSONResponse:
        problem = Problem(
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            request_id=request_id,
            errors=list(self.problems) or None,
        )
        return JSONResponse(
            problem.model_dump(exclude_none=True), self.status, dict(self.headers), media_type=MEDIA_TYPE
        )


UNREADABLE: Final = Refusal(400, "The request cannot be read.")
TOO_LARGE: Final = Refusal(413, "The request is larger than 64 KB.")
OUR_FAULT: Final = Refusal(500, "Something went wrong on our side. Quote the request_id when you report it.")

_STRONG_ENOUGH: Final = "12 characters or more, with small and capital letters, digits and symbols."
_FIELD_SENTENCES: Final = {
    ("assigned_to", "unknown_person"): "Nobody in the team has this user name or email address.",
    ("assigned_to", "inactive_person"): "This person's account is disabled or in no group, so it takes no tasks.",
    ("Idempotency-Key", "taken"): "This key came with another request before; give each request its own.",
    ("code", "refused"): "It is wrong or too old, or there is no such account. Ask for another code.",
    ("cursor", "not_understood"): "Give the X-Next-Cursor of an earlier answer to the same request.",
    ("deadline", "in_past"): "This moment has passed; give one to come.",
    ("deadline", "not_understood"): "Write it as 2026-12-24, 12/24/2026 or 2026-12-24T17:00:00Z.",
    ("reassign_to", "no_heir"): "Nobody else in the team who can be given tasks has this user name or email address.",
    ("new_password", "password_policy"): "The user pool's password policy does not accept this password.",
    ("new_password", "refused"): f"It may also be that it is too weak: {_STRONG_ENOUGH}",
}
_MEMBER_SENTENCES: Final = {
    MemberRefusal.ALREADY_MEMBER: "Somebody in the team has this email address.",
    MemberRefusal.LAST_ADMIN: "Nobody would be left who can run the team. Make somebody else an admin first.",
    MemberRefusal.UNDER_WAY: "Another change of this person is not finished. Try again in a moment.",
}
_SET_BY_SERVICE: Final = "The service sets this; leave it out, or send it as you read it."
_STATUS_SENTENCES: Final = {
    400: UNREADABLE.detail,
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
}
_SIGN_IN_REFUSED: Final = (
    "Check the email address and the password. A first sign-in that waited too long has to begin again."
)
_BEARER: Final = {"WWW-Authenticate": "Bearer"}
_BAD_BEARER: Final = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def install(app: FastAPI) -> None:
    """Make every error of the framework and of the product a problem; the rest is the frame's to catch."""
    for error in (errors.TaskBotError, RequestValidationError, HTTPException):
        app.add_exception_handler(error, _respond)


async def _respond(request: Request, error: Exception) -> JSONResponse:
    return _refusal(error, has_token="authorization" in request.headers).response(request.state.request_id)


def _refusal(error: Exception, *, has_token: bool) -> Refusal:
    match error:
        case RequestValidationError():
            return _unprocessable(error)
        case HTTPException():
            sentence = _STATUS_SENTENCES.get(error.status_code, HTTPStatus(error.status_code).description)
            return Refusal(error.status_code, sentence, headers=error.headers or {})
        case errors.InvalidInputError():
            return Refusal(422, "Some fields cannot be used.", [_field_problem(each) for each in error.problems])
        case InvalidTokenError():
            return Refusal(401, "A valid access token is needed.", headers=_BAD_BEARER if has_token else _BEARER)
        case SignInRefusedError():
            return Refusal(401, _SIGN_IN_REFUSED, headers=_BEARER)
        case TooManyAttemptsError():
            detail = "Too many attempts. Wait before the next one."
            return Refusal(429, detail, headers={"Retry-After": _RETRY_AFTER_SECONDS})
        case ResetRefusedError():
            problems = [errors.Problem(field, "refused") for field in ("code", "new_password")]
            return Refusal(422, "The password was not changed.", [_field_problem(each) for each in problems])
        case MemberRefusedError(reason=MemberRefusal.NO_HEIR):
            return Refusal(
                422, "Some fields cannot be used.", [_field_problem(errors.Problem("reassign_to", "no_heir"))]
            )
        case MemberRefusedError(reason=MemberRefusal.REMOVED):
            return Refusal(404, "There is no such person.")
        case MemberRefusedError():
            return Refusal(409, _MEMBER_SENTENCES.get(error.reason, "This cannot be done with this person now."))
        case errors.ForbiddenError():
            return Refusal(403, "Your account may not do this.")
        case errors.NotFoundError():
            return Refusal(404, f"There is no such {error.kind}.")
        case errors.ConflictError(is_stale=True):
            return Refusal(412, "The task has changed since you read it. Read it again and repeat your change.")
        case errors.ConflictError():
            return Refusal(409, "Somebody changed this meanwhile. Read it again and repeat your change.")
        case errors.DependencyError():
            return Refusal(503, "A service that we depend on does not answer. Try again in a moment.")
    raise error


def _unprocessable(failure: RequestValidationError) -> Refusal:
    found: Sequence[Mapping[str, Any]] = failure.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return Refusal(400, "The body is not valid JSON.")
    problems = [FieldProblem(field=_name(each["loc"]), message=each["msg"]) for each in found]
    return Refusal(422, "Some fields cannot be used.", problems)


def _name(location: Sequence[str | int]) -> str:
    """Drop where the field came from (body, query, path), unless it is all there is."""
    return ".".join(map(str, location[1:] or location))


def _field_problem(problem: errors.Problem) -> FieldProblem:
    sentence = _FIELD_SENTENCES.get((problem.field, problem.code), "This value cannot be used here.")
    if problem.code == "set_by_service":
        sentence = _SET_BY_SERVICE
    return FieldProblem(field=problem.field, message=sentence)
