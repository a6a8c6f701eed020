"""Ten seconds of what `make load` does for three minutes."""

from pathlib import Path

import pytest

from infra.local.local_stack import LocalStack
from tests.load.runs import require_sound, run
from tests.support.deployed_api import DeployedApi, tidy
from tests.support.figures import Figures

pytestmark = pytest.mark.stack


def test_many_clients_at_once_get_no_error_and_lose_no_update(
    stack: LocalStack, tmp_path: Path, figures: Figures
) -> None:
    api = DeployedApi.of(stack)
    with tidy(api):
        report = run(api, tmp_path, seconds=10, clients=8, hand_out=False)
    for line in report.lines():
        figures.say(line)

    require_sound(report)
