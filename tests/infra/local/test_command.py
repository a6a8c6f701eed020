"""What `make run` starts, seen from the terminal: its words, its stops, and what it leaves behind."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from infra.local.local_stack import CHECKOUT, LocalStack
from infra.local.ports import listen
from tests.support.command import run


def soon(happens: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not (happened := happens()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return happened


def test_ctrl_c_ends_it_and_the_next_start_goes_on_from_there(tmp_path: Path) -> None:
    with run(tmp_path) as first:
        first.wait_until_up()
        assert "Adding the demo team" in "".join(first.shown)
        assert "T-13" in first.type("U0ADA", "new Survive the night <@U0BEN>")
        assert first.end(signal.SIGINT) == 0
    with run(tmp_path) as second:
        second.wait_until_up()
        assert "Adding the demo team" not in "".join(second.shown)
        assert "Given to Ben Okoro." in second.messages("U0ADA")
        assert soon(lambda: "Survive the night" in second.type("U0BEN", ""))
        assert soon(lambda: "T-13: Survive the night" in second.messages("U0BEN"))
        second.type("U0ADA", "new Greet the morning <@U0BEN>")
        assert soon(lambda: "T-14: Greet the morning" in second.messages("U0BEN"))
        assert second.end(signal.SIGTERM) == 0


def test_nothing_is_left_even_when_it_is_killed(tmp_path: Path) -> None:
    with run(tmp_path) as killed:
        killed.wait_until_up()
        killed.end(signal.SIGKILL)


@pytest.mark.parametrize("option", ["--port", "--aws-port"])
def test_a_taken_port_is_one_sentence_and_exit_1(tmp_path: Path, option: str) -> None:
    with listen(0, "PORT") as other:
        port = other.getsockname()[1]
        with run(tmp_path, option, str(port)) as refused:
            code, words = refused.failure()
    assert code == 1
    assert words.strip().startswith(f"Port {port} is taken by another program; stop that one, or choose another port")
    assert len(words.strip().splitlines()) == 1


def test_one_port_for_both_is_said_as_what_it_is(tmp_path: Path) -> None:
    with listen(0, "PORT") as free:
        port = free.getsockname()[1]
    with run(tmp_path, "--port", str(port), "--aws-port", str(port)) as refused:
        code, words = refused.failure()
    assert code == 1
    assert words.strip() == f"PORT and AWS_PORT are both {port}; move one, for example `make run AWS_PORT={port + 1}`."


@pytest.mark.stack
@pytest.mark.parametrize("option", [(), ("--reset",)])
def test_a_second_run_of_the_same_state_is_one_sentence_and_exit_1(stack: LocalStack, option: Sequence[str]) -> None:
    with run(stack.folder, *option) as second:
        code, words = second.failure()
    assert (code, words.strip()) == (1, "The system of this checkout is running already; stop that one first.")


def test_reset_forgets_what_earlier_runs_kept(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "workspace.json").write_text("{}")
    with listen(0, "PORT") as other, run(state, "--reset", "--port", str(other.getsockname()[1])) as refused:
        refused.failure()
    assert not (state / "workspace.json").exists()


@pytest.mark.parametrize("port", ["many", "", "70000"])
def test_what_is_no_port_is_one_sentence_and_exit_1(tmp_path: Path, port: str) -> None:
    with run(tmp_path, "--port", port) as refused:
        code, words = refused.failure()
    assert code == 1
    assert words == f"{port!r} is no port; choose one from 1024 to 65535, for example `make run PORT=8000`.\n"


def test_make_hands_its_settings_on() -> None:
    make = ["make", "--dry-run", "--no-print-directory", "run", "PORT=5000", "AWS_PORT=6000"]

    def shown(*more: str) -> str:
        return subprocess.run([*make, *more], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.rstrip()  # noqa: S603

    assert shown().endswith('-m infra.local --port "5000" --aws-port "6000"')
    assert shown("RESET=1").endswith('--aws-port "6000" --reset')


def test_stopping_make_stops_what_it_started(tmp_path: Path) -> None:
    """It hands SIGTERM to its child, which must not be a shell in between. (SIGINT it leaves to the terminal.)"""
    played = tmp_path / "python"
    played.write_text("#!/bin/sh\ntrap 'echo stopped; exit 0' TERM\necho up\nfor _ in $(seq 50); do sleep 0.1; done\n")
    played.chmod(0o755)
    installed = tmp_path / "installed"
    installed.touch()
    command = ["make", "--no-print-directory", "run", f"BIN={tmp_path}", f"INSTALLED={installed}"]

    make = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
    with make:
        assert make.stdout is not None
        assert "up\n" in iter(make.stdout.readline, "")
        make.terminate()

        assert make.stdout.readline() == "stopped\n"
