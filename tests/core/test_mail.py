"""The mails as their readers find them: in HTML and as text, on a phone and read aloud."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from core.events import EventType
from core.mail_links import MailLinks, TaskLink
from core.notifications.model import Kind, Mail
from core.notifications.ports import SuppressedError
from core.notifications.preferences import CHOOSABLE
from core.notifications.words import KIND_WORDS
from core.people.model import Person
from core.storage.memory import MemorySuppressionRepository
from core.tasks.model import NewTask, Task, TaskEdit, TaskStatus
from tests.support.mails import (
    BARE,
    COMMENT,
    FULL,
    LINK_KEY,
    NOT_ME,
    PUBLIC_URL,
    SLACK_APP_URL,
    Mailbox,
    every_link_news,
    every_mail,
    every_task_news,
    mail_of,
    read,
    sender_to,
    suppressed,
    told,
    words_of,
)
from tests.support.news import (
    ADA,
    ANA,
    BEN,
    assigned,
    commented,
    happened,
    make_task,
    moved,
    status_changed,
    task_news,
)
from tests.support.world import NOW, HeldClock, World, make_person

EVERY = every_mail()
TASK_NEWS = every_task_news(FULL)
BY_ID = {person.person_id: person for person in (ADA, ANA, BEN)}
each_mail = pytest.mark.parametrize("name", EVERY)
each_task_news = pytest.mark.parametrize("name", TASK_NEWS)


def task_mail(name: str, task: Task = FULL) -> Mail:
    news = every_task_news(task)[name]
    return mail_of(news, BY_ID[news[0].recipient])


def assignment(task: Task, to: Person = ANA) -> Mail:
    return mail_of([told(Kind.ASSIGNED, assigned(task), to)], to)


def test_there_is_a_sample_of_every_kind() -> None:
    shown = {each.kind for news in TASK_NEWS.values() for each in news}
    shown |= {each.kind for news, _ in every_link_news().values() for each in news}

    # Whoever decided is shown it in Slack; what sums up has tests of its own.
    assert shown | {suppressed().kind, Kind.SLACK_ENDED, Kind.MEMBER_ADDED, Kind.UNREACHED} == set(Kind) - {
        Kind.LINK_DECIDED,
        Kind.JOB_ENDED,
        Kind.DUE,
        Kind.TEST,
        Kind.WEEKLY,
    }


@each_mail
def test_html_and_text_say_the_same_in_the_same_order(name: str) -> None:
    mail = EVERY[name]

    assert words_of(read(mail.html).shown) == words_of(mail.text)


@each_task_news
def test_of_a_bare_task_html_and_text_say_the_same_too(name: str) -> None:
    mail = task_mail(name, BARE)

    assert words_of(read(mail.html).shown) == words_of(mail.text)


FIRST_LINES = {
    "assigned": "Ada Lind gave you this task.",
    "brought-back": "Ada Lind brought this task back: it is yours.",
    "unassigned": "Ada Lind took this task off your list: nobody has it now.",
    "given-on": "Ada Lind gave this task to Ben Okoro.",
    "deleted": "Ada Lind deleted this task.",
    "status-changed": "Ada Lind moved this task to in progress.",
    "done": "Ana Silva moved this task to done.",
    "deadline-changed": "Ada Lind moved the deadline to Monday 23 November 2026, 06:30 (Sao Paulo time).",
    "deadline-taken-away": "Ada Lind took the deadline away.",
    "commented": "Ben Okoro commented:",
    "several": "Ada Lind moved this task to blocked.",
}


@each_task_news
def test_the_first_line_says_who_did_what(name: str) -> None:
    assert task_mail(name).text.splitlines()[0] == FIRST_LINES[name]


def test_a_mail_says_everything_about_the_task() -> None:
    text = task_mail("status-changed").text

    for fact in (
        "Fix login",
        "Users on SSO get a loop.\nSince Monday.",
        f"Task: {FULL.task_id}",
        "Status: in progress",
        "Owner: Ana Silva",
        "Given by: Ada Lind",
        "Due: Friday 20 November 2026, 06:30 (Sao Paulo time)",
        "Priority: high",
        "Labels: web, sso",
    ):
        assert fact in text


def test_several_pieces_of_news_stand_in_one_mail_oldest_first_and_the_task_as_it_is_after_them() -> None:
    text = task_mail("several").text

    told_of = [text.index(each) for each in ("moved this task to blocked", "Waiting for", "moved the deadline", "Ben")]
    assert told_of == sorted(told_of)
    assert "Due: Monday 23 November 2026, 06:30" in text
    assert text.count("Fix login") == 1


def test_of_news_that_came_out_of_order_the_newest_state_is_shown() -> None:
    newest = moved(FULL, TaskStatus.DONE, version=7)
    news = [told(Kind.STATUS_CHANGED, status_changed(newest)), told(Kind.COMMENTED, commented(FULL))]

    assert "Status: done" in mail_of(news, ADA).text


def test_a_comment_stands_in_the_mail_as_it_was_typed() -> None:
    mail = task_mail("commented")

    assert COMMENT in read(mail.html).shown
    assert all(line in mail.text for line in COMMENT.splitlines())


def test_however_much_was_said_the_buttons_are_not_cut_off() -> None:
    """Gmail shows the first 102 KB of a mail."""
    long = "ä" * 3000
    whole = mail_of([told(Kind.COMMENTED, commented(FULL, long))], ANA)
    many = mail_of([told(Kind.COMMENTED, commented(FULL, long)) for _ in range(50)], ANA)

    assert long in whole.text
    assert f"{'ä' * 240}…" in many.text
    assert len(many.html.encode()) < 100_000
    assert "Mark done" in many.html


@each_task_news
def test_the_list_of_mails_shows_what_happened_and_when_it_is_due(name: str) -> None:
    page = read(task_mail(name).html)

    assert page.preheader.startswith(FIRST_LINES[name])
    assert "Due: " in page.preheader


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
    mail = assignment(make_task(deadline=deadline), to=ANA.model_copy(update={"time_zone": zone}))

    assert f"Due: {written} ({zone.rpartition('/')[2]} time)" in mail.text


def test_an_overdue_task_says_so_in_words_until_it_is_closed() -> None:
    late = make_task(deadline=NOW - timedelta(minutes=1))

    assert "time), overdue\n" in assignment(late).text
    assert "overdue" not in assignment(moved(late, TaskStatus.DONE)).text


def test_a_task_without_a_deadline_says_so() -> None:
    assert "Due: no deadline" in assignment(BARE).text


def test_the_subject_of_a_tasks_mails_and_what_they_refer_to_never_change() -> None:
    mails = [task_mail(name, moved(FULL, status)) for status in TaskStatus for name in TASK_NEWS]

    assert {mail.subject for mail in mails} == {f"[{FULL.task_id}] Fix login"}
    assert {mail.thread for mail in mails} == {f"{FULL.task_id}.T0TEAM"}


def test_a_task_that_is_called_otherwise_by_now_keeps_the_subject_of_its_mails() -> None:
    world = World()
    actor = world.acting(world.ada)
    task = world.tasks.create(actor, NewTask(title="Fix login", assigned_to=world.ana.person_id)).task
    once, twice, back = (
        world.tasks.edit(actor, task.task_id, TaskEdit(title=title)).task
        for title in ("Fix the login", "Mend the login", "Fix login")
    )

    subjects = {assignment(each).subject for each in (task, once, twice, back)}
    assert subjects == {f"[{task.task_id}] Fix login"}
    assert "Mend the login" in assignment(twice).text
    assert world.tasks.undo(actor, task.task_id, back.version).task.title == "Mend the login"
    assert assignment(world.tasks.get(task.task_id)).subject == f"[{task.task_id}] Fix login"


def links_of(mail: Mail) -> list[str]:
    return re.findall(r"^(Mark done|View|Open in Slack|Stop emails like this): http", mail.text, re.MULTILINE)


def test_a_mail_leads_to_the_task_and_to_slack_and_can_be_stopped() -> None:
    mail = task_mail("assigned")

    assert links_of(mail) == ["Mark done", "View", "Open in Slack", "Stop emails like this"]
    assert f"Open in Slack: {SLACK_APP_URL}" in mail.text
    assert f"Stop emails like this: {mail.unsubscribe}" in mail.text
    assert f"{PUBLIC_URL}/web/done/" in mail.html


@pytest.mark.parametrize("name", ["done", "unassigned", "given-on"])
def test_nobody_is_offered_to_mark_done_what_is_closed_or_not_theirs(name: str) -> None:
    assert links_of(task_mail(name))[0] == "View"


def test_a_deleted_task_leads_nowhere() -> None:
    assert "View" not in links_of(task_mail("deleted"))


def test_an_admin_may_always_mark_done() -> None:
    news = [told(Kind.STATUS_CHANGED, status_changed(moved(make_task(created_by=BEN.ref))), to=ADA)]

    assert links_of(mail_of(news, ADA))[0] == "Mark done"


def test_whoever_is_not_in_slack_is_not_sent_there() -> None:
    assert "Open in Slack" not in assignment(FULL, to=ANA.model_copy(update={"slack_user_id": None})).text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("assigned", "this task is yours"),
        ("unassigned", "this task was yours"),
        ("given-on", "this task was yours"),
        ("deleted", "this task was yours"),
        ("done", "you made this task"),
    ],
)
def test_a_mail_says_why_it_was_sent(name: str, reason: str) -> None:
    assert f"You get this email because {reason}." in task_mail(name).text


def test_whoever_handed_a_task_out_is_told_that_this_is_why() -> None:
    task = moved(make_task(created_by=BEN.ref, assigned_by=ADA.ref))

    text = mail_of([told(Kind.STATUS_CHANGED, status_changed(task), to=ADA)], ADA).text
    assert "because you handed this task out." in text


def test_there_are_words_for_everything_that_can_be_stopped() -> None:
    assert set(KIND_WORDS) == set(CHOOSABLE)


def test_mails_about_ones_own_account_cannot_be_stopped() -> None:
    for name in every_link_news():
        assert EVERY[name].unsubscribe is None
        assert "Stop emails" not in EVERY[name].text


def test_this_was_not_me_is_offered_to_the_account_alone() -> None:
    assert {name for name in every_link_news() if NOT_ME in EVERY[name].text} == {"link-asked", "link-made"}


HOSTILE = [
    "<script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    "R&D \"now\" 'x'",
]


@each_task_news
@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_shown_as_typed_and_never_becomes_part_of_the_page(name: str, text: str) -> None:
    harmless = make_task(title="x", description="y", labels=("z",))
    hostile = make_task(title=text, description=text, labels=(text,))

    mail = task_mail(name, hostile)

    page = read(mail.html)
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in read(task_mail(name, harmless).html).tags]
    assert page.shown.count(text) == 3
    assert page.title == mail.subject == f"[{hostile.task_id}] {text}"
    assert mail.text.count(text) == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_comment_stays_words(text: str) -> None:
    mail = mail_of([told(Kind.COMMENTED, commented(FULL, text))], ANA)

    assert text in read(mail.html).shown
    assert text in read(mail.html).preheader
    assert text in mail.text
    assert not {"script", "img"} & {tag for tag, _ in read(mail.html).tags}


def test_a_hostile_name_is_no_part_of_the_page_either() -> None:
    ann = make_person("<b>Ann</b> Oh", person_id=ANA.person_id, email="ann@example.com")
    [notification] = task_news(assigned(make_task(), by=make_person("<i>Eve</i>")))

    page = read(mail_of([notification], ann).html)

    assert "<i>Eve</i> gave you this task." in page.shown
    assert page.attributes("i") == []


@each_mail
def test_nothing_of_the_templates_is_left(name: str) -> None:
    mail = EVERY[name]

    assert not re.search(r"\{\{|\}\}|\{%|%\}|\{#|\bNone\b", mail.subject + mail.text + mail.html.partition("<body")[2])


@each_mail
def test_the_page_can_be_read_aloud_and_on_a_phone(name: str) -> None:
    page = read(EVERY[name].html)

    assert page.attributes("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.attributes("meta")
    assert {"charset": "utf-8"} in page.attributes("meta")
    assert {each["role"] for each in page.attributes("table")} == {"presentation"}
    assert len(page.attributes("h1")) == 1
    assert {"role": "article", "aria-roledescription": "email", "aria-label": page.title, "lang": "en"} in [
        {key: value for key, value in each.items() if key != "style"} for each in page.attributes("div")
    ]


@each_mail
def test_a_mail_needs_no_picture_and_asks_nothing_of_another_host(name: str) -> None:
    assert not re.search(r"src=|@import|url\(|<link|<script", EVERY[name].html)


def test_an_event_that_says_more_than_a_mail_knows_is_told_without_it() -> None:
    event = happened(EventType.TASK_ASSIGNED, FULL, ADA).model_copy(update={"note": "a note"})

    assert "a note" not in mail_of([told(Kind.ASSIGNED, event)], ANA).text


def test_nobody_can_see_whether_a_mail_arrived() -> None:
    assert sender_to(Mailbox()).arrived(TASK_NEWS["assigned"], ANA) == frozenset()


def test_to_an_address_that_takes_no_more_mail_none_is_sent() -> None:
    box, suppressions = Mailbox(), MemorySuppressionRepository()
    suppressions.add(suppressed(ANA).suppression.model_copy(update={"address": "ANA@example.com"}), None)

    with pytest.raises(SuppressedError) as refusal:
        sender_to(box, suppressions).send(TASK_NEWS["assigned"], ANA)

    assert not refusal.value.retryable
    assert box.mails == []
    sender_to(box, suppressions).send(TASK_NEWS["done"], ADA)
    assert len(box.mails) == 1


def test_admins_are_told_whose_mail_is_refused_and_why() -> None:
    bounced, complained = EVERY["mail-bounced"], EVERY["mail-complained"]

    for mail in (bounced, complained):
        assert "Person: Ben Okoro\nAddress: ben@example.com" in mail.text
        assert mail.subject == "[Task Bot] Somebody no longer gets emails"
    assert "refuses emails to it for good" in bounced.text
    assert "reported as spam" in complained.text


def test_the_links_are_signed_for_the_receiver() -> None:
    links = MailLinks(LINK_KEY, PUBLIC_URL, HeldClock())
    token = re.findall(r"/web/done/(\S+)", task_mail("assigned").text)[0]

    assert links.read_task(token) == TaskLink(ANA.person_id, FULL.task_id)
