"""Delivery: each event reaches each person concerned through each channel, once."""

import logging
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from core import metrics
from core.clock import Clock
from core.errors import DependencyError, NotFoundError
from core.events import Event
from core.ids import PersonId
from core.metrics import Outcome
from core.notifications.model import Claim, DeliveryState, Lease, Notification, TaskNotification
from core.notifications.plan import channels_for, is_overtaken, may_go_instead, notifications_for, waiting_for
from core.notifications.ports import DeliveryRepository, Handover, Sender, SuppressedError, TaskHistory
from core.people.model import Person
from core.people.ports import PersonRepository

LEASE: Final = timedelta(seconds=120)
"""Twice the timeout of the notifying functions: whoever held a claim longer is dead."""
_GATHERED: Final = 50
"""How many entries of a task's history are looked through for news that belongs into one message."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Claimed:
    """News that nobody else tells meanwhile; what is `unsure` may have arrived already."""

    news: list[Notification] = field(default_factory=list)
    unsure: list[Notification] = field(default_factory=list)


class DeliveryService:
    """Tells people through one channel.

    News that can wait is held back for `wait` after it happened, and then told together with what came since.
    """

    def __init__(
        self,
        deliveries: DeliveryRepository,
        people: PersonRepository,
        history: TaskHistory,
        sender: Sender,
        handover: Handover,
        clock: Clock,
        *,
        wait: timedelta,
    ) -> None:
        self._deliveries = deliveries
        self._people = people
        self._history = history
        self._sender = sender
        self._handover = handover
        self._clock = clock
        self._wait = wait

    def deliver(self, event: Event, instead: Set[PersonId] = frozenset()) -> datetime | None:
        """Tell everybody concerned through this channel; what is done already is not done again.

        One person's trouble keeps nobody else from being told. Gives when to come again, where news still waits.
        Where another channel could not reach some people, `instead` names them: they alone are told, whatever else
        would decide the channel.

        Raises:
            DependencyError: somebody could not be told yet; the whole call may be repeated, as after any other error.
        """
        troubles: list[Exception] = []
        due, waits = event.occurred_at + self._wait, False
        for notification in notifications_for(event, self._people.admins):
            if instead and not (notification.recipient in instead and may_go_instead(notification)):
                continue
            if notification.kind.waits and not instead and self._clock() < due:
                waits = True
                continue
            try:
                self._deliver(notification, is_instead=bool(instead))
            except Exception as error:  # noqa: BLE001 - raised below, when everybody else has been told
                troubles.append(error)
        if troubles:
            raise troubles[0]
        return due if waits else None

    def _deliver(self, notification: Notification, *, is_instead: bool) -> None:
        try:
            person = self._people.get(notification.recipient)
        except NotFoundError:
            return
        if not self._tells(notification, person, is_instead=is_instead):
            return
        history = self._happened_around(notification)
        claimed = self._claim(self._group(notification, person, history, is_instead=is_instead), notification)
        if claimed.unsure:
            self._settle_arrived(claimed, person)
        overtaken = [each for each in claimed.news if is_overtaken(each, history)]
        news = [each for each in claimed.news if each not in overtaken]
        self._settle(overtaken, DeliveryState.OVERTAKEN, Outcome.SUPPRESSED)
        if not news:
            return
        is_told = self._is_told(news, claimed.unsure, person)
        # What was gathered with it has a message of its own, which comes to the same. A handover is never answered.
        if not is_told and notification in news and may_go_instead(notification) and not is_instead:
            self._handover.give(notification.event, notification.recipient)

    def _tells(self, notification: Notification, person: Person, *, is_instead: bool) -> bool:
        if is_instead:
            return person.enabled
        return self._sender.channel in channels_for(notification, person)

    def _happened_around(self, notification: Notification) -> Sequence[Event]:
        if not (isinstance(notification, TaskNotification) and notification.kind.waits):
            return []
        since = notification.event.occurred_at - self._wait
        return self._history.history_since(notification.task.task_id, since, limit=_GATHERED)

    def _group(
        self, notification: Notification, person: Person, history: Sequence[Event], *, is_instead: bool
    ) -> list[Notification]:
        """What this and every other message about the same burst would find to tell, oldest first."""
        around = waiting_for(person.person_id, history)
        told = [each for each in around if self._tells(each, person, is_instead=is_instead)]
        group: dict[str, Notification] = {each.event.event_id: each for each in (*told, notification)}
        return [group[event_id] for event_id in sorted(group)]

    def _claim(self, group: Sequence[Notification], own: Notification) -> _Claimed:
        """Take what nobody has told yet, from the oldest on.

        Whoever comes for the same group at the same moment begins with the same one, so that only one of them goes on.
        """
        claimed, now = _Claimed(), self._clock()
        lease = Lease(now, now + LEASE)
        try:
            for each in group:
                claim = self._claim_one(each, own, lease)
                if claim in {Claim.SEND, Claim.LOOK_FIRST}:
                    claimed.news.append(each)
                if claim is Claim.LOOK_FIRST:
                    claimed.unsure.append(each)
        except DependencyError:
            self._give_back(claimed.news, claimed.unsure)
            raise
        return claimed

    def _claim_one(self, notification: Notification, own: Notification, lease: Lease) -> Claim:
        """Raise DependencyError where somebody else is at this or an earlier one: they tell it too, or have died."""
        event_id = notification.event.event_id
        claim = self._deliveries.claim(event_id, self._sender.channel, notification.recipient, lease)
        if claim is Claim.BUSY and event_id <= own.event.event_id:
            raise DependencyError("delivery", "somebody else is at it", retryable=True)
        return claim

    def _settle_arrived(self, claimed: _Claimed, person: Person) -> None:
        """Look for what may have arrived, and take it out of what is to be told."""
        try:
            found = self._sender.arrived(claimed.unsure, person)
        except DependencyError as error:
            if error.retryable:
                self._give_back(claimed.news, claimed.unsure)
                raise
            # Where nobody will ever be able to look, a second message is better than none.
            return
        arrived = [each for each in claimed.news if each.event.event_id in found]
        self._settle(arrived, DeliveryState.SENT, Outcome.SETTLED)
        claimed.news = [each for each in claimed.news if each.event.event_id not in found]

    def _is_told(self, news: Sequence[Notification], unsure: Sequence[Notification], person: Person) -> bool:
        """Send it, and tell whether this channel took it; raise DependencyError where it may do so later."""
        try:
            self._sender.send(news, person)
        except DependencyError as error:
            _log.warning("not delivered", exc_info=error, extra={"event_id": news[0].event.event_id})
            self._give_back(news, news if error.uncertain else unsure, _outcome(error))
            if error.retryable:
                raise
            return False
        self._settle(news, DeliveryState.SENT, Outcome.SENT)
        return True

    def _give_back(
        self, news: Sequence[Notification], unsure: Sequence[Notification], outcome: Outcome = Outcome.RETRIED
    ) -> None:
        """Whoever comes next must look for what an earlier attempt may still have on its way."""
        refused = DeliveryState.SUPPRESSED if outcome is Outcome.SUPPRESSED else DeliveryState.FAILED
        self._settle([each for each in news if each not in unsure], refused, outcome)
        left = Outcome.AMBIGUOUS if outcome is Outcome.RETRIED else outcome
        self._settle([each for each in news if each in unsure], DeliveryState.AMBIGUOUS, left)

    def _settle(self, news: Sequence[Notification], state: DeliveryState, outcome: Outcome) -> None:
        for each in news:
            event_id, channel = each.event.event_id, self._sender.channel
            self._deliveries.settle(event_id, channel, each.recipient, state)
            measured = metrics.of_delivery(
                outcome, channel=channel, kind=each.kind, now=self._clock(), since=each.event.occurred_at
            )
            _log.info("delivery %s", state, extra={"event_id": event_id, "person_id": each.recipient, **measured})


def _outcome(error: DependencyError) -> Outcome:
    if isinstance(error, SuppressedError):
        return Outcome.SUPPRESSED
    return Outcome.RETRIED if error.retryable else Outcome.FAILED
