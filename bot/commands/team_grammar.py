"""The grammar of `/team`: text into a command object, nothing else. Help is written from the same table."""

import re
from typing import Final, NamedTuple

from bot.commands.grammar import Verb, bare_word, task_id_in
from bot.commands.tokens import Who, one_line, plain_text, tokens_of
from core.errors import InvalidInputError
from core.ids import TaskId


class ShowDirectory(NamedTuple):
    """Everybody, or those whose name or address begins so; `who` is one person who was named."""

    text: str = ""
    who: Who | None = None


class AddMember(NamedTuple):
    """Add somebody; nobody named: the form asks."""

    who: Who | None = None


class ShowRequests(NamedTuple):
    """The requests to be linked that nobody has decided."""


class ShowAudit(NamedTuple):
    """Who did what: everything about the team, one person, or one task. `since` is still words."""

    who: Who | None = None
    task_id: TaskId | None = None
    since: str | None = None


class ShowTeamStats(NamedTuple):
    """How much everybody has to do."""


class OpenTeamSettings(NamedTuple):
    """What holds for the whole workspace, in a form."""


class TeamHelp(NamedTuple):
    """What one can type; `verb` is the one asked about."""

    verb: str | None = None


TeamCommand = ShowDirectory | AddMember | ShowRequests | ShowAudit | ShowTeamStats | OpenTeamSettings | TeamHelp


def parse_team_command(text: str) -> TeamCommand:
    """Read what follows `/team`; what begins with no verb is somebody's name or address.

    Raises:
        InvalidInputError: the verb is known, but what follows it cannot be used.
    """
    words = text.strip().split(maxsplit=1)
    if not words:
        return ShowDirectory()
    verb = TEAM_BY_NAME.get(bare_word(words[0]))
    if verb is None:
        return _directory(text)
    return verb.parse(words[1] if len(words) > 1 else "")


def _directory(text: str) -> ShowDirectory:
    tokens = tokens_of(text)
    if len(tokens) == 1 and tokens[0].who is not None:
        return ShowDirectory(one_line(plain_text(text)), tokens[0].who)
    return ShowDirectory(one_line(plain_text(text)))


def _parse_add(rest: str) -> AddMember:
    tokens = tokens_of(rest)
    people = [token.who for token in tokens if token.who is not None]
    if len(people) > 1:
        raise InvalidInputError.of("member", "several_people")
    if tokens and not people:
        raise InvalidInputError.of("member", "not_understood", text=one_line(plain_text(rest)))
    return AddMember(people[0] if people else None)


def _parse_audit(rest: str) -> ShowAudit:
    head, *dated = _SINCE.split(f"{rest} ", maxsplit=1)
    since = one_line(plain_text(dated[0])) if dated else None
    tokens = tokens_of(head)
    people = [token.who for token in tokens if token.who is not None]
    ids = [task_id for token in tokens if token.who is None and (task_id := task_id_in([token])) is not None]
    if since == "":
        raise InvalidInputError.of("since", "missing")
    if len(people) + len(ids) > 1 or len(tokens) > len(people) + len(ids):
        raise InvalidInputError.of("audit", "not_understood", text=one_line(plain_text(head)))
    return ShowAudit(people[0] if people else None, ids[0] if ids else None, since)


_SINCE: Final = re.compile(r"(?<!\S)since(?!\S)", re.IGNORECASE)


def _parse_help(rest: str) -> TeamHelp:
    words = rest.split()
    verb = TEAM_BY_NAME.get(bare_word(words[0])) if words else None
    return TeamHelp(verb.name if verb else None)


TEAM_VERBS: Final[tuple[Verb[TeamCommand], ...]] = (
    Verb("add", "/team add @ana", "add somebody to the team; an invitation with a temporary password goes to them",
         _parse_add, ("invite", "new"), ("/team add", "/team add ana@example.com")),
    Verb("requests", "/team requests", "decide about requests to link a Slack user to a team account",
         lambda _rest: ShowRequests(), ("request",)),
    Verb("audit", "/team audit [@ana|T-42] [since monday]", "see who did what", _parse_audit, ("log",),
         ("/team audit", "/team audit @ana", "/team audit T-42", "/team audit since monday",
          "/team audit ana@example.com since 2026-11-01")),
    Verb("stats", "/team stats", "see how much everybody has to do", lambda _rest: ShowTeamStats(), ("workload",)),
    Verb("settings", "/team settings", "choose what holds for the whole workspace", lambda _rest: OpenTeamSettings(),
         ("config",)),
    Verb("help", "/team help [verb]", "show this, or all about one verb", _parse_help, ("h", "?"),
         ("/team help add",)),
)  # fmt: skip
"""Every verb of `/team`, in the order in which help shows them."""

TEAM_BY_NAME: Final = {name: verb for verb in TEAM_VERBS for name in (verb.name, *verb.aliases)}
