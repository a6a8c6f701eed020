"""The base of everything that is kept or sent."""

from pydantic import BaseModel, ConfigDict


class FrozenModel(BaseModel):
    """A value that does not change; fields that it does not know, of a newer or older writer, are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")
