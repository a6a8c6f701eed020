"""The directory: everybody in the team by name, found by the beginning of a name or an email address."""

from collections.abc import Mapping, Sequence

from core.clock import Clock
from core.ids import PersonId
from core.people.model import Person
from core.people.ports import DirectoryRepository
from core.people.queries import DirectoryFilter, DirectoryQuery
from core.people.workload import CAP
from core.storage.schema import DIRECTORY_BY_EMAIL
from core.storage.slices import Cursor
from core.tasks.ports import TaskRepository
from core.tasks.queries import Scope, Slice, TaskQuery


class Directory:
    """Reads for everybody in the team; what may be done about a person is decided elsewhere."""

    def __init__(self, people: DirectoryRepository, tasks: TaskRepository, clock: Clock) -> None:
        self._people = people
        self._tasks = tasks
        self._clock = clock

    def page(
        self, text: str = "", *, only: DirectoryFilter | None = None, limit: int, at: str | None = None
    ) -> Slice[Person]:
        """People by name. What is typed begins a name, or where nobody has such a name, an email address.

        Raises:
            InvalidInputError: `at` is no place of this list.
        """
        prefix = text.strip()
        by_name = DirectoryQuery(prefix, only=only)
        by_email = DirectoryQuery(prefix, by_email=True, only=only)
        place = Cursor.read(at) if at is not None else None
        if "@" in prefix or (place is not None and place.sort.startswith(DIRECTORY_BY_EMAIL)):
            return self._people.slice(by_email, limit=limit, at=at)
        found = self._people.slice(by_name, limit=limit, at=at)
        # Where nothing follows a place, what is given is what came before it.
        is_over = place is not None and place.goes_on and found.previous is not None
        if found.items or not prefix or (found.gave_up and not is_over):
            return found
        return self._people.slice(by_email, limit=limit)

    def overdue(self, people: Sequence[Person]) -> Mapping[PersonId, int]:
        """How many tasks of each are overdue, up to `CAP`: one counting Query for everybody who has any open."""
        now = self._clock()
        return {
            person.person_id: self._tasks.count(TaskQuery(Scope.OWNER, person.person_id, due_before=now), limit=CAP)
            if person.open_tasks
            else 0
            for person in people
        }
