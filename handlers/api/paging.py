"""Lists: a page at a time, the body a plain array, the way to the next page in a header."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query, Response

from core.tasks.model import Task
from core.tasks.ports import Page
from handlers.api.openapi import Responses
from handlers.api.schemas import TaskAnswer

NEXT_CURSOR: Final = "X-Next-Cursor"
PAGED: Final[Responses] = {
    200: {
        "headers": {
            NEXT_CURSOR: {
                "description": "The `cursor` of the next page; absent on the last.",
                "schema": {"type": "string"},
            }
        }
    }
}


@dataclass(frozen=True, slots=True)
class _Window:
    limit: int
    cursor: str | None


async def _window(
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
    cursor: Annotated[str | None, Query(max_length=2048, description="The `X-Next-Cursor` of the page before.")] = None,
) -> _Window:
    return _Window(limit, cursor)


Window = Annotated[_Window, Depends(_window)]


def answer_page(page: Page[Task], response: Response) -> list[TaskAnswer]:
    """Shape a page of tasks, and name the next one in the header."""
    if page.cursor is not None:
        response.headers[NEXT_CURSOR] = page.cursor
    return [TaskAnswer.of(task) for task in page.items]
