"""Runs ministack for as long as its standard input stays open, prints what its functions log, and eases their starts.

However the program that started it ends, the system then closes that pipe, and ministack stops cleanly.
"""

import contextvars
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

BESIDE = "worker that starts beside those that are asked for"


def _stop_at_end_of_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _print_what_functions_log() -> None:
    """Print every function's lines: ministack keeps them in their log groups, and prints those of queues only."""
    from ministack.services import lambda_svc

    keep = lambda_svc._emit_lambda_logs

    def print_and_keep(function: dict[str, Any], request_id: str, lines: str, *rest: Any, **more: Any) -> None:
        for line in lines.splitlines():
            sys.stdout.write(f"{(function.get('config') or function)['FunctionName']}: {line}\n")
        sys.stdout.flush()
        keep(function, request_id, lines, *rest, **more)

    lambda_svc._emit_lambda_logs = print_and_keep
    lambda_svc.logger.addFilter(lambda record: "output:" not in record.msg)


class WarmFirst:
    """Has calls of a function wait for a warm worker, while one more at a time starts beside them.

    ministack starts a process for each call that finds no free one, as Lambda does. Lambda has a machine for each, we
    have a few cores: eight starts at once take longer than Slack waits, the same eight calls in turn half a second.
    Nothing waits for ever: for as long as somebody waits, workers are added.
    """

    def __init__(self, runtime: Any, execute: Callable[[dict[str, Any], Any, str], Any]) -> None:
        self._runtime = runtime
        self._execute = execute
        self._changed = threading.Condition()
        self._running: Counter[str] = Counter()
        self._starting: set[str] = set()

    def __call__(self, function: dict[str, Any], event: Any, request_id: str) -> Any:
        config = function.get("config") or function
        leased = config["FunctionName"], config, function.get("code_zip"), config.get("Version", "$LATEST")
        key = self._runtime._worker_key(leased[0], config, leased[3])
        with self._changed:
            while self._running[key] >= max(1, self._warm(key)):
                self._start_one_more(key, leased)
                self._changed.wait()
            self._running[key] += 1
        try:
            return self._execute(function, event, request_id)
        finally:
            with self._changed:
                self._running[key] -= 1
                self._changed.notify_all()

    def _warm(self, key: str) -> int:
        """How many can take a call; whoever starts the first of all counts, too."""
        return len(self._runtime._workers.get(key, ())) - (key in self._starting)

    def _start_one_more(self, key: str, leased: tuple[Any, ...]) -> None:
        if key in self._starting:
            return
        self._starting.add(key)
        # The region stands in the context.
        start = contextvars.copy_context().run
        threading.Thread(target=start, args=(self._start, key, leased), name=BESIDE, daemon=True).start()

    def _start(self, key: str, leased: tuple[Any, ...]) -> None:
        name, config, code, qualifier = leased
        worker, _ = self._runtime.acquire_worker(name, config, code, qualifier=qualifier)
        try:
            self._runtime.ensure_spawned(worker)
        finally:
            self._runtime.release_worker(worker)
            with self._changed:
                self._starting.discard(key)
                self._changed.notify_all()


def _take_calls_in_turn() -> None:
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    lambda_svc._execute_function_warm = WarmFirst(lambda_runtime, lambda_svc._execute_function_warm)


if __name__ == "__main__":
    from ministack.app import main

    _print_what_functions_log()
    _take_calls_in_turn()
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    sys.argv[1:] = []
    main()
