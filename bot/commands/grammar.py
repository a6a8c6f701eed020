"""The grammar of `/task`: text into a command object, nothing else. Help is written from the same table."""

import difflib
import re
from collections.abc import Callable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

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
    OpenSettings,
    Say,
    SetStatus,
    Show,
    Stats,
    TaskCommand,
    Unlink,
    Which,
    WhoAmI,
    Whose,
)
from bot.commands.new_grammar import parse_new
from bot.commands.tokens import (
    Kind,
    Someone,
    Token,
    labels_in,
    one_line,
    people_in,
    plain_text,
    split_description,
    tokens_of,
)
from core.errors import InvalidInputError
from core.ids import TaskId, parse_task_id
from core.tasks.model import TaskStatus

C = TypeVar("C", covariant=True)


class Verb(NamedTuple, Generic[C]):
    """A row of the table: the verb, how it is typed, what it does, how the rest is read, what else it is called.

    `more` are further examples; every example is a command that works. `parts` say, in mrkdwn, what its words mean.
    """

    name: str
    usage: str
    does: str
    parse: Callable[[str], C]
    aliases: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def example(self) -> str:
        """A command of this verb, without what may be left out."""
        return self.usage.partition(" [")[0]

    @property
    def is_about_task(self) -> bool:
        """Whether a task's number follows it."""
        return " T-42" in self.usage


def parse_command(text: str) -> TaskCommand:
    """Read what follows `/task`.

    Raises:
        InvalidInputError: the verb is known, but what follows it cannot be used.
    """
    words = text.strip().split(maxsplit=1)
    if not words:
        return ListTasks()
    name, rest = bare_word(words[0]), words[1] if len(words) > 1 else ""
    if verb := BY_NAME.get(name):
        return verb.parse(rest)
    task_id = task_id_in(tokens_of(words[0])[:1])
    if task_id is None:
        return _unknown(text)
    if not rest:
        return Show(task_id)
    verb = BY_NAME.get(bare_word(rest.split()[0]))
    if verb is not None and verb.is_about_task:
        raise InvalidInputError.of("task_id", "before_verb", verb=verb.name, task_id=task_id)
    return _unknown(text)


def nearest_verb(text: str) -> str | None:
    """The verb that somebody probably meant by the first word; better none than a wrong one.

    Nobody mistypes a first letter, deleting is not offered to anybody who did not ask for it, and what follows must be
    what follows that verb.
    """
    word, _, rest = text.partition(" ")
    name = bare_word(word)
    known = [each for each, verb in BY_NAME.items() if each[:1] == name[:1] and verb.name != "delete"]
    close = difflib.get_close_matches(name, known, n=1, cutoff=_CLOSE)
    if not close:
        return "list" if name in _WHOSE or name in _WHICH else None
    verb = BY_NAME[close[0]]
    takes_more = task_id_in(tokens_of(rest)[:1]) is not None if verb.is_about_task else verb.usage.count(" ") > 1
    return verb.name if takes_more or not rest else None


def _unknown(text: str) -> Help:
    first, *rest = text.split(maxsplit=1)
    shown = one_line(" ".join([plain_text(first) or first, *map(plain_text, rest)]))
    return Help(unknown=shown, meant=nearest_verb(shown))


def bare_word(word: str) -> str:
    """A verb without the slashes, capitals and invisible characters that phones put around it."""
    return _NO_VERB.sub("", plain_text(word) or word).lower()


_CLOSE: Final = 0.75
"""How much of a verb must be there, in the right order: two letters the wrong way round are 0.75 of four."""
_CLOSING_DATE_WORDS: Final = frozenset({"none", "never", "no", "nothing", "remove", "off"})
_NO_VERB: Final = re.compile(r"[^\w?]")
_ID_IN_LINK: Final = re.compile(r"\b[tT]-(\d{1,12})\b")


def task_id_in(tokens: Sequence[Token]) -> TaskId | None:
    """The id that the first token is, or that is part of a pasted link."""
    if not tokens:
        return None
    text = tokens[0].text.rstrip(",.;:")
    if tokens[0].kind is Kind.LINK:
        found = _ID_IN_LINK.findall(text)
        return parse_task_id(found[-1]) if found else None
    return parse_task_id(text)


def _task(verb: str, rest: str) -> tuple[TaskId, str]:
    """The task that comes first, and what follows it.

    Raises:
        InvalidInputError: on `task_id`.
    """
    words = rest.split(maxsplit=1)
    task_id = task_id_in(tokens_of(words[0])) if words else None
    if task_id is None:
        raise _no_task(verb, rest)
    return task_id, words[1] if len(words) > 1 else ""


def _no_task(verb: str, rest: str) -> InvalidInputError:
    text = one_line(plain_text(rest))
    if len(ids := _leading_ids(text)) > 1:
        return _several(verb, ids[0])
    code = "not_understood" if text else "missing"
    return InvalidInputError.of("task_id", code, text=text, example=BY_NAME[verb].example)


def _leading_ids(text: str) -> list[TaskId]:
    """The tasks that a text begins with, one after the other."""
    ids: list[TaskId] = []
    for piece in text.replace(",", " ").replace(";", " ").split():
        task_id = parse_task_id(piece)
        if task_id is not None:
            ids.append(task_id)
        elif piece.lower() not in {"and", "&", "+"}:
            break
    return ids


def _several(verb: str, first: TaskId) -> InvalidInputError:
    """What is said to somebody who names many tasks at once; some things can be done to many in a form."""
    in_form, alone = verb in {"cancel", "assign", "due"}, verb in {"show", "edit", "history", "delete"}
    code = "several_in_form" if in_form else "several_alone" if alone else "several"
    return InvalidInputError.of("task_id", code, verb=verb, task_id=first)


def _only_task(verb: str, make: Callable[[TaskId], TaskCommand]) -> Callable[[str], TaskCommand]:
    def parse(rest: str) -> TaskCommand:
        task_id, more = _task(verb, rest)
        if _leading_ids(plain_text(more)):
            raise _several(verb, task_id)
        if more.strip():
            raise InvalidInputError.of("task_id", "in_form" if verb == "edit" else "alone", verb=verb, task_id=task_id)
        return make(task_id)

    return parse


def _status(verb: str, status: TaskStatus) -> Callable[[str], SetStatus]:
    def parse(rest: str) -> SetStatus:
        task_id, more = _task(verb, rest)
        head, note = split_description(more)
        if _leading_ids(plain_text(head)):
            raise _several(verb, task_id)
        if head.strip():
            raise InvalidInputError.of("note", "without_dashes", verb=verb, task_id=task_id)
        return SetStatus(task_id, status, note or None)

    return parse


def _parse_assign(rest: str) -> Assign:
    tokens = [token for token in tokens_of(rest) if token.text.lower() != "to"]
    who = people_in(tokens) + [_SOMEONE[token.text.lower()] for token in tokens if token.text.lower() in _SOMEONE]
    ids = [task_id for token in tokens if (task_id := task_id_in([token])) is not None]
    if len(ids) > 1:
        raise _several("assign", ids[0])
    if not ids:
        raise _no_task("assign", " ".join(token.text for token in tokens if token.who is None))
    if len(who) != 1:
        raise InvalidInputError.of("assigned_to", "several_people" if len(who) > 1 else "missing")
    if len(tokens) > len(who) + len(ids):
        raise InvalidInputError.of("assigned_to", "alone", task_id=ids[0])
    return Assign(ids[0], who[0])


_SOMEONE: Final = {
    "me": Someone.ME,
    "nobody": Someone.NOBODY,
    "none": Someone.NOBODY,
    "unassigned": Someone.NOBODY,
    "back": Someone.GIVER,
}


def _parse_due(rest: str) -> Due:
    task_id, more = _task("due", rest)
    if more[:1] in {"T", "t"} and _leading_ids(more):
        raise _several("due", task_id)
    when = re.sub(r"^(?:(?:by|to|on)\s+)+", "", one_line(plain_text(more)), flags=re.IGNORECASE)
    if not when:
        raise InvalidInputError.of("deadline", "missing")
    return Due(task_id, None if when.lower().split()[0] in _CLOSING_DATE_WORDS else when)


def _parse_comment(rest: str) -> Say:
    task_id, more = _task("comment", rest)
    text = re.sub(r"^(?:(?:--|—)\s+)+", "", plain_text(more))
    if not text:
        raise InvalidInputError.of("comment", "missing")
    return Say(task_id, text)


def _parse_find(rest: str) -> Find:
    words = one_line(" ".join(token.text for token in tokens_of(rest)))
    if not words:
        raise InvalidInputError.of("words", "missing")
    return Find(words)


_WHOSE: Final = {each.value: each for each in Whose} | {
    "my": Whose.MINE, "me": Whose.MINE, "all": Whose.TEAM, "everyone": Whose.TEAM, "everything": Whose.TEAM,
    "given": Whose.CREATED, "nobody": Whose.UNASSIGNED, "free": Whose.UNASSIGNED,
}  # fmt: skip
_WHICH: Final = {each.value.replace("_", ""): each for each in Which} | {
    "late": Which.OVERDUE, "started": Which.IN_PROGRESS, "progress": Which.IN_PROGRESS, "todo": Which.OPEN,
    "finished": Which.DONE, "canceled": Which.CANCELLED, "dropped": Which.CANCELLED, "stuck": Which.BLOCKED,
    "thisweek": Which.WEEK, "new": Which.NOT_STARTED,
}  # fmt: skip


def _parse_list(rest: str) -> ListTasks:
    tokens = tokens_of(re.sub(r"\b(in|not|this)[ _-](progress|started|week)\b", r"\1\2", rest, flags=re.IGNORECASE))
    people = people_in(tokens)
    if len(people) > 1:
        raise InvalidInputError.of("list", "several_people")
    person = next((token for token in tokens if token.who is not None), None)
    whose: tuple[str, Whose] | None = (person.text, Whose.MINE) if person else None
    which: tuple[str, Which] | None = None
    for token in tokens:
        meant = _list_word(token)
        if isinstance(meant, Whose):
            whose = _only_one(whose, (token.text, meant), is_same=people in ([], [Someone.ME]))
        elif meant is not None:
            which = _only_one(which, (token.text, meant))
    return ListTasks(
        whose[1] if whose else Whose.MINE,
        which[1] if which else Which.OPEN,
        None if people == [Someone.ME] else next(iter(people), None),
        labels_in(tokens),
    )


def _list_word(token: Token) -> Whose | Which | None:
    """What a word says about a list; None for people and labels."""
    if token.kind in {Kind.PERSON, Kind.LABEL}:
        return None
    if token.kind is Kind.PRIORITY:
        raise InvalidInputError.of("list", "by_priority", text=token.text)
    word = token.text.lower().replace("_", "").rstrip(",")
    meant: Whose | Which | None = _WHOSE.get(word) or _WHICH.get(word)
    if meant is None:
        if close := difflib.get_close_matches(word, [*_WHOSE, *_WHICH], n=1, cutoff=_CLOSE):
            raise InvalidInputError.of("list", "nearly_understood", text=token.text, meant=close[0])
        raise InvalidInputError.of("list", "not_understood", text=token.text)
    return meant


W = TypeVar("W", Whose, Which)


def _only_one(before: tuple[str, W] | None, now: tuple[str, W], *, is_same: bool = True) -> tuple[str, W]:
    """What is said for the first time, or again; two that exclude one another are asked about."""
    if before is not None and not (is_same and before[1] is now[1]):
        raise InvalidInputError.of("list", "two_lists", first=before[0], second=now[0])
    return now


def _parse_help(rest: str) -> Help:
    words = rest.split()
    if not words:
        return Help()
    verb = BY_NAME.get(bare_word(words[0]))
    return Help(verb=verb.name) if verb else _unknown(rest)


VERBS: Final[tuple[Verb[TaskCommand], ...]] = (
    Verb("new", "/task new Fix login @ana by fri 5pm", "add a task, for yourself or for somebody", parse_new,
         ("add", "create", "n"),
         ("/task new", "/task new Fix login @ana by fri 5pm !high #web -- users on SSO get a loop",
          '/task new "Stand by me" by tomorrow', "/task new Call the bank +money by next monday 9am"),
         ("`@ana`, or an email address: who does it. Leave it out to do it yourself; `@nobody` leaves it to the team.",
          "`by fri 5pm`: when it is due. A day without a time is due when that day ends.",
          "`!high`: how important it is: `!low`, `!high` or `!urgent`.",
          "`#web` or `+web`: a label, one word. A task can have ten.",
          "`--`: what comes after it is the description.")),
    Verb("list", "/task list [mine|created|team|unassigned] [open|overdue|today|week|done] [@ana] [#web]", "show tasks",
         _parse_list, ("ls", "l", "tasks"),
         ("/task list overdue", "/task list team today", "/task list @ana done", "/task list created #web",
          "/task list unassigned")),
    Verb("show", "/task show T-42", "show one task with everything", _only_task("show", Show), ("view", "s", "info")),
    Verb("start", "/task start T-42 [-- note]", "say that you are working on it",
         _status("start", TaskStatus.IN_PROGRESS), ("begin", "go")),
    Verb("done", "/task done T-42 [-- note]", "finish it", _status("done", TaskStatus.DONE),
         ("finish", "close", "complete", "d"), ("/task done T-42", "/task done 42 -- it was the cache")),
    Verb("block", "/task block T-42 [-- note]", "say that it cannot go on", _status("block", TaskStatus.BLOCKED),
         ("blocked", "stuck", "hold"), ("/task block T-42 -- waits for the certificate",)),
    Verb("reopen", "/task reopen T-42 [-- note]", "open it again", _status("reopen", TaskStatus.OPEN),
         ("open", "restart")),
    Verb("cancel", "/task cancel T-42 [-- note]", "say that it will not be done",
         _status("cancel", TaskStatus.CANCELLED), ("drop", "abandon"), ("/task cancel T-42",)),
    Verb("assign", "/task assign T-42 @ana", "give it to somebody, to `nobody`, or hand it `back`", _parse_assign,
         ("give", "reassign", "a"),
         ("/task assign T-42 ana@example.com", "/task assign T-42 nobody", "/task assign T-42 back")),
    Verb("due", "/task due T-42 tomorrow 9am", "move its deadline; `none` takes it away", _parse_due,
         ("deadline", "date"), ("/task due T-42 end of month", "/task due T-42 none")),
    Verb("comment", "/task comment T-42 text", "say something about it", _parse_comment, ("say", "note", "c")),
    Verb("edit", "/task edit T-42", "change it in a form", _only_task("edit", Edit),
         ("change", "update", "rename", "e")),
    Verb("history", "/task history T-42", "show what happened to it", _only_task("history", History), ("log",)),
    Verb("find", "/task find words", "find tasks by words, labels or numbers", _parse_find, ("search", "f")),
    Verb("delete", "/task delete T-42", "delete it; Undo works for ten minutes", _only_task("delete", Delete),
         ("remove", "rm", "del")),
    Verb("stats", "/task stats", "show how much there is to do, and for whom", lambda _rest: Stats(), ("report",)),
    Verb("settings", "/task settings", "choose what reaches you, by which way and when", lambda _rest: OpenSettings(),
         ("preferences", "notifications", "config")),
    Verb("link", "/task link", "let your Slack user act as your team account", lambda _rest: LinkAccount()),
    Verb("unlink", "/task unlink", "end that", lambda _rest: Unlink()),
    Verb("whoami", "/task whoami", "see which account you act as", lambda _rest: WhoAmI(), ("who", "me")),
    Verb("help", "/task help [verb]", "show this, or all about one verb", _parse_help, ("h", "?"),
         ("/task help new",)),
)  # fmt: skip
"""Every verb of `/task`, in the order in which help shows them."""

BY_NAME: Final = {name: verb for verb in VERBS for name in (verb.name, *verb.aliases)}
