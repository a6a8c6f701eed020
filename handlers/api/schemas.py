"""The JSON of requests and answers, field by field."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from core.cognito import SignedIn
from core.tasks.model import Description, Labels, Priority, Task, TaskStatus, Title

_ANA: Final = "ana@example.com"


class Message(BaseModel):
    message: str


class Health(BaseModel):
    status: Literal["ok"] = "ok"


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


Email = Annotated[str, Field(min_length=1, max_length=256, examples=[_ANA])]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256)]


class Login(_Request):
    email: Email
    password: Password


class NewPassword(_Request):
    """The answer to the challenge of a first sign-in."""

    email: Email
    session: Annotated[str, Field(min_length=20, max_length=2048, description="As the login answered it.")]
    new_password: Password


class SignedInUser(BaseModel):
    username: str
    email: str
    given_name: str
    family_name: str
    user_group: Annotated[list[str], Field(examples=[["Admins"]])]


class SignedInAnswer(BaseModel):
    access_token: str
    refresh_token: str
    expires_in: Annotated[int, Field(description="Seconds from now.")]
    token_type: str
    user: SignedInUser

    @classmethod
    def of(cls, signed_in: SignedIn) -> "SignedInAnswer":
        user = signed_in.user
        return cls(
            access_token=signed_in.access_token,
            refresh_token=signed_in.refresh_token,
            expires_in=signed_in.expires_in,
            token_type=signed_in.token_type,
            user=SignedInUser(
                username=user.person_id,
                email=user.email,
                given_name=user.given_name,
                family_name=user.family_name,
                user_group=sorted(user.groups),
            ),
        )


class ChallengeAnswer(BaseModel):
    """A first sign-in: the temporary password has to be replaced before there is a token."""

    challenge: Literal["NEW_PASSWORD_REQUIRED"] = "NEW_PASSWORD_REQUIRED"
    session: str


# A client may send back what it read. What a new task is given by the service is taken and dropped.
_SetByService = Annotated[Any, Field(default=None, json_schema_extra={"readOnly": True})]


class NewTaskRequest(_Request):
    """A task to be made."""

    title: Annotated[Title, Field(examples=["Fix login"])]
    description: Description = ""
    assigned_to: Annotated[
        str | None, Field(description="A team member's user name or email address.", max_length=256, examples=[_ANA])
    ] = None
    deadline: Annotated[
        str | None,
        Field(
            description="ISO 8601, `YYYY-MM-DD` or `MM/DD/YYYY`. A bare date means the end of that day where the "
            "assignee is; a time without an offset counts where its author is.",
            max_length=64,
            examples=["2026-12-24"],
        ),
    ] = None
    task_status: Annotated[
        Literal["open", "active"], Field(description="A new task is open; `active` is an older word for that.")
    ] = "open"
    priority: Priority = Priority.NORMAL
    labels: Labels = ()

    task_id: _SetByService
    version: _SetByService
    assigned_to_name: _SetByService
    created_by: _SetByService
    created_by_name: _SetByService
    created_at: _SetByService
    updated_at: _SetByService
    closed_at: _SetByService
    source: _SetByService


class TaskAnswer(BaseModel):
    task_id: Annotated[str, Field(examples=["T-42"])]
    version: int
    title: str
    description: str
    assigned_to: Annotated[str | None, Field(description="The team member's user name.")]
    assigned_to_name: str | None
    deadline: datetime | None
    task_status: TaskStatus
    priority: Priority
    labels: list[str]
    created_by: str
    created_by_name: str
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    source: Annotated[str | None, Field(description="The Slack message that the task came from.")]

    @classmethod
    def of(cls, task: Task) -> "TaskAnswer":
        owner, author = task.assigned_to, task.created_by
        return cls(
            **task.model_dump(exclude={"assigned_to", "created_by"}),
            assigned_to=owner.person_id if owner else None,
            assigned_to_name=owner.name if owner else None,
            created_by=author.person_id,
            created_by_name=author.name,
        )


class TaskCreated(BaseModel):
    task_id: str
    message: str = "Task created successfully."
    task_data: TaskAnswer
