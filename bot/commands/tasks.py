"""`/task` and the buttons of the task card."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.dates import parse_when
from bot.commands.grammar import Email, Help, LinkCommand, ListMine, New, OpenNew, SetStatus, parse_command
from bot.commands.links import LinkCommands
from bot.home.events import Home
from bot.messages.blocks import Block, section
from bot.messages.help import build_help
from bot.messages.tasks import LIST_PAGE, build_card, build_list
from bot.messages.text import STATUS_WORDS, escape
from bot.modals.new_task import NewTaskModal
from bot.replies import reply
from core.clock import Clock
from core.ids import TaskId
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks.model import NewTask, Task, TaskStatus
from core.tasks.ports import Saved
from core.tasks.service import TaskService
from core.validation import validated

Answer = tuple[str, list[Block]]


class TaskCommands:
    def __init__(
        self,
        tasks: TaskService,
        people: PeopleService,
        links: LinkCommands,
        new_task: NewTaskModal,
        home: Home,
        clock: Clock,
    ) -> None:
        self._tasks = tasks
        self._links = links
        self._people = people
        self._new_task = new_task
        self._home = home
        self._clock = clock

    def handle_task(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Answer `/task …`, to the person who typed it alone."""
        actor: Actor = context["actor"]
        command = parse_command(body.get("text", ""))
        if isinstance(command, LinkCommand):
            text, blocks = self._links.answer(actor, command)
            ack(text=text, blocks=blocks, response_type="ephemeral")
            return
        if isinstance(command, OpenNew):
            self._new_task.open(ack, body, context, client)
            return
        text, blocks = self._answer(actor, command, once=f"command:{body['trigger_id']}")
        ack(text=text, blocks=blocks, response_type="ephemeral")

    def button(self, status: TaskStatus) -> Callable[..., None]:
        """Make the listener of a button that moves its task to `status`, on a message as in App Home."""

        def handle_press(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
            actor: Actor = context["actor"]
            action, container = body["actions"][0], body["container"]
            place = container.get("message_ts") or container.get("view_id")
            once = f"button:{place}:{action['action_ts']}"
            saved = self._tasks.change_status(actor, TaskId(action["value"]), status, once=once)
            ack()
            if container["type"] == "view":
                self._home.publish(actor, client, just_saved=saved.task)
            else:
                text, blocks = self._changed(actor, saved)
                reply(context, text, blocks, replace_original=True)

        return handle_press

    def _answer(self, actor: Actor, command: ListMine | New | SetStatus | Help, *, once: str) -> Answer:
        match command:
            case ListMine():
                return self._list(actor)
            case New():
                return self._new(actor, command, once)
            case SetStatus(task_id, status):
                saved = self._tasks.change_status(actor, task_id, status, once=once)
                return self._changed(actor, saved)
            case Help():
                return "What you can type", build_help(command)

    def _list(self, actor: Actor) -> Answer:
        page = self._tasks.open_of(actor.person_id, limit=LIST_PAGE)
        blocks = build_list(page.items, actor.person, self._clock(), more=page.cursor is not None)
        return f"You have {len(page.items)} open tasks", blocks

    def _new(self, actor: Actor, command: New, once: str) -> Answer:
        owner = self._owner(actor, command)
        new = validated(
            NewTask,
            title=command.title,
            assigned_to=owner.person_id,
            deadline=self._deadline(command, actor.person, owner),
        )
        task = self._tasks.create(actor, new, once=once).task
        said = "Added to your list." if owner.person_id == actor.person_id else f"Given to {escape(owner.name)}."
        return self._with_card(said, task, actor)

    def _owner(self, actor: Actor, command: New) -> Person:
        match command.owner:
            case None:
                return actor.person
            case Email(address):
                return self._people.find(email=address)
            case slack_user_id:
                return self._people.find(slack_user_id=slack_user_id)

    def _deadline(self, command: New, author: Person, owner: Person) -> datetime | None:
        if command.when is None:
            return None
        when = parse_when(command.when, self._clock().astimezone(author.zone))
        return when.instant(author=author.zone, assignee=owner.zone)

    def _changed(self, actor: Actor, saved: Saved) -> Answer:
        word = STATUS_WORDS[saved.task.task_status].lower()
        return self._with_card(f"It is {word} now." if saved.changed else f"It was {word} already.", saved.task, actor)

    def _with_card(self, said: str, task: Task, actor: Actor) -> Answer:
        text = f"{said} {task.task_id}: {escape(task.title)}"
        return text, [section(said), *build_card(task, actor.person, self._clock())]
