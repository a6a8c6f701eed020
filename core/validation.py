"""Input is validated once, by the models; this is how a door hands it to them."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import InvalidInputError

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], /, **fields: Any) -> M:
    """Make a model; raise InvalidInputError naming the fields that cannot be used."""
    try:
        return model(**fields)
    except ValidationError as failure:
        raise InvalidInputError.from_validation(failure) from None
