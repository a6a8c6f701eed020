"""The loopback ports of the local system: taking one, and saying so when another program has it."""

import socket

from infra.local.errors import LocalError

LOOPBACK = "127.0.0.1"


def listen(port: int, setting: str) -> socket.socket:
    """Take `port` on loopback and keep it; 0 takes any free one. `setting` is what moves it elsewhere.

    Raises:
        LocalError: it cannot be taken.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Without this, connections of the run before keep the port for a minute (TIME_WAIT).
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((LOOPBACK, port))
        taken.listen()
    except (OSError, OverflowError) as failure:
        taken.close()
        raise LocalError(_sentence(port, setting, failure)) from failure
    return taken


def free_port(port: int, setting: str) -> int:
    """Check that `port` can be taken by a program started next; 0 finds any free one."""
    with listen(port, setting) as taken:
        return int(taken.getsockname()[1])


def read_port(text: str, setting: str) -> int:
    """Read the number of a port; raises LocalError."""
    try:
        return int(text)
    except ValueError as failure:
        raise LocalError(_no_port(text, setting)) from failure


def _sentence(port: int, setting: str, failure: Exception) -> str:
    if isinstance(failure, PermissionError):
        return f"Port {port} needs special rights here; choose one above 1023, for example `make run {setting}=8000`."
    if isinstance(failure, OverflowError):
        return _no_port(str(port), setting)
    return (
        f"Port {port} is taken by another program; stop that one, or choose another port, "
        f"for example `make run {setting}={port + 1 if port < 65535 else port - 1}`."
    )


def _no_port(text: str, setting: str) -> str:
    return f"{text!r} is no port; choose one from 1024 to 65535, for example `make run {setting}=8000`."
