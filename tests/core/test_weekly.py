"""The weekly digest: for admins who asked for it, once a week, at their hour, for as long as they want it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.messages.reminders import build_team_week
from core.clock import fresh_event_id
from core.errors import ForbiddenError
from core.events import Event, TeamWeek
from core.notifications.model import Channel, Kind, Notification
from core.notifications.preferences import Preferences, PreferenceService
from core.people.model import Actor, Entry, Group, Person
from core.tasks.model import TaskStatus
from core.tasks.ports import TaskWrite
from infra.local.slack.rules.check import check_message
from tests.core.test_held_news import Told
from tests.support.delivery import Kept
from tests.support.mails import mail_of, read
from tests.support.mails import words_of as words_of_mail
from tests.support.news import ADA, ANA, BEN, make_task
from tests.support.world import NOW, WORKSPACE, words_of

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""The next one, at the hour of Ada, who is where UTC is."""


class Office:
    """Ada is an admin; Ana and Ben are not."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.kept.add(ADA, ANA, BEN)
        self.slack, self.email = Told(Channel.SLACK), Told(Channel.EMAIL)
        self._services = [self.kept.service(each) for each in (self.slack, self.email)]
        self.settings = PreferenceService(
            self.kept.preferences, self.kept.outbox, WORKSPACE, self.kept.clock, fresh_event_id
        )

    def choose(self, who: Person = ADA, *, weekly: bool = True, **more: object) -> None:
        actor = Actor(person=who, entry=Entry.SLACK)
        version = self.settings.get(actor).version
        self.settings.save(actor, {"version": version, "weekly_digest": weekly, **more})

    def sweep(self, now: datetime) -> list[Event]:
        """One run, and the delivery of what came of it."""
        self.kept.clock.now = now
        before = len(self.kept.outbox.events)
        self.kept.held_news().sweep(now)
        events = self.kept.outbox.events[before:]
        for event in events:
            for service in self._services:
                service.deliver(event)
        return events


@pytest.fixture
def office() -> Office:
    return Office()


def test_it_comes_every_week_at_the_reminder_hour_and_once(office: Office) -> None:
    office.choose()

    assert office.sweep(MONDAY - timedelta(minutes=15)) == []
    came = [len(office.sweep(MONDAY + timedelta(weeks=week))) for week in (0, 0, 1, 2)]

    assert came == [1, 0, 1, 1]
    assert [[each.kind for each in news] for news in office.slack.messages] == [[Kind.WEEKLY]] * 3
    assert office.email.messages == []


def test_it_is_off_unless_asked_for_and_stops_when_turned_off(office: Office) -> None:
    office.choose(weekly=False)
    assert office.sweep(MONDAY) == []

    office.choose()
    office.choose(weekly=False)

    assert office.sweep(MONDAY + timedelta(weeks=1)) == []
    assert office.sweep(MONDAY + timedelta(weeks=2)) == []


def test_turned_on_twice_it_comes_once(office: Office) -> None:
    office.choose()
    office.choose(weekly=False)
    office.choose()

    assert len(office.sweep(MONDAY)) == 1
    assert len(office.sweep(MONDAY + timedelta(weeks=1))) == 1


@pytest.mark.parametrize(("before", "after"), [(9, 11), (11, 9)])
def test_another_reminder_hour_makes_no_second_one(office: Office, before: int, after: int) -> None:
    office.choose(reminder_hour=before)
    office.choose(reminder_hour=after)

    came = [
        [hour for hour in (9, 11) if office.sweep(MONDAY.replace(hour=hour) + timedelta(weeks=week))]
        for week in range(3)
    ]

    assert came == [[after]] * 3


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({8: 9}, [9, 9]),  # yet to come that day
        ({10: 9}, [11, 9]),  # gone by already: late, rather than not at all
        ({10: 12}, [12, 12]),
        ({8: 9, 10: 11}, [9, 11]),  # had one already
        ({8: 9, 10: 12}, [9, 12]),
        ({6: 9, 8: 11}, [11, 11]),
    ],
)
def test_no_week_is_skipped_and_none_has_two_where_the_hour_is_moved_on_the_day(
    office: Office, choices: dict[int, int], expected: list[int]
) -> None:
    """Ada had chosen eleven."""
    office.choose(reminder_hour=11)
    came = []
    for week in range(2):
        for hour in range(24):
            came += [hour] * len(office.sweep(MONDAY.replace(hour=hour) + timedelta(weeks=week)))
            if week == 0 and hour in choices:
                office.choose(reminder_hour=choices[hour])

    assert came == expected


def test_turned_on_before_its_hour_it_comes_the_same_day(office: Office) -> None:
    office.kept.clock.now = MONDAY - timedelta(minutes=20)
    office.choose()

    assert len(office.sweep(MONDAY)) == 1


@pytest.mark.parametrize(
    ("zone", "expected"), [("America/Sao_Paulo", [[12], [12], [12]]), ("Asia/Kolkata", [[9], [3], [3]])]
)
def test_it_goes_on_where_somebody_moves_away(office: Office, zone: str, expected: list[list[int]]) -> None:
    """Slack says where people are: their settings stay, and the hour of the week may have gone by there."""
    office.choose()
    office.kept.people._people[ADA.person_id] = ADA.model_copy(update={"time_zone": zone})

    came = [
        [at for at in range(24) if office.sweep(MONDAY.replace(hour=at) + timedelta(weeks=week, minutes=45))]
        for week in range(3)
    ]

    assert came == expected


def test_it_comes_late_where_sweeps_were_missed(office: Office) -> None:
    office.choose()

    assert len(office.sweep(MONDAY + timedelta(hours=30))) == 1
    assert len(office.sweep(MONDAY + timedelta(weeks=1))) == 1


def test_it_skips_days_off(office: Office) -> None:
    office.choose(working_days=frozenset({2, 3}))

    assert office.sweep(MONDAY) == []
    assert len(office.sweep(MONDAY + timedelta(days=1))) == 1


def test_only_admins_ask_for_it_and_who_is_none_any_more_gets_none(office: Office) -> None:
    with pytest.raises(ForbiddenError):
        office.choose(ANA)
    office.choose()
    office.kept.people._people[ADA.person_id] = ADA.model_copy(update={"groups": frozenset({Group.TEAM_MEMBERS})})

    assert office.sweep(MONDAY) == []


def test_it_sums_the_team_up(office: Office) -> None:
    office.kept.clock.now = NOW
    late, later = (make_task(deadline=MONDAY - timedelta(days=days)) for days in (9, 2))
    for task in (later, late, make_task(assigned_to=None), make_task(task_status=TaskStatus.DONE)):
        office.kept.tasks.save(TaskWrite(None, task, ()))
    office.choose()

    [event] = office.sweep(MONDAY)

    expected = TeamWeek(
        week=MONDAY.date(),
        overdue=2,
        longest_overdue=(late.task_id, later.task_id),
        unassigned=1,
        idle=("Ada Lind", "Ben Okoro"),
    )
    assert event.team_week == expected
    text, blocks = build_team_week(expected)
    assert "Ada Lind, Ben Okoro" in words_of(blocks)
    assert f"{late.task_id}, {later.task_id}" in words_of(blocks)
    check_message({"channel": "D0", "text": text, "blocks": blocks})
    mail = mail_of([Notification(Kind.WEEKLY, event, ADA.person_id)], ADA)
    assert "Nothing to do: 2 (Ada Lind, Ben Okoro)" in mail.text
    assert words_of_mail(read(mail.html).shown) == words_of_mail(mail.text)


def test_slack_takes_the_digest_of_a_large_and_idle_team() -> None:
    week = TeamWeek(
        overdue=1000, longest_overdue=tuple("T-1" for _ in range(10)), unassigned=0, idle=("&<*" * 90,) * 500
    )

    text, blocks = build_team_week(week)

    check_message({"channel": "D0", "text": text, "blocks": blocks})


def test_who_never_chose_keeps_the_default() -> None:
    assert not Preferences().weekly_digest
