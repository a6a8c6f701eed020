"""The reminder in Slack: what it shows, and what its buttons do in their own row."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.ids import Action
from bot.messages.reminders import build_reminder
from core.clock import fresh_event_id
from core.events import Event, EventActor, EventType, Reminder
from core.ids import TaskId
from core.notifications.model import Kind, ReminderNotification
from core.notifications.reminders import LISTED
from core.people.model import Person
from core.tasks.model import NewTask, Task, TaskStatus
from infra.local.slack.rules.check import check_message
from tests.bot.test_built_messages import TITLES, fullest
from tests.support.news import ADA, ANA
from tests.support.world import NOW, WORKSPACE, SlackPlayed, World, words_of

TODAY = date(2026, 11, 18)


def reminder_of(tasks: list[Task], person: Person, more: int = 0) -> ReminderNotification:
    facts = Reminder(
        person_id=person.person_id, day=TODAY, task_ids=tuple(task.task_id for task in tasks), count=len(tasks) + more
    )
    event = Event(
        detail_type=EventType.TASK_DUE, event_id=fresh_event_id(NOW), occurred_at=NOW, workspace=WORKSPACE,
        actor=EventActor.of_the_system(), reminder=facts,
    )  # fmt: skip
    return ReminderNotification(Kind.DUE, event, person.person_id, tasks, more)


def reminded(world: World, *days: int) -> dict[str, Any]:
    """Ana's tasks due in so many days, in a reminder as it stands in her DM."""
    tasks = [
        world.tasks.create(
            world.acting(world.ana),
            NewTask(title=f"Due in {each}", assigned_to=world.ana.person_id, deadline=NOW + timedelta(days=each)),
        ).task
        for each in days
    ]
    text, blocks = build_reminder(reminder_of(tasks, world.ana), world.ana, world.clock())
    return {"ts": "1.1", "text": text, "blocks": blocks}


def press(slack: SlackPlayed, person: Person, message: dict[str, Any], **action: Any) -> str:
    """Press in the message; gives what stands in its place then."""
    slack.press(
        person,
        action["action_id"],
        "",
        message=message,
        actions=[{"action_ts": f"{len(slack.ears.responses)}.0", **action}],
    )
    response = slack.ears.responses[-1]
    if response["replace_original"]:
        message["blocks"] = response["blocks"]
    return words_of(response["blocks"])


def test_it_counts_and_lists_what_is_due_soonest_first() -> None:
    deadlines = [NOW - timedelta(days=1), NOW + timedelta(hours=1), NOW + timedelta(days=1), NOW + timedelta(days=5)]
    tasks = [fullest("x").model_copy(update={"deadline": each, "task_status": TaskStatus.OPEN}) for each in deadlines]

    text, blocks = build_reminder(reminder_of(tasks, ANA, more=3), ANA, NOW)

    assert text == "What waits for you: 1 overdue, 1 due today, 1 due tomorrow, 1 due in 5 days."
    assert "And 3 more" in words_of(blocks)
    assert "*overdue*" in words_of(blocks)


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
@pytest.mark.parametrize("number", [1, LISTED])
@pytest.mark.parametrize("more", [0, 500])
def test_slack_takes_any_reminder(title: str, number: int, more: int) -> None:
    tasks = [
        fullest(title).model_copy(update={"task_id": f"T-{each + 1}" + "0" * 9, "deadline": NOW + timedelta(days=each)})
        for each in range(number)
    ]

    text, blocks = build_reminder(reminder_of(tasks, ADA, more), ADA, NOW)

    check_message({"channel": "D0", "text": text, "blocks": blocks})


def test_done_leaves_alone_what_somebody_cancelled_meanwhile(slack: SlackPlayed, world: World) -> None:
    message = reminded(world, 1)
    world.tasks.change_status(world.acting(world.ada), TaskId("T-1"), TaskStatus.CANCELLED)

    shown = press(slack, world.ana, message, action_id=Action.DUE_DONE, type="button", value="T-1")

    assert "Ada Lind moved it to cancelled meanwhile, so I left it as it is." in shown
    assert world.tasks.get(TaskId("T-1")).task_status is TaskStatus.CANCELLED


def test_done_finishes_the_task_and_says_so_in_its_row(slack: SlackPlayed, world: World) -> None:
    message = reminded(world, 1, 3)

    shown = press(slack, world.ana, message, action_id=Action.DUE_DONE, value="T-1")

    assert world.tasks.get("T-1").task_status is TaskStatus.DONE  # type: ignore[arg-type]
    assert "Done. To open it again: /task reopen T-1" in shown
    assert "Due in 3" in shown
    shown = press(slack, world.ana, message, action_id=Action.DUE_DONE, value="T-2")
    assert shown.count("Done.") == 2
    assert "Snooze" not in shown


@pytest.mark.parametrize(
    ("now", "choice", "until"),
    [
        (NOW, "tomorrow", date(2026, 11, 19)),
        (NOW, "next_week", date(2026, 11, 23)),
        (datetime(2026, 11, 23, 12, tzinfo=UTC), "next_week", date(2026, 11, 30)),
        (datetime(2026, 11, 19, 1, tzinfo=UTC), "tomorrow", date(2026, 11, 19)),
    ],
    ids=["tomorrow", "the Monday after", "from a Monday", "her tomorrow, not ours"],
)
def test_snooze_keeps_a_task_out_until_a_day_of_hers(
    slack: SlackPlayed, world: World, now: datetime, choice: str, until: date
) -> None:
    message = reminded(world, 1, 3)
    world.clock.now = now

    shown = press(slack, world.ana, message, action_id=Action.DUE_SNOOZE, selected_option={"value": f"T-2 {choice}"})

    [kept] = world.reminders_kept.remindable([world.ana.person_id])
    assert kept.snoozed == {"T-2": until}
    assert f"Snoozed until {until:%A} {until.day}" in shown


def test_snooze_until_a_day_that_is_picked(slack: SlackPlayed, world: World) -> None:
    message = reminded(world, 1)
    picker = {"action_id": f"{Action.DUE_SNOOZE_UNTIL}:T-1"}

    assert "after today" in press(slack, world.ana, message, **picker, selected_date="2026-11-18")
    shown = press(slack, world.ana, message, **picker, selected_date="2026-12-01")

    assert "Snoozed until Tuesday 1 December 2026" in shown
    assert world.reminders_kept.remindable([world.ana.person_id])[0].snoozed == {"T-1": date(2026, 12, 1)}


def test_nobody_snoozes_what_is_not_theirs_any_more(slack: SlackPlayed, world: World) -> None:
    message = reminded(world, 1)

    shown = press(slack, world.ben, message, action_id=Action.DUE_SNOOZE, selected_option={"value": "T-1 tomorrow"})

    assert "not yours" in shown
    assert world.reminders_kept.remindable([world.ben.person_id])[0].snoozed == {}


def test_nobody_finishes_what_is_not_theirs(slack: SlackPlayed, world: World) -> None:
    message = reminded(world, 1)

    shown = press(slack, world.ben, message, action_id=Action.DUE_DONE, value="T-1")

    assert "Only the owner" in shown
    assert world.tasks.get("T-1").is_open  # type: ignore[arg-type]


def test_the_same_press_twice_changes_nothing_twice(slack: SlackPlayed, world: World) -> None:
    message = reminded(world, 1)

    for _ in range(2):
        press(slack, world.ana, message, action_id=Action.DUE_DONE, value="T-1", action_ts="5.0")

    assert world.tasks.get("T-1").version == 2  # type: ignore[arg-type]
