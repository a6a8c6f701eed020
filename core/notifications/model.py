"""A notification, the card that shows it in Slack, and the record that it was delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from core.events import Event
from core.ids import EventId, PersonId, SlackUserId
from core.links.model import LinkFacts
from core.people.model import Person
from core.suppression.model import Suppression
from core.tasks.model import Task


class Kind(StrEnum):
    """What a notification tells its receiver."""

    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    """Somebody else's now, nobody's, or deleted."""
    STATUS_CHANGED = "status_changed"
    DEADLINE_CHANGED = "deadline_changed"
    COMMENTED = "commented"
    DUE = "due"
    """The daily reminder."""
    WEEKLY = "weekly"
    """For admins who want it: how the team is doing."""
    TEST = "test"
    """Asked for by its receiver, to see that it comes."""
    LINK_REQUESTED = "link_requested"
    """For admins: two sides wait for their word."""
    LINK_DECIDED = "link_decided"
    """For admins, who are shown it on the card of the request."""
    LINK_ASKED = "link_asked"
    """For the two sides: admins were asked."""
    LINK_DENIED = "link_denied"
    LINK_MADE = "link_made"
    LINK_REMOVED = "link_removed"
    LINK_DISPUTED = "link_disputed"
    """For admins: somebody says that a link was not theirs."""
    SLACK_ENDED = "slack_ended"
    """For admins, by email: Slack does not let the app in any more."""
    MAIL_SUPPRESSED = "mail_suppressed"
    """For admins: somebody's address gets no more mail."""
    MEMBER_ADDED = "member_added"
    """For the other admins: one of them added somebody to the team."""
    JOB_ENDED = "job_ended"
    """For whoever began a change, when they no longer waited for it."""

    UNREACHED = "unreached"
    """For the other admins: neither Slack nor email reaches somebody."""

    @property
    def waits(self) -> bool:
        """Whether such news waits for more of its task, so that a burst becomes one message."""
        return self in _WAITING


_WAITING: Final = frozenset({Kind.UNASSIGNED, Kind.STATUS_CHANGED, Kind.DEADLINE_CHANGED, Kind.COMMENTED})


class Channel(StrEnum):
    """The ways to reach a person; part of the key of a delivery record."""

    SLACK = "slack"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Notification:
    """One event for one person."""

    kind: Kind
    event: Event
    recipient: PersonId

    def slack_user_of(self, person: Person) -> SlackUserId | None:
        """Whom to tell in Slack, if anybody."""
        return person.slack_user_id if person.slack_status.may_act(guests=True) else None


@dataclass(frozen=True, slots=True)
class TaskNotification(Notification):
    """`task` is as the event left it; `current` as it stands now, where that was looked up."""

    task: Task
    current: Task | None = None

    @property
    def shown(self) -> Task:
        """The task that the reader is to see beside what is told of it."""
        return self.current or self.task


@dataclass(frozen=True, slots=True)
class ReminderNotification(Notification):
    """`tasks` are those of the reminder that still are to be done; `more` are due besides."""

    tasks: Sequence[Task] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class GatheredNotification(Notification):
    """What a job did to many tasks; `tasks` are those that are named, as they are now, and `more` were changed."""

    tasks: Sequence[Task] = ()
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.tasks) + self.more


@dataclass(frozen=True, slots=True)
class LinkNotification(Notification):
    link: LinkFacts

    @property
    def is_for_admins(self) -> bool:
        return self.recipient != self.link.person_id

    @property
    def can_be_disputed(self) -> bool:
        """Whether its receiver may say that the link is not theirs."""
        return not self.is_for_admins and self.kind in {Kind.LINK_ASKED, Kind.LINK_MADE}

    def slack_user_of(self, person: Person) -> SlackUserId | None:
        """An admin's own; otherwise the Slack side of the link, whether it is linked now or not."""
        if self.is_for_admins:
            return Notification.slack_user_of(self, person)
        return self.link.slack_user_id


@dataclass(frozen=True, slots=True)
class SuppressionNotification(Notification):
    suppression: Suppression


class Mail(NamedTuple):
    """A notification as an email, in its two forms, which say the same."""

    subject: str
    text: str
    html: str
    thread: str | None = None
    """Mails with the same one belong together."""
    unsubscribe: str | None = None
    """Where mails of this kind can be stopped, with one press."""


class DeliveryState(StrEnum):
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    SUPPRESSED = "suppressed"
    """Not sent: the address gets no more mail. As with what failed, whoever comes next may try again."""
    OVERTAKEN = "overtaken"
    """Not said, because it was taken back before it could be."""

    @property
    def is_final(self) -> bool:
        return self in {DeliveryState.SENT, DeliveryState.OVERTAKEN}


class Claim(StrEnum):
    """What whoever wants to deliver is told: do it, look first whether it arrived, nothing to do, or come back."""

    SEND = "send"
    LOOK_FIRST = "look_first"
    DONE = "done"
    BUSY = "busy"


class Card(NamedTuple):
    """The one message in a person's DM that shows a task; `shown_version` is the newest version it has shown.

    `words` are the blocks of what people wrote that was told on it: they stand nowhere else, so it keeps them.
    """

    channel: str
    ts: str
    shown_version: int
    words: tuple[dict[str, Any], ...] = ()


class HeldCard(NamedTuple):
    """A claimed card; `unfinished` are events that claimed it before and may have posted a card nobody knows of."""

    card: Card | None = None
    unfinished: frozenset[EventId] = frozenset()


class Lease(NamedTuple):
    """A claim's validity: from `now` on, others keep away until `until`."""

    now: datetime
    until: datetime
