"""The grammar of `/task`: text into a command object, nothing else. Help is written from the same table."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.errors import InvalidInputError
from core.ids import SlackUserId, TaskId, parse_task_id
from core.tasks.model import TaskStatus


@dataclass(frozen=True, slots=True)
class ListMine:
    """My open tasks."""


@dataclass(frozen=True, slots=True)
class New:
    """A new task; `owner` is a Slack user or an email address, None for oneself; `when` is still words."""

    title: str
    owner: "SlackUserId | Email | None" = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Email:
    address: str


@dataclass(frozen=True, slots=True)
class OpenNew:
    """`/task new` with nothing behind it: the modal asks."""


@dataclass(frozen=True, slots=True)
class SetStatus:
    task_id: TaskId
    status: TaskStatus


@dataclass(frozen=True, slots=True)
class LinkAccount:
    """Link this Slack user to a team account."""


@dataclass(frozen=True, slots=True)
class Unlink:
    """Take that link away."""


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """Whom the bot takes the person for."""


@dataclass(frozen=True, slots=True)
class Help:
    """What one can type; `unknown` is the verb that was not understood, `meant` the nearest known one."""

    unknown: str | None = None
    meant: str | None = None


LinkCommand = LinkAccount | Unlink | WhoAmI
TaskCommand = ListMine | New | OpenNew | SetStatus | LinkCommand | Help


@dataclass(frozen=True, slots=True)
class Verb:
    """A row of the table: the verb, how it is typed, what it does, and how what follows it is read."""

    name: str
    usage: str
    does: str
    parse: Callable[[str], TaskCommand]


def parse_command(text: str) -> TaskCommand:
    """Read what follows `/task`.

    Raises:
        InvalidInputError: the verb is known, but what follows it cannot be used.
    """
    words = _as_typed(text).split(maxsplit=1)
    if not words:
        return ListMine()
    name, rest = words[0].lower(), words[1] if len(words) > 1 else ""
    verb = _BY_NAME.get(name)
    if verb is None:
        return Help(unknown=words[0], meant=next(iter(difflib.get_close_matches(name, _BY_NAME, n=1)), None))
    return verb.parse(rest)


_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_EMAIL = re.compile(r"<mailto:([^|>\s]+)(?:\|[^>]*)?>|(?<!\S)([^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)(?!\S)")
_QUOTED = re.compile(r'"([^"]*)"')
_BY = re.compile(r"(?:^|.*\s)by\s+(?P<when>\S.*)$", re.IGNORECASE)
_CURLY_QUOTES = str.maketrans("“”„\N{NO-BREAK SPACE}", '""" ')
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def _as_typed(text: str) -> str:
    """Undo what keyboards and Slack's clients made of the text, but keep its mentions."""
    return text.translate(_CURLY_QUOTES).strip()


def _plain(text: str) -> str:
    # Slack sends people's own & < > as entities, and its own markup with bare ones.
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return " ".join(text.split())


def _parse_new(rest: str) -> New | OpenNew:
    if not rest.strip():
        return OpenNew()
    quoted = _QUOTED.search(rest)
    title = quoted[1] if quoted else None
    if quoted:
        rest = f"{rest[: quoted.start()]} {rest[quoted.end() :]}"
    owner, rest = _take_owner(rest)
    when = _BY.match(rest)
    if when:
        rest = rest[: when.start("when")].rstrip()[:-2]
    title = _plain(title if title is not None else rest)
    if not title:
        raise InvalidInputError.of("title", "missing")
    return New(title, owner, when["when"].strip() if when else None)


def _take_owner(text: str) -> tuple[SlackUserId | Email | None, str]:
    mentions, emails = list(_MENTION.finditer(text)), list(_EMAIL.finditer(text))
    if len(mentions) + len(emails) > 1:
        raise InvalidInputError.of("assigned_to", "several_people")
    for match in mentions:
        return SlackUserId(match[1]), _without(text, match)
    for match in emails:
        return Email(match[1] or match[2]), _without(text, match)
    return None, text


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}"


def _status(status: TaskStatus) -> Callable[[str], SetStatus]:
    def parse(rest: str) -> SetStatus:
        task_id = parse_task_id(rest)
        if task_id is None:
            raise InvalidInputError.of("task_id", "not_understood", text=_plain(rest))
        return SetStatus(task_id, status)

    return parse


VERBS: Final = (
    Verb("new", "/task new Fix login @ana by fri 5pm", "add a task, for yourself or for somebody", _parse_new),
    Verb("start", "/task start T-42", "say that you are on it", _status(TaskStatus.IN_PROGRESS)),
    Verb("done", "/task done T-42", "finish it", _status(TaskStatus.DONE)),
    Verb("block", "/task block T-42", "say that it cannot go on", _status(TaskStatus.BLOCKED)),
    Verb("reopen", "/task reopen T-42", "take it up again", _status(TaskStatus.OPEN)),
    Verb("cancel", "/task cancel T-42", "drop it", _status(TaskStatus.CANCELLED)),
    Verb("link", "/task link", "let your Slack user act as your team account", lambda _rest: LinkAccount()),
    Verb("unlink", "/task unlink", "take that link away", lambda _rest: Unlink()),
    Verb("whoami", "/task whoami", "see whom I take you for", lambda _rest: WhoAmI()),
    Verb("help", "/task help", "show this", lambda _rest: Help()),
)
"""Every verb of `/task`, in the order in which help shows them."""

_BY_NAME = {verb.name: verb for verb in VERBS}
