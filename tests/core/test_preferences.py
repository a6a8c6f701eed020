"""What people's choices decide: through which channels news comes, and when."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import InvalidInputError
from core.notifications.model import Channel, Kind
from core.notifications.preferences import CHOOSABLE, Preferences, Ways
from core.validation import validated
from core.workspace.settings import Weekday, WorkspaceSettings

BERLIN = ZoneInfo("Europe/Berlin")
BOTH = frozenset(Channel)
IN_SLACK = frozenset({Channel.SLACK})
BY_EMAIL = frozenset({Channel.EMAIL})
NOWHERE: frozenset[Channel] = frozenset()


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """November 2026 begins on a Sunday; the clocks went back on 25 October."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize("kind", CHOOSABLE)
def test_unless_chosen_otherwise_only_new_tasks_come_by_both(kind: Kind) -> None:
    assert Preferences().channels(kind, in_slack=True) == (BOTH if kind is Kind.ASSIGNED else IN_SLACK)
    assert Preferences().channels(kind, in_slack=False) == BY_EMAIL


@pytest.mark.parametrize(
    ("ways", "linked", "unlinked"),
    [
        (Ways(slack=False), NOWHERE, BY_EMAIL),
        (Ways(email=True), BOTH, BY_EMAIL),
        (Ways(email=False), IN_SLACK, NOWHERE),
        (Ways(slack=False, email=True), BY_EMAIL, BY_EMAIL),
        (Ways(slack=False, email=False), NOWHERE, NOWHERE),
    ],
)
def test_each_kind_is_turned_on_and_off_by_itself(
    ways: Ways, linked: frozenset[Channel], unlinked: frozenset[Channel]
) -> None:
    chosen = Preferences(choices={Kind.COMMENTED: ways})

    assert chosen.channels(Kind.COMMENTED, in_slack=True) == linked
    assert chosen.channels(Kind.COMMENTED, in_slack=False) == unlinked
    assert chosen.channels(Kind.ASSIGNED, in_slack=True) == BOTH


def test_new_tasks_cannot_be_silenced_altogether() -> None:
    with pytest.raises(InvalidInputError) as refused:
        validated(Preferences, choices={Kind.ASSIGNED: Ways(slack=False, email=False)})

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("choices", "assigned_needs_a_way")
    ]


@pytest.mark.parametrize("kind", CHOOSABLE)
@pytest.mark.parametrize("in_slack", [True, False])
def test_unsubscribing_is_undone_without_a_trace(kind: Kind, in_slack: bool) -> None:  # noqa: FBT001 - a parameter
    before = Preferences(choices={kind: Ways()})

    off = before.with_email(kind, on=False, in_slack=in_slack)
    on = before.with_email(kind, on=True, in_slack=in_slack)

    assert Channel.EMAIL not in off.channels(kind, in_slack=in_slack)
    assert Channel.EMAIL in on.channels(kind, in_slack=in_slack)
    assert Channel.EMAIL in off.with_email(kind, on=True, in_slack=in_slack).channels(kind, in_slack=in_slack)
    if kind is Kind.ASSIGNED or not in_slack:
        assert off.with_email(kind, on=True, in_slack=in_slack) == before


def test_unsubscribing_from_new_tasks_brings_back_the_message_in_slack() -> None:
    only_mail = Preferences(choices={Kind.ASSIGNED: Ways(slack=False)})

    off = only_mail.with_email(Kind.ASSIGNED, on=False, in_slack=True)

    assert off.channels(Kind.ASSIGNED, in_slack=True) == IN_SLACK


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"quiet_from": 20}, "quiet_until", "quiet_needs_both"),
        ({"quiet_until": 7}, "quiet_until", "quiet_needs_both"),
        ({"quiet_from": 7, "quiet_until": 7}, "quiet_until", "quiet_all_day"),
        ({"quiet_from": 20, "quiet_until": 10, "reminder_hour": 9}, "reminder_hour", "reminder_in_quiet"),
        ({"quiet_from": 8, "quiet_until": 20, "reminder_hour": 19}, "reminder_hour", "reminder_in_quiet"),
        ({"reminder_hour": 24}, "reminder_hour", "less_than_equal"),
        ({"working_days": frozenset()}, "working_days", "no_working_day"),
    ],
)
def test_what_cannot_be_is_said_of_its_field(given: dict[str, object], field: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        validated(Preferences, **given)

    assert (field, code) in [(problem.field, problem.code) for problem in refused.value.problems]


NIGHT = Preferences(quiet_from=20, quiet_until=7)
WEEKDAYS = Preferences(working_days=frozenset({1, 2, 3, 4, 5}))


@pytest.mark.parametrize(
    ("chosen", "when", "until"),
    [
        (Preferences(), berlin(18, 3), None),
        (NIGHT, berlin(18, 19, 59), None),
        (NIGHT, berlin(18, 20), berlin(19, 7)),
        (NIGHT, berlin(19, 6, 59), berlin(19, 7)),
        (NIGHT, berlin(19, 7), None),
        (NIGHT, berlin(24, 23, month=10), berlin(25, 7, month=10)),
        (Preferences(quiet_from=12, quiet_until=13), berlin(18, 12, 30), berlin(18, 13)),
        (WEEKDAYS, berlin(20, 23, 59), None),
        (WEEKDAYS, berlin(21, 0), berlin(23, 0)),
        (NIGHT.model_copy(update={"working_days": frozenset({1})}), berlin(17, 12), berlin(23, 7)),
    ],
)
def test_news_waits_until_the_quiet_is_over(chosen: Preferences, when: datetime, until: datetime | None) -> None:
    for channel in Channel:
        assert chosen.held_until(Kind.COMMENTED, channel, when, BERLIN, is_urgent=True) == until
        assert chosen.held_until(Kind.LINK_MADE, channel, when, BERLIN, is_urgent=False) == until
        assert chosen.held_until(Kind.ASSIGNED, channel, when, BERLIN, is_urgent=False) == until


def test_an_urgent_new_task_waits_for_nothing() -> None:
    always = Preferences(quiet_from=20, quiet_until=7, digest=True, working_days=frozenset({1}))

    for channel in Channel:
        assert always.held_until(Kind.ASSIGNED, channel, berlin(18, 23), BERLIN, is_urgent=True) is None


@pytest.mark.parametrize(
    ("when", "until"),
    [
        (berlin(18, 8, 59), berlin(18, 9)),
        (berlin(18, 9), berlin(19, 9)),
        (berlin(18, 23), berlin(19, 9)),
        (berlin(24, 12, month=10), berlin(25, 9, month=10)),
    ],
)
def test_a_digest_comes_at_the_reminder_hour(when: datetime, until: datetime) -> None:
    chosen = Preferences(digest=True)

    assert chosen.held_until(Kind.ASSIGNED, Channel.EMAIL, when, BERLIN, is_urgent=False) == until
    assert chosen.held_until(Kind.ASSIGNED, Channel.SLACK, when, BERLIN, is_urgent=False) is None
    assert chosen.held_until(Kind.LINK_MADE, Channel.EMAIL, when, BERLIN, is_urgent=False) is None


def test_a_digest_skips_days_off() -> None:
    chosen = Preferences(digest=True, working_days=frozenset({1, 2, 3, 4, 5}))

    until = chosen.held_until(Kind.COMMENTED, Channel.EMAIL, berlin(20, 12), BERLIN, is_urgent=False)

    assert until == berlin(23, 9)


def test_a_reminder_hour_that_the_clock_jumps_over_has_come_right_after() -> None:
    """On 29 March 2026 there is no 02:00 in Berlin: 01:59 is followed by 03:00."""
    chosen = Preferences(reminder_hour=2)

    assert chosen.reminder_day(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), BERLIN) is None
    assert chosen.reminder_day(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), BERLIN) == date(2026, 3, 29)


OFFICE = WorkspaceSettings(reminder_hour=11, reminder_days=(7, 0), business_days=(Weekday.MONDAY, Weekday.TUESDAY))


def effective(chosen: Preferences) -> tuple[int, frozenset[int], frozenset[int]]:
    return chosen.remind_at, chosen.remind_before, chosen.reachable_on


def test_what_somebody_chose_goes_before_the_workspace_and_that_before_the_built_in() -> None:
    every_day = frozenset(range(1, 8))
    own = Preferences(reminder_hour=9, days_before=frozenset({0, 1, 3, 5}), working_days=every_day)

    assert effective(Preferences()) == (9, frozenset({0, 1, 3, 5}), every_day)
    assert effective(Preferences(workspace=OFFICE)) == (11, frozenset({0, 7}), frozenset({1, 2}))
    assert effective(own.model_copy(update={"workspace": OFFICE})) == effective(own)


def test_the_workspaces_hour_waits_for_somebodys_quiet_hours_to_be_over() -> None:
    early = WorkspaceSettings(reminder_hour=6)
    chosen = NIGHT.model_copy(update={"workspace": early})

    assert chosen.remind_at == 7
    assert chosen.reminder_day(berlin(18, 6, 59), BERLIN) is None
    assert chosen.reminder_day(berlin(18, 7), BERLIN) == date(2026, 11, 18)
    assert chosen.model_copy(update={"reminder_hour": 7}).without_defaults(early).reminder_hour is None


def test_news_waits_on_days_that_are_no_business_days() -> None:
    chosen = Preferences(workspace=OFFICE)

    assert chosen.held_until(Kind.COMMENTED, Channel.SLACK, berlin(18, 12), BERLIN, is_urgent=False) == berlin(23, 0)


def test_a_new_task_is_delayed_by_nothing_but_the_persons_own_days() -> None:
    office = Preferences(workspace=OFFICE)
    own = office.model_copy(update={"working_days": frozenset({1, 2})})

    assert office.held_until(Kind.ASSIGNED, Channel.SLACK, berlin(18, 12), BERLIN, is_urgent=False) is None
    assert own.held_until(Kind.ASSIGNED, Channel.SLACK, berlin(18, 12), BERLIN, is_urgent=False) == berlin(23, 0)
