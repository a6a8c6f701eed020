"""`ETag` and `If-Match`: a task's version, and a write that only that version may take.

https://www.rfc-editor.org/rfc/rfc9110.html#name-if-match
"""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Response

from core.errors import ConflictError
from core.tasks.model import Task

_TAG: Final = r'(?:W/)?"[\x21\x23-\x7e]*"'


def _if_match(
    tags: Annotated[
        str | None,
        Header(
            alias="If-Match",
            pattern=rf"^(?:\*|\d{{1,9}}|{_TAG}(?:\s*,\s*{_TAG})*)$",
            max_length=1024,
            description='The `ETag` of what you read, as `"3"`. Where the task has changed since, the answer is 412.',
            examples=['"3"'],
        ),
    ] = None,
) -> str | None:
    return tags


IfMatch = Annotated[str | None, Depends(_if_match)]


def require_match(task: Task, tags: str | None) -> int | None:
    """The version that a write must find, None where any will do; raise ConflictError where it is stale already."""
    if tags is None or tags == "*":
        return None
    # A weak one, `W/"3"`, never matches.
    if tags != str(task.version) and _of(task) not in re.findall(_TAG, tags):
        raise ConflictError(task.task_id, is_stale=True)
    return task.version


def tag(response: Response, task: Task) -> None:
    """Say which version the answer shows."""
    response.headers["ETag"] = _of(task)


def _of(task: Task) -> str:
    return f'"{task.version}"'
