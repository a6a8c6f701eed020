"""The mails as their readers find them: in HTML and as text, on a phone and read aloud."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from core.events import Change, EventType
from core.links.model import LinkFacts
from core.notifications.mail import EmailSender
from core.notifications.model import Kind, Mail
from core.people.model import Person
from core.tasks.model import Priority, Task, TaskStatus
from tests.support.news import (
    ADA,
    ANA,
    assigned,
    commented,
    deadline_changed,
    happened,
    make_task,
    moved,
    status_changed,
    task_news,
)
from tests.support.world import NOW, HeldClock, make_person

NEWS: dict[Kind, Callable[..., Any]] = {
    Kind.ASSIGNED: assigned,
    Kind.UNASSIGNED: lambda task: happened(
        EventType.TASK_UNASSIGNED, task, ADA, Change(field="assigned_to", before={"person_id": ANA.person_id})
    ),
    Kind.STATUS_CHANGED: lambda task: status_changed(task, by=ADA),
    Kind.DEADLINE_CHANGED: deadline_changed,
    Kind.COMMENTED: commented,
}
each_kind = pytest.mark.parametrize("kind", NEWS)


def no_dispute(_: LinkFacts) -> str:
    raise AssertionError("nobody disputes a task")


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[tuple[str, Mail]] = []

    def send(self, address: str, mail: Mail) -> None:
        self.mails.append((address, mail))


def mail_about(task: Task, kind: Kind = Kind.ASSIGNED, to: Person = ANA) -> Mail:
    box = Mailbox()
    [notification] = [each for each in task_news(NEWS[kind](task)) if each.recipient == to.person_id]
    EmailSender(box, HeldClock(), no_dispute).send([notification], to)
    [(address, mail)] = box.mails
    assert address == to.email
    return mail


@dataclass
class Page:
    """An HTML mail as a reader takes it in: `shown` is what they see, `preheader` what the list of mails shows."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    shown: str = ""
    preheader: str = ""
    title: str = ""

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read(html: str) -> Page:
    page, inside = Page(), list[str]()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            page.tags.append((tag, dict(attributes)))
            if tag == "div" and "display:none" in (dict(attributes).get("style") or ""):
                inside.append("preheader")
            elif tag in {"title", "style"}:
                inside.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if inside and tag in {"div", "title", "style"}:
                inside.pop()

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


def words(text: str) -> list[str]:
    return re.findall(r"[\w/'&<>-]+", text)


FULL = make_task(
    title="Fix login",
    description="Users on SSO get a loop.\nSince Monday.",
    deadline=NOW + timedelta(days=2),
    priority=Priority.HIGH,
)
BARE = make_task(title="Water the plants")


@each_kind
@pytest.mark.parametrize("task", [FULL, BARE, moved(FULL, TaskStatus.BLOCKED)])
def test_html_and_text_say_the_same_in_the_same_order(kind: Kind, task: Task) -> None:
    mail = mail_about(task, kind)

    assert words(read(mail.html).shown) == words(mail.text)


@each_kind
def test_a_mail_says_who_did_what_and_everything_about_the_task(kind: Kind) -> None:
    text = mail_about(moved(FULL, TaskStatus.IN_PROGRESS), kind).text

    first_line = {
        Kind.ASSIGNED: "Ada Lind gave you this task.",
        Kind.UNASSIGNED: "Ada Lind took this task from you.",
        Kind.STATUS_CHANGED: "Ada Lind moved this task to in progress.",
        Kind.DEADLINE_CHANGED: (
            "Ada Lind moved the deadline to Friday 20 November 2026, 06:30 (America/Sao Paulo time)."
        ),
        Kind.COMMENTED: "Ada Lind commented: “On it”",
    }
    assert text.splitlines()[0] == first_line[kind]
    for fact in (
        "Fix login",
        "Users on SSO get a loop.\nSince Monday.",
        f"Task: {FULL.task_id}",
        "Status: in progress",
        "Due: Friday 20 November 2026, 06:30 (America/Sao Paulo time)",
        "Priority: high",
        f"/task done {FULL.task_id}",
    ):
        assert fact in text


@each_kind
def test_the_list_of_mails_shows_what_happened_and_when_it_is_due(kind: Kind) -> None:
    page = read(mail_about(FULL, kind).html)

    assert page.preheader.startswith(f"{ADA.name} ")
    assert "Due: Friday 20 November 2026, 06:30 (America/Sao Paulo time)" in page.preheader


@pytest.mark.parametrize(
    ("zone", "deadline", "written"),
    [
        ("Europe/Stockholm", datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Sunday 29 March 2026, 00:30"),
        ("Europe/Stockholm", datetime(2026, 3, 29, 22, 30, tzinfo=UTC), "Monday 30 March 2026, 00:30"),
        ("Asia/Kathmandu", datetime(2026, 12, 31, 18, 15, tzinfo=UTC), "Friday 1 January 2027, 00:00"),
        ("UTC", datetime(2026, 12, 24, 9, 0, tzinfo=UTC), "Thursday 24 December 2026, 09:00"),
    ],
)
def test_the_deadline_is_told_in_the_receivers_zone_and_names_it(zone: str, deadline: datetime, written: str) -> None:
    mail = mail_about(make_task(deadline=deadline), to=ANA.model_copy(update={"time_zone": zone}))

    assert f"Due: {written} ({zone} time)" in mail.text


def test_an_overdue_task_says_so_in_words_until_it_is_closed() -> None:
    late = make_task(deadline=NOW - timedelta(minutes=1))

    assert "time), overdue\n" in mail_about(late).text
    assert "overdue" not in mail_about(moved(late, TaskStatus.DONE)).text


def test_a_task_without_a_deadline_says_so() -> None:
    assert "Due: no deadline" in mail_about(BARE).text


def test_the_subject_of_a_tasks_mails_never_changes() -> None:
    mails = [mail_about(moved(FULL, status), kind) for status in TaskStatus for kind in NEWS]

    assert {mail.subject for mail in mails} == {f"[{FULL.task_id}] Fix login"}


HOSTILE = [
    "<script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    "R&D \"now\" 'x'",
]


@each_kind
@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_shown_as_typed_and_never_becomes_part_of_the_page(kind: Kind, text: str) -> None:
    harmless, hostile = make_task(title="x", description="y"), make_task(title=text, description=text)

    mail = mail_about(hostile, kind)

    page = read(mail.html)
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in read(mail_about(harmless, kind).html).tags]
    assert page.shown.count(text) == 2
    assert page.title == mail.subject == f"[{hostile.task_id}] {text}"
    assert mail.text.count(text) == 2


def test_several_news_of_a_task_are_one_mail_oldest_first() -> None:
    task = moved(FULL)
    events = [status_changed(task, by=ADA), commented(task, "<b>Nearly</b>\nthere")]
    box = Mailbox()

    EmailSender(box, HeldClock(), no_dispute).send([task_news(event)[0] for event in events], ANA)

    [(_, mail)] = box.mails
    assert mail.text.splitlines()[:3] == [
        "Ada Lind moved this task to in progress.", "Ada Lind commented: “<b>Nearly</b>", "there”",
    ]  # fmt: skip
    assert words(read(mail.html).shown) == words(mail.text)
    assert read(mail.html).attributes("b") == []


def test_a_hostile_name_is_no_part_of_the_page_either() -> None:
    ann = make_person("<b>Ann</b> Oh", person_id=ANA.person_id, email="ann@example.com")
    box = Mailbox()
    [notification] = task_news(assigned(make_task(), by=make_person("<i>Eve</i>")))

    EmailSender(box, HeldClock(), no_dispute).send([notification], ann)

    page = read(box.mails[0][1].html)
    assert "<i>Eve</i> gave you this task." in page.shown
    assert page.attributes("i") == []


@each_kind
@pytest.mark.parametrize("task", [FULL, BARE])
def test_nothing_of_the_templates_is_left(kind: Kind, task: Task) -> None:
    mail = mail_about(task, kind)

    assert not re.search(r"\{\{|\}\}|\{%|%\}|\bNone\b", mail.subject + mail.text + mail.html.partition("<body")[2])


@each_kind
def test_the_page_can_be_read_aloud_and_on_a_phone(kind: Kind) -> None:
    page = read(mail_about(FULL, kind).html)

    assert page.attributes("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.attributes("meta")
    assert {"charset": "utf-8"} in page.attributes("meta")
    assert {each["role"] for each in page.attributes("table")} == {"presentation"}
    assert len(page.attributes("h1")) == 1


def test_a_page_asks_nothing_of_another_host() -> None:
    html = mail_about(FULL).html

    assert not re.search(r"https?:|src=|@import|url\(", html)


def test_nobody_can_see_whether_a_mail_arrived() -> None:
    [notification] = task_news(assigned())

    assert EmailSender(Mailbox(), HeldClock(), no_dispute).arrived([notification], ANA) == frozenset()
