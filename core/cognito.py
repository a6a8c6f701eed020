"""The one place that talks to the Cognito user pool: roles, profiles and password sign-in."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as EndpointError

from core.clock import Clock
from core.errors import DependencyError, ForbiddenError, InvalidInputError, NotFoundError, TaskBotError
from core.ids import PersonId
from core.people.model import Account, Roles

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef, AuthenticationResultTypeTypeDef

_BUSY: Final = frozenset({"InternalErrorException", "ThrottlingException", "TooManyRequestsException"})
_NO_SUCH_USER: Final = frozenset({"UserNotFoundException", "InvalidParameterException"})
"""The second is Cognito's answer to a name that no user could have."""
_REFUSED: Final = _NO_SUCH_USER | {
    "CodeMismatchException",
    "ExpiredCodeException",
    "NotAuthorizedException",
    "PasswordResetRequiredException",
    "UserNotConfirmedException",
}
_TOO_OFTEN: Final = frozenset({"LimitExceededException", "TooManyFailedAttemptsException"})
"""What Cognito answers about one account that is asked about too often."""
_LOCKED_OUT: Final = "Password attempts exceeded"
"""Cognito's lockout has no code of its own, only this message under NotAuthorizedException.
https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html"""
_FIRST_SIGN_IN: Final = "FORCE_CHANGE_PASSWORD"
TITLE: Final = "custom:title"
TIME_ZONE: Final = "custom:time_zone"
"""Attributes that the pool has of our own making (infra/constructs/people.py)."""

_log = logging.getLogger(__name__)


class SignInRefusedError(TaskBotError):
    """Unknown address, wrong password, disabled account, stale session: one error, so that nobody learns which."""


class TooManyAttemptsError(TaskBotError):
    """Cognito locks the account for a while, from a second up to fifteen minutes."""


class ResetRefusedError(TaskBotError):
    """Unknown address, wrong or old code, too many attempts, password against the policy: one error, as above."""


class _Profile(TypedDict):
    email: str
    given_name: str
    family_name: str
    locale: str
    title: str
    time_zone: str


class _SecretHash(TypedDict, total=False):
    SecretHash: str


class AppClient(NamedTuple):
    """An app client of the pool and the group whose people sign in through it."""

    client_id: str
    group: str


class SignedIn(NamedTuple):
    user: Account
    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str


class NewPasswordNeeded(NamedTuple):
    """A first sign-in: the temporary password was right; `session` lets its bearer set their own."""

    session: str


class CognitoDirectory:
    """The user pool. Signs with the rights of the function's role; app client secrets are read when first needed."""

    def __init__(self, client: "CognitoIdentityProviderClient", user_pool_id: str, clock: Clock) -> None:
        self._client = client
        self._pool = user_pool_id
        self._clock = clock
        self._secrets: dict[str, str | None] = {}

    def roles(self, person_id: PersonId) -> Roles:
        """Ask for a person's groups and whether they are enabled.

        Raises:
            NotFoundError: the pool has no such user.
            DependencyError: Cognito cannot be asked.
        """
        user = self.user(person_id)
        return Roles(groups=user.groups, enabled=user.enabled, checked_at=self._clock())

    def user(self, name: str) -> Account:
        """Look a user up by id or email address; raises as `roles` does."""
        try:
            with _asking():
                found = self._client.admin_get_user(UserPoolId=self._pool, Username=name)
                pages = self._client.get_paginator("admin_list_groups_for_user").paginate(
                    UserPoolId=self._pool, Username=found["Username"]
                )
                groups = frozenset(group["GroupName"] for page in pages for group in page["Groups"])
        except ClientError as failure:
            if _code(failure) in _NO_SUCH_USER:
                raise NotFoundError("person", name) from failure
            raise
        attributes = found["UserAttributes"]
        return Account(
            person_id=PersonId(next(each["Value"] for each in attributes if each["Name"] == "sub")),
            **profile_of(attributes),
            groups=groups,
            enabled=found["Enabled"],
            must_change_password=found["UserStatus"] == _FIRST_SIGN_IN,
        )

    def authenticate(self, app: AppClient, email: str, password: str) -> SignedIn | NewPasswordNeeded:
        """Sign in with a password.

        Raises:
            SignInRefusedError: the address and the password do not open an account.
            ForbiddenError: they do, but of somebody who is not in the client's group.
            TooManyAttemptsError: Cognito refuses to try now.
            DependencyError: Cognito cannot be asked.
        """
        with _signing_in():
            answer = self._client.admin_initiate_auth(
                UserPoolId=self._pool,
                ClientId=app.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password, **self._secret_hash(app, email)},
            )
        user = self.user(email)
        if app.group not in user.groups:
            raise ForbiddenError(f"sign_in.{app.group}")
        if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            return NewPasswordNeeded(answer["Session"])
        return _signed_in(user, answer["AuthenticationResult"])

    def answer_new_password(self, app: AppClient, email: str, session: str, new_password: str) -> SignedIn:
        """Replace the temporary password of a first sign-in, and sign in.

        Raises:
            SignInRefusedError: no first sign-in of this address through this client is waiting under this session.
            InvalidInputError: on `new_password`, `password_policy`.
            TooManyAttemptsError, DependencyError: as `authenticate`.
        """
        try:
            user = self.user(email)
        except NotFoundError as failure:
            raise SignInRefusedError from failure
        if not user.must_change_password or app.group not in user.groups:
            raise SignInRefusedError
        # Cognito takes no alias here, unlike where the sign-in began:
        # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
        name = user.person_id
        with _signing_in():
            answer = self._client.admin_respond_to_auth_challenge(
                UserPoolId=self._pool,
                ClientId=app.client_id,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses={"USERNAME": name, "NEW_PASSWORD": new_password, **self._secret_hash(app, name)},
            )
        return _signed_in(user, answer["AuthenticationResult"])

    def refresh(self, app: AppClient, email: str, refresh_token: str) -> SignedIn:
        """Sign in again with what an earlier sign-in of the same person through the same client gave.

        Raises:
            SignInRefusedError: the token is no longer good, or another person's or client's.
            ForbiddenError: they are no longer in the client's group.
            DependencyError: Cognito cannot be asked.
        """
        try:
            user = self.user(email)
        except NotFoundError as failure:
            raise SignInRefusedError from failure
        with _signing_in():
            answer = self._client.admin_initiate_auth(
                UserPoolId=self._pool,
                ClientId=app.client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                # The hash is of the user's own name here, not of the address that they signed in with.
                AuthParameters={"REFRESH_TOKEN": refresh_token, **self._secret_hash(app, user.person_id)},
            )
        if app.group not in user.groups:
            raise ForbiddenError(f"sign_in.{app.group}")
        return _signed_in(user, {"RefreshToken": refresh_token, **answer["AuthenticationResult"]})

    def sign_out(self, access_token: str) -> None:
        """End every session of the token's bearer; raise SignInRefusedError where it had ended already."""
        with _signing_in():
            self._client.global_sign_out(AccessToken=access_token)

    def send_reset_code(self, app: AppClient, email: str) -> None:
        """Mail a code for a new password, if there is an account that takes one; never tells whether there is.

        Raises:
            DependencyError: Cognito cannot be asked.
        """
        try:
            with _asking():
                self._client.forgot_password(ClientId=app.client_id, Username=email, **self._own_hash(app, email))
        except ClientError as failure:
            if _code(failure) not in _REFUSED | _TOO_OFTEN | {"CodeDeliveryFailureException"}:
                raise
            _log.info("no reset code was sent", extra={"reason": _code(failure)})

    def reset_password(self, app: AppClient, email: str, code: str, new_password: str) -> None:
        """Set a new password with a mailed code.

        Raises:
            ResetRefusedError: the code or the password is not accepted, or there is no such account; not which.
            DependencyError: Cognito cannot be asked.
        """
        try:
            with _asking():
                self._client.confirm_forgot_password(
                    ClientId=app.client_id,
                    Username=email,
                    ConfirmationCode=code,
                    Password=new_password,
                    **self._own_hash(app, email),
                )
        except ClientError as failure:
            if _code(failure) in _REFUSED | _TOO_OFTEN | {"InvalidPasswordException"}:
                raise ResetRefusedError from failure
            raise

    def is_signed_in(self, access_token: str) -> bool:
        """Ask whether an access token still counts: neither signed out, nor its user disabled or deleted."""
        try:
            with _asking():
                self._client.get_user(AccessToken=access_token)
        except ClientError as failure:
            if _code(failure) in _REFUSED:
                return False
            raise
        return True

    def client_secret(self, client_id: str) -> str | None:
        """Read an app client's secret, the first time; None where the client has none."""
        if client_id not in self._secrets:
            with _asking():
                described = self._client.describe_user_pool_client(UserPoolId=self._pool, ClientId=client_id)
            self._secrets[client_id] = described["UserPoolClient"].get("ClientSecret")
        return self._secrets[client_id]

    def _secret_hash(self, app: AppClient, name: str) -> Mapping[str, str]:
        """How a client proves itself among the parameters of a sign-in."""
        proof = self._proof(app, name)
        return {"SECRET_HASH": proof} if proof else {}

    def _own_hash(self, app: AppClient, name: str) -> "_SecretHash":
        """How a client proves itself in a request of its own."""
        proof = self._proof(app, name)
        return {"SecretHash": proof} if proof else {}

    def _proof(self, app: AppClient, name: str) -> str | None:
        """The proof of a client that has a secret.

        https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
        """
        secret = self.client_secret(app.client_id)
        if secret is None:
            return None
        digest = hmac.new(secret.encode(), (name + app.client_id).encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()


def profile_of(attributes: "Sequence[AttributeTypeTypeDef]") -> "_Profile":
    """What a user's attributes say of the person, as `Account` names it; what is not there is empty."""
    said = {each["Name"]: each.get("Value", "") for each in attributes}
    return {
        "email": said.get("email", ""),
        "given_name": said.get("given_name", ""),
        "family_name": said.get("family_name", ""),
        "locale": said.get("locale", ""),
        "title": said.get(TITLE, ""),
        "time_zone": said.get(TIME_ZONE, ""),
    }


def _signed_in(user: Account, tokens: "AuthenticationResultTypeTypeDef") -> SignedIn:
    return SignedIn(
        user=user,
        access_token=tokens["AccessToken"],
        refresh_token=tokens["RefreshToken"],
        expires_in=tokens["ExpiresIn"],
        token_type=tokens["TokenType"],
    )


def _code(failure: ClientError) -> str:
    return failure.response["Error"]["Code"]


@contextmanager
def _asking() -> Iterator[None]:
    """Turn whatever keeps Cognito from answering into DependencyError."""
    try:
        yield
    except (EndpointError, HTTPClientError) as failure:
        raise DependencyError("cognito", type(failure).__name__, retryable=True) from failure
    except ClientError as failure:
        if _code(failure) in _BUSY:
            raise DependencyError("cognito", _code(failure), retryable=True) from failure
        raise


@contextmanager
def _signing_in() -> Iterator[None]:
    """Turn Cognito's refusals of a sign-in into ours."""
    try:
        with _asking():
            yield
    except ClientError as failure:
        error = failure.response["Error"]
        if error["Code"] == "InvalidPasswordException":
            raise InvalidInputError.of("new_password", "password_policy") from failure
        if error["Code"] == "NotAuthorizedException" and _LOCKED_OUT in error["Message"]:
            raise TooManyAttemptsError from failure
        if error["Code"] in _REFUSED:
            raise SignInRefusedError from failure
        raise
