"""Tasks, their history and their numbers in the table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from boto3.dynamodb.conditions import Attr, ConditionBase

from core.clock import Clock, first_event_id
from core.errors import ConflictError, NotFoundError
from core.events import Event
from core.ids import PersonId, TaskId, WorkspaceId
from core.storage import order, schema
from core.storage.dynamodb.slices import SliceReader
from core.storage.dynamodb.table import EXISTS, IS_NEW, Item, Partition, Table, TransactionCancelledError, Update
from core.storage.months import month_of, months_back_to
from core.tasks.model import Task, TaskStatus, open_task_counts
from core.tasks.ports import Earlier, JobStep, Page, Saved, TaskWrite
from core.tasks.queries import Scope, Slice, TaskQuery
from core.tasks.words import finds, words_of

ONCE_KEPT_FOR: Final = timedelta(days=1)
"""How long a request's name is remembered: Slack repeats within minutes, HTTP clients within hours."""

_READ_AT_ONCE: Final = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""
_OUTSIDE_CARD: Final = {"version", "task_id", "description", "source"}


class DynamoTaskRepository:
    def __init__(self, table: Table, workspace: WorkspaceId, clock: Clock) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)
        self._clock = clock

    def next_number(self) -> int:
        item = self._table.update(
            self._keys.sequence(),
            Update(
                add={"latest": 1},
                default={"type": schema.SEQUENCE, "version": 1, "since": month_of(self._clock())},
            ),
        )
        return int(item["latest"])

    def get(self, task_id: TaskId) -> Task:
        item = self._table.get(self._keys.task(task_id))
        if item is None:
            raise NotFoundError("task", task_id)
        if item["type"] == schema.TOMBSTONE:
            raise NotFoundError("deleted task", task_id)
        return _task(item)

    def save(self, write: TaskWrite) -> Saved:
        actions = self._actions(write)
        try:
            self._table.transact(list(actions.values()))
        except TransactionCancelledError as cancelled:
            failed = dict(zip(actions, cancelled.codes, strict=True))
            if failed.get("once") == "ConditionalCheckFailed":
                return Saved(self._done_before(write), changed=False)
            if failed.get("step") == "ConditionalCheckFailed":
                return Saved(write.before or write.after, changed=False)
            if cancelled.conflicts or failed["task"] == "ConditionalCheckFailed" or _owner_refused(failed):
                raise ConflictError(write.after.task_id) from cancelled
            raise
        return Saved(write.after)

    def earlier(self, once: str) -> Earlier | None:
        marker = self._table.get(self._keys.once(once))
        if marker is None or marker[schema.EXPIRES_AT] < int(self._clock().timestamp()):
            return None
        item = self._table.get(self._keys.activity(marker["task_id"], marker["event_id"]))
        event = Event.model_validate(item) if item else None
        return Earlier(event.task, marker.get("asked")) if event and event.task else None

    def open_of(self, owner: PersonId | None, *, limit: int, cursor: str | None = None) -> Page[Task]:
        return self._tasks([self._open_partition(owner)], limit, cursor)

    def all_of(self, owner: PersonId | None, *, limit: int, cursor: str | None = None) -> Page[Task]:
        partitions = [self._open_partition(owner), self._closed_partition(owner)]
        return self._whole(self._tasks(partitions, limit, cursor))

    def everything(self, *, limit: int, cursor: str | None = None) -> Page[Task]:
        partitions = [Partition(self._keys.open_board(), schema.BOARD), *self._closed_months()]
        return self._whole(self._tasks(partitions, limit, cursor))

    def slice(self, query: TaskQuery, *, limit: int, at: str | None = None) -> Slice[Task]:
        partitions = self._partitions(query)
        reader = SliceReader(
            self._table,
            partitions,
            lambda item: query.matches(_task(item)),
            discards=query.discards,
            only=_only(query),
        )
        rows = reader.read(limit, at)
        return rows.of([_task(item) for item in rows.items])

    def count(self, query: TaskQuery, *, limit: int) -> int:
        return sum(self._table.count(each, limit=limit) for each in self._partitions(query)[:1] if not each.is_empty)

    def find(self, words: Sequence[str], *, limit: int, at: str | None = None) -> Slice[Task]:
        # Few tasks share a number, and few a long word.
        rarest = max(words, key=lambda word: (any(map(str.isdigit, word)), len(word)))
        partition = Partition(self._keys.words(rarest), low=rarest, high=f"{rarest}\U0010ffff", ascending=False)

        def is_best(item: Item) -> bool:
            """A task is found once, at the last of its words that the typed one begins."""
            last = max(word for word in item["words"] if word.startswith(rarest))
            return item[schema.SORT_KEY].startswith(f"{last}#") and finds(words, item["words"])

        rows = SliceReader(self._table, [partition], is_best, discards=True).read(limit, at)
        items = self._table.get_all([self._keys.task(item["task_id"]) for item in rows.items])
        tasks = [_task(item) for item in items if item["type"] == schema.TASK]
        # The words lag a moment behind the tasks.
        current = [task for task in tasks if finds(words, words_of(task))]
        return rows.of(current)

    def history(self, task_id: TaskId, *, limit: int, at: str | None = None) -> Slice[Event]:
        rows = SliceReader(self._table, [self._history_of(task_id)], lambda _: True, discards=False).read(limit, at)
        return rows.of([Event.model_validate(item) for item in rows.items])

    def history_since(self, task_id: TaskId, since: datetime, *, limit: int) -> Sequence[Event]:
        entries = self._history_of(task_id, first_event_id(since))
        items, _ = self._table.page(replace(entries, ascending=True), limit=limit)
        return [Event.model_validate(item) for item in items]

    def current(self, task_ids: Sequence[TaskId]) -> Mapping[TaskId, Task]:
        keys = [self._keys.task(task_id) for task_id in dict.fromkeys(task_ids)]
        found = [
            self._table.get_all(keys[first : first + _READ_AT_ONCE]) for first in range(0, len(keys), _READ_AT_ONCE)
        ]
        return {item["task_id"]: _task(item) for items in found for item in items if item["type"] == schema.TASK}

    def _history_of(self, task_id: TaskId, first: str = "") -> Partition:
        """The entries from the one named `first` on, newest first."""
        key = self._keys.task(task_id)[schema.PARTITION_KEY]
        low, high = f"{schema.ACTIVITY_PREFIX}{first}", f"{schema.ACTIVITY_PREFIX}~"
        return Partition(key, ascending=False, low=low, high=high)

    def _tasks(self, partitions: list[Partition], limit: int, cursor: str | None) -> Page[Task]:
        items = self._table.walk(partitions, limit=limit, cursor=cursor)
        return Page([_task(item) for item in items.items], items.cursor)

    def _whole(self, page: Page[Task]) -> Page[Task]:
        """The same tasks with what the indexes leave out, and as they stand now."""
        items = self._table.get_all([self._keys.task(task.task_id) for task in page.items])
        return Page([_task(item) for item in items if item["type"] == schema.TASK], page.cursor)

    def _partitions(self, query: TaskQuery) -> list[Partition]:
        low = schema.instant(query.due_from) if query.due_from else ""
        high = schema.instant(query.due_before) if query.due_before else ""
        match query.scope:
            case Scope.CREATOR:
                key = self._keys.creator(query.person or PersonId(""))
                return [Partition(key, schema.CREATORS_AND_ACTORS, ascending=False)]
            case Scope.OWNER if query.is_open:
                return [replace(self._open_partition(query.person), low=low, high=high)]
            case Scope.OWNER:
                return [self._closed_partition(query.person)]
            case Scope.TEAM if query.is_open:
                return [Partition(self._keys.open_board(), schema.BOARD, low=low, high=high)]
        return self._closed_months()

    def _closed_months(self) -> list[Partition]:
        sequence = self._table.get(self._keys.sequence())
        first = sequence["since"] if sequence else month_of(self._clock())
        return [
            Partition(self._keys.closed_board(month), schema.BOARD, ascending=False)
            for month in months_back_to(first, self._clock())
        ]

    def _closed_partition(self, owner: PersonId | None) -> Partition:
        return Partition(self._keys.owner(owner, is_open=False), schema.OWNERS_AND_DIRECTORY, ascending=False)

    def _open_partition(self, owner: PersonId | None) -> Partition:
        return Partition(self._keys.owner(owner, is_open=True), schema.OWNERS_AND_DIRECTORY)

    def _actions(self, write: TaskWrite) -> dict[str, dict[str, Any]]:
        """The transaction by the role of each action, so that a refusal can be told apart."""
        task = write.after
        unchanged = Attr("version").eq(write.before.version) if write.before else IS_NEW
        actions: dict[str, dict[str, Any]] = {"task": {"Put": self._table.put_action(self._task_item(task), unchanged)}}
        for event in write.events:
            put = self._table.put_action(self._activity_item(task.task_id, event), IS_NEW)
            actions[f"event {event.event_id}"] = {"Put": put}
        actions |= self._counters(write)
        if write.step is not None:
            actions["step"] = {"Update": self._step_action(write.step, task)}
        if write.once is not None:
            now = self._clock()
            marker = {
                **self._keys.once(write.once),
                "type": schema.ONCE,
                "version": 1,
                "task_id": task.task_id,
                "event_id": write.events[0].event_id,
                "asked": write.asked,
                schema.EXPIRES_AT: int((now + ONCE_KEPT_FOR).timestamp()),
            }
            forgotten = Attr(schema.EXPIRES_AT).lt(int(now.timestamp()))
            actions["once"] = {"Put": self._table.put_action(marker, IS_NEW | forgotten)}
        return actions

    def _counters(self, write: TaskWrite) -> dict[str, dict[str, Any]]:
        """Open tasks are counted on their owners; whoever gets one must be allowed to at this very moment."""
        actions: dict[str, dict[str, Any]] = {}
        is_given = write.before is None or write.before.owner_id != write.after.owner_id
        for person_id, step in open_task_counts(write.before, write.after).items():
            may_have_it = EXISTS & Attr("enabled").ne(False) if step > 0 and is_given else EXISTS  # noqa: FBT003
            update = Update(add={"open_tasks": step})
            actions[f"count {person_id}"] = {
                "Update": self._table.update_action(self._keys.person(person_id), update, may_have_it)
            }
        return actions

    def _step_action(self, step: JobStep, task: Task) -> dict[str, Any]:
        told = {f"{schema.TOLD_PREFIX}{kind}#{person_id}": 1 for person_id, kind in step.told.items()}
        named = {f"{schema.NAMED_PREFIX}{person_id}#{task.task_id}": 1 for person_id in step.told if step.is_named}
        counted = Update(add={"done": 1, schema.COUNTED_PREFIX + step.counted_as: 1, **told}, set=named)
        condition: ConditionBase = Attr("state").eq("pending")
        if step.can_be_undone:
            made = schema.MADE_PREFIX + task.task_id
            counted = replace(counted, set={made: task.version, **named})
            condition &= Attr(made).not_exists()
        return self._table.update_action(self._keys.job(step.job.job_id), counted, condition)

    def _done_before(self, write: TaskWrite) -> Task:
        marker = self._table.get(self._keys.once(write.once or ""))
        if marker is None:
            return write.after
        item = self._table.get(self._keys.task(marker["task_id"]))
        return _task(item) if item else write.after

    def _task_item(self, task: Task) -> Item:
        item: Item = {
            **self._keys.task(task.task_id),
            "type": schema.TASK,
            "version": task.version,
            "task_id": task.task_id,
            "card": task.model_dump(mode="json", exclude_none=True, exclude=_OUTSIDE_CARD),
            "description": task.description,
            "source": task.source,
        }
        if task.deleted_at is not None:
            return item | {"type": schema.TOMBSTONE}
        item |= {
            "gsi1pk": self._keys.owner(task.owner_id, is_open=task.is_open),
            "gsi2pk": self._keys.creator(task.created_by.person_id),
            "gsi2sk": order.by_creation(task),
        }
        if task.closed_at is None:
            place, board = order.by_deadline(task), self._keys.open_board()
        else:
            place, board = order.by_closing(task), self._keys.closed_board(month_of(task.closed_at))
        return item | {"gsi1sk": place, "gsi3pk": board, "gsi3sk": place}

    def _activity_item(self, task_id: TaskId, event: Event) -> Item:
        return {
            **self._keys.activity(task_id, event.event_id),
            "type": schema.ACTIVITY,
            "task_id": task_id,
            "detail_type": event.detail_type,
            **event.detail,
            "gsi2pk": self._keys.actor(event.actor.person_id),
            "gsi2sk": event.event_id,
        }


def _only(query: TaskQuery) -> ConditionBase | None:
    """What can be said to DynamoDB of the tasks that a query discards others for."""
    if not query.discards:
        return None
    statuses = query.statuses or {each for each in TaskStatus if each.is_closed != query.is_open}
    only: ConditionBase = Attr("card.task_status").is_in(sorted(statuses))
    for label in query.labels:
        only &= Attr("card.labels").contains(label)
    return only


def _owner_refused(failed: Mapping[str, str | None]) -> bool:
    return any(code == "ConditionalCheckFailed" for role, code in failed.items() if role.startswith("count "))


def _task(item: Item) -> Task:
    return Task.model_validate({**item, **item["card"]})
