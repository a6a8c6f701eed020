"""A job that changes many tasks: everybody whom they concern is told once a channel, whatever happens on the way."""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.messages.gathered import build_gathered
from core.clock import fresh_event_id
from core.errors import DependencyError
from core.events import Event, EventType
from core.ids import PersonId, TaskId
from core.jobs.model import JobState, TaskChange, TaskChangeKind
from core.notifications.held_news import HeldNewsService
from core.notifications.model import Channel, GatheredNotification, Kind, Notification
from core.notifications.preferences import Preferences
from core.notifications.service import DeliveryService
from core.notifications.weekly import WeeklyDigests
from core.notifications.words import gathered_words
from core.people.model import Actor, Person
from core.storage.memory_deliveries import MemoryDeliveryRepository
from core.storage.memory_reminders import MemoryReminderRepository
from core.tasks.model import NewTask, Task, TaskEdit
from core.tasks.ports import JobStep
from tests.bot.test_built_messages import TITLES, accept
from tests.support.delivery import HandedOver
from tests.support.mails import every_gathered, gathered, mail_of
from tests.support.news import make_task
from tests.support.team import Crash, Team
from tests.support.world import NOW, WORKSPACE, words_of

CANCEL = TaskChange(kind=TaskChangeKind.CANCEL)
MINUTE = timedelta(minutes=1)


class Told:
    """One channel, which keeps every message that goes through it."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.messages: list[tuple[PersonId, Sequence[Notification]]] = []
        self.troubles: list[DependencyError] = []

    def send(self, news: Sequence[Notification], person: Person) -> None:
        if self.troubles:
            raise self.troubles.pop()
        self.messages.append((person.person_id, news))

    def arrived(self, _news: Sequence[Notification], _person: Person) -> frozenset[Any]:
        return frozenset()

    def to(self, person: Person) -> list[GatheredNotification]:
        found = [news for person_id, news in self.messages if person_id == person.person_id]
        assert all(len(news) == 1 and isinstance(news[0], GatheredNotification) for news in found)
        return [news[0] for news in found]  # type: ignore[misc]


class Delivered:
    """The team's events on their way through both channels."""

    def __init__(self, team: Team, wait: timedelta = timedelta(0)) -> None:
        self.team = team
        self.slack, self.mail = Told(Channel.SLACK), Told(Channel.EMAIL)
        records, world = MemoryDeliveryRepository(), team.world
        self._services = [
            DeliveryService(
                records, world.people_kept, world.tasks_kept, channel, HandedOver(), world.preferences_kept,
                world.outbox, world.clock, wait=wait,
            )
            for channel in (self.slack, self.mail)
        ]  # fmt: skip
        self._heard: set[str] = {event.event_id for event in world.tasks_kept.events}

    def events(self) -> list[Event]:
        """What has happened since the beginning."""
        happened = [*self.team.world.tasks_kept.events, *self.team.repository.news]
        return [event for event in happened if event.event_id not in self._heard]

    def deliver(self, events: Sequence[Event]) -> None:
        for event in events:
            for service in self._services:
                with suppress(DependencyError):
                    service.deliver(event)


def give(team: Team, owner: Person, count: int) -> list[TaskId]:
    """The last one made is due first."""
    actor = team.world.acting(team.world.ada)
    new = [
        NewTask(title=f"Task {number}", assigned_to=owner.person_id, deadline=NOW + timedelta(days=90 - number))
        for number in range(count)
    ]
    return [team.world.tasks.create(actor, each).task.task_id for each in new]


def test_thirty_inherited_tasks_are_one_message_and_one_email(team: Team, ada: Actor) -> None:
    given = give(team, team.world.ana, 30)
    delivered = Delivered(team)

    job = team.administration.remove(ada, team.world.ana.person_id, [team.world.ben.person_id])
    team.work()
    delivered.deliver(delivered.events())

    assert team.repository.get(job.job_id).counted == {team.world.ben.person_id: 30}
    for channel in (delivered.slack, delivered.mail):
        [news] = channel.to(team.world.ben)
        assert (news.kind, news.count, news.more) == (Kind.ASSIGNED, 30, 20)
        assert [task.task_id for task in news.tasks] == given[:-11:-1]
    assert len(delivered.slack.messages) == len(delivered.mail.messages) == 1


@pytest.mark.parametrize("seed", range(8))
def test_deaths_repeats_and_any_order_make_no_second_message_and_lose_none(team: Team, ada: Actor, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a history to be repeated
    give(team, team.world.ana, 60)
    delivered, heirs = Delivered(team), [team.world.ben, team.world.chi]
    deaths = dying(team, chance)

    with suppress(Crash):
        team.administration.remove(ada, team.world.ana.person_id, [each.person_id for each in heirs], once="leaving")
    for _ in range(50):
        with suppress(Crash):
            team.work()
    [job] = [team.repository.get(each.job.job_id) for each in team.repository.intents if each.job]
    events = delivered.events() * 2
    chance.shuffle(events)
    delivered.slack.troubles.append(DependencyError("slack", "ratelimited", retryable=True))
    delivered.mail.troubles.append(DependencyError("ses", "Throttling", retryable=True))
    delivered.deliver(events)
    delivered.deliver(events)

    assert next(deaths) > 3
    assert (job.state, job.done) == (JobState.DONE, 60)
    for heir in heirs:
        [by_mail] = delivered.mail.to(heir)
        assert by_mail.count == job.counted[heir.person_id]
    [in_slack] = delivered.slack.to(team.world.ben)
    assert in_slack.count == job.counted[team.world.ben.person_id]
    assert len([each for each in events if each.detail_type is EventType.TASKS_CHANGED]) == 2


def dying(team: Team, chance: random.Random) -> Iterator[int]:
    """Whoever moves tasks dies every now and then, before or after what they write; gives how often."""
    count, kept = 0, team.world.tasks_kept
    save = kept.save

    def perhaps() -> None:
        nonlocal count
        if chance.random() < 0.06:
            count += 1
            raise Crash

    def dies(write: Any) -> Any:
        perhaps()
        saved = save(write)
        perhaps()
        return saved

    kept.save = dies  # type: ignore[method-assign]

    def counted() -> Iterator[int]:
        yield count

    return counted()


def test_a_single_inherited_task_is_told_at_once_as_ever(team: Team, ada: Actor) -> None:
    give(team, team.world.ana, 1)
    delivered = Delivered(team)

    team.administration.remove(ada, team.world.ana.person_id, [team.world.ben.person_id])
    events = delivered.events()
    delivered.deliver(events)

    assert EventType.TASKS_CHANGED not in {event.detail_type for event in events}
    [(person_id, [news])] = delivered.mail.messages
    assert (person_id, news.kind) == (team.world.ben.person_id, Kind.ASSIGNED)


def test_a_bulk_change_tells_the_new_owner_and_the_ones_before_once_each(team: Team, ada: Actor) -> None:
    task_ids = [*give(team, team.world.ana, 3), *give(team, team.world.chi, 1)]
    delivered = Delivered(team)
    to_ben = TaskChange(kind=TaskChangeKind.REASSIGN, owner=team.world.ben.person_id)

    job = team.bulk.change(ada, task_ids, to_ben)
    delivered.deliver(delivered.events())
    team.bulk.undo(ada, job.job_id)
    delivered.deliver(delivered.events())

    world = team.world
    assert [(each.kind, each.count) for each in delivered.slack.to(world.ben)] == [
        (Kind.ASSIGNED, 4), (Kind.UNASSIGNED, 4),
    ]  # fmt: skip
    assert [(each.kind, each.count) for each in delivered.slack.to(world.ana)] == [
        (Kind.UNASSIGNED, 3), (Kind.ASSIGNED, 3),
    ]  # fmt: skip
    assert [(each.kind, each.count) for each in delivered.mail.to(world.chi)] == [
        (Kind.UNASSIGNED, 1), (Kind.ASSIGNED, 1),
    ]  # fmt: skip
    assert delivered.slack.to(world.ada) == []


def test_cancelling_and_moving_deadlines_are_one_message_too(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 3)
    delivered = Delivered(team)
    later = TaskChange(kind=TaskChangeKind.MOVE_DEADLINE, deadline=NOW + timedelta(days=200))

    team.bulk.change(ada, task_ids, later)
    team.bulk.change(ada, task_ids, CANCEL)
    delivered.deliver(delivered.events())

    assert [each.kind for each in delivered.slack.to(team.world.ana)] == [Kind.DEADLINE_CHANGED, Kind.STATUS_CHANGED]


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("kind", [TaskChangeKind.CANCEL, TaskChangeKind.MOVE_DEADLINE])
def test_what_is_undone_while_its_news_waits_is_told_to_nobody(
    team: Team, ada: Actor, kind: TaskChangeKind, count: int
) -> None:
    task_ids = give(team, team.world.ana, count)
    delivered = Delivered(team, wait=MINUTE)

    job = team.bulk.change(ada, task_ids, TaskChange(kind=kind))
    team.world.clock.forward(MINUTE / 2)
    team.bulk.undo(ada, job.job_id)
    delivered.deliver(delivered.events())
    team.world.clock.forward(2 * MINUTE)
    delivered.deliver(delivered.events() * 2)

    assert delivered.slack.messages == delivered.mail.messages == []


def test_what_is_undone_once_it_was_told_is_told_too(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 2)
    delivered = Delivered(team, wait=MINUTE)

    job = team.bulk.change(ada, task_ids, CANCEL)
    team.world.clock.forward(MINUTE)
    delivered.deliver(delivered.events())
    team.bulk.undo(ada, job.job_id)
    team.world.clock.forward(MINUTE)
    delivered.deliver(delivered.events())

    assert [gathered_words(each) for each in delivered.slack.to(team.world.ana)] == [
        "Ada Lind cancelled 2 tasks.", "Ada Lind brought back 2 tasks.",
    ]  # fmt: skip


def test_what_was_undone_before_late_news_came_is_told_as_it_ended(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 2)
    delivered = Delivered(team, wait=MINUTE)

    job = team.bulk.change(ada, task_ids, CANCEL)
    team.world.clock.forward(2 * MINUTE)
    team.bulk.undo(ada, job.job_id)
    team.world.clock.forward(MINUTE)
    delivered.deliver(delivered.events())

    assert [gathered_words(each) for each in delivered.slack.to(team.world.ana)] == ["Ada Lind brought back 2 tasks."]


def test_what_of_it_could_not_be_undone_is_told(team: Team, ada: Actor) -> None:
    first, second = give(team, team.world.ana, 2)
    delivered = Delivered(team, wait=MINUTE)

    job = team.bulk.change(ada, [first, second], CANCEL)
    team.world.tasks.edit(ada, second, TaskEdit(title="Changed since"))
    team.bulk.undo(ada, job.job_id)
    team.world.clock.forward(MINUTE)
    delivered.deliver(delivered.events())

    [news] = delivered.slack.to(team.world.ana)
    assert (gathered_words(news), [each.task_id for each in news.tasks]) == ("Ada Lind cancelled 1 task.", [second])


def test_whoever_begins_it_is_told_nothing_but_the_answer(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ada, 3)
    delivered = Delivered(team)

    team.bulk.change(ada, task_ids, CANCEL)
    delivered.deliver(delivered.events())

    assert delivered.slack.messages == delivered.mail.messages == []


def test_the_end_of_what_nobody_waited_for_is_told_to_whoever_began_it(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 26)
    delivered = Delivered(team)

    team.bulk.change(ada, task_ids, CANCEL)
    team.work()
    delivered.deliver(delivered.events() * 2)

    told = [(person_id, [each.kind for each in news]) for person_id, news in delivered.slack.messages]
    assert sorted(told) == [
        (team.world.ada.person_id, [Kind.JOB_ENDED]),
        (team.world.ana.person_id, [Kind.STATUS_CHANGED]),
    ]


def test_tasks_that_are_somebody_elses_by_now_are_not_named(team: Team, ada: Actor) -> None:
    first, second = give(team, team.world.ana, 2)
    delivered = Delivered(team)
    team.bulk.change(ada, [first, second], TaskChange(kind=TaskChangeKind.REASSIGN, owner=team.world.ben.person_id))
    events = delivered.events()

    team.world.tasks.assign(ada, second, None)
    delivered.deliver(events)

    [news] = delivered.slack.to(team.world.ben)
    assert [task.task_id for task in news.tasks] == [first]


def test_emails_once_a_day_hold_it_back_and_it_comes_then(team: Team, ada: Actor) -> None:
    team.world.preferences_kept.save(team.world.ben.person_id, Preferences(digest=True))
    task_ids = give(team, team.world.ana, 3)
    delivered = Delivered(team)
    team.bulk.change(ada, task_ids, TaskChange(kind=TaskChangeKind.REASSIGN, owner=team.world.ben.person_id))
    delivered.deliver(delivered.events())
    before = delivered.mail.to(team.world.ben)

    world = team.world
    world.clock.forward(timedelta(days=1))
    reminders = MemoryReminderRepository(world.people_kept, world.preferences_kept)
    weekly = WeeklyDigests(world.outbox, reminders, world.tasks_kept, world.people_kept)
    HeldNewsService(world.outbox, weekly, WORKSPACE, fresh_event_id).sweep(world.clock())
    delivered.deliver(world.outbox.events * 2)

    assert (before, [each.count for each in delivered.mail.to(team.world.ben)]) == ([], [3])


# What it says


@pytest.mark.parametrize("news", every_gathered().values(), ids=every_gathered().keys())
def test_the_message_and_the_email_say_the_same(news: GatheredNotification) -> None:
    text, blocks = build_gathered(news, NOW)
    mail = mail_of([news], next(person for person in (Team().world.ana,)))

    assert words_of(blocks).startswith(text)
    assert text in mail.text
    assert f"{news.count} task" in text
    assert all(task.title in words_of(blocks) and task.title in mail.text for task in news.tasks)
    assert mail.unsubscribe is not None


def test_whose_they_were_is_said() -> None:
    text, blocks = build_gathered(gathered(Kind.ASSIGNED, make_task(), more=29, leaver="Lena <b> Berg"), NOW)

    assert text == "Ada Lind gave you 30 tasks of Lena &lt;b&gt; Berg, who is no longer in the team."
    assert "And 29 more. `/task` shows all that are yours." in words_of(blocks)


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_slack_takes_ten_of_any_title(title: str) -> None:
    tasks: list[Task] = [make_task(title=title) for _ in range(10)]

    accept(build_gathered(gathered(Kind.ASSIGNED, *tasks, more=400, leaver="&" * 200), NOW)[1])


def test_a_step_counts_for_everybody_it_concerns(team: Team, ada: Actor) -> None:
    task_ids = give(team, team.world.ana, 3)
    steps: list[JobStep] = []
    count = team.world.tasks_kept.count_step

    def noted(step: JobStep, task: Task) -> bool:
        steps.append(step)
        return count(step, task)

    team.world.tasks_kept.count_step = noted
    team.bulk.change(ada, task_ids, TaskChange(kind=TaskChangeKind.REASSIGN, owner=team.world.ben.person_id))

    expected = {team.world.ben.person_id: Kind.ASSIGNED, team.world.ana.person_id: Kind.UNASSIGNED}
    assert [step.told for step in steps] == [expected] * 3
