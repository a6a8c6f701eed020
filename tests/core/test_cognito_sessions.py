"""Going on with a session, ending it, and new passwords, as AWS documents its answers."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from botocore.stub import Stubber

from core.cognito import AppClient, CognitoDirectory, ResetRefusedError, SignedIn, SignInRefusedError
from core.errors import DependencyError, ForbiddenError
from tests.core.test_cognito import APP, NOW, POOL, SECRET, SUB, Pool, _client, _describe, _hash, _user, pool

__all__ = ["pool"]

EMAIL: Final = "ana@example.com"
NOBODY: Final = "UserNotFoundException"


class Canned:
    """A directory whose pool answers what the test says."""

    def __init__(self, stub: Stubber, directory: CognitoDirectory) -> None:
        self.stub = stub
        self.directory = directory

    def fails(self, operation: str, code: str, message: str = "") -> None:
        self.stub.add_client_error(operation, code, message, 400)


@pytest.fixture
def canned() -> Iterator[Canned]:
    client = _client()
    with Stubber(client) as stub:
        yield Canned(stub, CognitoDirectory(client, POOL, lambda: NOW))


def test_a_refresh_proves_itself_under_the_users_own_name(canned: Canned) -> None:
    _user(canned.stub, EMAIL)
    _describe(canned.stub, SECRET)
    tokens = {"AuthenticationResult": {"AccessToken": "fresh", "ExpiresIn": 3600, "TokenType": "Bearer"}}
    canned.stub.add_response(
        "admin_initiate_auth",
        tokens,
        {
            "UserPoolId": POOL,
            "ClientId": APP.client_id,
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": {"REFRESH_TOKEN": "kept", "SECRET_HASH": _hash(SUB, SECRET)},
        },
    )

    signed_in = canned.directory.refresh(APP, EMAIL, "kept")

    assert (signed_in.access_token, signed_in.refresh_token, signed_in.user.email) == ("fresh", "kept", EMAIL)


def test_a_refresh_of_an_unknown_address_is_refused(canned: Canned) -> None:
    canned.fails("admin_get_user", NOBODY)

    with pytest.raises(SignInRefusedError):
        canned.directory.refresh(APP, EMAIL, "kept")


def test_a_dead_refresh_token_is_refused(canned: Canned) -> None:
    _user(canned.stub, EMAIL)
    _describe(canned.stub, SECRET)
    canned.fails("admin_initiate_auth", "NotAuthorizedException", "Refresh Token has been revoked")

    with pytest.raises(SignInRefusedError):
        canned.directory.refresh(APP, EMAIL, "kept")


def test_whoever_left_the_group_goes_on_no_more(canned: Canned) -> None:
    _user(canned.stub, EMAIL)
    _describe(canned.stub, None)
    tokens = {"AuthenticationResult": {"AccessToken": "fresh", "ExpiresIn": 3600, "TokenType": "Bearer"}}
    canned.stub.add_response("admin_initiate_auth", tokens)

    with pytest.raises(ForbiddenError):
        canned.directory.refresh(AppClient(APP.client_id, "Auditors"), EMAIL, "kept")


def test_the_pool_itself_gives_a_new_token_for_the_old_one(pool: Pool) -> None:
    pool.add(EMAIL, "Admins", password="Right-password-1")
    signed_in = pool.directory.authenticate(pool.admins, EMAIL, "Right-password-1")
    assert isinstance(signed_in, SignedIn)

    again = pool.directory.refresh(pool.admins, EMAIL, signed_in.refresh_token)

    assert pool.directory.is_signed_in(again.access_token)
    pool.directory.sign_out(again.access_token)
    assert not pool.directory.is_signed_in(again.access_token)


def test_who_is_signed_out_already_is_refused(canned: Canned) -> None:
    canned.fails("global_sign_out", "NotAuthorizedException", "Access Token has been revoked")

    with pytest.raises(SignInRefusedError):
        canned.directory.sign_out("token")


def _asks_for_code(canned: Canned) -> dict[str, Any]:
    _describe(canned.stub, SECRET)
    return {"ClientId": APP.client_id, "Username": EMAIL, "SecretHash": _hash(EMAIL, SECRET)}


def test_a_code_is_asked_for_with_the_clients_proof(canned: Canned) -> None:
    canned.stub.add_response("forgot_password", {}, _asks_for_code(canned))

    canned.directory.send_reset_code(APP, EMAIL)

    canned.stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (NOBODY, "Username/client id combination not found."),
        ("InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email"),
        ("NotAuthorizedException", "User password cannot be reset in the current state."),
        ("NotAuthorizedException", "User is disabled."),
        ("LimitExceededException", "Attempt limit exceeded, please try after some time."),
        ("CodeDeliveryFailureException", "x"),
    ],
)
def test_asking_for_a_code_never_tells_whose_address_it_is(
    canned: Canned, code: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    _describe(canned.stub, SECRET)
    canned.fails("forgot_password", code, message)

    canned.directory.send_reset_code(APP, EMAIL)

    assert EMAIL not in caplog.text


def test_a_busy_pool_is_a_failing_dependency(canned: Canned) -> None:
    _describe(canned.stub, SECRET)
    canned.fails("forgot_password", "TooManyRequestsException")
    canned.fails("confirm_forgot_password", "TooManyRequestsException")

    with pytest.raises(DependencyError):
        canned.directory.send_reset_code(APP, EMAIL)
    with pytest.raises(DependencyError):
        canned.directory.reset_password(APP, EMAIL, "654321", "My-own-secret-1")


def test_the_code_and_the_password_are_sent_with_the_clients_proof(canned: Canned) -> None:
    asked = {**_asks_for_code(canned), "ConfirmationCode": "654321", "Password": "My-own-secret-1"}
    canned.stub.add_response("confirm_forgot_password", {}, asked)

    canned.directory.reset_password(APP, EMAIL, "654321", "My-own-secret-1")

    canned.stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    "code",
    [
        NOBODY,
        "CodeMismatchException",
        "ExpiredCodeException",
        "InvalidPasswordException",
        "LimitExceededException",
        "NotAuthorizedException",
        "TooManyFailedAttemptsException",
        "UserNotConfirmedException",
    ],
)
def test_a_refused_reset_is_one_refusal_whatever_was_wrong(canned: Canned, code: str) -> None:
    _describe(canned.stub, SECRET)
    canned.fails("confirm_forgot_password", code)

    with pytest.raises(ResetRefusedError) as refusal:
        canned.directory.reset_password(APP, EMAIL, "1", "weak")

    assert str(refusal.value) == ""
