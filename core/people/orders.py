"""What an admin gives to change the team, and why it may be refused."""

from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from core.errors import TaskBotError
from core.frozen import FrozenModel
from core.ids import PersonId
from core.people.model import Group
from core.plain_text import Plain

NAME_LIMIT: Final = 100
LOCALE: Final = r"^([A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*)?$"
"""A language, perhaps with script and region, such as `pt-PT`; or nothing."""
EMAIL_LIMIT: Final = 128
"""What Cognito takes as the name of a user.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html"""


def _known_groups(groups: frozenset[str]) -> frozenset[str]:
    if not groups or not groups <= set(Group):
        raise PydanticCustomError("groups", "Choose at least one of the groups")
    return groups


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("time_zone", "No such time zone; give one such as Europe/Lisbon") from None


def _one_line(name: str) -> str:
    return " ".join(name.split())


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=EMAIL_LIMIT, pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$"),
    Plain,
]
GivenName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LIMIT), AfterValidator(_one_line), Plain
]
FamilyName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=NAME_LIMIT), AfterValidator(_one_line), Plain
]
Locale = Annotated[str, StringConstraints(strip_whitespace=True, max_length=35, pattern=LOCALE)]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=NAME_LIMIT), AfterValidator(_one_line), Plain
]
ZoneName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), AfterValidator(_known_zone)]
Groups = Annotated[frozenset[str], AfterValidator(_known_groups)]


class NewMember(FrozenModel, defer_build=True):
    """What it takes to add somebody."""

    email: Email
    given_name: GivenName
    family_name: FamilyName = ""
    groups: Groups = frozenset({Group.TEAM_MEMBERS})


class MemberEdit(FrozenModel, defer_build=True):
    """What is changed of a member; a field that is not given stays as it is, an empty one is taken away."""

    email: Email | None = None
    given_name: GivenName | None = None
    family_name: FamilyName | None = None
    locale: Locale | None = None
    title: Title | None = None
    time_zone: ZoneName | None = None
    groups: Groups | None = None


class MemberRefusal(StrEnum):
    """Why a change of a person is not made."""

    LAST_ADMIN = "last_admin"
    """Nobody would be left who can run the team."""
    UNDER_WAY = "under_way"
    """Another change of the same person is not finished."""
    ALREADY_MEMBER = "already_member"
    HAS_SIGNED_IN = "has_signed_in"
    """There is no invitation to send again: they have a password of their own."""
    DISABLED = "disabled"
    """Who may not sign in needs no password."""
    REMOVED = "removed"
    NO_HEIR = "no_heir"
    """Somebody named to inherit tasks cannot be given any, or is the one who leaves."""


class MemberRefusedError(TaskBotError):
    def __init__(self, reason: MemberRefusal, person_id: PersonId | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.person_id = person_id
