"""What people decide about their news: what reaches them, through which channel, and when. Pure but for the port.

Only what differs from the default is kept, so that a better default reaches everybody who never chose. When reminders
come and on which days somebody is to be reached, the workspace's settings say as long as the person does not.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, Protocol
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from core.clock import Clock, EventIds
from core.errors import ForbiddenError
from core.events import Event, EventActor, EventType
from core.frozen import FrozenModel
from core.ids import PersonId, WorkspaceId
from core.notifications.model import Channel, Kind
from core.people.model import Actor
from core.validation import validated
from core.workspace.settings import DAYS_BEFORE, WorkspaceSettings

CHOOSABLE: Final = (
    Kind.ASSIGNED,
    Kind.UNASSIGNED,
    Kind.STATUS_CHANGED,
    Kind.DEADLINE_CHANGED,
    Kind.COMMENTED,
    Kind.DUE,
)
"""What can be turned off. News of links and accounts cannot: they are about who may act as somebody."""
WEEKLY: Final = "weekly"
"""In the place of a channel: the weekly digest goes the way of the person's other news."""
QUARTER: Final = timedelta(minutes=15)
"""How often held-back news is looked at; every zone's hours begin on one of these."""
_AT_ONCE: Final = frozenset({Kind.TEST, Kind.SLACK_ENDED, Kind.JOB_ENDED})
_EVERY_DAY: Final = frozenset(range(1, 8))

_OF_THE_WORKSPACE: Final = {
    "reminder_hour": "remind_at",
    "days_before": "remind_before",
    "working_days": "reachable_on",
}
"""What a person may leave to the workspace's settings, and what then tells how it is."""

Hour = Annotated[int, Field(ge=0, le=23)]


class Ways(FrozenModel, defer_build=True):
    """What a person chose for one kind; None is the default."""

    slack: bool | None = None
    email: bool | None = None


def by_default(kind: Kind, channel: Channel, *, in_slack: bool) -> bool:
    """Whether a kind comes by a channel unless the person says otherwise: by email too only where it matters."""
    return channel is Channel.SLACK or kind is Kind.ASSIGNED or not in_slack


def _known_days(days: frozenset[int]) -> frozenset[int]:
    return days & frozenset(DAYS_BEFORE)


def _at_least_one(days: frozenset[int]) -> frozenset[int]:
    if not days & _EVERY_DAY:
        raise PydanticCustomError("no_working_day", "At least one working day is needed")
    return days & _EVERY_DAY


class Preferences(FrozenModel, defer_build=True):
    """One person's; `version` counts how often they were saved, 0 for never. All hours are where the person is."""

    version: int = 0
    choices: Mapping[str, Ways] = {}
    """By kind; one that this code does not know (yet, or any more) does no harm."""
    digest: bool = False
    """Whether emails about tasks come together once a day, at `reminder_hour`, instead of at once."""
    days_before: Annotated[frozenset[int], AfterValidator(_known_days)] | None = None
    """None, as with the next two of a default: what the workspace's settings say."""
    working_days: Annotated[frozenset[int], AfterValidator(_at_least_one)] | None = None
    """1 is Monday. On the others there is no reminder, and news waits as in quiet hours."""
    quiet_from: Hour | None = None
    quiet_until: Hour | None = Field(default=None, validate_default=True)
    reminder_hour: Hour | None = None
    weekly_digest: bool = False
    """For admins: how the team is doing, once a week."""
    workspace: WorkspaceSettings = WorkspaceSettings()
    """As they stood when the preferences were read; not the person's, and not kept with them."""

    @field_validator("choices")
    @classmethod
    def _assignments_reach_them(cls, choices: Mapping[str, Ways]) -> Mapping[str, Ways]:
        if choices.get(Kind.ASSIGNED) == Ways(slack=False, email=False):
            raise PydanticCustomError("assigned_needs_a_way", "New tasks need a way to reach you")
        return choices

    @field_validator("quiet_until")
    @classmethod
    def _both_ends(cls, until: int | None, others: ValidationInfo) -> int | None:
        begins = others.data.get("quiet_from")
        if (until is None) != (begins is None):
            raise PydanticCustomError("quiet_needs_both", "Quiet hours have a beginning and an end")
        if until is not None and until == begins:
            raise PydanticCustomError("quiet_all_day", "Quiet hours cannot last the whole day")
        return until

    @field_validator("reminder_hour")
    @classmethod
    def _heard(cls, hour: int | None, others: ValidationInfo) -> int | None:
        if hour is not None and _lies_in(hour, others.data.get("quiet_from"), others.data.get("quiet_until")):
            raise PydanticCustomError("reminder_in_quiet", "The reminder would come in the quiet hours")
        return hour

    @property
    def remind_at(self) -> int:
        """The hour of the reminder; the workspace's, where it lies in the person's quiet hours, when they are over."""
        if self.reminder_hour is not None:
            return self.reminder_hour
        hour, until = self.workspace.reminder_hour, self.quiet_until
        return until if until is not None and _lies_in(hour, self.quiet_from, until) else hour

    @property
    def remind_before(self) -> frozenset[int]:
        """How many days before a deadline the person is reminded of it."""
        return frozenset(self.workspace.reminder_days) if self.days_before is None else self.days_before

    @property
    def reachable_on(self) -> frozenset[int]:
        """The days of the week on which the person is told; 1 is Monday."""
        if self.working_days is not None:
            return self.working_days
        return frozenset(day + 1 for day in self.workspace.business_days)

    @property
    def defaults(self) -> "Preferences":
        """What holds for who has chosen nothing."""
        return Preferences(version=self.version, workspace=self.workspace)

    def without_defaults(self, workspace: WorkspaceSettings) -> "Preferences":
        """The same for as long as the workspace's settings stay; what they say too is no choice of the person's."""
        given = self.model_copy(update={"workspace": workspace})
        fallen_back = given.model_copy(update=dict.fromkeys(_OF_THE_WORKSPACE))
        same = {
            name: None
            for name, effective in _OF_THE_WORKSPACE.items()
            if getattr(given, effective) == getattr(fallen_back, effective)
        }
        return given.model_copy(update=same)

    def channels(self, kind: Kind, *, in_slack: bool) -> frozenset[Channel]:
        """By which channels a kind that can be chosen reaches the person."""
        ways = self.choices.get(kind, Ways())
        chosen = {Channel.SLACK: ways.slack, Channel.EMAIL: ways.email}
        usable = Channel if in_slack else (Channel.EMAIL,)
        return frozenset(
            channel
            for channel in usable
            if (by_default(kind, channel, in_slack=in_slack) if chosen[channel] is None else chosen[channel])
        )

    def with_email(self, kind: Kind, *, on: bool, in_slack: bool) -> "Preferences":
        """The same with emails of one kind on or off: what unsubscribing does, and what undoes it.

        A new task that no longer comes by email comes by Slack message again, wherever there is one.
        """
        ways = self.choices.get(kind, Ways())
        slack = None if kind is Kind.ASSIGNED and not on and ways.slack is False else ways.slack
        email = None if on == by_default(kind, Channel.EMAIL, in_slack=in_slack) else on
        return self.model_copy(update={"choices": {**self.choices, kind: Ways(slack=slack, email=email)}})

    def is_quiet(self, when: datetime, zone: ZoneInfo) -> bool:
        """Whether the person is left alone at that moment."""
        local = when.astimezone(zone)
        return local.isoweekday() not in self.reachable_on or _lies_in(local.hour, self.quiet_from, self.quiet_until)

    @property
    def _for_new_tasks(self) -> "Preferences":
        """What holds new tasks back: nothing but what the person chose."""
        return self.model_copy(update={"working_days": self.working_days or _EVERY_DAY})

    def held_until(
        self, kind: Kind, channel: Channel, when: datetime, zone: ZoneInfo, *, is_urgent: bool
    ) -> datetime | None:
        """Until when news of that moment waits; None where it goes at once, as an urgent new task always does."""
        if kind in _AT_ONCE or (is_urgent and kind is Kind.ASSIGNED):
            return None
        if self.digest and channel is Channel.EMAIL and kind in CHOOSABLE and kind is not Kind.DUE:
            return self._next_reminder(when, zone)
        holding = self._for_new_tasks if kind is Kind.ASSIGNED else self
        return holding._end_of_quiet(when, zone) if holding.is_quiet(when, zone) else None

    def reminder_day(self, when: datetime, zone: ZoneInfo) -> date | None:
        """The person's own day whose reminder hour has come, also where the clock jumped over it; None before it."""
        local = when.astimezone(zone)
        comes = local.isoweekday() in self.reachable_on and local.hour >= self.remind_at
        return local.date() if comes else None

    def weekly_hour(self, monday: date, zone: ZoneInfo) -> datetime:
        """When the digest of a week comes: at the reminder hour of its first working day."""
        day = monday + timedelta(days=min(self.reachable_on) - 1)
        return datetime.combine(day, time(self.remind_at), zone).astimezone(UTC)

    def working_day_from(self, day: date) -> date:
        """The day itself where it is a working day, else the next one."""
        while day.isoweekday() not in self.reachable_on:
            day += timedelta(days=1)
        return day

    def next_weekly(self, when: datetime, zone: ZoneInfo) -> datetime:
        """When the next digest after a moment comes."""
        monday = monday_of(when, zone)
        this_week = self.weekly_hour(monday, zone)
        return this_week if this_week > when else self.weekly_hour(monday + timedelta(weeks=1), zone)

    def _next_reminder(self, when: datetime, zone: ZoneInfo) -> datetime:
        passed = self.reminder_day(when, zone)
        moment = _next_quarter(when)
        while self.reminder_day(moment, zone) in {None, passed}:
            moment += QUARTER
        return moment

    def _end_of_quiet(self, when: datetime, zone: ZoneInfo) -> datetime:
        moment = _next_quarter(when)
        while self.is_quiet(moment, zone):
            moment += QUARTER
        return moment


class PreferenceRepository(Protocol):
    def get(self, person_id: PersonId) -> Preferences:
        """Give what the person chose, with the workspace's settings as they stand now."""

    def save(self, person_id: PersonId, preferences: Preferences) -> Preferences:
        """Write them over the version that they were made from, and give them with their new version.

        Raises:
            ConflictError: they were saved meanwhile.
        """

    def announce(self, person_id: PersonId, event: Event) -> None:
        """Write an event of a person's, from where it goes on the bus; one that is written stays as it is."""


class Appointments(Protocol):
    def appoint(self, until: datetime, channel: str, person_id: PersonId) -> None:
        """Have sweeps come back to a person at a quarter of an hour; twice is once."""


class PreferenceService:
    """One's own preferences: nobody sees or changes anybody else's."""

    def __init__(
        self,
        preferences: PreferenceRepository,
        appointments: Appointments,
        workspace: WorkspaceId,
        clock: Clock,
        event_ids: EventIds,
    ) -> None:
        self._preferences = preferences
        self._appointments = appointments
        self._workspace = workspace
        self._clock = clock
        self._event_ids = event_ids

    def get(self, actor: Actor) -> Preferences:
        return self._preferences.get(actor.person_id)

    def save(self, actor: Actor, chosen: Mapping[str, Any]) -> Preferences:
        """Keep what the actor chose; `version` among it is that of the preferences that were shown.

        Raises:
            InvalidInputError: naming the fields that cannot be so.
            ForbiddenError: `settings.weekly_digest`, which is for admins.
            ConflictError: they were saved meanwhile.
        """
        preferences = validated(Preferences, **chosen)
        if preferences.weekly_digest and not actor.person.is_admin:
            raise ForbiddenError("settings.weekly_digest")
        preferences = preferences.without_defaults(self.get(actor).workspace)
        if preferences.weekly_digest:
            first = preferences.next_weekly(self._clock(), actor.person.zone)
            self._appointments.appoint(first, WEEKLY, actor.person_id)
        return self._preferences.save(actor.person_id, preferences)

    def send_test(self, actor: Actor) -> None:
        """Have the actor told, by every channel and at once, that news reaches them."""
        now = self._clock()
        event = Event(
            detail_type=EventType.TEST_REQUESTED,
            event_id=self._event_ids(now),
            occurred_at=now,
            workspace=self._workspace,
            actor=EventActor.of(actor),
        )
        self._preferences.announce(actor.person_id, event)


def monday_of(when: datetime, zone: ZoneInfo) -> date:
    """The first day of the week in which a moment lies."""
    local = when.astimezone(zone).date()
    return local - timedelta(days=local.weekday())


def _lies_in(hour: int, begins: int | None, ends: int | None) -> bool:
    if begins is None or ends is None:
        return False
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends


def _next_quarter(when: datetime) -> datetime:
    passed = timedelta(minutes=when.minute % 15, seconds=when.second, microseconds=when.microsecond)
    return when - passed + QUARTER
