"""`make fuzz`: schemathesis for minutes on a fresh system, as an admin, as a member and as nobody."""

import argparse
import random
import tempfile
from pathlib import Path

from infra.local.local_stack import running
from tests.fuzz.runs import IDENTITIES, run
from tests.support.deployed_api import DeployedApi, tidy
from tests.support.stack import silently


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=300, help="for each identity")
    arguments.add_argument("--seed", type=int, default=random.randrange(10**8))  # noqa: S311 - which inputs are tried
    told = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "stack", port=0, aws_port=0, progress=silently) as stack,
    ):
        api = DeployedApi.of(stack)
        with tidy(api) as task:
            for identity in IDENTITIES:
                print(run(api, identity, task, Path(folder), seconds=told.seconds, seed=told.seed), flush=True)


if __name__ == "__main__":
    main()
