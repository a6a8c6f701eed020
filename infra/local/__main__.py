"""`make run`: starts the local system, says who is who, and stops everything on Ctrl-C."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.local.errors import LocalError
from infra.local.local_stack import CHECKOUT, LocalStack, forget, running
from infra.local.ports import read_port
from infra.local.terminal import Stopped, progress, stop_at_signals


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    stop_at_signals()
    try:
        if options.reset:
            forget(options.state)
        port, aws_port = read_port(options.port, "PORT"), read_port(options.aws_port, "AWS_PORT")
        with running(options.state, port=port, aws_port=aws_port, progress=progress, follow_code=True) as stack:
            _introduce(stack)
            stack.emulator.wait()
        print("\nThe AWS emulator has ended by itself; start again with `make run`.", file=sys.stderr)
    except Stopped:
        print("\nStopped; `make run` goes on from here, `make run RESET=1` starts over.")
        return 0
    except LocalError as failure:
        print(failure, file=sys.stderr)
    return 1


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--port", default="3000", help="of the front door (default: 3000)")
    parser.add_argument("--aws-port", default="4566", help="of the AWS emulator (default: 4566)")
    parser.add_argument("--reset", action="store_true", help="throw away the state of earlier runs")
    state = CHECKOUT / ".local" / "state"
    parser.add_argument("--state", type=Path, default=state, help="the folder to keep it in (default: .local/state)")
    return parser.parse_args(arguments)


def _introduce(stack: LocalStack) -> None:
    print(f"\nTask Bot runs at {stack.url}")
    print(f"(documentation of the HTTP API: {stack.url}/docs; facts for tools: {stack.url}/_local/info)\n")
    row = "{:<14}{:<10}{:<27}{:<18}{}".format
    print(row("name", "Slack id", "email", "password", "group"))
    for person in stack.info["people"]:
        note = "" if person["linked"] else ", not linked to Slack"
        group = ", ".join(person["groups"]) + note
        print(row(person["name"], person["slack_user_id"], person["email"], person["password"], group))
    print(f"\nWhat the functions log: {stack.emulator_log}")
    print("Ctrl-C stops it.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
