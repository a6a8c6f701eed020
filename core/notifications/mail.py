"""The email way of getting a notification to a person: rendered from templates, HTML and text from the same facts."""

from datetime import datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from core.clock import Clock
from core.notifications.model import Channel, Kind, Mail, Notification
from core.people.model import Person
from core.tasks.model import Task

_TEMPLATES: Final = {Kind.ASSIGNED: "assigned", Kind.STATUS_CHANGED: "status_changed"}


class Mailer(Protocol):
    def send(self, address: str, mail: Mail) -> None:
        """Raise DependencyError as `Sender.send` does."""


class EmailSender:
    channel: Final = Channel.EMAIL

    def __init__(self, mailer: Mailer, clock: Clock) -> None:
        self._mailer = mailer
        self._clock = clock
        self._templates = Environment(
            loader=PackageLoader("core.notifications"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def send(self, notification: Notification, person: Person) -> None:
        """Send the mail; the subject of a task's mails never changes, so that mail clients thread them."""
        task = notification.task
        facts = self._facts(notification, person)
        name = _TEMPLATES[notification.kind]
        self._mailer.send(
            person.email,
            Mail(
                subject=f"[{task.task_id}] {task.title}",
                text=self._templates.get_template(f"{name}.txt").render(facts),
                html=self._templates.get_template(f"{name}.html").render(facts),
            ),
        )

    def has_arrived(self, _notification: Notification, _person: Person) -> bool:
        """Nobody can look into a mailbox: a second mail is better than none."""
        return False

    def _facts(self, notification: Notification, person: Person) -> dict[str, Any]:
        task = notification.task
        return {
            "actor": notification.event.actor.name,
            "person": person,
            "task": task,
            "status": task.task_status.replace("_", " "),
            "due": _due(task, person.zone, self._clock()),
        }


def _due(task: Task, zone: ZoneInfo, now: datetime) -> str:
    if task.deadline is None:
        return "no deadline"
    local = task.deadline.astimezone(zone)
    day = f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone.key.replace('_', ' ')} time)"
    return f"{day}, overdue" if task.is_overdue(now) else day
