"""The arguments of a call, as form fields or JSON: https://docs.slack.dev/apis/web-api/#methods_supporting_json"""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from infra.local.slack import strict_json
from infra.local.slack.errors import SlackError

_NO: Final = ("", "0", "false", "False", False)


class Arguments:
    """What the caller passed; `shown` is the same without the token."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}

    @property
    def shown(self) -> dict[str, Any]:
        return {
            name: _decoded(value) if name in {"blocks", "attachments", "view", "metadata"} else value
            for name, value in self._values.items()
            if name != "token"
        }

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        """Read a string argument; empty where it is missing."""
        value = self._values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a boolean argument."""
        return self._values[name] not in _NO if name in self else default

    def required(self, *names: str) -> None:
        """Refuse the call where an argument is missing.

        Raises:
            SlackError: `invalid_arguments`, naming each.
        """
        if missing := [name for name in names if self._values.get(name) in (None, "")]:
            raise SlackError("invalid_arguments", [f"missing required field: {name}" for name in missing])

    def decoded(self, name: str, refusal: str) -> Any:
        """Read a structured argument, which JSON bodies carry as it is and forms as a JSON string.

        Raises:
            SlackError: `refusal` when the string is no JSON.
        """
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return strict_json.loads(value) if value else None
        except ValueError as problem:
            raise SlackError(refusal) from problem


def _decoded(value: Any) -> Any:
    try:
        return strict_json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def parse(content_type: str, body: bytes, query: str = "", *, takes_json: bool = True) -> Arguments:
    """Read the arguments of a request; a token counts in a form only, beside JSON it goes into the header.

    Raises:
        SlackError: `invalid_json`, `json_not_object`, `invalid_form_data` or `invalid_post_type`.
    """
    values: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        content = _json_object(body) if takes_json else {}
        return Arguments(values | {name: value for name, value in content.items() if name != "token"})
    if not body:
        return Arguments(values)
    if kind != "application/x-www-form-urlencoded":
        raise SlackError("invalid_post_type" if kind else "missing_post_type")
    try:
        return Arguments(values | dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200)))
    except ValueError as problem:
        raise SlackError("invalid_form_data") from problem


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        values = strict_json.loads(body)
    except ValueError as problem:
        raise SlackError("invalid_json") from problem
    if not isinstance(values, dict):
        raise SlackError("json_not_object")
    return values
