"""Every operation on tasks. Doors call it; it decides, and saves the change and its event as one."""

from collections.abc import Callable
from typing import Final

from core.clock import Clock, EventIds
from core.errors import ConflictError, ForbiddenError, InvalidInputError
from core.events import Change, Event, EventActor, EventType
from core.ids import PersonId, TaskId, WorkspaceId, task_id_from_number
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks import rights
from core.tasks.model import NewTask, Task, TaskStatus
from core.tasks.ports import Page, Saved, TaskRepository, TaskWrite

_ATTEMPTS: Final = 5
"""How often a change that does not depend on what the person saw is tried on the newest version."""


class TaskService:
    def __init__(
        self,
        tasks: TaskRepository,
        people: PeopleService,
        workspace: WorkspaceId,
        clock: Clock,
        event_ids: EventIds,
    ) -> None:
        self._tasks = tasks
        self._people = people
        self._workspace = workspace
        self._clock = clock
        self._event_ids = event_ids

    def create(self, actor: Actor, new: NewTask, *, once: str | None = None) -> Saved:
        """Make a task and announce it; its number is the next of the workspace.

        `once` names the request: its repetition makes nothing and answers with the first one's task.

        Raises:
            ForbiddenError: a member creates for somebody else.
            InvalidInputError: `deadline` is past, or `assigned_to` is nobody who can be given a task.
        """
        actor = self._people.entitled(
            actor, lambda person: rights.may_create_for(person, new.assigned_to), "task.create_for_others"
        )
        now = self._clock()
        if new.deadline is not None and new.deadline <= now:
            raise InvalidInputError.of("deadline", "in_past", deadline=new.deadline)
        owner = self._owner(actor, new.assigned_to)
        task = Task(
            **new.model_dump(exclude={"assigned_to"}),
            task_id=task_id_from_number(self._tasks.next_number()),
            version=1,
            assigned_to=owner.ref if owner else None,
            created_by=actor.person.ref,
            created_at=now,
            updated_at=now,
        )
        events = [self._event(EventType.TASK_CREATED, actor, task)]
        if owner is not None:
            assigned = Change(field="assigned_to", after=owner.ref.model_dump(mode="json", exclude_none=True))
            events.append(self._event(EventType.TASK_ASSIGNED, actor, task, assigned))
        return self._save(lambda: TaskWrite(None, task, tuple(events), once))

    def change_status(self, actor: Actor, task_id: TaskId, status: TaskStatus, *, once: str | None = None) -> Saved:
        """Move a task to `status` and announce it; a task that is there already stays as it is.

        Raises:
            NotFoundError: there is no such task.
            ForbiddenError: a member's task is neither owned nor created by them.
            ConflictError: others change it faster than this change finds a gap.
        """

        def write() -> TaskWrite | Saved:
            nonlocal actor
            before = self._tasks.get(task_id)
            actor = self._people.entitled(
                actor, lambda person: rights.may_change_status(person, before), "task.change_status"
            )
            if before.task_status == status:
                return Saved(before, changed=False)
            now = self._clock()
            after = before.model_copy(
                update={
                    "task_status": status,
                    "version": before.version + 1,
                    "updated_at": now,
                    "closed_at": now if status.is_closed else None,
                }
            )
            change = Change(field="task_status", before=before.task_status, after=status)
            return TaskWrite(before, after, (self._event(EventType.TASK_STATUS_CHANGED, actor, after, change),), once)

        return self._save(write)

    def get(self, task_id: TaskId) -> Task:
        """Everyone in the team may see every task; raises NotFoundError."""
        return self._tasks.get(task_id)

    def open_of(self, owner: PersonId, *, limit: int, cursor: str | None = None) -> Page[Task]:
        """Open tasks of a person, soonest deadline first."""
        return self._tasks.open_of(owner, limit=limit, cursor=cursor)

    def all_of(self, actor: Actor, owner: PersonId | None, *, limit: int, cursor: str | None = None) -> Page[Task]:
        """Open and closed tasks of a person (None: of nobody); members get only their own, else ForbiddenError."""
        _require(rights.may_list_of(actor.person, owner), "task.list_of_others")
        return self._tasks.all_of(owner, limit=limit, cursor=cursor)

    def everything(self, actor: Actor, *, limit: int, cursor: str | None = None) -> Page[Task]:
        """Every task of the workspace, for admins; raises ForbiddenError."""
        _require(rights.may_list_everything(actor.person), "task.list_everything")
        return self._tasks.everything(limit=limit, cursor=cursor)

    def history(self, task_id: TaskId, *, limit: int, cursor: str | None = None) -> Page[Event]:
        """What happened to a task, newest first."""
        return self._tasks.history(task_id, limit=limit, cursor=cursor)

    def _owner(self, actor: Actor, owner: PersonId | None) -> Person | None:
        if owner is None:
            return None
        return actor.person if owner == actor.person_id else self._people.assignable(owner)

    def _event(self, detail_type: EventType, actor: Actor, task: Task, *changes: Change) -> Event:
        return Event(
            detail_type=detail_type,
            event_id=self._event_ids(task.updated_at),
            occurred_at=task.updated_at,
            workspace=self._workspace,
            actor=EventActor.of(actor),
            task=task,
            changes=changes,
        )

    def _save(self, write: Callable[[], TaskWrite | Saved]) -> Saved:
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._try(write())
            except ConflictError:
                continue
        return self._try(write())

    def _try(self, write: TaskWrite | Saved) -> Saved:
        return write if isinstance(write, Saved) else self._tasks.save(write)


def _require(allowed: bool, action: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not allowed:
        raise ForbiddenError(action)
