"""How the API describes itself: the error answers that every route shares, and the shape of a problem."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI

from handlers.api.problems import MEDIA_TYPE, Problem

Responses = dict[int | str, dict[str, Any]]
_REFERENCE: Final = "#/components/schemas/{model}"


def problems(*statuses: int) -> Responses:
    """Document error answers of a route."""
    schema = {"$ref": _REFERENCE.format(model=Problem.__name__)}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


class DescribedApi(FastAPI):
    """FastAPI, with the shape of problems added to its description."""

    def openapi(self) -> dict[str, Any]:
        description = super().openapi()
        schemas = description.setdefault("components", {}).setdefault("schemas", {})
        if Problem.__name__ not in schemas:
            schema = Problem.model_json_schema(ref_template=_REFERENCE)
            schemas |= schema.pop("$defs") | {Problem.__name__: schema}
        return description
