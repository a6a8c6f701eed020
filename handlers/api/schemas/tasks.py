"""Tasks, and what happened to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, WithJsonSchema

from core.events import Change, Event, EventType
from core.people.model import Entry
from core.tasks.model import COMMENT_LIMIT, Description, Labels, Priority, Task, TaskStatus, Title
from handlers.api.schemas import Request

_USER_NAME: Final = "6f1c2d2e-0000-4000-8000-000000000001"
_SINCE: Final = "2026-11-22T12:00:00Z"

_WITH_A_LETTER: Final = r"\S"
_Title = Annotated[
    Title,
    Field(
        description="At most 150 characters; runs of white space count as one.",
        examples=["Fix login"],
        json_schema_extra={"pattern": _WITH_A_LETTER},
    ),
]
_Description = Annotated[Description, Field(examples=["Users on SSO get a loop"])]
_Labels = Annotated[
    Labels, Field(description="At most ten; in small letters, each once, blank ones left out.", examples=[["web"]])
]
_AssignedTo = Annotated[
    str,
    Field(description="A team member's user name or email address.", max_length=256, examples=["ana@example.com"]),
]
_Deadline = Annotated[
    str,
    Field(
        description="ISO 8601, `YYYY-MM-DD` or `MM/DD/YYYY`. A bare date means the end of that day where the "
        "assignee is; a time without an offset counts where its author is.",
        max_length=64,
        examples=["2026-12-24"],
    ),
]
_OLDER_WORDS: Final = {"active": TaskStatus.OPEN, "inactive": TaskStatus.CANCELLED}


def _in_our_words(word: object) -> object:
    return _OLDER_WORDS.get(word, word) if isinstance(word, str) else word


_StatusWord = Annotated[
    TaskStatus,
    BeforeValidator(_in_our_words),
    WithJsonSchema({"type": "string", "enum": [*map(str, TaskStatus), *_OLDER_WORDS]}),
    Field(description="`active` and `inactive` are older words for `open` and `cancelled`.", examples=["open"]),
]

# A client may send back what it read. What a new task is given by the service is taken and dropped.
_SetByService = Annotated[Any, Field(default=None, json_schema_extra={"readOnly": True})]


class NewTaskRequest(Request):
    """A task to be made. What it is given by the service (`task_id`, `version`, …) may be sent and is not looked at."""

    title: _Title
    description: _Description = ""
    assigned_to: _AssignedTo | None = None
    deadline: _Deadline | None = None
    task_status: _StatusWord = TaskStatus.OPEN
    priority: Priority = Priority.NORMAL
    labels: _Labels = ()

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
    version: Annotated[int, Field(description="Counts the task's changes; also in `ETag`.", examples=[3])]
    title: Annotated[str, Field(examples=["Fix login"])]
    description: Annotated[str, Field(examples=["Users on SSO get a loop"])]
    assigned_to: Annotated[str | None, Field(description="The team member's user name.", examples=[_USER_NAME])]
    assigned_to_name: Annotated[str | None, Field(examples=["Ana Silva"])]
    deadline: Annotated[datetime | None, Field(examples=["2026-12-24T22:59:59Z"])]
    task_status: Annotated[TaskStatus, Field(examples=["open"])]
    priority: Annotated[Priority, Field(examples=["high"])]
    labels: Annotated[list[str], Field(examples=[["web"]])]
    created_by: Annotated[str, Field(examples=[_USER_NAME])]
    created_by_name: Annotated[str, Field(examples=["Ada Lind"])]
    created_at: Annotated[datetime, Field(examples=[_SINCE])]
    updated_at: Annotated[datetime, Field(examples=[_SINCE])]
    closed_at: Annotated[datetime | None, Field(examples=[None])]
    source: Annotated[str | None, Field(description="The Slack message that the task came from.", examples=[None])]

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


_Unchanged = {"readOnly": True}


class TaskChange(Request):
    """What a task shall be; a field that is not sent stays as it is.

    What the service sets may be sent as it was read, so that a client can send back the whole task; `version` then
    counts like `If-Match`.
    """

    title: _Title = ""
    description: _Description = ""
    assigned_to: Annotated[_AssignedTo | None, Field(description="Null takes it from whoever has it.")] = None
    deadline: Annotated[_Deadline | None, Field(description="Null takes it away.")] = None
    task_status: _StatusWord = TaskStatus.OPEN
    priority: Priority = Priority.NORMAL
    labels: _Labels = ()

    version: Annotated[int | None, Field(json_schema_extra=_Unchanged)] = None
    task_id: Annotated[str | None, Field(json_schema_extra=_Unchanged)] = None
    assigned_to_name: Annotated[str | None, Field(json_schema_extra=_Unchanged)] = None
    created_by: Annotated[str | None, Field(json_schema_extra=_Unchanged)] = None
    created_by_name: Annotated[str | None, Field(json_schema_extra=_Unchanged)] = None
    created_at: Annotated[datetime | None, Field(json_schema_extra=_Unchanged)] = None
    updated_at: Annotated[datetime | None, Field(json_schema_extra=_Unchanged)] = None
    closed_at: Annotated[datetime | None, Field(json_schema_extra=_Unchanged)] = None
    source: Annotated[str | None, Field(json_schema_extra=_Unchanged)] = None

    @property
    def set_by_service(self) -> Mapping[str, Any]:
        """What was sent of the fields that only the service sets; a null stands for not sent."""
        given = self.model_dump(include=set(SET_BY_SERVICE))
        return {name: value for name, value in given.items() if value is not None}


SET_BY_SERVICE: Final = tuple(
    name for name, field in TaskChange.model_fields.items() if field.json_schema_extra == _Unchanged
)


class TaskCreated(BaseModel):
    task_id: Annotated[str, Field(examples=["T-42"])]
    message: Annotated[str, Field(examples=["Task created successfully."])] = "Task created successfully."
    task_data: TaskAnswer


class TaskUpdated(BaseModel):
    task_id: Annotated[str, Field(examples=["T-42"])]
    message: Annotated[str, Field(examples=["Task updated successfully."])] = "Task updated successfully."
    task_data: TaskAnswer


class CommentRequest(Request):
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=COMMENT_LIMIT),
        Field(examples=["Waiting for the vendor"], json_schema_extra={"pattern": _WITH_A_LETTER}),
    ]


class Commented(BaseModel):
    task_id: Annotated[str, Field(examples=["T-42"])]
    message: Annotated[str, Field(examples=["Comment added successfully."])] = "Comment added successfully."


class ChangeAnswer(BaseModel):
    """One field, from what to what; texts as long as descriptions are not repeated."""

    field: Annotated[str, Field(examples=["task_status"])]
    before: Annotated[Any, Field(examples=["open"])]
    after: Annotated[Any, Field(examples=["done"])]

    @classmethod
    def of(cls, change: Change) -> "ChangeAnswer":
        return cls(field=change.field, before=_user_name(change.before), after=_user_name(change.after))


def _user_name(value: Any) -> Any:
    """People stand in a task by their user names, so they do in its history."""
    return value["person_id"] if isinstance(value, dict) else value


class HistoryEntry(BaseModel):
    event_id: Annotated[str, Field(examples=["01JD9Z6T3W8XK5V2M4N6P8Q0RS"])]
    event: Annotated[EventType, Field(examples=["TaskStatusChanged"])]
    occurred_at: Annotated[datetime, Field(examples=[_SINCE])]
    actor: Annotated[str, Field(description="The user name of whoever did it.", examples=[_USER_NAME])]
    actor_name: Annotated[str, Field(examples=["Ana Silva"])]
    entry: Annotated[Entry, Field(description="Through which door.", examples=["slack"])]
    version: Annotated[int | None, Field(description="Of the task, afterwards.", examples=[3])]
    changes: list[ChangeAnswer]
    note: Annotated[str | None, Field(description="What was said.", examples=["Works again"])]

    @classmethod
    def of(cls, event: Event) -> "HistoryEntry":
        return cls(
            event_id=event.event_id,
            event=event.detail_type,
            occurred_at=event.occurred_at,
            actor=event.actor.person_id,
            actor_name=event.actor.name,
            entry=event.actor.entry,
            version=event.task.version if event.task else None,
            changes=[ChangeAnswer.of(change) for change in event.changes],
            note=event.note,
        )
