"""Who asks to be linked, how far they have come, and what can stand in the way."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict

from core.errors import TaskBotError
from core.ids import PersonId, SlackUserId, WorkspaceId

GOOD_FOR: Final = timedelta(minutes=10)
"""How long a link waits to be opened, and then how long a sign-in may take."""


def _known_zone(name: str) -> str:
    # Slack may learn of a zone before this machine does.
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    return name


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SlackProfile(_Frozen):
    """What Slack says of one of its users."""

    slack_user_id: SlackUserId
    team_id: WorkspaceId
    name: str
    email: str | None = None
    email_confirmed: bool = False
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False

    @property
    def confirmed_email(self) -> str | None:
        return self.email if self.email_confirmed else None

    def is_full_member_of(self, workspace: WorkspaceId) -> bool:
        """Whether this is one of the workspace's own people: no bot, no guest, nobody from a shared channel."""
        return self.team_id == workspace and not (self.is_bot or self.is_guest or self.is_stranger)


class SignIn(_Frozen):
    """What must come back from the sign-in that an attempt has led to."""

    nonce: str
    verifier: str
    browser_hash: str
    """Of the cookie that the browser got which went to sign in."""


class LinkAttempt(_Frozen):
    """One Slack user on the way, first to the page that names them, then through the sign-in.

    Each of the two steps is kept under the hash of a secret of its own and serves once.
    """

    profile: SlackProfile
    workspace_name: str
    expires_at: datetime
    is_used: bool = False
    sign_in: SignIn | None = None


class Identity(_Frozen):
    """Who signed in; the address only where the user pool has verified it."""

    person_id: PersonId
    verified_email: str | None


class Refusal(StrEnum):
    """Why somebody is not linked."""

    EXPIRED = "expired"
    """Or never given out: the two look the same once the table has forgotten."""
    USED = "used"
    OTHER_BROWSER = "other_browser"
    NOT_SIGNED_IN = "not_signed_in"
    OUTSIDER = "outsider"
    NOT_IN_TEAM = "not_in_team"
    SLACK_EMAIL_UNCONFIRMED = "slack_email_unconfirmed"
    ACCOUNT_EMAIL_UNVERIFIED = "account_email_unverified"
    EMAILS_DIFFER = "emails_differ"
    ALREADY_LINKED = "already_linked"


class LinkRefusedError(TaskBotError):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason
