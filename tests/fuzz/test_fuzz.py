"""Some seconds of what `make fuzz` does for minutes."""

from pathlib import Path

import pytest

from infra.local.local_stack import LocalStack
from tests.fuzz.runs import IDENTITIES, run
from tests.support.deployed_api import DeployedApi, tidy

pytestmark = pytest.mark.stack

SECONDS = 12
"""For each identity; the start of schemathesis comes on top."""


def test_nothing_that_the_description_allows_or_forbids_breaks_the_api(stack: LocalStack, tmp_path: Path) -> None:
    api = DeployedApi.of(stack)
    with tidy(api) as task:
        for identity in IDENTITIES:
            report = run(api, identity, task, tmp_path, seconds=SECONDS)
            assert "Tested: " in report, report
