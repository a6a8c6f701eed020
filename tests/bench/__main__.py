"""`make bench`: measures what `docs/bench.md` says, and writes it anew. `--quick` takes fewer rounds and sizes."""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from infra.package import PROJECT
from tests.bench.cold import cold
from tests.bench.functions import lay_out
from tests.bench.growth import growth, plot
from tests.bench.measures import Row
from tests.bench.pipeline import pipeline
from tests.bench.sizes import sizes
from tests.bench.warm import warm

REPORT: Final = PROJECT / "docs" / "bench.md"
PLOT: Final = PROJECT / "docs" / "pictures" / "growth.png"
PARTS: Final = ("bundle", "cold", "warm", "growth", "pipeline")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--quick", action="store_true", help="a few minutes, for a first look; writes nothing")
    arguments.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts; writes nothing")
    told = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tables = measured(Path(folder), told.only, quick=told.quick)
    if not told.quick and tuple(told.only) == PARTS:
        REPORT.write_text(report(tables))
        print(f"written to {REPORT.relative_to(PROJECT)} and {PLOT.relative_to(PROJECT)}")


def measured(folder: Path, parts: Sequence[str], *, quick: bool) -> dict[str, list[Row]]:
    laid = lay_out(folder)
    rounds = 3 if quick else 15
    measures: dict[str, Callable[[], list[Row]]] = {
        "bundle": lambda: sizes(laid, folder, rounds),
        "cold": lambda: cold(laid, folder / "cold", rounds),
        "warm": lambda: warm(laid, folder / "warm", 200 if quick else 1000),
        "growth": lambda: _grown(folder, (100, 1000) if quick else (100, 1000, 10_000, 100_000), draws=not quick),
        "pipeline": lambda: pipeline(folder, 200 if quick else 10_000),
    }
    tables = {}
    for part in parts:
        began = time.monotonic()
        tables[part] = measures[part]()
        print(f"\n{part} ({time.monotonic() - began:.0f} s)", *table(tables[part]), sep="\n", flush=True)
    return tables


def _grown(folder: Path, at: Sequence[int], *, draws: bool) -> list[Row]:
    found, rows = growth(folder, at)
    if draws:
        plot(found, PLOT)
    return rows


def table(rows: Sequence[Row]) -> list[str]:
    lines = ["| measure | Task Bot | beside it | bar | reached |", "| --- | --- | --- | --- | --- |"]
    said = {None: "", True: "yes", False: "**no**"}
    return lines + [f"| {row.what} | {row.ours} | {row.yardstick} | {row.bar} | {said[row.reached]} |" for row in rows]


def report(tables: dict[str, list[Row]]) -> str:
    load = os.getloadavg()
    lines = [
        "# Speed and scale, measured side by side", "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {_processor()}, {os.cpu_count()} processors, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"load {load[2]:.1f} over the last quarter of an hour.", "",
        "Each figure is the median of fresh processes, with the middle half of them behind it; what stands beside it",
        "was measured in the same run. AWS and Slack are played over TLS on the same machine, so that the time on the",
        "way is not in it.", "",
    ]  # fmt: skip
    for part, rows in tables.items():
        lines += [f"## {part.capitalize()}", "", *table(rows), ""]
        if part == "growth":
            lines += ["![Requests and items read over the number of tasks](pictures/growth.png)", ""]
    return "\n".join(lines)


def _processor() -> str:
    names = [line.partition(": ")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
