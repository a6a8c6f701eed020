"""The task card, rows of tasks, and the buttons that a viewer may press on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.ids import Action, Until
from bot.messages.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    literal,
    menu,
    option,
    quote,
    section,
    verbatim,
)
from bot.messages.text import STATUS_WORDS, clipped, escape, facts, link, mention
from core.events import Event
from core.ids import TaskId
from core.people.model import Person, PersonRef
from core.tasks.model import Task, TaskStatus
from core.tasks.rights import may_change_status, may_comment, may_delete, may_edit, may_hand_back

LIST_PAGE: Final = 10
SNOOZE: Final = "snooze"
"""The one verb of a card's menu that cannot be typed: until tomorrow, next week, or else a day that is asked for."""
_SPOKEN_LIMIT: Final = 75  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
_MENU_LIMIT: Final = 5  # https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
_MOVES: Final = {
    TaskStatus.IN_PROGRESS: ("Start", "start"),
    TaskStatus.DONE: ("Done", "done"),
    TaskStatus.BLOCKED: ("Block", "block"),
    TaskStatus.OPEN: ("Reopen", "reopen"),
    TaskStatus.CANCELLED: ("Cancel task", "cancel"),
}
_MOVING: Final = frozenset(verb for _, verb in _MOVES.values())
_QUOTED: Final = 500


def build_card(task: Task, viewer: Person, now: datetime) -> list[Block]:
    """Show a task with the buttons that this viewer may press."""
    elements = _buttons(task, viewer)
    if elements and may_comment(viewer, task):
        elements.append(_button("Comment", Action.TASK_COMMENT, task))
    if elements:
        elements.append(_more(task, viewer))
    return [*build_facts(task, now), *([actions(*elements)] if elements else [])]


def build_facts(task: Task, now: datetime) -> list[Block]:
    """Show a task to look at only."""
    return [literal(task.title, bold=True), context(facts(task, now))]


def build_made_from_message(task: Task, author: PersonRef, now: datetime) -> tuple[str, list[Block]]:
    """Say in the message's thread what was made of it; without buttons, since everybody there reads it."""
    said = f"{mention(author)} made a task of this."
    return f"{said} {task.task_id}: {escape(task.title)}", [section(said), *build_facts(task, now)]


def build_made_elsewhere(task: Task, message: str, *, is_member: bool) -> tuple[str, list[Block]]:
    """Tell whoever made a task of the message at a link, where it cannot be answered; nothing in it goes stale."""
    why = "I cannot answer it there" if is_member else "I am not in that channel"
    said = f"You made {task.task_id} of {link(message, 'this message')}. {why}, so I tell you here."
    return f"You made {task.task_id} of a message: {escape(task.title)}", [
        section(said),
        literal(task.title, bold=True),
    ]


def build_full_card(task: Task, viewer: Person, now: datetime) -> list[Block]:
    """Show everything about a task, with everything that this viewer may do."""
    blocks = [literal(task.title, bold=True), context(facts(task, now))]
    if task.description:
        blocks.append(literal(task.description))
    origin = f"Added by {mention(task.created_by)}"
    if task.source:
        origin += f" from {link(task.source, 'a message')}"
    blocks.append(context(origin))
    elements = _buttons(task, viewer)
    if may_change_status(viewer, task) and not task.is_open:
        elements.append(_moving("Reopen", Action.TASK_REOPEN, task))
    if may_edit(viewer, task):
        elements.append(_button("Edit", Action.TASK_EDIT, task))
    if may_comment(viewer, task):
        elements.append(_button("Comment", Action.TASK_COMMENT, task))
    elements.append(menu(Action.TASK_MENU, _choices(task, viewer, have={"show", "start", "done", "reopen", "edit"})))
    return [*blocks, actions(*elements)]


def build_row(task: Task, viewer: Person, now: datetime) -> list[Block]:
    """Show a task in a list: two blocks, with what may be done in a menu."""
    title: Block = {"type": "section", "text": verbatim(task.title)}
    title["accessory"] = menu(Action.TASK_MENU, _choices(task, viewer, have=set()))
    return [title, context(facts(task, now))]


def build_undo(task: Task) -> Block:
    """Offer to take back the change that made this version."""
    return actions(button("Undo", Action.TASK_UNDO, f"{task.task_id}:{task.version}", spoken=_spoken("Undo", task)))


def parse_undo(value: str) -> tuple[TaskId, int]:
    """Read what an Undo button carries."""
    task_id, _, version = value.partition(":")
    return TaskId(task_id), int(version)


def parse_seen(value: str) -> tuple[str, TaskStatus | None]:
    """Read what moves a task on when it is pressed: the rest of it, and the task's status then; older ones say none."""
    rest, _, seen = value.partition(":")
    return rest, TaskStatus(seen) if seen else None


def overtaken_words(task: Task, move: Event | None, viewer: Person) -> str:
    """Say who moved a task elsewhere before it could be moved on; plain text."""
    status = STATUS_WORDS[task.task_status].lower()
    if move is None:
        return f"It is {status} by now, so I left it as it is."
    who = "You" if move.actor.person_id == viewer.person_id else move.actor.name
    return f"{who} moved it to {status} meanwhile, so I left it as it is."


def build_overtaken(task: Task, move: Event | None, viewer: Person, now: datetime) -> tuple[str, list[Block]]:
    """Show what somebody else did before, in their words too, and the task with what can be done about it now."""
    said = escape(overtaken_words(task, move, viewer))
    words = [quote(clipped(move.note, _QUOTED))] if move and move.note else []
    return f"{said} {task.task_id}: {escape(task.title)}", [
        section(said),
        *words,
        *build_full_card(task, viewer, now),
    ]


def build_suggestions(tasks: Sequence[Task], viewer: Person, now: datetime) -> list[Block]:
    """Offer the tasks that were probably meant."""
    rows = [block for task in tasks for block in build_row(task, viewer, now)]
    return [section("Did you mean one of these?"), *rows]


def _buttons(task: Task, viewer: Person) -> list[Element]:
    if not task.is_open or not may_change_status(viewer, task):
        return []
    buttons = []
    if task.task_status is not TaskStatus.IN_PROGRESS:
        buttons.append(_moving("Start", Action.TASK_START, task))
    buttons.append(_moving("Done", Action.TASK_DONE, task, style="primary"))
    return buttons


def _more(task: Task, viewer: Person) -> Element:
    """What is wanted more rarely, in a menu so that the row stays short; reminders are the owner's alone."""
    if viewer.person_id != task.owner_id:
        return _button("Open", Action.TASK_OPEN, task)
    snooze = f"{SNOOZE} {task.task_id}"
    choices = [
        ("Snooze: tomorrow", f"{snooze} {Until.TOMORROW}"),
        ("Snooze: next week", f"{snooze} {Until.NEXT_WEEK}"),
        ("Snooze: pick a day…", snooze),
        ("Open", f"show {task.task_id}"),
    ]
    return menu(Action.CARD_MENU, [option(label, value) for label, value in choices])


def _choices(task: Task, viewer: Person, *, have: set[str]) -> list[Element]:
    """The most likely next steps first, as many as a menu takes; `have` stand there as buttons."""
    offered = [("Show", "show")]
    if may_change_status(viewer, task):
        closed = {TaskStatus.OPEN}
        still_open = {TaskStatus.DONE, TaskStatus.IN_PROGRESS, TaskStatus.BLOCKED, TaskStatus.CANCELLED}
        moves = (still_open if task.is_open else closed) - {task.task_status}
        offered += [_MOVES[status] for status in _MOVES if status in moves]
    if may_edit(viewer, task):
        offered.insert(3, ("Edit", "edit"))
    if may_hand_back(viewer, task):
        offered.insert(3, ("Hand back", "assign"))
    last = [("History", "history")]
    delete = [("Delete", "delete")] if may_delete(viewer, task) else []
    # Where nothing stands as a button, what is done every day goes before deleting.
    room = _MENU_LIMIT - len(last) - (len(delete) if have else 0)
    wanted = ([each for each in offered if each[1] not in have][:room] + last + delete)[:_MENU_LIMIT]
    return [option(label, _chosen(verb, task)) for label, verb in wanted]


def _chosen(verb: str, task: Task) -> str:
    """What a choice carries: a command as it could be typed, and where it moves the task on, from where."""
    if verb in _MOVING:
        return f"{verb} {task.task_id}:{task.task_status}"
    return f"{verb} {task.task_id}" + (" back" if verb == "assign" else "")


def _moving(label: str, action: Action, task: Task, *, style: str | None = None) -> Element:
    return button(label, action, f"{task.task_id}:{task.task_status}", style=style, spoken=_spoken(label, task))


def _button(label: str, action: Action, task: Task, *, style: str | None = None) -> Element:
    return button(label, action, task.task_id, style=style, spoken=_spoken(label, task))


def _spoken(verb: str, task: Task) -> str:
    return f"{verb}: {task.task_id} {task.title}"[:_SPOKEN_LIMIT]
