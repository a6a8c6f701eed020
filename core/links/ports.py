"""What linking needs from outside."""

from typing import Protocol

from core.events import Event
from core.ids import PersonId, SlackUserId
from core.links.model import Dispute, Identity, LinkAttempt, LinkRequest, Posted, SlackProfile
from core.people.model import Person
from core.tasks.queries import Slice


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
    """Attempts by the hash of their secret, requests to admins, and the links themselves.

    Whatever takes an event saves it in the same transaction, and raises ConflictError where its condition does not
    hold, or DependencyError (retryable) where the store is busy.
    """

    def keep(self, secret_hash: str, attempt: LinkAttempt) -> None:
        """Put a new attempt."""

    def get(self, secret_hash: str) -> LinkAttempt | None:
        """Also one that is used or past its time."""

    def use(self, secret_hash: str) -> None:
        """Mark an attempt as used; raise ConflictError where it was already."""

    def go_on(self, used_hash: str, secret_hash: str, attempt: LinkAttempt) -> None:
        """Mark one step as used and keep the next, both or neither; raise ConflictError as `use` does."""

    def link(self, person: Person, event: Event) -> None:
        """Save the person's side of the link and their time zone; conflict: that person or Slack user has a link."""

    def unlink(self, person: Person, event: Event) -> None:
        """Take away the link that the person has; conflict: they have another one by now, or none."""

    def ask(self, request: LinkRequest, event: Event) -> None:
        """Save a request; conflict: the same two sides have one pending."""

    def request(self, slack_user_id: SlackUserId, person_id: PersonId) -> LinkRequest | None:
        """The newest request of two sides."""

    def pending(self, *, limit: int, at: str | None = None) -> Slice[LinkRequest]:
        """Up to `limit` requests that nobody has decided on, from a place on, who waits longest first.

        Raises:
            InvalidInputError: `at` is no place of this list.
        """

    def decide(self, request: LinkRequest, event: Event, linked: Person | None = None) -> None:
        """Save how a pending request ended, with the link where it led to one; conflict: it is pending no more,
        or as in `link`.
        """

    def remember_slack(self, person: Person) -> None:
        """Write name, status and time zone of a person's Slack user; nothing where they are linked to it no more."""


class RequestCards(Protocol):
    """Where admins have been shown a request."""

    def place(self, request: LinkRequest, admin: PersonId) -> Posted | None:
        """Where an admin's card of a request is."""

    def remember_place(self, request: LinkRequest, admin: PersonId, place: Posted) -> None:
        """Write it down."""

    def request(self, slack_user_id: SlackUserId, person_id: PersonId) -> LinkRequest | None:
        """The newest request of two sides."""


class DisputeRepository(Protocol):
    def keep_dispute(self, secret_hash: str, dispute: Dispute) -> None:
        """Put a new one."""

    def dispute(self, secret_hash: str) -> Dispute | None:
        """Also one that is past its time."""
