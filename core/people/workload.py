"""How much everybody has to do: who has the most, and who has nothing."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from core.clock import Clock
from core.ids import PersonId
from core.people.model import Actor, Person
from core.people.ports import PersonRepository
from core.people.service import PeopleService
from core.tasks.ports import TaskRepository
from core.tasks.queries import Scope, TaskQuery

CAP: Final = 100
"""Nobody looks at the difference beyond."""


class Load(NamedTuple):
    """What one person has to do; `overdue` counts up to `CAP`."""

    person_id: PersonId
    name: str
    open: int
    overdue: int


class Workload(NamedTuple):
    """The team's: `open` is all that anybody has, `busiest` comes with the most first, `idle` has nobody with any.

    `others` says how many more have some.
    """

    open: int = 0
    busiest: Sequence[Load] = ()
    others: int = 0
    idle: Sequence[str] = ()


class TeamNumbers(NamedTuple):
    """How the team is doing; `overdue` and `unassigned` count up to `CAP`."""

    workload: Workload
    overdue: int
    unassigned: int


class WorkloadReader:
    """Reads without asking who wants to know; whoever shows it sees to that."""

    def __init__(self, people: PersonRepository, tasks: TaskRepository, clock: Clock) -> None:
        self._people = people
        self._tasks = tasks
        self._clock = clock

    def read(self, *, limit: int) -> Workload:
        """Look at everybody, and count what is overdue for the `limit` busiest: one counting Query each."""
        team = [person for person in self._people.everybody() if person.is_team_member]
        busy = sorted((person for person in team if person.open_tasks > 0), key=lambda person: -person.open_tasks)
        return Workload(
            sum(person.open_tasks for person in busy),
            [self._load(person) for person in busy[:limit]],
            len(busy[limit:]),
            [person.name for person in team if person.open_tasks <= 0],
        )

    def numbers(self, *, limit: int) -> TeamNumbers:
        """The same with what is overdue in the whole team, and what nobody has: one counting Query more for each."""
        overdue = self._tasks.count(TaskQuery(Scope.TEAM, due_before=self._clock()), limit=CAP)
        return TeamNumbers(self.read(limit=limit), overdue, self._tasks.count(TaskQuery(Scope.OWNER, None), limit=CAP))

    def _load(self, person: Person) -> Load:
        overdue = TaskQuery(Scope.OWNER, person.person_id, due_before=self._clock())
        counted = self._tasks.count(overdue, limit=CAP)
        return Load(person.person_id, person.name, person.open_tasks, counted)


class WorkloadService:
    """The numbers, for admins."""

    def __init__(self, workload: WorkloadReader, people: PeopleService) -> None:
        self._workload = workload
        self._people = people

    def numbers(self, actor: Actor, *, limit: int) -> TeamNumbers:
        """Raise ForbiddenError where whoever asks is no admin, now."""
        self._people.entitled(actor, lambda person: person.is_admin, "team.stats")
        return self._workload.numbers(limit=limit)
