"""Clients of AWS share the certificates that they trust; that must not make them trust more."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import SSLError

from core.bootstrap.aws import quick, trust, trusting
from core.storage.dynamodb.table import Table
from tests.bench.played import Outside, outside_played


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Outside]:
    with outside_played(tmp_path, lambda *_: {"Item": {"n": {"N": "1"}}}, lambda *_: {}) as outside:
        yield outside


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    trust.cache_clear()
    yield
    trust.cache_clear()


def table_at(endpoint: str) -> Table:
    client = boto3.client(
        "dynamodb", region_name="eu-north-1", aws_access_key_id="x", aws_secret_access_key="x",
        endpoint_url=endpoint, config=quick(attempts=1),
    )  # fmt: skip
    return Table(trusting(client), "table")


def test_a_client_believes_the_authorities_of_this_machine(played: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(played.trust))

    assert table_at(played.aws).get({"pk": "a", "sk": "b"}) == {"n": 1}


def test_a_client_refuses_a_certificate_of_nobody_known(played: Outside) -> None:
    with pytest.raises(Exception, match="SSL") as refused:
        table_at(played.aws).get({"pk": "a", "sk": "b"})

    assert isinstance(refused.value.__cause__, SSLError)


def test_a_client_refuses_a_certificate_for_another_name(played: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(played.trust))

    with pytest.raises(Exception, match="SSL") as refused:
        table_at(played.aws.replace("127.0.0.1", "localhost")).get({"pk": "a", "sk": "b"})

    assert isinstance(refused.value.__cause__, SSLError)
