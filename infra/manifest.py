"""The Slack app's manifest: `python -m infra.manifest https://…` for a deployment, `--socket-mode` without address.

Both come from `manifest.yml`. Slack's CLI asks for the second one through `.slack/hooks.json`.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

SOURCE: Final = Path(__file__).resolve().parent.parent / "manifest.yml"
PLACEHOLDER: Final = "https://YOUR-URL"
_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?")


class AddressError(Exception):
    """The app cannot be reached at such an address; says at which it can."""


def at(url: str) -> str:
    """Write the manifest of the app that answers at `url`, as YAML.

    Raises:
        AddressError: Slack would not call it.
    """
    address = url.rstrip("/")
    if not _ADDRESS.fullmatch(address):
        raise AddressError(
            f"“{url}” is no address to call: give the HttpApiUrl output of the stack,"
            " for example `make manifest URL=https://abc123.execute-api.eu-north-1.amazonaws.com`."
        )
    return SOURCE.read_text(encoding="utf-8").replace(PLACEHOLDER, address)


def for_socket_mode() -> dict[str, Any]:
    """Give the manifest of an app that connects to Slack instead of being called.

    https://docs.slack.dev/apis/events-api/using-socket-mode
    """
    manifest: dict[str, Any] = _without_addresses(yaml.safe_load(SOURCE.read_text(encoding="utf-8")))
    manifest["settings"]["socket_mode_enabled"] = True
    return manifest


def _without_addresses(part: Any) -> Any:
    if isinstance(part, dict):
        kept = {name: each for name, each in part.items() if not str(each).startswith(PLACEHOLDER)}
        return {name: _without_addresses(each) for name, each in kept.items()}
    if isinstance(part, list):
        return [_without_addresses(each) for each in part]
    return part


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.manifest", description=__doc__)
    parser.add_argument("url", nargs="?", default="", help="where the HTTP API of the deployment answers")
    parser.add_argument("--socket-mode", action="store_true", help="as JSON, for an app that needs no address")
    # Slack's CLI adds arguments of its own, which concern other kinds of apps.
    options, _ = parser.parse_known_args(arguments)
    try:
        sys.stdout.write(json.dumps(for_socket_mode()) + "\n" if options.socket_mode else at(options.url))
    except AddressError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
