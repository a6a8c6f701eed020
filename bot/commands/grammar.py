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
    New,
    OpenNew,
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
from bot.commands.tokens import Kind, Someone, Token, Who, one_line, plain_text, split_description, tokens_of
from core.errors import InvalidInputError
from core.ids import TaskId, parse_task_id
from core.tasks.model import Priority, TaskStatus

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
    if task_id is not None and not rest:
        return Show(task_id)
    return _unknown(words[0])


def nearest_verb(name: str) -> str | None:
    """The verb that somebody probably meant."""
    for names in ([verb.name for verb in VERBS], list(BY_NAME)):
        if close := difflib.get_close_matches(bare_word(name), names, n=1):
            return BY_NAME[close[0]].name
    return None


def _unknown(word: str) -> Help:
    shown = plain_text(word) or word
    return Help(unknown=shown, meant=nearest_verb(shown))


def bare_word(word: str) -> str:
    """A verb without the slashes, capitals and invisible characters that phones put around it."""
    return _NO_VERB.sub("", plain_text(word) or word).lower()


_CLOSING_DATE_WORDS: Final = frozenset({"none", "never", "no", "nothing", "remove", "off"})
_QUOTES: Final = '"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}«»'
_NO_VERB: Final = re.compile(r"[^\w?]")
_ID_IN_LINK: Final = re.compile(r"\b[tT]-(\d{1,12})\b")
_PRIORITY_WORDS: Final = {each.value: each for each in Priority} | {
    "hi": Priority.HIGH, "medium": Priority.NORMAL, "asap": Priority.URGENT,
}  # fmt: skip


def _parse_new(rest: str) -> New | OpenNew:
    if not rest.strip():
        return OpenNew()
    head, description = split_description(rest)
    tokens = tokens_of(head)
    by = _start_of_date(tokens)
    dated = range(by, _end_of_words(tokens, by + 1)) if by is not None else range(0)
    priorities, owners = _priorities(tokens), _people(tokens)
    if len(owners) > 1:
        raise InvalidInputError.of("assigned_to", "several_people")
    title = _title([token for place, token in enumerate(tokens) if place not in dated])
    if not title:
        raise InvalidInputError.of("title", "missing")
    return New(
        title,
        owner=owners[0] if owners else None,
        when=one_line(" ".join(tokens[place].text.strip(_QUOTES) for place in dated[1:])) or None,
        priority=priorities[0] if priorities else Priority.NORMAL,
        labels=_labels(tokens),
        description=description or "",
    )


def _start_of_date(tokens: Sequence[Token]) -> int | None:
    """Where the last `by` with words behind it stands."""
    for place in range(len(tokens) - 2, -1, -1):
        is_by = tokens[place].kind is Kind.WORD and tokens[place].text.lower() == "by"
        if is_by and tokens[place + 1].kind is Kind.WORD:
            return place
    return None


def _end_of_words(tokens: Sequence[Token], start: int) -> int:
    return next((place for place in range(start, len(tokens)) if tokens[place].kind is not Kind.WORD), len(tokens))


def _title(tokens: Sequence[Token]) -> str:
    """The words that are nothing else; quotes are dropped where they hold the whole title."""
    pieces = [token for token in tokens if _is_text(token)]
    if len(pieces) == 1 and pieces[0].kind is Kind.QUOTED:
        return one_line(pieces[0].text)
    return one_line(" ".join(_as_typed(piece) for piece in pieces))


def _is_text(token: Token) -> bool:
    if token.kind is Kind.PRIORITY:
        return token.text not in _PRIORITY_WORDS
    return token.kind in {Kind.WORD, Kind.QUOTED, Kind.LINK}


def _as_typed(token: Token) -> str:
    match token.kind:
        case Kind.QUOTED:
            return f'"{token.text}"'
        case Kind.PRIORITY:
            return f"!{token.text}"
    return token.text


def _labels(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token.text for token in tokens if token.kind is Kind.LABEL))


def _people(tokens: Sequence[Token]) -> list[Who]:
    return list(dict.fromkeys(token.who for token in tokens if token.who is not None))


def _priorities(tokens: Sequence[Token]) -> list[Priority]:
    """The priorities named; a near miss is asked about, any other `!word` is just a word."""
    typed = [token.text for token in tokens if token.kind is Kind.PRIORITY]
    for word in typed:
        close = difflib.get_close_matches(word, _PRIORITY_WORDS, n=1, cutoff=0.75)
        if word not in _PRIORITY_WORDS and close:
            raise InvalidInputError.of("priority", "not_understood", text=word, meant=_PRIORITY_WORDS[close[0]].value)
    named = list(dict.fromkeys(_PRIORITY_WORDS[word] for word in typed if word in _PRIORITY_WORDS))
    if len(named) > 1:
        raise InvalidInputError.of("priority", "several")
    return named


def task_id_in(tokens: Sequence[Token]) -> TaskId | None:
    """The id that the first token is, or that is part of a pasted link."""
    if not tokens:
        return None
    text = tokens[0].text.rstrip(",.;:")
    if tokens[0].kind is Kind.LINK:
        found = _ID_IN_LINK.findall(text)
        return parse_task_id(found[-1]) if found else None
    return parse_task_id(text)


def _task(rest: str) -> tuple[TaskId, str]:
    """The task that comes first, and what follows it.

    Raises:
        InvalidInputError: on `task_id`.
    """
    words = rest.split(maxsplit=1)
    task_id = task_id_in(tokens_of(words[0])) if words else None
    if task_id is None:
        raise _no_task(rest)
    return task_id, words[1] if len(words) > 1 else ""


def _no_task(rest: str) -> InvalidInputError:
    text = one_line(plain_text(rest))
    return InvalidInputError.of("task_id", "not_understood" if text else "missing", text=text)


def _only_task(make: Callable[[TaskId], TaskCommand]) -> Callable[[str], TaskCommand]:
    def parse(rest: str) -> TaskCommand:
        task_id, more = _task(rest)
        if more.strip():
            raise _no_task(rest)
        return make(task_id)

    return parse


def _status(status: TaskStatus) -> Callable[[str], SetStatus]:
    def parse(rest: str) -> SetStatus:
        task_id, more = _task(rest)
        head, note = split_description(more)
        said = " ".join(filter(None, (plain_text(head), note)))
        return SetStatus(task_id, status, said or None)

    return parse


def _parse_assign(rest: str) -> Assign:
    tokens = [token for token in tokens_of(rest) if token.text.lower() != "to"]
    who = _people(tokens) + [_SOMEONE[token.text.lower()] for token in tokens if token.text.lower() in _SOMEONE]
    ids = [task_id for token in tokens if (task_id := task_id_in([token])) is not None]
    others = len(tokens) - len(who) - len(ids)
    if len(ids) != 1:
        raise _no_task(" ".join(token.text for token in tokens if token.who is None))
    if others or len(who) != 1:
        raise InvalidInputError.of("assigned_to", "several_people" if len(who) > 1 else "missing")
    return Assign(ids[0], who[0])


_SOMEONE: Final = {
    "me": Someone.ME,
    "nobody": Someone.NOBODY,
    "none": Someone.NOBODY,
    "unassigned": Someone.NOBODY,
    "back": Someone.GIVER,
}


def _parse_due(rest: str) -> Due:
    task_id, more = _task(rest)
    when = re.sub(r"^(?:(?:by|to|on)\s+)+", "", one_line(plain_text(more)), flags=re.IGNORECASE)
    if not when:
        raise InvalidInputError.of("deadline", "missing")
    return Due(task_id, None if when.lower().split()[0] in _CLOSING_DATE_WORDS else when)


def _parse_comment(rest: str) -> Say:
    task_id, more = _task(rest)
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
    people = _people(tokens)
    if len(people) > 1:
        raise InvalidInputError.of("list", "several_people")
    found: dict[str, Whose | Which] = {}
    for token in tokens:
        if token.kind is Kind.WORD:
            word = token.text.lower().replace("_", "").rstrip(",")
            meant: Whose | Which | None = _WHOSE.get(word) or _WHICH.get(word)
            if meant is None:
                close = difflib.get_close_matches(word, [*_WHOSE, *_WHICH], n=1)
                if close:
                    raise InvalidInputError.of("list", "nearly_understood", text=token.text, meant=close[0])
                raise InvalidInputError.of("list", "not_understood", text=token.text)
            found[type(meant).__name__] = meant
    whose, which = found.get("Whose", Whose.MINE), found.get("Which", Which.OPEN)
    assert isinstance(whose, Whose)  # noqa: S101 - by its key
    assert isinstance(which, Which)  # noqa: S101
    person = people[0] if people else None
    if person is Someone.ME:
        person = None
    return ListTasks(Whose.MINE if people else whose, which, person, _labels(tokens))


def _parse_help(rest: str) -> Help:
    words = rest.split()
    if not words:
        return Help()
    verb = BY_NAME.get(bare_word(words[0]))
    if verb is None:
        return _unknown(words[0])
    return Help(verb=verb.name)


VERBS: Final[tuple[Verb[TaskCommand], ...]] = (
    Verb("new", "/task new Fix login @ana by fri 5pm", "add a task, for yourself or for somebody", _parse_new,
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
    Verb("show", "/task show T-42", "show one task with everything", _only_task(Show), ("view", "s", "info")),
    Verb("start", "/task start T-42 [-- note]", "say that you are working on it", _status(TaskStatus.IN_PROGRESS),
         ("begin", "go")),
    Verb("done", "/task done T-42 [-- note]", "finish it", _status(TaskStatus.DONE),
         ("finish", "close", "complete", "d"), ("/task done T-42", "/task done 42 -- it was the cache")),
    Verb("block", "/task block T-42 [-- note]", "say that it cannot go on", _status(TaskStatus.BLOCKED),
         ("blocked", "stuck", "hold"), ("/task block T-42 -- waits for the certificate",)),
    Verb("reopen", "/task reopen T-42 [-- note]", "open it again", _status(TaskStatus.OPEN), ("open", "restart")),
    Verb("cancel", "/task cancel T-42 [-- note]", "say that it will not be done", _status(TaskStatus.CANCELLED),
         ("drop", "abandon"), ("/task cancel T-42",)),
    Verb("assign", "/task assign T-42 @ana", "give it to somebody, to `nobody`, or hand it `back`", _parse_assign,
         ("give", "a"), ("/task assign T-42 ana@example.com", "/task assign T-42 nobody", "/task assign T-42 back")),
    Verb("due", "/task due T-42 tomorrow 9am", "move its deadline; `none` takes it away", _parse_due,
         ("deadline", "date"), ("/task due T-42 end of month", "/task due T-42 none")),
    Verb("comment", "/task comment T-42 text", "say something about it", _parse_comment, ("say", "note", "c")),
    Verb("edit", "/task edit T-42", "change it in a form", _only_task(Edit), ("change", "update", "e")),
    Verb("history", "/task history T-42", "show what happened to it", _only_task(History), ("log",)),
    Verb("find", "/task find words", "find tasks by words, labels or numbers", _parse_find, ("search", "f")),
    Verb("delete", "/task delete T-42", "delete it; Undo works for ten minutes", _only_task(Delete),
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
