"""A function that does nothing: what the runtime itself costs."""

from typing import Any


def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "body": ""}
