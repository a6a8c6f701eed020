"""What follows `/task new`: the title, and what of it is somebody, a deadline, a priority, a label, a description."""

import difflib
from collections.abc import Sequence
from typing import Final

from bot.commands.model import New, OpenNew
from bot.commands.tokens import Kind, Token, labels_in, one_line, people_in, split_description, tokens_of
from core.errors import InvalidInputError
from core.tasks.model import Priority

_QUOTES: Final = '"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}«»'
_PRIORITY_WORDS: Final = {each.value: each for each in Priority} | {
    "hi": Priority.HIGH, "medium": Priority.NORMAL, "asap": Priority.URGENT,
}  # fmt: skip
_DAYS: Final = frozenset({
    "today", "tonight", "tomorrow", "tmr", "tmrw", "noon", "midday", "midnight", "next",
    "eod", "eow", "eom", "eoq", "eoy",
})  # fmt: skip
_NAMES: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
    "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SHORTEST_NAME: Final = 3


def parse_new(rest: str) -> New | OpenNew:
    """Read a task in one line; nothing there: the modal asks.

    Raises:
        InvalidInputError: something of it cannot be used.
    """
    if not rest.strip():
        return OpenNew()
    head, description = split_description(rest)
    tokens = tokens_of(head)
    by = _start_of_date(tokens)
    dated = range(by, _end_of_words(tokens, by + 1)) if by is not None else range(0)
    priorities, owners = _priorities(tokens), people_in(tokens)
    if len(owners) > 1:
        raise InvalidInputError.of("assigned_to", "several_people")
    if by is not None:
        _ask_about_two_dates(tokens, by)
    title = _title([token for place, token in enumerate(tokens) if place not in dated])
    if not title:
        raise InvalidInputError.of("title", "missing")
    return New(
        title,
        owner=owners[0] if owners else None,
        when=one_line(" ".join(tokens[place].text.strip(_QUOTES) for place in dated[1:])) or None,
        priority=priorities[0] if priorities else Priority.NORMAL,
        labels=labels_in(tokens),
        description=description or "",
    )


def _start_of_date(tokens: Sequence[Token]) -> int | None:
    """Where the last `by` with words behind it stands."""
    for place in range(len(tokens) - 2, -1, -1):
        is_by = tokens[place].kind is Kind.WORD and tokens[place].text.lower() == "by"
        if is_by and tokens[place + 1].kind is Kind.WORD:
            return place
    return None


def _ask_about_two_dates(tokens: Sequence[Token], last: int) -> None:
    """Raise where a date stands behind another `by` too: which of them is meant is not guessed."""
    bys = [place for place in range(last + 1) if tokens[place].kind is Kind.WORD and tokens[place].text.lower() == "by"]
    ends = [min(end, _end_of_words(tokens, place + 1)) for place, end in zip(bys, [*bys[1:], len(tokens)], strict=True)]
    phrases = [[token.text for token in tokens[place + 1 : end]] for place, end in zip(bys, ends, strict=True)]
    dates = [" ".join(words) for words in phrases if _looks_like_date(words)]
    if len(dates) > 1 and _looks_like_date(phrases[-1]):
        raise InvalidInputError.of("deadline", "several", first=dates[-2], second=dates[-1])


def _looks_like_date(words: Sequence[str]) -> bool:
    """Whether words begin as a date does; what is none in the end is refused when it is read."""
    first, second = (*(word.lower().strip(",.;:") for word in words[:2]), "", "")[:2]
    if first.isdigit():
        return _is_name(second)
    return first[:1].isdigit() or first in _DAYS or (first, second) == ("end", "of") or _is_name(first)


def _is_name(word: str) -> bool:
    return len(word) >= _SHORTEST_NAME and any(name.startswith(word) for name in _NAMES)


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
