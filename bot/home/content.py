"""What stands in a person's App Home, read afresh."""

from typing import Protocol

from bot.home.view import BUSIEST, HANDED_OUT, HOME_PAGE, REQUESTS, HomeContent
from core.links.model import LinkRequest, RequestState
from core.people.model import Person
from core.people.workload import Workload
from core.storage.order import laid_over
from core.tasks.model import Task
from core.tasks.queries import Scope, Slice, TaskQuery


class ListTasks(Protocol):
    def __call__(self, query: TaskQuery, *, limit: int, at: str | None = None) -> Slice[Task]: ...


class ReadWorkload(Protocol):
    def __call__(self, *, limit: int) -> Workload: ...


class ListRequests(Protocol):
    def __call__(self, *, limit: int) -> Slice[LinkRequest]: ...


class HomeReader:
    """Reads what the person may see: the team's workload and the link requests are for admins."""

    def __init__(self, list_tasks: ListTasks, read_workload: ReadWorkload, list_requests: ListRequests) -> None:
        self._list_tasks = list_tasks
        self._read_workload = read_workload
        self._list_requests = list_requests

    def read(
        self,
        person: Person,
        *,
        changed: Task | None = None,
        at: str | None = None,
        request: LinkRequest | None = None,
    ) -> HomeContent:
        """Read a person's lists, their own from a place on; the indexes may still lag `changed` and `request`."""
        me = person.person_id
        mine, created = TaskQuery(Scope.OWNER, me), TaskQuery(Scope.CREATOR, me, except_owner=me)
        tasks = self._page(mine, HOME_PAGE, changed, at), self._page(created, HANDED_OUT, changed)
        if not person.is_admin:
            return HomeContent(*tasks)
        return HomeContent(*tasks, self._read_workload(limit=BUSIEST), self._requests(request))

    def _page(self, query: TaskQuery, limit: int, changed: Task | None, at: str | None = None) -> Slice[Task]:
        found = self._list_tasks(query, limit=limit, at=at)
        return laid_over(found, query, changed) if changed else found

    def _requests(self, changed: LinkRequest | None) -> Slice[LinkRequest]:
        found = self._list_requests(limit=REQUESTS)
        if changed is None:
            return found
        others = [each for each in found.items if each.request_id != changed.request_id]
        # Who asked last comes last: behind a full page, it is not on this one.
        is_shown = changed.state is RequestState.PENDING and len(others) < REQUESTS and not found.following
        return found.of([*others, changed] if is_shown else others)
