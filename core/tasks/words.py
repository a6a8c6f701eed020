"""The words by which a task is found: those of its title, its labels and its id."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from core.tasks.model import Task

SHORTEST: Final = 2
"""Shorter words find too much to be of use."""
_LONGEST: Final = 40
_WORD = re.compile(r"\w+")


def words_of(task: Task) -> frozenset[str]:
    """Every word by which this task is found."""
    number = task.task_id.removeprefix("T-")
    return frozenset(_words([task.title, *task.labels])) | {f"t{number}", number.zfill(SHORTEST)}


def typed_words(text: str) -> list[str]:
    """The words of what somebody looks for, each once; `T-42` is one word."""
    joined = re.sub(r"\b[tT]-(\d+)\b", r"t\1", text)
    return list(dict.fromkeys(_words([joined])))


def finds(typed: Iterable[str], words: Iterable[str]) -> bool:
    """Whether each typed word is the beginning of one of the words."""
    known = list(words)
    return all(any(word.startswith(each) for word in known) for each in typed)


def _words(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
            if len(word) >= SHORTEST:
                yield word[:_LONGEST]
