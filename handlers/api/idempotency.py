"""`Idempotency-Key`: a request that is repeated under its key is answered as before and changes nothing.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Header, Request

from core.errors import InvalidInputError
from core.people.model import Actor
from core.tasks.model import Task
from core.tasks.ports import Saved
from core.tasks.service import TaskService
from handlers.api.schemas import Request as Body


class OnceOnly:
    """The request's key, if it has one."""

    def __init__(self, key: str | None, target: str) -> None:
        self._key = key
        self._target = target

    def do(self, actor: Actor, tasks: TaskService, body: Body, save: Callable[[str | None, str | None], Saved]) -> Task:
        """Save under the key, or find what was saved under it before: the task as this request left it then.

        `save` takes the name of the request and the digest of what it asks.

        Raises:
            InvalidInputError: on `Idempotency-Key`, `taken`: it came with something else before.
        """
        if self._key is None:
            return save(None, None).task
        name = f"api#{actor.person_id}#{self._key}"
        asked = hashlib.sha256(f"{self._target}\n{body.model_dump_json()}".encode()).hexdigest()
        earlier = tasks.earlier(name)
        if earlier is None:
            saved = save(name, asked)
            if saved.changed:
                return saved.task
            earlier = tasks.earlier(name)
        if earlier is None or earlier.asked != asked:
            raise InvalidInputError.of("Idempotency-Key", "taken")
        return earlier.task


def _once(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            pattern=r"^[\x21-\x7e]+$",
            max_length=255,
            description="A name of your own for this request. Sent again within a day with the same body, it is "
            "answered as before and changes nothing; with another body it is refused.",
            examples=["import-2026-11-22-row-17"],
        ),
    ] = None,
) -> OnceOnly:
    return OnceOnly(key, f"{request.method} {request.url.path}")


Once = Annotated[OnceOnly, Depends(_once)]
