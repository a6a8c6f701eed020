"""One change for many tasks, by the rights of whoever asks; a job, so that it ends whoever dies, with one Undo."""

from collections.abc import Iterable, Sequence
from typing import Final

from core.clock import Clock
from core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, TaskBotError
from core.events import Gathered
from core.ids import JobId, TaskId
from core.jobs.model import CHUNK, Guards, Job, JobKind, JobState, TaskChange, TaskChangeKind, TaskOrder
from core.jobs.news import JobNews
from core.jobs.ports import JobRepository
from core.jobs.service import Advance, JobBook, JobService
from core.people.model import Actor
from core.people.service import PeopleService
from core.tasks.model import OPEN_STATUSES, NewTask, TaskStatus
from core.tasks.ports import JobStep, Saved
from core.tasks.service import UNDO_FOR, TaskService

SELECTED_LIMIT: Final = 50
OWNERS_LIMIT: Final = 25
_CHANGED: Final = "changed"


class BulkChanges:
    """The doors' side."""

    def __init__(self, tasks: TaskService, book: JobBook, jobs: JobService, clock: Clock) -> None:
        self._tasks = tasks
        self._book = book
        self._jobs = jobs
        self._clock = clock

    def change(self, actor: Actor, task_ids: Sequence[TaskId], change: TaskChange, *, once: str | None = None) -> Job:
        """Change up to 50 tasks; beyond 25 the job is pending when it comes back, and `work` does it.

        Each task is changed or refused by the rights of the actor; the job says which, and why.

        Raises:
            InvalidInputError: on `tasks`, `missing` or `too_many`; on `deadline`, `in_past`.
        """
        wanted = tuple(dict.fromkeys(task_ids))
        if not wanted:
            raise InvalidInputError.of("tasks", "missing")
        if len(wanted) > SELECTED_LIMIT:
            raise InvalidInputError.of("tasks", "too_many", limit=SELECTED_LIMIT, count=len(wanted))
        if change.deadline is not None and change.deadline <= self._clock():
            raise InvalidInputError.of("deadline", "in_past", deadline=change.deadline)
        order = TaskOrder(task_ids=wanted, change=change)
        return self._begin(actor, JobKind.CHANGE_TASKS, order, once)

    def undo(self, actor: Actor, job_id: JobId, *, once: str | None = None) -> Job:
        """Put back what a job has changed, task by task as Undo of one task does.

        Raises:
            NotFoundError: there is no such job.
            ForbiddenError: somebody else began it.
            InvalidInputError: on `undo`, `too_late`.
            ConflictError: it is not finished.
        """
        job = self._jobs.get(job_id)
        if job.kind is not JobKind.CHANGE_TASKS or job.actor.person_id != actor.person_id:
            raise ForbiddenError("task.undo")
        if job.ended_at is None:
            raise ConflictError(job_id)
        if self._clock() - job.ended_at > UNDO_FOR:
            raise InvalidInputError.of("undo", "too_late")
        order = TaskOrder(task_ids=tuple(job.made), undoes=job.made)
        return self._begin(actor, JobKind.UNDO_TASKS, order, once)

    def create_for_each(
        self, actor: Actor, new: NewTask, owners: Sequence[str], *, once: str | None = None
    ) -> list[Saved]:
        """Make one task for each owner; all owners are checked first, and repeating a request makes no second ones.

        Raises:
            ForbiddenError: as `TaskService.create`.
            InvalidInputError: as `TaskService.create`; on `assigned_to`, `too_many`.
        """
        wanted = list(dict.fromkeys(owners))
        if len(wanted) > OWNERS_LIMIT:
            raise InvalidInputError.of("assigned_to", "too_many", limit=OWNERS_LIMIT, count=len(wanted))
        each = [new.model_copy(update={"assigned_to": owner}) for owner in wanted]
        for one in each:
            actor = self._tasks.check_new(actor, one)
        return [self._tasks.create(actor, one, once=f"{once}:{one.assigned_to}" if once else None) for one in each]

    def _begin(self, actor: Actor, kind: JobKind, order: TaskOrder, once: str | None) -> Job:
        job = self._book.draft(kind, actor).but(tasks=order, total=len(order.task_ids))
        if len(order.task_ids) > CHUNK:
            return self._book.begin(job, Guards(), None, once)
        lease = self._jobs.lease()
        begun = self._book.begin(job, Guards(), lease, once)
        return self._jobs.run_inline(begun, lease) if begun.job_id == job.job_id else begun


class BulkRunner:
    """The steps: a chunk of tasks each, every change counted with the task's own transaction."""

    def __init__(
        self, tasks: TaskService, people: PeopleService, jobs: JobRepository, news: JobNews, clock: Clock
    ) -> None:
        self._tasks = tasks
        self._people = people
        self._jobs = jobs
        self._news = news
        self._clock = clock

    def advance(self, job: Job) -> Advance:
        order = job.tasks or TaskOrder(task_ids=())
        actor = self._people.actor_again(job.actor.person_id, job.actor.entry)
        tasks = self._tasks.as_part_of(JobStep(job.ref, _CHANGED, can_be_undone=True)).only_from(OPEN_STATUSES)
        refused = dict(job.refused)
        following = job.place + CHUNK
        for task_id in order.task_ids[job.place : following]:
            try:
                self._change(tasks, actor, task_id, order)
            except (ConflictError, ForbiddenError, InvalidInputError, NotFoundError) as failure:
                refused[task_id] = self._closed_by(task_id, order, failure) or _reason(failure)
        job = job.but(place=following, refused=refused)
        if following < len(order.task_ids):
            return Advance(job)
        counted = self._jobs.get(job.job_id)
        ended = job.but(state=JobState.DONE, ended_at=self._clock(), told=in_order(counted.told, order.task_ids))
        self._jobs.end(ended, None, self._news.ended(ended))
        return Advance(self._jobs.get(job.job_id))

    def _closed_by(self, task_id: TaskId, order: TaskOrder, failure: TaskBotError) -> str | None:
        """Why a change came too late: as what the task was closed, and by whom."""
        if order.change is None or not isinstance(failure, ConflictError) or not failure.is_stale:
            return None
        try:
            task = self._tasks.get(task_id)
        except NotFoundError as gone:
            return _reason(gone)
        move = self._tasks.last_move(task) if not task.is_open else None
        return f"{task.task_status}:{move.actor.name}" if move else None

    def _change(self, tasks: TaskService, actor: Actor, task_id: TaskId, order: TaskOrder) -> None:
        change = order.change
        if change is None:
            tasks.undo(actor, task_id, order.undoes[task_id])
            return
        match change.kind:
            case TaskChangeKind.REASSIGN:
                tasks.assign(actor, task_id, change.owner)
            case TaskChangeKind.MOVE_DEADLINE:
                tasks.set_deadline(actor, task_id, change.deadline)
            case TaskChangeKind.CANCEL:
                tasks.change_status(actor, task_id, TaskStatus.CANCELLED)


def in_order(told: Iterable[Gathered], task_ids: Sequence[TaskId]) -> tuple[Gathered, ...]:
    """The same with everybody's tasks named in the order of the list that they were chosen from."""
    return tuple(
        each.model_copy(update={"task_ids": tuple(sorted(each.task_ids, key=task_ids.index))}) for each in told
    )


def _reason(failure: TaskBotError) -> str:
    match failure:
        case ForbiddenError():
            return failure.action
        case InvalidInputError():
            return failure.problems[0].code
        case NotFoundError():
            return "not_found"
    return "changed_meanwhile"
