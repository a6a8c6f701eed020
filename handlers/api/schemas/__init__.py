"""The JSON of requests and answers, field by field, one module per area."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Request(BaseModel):
    """A body that somebody sends: a field that it does not have is refused by its name."""

    model_config = ConfigDict(extra="forbid")


class Message(BaseModel):
    message: Annotated[str, Field(examples=["Official Task API"])]


class Health(BaseModel):
    status: Literal["ok"] = "ok"
