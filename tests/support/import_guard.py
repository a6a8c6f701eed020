"""Imports packages of the project in this folder under guard: `python -m tests.support.import_guard core bot`.

Writes as JSON which modules were imported, and everything that happened meanwhile that an import must not do.
"""

import importlib
import json
import os
import pkgutil
import ssl
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import boto3
import botocore.session
import slack_sdk

PROJECT: Final = str(Path.cwd())
OUTSIDE: Final = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "urllib.Request")
"""Audit events that nobody may cause: https://docs.python.org/3/library/audit_events.html"""
FILES: Final = ("open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "tempfile.")
"""Audit events that libraries may cause while they are imported, and our own code may not."""

did: list[str] = []


def is_ours() -> bool:
    """Whether our own code is at work here, be it through the standard library, and not an import or a library."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        # The environment may lie inside the project, so that libraries are told apart first.
        if name.startswith("<frozen importlib") or "site-packages" in name:
            return False
        if name.startswith(PROJECT) and name != __file__:
            return True
        frame = frame.f_back
    return False


def listen(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what happens; the interpreter calls it."""
    if event.startswith(OUTSIDE) or (event.startswith(FILES) and is_ours()):
        did.append(f"{event} {arguments[:1]}")


def noting(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Make `function` note that it was used: a client by anybody, everything else by our own code."""

    def noted(*arguments: Any, **named: Any) -> Any:
        if what == "client" or is_ours():
            did.append(what)
        return function(*arguments, **named)

    return noted


def imported(package: str) -> Iterator[str]:
    """Import a module, and everything in it where it is a package."""
    found = importlib.import_module(package)
    yield package
    for module in pkgutil.walk_packages(getattr(found, "__path__", []), f"{package}.", onerror=_fail):
        if not module.name.endswith(".__main__"):
            yield importlib.import_module(module.name).__name__


def _fail(_name: str) -> None:
    raise


def main(packages: list[str]) -> None:
    watched: dict[str, list[tuple[Any, str]]] = {
        "environment": [(type(os.environ), "__getitem__"), (type(os.environ), "__iter__")],
        "client": [
            (boto3.Session, "__init__"),
            (botocore.session.Session, "create_client"),
            (slack_sdk.WebClient, "__init__"),
        ],
        "certificates": [(ssl, "create_default_context")],
    }
    for what, places in watched.items():
        for owner, name in places:
            setattr(owner, name, noting(what, getattr(owner, name)))
    sys.addaudithook(listen)
    names = [name for package in packages for name in imported(package)]
    answer = {"imported": names, "did": did[:]}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
