"""Lists: a page at a time, the body plain, the way to the next page in a header."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query, Request, Response

from core.ids import PersonId
from core.people.model import Actor
from core.tasks.model import Task
from core.tasks.ports import Page
from handlers.api.cursors import Cursors
from handlers.api.openapi import Responses
from handlers.api.schemas.tasks import TaskAnswer

NEXT_CURSOR: Final = "X-Next-Cursor"
PAGED: Final[Responses] = {
    200: {
        "headers": {
            NEXT_CURSOR: {
                "description": "The `cursor` of the next page; absent on the last.",
                "schema": {"type": "string"},
                "example": "gAAAAABnQ…",
            }
        }
    }
}


@dataclass(frozen=True, slots=True)
class PageWindow:
    """The part of a list that was asked for."""

    limit: int
    cursor: str | None
    address: str
    cursors: Cursors

    def place(self, caller: Actor) -> str | None:
        """Where the page starts; None is the beginning."""
        return self.cursors.open(self.cursor, caller.person_id, self.address) if self.cursor else None

    def name_next(self, response: Response, place: str | None, caller: Actor) -> None:
        """Tell the caller how to get at what follows, if anything does."""
        if place is not None:
            response.headers[NEXT_CURSOR] = self.cursors.seal(place, PersonId(caller.person_id), self.address)


async def _window(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many; a page may be shorter.")] = 100,
    cursor: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=4096,
            description="The `X-Next-Cursor` of the page before.",
            examples=["gAAAAABnQ…"],
        ),
    ] = None,
) -> PageWindow:
    return PageWindow(limit, cursor, request.url.path.removesuffix(".csv"), request.app.state.cursors)


Window = Annotated[PageWindow, Depends(_window)]


def answer_page(page: Page[Task], response: Response, window: PageWindow, caller: Actor) -> list[TaskAnswer]:
    """Shape a page of tasks, and name the next one in the header."""
    window.name_next(response, page.cursor, caller)
    return [TaskAnswer.of(task) for task in page.items]
