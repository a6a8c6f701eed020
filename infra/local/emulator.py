"""The AWS emulator (ministack) as one child process: its environment, its start, its clean stop."""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from infra.local import saved_state
from infra.local.errors import LocalError
from infra.local.ports import LOOPBACK, free_port

START_SECONDS = 60
STOP_SECONDS = 30
"""A stop writes the state of every service; cutting it short loses what is newest."""
LOG_BYTES = 20_000_000
"""From this size on, the next start begins another file; the one before is kept beside it."""


class Emulator:
    """One ministack on loopback that keeps its state under `folder`."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder.resolve()
        self._port = free_port(port, "AWS_PORT")
        self._state = self._folder / "state"
        self._temporary = self._folder / "tmp"
        self.log = self._folder / "emulator.log"
        self.endpoint = f"http://{LOOPBACK}:{self._port}"

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start it, wait until it answers, and stop it cleanly at the end of the block.

        Raises:
            LocalError: it ended, or did not answer in time.
        """
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary.mkdir(parents=True)
        saved_state.mend(self._state, self._port)
        with self._opened_log() as log, self._spawn(log) as process:
            try:
                self._wait(process)
                yield process
            finally:
                _stop(process)

    def _opened_log(self) -> IO[bytes]:
        """Go on with what stands there: somebody may look for the reference of an hour ago."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))
        return self.log.open("ab")

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        # In a session of its own, Ctrl-C in the terminal does not reach it: whoever started it stops it in order.
        return subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-P", str(Path(__file__).with_name("emulator_process.py"))],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        """Name everything that it gets: its functions inherit it, and must miss here what the template forgets."""
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
            "HOME": str(self._folder),
            "TMPDIR": str(self._temporary),
            "TZ": "UTC",
            "LANG": "C.UTF-8",
            "AUTH": "true",
            "BIND_HOST": LOOPBACK,
            "GATEWAY_PORT": str(self._port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self._folder / "s3"),
            # No Docker is used, even where there is one.
            "DOCKER_HOST": f"unix://{self._temporary / 'no-docker'}",
        }

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None:
                raise LocalError(f"The AWS emulator ended while starting{self._last_words()}; see {self.log}.")
            if time.monotonic() > deadline:
                raise LocalError(f"The AWS emulator did not answer within {START_SECONDS} seconds; see {self.log}.")
            time.sleep(0.05)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=1)
        try:
            connection.request("GET", "/_ministack/ready")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return f" ({lines[-1].strip()})" if lines else ""


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    # Its functions run in its process group.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
