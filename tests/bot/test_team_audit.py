"""`/team audit`: who did what, to whom, when and through which door; typed, paged, and refused to others."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.commands.since import parse_since
from bot.ids import Action
from bot.messages.audit import About, AuditPage, build_audit
from core.errors import InvalidInputError
from core.events import Change, Event, EventActor, EventType, MemberFacts
from core.ids import EventId
from core.people.model import Actor, Entry, Group, Person
from core.people.orders import MemberEdit
from core.suppression.model import Reason, Suppression
from core.tasks.queries import Slice
from tests.bot.test_built_messages import TITLES, accept, fullest
from tests.bot.test_built_views import CURSOR, LONG_NAMED
from tests.support.link_news import make_facts
from tests.support.news import ADA, ANA, happened
from tests.support.team import DANA
from tests.support.world import NOW, SlackPlayed, World, words_of

GRAVE = "\N{MODIFIER LETTER GRAVE ACCENT}"
EPHEMERAL = {"type": "message", "message_ts": "1.1", "channel_id": "C0GENERAL", "is_ephemeral": True}


def audit(slack: SlackPlayed, person: Person, text: str = "") -> str:
    return slack.command(person, f"audit {text}".strip(), command="/team").shown.replace("\u2060", "")


def press(slack: SlackPlayed, person: Person, action: Action, value: str) -> str:
    slack.press(person, action, value, container=EPHEMERAL)
    return words_of(slack.ears.responses[-1]["blocks"]).replace("\u2060", "")


def buttons_of(blocks: list[dict[str, Any]]) -> dict[str, str]:
    return {
        each["text"]["text"]: each["value"]
        for block in blocks
        if block["type"] == "actions"
        for each in block["elements"]
    }


def administer(slack: SlackPlayed, world: World) -> None:
    """Ada does what admins do, once each."""
    ada = Actor(person=world.ada, entry=Entry.SLACK)
    api = Actor(person=world.ada, entry=Entry.API)
    slack.team.administration.add(ada, DANA)
    slack.team.administration.edit(api, world.ana.person_id, MemberEdit(given_name="Anna"))
    slack.team.administration.set_enabled(ada, world.ben.person_id, enabled=False)
    slack.team.settings.change(ada, reminder_hour=8, members_can_assign=True)


def test_a_title_is_no_markup_there(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, 'new "Run `make` with *care*"')

    slack.command(world.ada, "audit T-1", command="/team")
    shown = slack.command(world.ada, f"audit <@{world.ana.slack_user_id}>", command="/team").shown

    assert f"“Run {GRAVE}make{GRAVE} with \u2060*\u2060care\u2060*\u2060”" in shown


def test_without_a_name_it_shows_what_was_done_to_the_team(slack: SlackPlayed, world: World) -> None:
    administer(slack, world)

    shown = audit(slack, world.ada)

    assert "What was done to the team and its settings" in shown
    for line in (
        "<@U0ADA> added Dana Berg to the team",
        "<@U0ADA> changed Anna Silva's given name from Ana to Anna",
        "through the API",
        "<@U0ADA> disabled Ben Okoro",
        "<@U0ADA> changed whether members hand out tasks from no to yes; the hour of reminders from 09:00 to 08:00",
        "in Slack",
    ):
        assert line in shown
    assert shown.index("hour of reminders") < shown.index("disabled") < shown.index("added Dana")
    assert all(password not in shown for password in slack.team.accounts.passwords.values())


def test_a_person_is_shown_by_what_they_did_and_by_what_was_done_to_them(slack: SlackPlayed, world: World) -> None:
    administer(slack, world)
    slack.command(world.ana, "new Water the plants")
    slack.command(world.ana, "done T-1")

    answer = slack.command(world.ada, "audit <@U0ANA>", command="/team")

    assert "What Anna Silva did" in answer.shown
    assert "Moved it from open to *done*: T-1 “Water the plants”" in answer.shown
    assert "given name" not in answer.shown
    other = buttons_of(answer.json["blocks"])["What was done to them"]
    turned = press(slack, world.ada, Action.AUDIT_OTHER, other)
    assert "What was done to Anna Silva" in turned
    assert "changed Anna Silva's given name from Ana to Anna" in turned
    assert "T-1" not in turned
    back = buttons_of(slack.ears.responses[-1]["blocks"])["What they did"]
    assert "Water the plants" in press(slack, world.ada, Action.AUDIT_OTHER, back)


def test_who_is_disabled_and_who_is_asked_about_by_address_are_found(slack: SlackPlayed, world: World) -> None:
    administer(slack, world)

    assert "What Ben Okoro did" in audit(slack, world.ada, "<@U0BEN>")
    assert "What Chi Nguyen did" in audit(slack, world.ada, "chi@example.com")
    assert "I know nobody" in audit(slack, world.ada, "nobody@example.com")
    assert "no team account linked" in audit(slack, world.ada, "<@U0STRANGER>")


def test_a_deleted_task_keeps_its_history(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    slack.command(world.ana, "comment T-1 <!channel> *now*")
    slack.command(world.ana, "delete T-1")

    shown = audit(slack, world.ada, "T-1")

    assert "What happened to T-1 Water the plants" in shown
    assert "<@U0ANA> deleted it" in shown
    assert "<@U0ANA> added it" in shown
    assert "There is no task T-99" in audit(slack, world.ada, "T-99")


def test_since_leaves_out_what_was_before(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    world.clock.forward(timedelta(days=3))
    slack.command(world.ana, "done T-1")
    administer(slack, world)
    world.clock.forward(timedelta(days=1))

    for whose in ("T-1", "<@U0ANA>"):
        recent = audit(slack, world.ada, f"{whose} since yesterday")
        assert "to *done*" in recent
        assert "dded" not in recent
    assert "added Dana Berg" in audit(slack, world.ada, "since 2 days ago")
    assert "Nothing since then. `/team audit @ana`" in audit(slack, world.ada, "since today")


def test_pages_turn_and_stay_what_they_were_when_more_happens(slack: SlackPlayed, world: World) -> None:
    for number in range(13):
        slack.team.settings.change(world.acting(world.ada), reminder_hour=number)
        world.clock.forward(timedelta(seconds=1))
    first = slack.command(world.ada, "audit since today", command="/team")
    assert "from 01:00 to 02:00" not in first.shown
    slack.team.settings.change(world.acting(world.ada), reminder_hour=20)

    second = press(slack, world.ada, Action.AUDIT_NEXT, buttons_of(first.json["blocks"])["Next"])

    assert "from 01:00 to 02:00" in second
    assert "from 09:00 to 00:00" in second
    assert "to 20:00" not in second
    previous = buttons_of(slack.ears.responses[-1]["blocks"])["Previous"]
    assert "from 11:00 to 12:00" in press(slack, world.ada, Action.AUDIT_PREVIOUS, previous)


@pytest.mark.parametrize("who", ["member", "demoted"])
@pytest.mark.parametrize("text", ["", "T-1", "<@U0ADA>", "<@U0BEN> since yesterday"])
def test_who_is_no_admin_now_is_told_nothing(slack: SlackPlayed, world: World, who: str, text: str) -> None:
    administer(slack, world)
    slack.command(world.ben, "new Buy a cake")
    if who == "demoted":
        world.cognito.known[world.ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)

    shown = audit(slack, world.ana if who == "member" else world.ada, text)

    assert shown.startswith("Only admins see who did what")
    assert "Dana" not in shown


@pytest.mark.parametrize("who", ["member", "demoted"])
@pytest.mark.parametrize(
    "page",
    [AuditPage(), AuditPage(About.BY, "sub-ada"), AuditPage(About.PERSON, "sub-ana"), AuditPage(About.TASK, "T-1")],
)
@pytest.mark.parametrize("action", [Action.AUDIT_NEXT, Action.AUDIT_OTHER])
def test_an_old_or_forged_button_tells_them_nothing(
    slack: SlackPlayed, world: World, who: str, page: AuditPage, action: Action
) -> None:
    administer(slack, world)
    if who == "demoted":
        world.cognito.known[world.ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)

    said = press(slack, world.ana if who == "member" else world.ada, action, page.text())

    assert "Only admins see who did what" in said
    assert "Dana" not in said


@pytest.mark.parametrize(
    "value",
    [
        "", "x", "[]", "{}", '["team"]', '["all","",null,null]', '["team","","yesterday",null]',
        '["team","","2026-11-01T00:00:00",null]', '["team","",null,"another place"]', '["team","",1,null]',
    ],
)  # fmt: skip
def test_a_forged_page_is_none(slack: SlackPlayed, world: World, value: str) -> None:
    administer(slack, world)

    said = press(slack, world.ada, Action.AUDIT_NEXT, value)

    assert "Dana" not in said or '"another place"' in value
    assert "went wrong" not in said


def test_a_page_comes_back_as_it_was_written() -> None:
    for page in (AuditPage(), AuditPage(About.TASK, "T-1", NOW, CURSOR)):
        assert AuditPage.read(page.text()) == page


NOVEMBER = datetime(2026, 11, 18, 9, 30, tzinfo=ZoneInfo("America/Sao_Paulo"))
"""A Wednesday."""


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("today", "2026-11-18"), ("yesterday", "2026-11-17"), ("monday", "2026-11-16"), ("Wed", "2026-11-18"),
        ("last friday", "2026-11-13"), ("thursday", "2026-11-12"), ("last week", "2026-11-09"),
        ("this month", "2026-11-01"), ("last month", "2026-10-01"), ("3 weeks ago", "2026-10-28"),
        ("a day ago", "2026-11-17"), ("2 days", "2026-11-16"), ("2026-11-01", "2026-11-01"), ("1 nov", "2026-11-01"),
        ("the 15th", "2026-11-15"), ("30th", "2026-10-30"), ("24 december", "2025-12-24"), ("2026-02-03", "2026-02-03"),
    ],
)  # fmt: skip
def test_since_is_read_as_a_day_that_has_passed_where_the_person_is(phrase: str, day: str) -> None:
    begins = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo("America/Sao_Paulo"))

    assert parse_since(phrase, NOVEMBER) == begins.astimezone(UTC)


@pytest.mark.parametrize(
    ("phrase", "code"),
    [("soon", "not_understood"), ("99", "not_understood"), ("9999 years ago", "not_understood"), ("", "not_understood"),
     ("2026-12-24", "in_future"), ("24 december 2026", "in_future"), ("tomorrow", "in_future"),
     ("in 3 days", "in_future")],
)  # fmt: skip
def test_what_is_no_day_that_has_passed_is_refused(phrase: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_since(phrase, NOVEMBER)
    assert [(each.field, each.code) for each in refused.value.problems] == [("since", code)]


def event(detail_type: EventType, **facts: Any) -> Event:
    return happened(detail_type, None, LONG_NAMED).model_copy(update=facts)


MEMBER = MemberFacts(person_id=ANA.person_id, name=LONG_NAMED.name)
EVERY_ACT = [
    event(EventType.MEMBER_ADDED, member=MEMBER),
    event(EventType.MEMBER_REMOVED, member=MEMBER),
    event(EventType.MEMBER_CHANGED, member=MEMBER),
    *(
        event(EventType.MEMBER_CHANGED, member=MEMBER, changes=(Change(field=field, before=before, after=after),))
        for field, before, after in (
            ("given_name", "<!here>", None), ("groups", ["Admins"], ["Admins", "TeamMembers"]),
            ("enabled", True, False),
            ("enabled", False, True), ("password", None, None), ("invitation", None, None), ("email", "a@b.c", "d@e.f"),
        )
    ),
    *(event(kind, link=make_facts(slack_name="<!channel>" * 30)) for kind in EventType if kind.startswith("Link")),
    *(
        event(
            kind,
            suppression=Suppression(
                suppression_id=EventId("01"), address="<a@b.c>", reason=Reason.BOUNCED, since=NOW
            ),
        )
        for kind in (EventType.MAIL_SUPPRESSED, EventType.MAIL_RESUMED)
    ),
    event(
        EventType.SETTINGS_CHANGED,
        changes=(
            Change(field="business_days", before=[0, 1], after=[6]),
            Change(field="reminder_days", before=[5, 3, 1, 0], after=[]),
            Change(field="link_requests_to", before=[], after=["sub-ada"]),
            Change(field="some_day", before=None, after="<later>"),
        ),
    ),
    *(event(kind) for kind in (EventType.JOB_BEGUN, EventType.JOB_ENDED, EventType.TEST_REQUESTED, EventType.NEWS_DUE)),
]  # fmt: skip


@pytest.mark.parametrize("page", [AuditPage(), AuditPage(About.BY, "sub-ada", NOW), AuditPage(About.PERSON, "x" * 40)])
def test_slack_takes_every_act_with_nothing_of_it_interpreted(page: AuditPage) -> None:
    for start in range(0, len(EVERY_ACT), 10):
        blocks = build_audit(page, LONG_NAMED.name, Slice(EVERY_ACT[start : start + 10], CURSOR, CURSOR))
        accept(blocks)
        assert "<!" not in words_of(blocks).replace("<!date", "")


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
@pytest.mark.parametrize("about", [About.TASK, About.BY])
def test_slack_takes_every_act_on_a_task(title: str, about: About) -> None:
    task = fullest(title)
    kinds = [kind for kind in EventType if kind.startswith("Task")]
    fields = [Change(field=each, before=title, after=title) for each in ("title", "description")]
    events = [happened(kind, task, ADA) for kind in kinds] + [happened(EventType.TASK_UPDATED, task, ADA, *fields)]
    page = AuditPage(about, task.task_id)

    blocks = build_audit(page, title, Slice(events))

    accept(blocks)
    assert not re.search(r"<(?!@U|!date)", words_of(blocks)), "what looks like Slack's own markup is escaped"
    accept(build_audit(page, title, Slice([happened(EventType.TASK_COMMENTED, task, ADA, note="<!here> " * 400)])))


def test_what_the_product_did_itself_is_said_to_be_so() -> None:
    actor = EventActor.of_the_system()
    shown = words_of(build_audit(AuditPage(), "", Slice([event(EventType.MEMBER_REMOVED, member=MEMBER, actor=actor)])))

    assert "Task Bot removed" in shown
    assert "by itself" in shown
