"""What delivery needs from outside."""

from typing import Protocol

from core.ids import EventId, PersonId, TaskId
from core.notifications.model import Card, Channel, Claim, DeliveryState, HeldCard, Lease, Notification
from core.people.model import Person


class DeliveryRepository(Protocol):
    def claim(self, event_id: EventId, channel: Channel, person_id: PersonId, lease: Lease) -> Claim:
        """Take the delivery for the time of the lease, unless it is done or somebody else holds it."""

    def settle(self, event_id: EventId, channel: Channel, person_id: PersonId, state: DeliveryState) -> None:
        """Write how the delivery ended."""


class CardRepository(Protocol):
    def get(self, task_id: TaskId, person_id: PersonId) -> Card | None:
        """Give the card, or None where none is known to be posted."""

    def claim(self, task_id: TaskId, person_id: PersonId, event_id: EventId, lease: Lease) -> HeldCard:
        """Take the card, posted or not yet, for the time of the lease: nobody else posts or changes it meanwhile.

        Raises:
            DependencyError: another event holds it at this moment; retryable.
        """

    def release(self, task_id: TaskId, person_id: PersonId, event_id: EventId, card: Card | None) -> None:
        """Give it back, with where it is and what it shows; None where nothing was posted.

        Who lost the claim meanwhile changes nothing.
        """


class SlackInstallation(Protocol):
    """Whether Slack still lets the app in."""

    def end(self) -> None:
        """Write that it does not: the app was removed, or its token taken away."""

    def has_ended(self) -> bool:
        """Whether it does not, as far as the token at hand goes."""


class Sender(Protocol):
    """One channel's way of getting a notification to a person."""

    @property
    def channel(self) -> Channel: ...

    def send(self, notification: Notification, person: Person) -> None:
        """Send it.

        Raises:
            DependencyError: it did not arrive, or may have (`uncertain`); later or never again (`retryable`).
        """

    def has_arrived(self, notification: Notification, person: Person) -> bool:
        """Look whether an earlier attempt reached the person; False where the channel cannot tell."""
