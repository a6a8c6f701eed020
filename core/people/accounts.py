"""What people's changes need of the user pool, and the temporary passwords it is given."""

import secrets
import string
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from core.ids import PersonId
from core.people.model import Account, Roles

_LENGTH: Final = 16
_LOWERCASE: Final = "abcdefghijkmnpqrstuvwxyz"
_UPPERCASE: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS: Final = "23456789"
_SYMBOLS: Final = "!@#%*+=-_?"
"""What Cognito takes for symbols and every keyboard has; letters and digits that look alike are left out of the rest.
https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html"""


class PasswordPolicy(NamedTuple):
    """What the pool asks of a password."""

    min_length: int
    lowercase: bool
    uppercase: bool
    digits: bool
    symbols: bool


def temporary_password(policy: PasswordPolicy) -> str:
    """Make a password that nobody can guess and the policy takes."""
    asked = {
        _LOWERCASE: policy.lowercase,
        _UPPERCASE: policy.uppercase,
        _DIGITS: policy.digits,
        _SYMBOLS: policy.symbols,
    }
    alphabets = [alphabet for alphabet, is_asked in asked.items() if is_asked] or [string.ascii_lowercase]
    characters = [secrets.choice(alphabet) for alphabet in alphabets]
    everything = "".join(alphabets)
    characters += [secrets.choice(everything) for _ in range(max(_LENGTH, policy.min_length) - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


class Accounts(Protocol):
    """The user pool. Every method raises DependencyError; those that change a user also NotFoundError.

    Each may be repeated: what is so already stays so.
    """

    def find(self, name: str) -> Account | None:
        """Look a user up by id or email address."""

    def roles(self, person_id: PersonId) -> Roles:
        """Raise NotFoundError for an unknown user."""

    def password_policy(self) -> PasswordPolicy: ...

    def create(self, email: str, given_name: str, family_name: str, password: str) -> None:
        """Make a user with a temporary password and tell nobody; one who is there already stays as they are.

        Raises:
            InvalidInputError: on `email`, where Cognito takes it for none.
        """

    def change(self, person_id: PersonId, facts: Mapping[str, str]) -> None:
        """Give a user other facts, named as `Account` names them; another address is not a verified one.

        Raises:
            InvalidInputError: on `email`, where Cognito takes it for none.
            MemberRefusedError: somebody else has the address.
        """

    def set_temporary_password(self, person_id: PersonId, password: str) -> None:
        """The next sign-in must change it. Whoever can, has read the mail with it: the address is theirs."""

    def join(self, person_id: PersonId, group: str) -> None: ...

    def leave(self, person_id: PersonId, group: str) -> None: ...

    def enable(self, person_id: PersonId) -> None: ...

    def disable(self, person_id: PersonId) -> None: ...

    def sign_out(self, person_id: PersonId) -> None:
        """Everywhere: no session can be refreshed any more."""

    def delete(self, person_id: PersonId) -> None:
        """One who is gone already stays gone."""


class AccountPages(Protocol):
    """The whole pool, for whoever compares it with the directory."""

    def everybody(self) -> Sequence[Account]:
        """Every user with the groups that mean something here; raises DependencyError."""
