"""`make run` as a program of its own."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from infra.local.local_stack import CHECKOUT

LAST_LINE: Final = "Ctrl-C stops it."


class Run:
    """One run of a checkout's command, with its state in `state`."""

    def __init__(self, state: Path, *arguments: str, checkout: Path = CHECKOUT) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "infra.local", "--state", str(state), *arguments],
            cwd=checkout,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.shown: list[str] = []
        self.started: Sequence[psutil.Process] = []
        self.url = ""

    def wait_until_up(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.shown.append(line)
            if line.startswith(LAST_LINE):
                break
        up = re.search(r"runs at (http://\S+)", "".join(self.shown))
        assert up is not None, self.failure()
        self.url = up[1]
        self.started = psutil.Process(self._process.pid).children(recursive=True)
        assert self.started

    def end(self, how: signal.Signals) -> int:
        """Send a signal; answer the exit code once everything that was started is gone."""
        self._process.send_signal(how)
        self._process.communicate(timeout=60)
        _, alive = psutil.wait_procs(self.started, timeout=30)
        assert alive == []
        return self._process.returncode

    def failure(self) -> tuple[int, str]:
        """Wait for a run that cannot start; answer its exit code and its last words."""
        _, words = self._process.communicate(timeout=60)
        return self._process.returncode, words

    def make_sure_it_is_over(self) -> None:
        self._process.kill()
        self._process.communicate()
        _, left = psutil.wait_procs(self.started, timeout=30)
        for each in left:
            each.kill()

    def ask(self, method: str, path: str, **arguments: Any) -> Any:
        return httpx.request(method, self.url + path, trust_env=False, timeout=30, **arguments).json()

    def type(self, user: str, text: str) -> str:
        command = {"user": user, "text": text}
        return str(self.ask("POST", "/_local/slack/command", json=command))

    def messages(self, user: str) -> str:
        return str(self.ask("GET", f"/_local/slack/messages?user={user}"))


@contextmanager
def run(state: Path, *arguments: str, checkout: Path = CHECKOUT) -> Iterator[Run]:
    """Have the command run on free ports until the end of the block."""
    running = Run(state, "--port", "0", "--aws-port", "0", *arguments, checkout=checkout)
    try:
        yield running
    finally:
        running.make_sure_it_is_over()
