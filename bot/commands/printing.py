"""Commands back into text that is read as the same command: buttons carry it."""

from bot.commands.model import (
    Assign,
    Delete,
    Due,
    Edit,
    Find,
    Help,
    History,
    LinkAccount,
    ListTasks,
    New,
    OpenNew,
    OpenSettings,
    Say,
    SetStatus,
    Show,
    Stats,
    TaskCommand,
    Unlink,
    WhoAmI,
    Whose,
)
from bot.commands.tokens import Email, Named, Someone, Who, escaped, quoted
from core.tasks.model import Priority, TaskStatus

_STATUS_VERBS = {
    TaskStatus.OPEN: "reopen",
    TaskStatus.IN_PROGRESS: "start",
    TaskStatus.BLOCKED: "block",
    TaskStatus.DONE: "done",
    TaskStatus.CANCELLED: "cancel",
}


def print_command(command: TaskCommand) -> str:
    """Write a command as somebody could have typed it."""
    match command:
        case New():
            return " ".join(_new(command))
        case OpenNew():
            return "new"
        case ListTasks():
            return " ".join(_list(command))
        case SetStatus(task_id, status, note):
            return f"{_STATUS_VERBS[status]} {task_id}{_described(note)}"
        case Assign(task_id, owner):
            return f"assign {task_id} {_who(owner)}"
        case Due(task_id, when):
            return f"due {task_id} {escaped(when) if when else 'none'}"
        case Say(task_id, text):
            return f"comment {task_id} {escaped(text)}"
        case Show(task_id) | Edit(task_id) | History(task_id) | Delete(task_id):
            return f"{type(command).__name__.lower()} {task_id}"
        case Find(words):
            return f"find {quoted(words)}"
        case Stats():
            return "stats"
        case OpenSettings():
            return "settings"
        case LinkAccount():
            return "link"
        case Unlink():
            return "unlink"
        case WhoAmI():
            return "whoami"
        case Help(verb, unknown):
            return f"help {verb or escaped(unknown or '')}".strip()


def _new(command: New) -> list[str]:
    pieces = ["new", quoted(command.title)]
    if command.owner is not None:
        pieces.append(_who(command.owner))
    if command.when is not None:
        pieces += ["by", escaped(command.when)]
    if command.priority is not Priority.NORMAL:
        pieces.append(f"!{command.priority}")
    pieces += map(_label, command.labels)
    return [*pieces, _described(command.description).strip()] if command.description else pieces


def _list(command: ListTasks) -> list[str]:
    pieces = ["list"]
    if command.person is not None:
        pieces.append(_who(command.person))
    elif command.whose is not Whose.MINE:
        pieces.append(command.whose)
    return [*pieces, command.which, *map(_label, command.labels)]


def _who(who: Who) -> str:
    match who:
        case Email(address):
            return f"<mailto:{escaped(address)}>"
        case Named(name):
            return f"@{name}"
        case Someone():
            return f"@{who}"
    return f"<@{who}>"


def _label(label: str) -> str:
    # As Slack writes a channel: the only form in which a label may begin with anything.
    return f"<#C0|{escaped(label)}>"


def _described(text: str | None) -> str:
    return f" -- {escaped(text)}" if text else ""
