"""The mails that sum up: the reminder, held-back news of several tasks, the test."""

from datetime import timedelta

import pytest

from core.clock import fresh_event_id
from core.events import Event, EventActor, EventType, Reminder
from core.notifications.model import Kind, Mail, Notification, ReminderNotification, TaskNotification
from tests.support.mails import COMMENT, mail_of, read, told, words_of
from tests.support.news import ADA, ANA, assigned, commented, deleted, happened, make_task
from tests.support.world import NOW, WORKSPACE

HOSTILE = 'Fix <b>login</b> & "{{ tea }}" <script>'
OVERDUE = make_task(title=HOSTILE, deadline=NOW - timedelta(days=1))
TOMORROW = make_task(title="Water the plants", deadline=NOW + timedelta(days=1))


def reminder(more: int = 0) -> ReminderNotification:
    facts = Reminder(person_id=ANA.person_id, day=NOW.date(), task_ids=(OVERDUE.task_id, TOMORROW.task_id), count=2)
    event = Event(
        detail_type=EventType.TASK_DUE, event_id=fresh_event_id(NOW), occurred_at=NOW, workspace=WORKSPACE,
        actor=EventActor.of_the_system(), reminder=facts,
    )  # fmt: skip
    return ReminderNotification(Kind.DUE, event, ANA.person_id, (OVERDUE, TOMORROW), more)


def held() -> list[TaskNotification]:
    gone = make_task(title="Old news", deleted_at=NOW)
    return [
        told(Kind.ASSIGNED, assigned(OVERDUE)),
        told(Kind.COMMENTED, commented(OVERDUE, COMMENT, by=ADA)),
        told(Kind.ASSIGNED, assigned(TOMORROW)),
        told(Kind.UNASSIGNED, deleted(gone)),
    ]


def test_a_reminder_says_what_is_due_and_how_to_get_there() -> None:
    mail = mail_of([reminder(more=4)], ANA)

    assert mail.subject == "[Task Bot] 1 overdue, 1 due tomorrow"
    assert HOSTILE in mail.text
    assert mail.text.count("View or mark done: https://bot.example/") == 2
    assert "And 4 more" in mail.text
    assert "Sao Paulo time" in mail.text
    assert mail.unsubscribe is not None
    assert mail.unsubscribe in mail.text


def test_a_digest_tells_task_by_task_what_happened() -> None:
    mail = mail_of(held(), ANA)

    assert mail.subject == "[Task Bot] News of 3 tasks"
    first, second, third = (mail.text.index(title) for title in (HOSTILE, TOMORROW.title, "Old news"))
    said = mail.text.index("Ada Lind commented:")
    assert first < said < second < third
    assert mail.text.count("View: https://bot.example/") == 2
    assert mail.unsubscribe is not None


def test_a_digest_of_very_many_tasks_is_not_so_long_that_its_end_is_cut_off() -> None:
    """Gmail shows the first 102 KB of a mail."""
    crowd = [make_task(title="\N{PARTY POPPER}" * 150, deadline=NOW) for _ in range(200)]

    mail = mail_of([told(Kind.COMMENTED, commented(task, "\N{PARTY POPPER}" * 3000, by=ADA)) for task in crowd], ANA)

    assert len(mail.html.encode()) < 102_000
    assert "And news of 170 more" in mail.text


def test_held_back_news_of_one_task_is_a_mail_of_that_task() -> None:
    mail = mail_of(held()[:2], ANA)

    assert mail.subject.startswith(f"[{OVERDUE.task_id}]")


def test_a_test_says_which_address_it_reached() -> None:
    event = happened(EventType.TEST_REQUESTED, None, ANA)

    mail = mail_of([Notification(Kind.TEST, event, ANA.person_id)], ANA)

    assert f"reach you at {ANA.email}" in mail.text
    assert mail.unsubscribe is None


def _every_summary() -> dict[str, Mail]:
    test = Notification(Kind.TEST, happened(EventType.TEST_REQUESTED, None, ANA), ANA.person_id)
    return {"reminder": mail_of([reminder(4)], ANA), "digest": mail_of(held(), ANA), "test": mail_of([test], ANA)}


@pytest.mark.parametrize("name", ["reminder", "digest", "test"])
def test_html_and_text_say_the_same_and_nothing_in_it_is_interpreted(name: str) -> None:
    mail = _every_summary()[name]
    page = read(mail.html)

    assert words_of(page.shown) == words_of(mail.text)
    assert page.attributes("script") == []
    assert page.attributes("b") == []
    assert page.title == mail.subject
    assert page.preheader.strip()
