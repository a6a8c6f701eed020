"""A scripted week of a team: how many messages and mails reach each person a day, beside one for each change.

Eight people in four zones, 60 tasks, 400 changes. Everything but the table and the channels is the real thing: the
task service makes the events, the delivery decides and gathers, the sweeps remind. Nobody changed their settings.
"""

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from core.clock import fresh_event_id
from core.events import Event
from core.ids import EventId, PersonId, TaskId
from core.notifications.model import Channel, Kind, Notification, ReminderNotification, TaskNotification
from core.notifications.plan import notifications_for
from core.notifications.preferences import QUARTER, Preferences
from core.notifications.reminders import ReminderService
from core.people.model import Actor, Entry, Group, Person
from core.people.service import PeopleService
from core.storage.memory_reminders import MemoryReminderRepository
from core.tasks.model import NewTask, TaskStatus
from core.tasks.service import TaskService
from tests.support.delivery import WAIT, Kept
from tests.support.figures import Figures
from tests.support.world import WORKSPACE, HeldClock, PlayedCognito, make_person

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
DAYS, TASKS, CHANGES = 5, 60, 400
ZONES = ("Europe/Stockholm", "Africa/Lagos", "America/Sao_Paulo", "Asia/Kolkata")
TEAM = [
    make_person(f"P{number} X", Group.ADMINS if number < 2 else Group.TEAM_MEMBERS, time_zone=ZONES[number % 4])
    for number in range(8)
]


class Counting:
    """A channel that counts what it sends, by person and day of theirs; `replies` are those in a card's thread."""

    def __init__(self, channel: Channel, clock: HeldClock) -> None:
        self.channel = channel
        self._clock = clock
        self._cards: set[tuple[PersonId, TaskId]] = set()
        self.sent: Counter[tuple[PersonId, date]] = Counter()
        self.replies: Counter[tuple[PersonId, date]] = Counter()
        self.reminders: Counter[tuple[PersonId, date]] = Counter()

    def send(self, news: Sequence[Notification], person: Person) -> None:
        day = person.person_id, self._clock().astimezone(person.zone).date()
        self.sent[day] += 1
        match news[0]:
            case ReminderNotification():
                self.reminders[day] += 1
            case TaskNotification(task=task) if (person.person_id, task.task_id) in self._cards:
                self.replies[day] += 1
            case TaskNotification(task=task):
                self._cards.add((person.person_id, task.task_id))

    def arrived(self, _news: Sequence[Notification], _person: Person) -> frozenset[EventId]:
        return frozenset()


class Week:
    """The team at work, with queues that bring every event to both channels when it may go."""

    def __init__(self, chosen: Preferences | None = None) -> None:
        self.kept = Kept()
        self.clock = self.kept.clock
        self.clock.now = MONDAY
        self.kept.add(*TEAM)
        cognito = PlayedCognito(self.clock)
        for person in TEAM:
            cognito.known[person.person_id] = (person.groups, True)
            if chosen is not None:
                self.kept.preferences.save(person.person_id, chosen)
        people = PeopleService(self.kept.people, cognito, self.clock)
        self.tasks = TaskService(self.kept.tasks, people, WORKSPACE, self.clock, fresh_event_id)
        self.channels = {channel: Counting(channel, self.clock) for channel in Channel}
        self._services = [self.kept.service(each, wait=WAIT) for each in self.channels.values()]
        kept = MemoryReminderRepository(self.kept.people, self.kept.preferences)
        self._reminders = ReminderService(self.kept.tasks, kept, WORKSPACE, fresh_event_id)
        self._held = self.kept.held_news()
        self._logs = [kept.events, self.kept.outbox.events]
        self._queue: list[tuple[datetime, int, int, Event]] = []
        self._numbers = itertools.count()
        self._seen: set[EventId] = set()
        self.naive: Counter[Kind] = Counter()
        """One message for each change and recipient."""

    def run(self) -> None:
        """Let the week pass: changes when people make them, sweeps every quarter of an hour, deliveries when due."""
        changes, sweep = script(), MONDAY
        upcoming = next(changes, None)
        end = MONDAY + timedelta(days=DAYS)
        while sweep < end:
            due = min(sweep, upcoming[0] if upcoming else end, self._queue[0][0] if self._queue else end)
            self.clock.now = max(due, self.clock.now)
            if self._queue and self._queue[0][0] <= due:
                self._deliver()
            elif upcoming and upcoming[0] <= due:
                self._change(*upcoming[1:])
                upcoming = next(changes, None)
            else:
                self._held.sweep(self.clock.now)
                self._reminders.sweep(self.clock.now)
                sweep += QUARTER
            self._announce()

    def _announce(self) -> None:
        histories = [*self.kept.tasks._events.values(), *self._logs]
        for event in [each for history in histories for each in history if each.event_id not in self._seen]:
            self._seen.add(event.event_id)
            if event.task is not None:
                self.naive.update(each.kind for each in notifications_for(event))
            for service in range(len(self._services)):
                heapq.heappush(self._queue, (self.clock.now, next(self._numbers), service, event))

    def _deliver(self) -> None:
        _, _, service, event = heapq.heappop(self._queue)
        again = self._services[service].deliver(event)
        if again is not None:
            heapq.heappush(self._queue, (again, next(self._numbers), service, event))

    def _change(self, what: str, number: int, chance: random.Random) -> None:
        """One change of the script, by whoever may make it."""
        admin = chance.choice(TEAM[:2])
        if what == "new":
            due = self.clock.now + timedelta(days=chance.choice([1, 2, 3, 5, 8]))
            new = NewTask(title=f"Task {number}", assigned_to=chance.choice(TEAM).person_id, deadline=due)
            self.tasks.create(Actor(person=admin, entry=Entry.SLACK), new)
            return
        task_id = TaskId(f"T-{number}")
        task = self.tasks.get(task_id)
        owner = next(person for person in TEAM if person.person_id == task.owner_id)
        match what:
            case "start" | "block" | "done":
                status = {"start": TaskStatus.IN_PROGRESS, "block": TaskStatus.BLOCKED, "done": TaskStatus.DONE}[what]
                self.tasks.change_status(Actor(person=owner, entry=Entry.SLACK), task_id, status)
            case "comment":
                by = chance.choice([owner, admin])
                self.tasks.comment(Actor(person=by, entry=Entry.SLACK), task_id, f"On it {self.clock.now}")
            case "due":
                moved = self.clock.now + timedelta(days=chance.choice([2, 4, 6]))
                self.tasks.set_deadline(Actor(person=admin, entry=Entry.SLACK), task_id, moved)
            case "assign":
                others = [person for person in TEAM if person != owner]
                self.tasks.assign(Actor(person=admin, entry=Entry.SLACK), task_id, chance.choice(others).person_id)


def script() -> Iterator[tuple[datetime, str, int, random.Random]]:
    """400 changes in working hours: 60 new tasks, and then to each what happens to tasks, half of it in one go."""
    chance = random.Random(8)  # noqa: S311 - the same week every time
    moments = sorted(
        MONDAY + timedelta(days=day, hours=8, seconds=chance.randrange(9 * 3600))
        for day in range(DAYS)
        for _ in range(CHANGES // DAYS)
    )
    made, left = 0, list[tuple[str, int]]()
    previous: tuple[datetime, int] | None = None
    for index, moment in enumerate(moments):
        if made < TASKS and (made == 0 or index % 5 == 0 or CHANGES - index <= TASKS - made):
            made += 1
            yield moment, "new", made, chance
            continue
        left = left or [
            ("start", 0),
            ("comment", 0),
            ("due", 0),
            ("comment", 0),
            ("block", 0),
            ("assign", 0),
            ("done", 0),
        ]
        what, _ = left.pop(chance.randrange(len(left)))
        # Every other change follows another one of the same task within seconds, as people work.
        in_one_go = previous is not None and index % 2 == 0
        number = previous[1] if in_one_go and previous else chance.randint(1, made)
        when = min(moment, previous[0] + timedelta(seconds=chance.randint(5, 40))) if in_one_go and previous else moment
        previous = (when, number)
        yield when, what, number, chance


def test_a_teams_week_in_messages_a_day(figures: Figures) -> None:
    week = Week()
    week.run()

    slack, email = (week.channels[channel] for channel in Channel)
    naive, replies, reminders = week.naive.total(), slack.replies.total(), slack.reminders.total()
    new = slack.sent.total() - replies
    figures.say(f"a week of 8 people, {TASKS} tasks, {CHANGES} changes, in messages a person and day:")
    figures.say(f"  one for each change and recipient  {_daily(naive)} Slack messages, as many emails")
    figures.say(
        f"  Task Bot  {_daily(new)} new Slack messages ({_daily(reminders)} of them reminders), "
        f"{_daily(replies)} replies in their threads, {_daily(email.sent.total())} emails"
    )
    assert max(slack.reminders.values()) == 1
    assert slack.sent.total() - reminders < naive
    assert new < naive / 2
    assert email.sent.total() == week.naive[Kind.ASSIGNED]


def _daily(total: int) -> str:
    return f"{total / len(TEAM) / DAYS:.1f}"


def test_the_same_week_with_a_daily_digest_is_one_mail_a_day(figures: Figures) -> None:
    week = Week(Preferences(digest=True))
    week.run()

    mails = week.channels[Channel.EMAIL].sent
    figures.say(f"the same week with daily digests: {sum(mails.values())} emails, at most {max(mails.values())} a day")
    assert max(mails.values()) == 1
