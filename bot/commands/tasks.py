"""`/task`, and everything that is pressed on what it answers."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.changing import Changes, Changing
from bot.commands.grammar import parse_command
from bot.commands.links import LinkCommands
from bot.commands.model import (
    Assign,
    Delete,
    Due,
    Edit,
    LinkCommand,
    New,
    OpenNew,
    OpenSettings,
    Say,
    SetStatus,
    Show,
    Stats,
    TaskCommand,
)
from bot.commands.named import Names
from bot.commands.reading import Answer, Reading
from bot.errors import count_refusal, sentence_for
from bot.home.events import Home
from bot.messages.blocks import Block, plain, section
from bot.messages.lists import parse_page
from bot.messages.notifications import words_in
from bot.messages.refusals import IN_QUOTES, is_about_title
from bot.messages.shared import Shareable, with_share
from bot.messages.tasks import build_suggestions, parse_seen, parse_undo
from bot.messages.text import escape
from bot.modals.edit_task import EditTaskModal
from bot.modals.member import build_task_outcome
from bot.modals.new_task import NewTaskModal
from bot.modals.settings import SettingsModal
from bot.replies import open_modal, reply, show
from core.clock import Clock
from core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, TaskBotError
from core.ids import TaskId
from core.people.model import Actor
from core.tasks.changes import statuses_as_seen
from core.tasks.model import Task, TaskStatus

_CHANGES: Final = New | SetStatus | Assign | Due | Say | Delete


class TaskCommands:
    def __init__(
        self,
        reading: Reading,
        changing: Changing,
        names: Names,
        links: LinkCommands,
        new_task: NewTaskModal,
        edit_task: EditTaskModal,
        settings: SettingsModal,
        home: Home,
        clock: Clock,
    ) -> None:
        self._reading = reading
        self._changing = changing
        self._names = names
        self._links = links
        self._new_task = new_task
        self._edit_task = edit_task
        self._settings = settings
        self._home = home
        self._clock = clock

    def handle_task(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Answer `/task …`, to the person who typed it alone."""
        actor: Actor = context["actor"]
        once = f"command:{body['trigger_id']}"
        command: TaskCommand | None = None
        try:
            command = parse_command(body.get("text", ""))
            match command:
                case OpenNew():
                    self._new_task.open(ack, body, context, client)
                    return
                case OpenSettings():
                    self._settings.open(ack, body, context, client)
                    return
                case Edit(task_id):
                    self._edit_task.open(actor, task_id, body, client)
                    ack()
                    return
                case Stats() if self._has_shown_chart(actor, context, once):
                    ack()
                    return
            (text, blocks), shows = self._answer(actor, command, once)
            blocks = with_share(blocks, shows, None, once) if shows is not None else blocks
        except (InvalidInputError, NotFoundError, ForbiddenError) as error:
            text, blocks = self._suggestion(actor, error, command)
        ack(text=text, blocks=blocks, response_type="ephemeral")

    def button(self, status: TaskStatus) -> Callable[..., None]:
        """Make the listener of a button that moves its task to `status`, on a message as in App Home."""

        def handle_press(ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
            task_id, seen = parse_seen(body["actions"][0]["value"])
            self._press(_pressed(TaskId(task_id), status, seen), ack, body, context, client)

        return handle_press

    def handle_menu(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Do what was chosen in a row's menu: a command as it could be typed."""
        text, seen = parse_seen(body["actions"][0]["selected_option"]["value"])
        command = parse_command(text)
        if isinstance(command, SetStatus):
            command = _pressed(command.task_id, command.status, seen)
        self._press(command, ack, body, context, client)

    def handle_undo(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Take back what the answer with this button reported."""
        actor: Actor = context["actor"]
        task_id, version = parse_undo(body["actions"][0]["value"])
        saved, answer = self._changing.undo(actor, task_id, version, _once(body))
        ack()
        self.show_change(actor, saved.task, answer, body, context, client)

    def handle_open(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show the whole task, to whoever pressed."""
        self._press(Show(TaskId(body["actions"][0]["value"])), ack, body, context, client)

    def handle_page(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """Show another page of a list in place of this one."""
        text, place = parse_page(body["actions"][0]["value"])
        command = parse_command(text)
        shown, blocks = self._reading.answer(context["actor"], command, place)  # type: ignore[arg-type]
        ack()
        shared = with_share(blocks, command, place, _once(body))  # type: ignore[arg-type]
        reply(context, shown, shared, replace_original=True)

    def _press(
        self,
        command: TaskCommand,
        ack: Ack,
        body: dict[str, Any],
        context: BoltContext,
        client: WebClient,
    ) -> None:
        actor: Actor = context["actor"]
        if isinstance(command, Edit):
            self._edit_task.open(actor, command.task_id, body, client)
            ack()
            return
        if isinstance(command, _CHANGES):
            task, answer = self._changed(actor, command, body, client)
            ack()
            self.show_change(actor, task, answer, body, context, client)
            return
        (text, blocks), shows = self._answer(actor, command, _once(body))
        ack()
        if _is_in_view(body):
            open_modal(client, body, _build_shown(blocks))
        else:
            if shows is not None and _is_ephemeral(body):
                blocks = with_share(blocks, shows, None, _once(body))
            reply(context, text, blocks)

    def _changed(self, actor: Actor, command: Changes, body: dict[str, Any], client: WebClient) -> tuple[Task, Answer]:
        """Change what was pressed for; where others were faster, give what they made of it."""
        try:
            saved, answer = self._changing.answer(actor, command, _once(body))
        except ConflictError as conflict:
            if not (conflict.is_stale and isinstance(command, SetStatus)):
                raise
            count_refusal(conflict)
            task, answer = self._changing.overtaken(actor, command.task_id)
            if _is_at_home(body):
                # App Home itself says nothing of it: there the task merely stands elsewhere.
                open_modal(client, body, _build_shown(answer[1]))
            return task, answer
        return saved.task, answer

    def show_change(
        self, actor: Actor, task: Task, answer: Answer, body: dict[str, Any], context: BoltContext, client: WebClient
    ) -> None:
        """Show what became of a press: in App Home the page made anew, elsewhere the answer in the message's place."""
        text, blocks = answer
        if not _is_in_view(body):
            if _is_ephemeral(body) and task.deleted_at is None:
                blocks = with_share(blocks, Show(task.task_id), None, _once(body))
            # What people wrote on a card stands nowhere else. An ephemeral answer comes without its blocks.
            words = words_in(body.get("message", {}).get("blocks", []))
            reply(context, text, [*words, *blocks], replace_original=True)
        elif _is_at_home(body):
            self._home.show_change(actor, task, client)
        else:
            show(client, body["view"]["id"], build_task_outcome(blocks, body["view"]))

    def _answer(self, actor: Actor, command: TaskCommand, once: str) -> tuple[Answer, Shareable | None]:
        """Answer, and tell what of it can be shared."""
        if isinstance(command, LinkCommand):
            return self._links.answer(actor, command), None
        if isinstance(command, _CHANGES):
            saved, answer = self._changing.answer(actor, command, once)
            return answer, None if saved.task.deleted_at else Show(saved.task.task_id)
        shows = command if isinstance(command, Shareable) else None
        if isinstance(command, Stats):
            return self._reading.stats(actor, chart=False), shows
        return self._reading.answer(actor, command), shows  # type: ignore[arg-type]

    def _has_shown_chart(self, actor: Actor, context: BoltContext, once: str) -> bool:
        """Send the chart apart: an answer that Slack refuses in the acknowledgement would be no answer at all."""
        text, blocks = self._reading.stats(actor, chart=True)
        return reply(context, text, with_share(blocks, Stats(), None, once))

    def _suggestion(self, actor: Actor, error: TaskBotError, command: TaskCommand | None) -> Answer:
        """Say what is wrong, and which task or person was probably meant, or that it may be words of a title."""
        sentence = sentence_for(error)
        people, tasks = self._names.people_meant(error), self._names.tasks_meant(actor, error)
        if sentence is None:
            raise error
        count_refusal(error)
        if people:
            sentence += " Did you mean " + " or ".join(escape(f"{each.name} ({each.email})") for each in people) + "?"
        if isinstance(command, New) and is_about_title(error):
            sentence += f" {IN_QUOTES}"
        suggested = build_suggestions(tasks, actor.person, self._clock()) if tasks else []
        return sentence, [section(sentence), *suggested]


def _pressed(task_id: TaskId, status: TaskStatus, seen: TaskStatus | None) -> SetStatus:
    return SetStatus(task_id, status, only_from=statuses_as_seen(seen, status))


def _build_shown(blocks: Sequence[Block]) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Task"), "close": plain("Close"), "blocks": list(blocks)}


def _is_in_view(body: dict[str, Any]) -> bool:
    return bool(body["container"]["type"] == "view")


def _is_at_home(body: dict[str, Any]) -> bool:
    return _is_in_view(body) and body["view"]["type"] == "home"


def _is_ephemeral(body: dict[str, Any]) -> bool:
    """Whether it was pressed on an answer that only this person sees, and so could be shared."""
    return bool(body["container"].get("is_ephemeral"))


def _once(body: dict[str, Any]) -> str:
    container = body["container"]
    place = container.get("message_ts") or container.get("view_id")
    return f"button:{place}:{body['actions'][0]['action_ts']}"
