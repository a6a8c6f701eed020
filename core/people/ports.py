"""What the people services need from outside."""

from collections.abc import Sequence
from typing import Protocol

from core.ids import PersonId, SlackUserId
from core.people.model import Person, Roles
from core.people.queries import DirectoryQuery
from core.tasks.queries import Slice


class PersonRepository(Protocol):
    def get(self, person_id: PersonId) -> Person:
        """Raise NotFoundError where there is no such person."""

    def linked_to(self, slack_user_id: SlackUserId) -> Person:
        """Raise NotLinkedError where the Slack user has no link."""

    def with_email(self, email: str) -> Person:
        """Match the whole address but for ASCII letter case; raise NotFoundError."""

    def starting_with(self, prefix: str, *, limit: int) -> Sequence[Person]:
        """People whose name or address starts with `prefix`, by name, at most `limit`; `checked_at` may be old."""

    def admins(self) -> Sequence[PersonId]:
        """Everybody whom the directory has as an admin; whether they still are is for whoever relies on it."""

    def everybody(self) -> Sequence[Person]:
        """Everybody by name, read in one request a thousand: names, addresses, groups, counters, and nothing else."""

    def idle(self) -> Sequence[str]:
        """The names of all active team members without an open task."""

    def add(self, person: Person) -> None:
        """Put a new person, with the link when a Slack id is set; raise ConflictError when either exists."""

    def remember_roles(self, person_id: PersonId, roles: Roles) -> None:
        """Write what Cognito said; leaves everything else of the person as it is."""


class DirectoryRepository(Protocol):
    """Everybody, by name or email address."""

    def slice(self, query: DirectoryQuery, *, limit: int, at: str | None = None) -> Slice[Person]:
        """Up to `limit` people of the answer from a place on.

        Raises:
            InvalidInputError: `at` is no place of this list.
        """

    def bring_in_line(self, before: Person | None, after: Person) -> None:
        """Write what Cognito says of a person; raise ConflictError where they are not as `before` any more."""


class RoleSource(Protocol):
    def roles(self, person_id: PersonId) -> Roles:
        """Ask Cognito; raise NotFoundError for an unknown user and DependencyError when it cannot be asked."""
