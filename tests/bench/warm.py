"""Warm commands: what Bolt and our own code add to the calls to AWS, beside a handler without either."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any, Final

from tests.bench.functions import BARE, PRODUCT, RAW, LaidOut, command, environment, outside, started, stocked
from tests.bench.measures import Row, ms

_BATCH: Final = 50
_FIRST: Final = 20


class Driven:
    """A handler in a process of its own that says what each event took."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._in: IO[str] = process.stdin  # type: ignore[assignment] # both are pipes
        self._out: IO[str] = process.stdout  # type: ignore[assignment]

    def handle(self, event: dict[str, Any]) -> dict[str, float]:
        self._in.write(json.dumps(event) + "\n")
        self._in.flush()
        took: dict[str, float] = json.loads(self._out.readline())
        assert took["status"] == 200
        return took


@contextmanager
def driven(name: str, laid: LaidOut, told: dict[str, str]) -> Iterator[Driven]:
    python = [getattr(sys, "_base_executable", sys.executable), "-S", "drive.py", name]
    process = subprocess.Popen(  # noqa: S603 - our own bundle
        python, cwd=laid.bundle, env={**told, "PYTHONPATH": str(laid.bundle), "PATH": os.defpath},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield Driven(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()


def calls_of_a_warm_command(laid: LaidOut, folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """What a warm `/task` asks of DynamoDB, with its arguments."""
    shelf = stocked()
    with outside(folder, shelf) as played, started(PRODUCT, laid, environment(played)) as function:
        function.invoke(command(""))
        shelf.calls.clear()
        function.invoke(command(""))
    return shelf.calls


def warm(laid: LaidOut, folder: Path, count: int) -> list[Row]:
    calls = calls_of_a_warm_command(laid, folder)
    names, took = (PRODUCT, BARE, RAW), defaultdict[str, list[dict[str, float]]](list)
    with outside(folder, stocked()) as played, ExitStack() as running:
        told = environment(played, calls)
        handlers = {name: running.enter_context(driven(name, laid, told)) for name in names}
        for handler in handlers.values():
            for _ in range(_FIRST):
                handler.handle(command(""))
        for _ in range(count // _BATCH):
            for name, handler in handlers.items():
                took[name] += [handler.handle(command("")) for _ in range(_BATCH)]
    apart = {name: [each["all"] - each["aws"] for each in took[name]] for name in names}
    p50 = {name: median(values) for name, values in apart.items()}
    above = p50[PRODUCT] - p50[RAW]
    asked = ", ".join(operation for operation, _ in calls)
    return [
        Row(f"warm `/task`, apart from its {asked}", ms(apart[PRODUCT], 2), f"raw handler: {ms(apart[RAW], 2)}"),
        Row("above the raw handler, p50", f"{above * 1000:.2f} ms", "", "≤ 2 ms", above <= 0.002),
        Row("of that: Bolt", f"{(p50[BARE] - p50[RAW]) * 1000:.2f} ms", ""),
        Row("of that: our own code, all listeners registered", f"{(p50[PRODUCT] - p50[BARE]) * 1000:.2f} ms", ""),
        Row("the same, p99", f"{quantiles(apart[PRODUCT], n=100)[98] * 1000:.2f} ms",
            f"raw handler: {quantiles(apart[RAW], n=100)[98] * 1000:.2f} ms"),
        Row("warm `/task`, CPU with its calls", ms([each["cpu"] for each in took[PRODUCT]], 2),
            f"raw handler: {ms([each['cpu'] for each in took[RAW]], 2)}"),
    ]  # fmt: skip
