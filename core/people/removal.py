"""The steps of removing somebody: first they are locked out, then their tasks move, then they leave the directory."""

from core.clock import Clock
from core.errors import ConflictError
from core.events import Change, EventType
from core.ids import PersonId
from core.jobs.model import Job, JobState, MemberOrder
from core.jobs.news import JobNews
from core.jobs.ports import JobRepository, Outcome
from core.jobs.service import Advance
from core.links.unlinking import Unlinking
from core.people.accounts import Accounts
from core.people.model import Person, Roles
from core.people.ports import PersonRepository
from core.tasks.moving import TaskMoves


class MemberRemoval:
    def __init__(
        self,
        accounts: Accounts,
        people: PersonRepository,
        jobs: JobRepository,
        moves: TaskMoves,
        unlinking: Unlinking,
        news: JobNews,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._people = people
        self._jobs = jobs
        self._moves = moves
        self._unlinking = unlinking
        self._news = news
        self._clock = clock

    def advance(self, job: Job) -> Advance:
        order = job.member or MemberOrder()
        person = self._people.get(order.person_id or PersonId(""))
        if not job.is_locked_out:
            return Advance(self._lock_out(job, person))
        moved = self._moves.move_some(job, person.person_id, order.heirs)
        if moved:
            return Advance(job)
        if person.open_tasks:
            return Advance(job, is_stuck=True)  # The list of their tasks lags a moment behind the tasks.
        return self._end(job, person)

    def _lock_out(self, job: Job, person: Person) -> Job:
        """From here on they can do nothing, and nobody can give them a task."""
        account = self._accounts.find(person.person_id)
        if account is not None:
            if account.enabled:
                self._accounts.disable(account.person_id)
            self._accounts.sign_out(account.person_id)
        locked_out = Roles(groups=person.groups, enabled=False, checked_at=self._clock())
        self._people.remember_roles(person.person_id, locked_out)
        self._unlinking.unlink(person, job.actor)
        return job.but(is_locked_out=True, total=job.done + person.open_tasks)

    def _end(self, job: Job, person: Person) -> Advance:
        self._unlinking.unlink(person, job.actor)  # One that was made at the moment they were locked out.
        self._accounts.delete(person.person_id)
        now = self._clock()
        # None of their tasks is left, so that none is counted after this.
        job = job.but(told=self._jobs.get(job.job_id).told)
        after = person.model_copy(
            update={"enabled": False, "groups": frozenset(), "removed_at": now, "checked_at": now}
        )
        moved = Change(field="open_tasks", before=job.done, after=0)
        event = self._news.of_member(job, EventType.MEMBER_REMOVED, after, moved)
        ended = job.but(state=JobState.DONE, ended_at=now)
        try:
            self._jobs.end(ended, Outcome(event, person, after), self._news.ended(ended, person))
        except ConflictError as conflict:
            if conflict.key == "person":
                return Advance(job, is_stuck=True)  # A task came back to them at the last moment.
            raise
        return Advance(ended)
