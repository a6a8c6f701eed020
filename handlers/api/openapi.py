"""How the API describes itself: the error answers and headers that routes share, and the shape of a problem."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI

from handlers.api.problems import MEDIA_TYPE, Problem

Responses = dict[int | str, dict[str, Any]]
_REFERENCE: Final = "#/components/schemas/{model}"
_EXAMPLE_ID: Final = "0f7c1d2e-6f1c-4000-8000-000000000001"
_GATEWAYS_OWN: Final = {
    "schema": {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]},
    "example": {"message": "Unauthorized"},
}
"""What API Gateway answers before the API is asked; an HTTP API's gateway answers cannot be changed.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html"""

_TEXT: Final = {"type": "string"}
_HEADERS_OF: Final[dict[int, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"description": "`Bearer`, and what is wrong with the token.", "schema": _TEXT}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}
ETAG: Final[dict[str, Any]] = {
    "ETag": {"description": 'The task\'s version, as `"3"`.', "schema": _TEXT, "example": '"3"'}
}
TAGGED: Final[Responses] = {200: {"headers": ETAG}}
_REQUEST_ID: Final = {
    "description": "Finds the request in the log: the one that was sent where it is plain, else a new one.",
    "schema": _TEXT,
    "example": _EXAMPLE_ID,
}
_GIVEN_REQUEST_ID: Final = {
    "name": "X-Request-Id",
    "in": "header",
    "required": False,
    "description": "An id of the caller's own: up to 64 letters, digits, dots, dashes and underscores.",
    "schema": _TEXT,
    "example": "deploy-7.check_1",
}


def problems(*statuses: int, behind_gateway: bool = False) -> Responses:
    """Document error answers; behind the gateway's authorizer a 401 may also be the gateway's own."""
    return {status: _problem(status, behind_gateway=behind_gateway) for status in statuses}


def _problem(status: int, *, behind_gateway: bool) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    example: dict[str, Any] = {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "detail": "A sentence that says what to do.",
        "request_id": _EXAMPLE_ID,
    }
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        example["errors"] = [{"field": "deadline", "message": "This moment has passed; give one to come."}]
    content: dict[str, Any] = {
        MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model=Problem.__name__)}, "example": example}
    }
    if status == HTTPStatus.UNAUTHORIZED and behind_gateway:
        content["application/json"] = _GATEWAYS_OWN
    return {"description": phrase, "content": content, "headers": _HEADERS_OF.get(status, {})}


class DescribedApi(FastAPI):
    """FastAPI, with the shape of problems and the request's id added to its description."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def _completed(description: dict[str, Any]) -> dict[str, Any]:
    components = description.setdefault("components", {})
    schema = Problem.model_json_schema(ref_template=_REFERENCE)
    components.setdefault("schemas", {}).update(schema.pop("$defs") | {Problem.__name__: schema})
    components["headers"] = {"RequestId": _REQUEST_ID}
    components["parameters"] = {"RequestId": _GIVEN_REQUEST_ID}
    for operations in description["paths"].values():
        for operation in operations.values():
            operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/RequestId"})
            for answer in operation["responses"].values():
                answer["headers"] = {
                    **answer.get("headers", {}),
                    "X-Request-Id": {"$ref": "#/components/headers/RequestId"},
                }
    return description
