"""People as admins see them."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from core.errors import InvalidInputError, Problem
from core.people.model import Group, Person
from core.people.orders import Email, FamilyName, GivenName, Locale, MemberEdit, Title, ZoneName
from handlers.api.schemas import Request

_READ_ONLY: Final = {"readOnly": True}
UNDER_WAY: Final = "This takes a little longer and goes on by itself."
_Email = Annotated[Email, Field(examples=["ana@example.com"])]
_GivenName = Annotated[GivenName, Field(examples=["Ana"], json_schema_extra={"pattern": r"\S"})]
_FamilyName = Annotated[FamilyName, Field(examples=["Silva"])]
_LOCALE: Final = "The language they read, such as `pt-PT`; may be empty."
_TITLE: Final = "What they are in the team; may be empty."
_ZONE: Final = "An IANA time zone. It counts as long as Slack says no other; may be empty."


class UserAnswer(BaseModel):
    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    user_id: Annotated[str, Field(examples=["6f1c2d2e-0000-4000-8000-000000000001"])]
    email: Annotated[str, Field(examples=["ana@example.com"])]
    given_name: Annotated[str, Field(examples=["Ana"])]
    family_name: Annotated[str, Field(examples=["Silva"])]
    locale: Annotated[str, Field(description=_LOCALE, examples=["pt-PT"])]
    title: Annotated[str, Field(alias="custom:title", description=_TITLE, examples=["Designer"])]
    time_zone: Annotated[
        str,
        Field(alias="custom:time_zone", description="Where their dates are reckoned.", examples=["Europe/Lisbon"]),
    ]
    groups: Annotated[list[str], Field(description="As Cognito had them when last asked.", examples=[["TeamMembers"]])]
    enabled: Annotated[bool, Field(description="As Cognito had it when last asked.", examples=[True])]

    @classmethod
    def of(cls, person: Person) -> "UserAnswer":
        return cls(**_facts(person))


class UsersAnswer(BaseModel):
    users: list[UserAnswer]


class UserDetails(UserAnswer):
    username: Annotated[str, Field(examples=["6f1c2d2e-0000-4000-8000-000000000001"])]
    name: Annotated[str, Field(examples=["Ana Silva"])]

    @classmethod
    def of(cls, person: Person) -> "UserDetails":
        return cls(username=person.person_id, name=person.name, **_facts(person))


def _facts(person: Person) -> dict[str, object]:
    return {
        "user_id": person.person_id,
        "groups": sorted(person.groups),
        **person.model_dump(include={"email", "given_name", "family_name", "locale", "title", "time_zone", "enabled"}),
    }


class NewUserRequest(Request):
    """Whoever is to join the team as a member. They get a temporary password by mail."""

    email: _Email
    given_name: _GivenName
    family_name: _FamilyName = ""


class UserChange(Request):
    """What is to be changed of a person; what is not sent stays as it is.

    What is changed elsewhere (`groups`, `enabled`) or never (`user_id`) may be sent as it was read.
    """

    email: Annotated[
        _Email | None, Field(description="Counts at once, but not as verified: both addresses are told.")
    ] = None
    given_name: _GivenName | None = None
    family_name: _FamilyName | None = None
    locale: Annotated[Locale | None, Field(description=_LOCALE, examples=["pt-PT"])] = None
    title: Annotated[Title | None, Field(alias="custom:title", description=_TITLE, examples=["Designer"])] = None
    time_zone: Annotated[
        ZoneName | None, Field(alias="custom:time_zone", description=_ZONE, examples=["Europe/Lisbon"])
    ] = None

    user_id: Annotated[str | None, Field(json_schema_extra=_READ_ONLY)] = None
    username: Annotated[str | None, Field(json_schema_extra=_READ_ONLY)] = None
    name: Annotated[str | None, Field(json_schema_extra=_READ_ONLY)] = None
    groups: Annotated[list[str] | None, Field(json_schema_extra=_READ_ONLY)] = None
    enabled: Annotated[StrictBool | None, Field(json_schema_extra=_READ_ONLY)] = None

    @property
    def edit(self) -> MemberEdit:
        """What is to become of the person."""
        return MemberEdit(**self.model_dump(include=set(MemberEdit.model_fields) - {"groups"}))

    def require_unchanged(self, person: Person) -> None:
        """Raise InvalidInputError where something was sent that is not changed here, and not as it is."""
        is_now = UserDetails.of(person).model_dump()
        fields = [name for name, field in UserChange.model_fields.items() if field.json_schema_extra == _READ_ONLY]
        given = {name: value for name in fields if (value := getattr(self, name)) is not None}
        wrong = [Problem(name, "set_by_service") for name, value in given.items() if value != is_now[name]]
        if wrong:
            raise InvalidInputError(*wrong)


class StatusChange(Request):
    enabled: Annotated[StrictBool, Field(description="Whether they may sign in.", examples=[False])]


class GroupsChange(Request):
    groups: Annotated[
        list[Group], Field(min_length=1, max_length=len(Group), description="All of them.", examples=[["TeamMembers"]])
    ]


class UserCreated(BaseModel):
    message: Annotated[str, Field(examples=["Team member created successfully!"])]
    user: UserAnswer
    mail_sent: Annotated[bool, Field(description="Whether the temporary password went out.", examples=[True])]


class UserUpdated(BaseModel):
    user_id: Annotated[str, Field(examples=["6f1c2d2e-0000-4000-8000-000000000001"])]
    message: Annotated[str, Field(examples=["User updated successfully."])] = "User updated successfully."
    user_data: UserAnswer


class UserRemoved(BaseModel):
    user_id: Annotated[str, Field(examples=["6f1c2d2e-0000-4000-8000-000000000001"])]
    message: Annotated[str, Field(examples=["User removed successfully."])] = "User removed successfully."
    reassigned: Annotated[int, Field(description="How many open tasks went to somebody else.", examples=[3])]


class UnderWay(BaseModel):
    """The change is written down and goes on by itself: reading the person shows what has become of it."""

    job_id: Annotated[str, Field(examples=["01JD9Z6T3W8XK5V2M4N6P8Q0RS"])]
    message: Annotated[str, Field(examples=[UNDER_WAY])] = UNDER_WAY
