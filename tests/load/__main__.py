"""`make load`: three minutes of mixed load on a fresh system; prints the times of each route."""

import argparse
import tempfile
from pathlib import Path

from infra.local.local_stack import running
from tests.load.runs import require_sound, run
from tests.support.deployed_api import DeployedApi
from tests.support.stack import silently


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=180)
    arguments.add_argument("--clients", type=int, default=20)
    told = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "stack", port=0, aws_port=0, progress=silently) as stack,
    ):
        report = run(DeployedApi.of(stack), Path(folder), seconds=told.seconds, clients=told.clients, hand_out=True)
        print(*report.lines(), sep="\n")
        require_sound(report)


if __name__ == "__main__":
    main()
