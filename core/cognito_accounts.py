"""Changing users of the Cognito pool. Every call may be repeated: what is so already stays so."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as EndpointError

from core.cognito import TIME_ZONE, TITLE, CognitoDirectory, profile_of
from core.errors import DependencyError, InvalidInputError, NotFoundError
from core.ids import PersonId
from core.people.accounts import PasswordPolicy
from core.people.model import Account, Group, Roles
from core.people.orders import MemberRefusal, MemberRefusedError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef, UserTypeTypeDef

_BUSY: Final = frozenset(
    {
        "ConcurrentModificationException",
        "InternalErrorException",
        "LimitExceededException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_NAMES_THERE: Final = {"title": TITLE, "time_zone": TIME_ZONE}
"""Of facts that are called otherwise in the pool."""
_FIRST_SIGN_IN: Final = "FORCE_CHANGE_PASSWORD"
_PAGE: Final = 60
"""https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html"""


class CognitoAccounts:
    """The user pool, for whoever administers its people; reads are those of the directory."""

    def __init__(self, client: "CognitoIdentityProviderClient", user_pool_id: str, directory: CognitoDirectory) -> None:
        self._client = client
        self._pool = user_pool_id
        self._directory = directory
        self._policy: PasswordPolicy | None = None

    def find(self, name: str) -> Account | None:
        try:
            return self._directory.user(name)
        except NotFoundError:
            return None

    def roles(self, person_id: PersonId) -> Roles:
        return self._directory.roles(person_id)

    def password_policy(self) -> PasswordPolicy:
        """The pool's own; it is read once."""
        if self._policy is None:
            with _translated(self._pool):
                pool = self._client.describe_user_pool(UserPoolId=self._pool)["UserPool"]
            said = pool.get("Policies", {}).get("PasswordPolicy", {})
            self._policy = PasswordPolicy(
                min_length=said.get("MinimumLength", 0),
                lowercase=said.get("RequireLowercase", True),
                uppercase=said.get("RequireUppercase", True),
                digits=said.get("RequireNumbers", True),
                symbols=said.get("RequireSymbols", True),
            )
        return self._policy

    def create(self, email: str, given_name: str, family_name: str, password: str) -> None:
        # Who signs in with the temporary password has received the mail, so the address is theirs.
        attributes: list[AttributeTypeTypeDef] = [
            _attribute("email", email),
            _attribute("email_verified", "true"),
            _attribute("given_name", given_name),
            _attribute("family_name", family_name),
        ]
        try:
            with _translated(email):
                self._client.admin_create_user(
                    UserPoolId=self._pool,
                    Username=email,
                    UserAttributes=attributes,
                    TemporaryPassword=password,
                    MessageAction="SUPPRESS",
                )
        except ClientError as failure:
            match _code(failure):
                case "UsernameExistsException":
                    return
                case "InvalidParameterException":
                    raise InvalidInputError.of("email", "not_understood") from failure
            raise

    def change(self, person_id: PersonId, facts: Mapping[str, str]) -> None:
        attributes = [_attribute(_NAMES_THERE.get(name, name), value) for name, value in facts.items()]
        if "email" in facts:
            attributes.append(_attribute("email_verified", "false"))
        try:
            self._write(person_id, attributes)
        except ClientError as failure:
            match _code(failure):
                case "AliasExistsException":
                    raise MemberRefusedError(MemberRefusal.ALREADY_MEMBER, person_id) from failure
                case "InvalidParameterException" if "email" in facts:
                    raise InvalidInputError.of("email", "not_understood") from failure
            raise

    def _write(self, person_id: PersonId, attributes: "list[AttributeTypeTypeDef]") -> None:
        with _translated(person_id):
            self._client.admin_update_user_attributes(
                UserPoolId=self._pool, Username=person_id, UserAttributes=attributes
            )

    def set_temporary_password(self, person_id: PersonId, password: str) -> None:
        with _translated(person_id):
            self._client.admin_set_user_password(
                UserPoolId=self._pool, Username=person_id, Password=password, Permanent=False
            )
        self._write(person_id, [_attribute("email_verified", "true")])

    def join(self, person_id: PersonId, group: str) -> None:
        with _translated(person_id):
            self._client.admin_add_user_to_group(UserPoolId=self._pool, Username=person_id, GroupName=group)

    def leave(self, person_id: PersonId, group: str) -> None:
        with _translated(person_id):
            self._client.admin_remove_user_from_group(UserPoolId=self._pool, Username=person_id, GroupName=group)

    def enable(self, person_id: PersonId) -> None:
        with _translated(person_id):
            self._client.admin_enable_user(UserPoolId=self._pool, Username=person_id)

    def disable(self, person_id: PersonId) -> None:
        with _translated(person_id):
            self._client.admin_disable_user(UserPoolId=self._pool, Username=person_id)

    def sign_out(self, person_id: PersonId) -> None:
        with _translated(person_id):
            self._client.admin_user_global_sign_out(UserPoolId=self._pool, Username=person_id)

    def delete(self, person_id: PersonId) -> None:
        try:
            with _translated(person_id):
                self._client.admin_delete_user(UserPoolId=self._pool, Username=person_id)
        except NotFoundError:
            return

    def everybody(self) -> list[Account]:
        """Every user, read page by page; their groups by reading the groups that mean something here."""
        groups = {str(group): self._in_group(group) for group in Group}
        with _translated(self._pool):
            pages = self._client.get_paginator("list_users").paginate(
                UserPoolId=self._pool, PaginationConfig={"PageSize": _PAGE}
            )
            users = [user for page in pages for user in page["Users"]]
        return [_account(user, groups) for user in users]

    def _in_group(self, group: str) -> frozenset[str]:
        with _translated(group):
            pages = self._client.get_paginator("list_users_in_group").paginate(
                UserPoolId=self._pool, GroupName=group, PaginationConfig={"PageSize": _PAGE}
            )
            return frozenset(user["Username"] for page in pages for user in page["Users"])


def _attribute(name: str, value: str) -> "AttributeTypeTypeDef":
    return {"Name": name, "Value": value}


def _account(user: "UserTypeTypeDef", groups: dict[str, frozenset[str]]) -> Account:
    return Account(
        person_id=PersonId(user["Username"]),
        **profile_of(user.get("Attributes", [])),
        groups=frozenset(group for group, members in groups.items() if user["Username"] in members),
        enabled=user["Enabled"],
        must_change_password=user["UserStatus"] == _FIRST_SIGN_IN,
    )


def _code(failure: ClientError) -> str:
    return failure.response["Error"]["Code"]


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except (EndpointError, HTTPClientError) as failure:
        # Whether it was carried out or not: the steps are read again before they are done again.
        raise DependencyError("cognito", type(failure).__name__, retryable=True, uncertain=True) from failure
    except ClientError as failure:
        if _code(failure) == "UserNotFoundException":
            raise NotFoundError("person", name) from failure
        if _code(failure) in _BUSY:
            raise DependencyError("cognito", _code(failure), retryable=True) from failure
        raise
