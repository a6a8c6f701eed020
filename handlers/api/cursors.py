"""Cursors: places in lists, sealed so that nobody reads or makes one, and good for one caller and one list."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from core.errors import InvalidInputError
from core.ids import PersonId

_PURPOSE: Final = b"cursors of the HTTP API"


class Cursors:
    """Encrypts and signs with a key made from a secret, which is read when first needed."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret

    def seal(self, place: str, caller: PersonId, address: str) -> str:
        """Make a place in the list at `address` into a cursor for the caller."""
        return self._box().encrypt(json.dumps([place, caller, address]).encode()).decode()

    def open(self, cursor: str, caller: PersonId, address: str) -> str:
        """Get the place back; raise InvalidInputError where the cursor is another's, another list's or made up."""
        try:
            place, *bound_to = json.loads(self._box().decrypt(cursor))
        except (InvalidToken, ValueError):
            raise InvalidInputError.of("cursor", "not_understood") from None
        if bound_to != [caller, address]:
            raise InvalidInputError.of("cursor", "not_understood")
        return str(place)

    def _box(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(hmac.digest(self._secret().encode(), _PURPOSE, "sha256")))
