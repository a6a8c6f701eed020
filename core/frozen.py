"""The base of everything that is kept or sent."""

from pydantic import BaseModel, ConfigDict


class FrozenModel(BaseModel):
    """A value that does not change; fields that it does not know, of a newer or older writer, are passed over.

    With `defer_build=True` pydantic makes what it takes to check one, a millisecond of work, when the first is met: for
    those that most invocations never see.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
