"""What stands in a person's App Home, read afresh."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.home.view import HANDED_OUT, HOME_PAGE, HomeContent
from core.people.model import Person
from core.storage.order import laid_over
from core.tasks.model import Task
from core.tasks.queries import Scope, Slice, TaskQuery

ListPeople = Callable[[], Sequence[Person]]
"""Gives the people whose workload admins are shown."""


class ListTasks(Protocol):
    def __call__(self, query: TaskQuery, *, limit: int, at: str | None = None) -> Slice[Task]: ...


class HomeReader:
    def __init__(self, list_tasks: ListTasks, list_people: ListPeople) -> None:
        self._list_tasks = list_tasks
        self._list_people = list_people

    def read(self, person: Person, *, changed: Task | None = None, at: str | None = None) -> HomeContent:
        """Read a person's lists, their own from a place on; `changed` is a task that the indexes may still lag."""
        me = person.person_id
        mine, created = TaskQuery(Scope.OWNER, me), TaskQuery(Scope.CREATOR, me, except_owner=me)
        return HomeContent(
            self._page(mine, HOME_PAGE, changed, at),
            self._page(created, HANDED_OUT, changed),
            [each for each in self._list_people() if each.is_team_member] if person.is_admin else (),
        )

    def _page(self, query: TaskQuery, limit: int, changed: Task | None, at: str | None = None) -> Slice[Task]:
        found = self._list_tasks(query, limit=limit, at=at)
        return laid_over(found, query, changed) if changed else found
