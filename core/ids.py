"""The distinct identifier types, so that a task id cannot be passed where a person id is due."""

import re
from typing import NewType

TaskId = NewType("TaskId", str)
"""`T-42`: a number per workspace that people type."""
PersonId = NewType("PersonId", str)
"""The Cognito `sub`, which is also the user name in the pool."""
SlackUserId = NewType("SlackUserId", str)
"""`U…` or `W…`, unique within a workspace."""
WorkspaceId = NewType("WorkspaceId", str)
"""The Slack `team_id`, `T…`."""
EventId = NewType("EventId", str)
"""A ULID: sorts by the time it was made."""
JobId = NewType("JobId", str)
"""A ULID too."""

_TASK_ID = re.compile(r"(?:t[-\u2010\u2011\u2013\u2014]?)?0*([1-9][0-9]{0,11})", re.IGNORECASE | re.ASCII)


def task_id_from_number(number: int) -> TaskId:
    return TaskId(f"T-{number}")


def parse_task_id(text: str) -> TaskId | None:
    """Read `T-42`, `t-42`, `t42` or `42`, with any keyboard's hyphen; anything else is None."""
    match = _TASK_ID.fullmatch(text.strip())
    return TaskId(f"T-{match[1]}") if match else None
