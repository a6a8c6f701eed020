"""Runs ministack for as long as its standard input stays open, and prints what its functions log.

However the program that started it ends, the system then closes that pipe, and ministack stops cleanly.
"""

import os
import signal
import sys
import threading
from typing import Any


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


if __name__ == "__main__":
    from ministack.app import main

    _print_what_functions_log()
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    sys.argv[1:] = []
    main()
