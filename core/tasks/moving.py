"""Giving somebody's open tasks to others, task by task, as part of a job.

Rights are decided where the job begins: an admin who is none any more when it is finished changes nothing about it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.clock import Clock, EventIds
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.events import Event
from core.ids import PersonId, TaskId, WorkspaceId
from core.jobs.model import CHUNK, NAMED, Job
from core.notifications.plan import concerned_by
from core.people.model import Person, PersonRef
from core.people.service import PeopleService
from core.tasks.changes import announcements, with_owner
from core.tasks.model import Task
from core.tasks.ports import JobStep, TaskRepository, TaskWrite

NOBODY: Final = "nobody"
"""What a job counts those tasks as that went to the unassigned board."""


class TaskMoves:
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

    def move_some(self, job: Job, owner: PersonId, heirs: Sequence[PersonId]) -> int:
        """Move up to a chunk of the owner's open tasks to the heirs, in turn; gives how many were moved.

        An heir who cannot be given tasks any more is passed over; with nobody left the tasks go to the unassigned
        board.
        """
        able = [heir for heir in map(self._able, heirs) if heir is not None]
        by = PersonRef(person_id=job.actor.person_id, name=job.actor.name, slack_user_id=job.actor.slack_user_id)
        moved = 0
        for task in self._tasks.open_of(owner, limit=CHUNK).items:
            heir = able[(job.done + moved) % len(able)].ref if able else None
            # The soonest come first, and those are worth naming.
            step = JobStep(
                job.ref,
                heir.person_id if heir else NOBODY,
                is_named=job.done + moved < NAMED * max(len(able), 1),
            )
            moved += self._move(job, step, task.task_id, owner, heir, by)
        return moved

    def _able(self, heir: PersonId) -> Person | None:
        try:
            return self._people.assignable(heir)
        except InvalidInputError:
            return None

    def _move(
        self, job: Job, step: JobStep, task_id: TaskId, owner: PersonId, heir: PersonRef | None, by: PersonRef
    ) -> bool:
        try:
            before = self._tasks.get(task_id)
        except NotFoundError:
            return False  # The list lags a moment behind the tasks.
        if before.owner_id != owner or not before.is_open:
            return False
        try:
            return self._tasks.save(self._write(job, step, before, heir, by)).changed
        except ConflictError:
            return False  # Somebody was faster; the next round sees what has become of it.

    def _write(self, job: Job, step: JobStep, before: Task, heir: PersonRef | None, by: PersonRef) -> TaskWrite:
        now = self._clock()
        after = with_owner(before, heir, by).model_copy(update={"version": before.version + 1, "updated_at": now})
        events = tuple(
            Event(
                detail_type=kind,
                event_id=self._event_ids(now),
                occurred_at=now,
                workspace=self._workspace,
                actor=job.actor,
                task=after,
                job=job.ref,
                changes=changes,
            )
            for kind, changes in announcements(before, after)
        )
        told = concerned_by(events) if job.is_gathered else {}
        return TaskWrite(before, after, events, step=replace(step, told=told))
