"""Mails for tests and pictures: every kind there is, rendered by the real sender, and read as their readers do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any, Final

from core.clock import fresh_event_id
from core.events import Change, Event, EventActor, EventType, Gathered, JobRef, MemberFacts
from core.ids import JobId
from core.links.model import LinkFacts
from core.mail_links import MailLinks
from core.notifications.mail import EmailSender, Suppressions
from core.notifications.model import (
    GatheredNotification,
    Kind,
    Mail,
    Notification,
    SuppressionNotification,
    TaskNotification,
)
from core.notifications.plan import notifications_for
from core.notifications.unreached import unreached
from core.people.model import Person
from core.storage.memory import MemorySuppressionRepository
from core.suppression.model import Reason, Suppression
from core.tasks.model import Priority, Task, TaskStatus
from tests.support.link_news import VERA, link_event
from tests.support.news import (
    ADA,
    ANA,
    BEN,
    assigned,
    commented,
    deadline_changed,
    deleted,
    happened,
    make_task,
    moved,
    status_changed,
    taken_from,
)
from tests.support.world import NOW, WORKSPACE, HeldClock

LINK_KEY: Final = "a key for tests that signs the links in mails, long enough"
PUBLIC_URL: Final = "https://bot.example"
SLACK_APP_URL: Final = "https://slack.com/app_redirect?app=A0BOT&team=T0TEAM"
NOT_ME: Final = "https://bot.example/web/not-me/secret"


class Mailbox:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, Mail]] = []

    def send(self, address: str, mail: Mail) -> None:
        self.mails.append((address, mail))


def sender_to(box: Mailbox, suppressions: Suppressions | None = None) -> EmailSender:
    """The real sender, with real links."""
    clock, suppressions = HeldClock(), suppressions or MemorySuppressionRepository()

    def offer(_: LinkFacts) -> str:
        return NOT_ME

    return EmailSender(box, clock, suppressions, MailLinks(LINK_KEY, PUBLIC_URL, clock), offer, SLACK_APP_URL)


def mail_of(news: Sequence[Notification], to: Person) -> Mail:
    """The one mail that some news makes."""
    box = Mailbox()
    sender_to(box).send(news, to)
    [(address, mail)] = box.mails
    assert address == to.email
    return mail


def told(kind: Kind, event: Event, to: Person = ANA) -> TaskNotification:
    """One piece of news of a task."""
    assert event.task is not None
    return TaskNotification(kind, event, to.person_id, event.task)


FULL: Final = make_task(
    title="Fix login",
    description="Users on SSO get a loop.\nSince Monday.",
    deadline=NOW + timedelta(days=2),
    priority=Priority.HIGH,
    labels=("web", "sso"),
)
BARE: Final = make_task(title="Water the plants")
COMMENT: Final = 'I can reproduce it.\nIt is the <nonce> & the cookie: both are "lost".'


def given_on(task: Task) -> Event:
    """Ada gave Ana's task to Ben."""
    return taken_from(ANA, _next(task, assigned_to=BEN.ref, assigned_by=ADA.ref))


def taken_away(task: Task) -> Event:
    """Ada took Ana's task from her; nobody has it."""
    return taken_from(ANA, _next(task, assigned_to=None, assigned_by=None))


def deadline_moved(task: Task, *, days: int | None = 5) -> Event:
    """Ada moved the deadline of a task, or took it away."""
    return deadline_changed(_next(task, deadline=None if days is None else NOW + timedelta(days=days)))


def _next(task: Task, **facts: Any) -> Task:
    return task.model_copy(update={**facts, "version": task.version + 1})


def every_task_news(task: Task) -> Mapping[str, Sequence[TaskNotification]]:
    """Every kind of task mail by name, as Ana or Ada gets it; the last one is a group."""
    blocked = moved(task, TaskStatus.BLOCKED)
    noted = status_changed(blocked, by=ADA, note="Waiting for the vendor.")
    later = deadline_moved(blocked)
    assert later.task is not None
    return {
        "assigned": [told(Kind.ASSIGNED, assigned(task))],
        "brought-back": [told(Kind.ASSIGNED, happened(EventType.TASK_UPDATED, task, ADA))],
        "unassigned": [told(Kind.UNASSIGNED, taken_away(task))],
        "given-on": [told(Kind.UNASSIGNED, given_on(task))],
        "deleted": [told(Kind.UNASSIGNED, deleted(task))],
        "status-changed": [told(Kind.STATUS_CHANGED, status_changed(moved(task), by=ADA))],
        "done": [told(Kind.STATUS_CHANGED, status_changed(moved(task, TaskStatus.DONE)), to=ADA)],
        "deadline-changed": [told(Kind.DEADLINE_CHANGED, deadline_moved(task))],
        "deadline-taken-away": [told(Kind.DEADLINE_CHANGED, deadline_moved(task, days=None))],
        "commented": [told(Kind.COMMENTED, commented(task, COMMENT, by=BEN))],
        "several": [
            told(Kind.STATUS_CHANGED, noted),
            told(Kind.DEADLINE_CHANGED, later),
            told(Kind.COMMENTED, commented(later.task, COMMENT, by=BEN)),
        ],
    }


def every_link_news() -> Mapping[str, tuple[Sequence[Notification], Person]]:
    """Every kind of mail about a link by name, with whom it is for."""
    decided: dict[str, Any] = {"decided_by": "Ada Lind", "request_id": "R"}
    events = {
        Kind.LINK_REQUESTED: link_event(EventType.LINK_REQUESTED),
        Kind.LINK_ASKED: link_event(EventType.LINK_REQUESTED),
        Kind.LINK_DENIED: link_event(EventType.LINK_DENIED, **decided),
        Kind.LINK_MADE: link_event(EventType.LINK_MADE, **decided),
        Kind.LINK_REMOVED: link_event(EventType.LINK_REMOVED),
        Kind.LINK_DISPUTED: link_event(EventType.LINK_REMOVED, is_disputed=True),
    }
    people = {ADA.person_id: ADA, VERA.person_id: VERA}
    found = {}
    for kind, event in events.items():
        [news] = [each for each in notifications_for(event, lambda: [ADA.person_id]) if each.kind is kind]
        found[kind.replace("_", "-")] = ([news], people[news.recipient])
    return found


def suppressed(
    person: Person = BEN, reason: Reason = Reason.BOUNCED, *, to: Person = ADA, when: datetime = NOW
) -> SuppressionNotification:
    """By default, Ada is told that mails to Ben bounce."""
    event_id = fresh_event_id(when)
    suppression = Suppression(
        suppression_id=event_id,
        address=person.email,
        reason=reason,
        since=when,
        person_id=person.person_id,
        person_name=person.name,
    )
    event = happened(EventType.MAIL_SUPPRESSED, None, person).model_copy(
        update={"event_id": event_id, "suppression": suppression}
    )
    return SuppressionNotification(Kind.MAIL_SUPPRESSED, event, to.person_id, suppression)


def member_added(*, by: Person = ANA, name: str = BEN.name) -> Event:
    """By default, Ana added Ben to the team."""
    change = Change(field="email", after=BEN.email)
    member = MemberFacts(person_id=BEN.person_id, name=name)
    return happened(EventType.MEMBER_ADDED, None, by, change).model_copy(update={"member": member})


def gathered(
    kind: Kind = Kind.ASSIGNED, *tasks: Task, more: int = 0, leaver: str | None = None
) -> GatheredNotification:
    """Ada's job changed many of Ana's tasks."""
    job = JobRef(job_id=JobId("01JOB"), kind="remove_member" if leaver else "change_tasks", is_gathered=True)
    facts = Gathered(
        person_id=ANA.person_id,
        kind=kind,
        count=len(tasks) + more,
        task_ids=tuple(task.task_id for task in tasks),
    )
    member = MemberFacts(person_id=BEN.person_id, name=leaver) if leaver else None
    event = happened(EventType.TASKS_CHANGED, None, ADA).model_copy(
        update={"job": job, "gathered": (facts,), "member": member}
    )
    return GatheredNotification(kind, event, ANA.person_id, tasks, more)


def every_gathered() -> Mapping[str, GatheredNotification]:
    """What a job can have done to many tasks, by name."""
    return {
        "inherited": gathered(Kind.ASSIGNED, FULL, BARE, more=20, leaver=BEN.name),
        "inherited-unnamed": gathered(Kind.ASSIGNED, more=3, leaver=BEN.name),
        "given-many": gathered(Kind.ASSIGNED, FULL, BARE),
        "taken-many": gathered(Kind.UNASSIGNED, FULL),
        "moved-many": gathered(Kind.DEADLINE_CHANGED, FULL, BARE, more=1),
        "cancelled-many": gathered(Kind.STATUS_CHANGED, moved(FULL, TaskStatus.CANCELLED), BARE),
    }


def every_mail() -> Mapping[str, Mail]:
    """Every kind of mail by name."""
    by_id = {person.person_id: person for person in (ADA, ANA, BEN)}
    tasks = {name: mail_of(news, by_id[news[0].recipient]) for name, news in every_task_news(FULL).items()}
    links = {name: mail_of(news, to) for name, (news, to) in every_link_news().items()}
    troubles = {f"mail-{reason}": mail_of([suppressed(reason=reason)], ADA) for reason in Reason}
    ended = Event(
        detail_type=EventType.SLACK_ENDED,
        event_id=fresh_event_id(NOW),
        occurred_at=NOW,
        workspace=WORKSPACE,
        actor=EventActor.of_the_system(),
    )
    slack = {"slack-ended": mail_of([Notification(Kind.SLACK_ENDED, ended, ADA.person_id)], ADA)}
    added = {"member-added": mail_of([Notification(Kind.MEMBER_ADDED, member_added(), ADA.person_id)], ADA)}
    nobody = {"unreached": mail_of([Notification(Kind.UNREACHED, unreached(BEN, WORKSPACE, NOW), ADA.person_id)], ADA)}
    many = {name: mail_of([news], ANA) for name, news in every_gathered().items()}
    return tasks | links | troubles | slack | added | nobody | many


@dataclass
class Page:
    """An HTML mail as a reader takes it in: `shown` is what they see, each link with where it leads, as text has it;
    `preheader` what the list of mails shows.
    """

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    shown: str = ""
    preheader: str = ""
    title: str = ""

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read(html: str) -> Page:
    page, inside, leads_to = Page(), list[str](), list[str]()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            page.tags.append((tag, dict(attributes)))
            if tag == "div" and "display:none" in (dict(attributes).get("style") or ""):
                inside.append("preheader")
            elif tag in {"title", "style"}:
                inside.append(tag)
            elif tag == "a":
                leads_to.append(dict(attributes)["href"] or "")

        def handle_endtag(self, tag: str) -> None:
            if inside and tag == ("div" if inside[-1] == "preheader" else inside[-1]):
                inside.pop()
            elif tag == "a":
                page.shown += f": {leads_to.pop()} "

        def handle_data(self, data: str) -> None:
            match inside:
                case ["preheader"]:
                    page.preheader += data
                case ["title"]:
                    page.title += data
                case []:
                    page.shown += data + " "

    Reader().feed(html)
    return page


def words_of(text: str) -> list[str]:
    """Words and addresses, in order."""
    return re.findall(r"https?://\S+|[\w/'&<>-]+", text)
