"""The verbs that change something: each one service call, and an answer that can be undone."""

from typing import Final

from bot.commands.dates import ClockChange, Moment, parse_when
from bot.commands.model import Assign, Delete, Due, New, Say, SetStatus
from bot.commands.named import Names
from bot.commands.reading import Answer
from bot.commands.tokens import Someone
from bot.messages.blocks import Block, literal, section
from bot.messages.tasks import build_card, build_overtaken, build_undo, overtaken_words
from bot.messages.text import STATUS_WORDS, escape, slack_date
from core.clock import Clock
from core.ids import PersonId, TaskId
from core.people.model import Actor, Person, place
from core.people.service import PeopleService
from core.tasks.model import NewTask, Task, TaskStatus
from core.tasks.ports import Saved
from core.tasks.service import TaskService
from core.validation import validated

Changes = New | SetStatus | Assign | Due | Say | Delete
_CLOCKS: Final = {
    ClockChange.SKIPPED: "The clocks jump over that time on that day, so I took {when}.",
    ClockChange.TWICE: "The clocks show that time twice on that day; I took the first, {when}.",
}


class Changing:
    def __init__(self, tasks: TaskService, people: PeopleService, names: Names, clock: Clock) -> None:
        self._tasks = tasks
        self._people = people
        self._names = names
        self._clock = clock

    def answer(self, actor: Actor, command: Changes, once: str) -> tuple[Saved, Answer]:
        """Do what a command says; `once` names the request."""
        match command:
            case New():
                return self._new(actor, command, once)
            case SetStatus():
                return self._move(actor, command, once)
            case Assign():
                return self._assign(actor, command, once)
            case Due(task_id, when):
                return self._due(actor, task_id, when, once)
            case Say(task_id, text):
                saved = self._tasks.comment(actor, task_id, text, once=once)
                return saved, (
                    f"Your comment is in the history of {task_id}.",
                    self._commented(saved.task, actor, text),
                )
            case Delete(task_id):
                saved = self._tasks.delete(actor, task_id, once=once)
                return saved, self._deleted(saved)

    def overtaken(self, actor: Actor, task_id: TaskId) -> tuple[Task, Answer]:
        """Tell what has become of a task that a press came too late for."""
        task = self._tasks.get(task_id)
        return task, build_overtaken(task, self._tasks.last_move(task), actor.person, self._clock())

    def overtaken_in_words(self, actor: Actor, task_id: TaskId) -> tuple[Task, str]:
        """The same where there is room for one line; plain text."""
        task = self._tasks.get(task_id)
        return task, overtaken_words(task, self._tasks.last_move(task), actor.person)

    def undo(self, actor: Actor, task_id: TaskId, version: int, once: str) -> tuple[Saved, Answer]:
        """Take back the change that made `version`."""
        saved = self._tasks.undo(actor, task_id, version, once=once)
        said = "Undone." if saved.changed else "It was undone already."
        return saved, self._with_card(said, actor, saved, can_undo=False)

    def _move(self, actor: Actor, command: SetStatus, once: str) -> tuple[Saved, Answer]:
        tasks = self._tasks if command.only_from is None else self._tasks.only_from(command.only_from)
        saved = tasks.change_status(actor, command.task_id, command.status, note=command.note, once=once)
        word, before = STATUS_WORDS[saved.task.task_status].lower(), saved.before
        if before is None:
            return saved, self._with_card(f"It was {word} already.", actor, saved)
        if before.version == saved.task.version:
            said = f"It was {word} already. Your note is in its history."
            return saved, self._with_card(said, actor, saved, can_undo=False)
        said = f"It is {word} now."
        if not before.is_open and saved.task.task_status is not TaskStatus.OPEN:
            # Whoever types it need not have seen that.
            said = f"It was {STATUS_WORDS[before.task_status].lower()} before. {said}"
        return saved, self._with_card(said, actor, saved)

    def _new(self, actor: Actor, command: New, once: str) -> tuple[Saved, Answer]:
        owner = actor.person if command.owner is None else self._names.person(actor, command.owner)
        moment = self._moment(command.when, actor.person, owner or actor.person)
        new = validated(
            NewTask,
            title=command.title,
            description=command.description,
            assigned_to=owner.person_id if owner else None,
            deadline=moment.instant if moment else None,
            priority=command.priority,
            labels=command.labels,
        )
        saved = self._tasks.create(actor, new, once=once)
        said = "It is on the team's board. Nobody has it yet." if owner is None else f"Given to {escape(owner.name)}."
        if owner is not None and owner.person_id == actor.person_id:
            said = "Added to your list."
        said += _whose_day(moment, actor.person, owner or actor.person)
        return saved, self._with_card(said, actor, saved, moment, can_undo=False)

    def _assign(self, actor: Actor, command: Assign, once: str) -> tuple[Saved, Answer]:
        if command.owner is Someone.GIVER:
            saved = self._tasks.hand_back(actor, command.task_id, once=once)
        else:
            owner = self._names.person(actor, command.owner)
            saved = self._tasks.assign(actor, command.task_id, owner.person_id if owner else None, once=once)
        now = saved.task.assigned_to
        said = f"It is {escape(now.name)}'s now." if now else "It has no owner now."
        return saved, self._with_card(said if saved.changed else said.replace(" now.", " already."), actor, saved)

    def _due(self, actor: Actor, task_id: TaskId, when: str | None, once: str) -> tuple[Saved, Answer]:
        owner = self._owner(actor, self._tasks.get(task_id)) if when else actor.person
        moment = self._moment(when, actor.person, owner)
        saved = self._tasks.set_deadline(actor, task_id, moment.instant if moment else None, once=once)
        deadline = saved.task.deadline
        said = f"It is due {slack_date(deadline)}." if deadline else "It has no deadline now."
        said += _whose_day(moment, actor.person, owner)
        return saved, self._with_card(said, actor, saved, moment)

    def _owner(self, actor: Actor, task: Task) -> Person:
        owner: PersonId | None = task.owner_id
        return actor.person if owner in {None, actor.person_id} else self._people.lookup(str(owner))

    def _moment(self, when: str | None, author: Person, owner: Person) -> Moment | None:
        if when is None:
            return None
        read = parse_when(when, self._clock().astimezone(author.zone))
        return read.moment(author=author.zone, assignee=owner.zone)

    def _with_card(
        self, said: str, actor: Actor, saved: Saved, moment: Moment | None = None, *, can_undo: bool = True
    ) -> Answer:
        task = saved.task
        if moment is not None and moment.clock_change is not None:
            said += " " + _CLOCKS[moment.clock_change].format(when=slack_date(moment.instant))
        blocks = [section(said), *build_card(task, actor.person, self._clock())]
        if can_undo and saved.changed:
            blocks.append(build_undo(task))
        return f"{said} {task.task_id}: {escape(task.title)}", blocks

    def _commented(self, task: Task, actor: Actor, text: str) -> list[Block]:
        said = section(f"Your comment is in the history of {task.task_id}.")
        return [said, literal(text), *build_card(task, actor.person, self._clock())]

    def _deleted(self, saved: Saved) -> Answer:
        said = f"{saved.task.task_id} is deleted."
        return f"{said} {escape(saved.task.title)}", [section(said), literal(saved.task.title), build_undo(saved.task)]


def _whose_day(moment: Moment | None, author: Person, owner: Person) -> str:
    """Say whose day a deadline ends, where that is another moment than the end of the author's."""
    if moment is None or not moment.ends_day:
        return ""
    if moment.instant.astimezone(author.zone).utcoffset() == moment.instant.astimezone(owner.zone).utcoffset():
        return ""
    return f" It is due when the day ends where {escape(owner.name)} is ({escape(place(owner.zone))} time)."
