"""What holding news back promises, whoever keeps it."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.clock import fresh_event_id
from core.errors import ConflictError
from core.events import Event, EventActor, EventType, Release, TeamWeek
from core.ids import PersonId, TaskId
from core.links.model import LinkFacts
from core.notifications.model import Channel, Kind
from core.notifications.preferences import WEEKLY
from core.storage import schema
from core.storage.dynamodb.people import activity_item
from core.storage.dynamodb.table import Partition, Table
from core.tasks.model import Task
from core.tasks.ports import TaskWrite
from tests.core.storage.conftest import TABLE, Kept, kept_in_dynamodb
from tests.support.link_news import link_event
from tests.support.mails import gathered
from tests.support.news import ADA as ADA_LIND
from tests.support.news import ANA as ANA_SILVA
from tests.support.news import assigned, commented, make_task
from tests.support.recorded import RecordedCalls
from tests.support.world import NOW, WORKSPACE, HeldClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNTIL = NOW.replace(minute=45)
ANA, BEN = PersonId("sub-ana"), PersonId("sub-ben")


def written(kept: Kept, *events: Event) -> tuple[Event, ...]:
    """The same events, in the history."""
    for person in (ADA_LIND, ANA_SILVA):
        kept.people.add(person)
    for event in events:
        assert event.task is not None
        kept.filler.save(TaskWrite(None, event.task, (event,)))
    return events


def release_of(person_id: PersonId, channel: Channel = Channel.SLACK) -> Release:
    return Release(person_id=person_id, channel=channel, until=UNTIL)


def let_go(release: Release) -> Event:
    return Event(
        detail_type=EventType.NEWS_DUE,
        event_id=fresh_event_id(NOW),
        occurred_at=NOW,
        workspace=WORKSPACE,
        actor=EventActor.of_the_system(),
        release=release,
    )


def ids(events: object) -> set[str]:
    return {event.event_id for event in events}  # type: ignore[attr-defined]


def test_news_is_held_by_person_channel_and_time(kept: Kept) -> None:
    first, second = written(kept, assigned(), assigned())
    held = [
        kept.outbox.hold(UNTIL, Channel.SLACK, ANA, first),
        kept.outbox.hold(UNTIL, Channel.SLACK, ANA, second),
        kept.outbox.hold(UNTIL, Channel.SLACK, ANA, first),
        kept.outbox.hold(UNTIL, Channel.EMAIL, ANA, first),
        kept.outbox.hold(UNTIL, Channel.SLACK, BEN, second),
        kept.outbox.hold(UNTIL + timedelta(minutes=15), Channel.SLACK, ANA, first),
    ]

    assert held == [True] * 6
    assert ids(kept.outbox.held(UNTIL, Channel.SLACK, ANA)) == ids([first, second])
    assert list(kept.outbox.held(UNTIL, Channel.EMAIL, ANA)) == [first]
    assert list(kept.outbox.held(UNTIL, Channel.EMAIL, BEN)) == []
    waiting = {(each.person_id, each.channel) for each in kept.outbox.waiting(UNTIL)}
    assert waiting == {(ANA, "slack"), (ANA, "email"), (BEN, "slack")}


def test_what_was_let_go_goes_once_and_takes_nothing_more(kept: Kept) -> None:
    first, second = written(kept, assigned(), assigned())
    kept.outbox.hold(UNTIL, Channel.SLACK, ANA, first)
    release = release_of(ANA)
    kept.outbox.release(release, let_go(release))

    with pytest.raises(ConflictError):
        kept.outbox.release(release, let_go(release))

    assert not kept.outbox.hold(UNTIL, Channel.SLACK, ANA, second)
    assert list(kept.outbox.waiting(UNTIL)) == []
    assert list(kept.outbox.held(UNTIL, Channel.SLACK, ANA)) == [first], "the delivery reads it after that"


def test_an_appointment_waits_like_news_and_holds_none(kept: Kept) -> None:
    kept.outbox.appoint(UNTIL, "weekly", ANA)
    kept.outbox.appoint(UNTIL, "weekly", ANA)
    [release] = kept.outbox.waiting(UNTIL)

    kept.outbox.release(release, let_go(release))
    kept.outbox.appoint(UNTIL, "weekly", ANA)

    assert (release.person_id, release.channel) == (ANA, "weekly")
    assert list(kept.outbox.waiting(UNTIL)) == []


def test_nothing_is_let_go_that_was_not_held(kept: Kept) -> None:
    release = release_of(ANA)

    with pytest.raises(ConflictError):
        kept.outbox.release(release, let_go(release))


def test_a_week_is_summed_up_for_somebody_once(kept: Kept) -> None:
    nine, eleven = (Release(person_id=ANA, channel=WEEKLY, until=UNTIL + timedelta(hours=hour)) for hour in (0, 2))
    bens = release_of(BEN).model_copy(update={"channel": WEEKLY})
    for release in (nine, eleven, bens):
        kept.outbox.appoint(release.until, WEEKLY, release.person_id)
    week = TeamWeek(week=NOW.date(), overdue=1, longest_overdue=(), unassigned=0, idle=())
    kept.outbox.release(nine, let_go(nine).model_copy(update={"team_week": week}))

    with pytest.raises(ConflictError):
        kept.outbox.release(eleven, let_go(eleven).model_copy(update={"team_week": week}))

    kept.outbox.release(bens, let_go(bens).model_copy(update={"team_week": week}))
    next_week = week.model_copy(update={"week": NOW.date() + timedelta(weeks=1)})
    kept.outbox.release(eleven, let_go(eleven).model_copy(update={"team_week": next_week}))


def test_how_far_sweeps_came_is_remembered(kept: Kept) -> None:
    assert kept.outbox.swept_until() is None

    kept.outbox.remember_swept(UNTIL)

    assert kept.outbox.swept_until() == UNTIL


def test_events_that_are_no_tasks_are_read_where_the_history_has_them(dynamodb: "DynamoDBClient") -> None:
    kept, table, keys = kept_in_dynamodb(dynamodb, TABLE, HeldClock()), Table(dynamodb, TABLE), schema.Keys(WORKSPACE)
    about_link = link_event(EventType.LINK_MADE)
    assert isinstance(about_link.link, LinkFacts)
    table.put(activity_item(keys, about_link.link.person_id, about_link))

    kept.outbox.hold(UNTIL, Channel.SLACK, ANA, about_link)

    assert list(kept.outbox.held(UNTIL, Channel.SLACK, ANA)) == [about_link]


def test_what_a_job_did_to_many_tasks_is_read_where_the_job_has_it(dynamodb: "DynamoDBClient") -> None:
    kept, table, keys = kept_in_dynamodb(dynamodb, TABLE, HeldClock()), Table(dynamodb, TABLE), schema.Keys(WORKSPACE)
    news = gathered(Kind.ASSIGNED, make_task()).event
    assert news.job is not None
    key = keys.job_activity(news.job.job_id, news.event_id)
    table.put({**key, "type": schema.ACTIVITY, "detail_type": news.detail_type, **news.detail})

    kept.outbox.hold(UNTIL, Channel.EMAIL, ANA, news)

    assert list(kept.outbox.held(UNTIL, Channel.EMAIL, ANA)) == [news]


def test_letting_go_writes_the_event_and_the_mark_as_one(dynamodb: "DynamoDBClient", calls: RecordedCalls) -> None:
    kept, table, keys = kept_in_dynamodb(dynamodb, TABLE, HeldClock()), Table(dynamodb, TABLE), schema.Keys(WORKSPACE)
    kept.outbox.hold(UNTIL, Channel.SLACK, ANA, assigned())
    release = release_of(ANA)

    kept.outbox.release(release, let_go(release))

    assert calls.operations[-1] == "TransactWriteItems"
    history = Partition(keys.person(ANA)[schema.PARTITION_KEY], prefix=schema.ACTIVITY_PREFIX)
    [entry], _ = table.page(history, limit=10)
    assert (entry["type"], Event.model_validate(entry).release) == (schema.ACTIVITY, release)


def test_many_held_events_are_read_in_batches(kept: Kept) -> None:
    events = written(kept, *(assigned() for _ in range(120)))
    for event in events:
        kept.outbox.hold(UNTIL, Channel.EMAIL, ANA, event)

    assert ids(kept.outbox.held(UNTIL, Channel.EMAIL, ANA)) == ids(events)


def test_tasks_are_read_as_they_stand(kept: Kept) -> None:
    tasks: list[Task] = [make_task() for _ in range(120)]
    written(kept, *map(assigned, tasks))
    gone = tasks[0].model_copy(update={"version": 2, "deleted_at": NOW})
    kept.tasks.save(TaskWrite(tasks[0], gone, (commented(gone),)))

    current = kept.history.current([*(task.task_id for task in tasks), tasks[1].task_id, TaskId("T-999999")])

    assert current == {task.task_id: task for task in tasks[1:]}
