"""What the functions behind the table spend on changes: their requests, by operation, seen by a proxy before AWS."""

import json
import math
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from core.settings import Door
from core.storage.dynamodb.table import unpacked
from infra.constructs.events import TO_EMAIL, TO_SLACK, TO_WORK
from infra.local.local_stack import LocalStack
from tests.support.fault_proxy import Asked, proxying
from tests.support.faulty import environment

DOORS: Final = (Door.RELAY, Door.NOTIFY_SLACK, Door.NOTIFY_EMAIL)
SLACK: Final = "Slack"
CHANGE: Final = "the change itself"
WRITTEN: Final = "write units"
READ: Final = "read units"
PUBLISHED: Final = "events"
QUEUED: Final = "messages"
_UNIT: Final = 1024


class Spent:
    """Requests by who made them and what they asked for, and what is paid for beside them."""

    def __init__(self) -> None:
        self.requests: dict[str, Counter[str]] = {}
        self.paid: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, door: str, operation: str, arguments: Mapping[str, Any]) -> None:
        with self._lock:
            self.requests.setdefault(door, Counter())[operation] += 1
            self.paid[WRITTEN] += written(operation, arguments)
            self.paid[READ] += read(operation, arguments)
            if operation == "PutEvents":
                self.paid[PUBLISHED] += len(arguments["Entries"])
                self.paid[QUEUED] += sum(map(_queues, arguments["Entries"]))

    def clear(self) -> None:
        with self._lock:
            self.requests.clear()
            self.paid.clear()


def _queues(entry: Mapping[str, Any]) -> int:
    """Into how many queues the rules put an event."""
    if entry["DetailType"] == "TaskCreated":
        task = json.loads(entry["Detail"])["task"]
        return int("assigned_to" not in task or "source" in task)
    return sum(entry["DetailType"] in queue for queue in (TO_SLACK, TO_EMAIL, TO_WORK))


def written(operation: str, arguments: Mapping[str, Any]) -> int:
    """The write units of a request: one for each KB of an item, two in a transaction, and one for each index.

    What an update leaves of an item is not seen, and counts as one KB without indexes.
    """
    match operation:
        case "TransactWriteItems":
            actions = [(kind, action) for each in arguments["TransactItems"] for kind, action in each.items()]
            return sum(_units(action.get("Item") if kind == "Put" else None, times=2) for kind, action in actions)
        case "BatchWriteItem":
            writes = [each for table in arguments["RequestItems"].values() for each in table]
            return sum(_units(each.get("PutRequest", {}).get("Item")) for each in writes)
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return _units(arguments.get("Item"))
    return 0


def read(operation: str, arguments: Mapping[str, Any]) -> int:
    """The read units of a request, as if nothing had more than 4 KB."""
    if operation == "BatchGetItem":
        return sum(len(table["Keys"]) for table in arguments["RequestItems"].values())
    return int(operation in {"GetItem", "Query"})


def _units(item: Mapping[str, Any] | None, times: int = 1) -> int:
    if item is None:
        return times
    indexes = sum(name.startswith("gsi") and name.endswith("pk") for name in item)
    return times * math.ceil(sum(len(name) + _size(value) for name, value in unpacked(item).items()) / _UNIT) + indexes


def _size(value: Any) -> int:
    """In bytes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
    match value:
        case dict():
            return 3 + sum(1 + len(name) + _size(each) for name, each in value.items())
        case list() | set():
            return 3 + sum(1 + _size(each) for each in value)
        case str():
            return len(value.encode())
        case bool() | None:
            return 1
    return 2 + len(str(value)) // 2


@contextmanager
def counted(stack: LocalStack) -> Iterator[Spent]:
    """Stand between the functions behind the table and AWS, and between the notifier and Slack, while the block runs.

    What pollers and rules do is not seen: on this machine the emulator does it without requests.
    """
    spent = Spent()
    with ExitStack() as between:
        slack = between.enter_context(proxying(stack.url))
        slack.after = lambda asked: spent.note(SLACK, asked.path.rpartition("/")[2], {})
        for door in DOORS:
            proxy = between.enter_context(proxying(stack.aws.endpoint))
            proxy.after = _noting(spent, door)
            more = {"SLACK_API_URL": f"{slack.url}/slack/api/"} if door is Door.NOTIFY_SLACK else {}
            between.enter_context(environment(stack, (door,), AWS_ENDPOINT_URL=proxy.url, **more))
        yield spent


def _noting(spent: Spent, door: Door) -> Any:
    def note(asked: Asked) -> None:
        spent.note(door, asked.operation, asked.arguments if asked.body.startswith(b"{") else {})

    return note
