"""Tasks as CSV, which a spreadsheet opens without running anything that people wrote."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from core.tasks.model import Task
from handlers.api.schemas.tasks import TaskAnswer

COLUMNS: Final = tuple(TaskAnswer.model_fields)
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""https://owasp.org/www-community/attacks/CSV_Injection; the wide forms are what some keyboards write."""


def write_csv(tasks: Sequence[Task], *, with_header: bool) -> str:
    """One line a task, every cell quoted."""
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    if with_header:
        writer.writerow(COLUMNS)
    for task in tasks:
        answer = TaskAnswer.of(task).model_dump(mode="json")
        writer.writerow([_cell(answer[column]) for column in COLUMNS])
    return lines.getvalue()


def _cell(value: Any) -> str:
    text = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
