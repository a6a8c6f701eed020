"""Every event on the bus. An event is also the history entry of the change that it announces.

Readers accept every version ever written: fields are only added, each with a default.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from core.frozen import FrozenModel
from core.ids import EventId, JobId, PersonId, SlackUserId, TaskId, WorkspaceId
from core.links.model import LinkFacts
from core.people.model import Actor, Entry, PersonRef
from core.suppression.model import Suppression
from core.tasks.model import Task
from core.validation import validated

SOURCE: Final = "app.taskmgmt"
VERSION: Final = 1


class EventType(StrEnum):
    """The `detail-type` on the bus."""

    TASK_CREATED = "TaskCreated"
    TASK_ASSIGNED = "TaskAssigned"
    TASK_UNASSIGNED = "TaskUnassigned"
    TASK_STATUS_CHANGED = "TaskStatusChanged"
    TASK_UPDATED = "TaskUpdated"
    TASK_COMMENTED = "TaskCommented"
    TASK_DELETED = "TaskDeleted"
    TASK_DUE = "TaskDue"
    MEMBER_ADDED = "MemberAdded"
    MEMBER_CHANGED = "MemberChanged"
    """Names, groups, whether they may sign in; or they were sent a temporary password, which no event carries."""
    MEMBER_REMOVED = "MemberRemoved"
    SETTINGS_CHANGED = "SettingsChanged"
    JOB_BEGUN = "JobBegun"
    """For the function that finishes jobs: it is no news to anybody, and says nothing but which job."""
    TASKS_CHANGED = "TasksChanged"
    """A job has changed many tasks: for those whom they concern, in the place of news of each."""
    JOB_ENDED = "JobEnded"
    """One that was left to that function, for whoever began it: which job, and nothing else."""
    LINK_REQUESTED = "LinkRequested"
    LINK_MADE = "LinkMade"
    LINK_DENIED = "LinkDenied"
    LINK_REMOVED = "LinkRemoved"
    SLACK_ENDED = "SlackEnded"
    """Slack does not let the app in any more; it goes from one notifier to the other, not over the bus."""
    MAIL_SUPPRESSED = "MailSuppressed"
    MAIL_RESUMED = "MailResumed"
    PERSON_UNREACHED = "PersonUnreached"
    """Neither channel takes somebody's news: `member` says whose, the change of `email` which address."""
    NEWS_DUE = "NewsDue"
    """What was held back for somebody may go now."""
    TEST_REQUESTED = "TestRequested"
    """Somebody wants to see that their own news reaches them."""


class EventActor(FrozenModel):
    """Who did it, through which door."""

    person_id: PersonId
    name: str
    slack_user_id: SlackUserId | None = None
    entry: Entry

    @classmethod
    def of(cls, actor: Actor) -> "EventActor":
        return cls(
            person_id=actor.person_id,
            name=actor.person.name,
            slack_user_id=actor.person.slack_user_id,
            entry=actor.entry,
        )

    @classmethod
    def of_the_system(cls) -> "EventActor":
        """Nobody did it: its time has come."""
        return cls(person_id=PersonId("task-bot"), name="Task Bot", entry=Entry.SYSTEM)

    @property
    def ref(self) -> PersonRef:
        return PersonRef(person_id=self.person_id, name=self.name, slack_user_id=self.slack_user_id)


class Change(FrozenModel):
    """One field, from what to what, in the words of the event's JSON."""

    field: str
    before: Any = None
    after: Any = None


class Reminder(FrozenModel):
    """What a person is reminded of on one of their days; `count` may be more than the tasks that are named."""

    person_id: PersonId
    day: date
    task_ids: tuple[TaskId, ...]
    count: int


class TeamWeek(FrozenModel):
    """How the team is doing: how many there are of each, and some of them by name.

    `week` is the Monday of the week it is for, where its reader is.
    """

    week: date | None = None
    overdue: int
    longest_overdue: tuple[TaskId, ...]
    unassigned: int
    idle: tuple[str, ...]


class Release(FrozenModel):
    """Whose held-back news may go, through which channel, and until when it was held."""

    person_id: PersonId
    channel: str
    until: datetime


class MemberFacts(FrozenModel):
    """Whom an administrative act was about."""

    person_id: PersonId
    name: str


class JobRef(FrozenModel):
    """The job that an event is part of; `kind` tells readers what led to, say, two hundred assignments."""

    job_id: JobId
    kind: str
    is_gathered: bool = False
    """Whether people are told of all that it did to tasks at once, when it has ended."""


class Gathered(FrozenModel):
    """What a job did to tasks that concern somebody; `count` may be more than the tasks that are named."""

    person_id: PersonId
    kind: str
    count: int
    task_ids: tuple[TaskId, ...]


class Event(FrozenModel):
    """What happened, with what it is about as it stood right after; other fields say more of some events."""

    detail_type: EventType
    version: int = VERSION
    event_id: EventId
    occurred_at: datetime
    workspace: WorkspaceId
    actor: EventActor
    task: Task | None = None
    link: LinkFacts | None = None
    suppression: Suppression | None = None
    reminder: Reminder | None = None
    release: Release | None = None
    team_week: TeamWeek | None = None
    member: MemberFacts | None = None
    job: JobRef | None = None
    gathered: tuple[Gathered, ...] = ()
    changes: tuple[Change, ...] = ()
    note: str | None = None

    @property
    def changes_task(self) -> bool:
        """Whether the task was another afterwards: a comment leaves it as it is."""
        return self.detail_type is not EventType.TASK_COMMENTED

    @property
    def task_version(self) -> int | None:
        """Which version of its task it has left."""
        return self.task.version if self.task else None

    @property
    def is_gathered(self) -> bool:
        """Whether nobody is told of it by itself: the end of its job says it together with others."""
        return self.task is not None and self.job is not None and self.job.is_gathered

    def change_of(self, field: str) -> Change | None:
        """What happened to a field of the task; None where it stayed as it was."""
        return next((change for change in self.changes if change.field == field), None)

    @property
    def envelope(self) -> dict[str, Any]:
        """The event as EventBridge hands it to a target, as far as a reader needs it."""
        return {"source": SOURCE, "detail-type": self.detail_type, "detail": self.detail}

    @property
    def detail(self) -> dict[str, Any]:
        """The JSON object that travels as the event's `detail`."""
        return self.model_dump(mode="json", exclude={"detail_type"}, exclude_none=True)

    @classmethod
    def from_bus(cls, envelope: dict[str, Any]) -> "Event":
        """Read an event as EventBridge hands it to a target; raise InvalidInputError."""
        return validated(cls, **{**envelope["detail"], "detail_type": envelope["detail-type"]})
