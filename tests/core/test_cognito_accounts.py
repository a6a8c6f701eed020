"""Changing users of the pool: against moto where that does what Cognito does, canned answers elsewhere."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.stub import Stubber
from moto import mock_aws

from core.cognito import CognitoDirectory
from core.cognito_accounts import CognitoAccounts
from core.errors import DependencyError, InvalidInputError, NotFoundError
from core.ids import PersonId
from core.people.accounts import temporary_password
from core.people.model import Account
from core.people.orders import MemberRefusal, MemberRefusedError
from tests.core.test_cognito import NOW, POOL, Pool, _client

NOBODY = PersonId("6f1c2d2e-0000-4000-8000-00000000dead")
PASSWORD = "A-temporary-1"
NEW_ADDRESS = {"email": "new@example.com"}


@pytest.fixture
def pool() -> Iterator[Pool]:
    with mock_aws():
        yield Pool(_client())


@pytest.fixture
def accounts(pool: Pool) -> CognitoAccounts:
    return CognitoAccounts(pool.client, pool.id, pool.directory)


def made(accounts: CognitoAccounts, email: str = "dana@example.com") -> Account:
    accounts.create(email, "Dana", "Berg", PASSWORD)
    account = accounts.find(email)
    assert account is not None
    return account


def test_a_user_is_made_with_a_verified_address_and_must_change_the_password(
    accounts: CognitoAccounts, pool: Pool
) -> None:
    account = made(accounts)

    user = pool.client.admin_get_user(UserPoolId=pool.id, Username=account.person_id)
    attributes = {each["Name"]: each.get("Value") for each in user["UserAttributes"]}
    assert account.must_change_password
    assert (account.given_name, account.family_name, account.groups, account.enabled) == (
        "Dana", "Berg", frozenset[str](), True
    )  # fmt: skip
    assert attributes["email_verified"] == "true"


def test_cognito_itself_sends_nothing() -> None:
    client = _client()
    with Stubber(client) as played:
        wanted = {
            "UserPoolId": POOL,
            "Username": "dana@example.com",
            "UserAttributes": [
                {"Name": "email", "Value": "dana@example.com"},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "given_name", "Value": "Dana"},
                {"Name": "family_name", "Value": "Berg"},
            ],
            "TemporaryPassword": PASSWORD,
            "MessageAction": "SUPPRESS",
        }
        played.add_response("admin_create_user", {"User": {}}, wanted)

        CognitoAccounts(client, POOL, CognitoDirectory(client, POOL, lambda: NOW)).create(
            "dana@example.com", "Dana", "Berg", PASSWORD
        )


def test_making_a_user_again_leaves_them_as_they_are(accounts: CognitoAccounts) -> None:
    first = made(accounts)

    accounts.create("dana@example.com", "Other", "Name", "Another-one-2")

    assert accounts.find("dana@example.com") == first


def test_what_cognito_takes_for_no_address_is_named() -> None:
    with pytest.raises(InvalidInputError) as failure:
        answered("admin_create_user", "InvalidParameterException", lambda each: each.create("d", "D", "", PASSWORD))

    assert failure.value.problems[0].field == "email"


def test_names_groups_and_access_change(accounts: CognitoAccounts) -> None:
    person_id = made(accounts).person_id

    accounts.change(person_id, {"given_name": "Diana", "family_name": "Falk"})
    accounts.join(person_id, "Admins")
    accounts.join(person_id, "TeamMembers")
    accounts.leave(person_id, "TeamMembers")
    accounts.disable(person_id)

    changed = accounts.find(person_id)
    assert changed is not None
    assert (changed.given_name, changed.family_name, changed.groups, changed.enabled) == (
        "Diana", "Falk", frozenset({"Admins"}), False
    )  # fmt: skip
    accounts.enable(person_id)
    assert accounts.roles(person_id).is_admin


def played(client: Any) -> CognitoAccounts:
    return CognitoAccounts(client, POOL, CognitoDirectory(client, POOL, lambda: NOW))


def test_a_new_address_is_written_as_one_that_nobody_has_proven() -> None:
    client = _client()
    with Stubber(client) as answers:
        wanted = {
            "UserPoolId": POOL,
            "Username": NOBODY,
            "UserAttributes": [
                {"Name": "email", "Value": "new@example.com"},
                {"Name": "custom:time_zone", "Value": "Asia/Tokyo"},
                {"Name": "locale", "Value": ""},
                {"Name": "email_verified", "Value": "false"},
            ],
        }
        answers.add_response("admin_update_user_attributes", {}, wanted)
        played(client).change(NOBODY, {"email": "new@example.com", "time_zone": "Asia/Tokyo", "locale": ""})
        answers.assert_no_pending_responses()


def test_whatever_else_changes_leaves_the_address_as_proven_as_it_was(accounts: CognitoAccounts, pool: Pool) -> None:
    person_id = made(accounts).person_id

    accounts.change(person_id, {"given_name": "Diana", "locale": "da"})

    user = pool.client.admin_get_user(UserPoolId=pool.id, Username=person_id)
    said = {each["Name"]: each.get("Value") for each in user["UserAttributes"]}
    assert (said["email_verified"], said["locale"]) == ("true", "da")


def test_a_temporary_password_proves_the_address_that_it_was_mailed_to(accounts: CognitoAccounts, pool: Pool) -> None:
    person_id = made(accounts).person_id
    accounts.change(person_id, {"email": "new@example.com"})
    before = pool.client.admin_get_user(UserPoolId=pool.id, Username=person_id)["UserAttributes"]

    accounts.set_temporary_password(person_id, PASSWORD)

    after = pool.client.admin_get_user(UserPoolId=pool.id, Username=person_id)["UserAttributes"]
    assert [each["Value"] for said in (before, after) for each in said if each["Name"] == "email_verified"] == [
        "false",
        "true",
    ]


def test_what_the_pool_has_of_our_own_is_read() -> None:
    client = _client()
    said = {"sub": NOBODY, "email": "a@example.com", "locale": "pt", "custom:title": "Cook", "custom:time_zone": "UTC"}
    with Stubber(client) as answers:
        user = {
            "Username": NOBODY,
            "UserAttributes": [{"Name": name, "Value": value} for name, value in said.items()],
            "Enabled": True,
            "UserStatus": "CONFIRMED",
        }
        answers.add_response("admin_get_user", user)
        answers.add_response("admin_list_groups_for_user", {"Groups": []})
        account = played(client).find(NOBODY)

    assert account is not None
    assert (account.locale, account.title, account.time_zone) == ("pt", "Cook", "UTC")


def test_an_address_that_somebody_else_has_is_refused() -> None:
    with pytest.raises(MemberRefusedError) as refusal:
        answered("admin_update_user_attributes", "AliasExistsException", lambda each: each.change(NOBODY, NEW_ADDRESS))

    assert refusal.value.reason is MemberRefusal.ALREADY_MEMBER


def test_a_new_address_that_cognito_takes_for_none_is_named() -> None:
    with pytest.raises(InvalidInputError) as failure:
        answered(
            "admin_update_user_attributes", "InvalidParameterException", lambda each: each.change(NOBODY, NEW_ADDRESS)
        )

    assert failure.value.problems[0].field == "email"


def test_a_reset_password_must_be_changed(accounts: CognitoAccounts, pool: Pool) -> None:
    person_id = pool.add("ana@example.com", password="Right-password-1")

    accounts.set_temporary_password(person_id, PASSWORD)

    account = accounts.find(person_id)
    assert account is not None
    assert account.must_change_password


def test_a_deleted_user_is_gone_and_stays_gone(accounts: CognitoAccounts) -> None:
    person_id = made(accounts).person_id

    accounts.delete(person_id)
    accounts.delete(person_id)

    assert accounts.find(person_id) is None


def test_signing_out_is_global() -> None:
    client = _client()
    with Stubber(client) as played:
        played.add_response("admin_user_global_sign_out", {}, {"UserPoolId": POOL, "Username": NOBODY})
        CognitoAccounts(client, POOL, CognitoDirectory(client, POOL, lambda: NOW)).sign_out(NOBODY)
        played.assert_no_pending_responses()


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts: accounts.change(NOBODY, {"given_name": "A", "family_name": "B"}),
        lambda accounts: accounts.set_temporary_password(NOBODY, PASSWORD),
        lambda accounts: accounts.join(NOBODY, "Admins"),
        lambda accounts: accounts.leave(NOBODY, "Admins"),
        lambda accounts: accounts.enable(NOBODY),
        lambda accounts: accounts.disable(NOBODY),
    ],
)
def test_whoever_is_not_there_is_not_found(
    accounts: CognitoAccounts, change: Callable[[CognitoAccounts], None]
) -> None:
    with pytest.raises(NotFoundError):
        change(accounts)


def test_the_policy_is_the_pools_own_and_is_read_once() -> None:
    client = _client()
    asked = {"MinimumLength": 20, "RequireUppercase": False, "RequireLowercase": True, "RequireNumbers": True,
             "RequireSymbols": False}  # fmt: skip
    with Stubber(client) as played:
        played.add_response("describe_user_pool", {"UserPool": {"Policies": {"PasswordPolicy": asked}}})
        accounts = CognitoAccounts(client, POOL, CognitoDirectory(client, POOL, lambda: NOW))

        policies = [accounts.password_policy(), accounts.password_policy()]

    assert policies[0] == policies[1]
    password = temporary_password(policies[0])
    assert len(password) == 20
    assert password.isalnum()
    assert password == password.lower()


def test_everybody_is_read_with_their_groups_over_all_pages(accounts: CognitoAccounts, pool: Pool) -> None:
    for number in range(130):
        pool.add(f"p{number}@example.com", *(["Admins"] if number % 2 else []))

    everybody = accounts.everybody()

    assert len(everybody) == 130
    assert sum("Admins" in account.groups for account in everybody) == 65
    assert everybody[0] == accounts.find(everybody[0].person_id)


def answered(operation: str, error: str, call: Callable[[CognitoAccounts], Any]) -> None:
    client = _client()
    with Stubber(client) as played:
        played.add_client_error(operation, error)
        call(CognitoAccounts(client, POOL, CognitoDirectory(client, POOL, lambda: NOW)))


@pytest.mark.parametrize("error", ["TooManyRequestsException", "InternalErrorException"])
def test_a_busy_cognito_can_be_asked_again(error: str) -> None:
    with pytest.raises(DependencyError) as failure:
        answered("admin_disable_user", error, lambda accounts: accounts.disable(NOBODY))

    assert failure.value.retryable


def test_a_cognito_that_does_not_answer_can_be_asked_again() -> None:
    client = _client("http://127.0.0.1:9")

    with pytest.raises(DependencyError) as failure:
        CognitoAccounts(client, POOL, CognitoDirectory(client, POOL, lambda: NOW)).enable(NOBODY)

    assert failure.value.retryable
