"""The email way of getting a notification to a person: rendered from templates, HTML and text from the same facts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from core.clock import Clock
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

    def send(self, notification: Notification, person: Person) -> None:
        """Send the mail; the subject of a task's mails never changes, so that mail clients thread them."""
        match notification:
            case TaskNotification():
                subject = f"[{notification.task.task_id}] {notification.task.title}"
                facts = self._task_facts(notification, person)
            case LinkNotification():
                subject = f"[Task Bot] {_LINK_SUBJECTS[notification.kind]}"
                facts = self._link_facts(notification)
            case _:
                raise TypeError(type(notification))
        facts |= {"actor": notification.event.actor.name, "person": person, "subject": subject}
        mail = Mail(
            subject=subject,
            text=self._templates.get_template(f"{notification.kind}.txt").render(facts),
            html=self._templates.get_template(f"{notification.kind}.html").render(facts),
        )
        self._mailer.send(person.email, mail)

    def has_arrived(self, _notification: Notification, _person: Person) -> bool:
        """Nobody can look into a mailbox: a second mail is better than none."""
        return False

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

    def _task_facts(self, notification: TaskNotification, person: Person) -> dict[str, Any]:
        task = notification.task
        return {
            "task": task,
            "status": task.task_status.replace("_", " "),
            "due": _due(task, person.zone, self._clock()),
        }


def sureness(address: str, *, sure: bool) -> str:
    """Say of an address whether it was confirmed to be theirs."""
    return address if sure else f"{address} (not confirmed)"


def _due(task: Task, zone: ZoneInfo, now: datetime) -> str:
    if task.deadline is None:
        return "no deadline"
    local = task.deadline.astimezone(zone)
    day = f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone.key.replace('_', ' ')} time)"
    return f"{day}, overdue" if task.is_overdue(now) else day
