"""What delivery needs from outside."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from core.errors import DependencyError
from core.events import Event
from core.ids import EventId, PersonId, TaskId
from core.notifications.model import Card, Channel, Claim, DeliveryState, HeldCard, Lease, Mail, Notification
from core.people.model import Person
from core.tasks.model import Task


class DeliveryRepository(Protocol):
    def claim(self, event_id: EventId, channel: Channel, person_id: PersonId, lease: Lease) -> Claim:
        """Take the delivery for the time of the lease, unless it is done or somebody else holds it."""

    def settle(self, event_id: EventId, channel: Channel, person_id: PersonId, state: DeliveryState) -> None:
        """Write how the delivery ended."""


class SuppressedError(DependencyError):
    """The address gets no more mail."""

    def __init__(self) -> None:
        super().__init__("mail", "suppressed", retryable=False)


class TaskHistory(Protocol):
    def history_since(self, task_id: TaskId, since: datetime, *, limit: int) -> Sequence[Event]:
        """What happened to a task from an instant on, oldest first, in one read; also of a deleted one."""

    def current(self, task_ids: Sequence[TaskId]) -> Mapping[TaskId, Task]:
        """Tasks as they stand; those that are deleted are left out."""


class Outbox(Protocol):
    """News that somebody's settings hold back, by the quarter of an hour at which it may go."""

    def hold(self, until: datetime, channel: Channel, person_id: PersonId, event: Event) -> bool:
        """Keep an event for then; False where what was held until then has gone already."""

    def held(self, until: datetime, channel: Channel, person_id: PersonId) -> Sequence[Event]:
        """What was held for somebody until then."""


class Announcer(Protocol):
    def announce(self, event: Event) -> None:
        """Have another channel see to an event that it does not get, or decide anew on one; raise DependencyError."""


class Handover(Announcer, Protocol):
    def give(self, event: Event, person_id: PersonId, together: Collection[EventId] = ()) -> None:
        """Have another channel tell somebody of an event whom this one cannot reach.

        `together` are the events of its task that were to be one message with it.

        Raises:
            DependencyError: it could not be handed over now.
        """


class CardRepository(Protocol):
    def get(self, task_id: TaskId, person_id: PersonId) -> Card | None:
        """Give the card, or None where none is known to be posted."""

    def all_of(self, task_id: TaskId) -> Sequence[tuple[PersonId, Card]]:
        """Give every card of a task that is known to be posted, and whose it is."""

    def claim(self, task_id: TaskId, person_id: PersonId, event_id: EventId, lease: Lease) -> HeldCard:
        """Take the card, posted or not yet, for the time of the lease: nobody else posts or changes it meanwhile.

        Raises:
            DependencyError: another event holds it at this moment; retryable.
        """

    def release(
        self,
        task_id: TaskId,
        person_id: PersonId,
        event_id: EventId,
        card: Card | None,
        unfinished: frozenset[EventId] = frozenset(),
    ) -> None:
        """Give it back, with where it is and what it shows; None where nothing was posted.

        `unfinished` are those of the claim, where it did not come out whether they had posted a card.
        Who lost the claim meanwhile changes nothing.
        """


class Ending(NamedTuple):
    """Since when Slack does not let the app in, and whether the admins were told."""

    at: datetime
    is_announced: bool


class SlackInstallation(Protocol):
    """Whether Slack still lets the app in."""

    def end(self) -> None:
        """Write that it does not: the app was removed, or its token taken away; what is written already stays."""

    def ending(self) -> Ending | None:
        """Tell how it ended; None while it lasts, as far as the token at hand goes."""

    def announced(self) -> None:
        """Write that the admins were told of the ending."""

    def has_ended(self) -> bool:
        """Whether it does not, as far as the token at hand goes."""


class Pace(Protocol):
    """How long a dependency wants to be left alone by everybody."""

    def hold_until(self, when: datetime) -> None:
        """Write it down; a later moment that is written already stays."""

    def held_until(self) -> datetime | None:
        """Give the moment, which may be past, or None."""


class Sender(Protocol):
    """One channel's way of getting news to a person.

    `news` is what one message tells: one notification, or several of one task, oldest first.
    """

    @property
    def channel(self) -> Channel: ...

    def send(self, news: Sequence[Notification], person: Person) -> None:
        """Send it all as one message.

        Raises:
            DependencyError: it did not arrive, or may have (`uncertain`); later or never again (`retryable`).
        """

    def arrived(self, news: Sequence[Notification], person: Person) -> frozenset[EventId]:
        """Look which of it an earlier attempt has told the person; nothing where the channel cannot tell."""


class Mailer(Protocol):
    def send(self, address: str, mail: Mail) -> None:
        """Send it to one address; raise DependencyError as `Sender.send` does."""
