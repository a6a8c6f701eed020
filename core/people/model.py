"""What a person is to the product, and the person as the one who acts."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.frozen import FrozenModel
from core.ids import EventId, PersonId, SlackUserId
from core.plain_text import Plain

ROLES_GOOD_FOR: Final = timedelta(seconds=60)
"""How long what Cognito said of a person is believed."""


def place(zone: ZoneInfo) -> str:
    """What people call a zone by."""
    return zone.key.rpartition("/")[2].replace("_", " ")


class Group(StrEnum):
    """The Cognito groups that mean something here."""

    ADMINS = "Admins"
    TEAM_MEMBERS = "TeamMembers"


class SlackStatus(StrEnum):
    """What a Slack user is to the workspace."""

    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    STRANGER = "stranger"
    """Of another workspace, in a shared channel."""
    DEACTIVATED = "deactivated"

    def may_act(self, *, guests: bool) -> bool:
        """Whether the product listens to such a user; to guests only where the team has opened itself to them."""
        return self is SlackStatus.MEMBER or (guests and self is SlackStatus.GUEST)


class Entry(StrEnum):
    """Through which door somebody came; history names it."""

    SLACK = "slack"
    API = "api"
    EMAIL = "email"
    SYSTEM = "system"
    """Nobody: the product itself, when the hour has come."""


class Roles(FrozenModel):
    """What Cognito says of a person, and when it was asked."""

    groups: frozenset[str]
    enabled: bool
    checked_at: datetime

    @property
    def is_admin(self) -> bool:
        return self.enabled and Group.ADMINS in self.groups


class Account(FrozenModel):
    """A user of the pool, as Cognito has them now."""

    person_id: PersonId
    email: str
    given_name: Annotated[str, Plain]
    family_name: Annotated[str, Plain]
    locale: str = ""
    title: Annotated[str, Plain] = ""
    time_zone: str = ""
    groups: frozenset[str]
    enabled: bool
    must_change_password: bool
    """Whether they have a temporary password, as somebody invited has who has never signed in."""


class PersonRef(FrozenModel):
    """As much of a person as lies on a task or an event, so that showing one asks nobody."""

    person_id: PersonId
    name: str
    slack_user_id: SlackUserId | None = None


class Person(FrozenModel):
    """A team member as the directory knows them: Cognito's user projected onto one item."""

    person_id: PersonId
    email: str
    given_name: str
    family_name: str = ""
    locale: str = ""
    title: str = ""
    """What they are in the team, such as "Designer"."""
    groups: frozenset[str] = frozenset()
    enabled: bool = True
    checked_at: datetime
    time_zone: str = "UTC"
    """As Slack says; of whoever is not linked, as an admin has written."""
    slack_user_id: SlackUserId | None = None
    slack_name: str | None = None
    slack_status: SlackStatus = SlackStatus.MEMBER
    """As Slack said when they were linked, or said since."""
    link_id: EventId | None = None
    """The event that made the link, so that a later link is told from an earlier one."""
    open_tasks: int = 0
    removed_at: datetime | None = None
    """Since when they are no longer of the team: what they did keeps their name."""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def zone(self) -> ZoneInfo:
        """Where they are; UTC when Slack names a zone that this machine does not know."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def ref(self) -> PersonRef:
        return PersonRef(person_id=self.person_id, name=self.name, slack_user_id=self.slack_user_id)

    @property
    def is_team_member(self) -> bool:
        """Whether tasks may be given to them: enabled and in one of the groups."""
        return self.enabled and not self.groups.isdisjoint({Group.ADMINS, Group.TEAM_MEMBERS})

    @property
    def is_admin(self) -> bool:
        return self.enabled and Group.ADMINS in self.groups

    def with_roles(self, roles: Roles) -> "Person":
        return self.model_copy(update=roles.model_dump())

    @classmethod
    def of(cls, account: Account, now: datetime, known: "Person | None" = None) -> "Person":
        """Whoever Cognito has, with what the directory alone knows of them."""
        facts = account.model_dump(exclude={"must_change_password", "time_zone"})
        if account.time_zone and (known is None or known.slack_user_id is None):
            facts["time_zone"] = account.time_zone
        return known.model_copy(update={**facts, "checked_at": now}) if known else cls(**facts, checked_at=now)


class Actor(FrozenModel):
    """Who is asking, through which door; every service takes one."""

    person: Person
    entry: Entry
    is_fresh: bool = False
    """Whether Cognito was asked about the person's roles for this very request."""

    @property
    def person_id(self) -> PersonId:
        return self.person.person_id
