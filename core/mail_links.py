"""The links in mails: signed, for one person and one thing, and good only for a time.

A link proves who it was mailed to, and no more: what that person may do is decided when it is used.
Only doors that write or read such links import this module: it brings python-jose with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from jose import jwt
from jose.exceptions import JWTError

from core.clock import Clock
from core.errors import NotFoundError
from core.ids import PersonId, TaskId
from core.notifications.model import Kind

_ALGORITHM: Final = "HS256"
TASK_GOOD_FOR: Final = timedelta(days=7)
UNSUBSCRIBE_GOOD_FOR: Final = timedelta(days=60)
"""Whoever finds an old mail can still stop the next one; such a link can do nothing else."""


class _Purpose(StrEnum):
    """What a link is for: one made for something else proves nothing here."""

    TASK = "task"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class TaskLink:
    """A person's way to one task."""

    person_id: PersonId
    task_id: TaskId


@dataclass(frozen=True, slots=True)
class UnsubscribeLink:
    """A person's way to get no more mails of some kinds."""

    person_id: PersonId
    kinds: tuple[Kind, ...]


class MailLinks:
    def __init__(self, key: str, public_url: str, clock: Clock) -> None:
        self._key = key
        self._public_url = public_url
        self._clock = clock

    def view(self, person_id: PersonId, task_id: TaskId) -> str:
        """Where a person finds a task."""
        return f"{self._public_url}/web/task/{self._task(person_id, task_id)}"

    def done(self, person_id: PersonId, task_id: TaskId) -> str:
        """Where a person marks it done."""
        return f"{self._public_url}/web/done/{self._task(person_id, task_id)}"

    def unsubscribe(self, person_id: PersonId, kinds: Sequence[Kind]) -> str:
        """Where a person, or the mail program for them, stops mails of these kinds."""
        token = self._sign(_Purpose.UNSUBSCRIBE, UNSUBSCRIBE_GOOD_FOR, sub=person_id, kinds=list(kinds))
        return f"{self._public_url}/web/unsubscribe/{token}"

    def read_task(self, token: str) -> TaskLink:
        """Raise NotFoundError where the link was not made here, for this, or is too old."""
        claims = self._verified(token, _Purpose.TASK)
        return TaskLink(PersonId(claims["sub"]), TaskId(claims["task"]))

    def read_unsubscribe(self, token: str) -> UnsubscribeLink:
        """Raise NotFoundError as `read_task` does."""
        claims = self._verified(token, _Purpose.UNSUBSCRIBE)
        known = {str(kind) for kind in Kind}
        return UnsubscribeLink(PersonId(claims["sub"]), tuple(Kind(kind) for kind in claims["kinds"] if kind in known))

    def _task(self, person_id: PersonId, task_id: TaskId) -> str:
        return self._sign(_Purpose.TASK, TASK_GOOD_FOR, sub=person_id, task=task_id)

    def _sign(self, purpose: _Purpose, good_for: timedelta, **claims: Any) -> str:
        expires_at = int((self._clock() + good_for).timestamp())
        token: str = jwt.encode({**claims, "aud": str(purpose), "exp": expires_at}, self._key, _ALGORITHM)
        return token

    def _verified(self, token: str, purpose: _Purpose) -> dict[str, Any]:
        required = {"require_aud": True, "require_exp": True, "require_sub": True}
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=str(purpose),
                options={**required, "verify_exp": False},  # Its clock is not ours: see below.
            )
        except JWTError as refusal:
            raise NotFoundError("mail link", "") from refusal
        if claims["exp"] <= self._clock().timestamp():
            raise NotFoundError("mail link", "")
        return claims
