"""The email way of getting a notification to a person: rendered from templates, HTML and text from the same facts."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from core.clock import Clock
from core.events import EventType
from core.ids import EventId
from core.links.model import LinkFacts
from core.notifications.model import Channel, Kind, LinkNotification, Mail, Notification, TaskNotification
from core.people.model import Person
from core.tasks.model import Task

_LINK_SUBJECTS: Final = {
    Kind.LINK_REQUESTED: "Somebody asks to be linked: your decision",
    Kind.LINK_ASKED: "A Slack user asks to act as you",
    Kind.LINK_DENIED: "A Slack user was not linked to your account",
    Kind.LINK_MADE: "A Slack user was linked to your account",
    Kind.LINK_REMOVED: "A Slack user is no longer linked to your account",
    Kind.LINK_DISPUTED: "Somebody says that a link was not theirs",
}
_CAN_BE_DISPUTED: Final = frozenset({Kind.LINK_ASKED, Kind.LINK_MADE})

OfferDispute = Callable[[LinkFacts], str]
"""Gives the address at which an account's owner can say that a link was not theirs."""


class Mailer(Protocol):
    def send(self, address: str, mail: Mail) -> None:
        """Raise DependencyError as `Sender.send` does."""


class EmailSender:
    channel: Final = Channel.EMAIL

    def __init__(self, mailer: Mailer, clock: Clock, offer_dispute: OfferDispute) -> None:
        self._mailer = mailer
        self._clock = clock
        self._offer_dispute = offer_dispute
        self._templates = Environment(
            loader=PackageLoader("core.notifications"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def send(self, news: Sequence[Notification], person: Person) -> None:
        """Send the mail; the subject of a task's mails never changes, so that mail clients thread them."""
        match news[-1]:
            case TaskNotification() as newest:
                subject = f"[{newest.task.task_id}] {newest.task.title}"
                template, facts = "task", self._task_facts(news, newest, person)
            case LinkNotification() as newest:
                subject = f"[Task Bot] {_LINK_SUBJECTS[newest.kind]}"
                template, facts = str(newest.kind), self._link_facts(newest)
            case Notification(kind=Kind.SLACK_ENDED):
                subject = "[Task Bot] Slack does not let Task Bot in any more"
                template, facts = "slack_ended", dict[str, Any]()
            case newest:
                raise TypeError(type(newest))
        facts |= {"person": person, "subject": subject}
        mail = Mail(
            subject=subject,
            text=self._templates.get_template(f"{template}.txt").render(facts),
            html=self._templates.get_template(f"{template}.html").render(facts),
        )
        self._mailer.send(person.email, mail)

    def arrived(self, _news: Sequence[Notification], _person: Person) -> frozenset[EventId]:
        """Nobody can look into a mailbox: a second mail is better than none."""
        return frozenset()

    def _link_facts(self, notification: LinkNotification) -> dict[str, Any]:
        link = notification.link
        offered = not notification.is_for_admins and notification.kind in _CAN_BE_DISPUTED
        rows: tuple[tuple[str, str], ...] = (
            ("Slack user", link.slack_name),
            ("Address in Slack", sureness(link.slack_email or "none", sure=link.slack_email_confirmed)),
            ("Team account", link.account_name),
            ("Its address", sureness(link.account_email, sure=link.account_email_verified)),
        )
        if link.slack_email is None and link.request_id is None:
            rows = (rows[0], *rows[2:])  # A link that was taken away no longer knows it.
        return {"link": link, "link_rows": rows, "not_me": self._offer_dispute(link) if offered else None}

    def _task_facts(self, news: Sequence[Notification], newest: TaskNotification, person: Person) -> dict[str, Any]:
        task = newest.task
        return {
            "sentences": [_sentence(each, person.zone) for each in news],
            "task": task,
            "status": _status(task),
            "due": _due(task, person.zone, self._clock()),
        }


def sureness(address: str, *, sure: bool) -> str:
    """Say of an address whether it was confirmed to be theirs."""
    return address if sure else f"{address} (not confirmed)"


def _sentence(notification: Notification, zone: ZoneInfo) -> str:
    """Say who did what to the task."""
    event, actor, task = notification.event, notification.event.actor.name, notification.event.task
    match notification.kind, event.detail_type:
        case Kind.ASSIGNED, EventType.TASK_UPDATED:
            return f"{actor} brought this task back; it is yours."
        case Kind.ASSIGNED, _:
            return f"{actor} gave you this task."
        case Kind.UNASSIGNED, EventType.TASK_DELETED:
            return f"{actor} deleted this task."
        case Kind.UNASSIGNED, _:
            return f"{actor} took this task from you."
        case Kind.STATUS_CHANGED, _ if task is not None:
            return f"{actor} moved this task to {_status(task)}." + (f" “{event.note}”" if event.note else "")
        case Kind.DEADLINE_CHANGED, _ if task is not None and task.deadline is not None:
            return f"{actor} moved the deadline to {_moment(task.deadline, zone)}."
        case Kind.DEADLINE_CHANGED, _:
            return f"{actor} took the deadline away."
        case Kind.COMMENTED, _:
            return f"{actor} commented: “{event.note}”"
    raise ValueError(notification.kind)


def _status(task: Task) -> str:
    return task.task_status.replace("_", " ")


def _moment(when: datetime, zone: ZoneInfo) -> str:
    local = when.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone.key.replace('_', ' ')} time)"


def _due(task: Task, zone: ZoneInfo, now: datetime) -> str:
    if task.deadline is None:
        return "no deadline"
    day = _moment(task.deadline, zone)
    return f"{day}, overdue" if task.is_overdue(now) else day
