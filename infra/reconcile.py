"""`python -m infra.reconcile` brings the directory of a deployment in line with Cognito, as happens every night."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import boto3

from infra.app import STACK_NAME

Client = Callable[[str], Any]


def reconcile(client: Client, stack_name: str) -> dict[str, int]:
    """Have the function `work` do it; gives how many accounts were read, and what was done about them.

    Raises:
        RuntimeError: it could not; its log says why.
    """
    [stack] = client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    answer = client("lambda").invoke(
        FunctionName=outputs["FunctionWorkName"], Payload=json.dumps({"do": "reconcile"}).encode()
    )
    counts: dict[str, int] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise RuntimeError(f"the function {outputs['FunctionWorkName']} failed: see its log")
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.reconcile", description=__doc__)
    parser.add_argument("--stack", default=STACK_NAME, help=f"the deployed stack (default: {STACK_NAME})")
    options = parser.parse_args(arguments)
    client: Any = boto3.Session().client
    counts = reconcile(client, options.stack)
    sys.stdout.write(
        "{read} accounts read: {added} added to the directory, {changed} changed, {gone} gone, "
        "{left} left for the next time\n".format(**counts)
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
