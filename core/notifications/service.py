"""Delivery: each event reaches each person concerned through each channel, once."""

import logging
from datetime import timedelta
from typing import Final

from core.clock import Clock
from core.errors import DependencyError, NotFoundError
from core.events import Event
from core.notifications.model import Claim, DeliveryState, Lease, Notification
from core.notifications.plan import channels_for, notifications_for
from core.notifications.ports import DeliveryRepository, Sender
from core.people.model import Person
from core.people.ports import PersonRepository

LEASE: Final = timedelta(seconds=120)
"""Twice the timeout of the notifying functions: whoever held a claim longer is dead."""

_log = logging.getLogger(__name__)


class DeliveryService:
    def __init__(self, deliveries: DeliveryRepository, people: PersonRepository, sender: Sender, clock: Clock) -> None:
        self._deliveries = deliveries
        self._people = people
        self._sender = sender
        self._clock = clock

    def deliver(self, event: Event) -> None:
        """Tell everybody concerned through this channel; what is done already is not done again.

        One person's trouble keeps nobody else from being told.

        Raises:
            DependencyError: somebody could not be told yet; the whole call may be repeated, as after any other error.
        """
        troubles: list[Exception] = []
        for notification in notifications_for(event, self._people.admins):
            try:
                self._deliver(notification)
            except Exception as error:  # noqa: BLE001 - raised below, when everybody else has been told
                troubles.append(error)
        if troubles:
            raise troubles[0]

    def _deliver(self, notification: Notification) -> None:
        try:
            person = self._people.get(notification.recipient)
        except NotFoundError:
            return
        if self._sender.channel not in channels_for(notification, person):
            return
        now = self._clock()
        claim = self._deliveries.claim(
            notification.event.event_id, self._sender.channel, person.person_id, Lease(now, now + LEASE)
        )
        match claim:
            case Claim.DONE:
                return
            case Claim.BUSY:
                raise DependencyError("delivery", "somebody else is at it", retryable=True)
            case Claim.LOOK_FIRST if self._has_arrived(notification, person):
                self._settle(notification, DeliveryState.SENT)
            case Claim.LOOK_FIRST:
                # An earlier attempt may still be on its way, so that the next one has to look again.
                self._send(notification, person, when_refused=DeliveryState.AMBIGUOUS)
            case Claim.SEND:
                self._send(notification, person, when_refused=DeliveryState.FAILED)

    def _has_arrived(self, notification: Notification, person: Person) -> bool:
        try:
            return self._sender.has_arrived(notification, person)
        except DependencyError as error:
            if error.retryable:
                self._settle(notification, DeliveryState.AMBIGUOUS)
                raise
            # Where nobody will ever be able to look, a second message is better than none.
            return False

    def _send(self, notification: Notification, person: Person, *, when_refused: DeliveryState) -> None:
        try:
            self._sender.send(notification, person)
        except DependencyError as error:
            _log.warning("not delivered", exc_info=error, extra={"event_id": notification.event.event_id})
            self._settle(notification, DeliveryState.AMBIGUOUS if error.uncertain else when_refused)
            if error.retryable:
                raise
        else:
            self._settle(notification, DeliveryState.SENT)

    def _settle(self, notification: Notification, state: DeliveryState) -> None:
        event_id, channel = notification.event.event_id, self._sender.channel
        self._deliveries.settle(event_id, channel, notification.recipient, state)
        _log.info(
            "delivery %s",
            state,
            extra={
                "event_id": event_id,
                "kind": notification.kind,
                "channel": channel,
                "person_id": notification.recipient,
                "lag_ms": round((self._clock() - notification.event.occurred_at) / timedelta(milliseconds=1)),
            },
        )
