"""A cold start in the packaged function: what the first command costs beside a warm one, and what it asks for.

Times are `make bench`; here are counts, and one ratio of CPU that holds on a busy machine too.
"""

import sys
from pathlib import Path
from statistics import median

import pytest

from infra.package import RUNTIME
from tests.bench.functions import PRODUCT, LaidOut, command, environment, outside, started, stocked
from tests.support.lambda_runtime import lay_out_runtime

pytestmark = pytest.mark.skipif(sys.version_info[:2] != RUNTIME, reason="the bundle is for the Python of Lambda")

STARTS, COMMANDS = 3, 8


@pytest.fixture
def laid(unpacked: Path, tmp_path: Path) -> LaidOut:
    return LaidOut(unpacked.with_suffix(".zip"), unpacked, lay_out_runtime(tmp_path / "runtime"))


def test_the_first_command_costs_hardly_more_than_the_next(laid: LaidOut, tmp_path: Path) -> None:
    """Nothing is imported, made or connected by it. A client that is made only then costs twenty times a command."""
    ratios, costs = [], []
    with outside(tmp_path / "outside", stocked()) as played:
        for _ in range(STARTS):
            with started(PRODUCT, laid, environment(played)) as function:
                first, *rest = [function.invoke(command("")).cpu for _ in range(COMMANDS)]
            ratios.append(first / median(rest))
            costs.append(first)

    assert min(ratios) < 2.5, ratios
    assert min(costs) < 0.060, costs


def test_what_a_cold_start_and_a_command_ask_for(laid: LaidOut, tmp_path: Path) -> None:
    """One connection to each service, made in init; then two requests for a list, one of them to see who asks."""
    with outside(tmp_path / "outside", stocked()) as played, started(PRODUCT, laid, environment(played)) as function:
        connected = list(played.connections)
        function.invoke(command(""))
        before = len(played.asked)
        function.invoke(command(""))
        assert len(played.asked) - before <= 2
        function.invoke(command("new"))

    assert connected == ["aws", "aws"]  # Secrets Manager and DynamoDB.
    assert played.connections == ["aws", "aws", "slack"]
