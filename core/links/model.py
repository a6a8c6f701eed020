"""Who asks to be linked, how far they have come, and what can stand in the way."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

from core.errors import TaskBotError
from core.frozen import FrozenModel
from core.ids import EventId, PersonId, SlackUserId, WorkspaceId
from core.people.model import Person, SlackStatus
from core.plain_text import Plain

GOOD_FOR: Final = timedelta(minutes=10)
"""How long a link waits to be opened, and then how long a sign-in may take."""


def _known_zone(name: str) -> str:
    # Slack may learn of a zone before this machine does.
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    return name


class SlackProfile(FrozenModel, defer_build=True):
    """What Slack says of one of its users."""

    slack_user_id: SlackUserId
    team_id: WorkspaceId
    name: Annotated[str, Plain]
    email: str | None = None
    email_confirmed: bool = False
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_deactivated: bool = False

    @property
    def confirmed_email(self) -> str | None:
        return self.email if self.email_confirmed else None

    def status_in(self, workspace: WorkspaceId) -> SlackStatus:
        """What this user is to a workspace; the first reason to refuse them is the one that is told."""
        if self.is_stranger or self.team_id != workspace:
            return SlackStatus.STRANGER
        if self.is_deactivated:
            return SlackStatus.DEACTIVATED
        if self.is_bot:
            return SlackStatus.BOT
        return SlackStatus.GUEST if self.is_guest else SlackStatus.MEMBER


class SignIn(FrozenModel, defer_build=True):
    """What must come back from the sign-in that an attempt has led to."""

    nonce: str
    verifier: str
    browser_hash: str
    """Of the cookie that the browser got which went to sign in."""


class LinkAttempt(FrozenModel, defer_build=True):
    """One Slack user on the way, first to the page that names them, then through the sign-in.

    Each of the two steps is kept under the hash of a secret of its own and serves once.
    """

    profile: SlackProfile
    workspace_name: str
    typed: str | None = None
    """What the person had typed after `/task`, or all of another command, to be offered once they are linked."""
    expires_at: datetime
    is_used: bool = False
    sign_in: SignIn | None = None


class Identity(FrozenModel, defer_build=True):
    """Who signed in; the address only where the user pool has verified it."""

    person_id: PersonId
    verified_email: str | None


class LinkFacts(FrozenModel, defer_build=True):
    """The two sides of a link: one that is asked for, was made, or is no more."""

    slack_user_id: SlackUserId
    slack_name: str
    slack_email: str | None = None
    slack_email_confirmed: bool = False
    person_id: PersonId
    account_name: str
    account_email: str
    account_email_verified: bool = True
    link_id: EventId | None = None
    request_id: EventId | None = None
    """Of the request that admins decided on, where there was one."""
    typed: str | None = None
    decided_by: str | None = None
    is_disputed: bool = False
    """Taken away by the account's owner: it was not them."""
    asked: tuple[PersonId, ...] = ()
    """Which admins the workspace's settings name to be told of requests; nobody: all of them."""

    @classmethod
    def of(cls, person: Person, slack_user_id: SlackUserId) -> "LinkFacts":
        """The link that a person has."""
        return cls(
            slack_user_id=slack_user_id,
            slack_name=person.slack_name or person.name,
            person_id=person.person_id,
            account_name=person.name,
            account_email=person.email,
            link_id=person.link_id,
        )


class RequestState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    """By the account's owner: it was not them."""


class LinkRequest(FrozenModel, defer_build=True):
    """Two sides that nothing proves to be one person: an admin says whether they are."""

    request_id: EventId
    facts: LinkFacts
    asked_at: datetime
    state: RequestState = RequestState.PENDING
    decided_by: str | None = None


class Posted(FrozenModel, defer_build=True):
    """Where in Slack a message is."""

    channel: str
    ts: str


class Dispute(FrozenModel, defer_build=True):
    """The right to say "this was not me" of one link or one request, kept under the hash of a secret."""

    facts: LinkFacts
    expires_at: datetime


class Refusal(StrEnum):
    """Why somebody is not linked."""

    EXPIRED = "expired"
    """Or never given out: the two look the same once the table has forgotten."""
    USED = "used"
    OTHER_BROWSER = "other_browser"
    NOT_SIGNED_IN = "not_signed_in"
    OUTSIDER = "outsider"
    NOT_IN_TEAM = "not_in_team"
    ALREADY_LINKED = "already_linked"


class LinkRefusedError(TaskBotError):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason
