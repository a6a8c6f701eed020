"""What must be put right in the emulator's saved state before it starts from it again."""

import json
import re
from pathlib import Path

_WITH_ADDRESSES = ("apigateway.json", "cloudformation.json", "sqs.json")
_OWN_ADDRESS = re.compile(rb"\blocalhost:\d+")


def mend(state: Path, port: int) -> None:
    """Make the state in the folder `state` fit a start on `port`; nothing where none was saved."""
    _forget_stream_positions(state / "lambda.json")
    for name in _WITH_ADDRESSES:
        _move(state / name, port)


def _forget_stream_positions(functions: Path) -> None:
    """Have streams read from their beginning: the records are not kept over a restart, but the positions are."""
    if not functions.exists():
        return
    saved = json.loads(functions.read_text())
    positions = saved["payload"].get("dynamodb_stream_positions")
    if positions and positions["data"]:
        positions["data"] = {}
        functions.write_text(json.dumps(saved))


def _move(saved: Path, port: int) -> None:
    """Have queues and APIs found where the emulator is now: it looks for them by the address that it had."""
    if not saved.exists():
        return
    before = saved.read_bytes()
    after = _OWN_ADDRESS.sub(b"localhost:%d" % port, before)
    if after != before:
        saved.write_bytes(after)
