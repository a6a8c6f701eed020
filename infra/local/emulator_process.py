"""Runs ministack for as long as its standard input stays open.

However the program that started it ends, the system then closes that pipe, and ministack stops cleanly.
"""

import os
import signal
import sys
import threading


def _stop_at_end_of_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    from ministack.app import main

    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    sys.argv[1:] = []
    main()
