"""The bundle: how large it is, and whether its byte code is as good as code compiled a moment ago."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.bench.functions import PRODUCT, LaidOut
from tests.bench.measures import Row, ms, ratio

_MEGA: Final = 1_000_000
_IMPORT: Final = f"import time; began = time.process_time(); import {PRODUCT}; print(time.process_time() - began)"


def sizes(laid: LaidOut, folder: Path, rounds: int) -> list[Row]:
    zipped = laid.zipped.stat().st_size / _MEGA
    unpacked = sum(file.stat().st_size for file in laid.bundle.rglob("*") if file.is_file()) / _MEGA
    packaged, compiled = imports(laid, folder, rounds)
    share = ratio(packaged, compiled)
    return [
        Row("zip of the Slack function", f"{zipped:.1f} MB", "", "≤ 20 MB", zipped <= 20),
        Row("the same, unpacked", f"{unpacked:.1f} MB"),
        Row("import of the packaged code, CPU", ms(packaged, 0), f"freshly compiled: {ms(compiled, 0)}"),
        Row("÷ freshly compiled", share.written(digits=2), "1.00", "≤ 1.15", share.middle <= 1.15),
    ]


def imports(laid: LaidOut, folder: Path, rounds: int) -> tuple[list[float], list[float]]:
    """CPU seconds of importing the function: as packaged, and from sources compiled here as Python does by itself."""
    fresh = folder / "fresh"
    shutil.copytree(laid.bundle, fresh, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    _import_from(fresh, writes=True)
    pairs = [(_import_from(laid.bundle), _import_from(fresh)) for _ in range(rounds)]
    return [packaged for packaged, _ in pairs], [compiled for _, compiled in pairs]


def _import_from(bundle: Path, *, writes: bool = False) -> float:
    told = {"PYTHONPATH": str(bundle), "PATH": os.defpath} | ({} if writes else {"PYTHONDONTWRITEBYTECODE": "1"})
    python = [getattr(sys, "_base_executable", sys.executable), "-S", "-c", _IMPORT]
    done = subprocess.run(python, cwd=bundle, env=told, capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout)
