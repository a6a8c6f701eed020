"""What delivery needs from outside."""

from typing import Protocol

from core.ids import EventId, PersonId, TaskId
from core.notifications.model import Card, Channel, Claim, DeliveryState, Lease, Notification
from core.people.model import Person


class DeliveryRepository(Protocol):
    def claim(self, event_id: EventId, channel: Channel, person_id: PersonId, lease: Lease) -> Claim:
        """Take the delivery for the time of the lease, unless it is done or somebody else holds it."""

    def settle(self, event_id: EventId, channel: Channel, person_id: PersonId, state: DeliveryState) -> None:
        """Write how the delivery ended."""


class CardRepository(Protocol):
    def get(self, task_id: TaskId, person_id: PersonId) -> Card | None:
        """Give the card, or None where none is known to be posted."""

    def claim(self, task_id: TaskId, person_id: PersonId, lease: Lease) -> Card | None:
        """Give the card; where there is none, take the right to post it and give None.

        Raises:
            DependencyError: somebody else is posting it at this moment; retryable.
        """

    def release(self, task_id: TaskId, person_id: PersonId) -> None:
        """Give the right to post back, after a post that certainly did not arrive."""

    def remember(self, task_id: TaskId, person_id: PersonId, card: Card) -> None:
        """Write where the card is and what it shows, unless it shows something newer already."""


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
