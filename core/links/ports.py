"""What linking needs from outside."""

from typing import Protocol

from core.events import Event
from core.ids import SlackUserId
from core.links.model import Identity, LinkAttempt, SlackProfile
from core.people.model import Person


class ProfileSource(Protocol):
    def profile(self, slack_user_id: SlackUserId) -> SlackProfile:
        """Ask Slack; raise DependencyError when it does not tell."""


class SignInPages(Protocol):
    """Where people sign in to their team account, in the browser."""

    def address(self, *, state: str, nonce: str, challenge: str) -> str:
        """Where to send the browser."""

    def identity(self, *, code: str, verifier: str, nonce: str) -> Identity:
        """Turn what the browser brought back into who signed in.

        Raises:
            LinkRefusedError: the code or what it was exchanged for proves nothing.
            DependencyError: the exchange could not be made.
        """


class LinkRepository(Protocol):
    """Attempts by the hash of their secret, and the links themselves."""

    def keep(self, secret_hash: str, attempt: LinkAttempt) -> None:
        """Put a new attempt."""

    def get(self, secret_hash: str) -> LinkAttempt | None:
        """Also one that is used or past its time."""

    def use(self, secret_hash: str) -> None:
        """Mark an attempt as used; raise ConflictError where it was already."""

    def go_on(self, used_hash: str, secret_hash: str, attempt: LinkAttempt) -> None:
        """Mark one step as used and keep the next, both or neither; raise ConflictError as `use` does."""

    def link(self, person: Person, event: Event) -> None:
        """Save the person's Slack user and time zone with the event, in one transaction.

        Raises:
            ConflictError: that person or that Slack user has a link already.
            DependencyError: the store is busy; retryable.
        """
