"""Everything that can go wrong in the product's own terms.

    TaskBotError
    ├── InvalidInputError      what was typed cannot be used; names the fields
    ├── NotFoundError          no such task or person
    ├── ForbiddenError         this person may not do this
    ├── ConflictError          somebody changed it meanwhile
    ├── NotLinkedError         this Slack user has no team account yet
    └── DependencyError        AWS or Slack did not do its part

Errors carry data; the doors turn them into sentences.
"""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from core.ids import SlackUserId


class TaskBotError(Exception):
    """The root of the tree: whatever a door answers with a sentence of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field; `code` is pydantic's error type or one of ours."""

    field: str
    code: str
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class InvalidInputError(TaskBotError):
    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{each.field}: {each.code}" for each in problems))
        self.problems = problems

    @classmethod
    def of(cls, field: str, code: str, **details: Any) -> "InvalidInputError":
        return cls(Problem(field, code, details))

    @classmethod
    def from_validation(cls, failure: ValidationError) -> "InvalidInputError":
        """Keep which field failed and why; drop the input itself, which may be private."""
        return cls(
            *(
                Problem(".".join(map(str, each["loc"])), each["type"], each.get("ctx", {}))
                for each in failure.errors(include_url=False, include_input=False)
            )
        )


class NotFoundError(TaskBotError):
    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"no {kind} {key}")
        self.kind = kind
        self.key = key


class ForbiddenError(TaskBotError):
    """`action` names the right that is missing, for example `task.assign`."""

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


class ConflictError(TaskBotError):
    """The stored version is not the expected one.

    `is_stale`: the person looked at an older one, so that trying again cannot help.
    """

    def __init__(self, key: str, *, is_stale: bool = False) -> None:
        super().__init__(f"{key} was changed meanwhile")
        self.key = key
        self.is_stale = is_stale


class NotLinkedError(TaskBotError):
    def __init__(self, slack_user_id: SlackUserId) -> None:
        super().__init__(f"{slack_user_id} is not linked")
        self.slack_user_id = slack_user_id


class DependencyError(TaskBotError):
    """`retryable`: the same call may succeed later. `uncertain`: it may have been carried out all the same.

    `retry_after`: how long the dependency asked to be left alone, by every caller.
    """

    def __init__(
        self,
        dependency: str,
        reason: str,
        *,
        retryable: bool,
        uncertain: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{dependency}: {reason}")
        self.dependency = dependency
        self.reason = reason
        self.retryable = retryable
        self.uncertain = uncertain
        self.retry_after = retry_after
