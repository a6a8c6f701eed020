"""JSON as Slack reads and writes it: no NaN, no infinity, and nothing that cannot be sent as UTF-8."""

import json
import math
from typing import Any

from starlette.responses import JSONResponse


def loads(text: str | bytes) -> Any:
    """Read JSON.

    Raises:
        ValueError: when it is none, or nested too deep.
    """
    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite)
    except RecursionError as problem:
        raise ValueError("nested too deep") from problem


def _refused(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits} is too large")
    return value


class AsciiJsonResponse(JSONResponse):
    """JSON with every other character escaped, so that half a surrogate pair from an app cannot break the answer."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")
