"""Which Python `make` takes, and what it says when there is none."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local.local_stack import CHECKOUT


def find_python(env: Mapping[str, str], given: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", str(CHECKOUT / "infra" / "local" / "find_python.sh"), given],
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has no Python at all."""
    return {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}


def install(path: Path, *, can: str) -> str:
    """Put a Python there that can do what `can` says: `everything`, `no venv` or `nothing` (it is too old)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {"everything": "exit 0", "no venv": 'case "$2" in *venv*) exit 1;; esac', "nothing": "exit 1"}[can]
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_the_version_that_lambda_runs_is_preferred(machine: dict[str, str], tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        install(tmp_path / "bin" / name, can="everything")
    assert find_python(machine).stdout == "python3.13\n"


@pytest.mark.parametrize(
    "kept", [".pyenv/versions/3.13.0/bin/python3", ".local/share/uv/python/cpython-3.13.1-x/bin/python3"]
)
def test_it_is_found_where_pyenv_and_uv_keep_it(machine: dict[str, str], tmp_path: Path, kept: str) -> None:
    install(tmp_path / "bin" / "python3.13", can="nothing")  # pyenv's stand-in for a version that is not switched on
    install(tmp_path / "bin" / "python3.12", can="everything")
    wanted = install(tmp_path / kept, can="everything")
    assert find_python(machine).stdout == f"{wanted}\n"


def test_any_recent_enough_python_does(machine: dict[str, str], tmp_path: Path) -> None:
    install(tmp_path / "bin" / "python3", can="everything")
    assert find_python(machine).stdout == "python3\n"


def test_a_machine_without_python_is_told_what_to_install(machine: dict[str, str], tmp_path: Path) -> None:
    install(tmp_path / "bin" / "python3", can="nothing")
    found = find_python(machine)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith("No Python 3.11 or newer was found; install Python 3.13")
    assert found.stderr.count("\n") == 1


def test_a_python_without_venv_is_told_which_package_is_missing(machine: dict[str, str], tmp_path: Path) -> None:
    install(tmp_path / "bin" / "python3", can="no venv")
    found = find_python(machine)
    assert found.returncode == 1
    assert "apt install python3-venv" in found.stderr


def test_the_given_python_is_taken_or_refused_by_name(machine: dict[str, str], tmp_path: Path) -> None:
    assert find_python(machine, sys.executable).stdout == f"{sys.executable}\n"
    too_old = install(tmp_path / "old" / "python3", can="nothing")
    found = find_python(machine, too_old)
    assert found.returncode == 1
    assert found.stderr.startswith(f"PYTHON={too_old} is not a working Python 3.11 or newer")
