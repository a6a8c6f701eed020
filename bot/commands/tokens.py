"""What keyboards and Slack make of typed text, taken apart into words, people, labels, priorities and quotes.

Slack writes mentions, channels, addresses and links between angle brackets and sends people's own `& < >` as entities.
https://docs.slack.dev/interactivity/implementing-slash-commands#escaping
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from core.ids import SlackUserId


class Kind(StrEnum):
    WORD = "word"
    QUOTED = "quoted"
    PERSON = "person"
    LABEL = "label"
    PRIORITY = "priority"
    LINK = "link"


class Someone(StrEnum):
    """People who are called otherwise than by name."""

    ME = "me"
    NOBODY = "nobody"
    GIVER = "back"
    """Whoever gave the task to its owner."""


@dataclass(frozen=True, slots=True)
class Email:
    address: str


@dataclass(frozen=True, slots=True)
class Named:
    """`@ana` as Slack leaves it where it knows nobody of that name."""

    name: str


Who = SlackUserId | Email | Named | Someone


class Token(NamedTuple):
    """One piece: `text` as people read it, `who` where it names a person; other markup of Slack's is a link."""

    kind: Kind
    text: str
    who: Who | None = None


_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_SPACES: Final = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}", " "))
_MARKUP_PATTERN: Final = r"<(?:@[UW][A-Z0-9]+|\#[CGD][A-Z0-9]+|!|mailto:|https?:|tel:)[^<>]*>"
_MARKUP: Final = re.compile(_MARKUP_PATTERN)
_TOKEN: Final = re.compile(
    rf'(?P<markup>{_MARKUP_PATTERN})|(?<!\S)(?P<quoted>"(?:\\.|[^"\\])*"|[“„«][^“”„«»]*[”“»])(?!\S)|(?P<word>(?:(?!{_MARKUP_PATTERN})\S)+)',
)
_DASHES: Final = re.compile(r"(?<!\S)(?:--|—)(?!\S)")
_EMAIL: Final = re.compile(r"[^\s@<>,;:!]+@[^\s@<>,;:!]+\.[^\s@<>,;:!.]+")
_NAME: Final = re.compile(r"@([^\W_][\w.'\u2019-]*)")
_LABEL: Final = re.compile(r"[#\uff03+]([^\W\d_][\w./&-]*)")
_PRIORITY: Final = re.compile(r"[!\uff01]([A-Za-z]+)")
_TRAILING: Final = ",.;:"


def split_description(text: str) -> tuple[str, str | None]:
    """Cut at the first `--`, also where a keyboard made a dash of it; None where there is none outside quotes."""
    quotes = [match.span() for match in _TOKEN.finditer(text) if match["quoted"]]
    for dashes in _DASHES.finditer(text):
        if not any(start < dashes.start() < end for start, end in quotes):
            return text[: dashes.start()], plain_text(text[dashes.end() :])
    return text, None


def tokens_of(text: str) -> list[Token]:
    """Take text apart; joined by spaces, what the pieces show is what people typed."""
    return [_token(match) for match in _TOKEN.finditer(text.translate(_SPACES))]


def labels_in(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The labels among them, each once."""
    return tuple(dict.fromkeys(token.text for token in tokens if token.kind is Kind.LABEL))


def people_in(tokens: Sequence[Token]) -> list[Who]:
    """Who is named among them, each once."""
    return list(dict.fromkeys(token.who for token in tokens if token.who is not None))


def plain_text(text: str) -> str:
    """Write text as its author reads it: names for mentions, addresses for links, characters for entities."""
    shown = _MARKUP.sub(lambda match: _shown(match[0]), text.translate(_SPACES))
    return _decoded(shown).strip()


def escaped(text: str) -> str:
    """Write text as Slack sends it: the opposite of `plain_text`."""
    for entity, character in reversed(_ENTITIES):
        text = text.replace(character, entity)
    return text


def quoted(text: str) -> str:
    """Write text so that it is read as one piece and as nothing but text."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return escaped(f'"{inner}"')


def one_line(text: str) -> str:
    return " ".join(text.split())


def _token(match: re.Match[str]) -> Token:
    if match["quoted"]:
        inner = match["quoted"][1:-1]
        if match["quoted"].startswith('"'):
            inner = re.sub(r'\\(["\\])', r"\1", inner)
        return Token(Kind.QUOTED, plain_text(inner))
    if match["markup"]:
        return _marked_up(match["markup"])
    return _word(_decoded(match["word"]))


def _marked_up(markup: str) -> Token:
    target, _, label = markup[1:-1].partition("|")
    shown = _decoded(_shown(markup))
    if target.startswith("@"):
        return Token(Kind.PERSON, shown, SlackUserId(target[1:]))
    if target.startswith("mailto:"):
        return Token(Kind.PERSON, shown, Email(_decoded(target.removeprefix("mailto:"))))
    if target.startswith("#") and label:
        return Token(Kind.LABEL, _decoded(label).lower())
    return Token(Kind.LINK, shown)


def _shown(markup: str) -> str:
    """What people see of Slack's markup: the label, or the address of a link."""
    target, _, label = markup[1:-1].partition("|")
    match target[:1]:
        case "@":
            return f"@{label or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
    return target if target.startswith("http") else label or target.partition(":")[2]


def _word(word: str) -> Token:
    bare = word.rstrip(_TRAILING)
    if _EMAIL.fullmatch(bare):
        return Token(Kind.PERSON, bare, Email(bare))
    if match := _NAME.fullmatch(bare):
        return Token(Kind.PERSON, bare, _by_name(match[1]))
    if match := _LABEL.fullmatch(bare):
        return Token(Kind.LABEL, match[1].lower())
    if match := _PRIORITY.fullmatch(bare):
        return Token(Kind.PRIORITY, match[1].lower())
    return Token(Kind.WORD, word)


def _by_name(name: str) -> Who:
    try:
        return Someone(name.lower())
    except ValueError:
        return Named(name)


def _decoded(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
