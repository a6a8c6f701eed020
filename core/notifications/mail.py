"""The email way of getting news to a person: HTML and text are rendered from one template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from core.clock import Clock
from core.events import EventType
from core.ids import EventId, PersonId, TaskId
from core.links.model import LinkFacts
from core.notifications.model import (
    Channel,
    Kind,
    LinkNotification,
    Mail,
    Notification,
    SuppressionNotification,
    TaskNotification,
)
from core.notifications.ports import Mailer, SuppressedError
from core.notifications.preferences import CHOOSABLE
from core.notifications.summaries import Summary, summary_of
from core.notifications.words import due_words, moment_words, status_words, task_rows
from core.people.model import Person
from core.suppression.model import Reason, Suppression
from core.tasks import rights
from core.tasks.model import Task

_LINK_SUBJECTS: Final = {
    Kind.LINK_REQUESTED: "Somebody asks to be linked: your decision",
    Kind.LINK_ASKED: "A Slack user asks to act as you",
    Kind.LINK_DENIED: "A Slack user was not linked to your account",
    Kind.LINK_MADE: "A Slack user was linked to your account",
    Kind.LINK_REMOVED: "A Slack user is no longer linked to your account",
    Kind.LINK_DISPUTED: "Somebody says that a link was not theirs",
}
_ENDED_SUBJECT: Final = "Slack does not let Task Bot in any more"
_SUPPRESSION_SUBJECT: Final = "Somebody no longer gets emails"
_NOTES_LIMIT: Final = 12_000
"""Characters of all the comments in a mail: some programs cut off what comes after 102 KB, the buttons with it."""
_WITH_A_NOTE: Final = frozenset({Kind.COMMENTED, Kind.STATUS_CHANGED})

OfferDispute = Callable[[LinkFacts], str]
"""Gives the address at which an account's owner can say that a link was not theirs."""


class Suppressions(Protocol):
    def get(self, address: str) -> Suppression | None:
        """Tell whether and why an address gets no mail."""


class Links(Protocol):
    """The addresses behind the buttons; each is for one person alone."""

    def view(self, person_id: PersonId, task_id: TaskId) -> str: ...

    def done(self, person_id: PersonId, task_id: TaskId) -> str: ...

    def unsubscribe(self, person_id: PersonId, kinds: Sequence[Kind]) -> str: ...


@dataclass(frozen=True, slots=True)
class Happening:
    """One piece of news in the words of a mail."""

    kind: Kind
    actor: str
    owner: str | None
    status: str
    due: str | None
    note: str | None
    is_deleted: bool
    is_brought_back: bool


class EmailSender:
    channel: Final = Channel.EMAIL

    def __init__(
        self,
        mailer: Mailer,
        clock: Clock,
        suppressions: Suppressions,
        links: Links,
        offer_dispute: OfferDispute,
        slack_app_url: str,
    ) -> None:
        """`slack_app_url` opens the bot in Slack."""
        self._mailer = mailer
        self._clock = clock
        self._suppressions = suppressions
        self._links = links
        self._offer_dispute = offer_dispute
        self._slack_app_url = slack_app_url
        self._html = _environment("html")
        self._text = _environment("text")

    def send(self, news: Sequence[Notification], person: Person) -> None:
        """Send one mail for all the news, oldest first.

        Raises:
            SuppressedError: the person's address gets no more mail.
            DependencyError: SES refused it, for now or for good, or did not answer (`uncertain`).
        """
        if self._suppressions.get(person.email) is not None:
            raise SuppressedError
        summary = summary_of(
            news,
            person,
            lambda task: self._links.view(person.person_id, task.task_id),
            lambda each: _happening(each, person.zone, _NOTES_LIMIT // len(news)),
            self._clock(),
        )
        if summary is not None:
            self._mailer.send(person.email, self._summary_mail(summary, person))
            return
        about_task = [each for each in news if isinstance(each, TaskNotification)]
        if about_task:
            self._mailer.send(person.email, self._task_mail(about_task, person))
        for each in news:
            if isinstance(each, LinkNotification):
                self._mailer.send(person.email, self._link_mail(each))
            if isinstance(each, SuppressionNotification):
                self._mailer.send(person.email, self._suppression_mail(each))
            if each.kind is Kind.SLACK_ENDED:
                mail = self._mail("slack_ended", f"[Task Bot] {_ENDED_SUBJECT}", {"heading": _ENDED_SUBJECT})
                self._mailer.send(person.email, mail)

    def arrived(self, _news: Sequence[Notification], _person: Person) -> frozenset[EventId]:
        """Nobody can look into a mailbox: a second mail is better than none."""
        return frozenset()

    def _summary_mail(self, summary: Summary, person: Person) -> Mail:
        kinds = summary.kinds
        unsubscribe = self._links.unsubscribe(person.person_id, kinds) if kinds else None
        facts = {**summary.facts, "unsubscribe": unsubscribe}
        return self._mail(summary.template, summary.subject, facts, unsubscribe=unsubscribe)

    def _task_mail(self, news: Sequence[TaskNotification], person: Person) -> Mail:
        task = max((each.shown for each in news), key=lambda task: task.version)
        kinds = [kind for kind in CHOOSABLE if any(each.kind is kind for each in news)]
        unsubscribe = self._links.unsubscribe(person.person_id, kinds) if kinds else None
        now = self._clock()
        facts = {
            "news": [_happening(each, person.zone, _NOTES_LIMIT // len(news)) for each in news],
            "task": task,
            "due": due_words(task, person.zone, now),
            "rows": task_rows(task, person.zone, now),
            "buttons": self._buttons(task, person),
            "slack_app_url": self._slack_app_url if person.slack_user_id else None,
            "reason": _reason(task, person, news),
            "unsubscribe": unsubscribe,
        }
        # People write titles anew; the subject stays, so that mail clients keep the mails of a task together.
        subject = f"[{task.task_id}] {task.first_title or task.title}"
        thread = f"{task.task_id}.{news[-1].event.workspace}"
        return self._mail("task", subject, facts, thread=thread, unsubscribe=unsubscribe)

    def _buttons(self, task: Task, person: Person) -> list[tuple[str, str]]:
        if task.deleted_at is not None:
            return []
        view = ("View", self._links.view(person.person_id, task.task_id))
        if not task.is_open or not rights.may_change_status(person, task):
            return [view]
        return [("Mark done", self._links.done(person.person_id, task.task_id)), view]

    def _link_mail(self, notification: LinkNotification) -> Mail:
        link = notification.link
        rows: tuple[tuple[str, str], ...] = (
            ("Slack user", link.slack_name),
            ("Slack email", sureness(link.slack_email or "none", sure=link.slack_email_confirmed)),
            ("Team account", link.account_name),
            ("Its email", sureness(link.account_email, sure=link.account_email_verified)),
        )
        if link.slack_email is None and link.request_id is None:
            rows = (rows[0], *rows[2:])  # A link that was taken away no longer knows it.
        facts = {
            "kind": notification.kind,
            "heading": _LINK_SUBJECTS[notification.kind],
            "link": link,
            "rows": rows,
            "not_me": self._offer_dispute(link) if notification.can_be_disputed else None,
            "reason": "you are an admin" if notification.is_for_admins else "it is about your own team account",
        }
        return self._mail("link", f"[Task Bot] {_LINK_SUBJECTS[notification.kind]}", facts)

    def _suppression_mail(self, notification: SuppressionNotification) -> Mail:
        suppression = notification.suppression
        facts = {
            "heading": _SUPPRESSION_SUBJECT,
            "rows": [("Person", suppression.person_name or "nobody of the team"), ("Address", suppression.address)],
            "complained": suppression.reason is Reason.COMPLAINED,
            "slack_app_url": self._slack_app_url,
            "reason": "you are an admin",
        }
        return self._mail("suppression", f"[Task Bot] {_SUPPRESSION_SUBJECT}", facts)

    def _mail(
        self,
        template: str,
        subject: str,
        facts: dict[str, Any],
        *,
        thread: str | None = None,
        unsubscribe: str | None = None,
    ) -> Mail:
        text, html = (
            environment.get_template(f"{template}.jinja").render(facts, subject=subject)
            for environment in (self._text, self._html)
        )
        return Mail(subject, text.strip() + "\n", html.strip() + "\n", thread, unsubscribe)


def _environment(form: str) -> Environment:
    """Templates that are filled in as `form`; in HTML everything that comes from outside is escaped."""
    environment = Environment(
        loader=PackageLoader("core.notifications"),
        autoescape=form == "html",  # noqa: S701 - plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["parts"] = f"{form}.jinja"
    return environment


def sureness(address: str, *, sure: bool) -> str:
    """Say of an address whether it was confirmed to be theirs."""
    return address if sure else f"{address} (not confirmed)"


def _happening(notification: TaskNotification, zone: ZoneInfo, note_limit: int) -> Happening:
    task, event = notification.task, notification.event
    note = event.note if notification.kind in _WITH_A_NOTE else None
    return Happening(
        kind=notification.kind,
        actor=event.actor.name,
        owner=task.assigned_to.name if task.assigned_to else None,
        status=status_words(task),
        due=moment_words(task.deadline, zone) if task.deadline else None,
        note=f"{note[:note_limit]}…" if note and len(note) > note_limit else note,
        is_deleted=task.deleted_at is not None,
        is_brought_back=notification.kind is Kind.ASSIGNED and event.detail_type is EventType.TASK_UPDATED,
    )


def _reason(task: Task, person: Person, news: Sequence[TaskNotification]) -> str:
    match person.person_id:
        case task.owner_id if task.deleted_at is None:
            return "this task is yours"
        case task.created_by.person_id:
            return "you made this task"
        case task.handed_out_by.person_id:
            return "you handed this task out"
    return "this task was yours" if any(each.kind is Kind.UNASSIGNED for each in news) else "this task concerns you"
