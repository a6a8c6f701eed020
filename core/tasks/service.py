"""Every operation on tasks. Doors call it; it decides, and saves the change and its event as one."""

import copy
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock, EventIds
from core.errors import ConflictError, ForbiddenError, InvalidInputError
from core.events import Change, Event, EventActor, EventType
from core.ids import PersonId, TaskId, WorkspaceId, task_id_from_number
from core.notifications.plan import concerned_by
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks import rights
from core.tasks.changes import announcements, with_owner, with_status
from core.tasks.model import Comment, NewTask, Task, TaskEdit, TaskStatus
from core.tasks.ports import Earlier, JobStep, Page, Saved, TaskRepository, TaskWrite
from core.tasks.queries import Slice, TaskQuery
from core.tasks.words import SHORTEST, typed_words
from core.validation import validated

_ATTEMPTS: Final = 5
"""How often a change that does not depend on what the person saw is tried on the newest version."""
UNDO_FOR: Final = timedelta(minutes=10)
_LOOKS_BACK: Final = 25
"""How many entries of the history are read to find what came before: comments stand between changes."""


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
        self.workspace = workspace
        self._clock = clock
        self._event_ids = event_ids
        self._step: JobStep | None = None
        self._only_from: Collection[TaskStatus] | None = None

    def as_part_of(self, step: JobStep) -> "TaskService":
        """The same service, whose every change counts for a job."""
        part = copy.copy(self)
        part._step = step
        return part

    def only_from(self, statuses: Collection[TaskStatus]) -> "TaskService":
        """The same service, which changes no task that is in another status: ConflictError, with `is_stale`."""
        limited = copy.copy(self)
        limited._only_from = statuses
        return limited

    def create(self, actor: Actor, new: NewTask, *, once: str | None = None, asked: str | None = None) -> Saved:
        """Make a task and announce it; its number is the next of the workspace.

        `once` names the request: its repetition makes nothing and answers with the first one's task. `asked` is kept
        for `earlier`.

        Raises:
            ForbiddenError: a member creates for somebody else.
            InvalidInputError: `deadline` is past, or `assigned_to` is nobody who can be given a task.
        """
        actor, owner = self._checked(actor, new)
        now = self._clock()
        task = Task(
            **new.model_dump(exclude={"assigned_to"}),
            task_id=task_id_from_number(self._tasks.next_number()),
            version=1,
            assigned_to=owner.ref if owner else None,
            assigned_by=actor.person.ref if owner else None,
            created_by=actor.person.ref,
            created_at=now,
            updated_at=now,
            closed_at=now if new.task_status.is_closed else None,
        )
        events = [self._event(EventType.TASK_CREATED, actor, task, now)]
        if owner is not None:
            assigned = Change(field="assigned_to", after=owner.ref.model_dump(mode="json", exclude_none=True))
            events.append(self._event(EventType.TASK_ASSIGNED, actor, task, now, assigned))
        return self._save(lambda: TaskWrite(None, task, tuple(events), once, asked, self._step))

    def check_new(self, actor: Actor, new: NewTask) -> Actor:
        """Raise what `create` would, and make nothing; gives the actor with the roles that were relied on."""
        return self._checked(actor, new)[0]

    def change_status(
        self, actor: Actor, task_id: TaskId, status: TaskStatus, *, note: str | None = None, once: str | None = None
    ) -> Saved:
        """Move a task to `status` and announce it; a task that is there already stays as it is, a note is kept.

        Raises:
            NotFoundError: there is no such task.
            ForbiddenError: a member's task is neither owned nor created by them.
            ConflictError: others change it faster than this change finds a gap.
        """

        permit = _Permit(self._people, actor)

        def step(task: Task) -> Task:
            permit.require(lambda person: rights.may_change_status(person, task), "task.change_status")
            return with_status(task, status, self._clock())

        return self._change(actor, task_id, step, note=note, once=once)

    def assign(self, actor: Actor, task_id: TaskId, owner: PersonId | None, *, once: str | None = None) -> Saved:
        """Give a task to somebody, or to nobody; raises as `change_status` does, and InvalidInputError."""

        permit = _Permit(self._people, actor)

        def step(task: Task) -> Task:
            if owner == task.owner_id:
                return task
            return self._assigned(permit, task, owner)

        return self._change(actor, task_id, step, once=once)

    def hand_back(self, actor: Actor, task_id: TaskId, *, once: str | None = None) -> Saved:
        """Give a task of one's own back to whoever gave it; raises as `assign` does."""

        permit = _Permit(self._people, actor)

        def step(task: Task) -> Task:
            permit.require(lambda person: rights.may_hand_back(person, task), "task.hand_back")
            return self._assigned(permit, task, task.handed_out_by.person_id)

        return self._change(actor, task_id, step, once=once)

    def set_deadline(
        self, actor: Actor, task_id: TaskId, deadline: datetime | None, *, once: str | None = None
    ) -> Saved:
        """Move a deadline or take it away; raises as `edit` does."""
        return self.edit(actor, task_id, validated(TaskEdit, deadline=deadline), once=once)

    def edit(
        self, actor: Actor, task_id: TaskId, edit: TaskEdit, *, version: int | None = None, once: str | None = None
    ) -> Saved:
        """Change the given fields; `version` is the one that the person looked at.

        Fields that are given as they are need no right beyond that to the task's status.

        Raises:
            NotFoundError: there is no such task.
            ForbiddenError: a member did not create it for themselves, or gives it to somebody else.
            InvalidInputError: `deadline` is moved into the past, or `assigned_to` is nobody who can be given a task.
            ConflictError: with `is_stale`, it was changed since `version`.
        """

        permit = _Permit(self._people, actor)

        def step(task: Task) -> Task:
            edited = self._edited(permit, task, edit)
            if edited != task:
                _require_current(task, version)
            return edited

        return self._change(actor, task_id, step, once=once)

    def comment(
        self, actor: Actor, task_id: TaskId, text: str, *, once: str | None = None, asked: str | None = None
    ) -> Saved:
        """Say something about a task; its version stays, so that nobody's change is in conflict with it.

        Raises:
            NotFoundError: there is no such task.
            ForbiddenError: a member's task is neither owned nor created by them.
            InvalidInputError: `comment` is empty or too long.
        """
        note = validated(Comment, comment=text).comment

        permit = _Permit(self._people, actor)

        def step(task: Task) -> Task:
            permit.require(lambda person: rights.may_comment(person, task), "task.comment")
            return task

        return self._change(actor, task_id, step, note=note, once=once, asked=asked)

    def delete(self, actor: Actor, task_id: TaskId, *, version: int | None = None, once: str | None = None) -> Saved:
        """Take a task away; its history and a tombstone stay. Raises as `edit` does."""

        permit = _Permit(self._people, actor)

        def step(task: Task) -> Task:
            permit.require(lambda person: rights.may_delete(person, task), "task.delete")
            _require_current(task, version)
            return task.model_copy(update={"deleted_at": self._clock()})

        return self._change(actor, task_id, step, once=once)

    def undo(self, actor: Actor, task_id: TaskId, version: int, *, once: str | None = None) -> Saved:
        """Put a task back to where it was before the change that made `version`, also a deleted one.

        Raises:
            ForbiddenError: somebody else made that change.
            InvalidInputError: `undo`, `too_late`.
            ConflictError: with `is_stale`, it was changed since.
        """
        events = self._tasks.history(task_id, limit=_LOOKS_BACK).items
        made = next((event for event in events if event.changes_task and event.task_version == version), None)
        earlier = next((event.task for event in events if event.task_version == version - 1), None)
        if made is None or made.task is None or earlier is None:
            raise ConflictError(task_id, is_stale=True)
        _require(made.actor.person_id == actor.person_id, "task.undo")
        newest = events[0].task
        if newest is not None and newest.version == version + 1 and not announcements(newest, earlier):
            return Saved(newest, changed=False)
        if events[0].task_version != version:
            raise ConflictError(task_id, is_stale=True)
        if self._clock() - made.occurred_at > UNDO_FOR:
            raise InvalidInputError.of("undo", "too_late")
        return self._try(self._write(actor, made.task, earlier, None, once))

    def undo_until(self, actor: Actor, task: Task) -> datetime | None:
        """Until when the actor can undo what made the task what it is; nobody can undo what somebody else did."""
        events = self._tasks.history(task.task_id, limit=_LOOKS_BACK).items
        made = next((event for event in events if event.changes_task), None)
        if made is None or made.actor.person_id != actor.person_id or task.version == 1:
            return None
        until = made.occurred_at + UNDO_FOR
        return until if self._clock() <= until else None

    def earlier(self, once: str) -> Earlier | None:
        """What a request that was named `once` did within the last day."""
        return self._tasks.earlier(once)

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

    def list(self, query: TaskQuery, *, limit: int, at: str | None = None) -> Slice[Task]:
        """Any part of the team's board, which everyone in the team may see; InvalidInputError for a foreign `at`."""
        return self._tasks.slice(query, limit=limit, at=at)

    def find(self, text: str, *, limit: int, at: str | None = None) -> Slice[Task]:
        """Tasks with words that begin as those of `text` do.

        Raises:
            InvalidInputError: on `words`, `too_short` where no word is long enough to look for.
        """
        words = typed_words(text)
        if not words:
            raise InvalidInputError.of("words", "too_short", shortest=SHORTEST)
        return self._tasks.find(words, limit=limit, at=at)

    def count(self, query: TaskQuery, *, limit: int) -> int:
        """How many tasks match, up to `limit`."""
        return self._tasks.count(query, limit=limit)

    def history(self, task_id: TaskId, *, limit: int, at: str | None = None) -> Slice[Event]:
        """What happened to a task, newest first; also of a deleted one."""
        return self._tasks.history(task_id, limit=limit, at=at)

    def last_move(self, task: Task) -> Event | None:
        """The entry of its history by which a task came to its status, where that is not long ago."""
        events = self._tasks.history(task.task_id, limit=_LOOKS_BACK).items
        moves = (event for event in events if event.change_of("task_status") is not None)
        return next((event for event in moves if (event.task_version or 0) <= task.version), None)

    def _checked(self, actor: Actor, new: NewTask) -> tuple[Actor, Person | None]:
        def may_create(person: Person) -> bool:
            return rights.may_create_for(person, new.assigned_to, self._members_can_assign)

        actor = self._people.entitled(actor, may_create, "task.create_for_others")
        self._require_future(new.deadline)
        return actor, self._owner(actor, new.assigned_to)

    def _members_can_assign(self) -> bool:
        return self._people.settings.members_can_assign

    def _owner(self, actor: Actor, owner: PersonId | None) -> Person | None:
        if owner is None:
            return None
        return actor.person if owner == actor.person_id else self._people.assignable(owner)

    def _assigned(self, permit: "_Permit", task: Task, owner: PersonId | None) -> Task:
        permit.require(lambda person: rights.may_assign(person, task, owner), "task.assign")
        person = self._owner(permit.actor, owner)
        return with_owner(task, person.ref if person else None, permit.actor.person.ref)

    def _edited(self, permit: "_Permit", task: Task, edit: TaskEdit) -> Task:
        permit.require(lambda person: rights.may_change_status(person, task), "task.edit")
        given = edit.given
        owner = given.pop("assigned_to", task.owner_id)
        status = given.pop("task_status", task.task_status)
        edited = task.edited(given)
        if edited != task:
            permit.require(lambda person: rights.may_edit(person, task), "task.edit")
        if edited.deadline != task.deadline:
            self._require_future(edited.deadline)
        edited = with_status(edited, status, self._clock())
        return edited if owner == task.owner_id else self._assigned(permit, edited, owner)

    def _require_future(self, deadline: datetime | None) -> None:
        if deadline is not None and deadline <= self._clock():
            raise InvalidInputError.of("deadline", "in_past", deadline=deadline)

    def _change(
        self,
        actor: Actor,
        task_id: TaskId,
        step: Callable[[Task], Task],
        *,
        note: str | None = None,
        once: str | None = None,
        asked: str | None = None,
    ) -> Saved:
        """Take the newest version one step on, as often as others get in between."""
        note = validated(Comment, comment=note).comment if note else None

        def write() -> TaskWrite | Saved:
            before = self._tasks.get(task_id)
            altered = step(before)
            if altered != before and self._only_from is not None and before.task_status not in self._only_from:
                raise ConflictError(task_id, is_stale=True)
            found = self._write(actor, before, altered, note, once)
            return found._replace(asked=asked) if isinstance(found, TaskWrite) else found

        return self._save(write)

    def _write(
        self, actor: Actor, before: Task, altered: Task, note: str | None, once: str | None
    ) -> TaskWrite | Saved:
        now = self._clock()
        if altered == before:
            if note is None:
                return Saved(before, changed=False)
            said = self._event(EventType.TASK_COMMENTED, actor, before, now, note=note)
            return TaskWrite(before, before, (said,), once, step=self._step_of([said]))
        after = altered.model_copy(update={"version": before.version + 1, "updated_at": now})
        first, *others = announcements(before, after)
        events = [self._event(first[0], actor, after, now, *first[1], note=note)]
        events += [self._event(kind, actor, after, now, *changes) for kind, changes in others]
        return TaskWrite(before, after, tuple(events), once, step=self._step_of(events))

    def _step_of(self, events: Sequence[Event]) -> JobStep | None:
        if self._step is None or not self._step.job.is_gathered:
            return self._step
        return replace(self._step, told=concerned_by(events))

    def _event(
        self, detail_type: EventType, actor: Actor, task: Task, now: datetime, *changes: Change, note: str | None = None
    ) -> Event:
        return Event(
            detail_type=detail_type,
            event_id=self._event_ids(now),
            occurred_at=now,
            workspace=self.workspace,
            actor=EventActor.of(actor),
            task=task,
            job=self._step.job if self._step else None,
            changes=changes,
            note=note,
        )

    def _save(self, write: Callable[[], TaskWrite | Saved]) -> Saved:
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._try(write())
            except ConflictError as conflict:
                if conflict.is_stale:
                    raise
        return self._try(write())

    def _try(self, write: TaskWrite | Saved) -> Saved:
        saved = write if isinstance(write, Saved) else self._tasks.save(write)
        return saved._replace(before=write.before) if saved.changed and isinstance(write, TaskWrite) else saved


class _Permit:
    """What one request may do, however often it is tried: Cognito is asked at most once."""

    def __init__(self, people: PeopleService, actor: Actor) -> None:
        self._people = people
        self.actor = actor

    def require(self, may: Callable[[Person], bool], action: str) -> None:
        """Raise ForbiddenError naming `action` where the actor may not do it, or no longer."""
        self.actor = self._people.entitled(self.actor, may, action)


def _require(allowed: bool, action: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not allowed:
        raise ForbiddenError(action)


def _require_current(task: Task, version: int | None) -> None:
    if version is not None and version != task.version:
        raise ConflictError(task.task_id, is_stale=True)
