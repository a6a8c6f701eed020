"""Whoever has three seconds to answer begins nothing that comes too late."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from core.bootstrap.aws import hurried
from core.clock import Hurry
from core.cognito import CognitoDirectory
from core.cognito_accounts import CognitoAccounts
from core.errors import DependencyError
from core.ids import PersonId
from tests.core.test_cognito import NOW, Pool, _client
from tests.support.aws_session import session

NOBODY = PersonId("6f1c2d2e-0000-4000-8000-00000000dead")


class Ticking:
    """A clock that goes on by itself after so many looks."""

    def __init__(self) -> None:
        self.looks_left = 1000

    def __call__(self) -> float:
        self.looks_left -= 1
        return 0.0 if self.looks_left >= 0 else 10.0


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def hurry(ticking: Ticking) -> Hurry:
    return Hurry(timedelta(seconds=1), ticking)


@pytest.fixture
def pool(hurry: Hurry) -> Iterator[Pool]:
    with mock_aws():
        yield Pool(hurried(_client(), hurry, "cognito"))


def too_late(call: Callable[[], object]) -> None:
    with pytest.raises(DependencyError) as refused:
        call()
    assert (refused.value.dependency, refused.value.reason, refused.value.retryable) == (
        "cognito", "no time left", True,
    )  # fmt: skip


def test_no_call_to_cognito_begins_too_late(pool: Pool, hurry: Hurry, ticking: Ticking) -> None:
    ada = pool.add("ada@example.com", "Admins")
    accounts = CognitoAccounts(pool.client, pool.id, pool.directory)
    ticking.looks_left = 0

    too_late(lambda: pool.directory.roles(ada))
    too_late(lambda: accounts.find("ada@example.com"))
    too_late(lambda: accounts.delete(NOBODY))
    too_late(accounts.password_policy)
    ticking.looks_left = 1000
    hurry.begin()
    assert accounts.find("ada@example.com")


def test_the_second_of_two_calls_begins_no_later_than_the_first(pool: Pool, ticking: Ticking) -> None:
    ada = pool.add("ada@example.com", "Admins")
    ticking.looks_left = 1

    too_late(lambda: pool.directory.roles(ada))


@pytest.mark.parametrize(("looks", "attempts"), [(1, 1), (1000, 2)])
def test_what_fails_too_late_is_neither_slept_on_nor_tried_again(
    hurry: Hurry, ticking: Ticking, monkeypatch: pytest.MonkeyPatch, looks: int, attempts: int
) -> None:
    client = session().client(
        "cognito-idp",
        region_name="eu-west-1",
        endpoint_url="http://127.0.0.1:1",
        config=Config(retries={"mode": "standard", "total_max_attempts": 2}),
    )
    slept: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", slept.append)
    tried: list[str] = []
    hurried(client, hurry, "cognito").meta.events.register("before-send", lambda **_: tried.append("once"))
    ticking.looks_left = looks

    with pytest.raises(DependencyError) as failure:
        CognitoDirectory(client, "eu-west-1_pool", lambda: NOW).roles(NOBODY)

    assert isinstance(failure.value.__cause__, EndpointConnectionError)
    assert (len(tried), len(slept)) == (attempts, attempts - 1)


def test_the_time_of_a_request_counts_from_when_it_was_sent() -> None:
    hurry = Hurry(timedelta(seconds=1), lambda: 0.0)

    hurry.begin(timedelta(seconds=0.9))
    assert not hurry.is_over
    hurry.begin(timedelta(seconds=1))
    assert hurry.is_over


def test_a_request_in_another_thread_gives_this_one_no_more_time() -> None:
    now = [0.0]
    hurry = Hurry(timedelta(seconds=1), lambda: now[0])
    now[0] = 5.0
    other = threading.Thread(target=hurry.begin)
    other.start()
    other.join()

    assert hurry.is_over
