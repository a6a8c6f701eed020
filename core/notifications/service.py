"""Delivery: each event reaches each person concerned through each channel, once."""

import logging
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from core import metrics
from core.clock import Clock
from core.errors import DependencyError, NotFoundError
from core.events import Event, Release
from core.ids import EventId, PersonId, TaskId
from core.metrics import Outcome
from core.notifications.model import (
    Channel,
    Claim,
    DeliveryState,
    GatheredNotification,
    Lease,
    Notification,
    ReminderNotification,
    TaskNotification,
)
from core.notifications.pace import gravest
from core.notifications.plan import (
    as_it_is,
    cancels_out,
    channels_for,
    due_since,
    goes_by_mail_now,
    has_left,
    held_until,
    is_overtaken,
    may_go_instead,
    messages_of,
    moot_among,
    notifications_for,
    released,
    still_told,
    waiting_for,
)
from core.notifications.ports import DeliveryRepository, Handover, Outbox, Sender, SuppressedError, TaskHistory
from core.notifications.preferences import PreferenceRepository, Preferences
from core.notifications.unreached import unreached
from core.people.model import Person
from core.people.ports import PersonRepository

LEASE: Final = timedelta(seconds=120)
"""Twice the timeout of the notifying functions: whoever held a claim longer is dead."""
_GATHERED: Final = 50
"""How many entries of a task's history are looked through for news that belongs into one message."""
_JOB_TAKES: Final = timedelta(minutes=10)
"""How far before a job's end its changes are looked for; of one that takes longer, its Undo is told besides."""

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
        preferences: PreferenceRepository,
        outbox: Outbox,
        clock: Clock,
        *,
        wait: timedelta,
    ) -> None:
        self._deliveries = deliveries
        self._people = people
        self._history = history
        self._sender = sender
        self._handover = handover
        self._preferences = preferences
        self._outbox = outbox
        self._clock = clock
        self._wait = wait

    def deliver(
        self, event: Event, instead: Set[PersonId] = frozenset(), together: Set[EventId] = frozenset()
    ) -> datetime | None:
        """Tell everybody concerned through this channel; what is done already is not done again.

        One person's trouble keeps nobody else from being told. Gives when to come again, where news still waits.
        Where another channel could not reach some people, `instead` names them: they alone are told, whatever else
        would decide the channel, and in one message with what of the task's news is named `together`.

        Raises:
            DependencyError: somebody could not be told yet; the whole call may be repeated, as after any other error.
        """
        if event.release is not None and event.team_week is None:
            self._deliver_held(event.release)
            return None
        troubles: list[Exception] = []
        due, waits = event.occurred_at + self._wait, False
        for notification in notifications_for(event, self._people.admins):
            if instead and not (notification.recipient in instead and may_go_instead(notification)):
                continue
            if notification.kind.waits and not instead and self._clock() < due:
                waits = True
                continue
            try:
                if instead:
                    self._deliver_instead(notification, together)
                else:
                    self._deliver(notification)
            except Exception as error:  # noqa: BLE001 - raised below, when everybody else has been told
                troubles.append(error)
        if troubles:
            raise gravest(troubles)
        return due if waits else None

    def _deliver(self, notification: Notification) -> None:
        person = self._person(notification)
        if person is None:
            return
        chosen = self._preferences.get(person.person_id)
        if not self._tells(notification, person, chosen):
            # The email channel may have left it to Slack, where its person still was then.
            if goes_by_mail_now(notification, self._sender.channel, person, chosen):
                self._handover.announce(notification.event)
            return
        if self._is_held(notification, person, chosen):
            return
        filled = self._filled(notification)
        if filled is None:
            return
        history = self._happened_around(filled)
        told = [each for each in waiting_for(person.person_id, history) if self._tells(each, person, chosen)]
        refused = self._deliver_together(
            filled, [*told, filled], history, person, lambda each: due_since(each, self._sender.channel, person, chosen)
        )
        if filled in refused and may_go_instead(filled):
            self._handover.give(filled.event, filled.recipient, [each.event.event_id for each in refused])

    def _deliver_instead(self, notification: Notification, together: Set[EventId]) -> None:
        """Tell what was handed over, and nothing else: what else waits reaches the person in their own way."""
        person = self._person(notification)
        filled = self._filled(notification) if person is not None and person.enabled else None
        if person is None or filled is None:
            return
        chosen, held_by = self._preferences.get(person.person_id), _other(self._sender.channel)
        history = self._happened_around(filled)
        handed = [each for each in waiting_for(person.person_id, history) if each.event.event_id in together]
        group = self._as_they_are([*handed, filled])
        refused = self._deliver_together(
            filled, group, history, person, lambda each: due_since(each, held_by, person, chosen)
        )
        if refused:
            # A handover is never answered by one: now neither channel takes it.
            event = unreached(person, filled.event.workspace, self._clock())
            self._preferences.announce(person.person_id, event)

    def _person(self, notification: Notification) -> Person | None:
        try:
            return self._people.get(notification.recipient)
        except NotFoundError:
            return None

    def _deliver_together(
        self,
        own: Notification,
        group: Sequence[Notification],
        history: Sequence[Event],
        person: Person,
        since: Callable[[Notification], datetime],
    ) -> Sequence[Notification]:
        """Tell as one message what nobody has told yet; give what of it this channel never takes."""
        claimed = self._claim(_oldest_first(group), own)
        if claimed.unsure:
            self._settle_arrived(claimed, person)
        overtaken = [each for each in claimed.news if is_overtaken(each, history)]
        news = [each for each in claimed.news if each not in overtaken]
        self._settle(overtaken, DeliveryState.OVERTAKEN, Outcome.SUPPRESSED)
        return [] if not news or self._is_told(news, claimed.unsure, person, since) else news

    def _deliver_held(self, release: Release) -> None:
        """Tell somebody what was held back and still matters: by email all at once, in Slack task by task.

        One message's trouble keeps no other back.
        """
        if release.channel != self._sender.channel:
            return
        try:
            person = self._people.get(release.person_id)
        except NotFoundError:
            return
        chosen = self._preferences.get(person.person_id)
        events = self._outbox.held(release.until, self._sender.channel, person.person_id)
        wanted = [each for each in released(events, person.person_id) if self._told_or_left(each, person, chosen)]
        news = self._as_they_are([each for each in map(self._filled, wanted) if each is not None])
        troubles: list[Exception] = []
        for group in messages_of(news, self._sender.channel):
            try:
                self._deliver_group(group, person, chosen, release.until)
            except Exception as error:  # noqa: BLE001 - raised below, when everything else has been told
                troubles.append(error)
        if troubles:
            raise gravest(troubles)

    def _told_or_left(self, notification: Notification, person: Person, chosen: Preferences) -> bool:
        """Whether held-back news is for this channel, or was until the person left Slack."""
        left = has_left(notification, self._sender.channel, person, chosen)
        return left or self._tells(notification, person, chosen)

    def _deliver_group(self, group: Sequence[Notification], person: Person, chosen: Preferences, due: datetime) -> None:
        """Tell what still matters of a message's news; have the other channel do it where this one cannot."""
        claimed = self._claim(group, group[-1])
        left = has_left(group[-1], self._sender.channel, person, chosen)
        if claimed.unsure and not left:
            self._settle_arrived(claimed, person)
        moot = moot_among(claimed.news)
        still = [each for each in claimed.news if each not in moot]
        self._settle(moot, DeliveryState.OVERTAKEN, Outcome.SUPPRESSED)
        if left:
            self._give_back(still, claimed.unsure, Outcome.FAILED)
        elif not still or self._is_told(still, claimed.unsure, person, lambda _: due):
            return
        for each in filter(may_go_instead, still):
            self._handover.give(each.event, each.recipient)

    def _is_held(self, notification: Notification, person: Person, chosen: Preferences) -> bool:
        """Hold it back where the person wants that; what should have gone by now goes."""
        until = held_until(notification, self._sender.channel, person, chosen)
        if until is None or until <= self._clock():
            return False
        return self._outbox.hold(until, self._sender.channel, person.person_id, notification.event)

    def _filled(self, notification: Notification) -> Notification | None:
        """A reminder with what is still to be done of it, None where nothing is; a job's tasks as they are now."""
        if isinstance(notification, GatheredNotification):
            return self._gathered(notification)
        reminder = notification.event.reminder
        if not isinstance(notification, ReminderNotification) or reminder is None:
            return notification
        current = self._history.current(reminder.task_ids)
        mine = [task for task in current.values() if task.is_open and task.owner_id == notification.recipient]
        if not mine:
            return None
        return replace(notification, tasks=mine, more=reminder.count - len(reminder.task_ids))

    def _gathered(self, notification: GatheredNotification) -> Notification | None:
        """A job's tasks as they are now, without those that its Undo has put back; None where nothing is left of it."""
        [facts] = [each for each in notification.event.gathered if each.person_id == notification.recipient]
        named = still_told(notification, self._history.current(facts.task_ids).values())
        left = [task for task in named if not self._cancels_out(notification, task.task_id)]
        more = facts.count - len(facts.task_ids)
        # Those that are not named went the way of the others.
        is_over = not left and (named or not more)
        return None if is_over else replace(notification, tasks=left, more=more)

    def _cancels_out(self, notification: GatheredNotification, task_id: TaskId) -> bool:
        since = notification.event.occurred_at - self._wait - _JOB_TAKES
        return cancels_out(notification, self._history.history_since(task_id, since, limit=_GATHERED), self._wait)

    def _as_they_are(self, news: Sequence[Notification]) -> list[Notification]:
        """The same news beside the tasks as they stand now: it may have happened long ago."""
        current = self._history.current([each.task.task_id for each in news if isinstance(each, TaskNotification)])
        return [as_it_is(each, current, self._clock()) for each in news]

    def _tells(self, notification: Notification, person: Person, chosen: Preferences) -> bool:
        return self._sender.channel in channels_for(notification, person, chosen)

    def _happened_around(self, notification: Notification) -> Sequence[Event]:
        if not (isinstance(notification, TaskNotification) and notification.kind.waits):
            return []
        since = notification.event.occurred_at - self._wait
        return self._history.history_since(notification.task.task_id, since, limit=_GATHERED)

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

    def _is_told(
        self,
        news: Sequence[Notification],
        unsure: Sequence[Notification],
        person: Person,
        since: Callable[[Notification], datetime],
    ) -> bool:
        """Send it, and tell whether this channel took it; raise DependencyError where it may do so later.

        `since` gives from when on the person should have been told.
        """
        try:
            self._sender.send(news, person)
        except DependencyError as error:
            _log.warning("not delivered", exc_info=error, extra={"event_id": news[0].event.event_id})
            self._give_back(news, news if error.uncertain else unsure, _outcome(error))
            if error.retryable:
                raise
            return False
        self._settle(news, DeliveryState.SENT, Outcome.SENT, since)
        return True

    def _give_back(
        self, news: Sequence[Notification], unsure: Sequence[Notification], outcome: Outcome = Outcome.RETRIED
    ) -> None:
        """Whoever comes next must look for what an earlier attempt may still have on its way."""
        refused = DeliveryState.SUPPRESSED if outcome is Outcome.SUPPRESSED else DeliveryState.FAILED
        self._settle([each for each in news if each not in unsure], refused, outcome)
        left = Outcome.AMBIGUOUS if outcome is Outcome.RETRIED else outcome
        self._settle([each for each in news if each in unsure], DeliveryState.AMBIGUOUS, left)

    def _settle(
        self,
        news: Sequence[Notification],
        state: DeliveryState,
        outcome: Outcome,
        since: Callable[[Notification], datetime] = lambda each: each.event.occurred_at,
    ) -> None:
        for each in news:
            event_id, channel = each.event.event_id, self._sender.channel
            self._deliveries.settle(event_id, channel, each.recipient, state)
            now = self._clock()
            measured = metrics.of_delivery(outcome, channel=channel, kind=each.kind, now=now, since=since(each))
            _log.info("delivery %s", state, extra={"event_id": event_id, "person_id": each.recipient, **measured})


def _other(channel: Channel) -> Channel:
    return Channel.EMAIL if channel is Channel.SLACK else Channel.SLACK


def _oldest_first(news: Iterable[Notification]) -> list[Notification]:
    """What this and every other message about the same burst would find to tell, each once."""
    group: dict[str, Notification] = {each.event.event_id: each for each in news}
    return [group[event_id] for event_id in sorted(group)]


def _outcome(error: DependencyError) -> Outcome:
    if isinstance(error, SuppressedError):
        return Outcome.SUPPRESSED
    return Outcome.RETRIED if error.retryable else Outcome.FAILED
