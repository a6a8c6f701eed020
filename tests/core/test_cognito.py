"""The user pool's adapter, against moto where that does what Cognito does, and against canned answers elsewhere."""

import base64
import hashlib
import hmac
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from moto import mock_aws
from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

from core.cognito import (
    AppClient,
    CognitoDirectory,
    NewPasswordNeeded,
    SignedIn,
    SignInRefusedError,
    TooManyAttemptsError,
)
from core.errors import DependencyError, ForbiddenError, InvalidInputError, NotFoundError
from core.ids import PersonId
from core.people.model import Roles
from tests.support.aws_session import session

NOW: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POOL: Final = "eu-west-1_POOL"
SUB: Final = "6f1c2d2e-0000-4000-8000-000000000001"
SECRET: Final = "the-secret-of-an-app-client"
APP: Final = AppClient("client-1", "Admins")


def _client(endpoint_url: str | None = None) -> CognitoIdentityProviderClient:
    return session().client(
        "cognito-idp",
        region_name="eu-west-1",
        endpoint_url=endpoint_url,
        config=Config(retries={"total_max_attempts": 1}),
    )


class Pool:
    """A user pool in moto, made as the stack makes it: email sign-in, two groups, clients with secrets."""

    def __init__(self, client: CognitoIdentityProviderClient) -> None:
        self.client = client
        self.id = client.create_user_pool(PoolName="pool", UsernameAttributes=["email"])["UserPool"]["Id"]
        for group in ("Admins", "TeamMembers"):
            client.create_group(UserPoolId=self.id, GroupName=group)
        self.admins = self._app("Admins")
        self.members = self._app("TeamMembers")
        self.directory = CognitoDirectory(client, self.id, lambda: NOW)

    def _app(self, group: str) -> AppClient:
        made = self.client.create_user_pool_client(
            UserPoolId=self.id,
            ClientName=group,
            GenerateSecret=True,
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        return AppClient(made["UserPoolClient"]["ClientId"], group)

    def add(self, email: str, *groups: str, password: str = "", temporary: str = "") -> PersonId:
        made = self.client.admin_create_user(
            UserPoolId=self.id,
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "given_name", "Value": "Ana"},
                {"Name": "family_name", "Value": "Silva"},
            ],
            TemporaryPassword=temporary or "Temporary-1",
            MessageAction="SUPPRESS",
        )
        name = made["User"]["Username"]
        for group in groups:
            self.client.admin_add_user_to_group(UserPoolId=self.id, Username=name, GroupName=group)
        if password:
            self.client.admin_set_user_password(UserPoolId=self.id, Username=name, Password=password, Permanent=True)
        return PersonId(name)


@pytest.fixture
def pool() -> Iterator[Pool]:
    with mock_aws():
        yield Pool(_client())


def test_roles_are_the_groups_and_whether_the_person_is_enabled(pool: Pool) -> None:
    ana = pool.add("ana@example.com", "Admins", "TeamMembers")

    roles = pool.directory.roles(ana)

    assert roles == Roles(groups=frozenset({"Admins", "TeamMembers"}), enabled=True, checked_at=NOW)


def test_a_disabled_person_is_reported_as_disabled(pool: Pool) -> None:
    ana = pool.add("ana@example.com", "Admins")
    pool.client.admin_disable_user(UserPoolId=pool.id, Username=ana)

    assert not pool.directory.roles(ana).enabled


def test_an_unknown_person_has_no_roles(pool: Pool) -> None:
    with pytest.raises(NotFoundError):
        pool.directory.roles(PersonId("nobody"))


def test_the_right_password_signs_in_with_the_profile(pool: Pool) -> None:
    ana = pool.add("ana@example.com", "Admins", password="Right-password-1")

    signed_in = pool.directory.authenticate(pool.admins, "ana@example.com", "Right-password-1")

    assert isinstance(signed_in, SignedIn)
    assert signed_in.user.person_id == ana
    assert (signed_in.user.email, signed_in.user.given_name, signed_in.user.family_name) == (
        "ana@example.com",
        "Ana",
        "Silva",
    )
    assert signed_in.access_token
    assert signed_in.refresh_token
    assert signed_in.expires_in > 0


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(pool: Pool, email: str) -> None:
    pool.add("ana@example.com", "Admins", password="Right-password-1")

    with pytest.raises(SignInRefusedError) as refusal:
        pool.directory.authenticate(pool.admins, email, "Wrong-password-1")

    assert str(refusal.value) == ""


def test_a_disabled_account_is_refused_as_if_the_password_were_wrong(pool: Pool) -> None:
    ana = pool.add("ana@example.com", "Admins", password="Right-password-1")
    pool.client.admin_disable_user(UserPoolId=pool.id, Username=ana)

    with pytest.raises(SignInRefusedError):
        pool.directory.authenticate(pool.admins, "ana@example.com", "Right-password-1")


def test_a_member_cannot_sign_in_as_an_admin(pool: Pool) -> None:
    pool.add("bo@example.com", "TeamMembers", password="Right-password-1")

    with pytest.raises(ForbiddenError):
        pool.directory.authenticate(pool.admins, "bo@example.com", "Right-password-1")


def test_a_first_sign_in_sets_a_password_and_is_signed_in(pool: Pool) -> None:
    pool.add("ana@example.com", "TeamMembers", temporary="Temporary-1")

    needed = pool.directory.authenticate(pool.members, "ana@example.com", "Temporary-1")
    assert isinstance(needed, NewPasswordNeeded)
    signed_in = pool.directory.answer_new_password(pool.members, "ana@example.com", needed.session, "My-own-secret-1")

    assert signed_in.user.email == "ana@example.com"
    assert isinstance(
        pool.directory.authenticate(pool.members, "ana@example.com", "My-own-secret-1"),
        SignedIn,
    )


def test_a_new_password_that_the_policy_refuses_is_invalid_input(pool: Pool) -> None:
    pool.add("ana@example.com", "TeamMembers", temporary="Temporary-1")
    needed = pool.directory.authenticate(pool.members, "ana@example.com", "Temporary-1")
    assert isinstance(needed, NewPasswordNeeded)

    with pytest.raises(InvalidInputError) as refusal:
        pool.directory.answer_new_password(pool.members, "ana@example.com", needed.session, "short")

    assert [(each.field, each.code) for each in refusal.value.problems] == [("new_password", "password_policy")]


def test_nobody_replaces_the_password_of_an_account_that_has_its_own(pool: Pool) -> None:
    pool.add("bo@example.com", "TeamMembers", temporary="Temporary-1")
    pool.add("ana@example.com", "TeamMembers", password="Right-password-1")
    needed = pool.directory.authenticate(pool.members, "bo@example.com", "Temporary-1")
    assert isinstance(needed, NewPasswordNeeded)

    with pytest.raises(SignInRefusedError):
        pool.directory.answer_new_password(pool.members, "ana@example.com", needed.session, "My-own-secret-1")


def test_a_first_sign_in_of_a_member_is_not_finished_through_the_admin_client(pool: Pool) -> None:
    pool.add("bo@example.com", "TeamMembers", temporary="Temporary-1")
    needed = pool.directory.authenticate(pool.members, "bo@example.com", "Temporary-1")
    assert isinstance(needed, NewPasswordNeeded)

    with pytest.raises(SignInRefusedError):
        pool.directory.answer_new_password(pool.admins, "bo@example.com", needed.session, "My-own-secret-1")


def test_an_unknown_address_has_no_first_sign_in(pool: Pool) -> None:
    with pytest.raises(SignInRefusedError):
        pool.directory.answer_new_password(pool.members, "nobody@example.com", "s" * 20, "My-own-secret-1")


def test_a_token_counts_until_its_bearer_signs_out_everywhere(pool: Pool) -> None:
    pool.add("ana@example.com", "Admins", password="Right-password-1")
    signed_in = pool.directory.authenticate(pool.admins, "ana@example.com", "Right-password-1")
    assert isinstance(signed_in, SignedIn)

    assert pool.directory.is_signed_in(signed_in.access_token)
    pool.client.global_sign_out(AccessToken=signed_in.access_token)
    assert not pool.directory.is_signed_in(signed_in.access_token)


# What moto leaves out is answered here as AWS documents it.


@pytest.fixture
def client() -> CognitoIdentityProviderClient:
    return _client()


@pytest.fixture
def stub(client: CognitoIdentityProviderClient) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub


@pytest.fixture
def directory(client: CognitoIdentityProviderClient) -> CognitoDirectory:
    return CognitoDirectory(client, POOL, lambda: NOW)


def _describe(stub: Stubber, secret: str | None) -> None:
    described = {"ClientSecret": secret} if secret else {}
    stub.add_response(
        "describe_user_pool_client",
        {"UserPoolClient": described},
        {"UserPoolId": POOL, "ClientId": APP.client_id},
    )


def _user(stub: Stubber, name: str, status: str = "CONFIRMED") -> None:
    stub.add_response(
        "admin_get_user",
        {
            "Username": SUB,
            "UserAttributes": [{"Name": "sub", "Value": SUB}, {"Name": "email", "Value": "ana@example.com"}],
            "Enabled": True,
            "UserStatus": status,
        },
        {"UserPoolId": POOL, "Username": name},
    )
    stub.add_response(
        "admin_list_groups_for_user",
        {"Groups": [{"GroupName": "TeamMembers"}], "NextToken": "more"},
        {"UserPoolId": POOL, "Username": SUB},
    )
    stub.add_response(
        "admin_list_groups_for_user",
        {"Groups": [{"GroupName": "Admins"}]},
        {"UserPoolId": POOL, "Username": SUB, "NextToken": "more"},
    )


_TOKENS: Final = {
    "AuthenticationResult": {
        "AccessToken": "access",
        "RefreshToken": "refresh",
        "ExpiresIn": 3600,
        "TokenType": "Bearer",
    }
}


def _hash(name: str, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), (name + APP.client_id).encode(), hashlib.sha256)).decode()


def _sign_in_sends(stub: Stubber, parameters: dict[str, str]) -> None:
    stub.add_response(
        "admin_initiate_auth",
        _TOKENS,
        {
            "UserPoolId": POOL,
            "ClientId": APP.client_id,
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": parameters,
        },
    )


def test_a_client_with_a_secret_proves_itself_and_the_secret_is_read_once(
    stub: Stubber, directory: CognitoDirectory
) -> None:
    parameters = {"USERNAME": "ana@example.com", "PASSWORD": "pw", "SECRET_HASH": _hash("ana@example.com", SECRET)}
    _describe(stub, SECRET)
    for _ in range(2):
        _sign_in_sends(stub, parameters)
        _user(stub, "ana@example.com")

    for _ in range(2):
        directory.authenticate(APP, "ana@example.com", "pw")

    stub.assert_no_pending_responses()


def test_a_client_without_a_secret_sends_no_hash(stub: Stubber, directory: CognitoDirectory) -> None:
    _describe(stub, None)
    _sign_in_sends(stub, {"USERNAME": "ana@example.com", "PASSWORD": "pw"})
    _user(stub, "ana@example.com")

    assert directory.authenticate(APP, "ana@example.com", "pw")


def test_the_first_password_is_answered_under_the_user_name_with_the_session(
    stub: Stubber, directory: CognitoDirectory
) -> None:
    _user(stub, "ana@example.com", "FORCE_CHANGE_PASSWORD")
    _describe(stub, SECRET)
    stub.add_response(
        "admin_respond_to_auth_challenge",
        _TOKENS,
        {
            "UserPoolId": POOL,
            "ClientId": APP.client_id,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": "s" * 20,
            "ChallengeResponses": {"USERNAME": SUB, "NEW_PASSWORD": "pw", "SECRET_HASH": _hash(SUB, SECRET)},
        },
    )

    signed_in = directory.answer_new_password(APP, "ana@example.com", "s" * 20, "pw")

    assert signed_in.user.person_id == SUB


def test_a_session_that_is_not_theirs_is_refused(stub: Stubber, directory: CognitoDirectory) -> None:
    _user(stub, "ana@example.com", "FORCE_CHANGE_PASSWORD")
    _describe(stub, None)
    stub.add_client_error(
        "admin_respond_to_auth_challenge", "NotAuthorizedException", "Invalid session for the user.", 400
    )

    with pytest.raises(SignInRefusedError):
        directory.answer_new_password(APP, "ana@example.com", "s" * 20, "pw")


def test_a_locked_account_is_told_apart_from_a_wrong_password(stub: Stubber, directory: CognitoDirectory) -> None:
    _describe(stub, None)
    stub.add_client_error("admin_initiate_auth", "NotAuthorizedException", "Password attempts exceeded", 400)

    with pytest.raises(TooManyAttemptsError):
        directory.authenticate(APP, "ana@example.com", "pw")


@pytest.mark.parametrize(
    "code", ["UserNotFoundException", "UserNotConfirmedException", "PasswordResetRequiredException"]
)
def test_every_state_of_an_account_that_keeps_it_out_looks_the_same(
    stub: Stubber, directory: CognitoDirectory, code: str
) -> None:
    _describe(stub, None)
    stub.add_client_error("admin_initiate_auth", code, "tells too much", 400)

    with pytest.raises(SignInRefusedError) as refusal:
        directory.authenticate(APP, "ana@example.com", "pw")

    assert "tells too much" not in str(refusal.value)


@pytest.mark.parametrize("code", ["TooManyRequestsException", "InternalErrorException"])
@pytest.mark.parametrize(
    ("operation", "ask"),
    [
        ("admin_get_user", lambda directory: directory.roles(SUB)),
        ("get_user", lambda directory: directory.is_signed_in("token")),
        ("describe_user_pool_client", lambda directory: directory.authenticate(APP, "ana@example.com", "pw")),
    ],
)
def test_a_busy_cognito_is_a_failing_dependency_that_may_answer_later(
    stub: Stubber,
    directory: CognitoDirectory,
    code: str,
    operation: str,
    ask: Callable[[CognitoDirectory], object],
) -> None:
    stub.add_client_error(operation, code, "busy", 400)

    with pytest.raises(DependencyError) as failure:
        ask(directory)

    assert failure.value.retryable


@pytest.mark.parametrize("code", ["NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException"])
def test_a_token_of_somebody_signed_out_disabled_or_deleted_no_longer_counts(
    stub: Stubber, directory: CognitoDirectory, code: str
) -> None:
    stub.add_client_error("get_user", code, "Access Token has been revoked", 400, expected_params={"AccessToken": ANY})

    assert not directory.is_signed_in("token")


def test_a_right_that_the_role_lacks_is_not_taken_for_a_refusal(stub: Stubber, directory: CognitoDirectory) -> None:
    _describe(stub, None)
    stub.add_client_error("admin_initiate_auth", "AccessDeniedException", "not authorized to perform", 400)

    with pytest.raises(ClientError):
        directory.authenticate(APP, "ana@example.com", "pw")


def test_a_cognito_out_of_reach_is_a_failing_dependency() -> None:
    client = _client(endpoint_url="http://127.0.0.1:1")

    with pytest.raises(DependencyError):
        CognitoDirectory(client, POOL, lambda: NOW).roles(PersonId(SUB))


def test_importing_the_adapter_loads_neither_jose_nor_a_web_framework_nor_boto3() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, core.cognito; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert not {"jose", "fastapi", "starlette", "mangum", "httpx", "boto3", "mypy_boto3_cognito_idp"} & set(loaded)
