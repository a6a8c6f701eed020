"""Trouble on demand: what shall go wrong with the next calls of a method, for tests and for looking at it by hand.

Slack's own kinds of trouble: https://docs.slack.dev/apis/web-api/rate-limits and the error tables of its methods.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from infra.local.slack.errors import ImpossibleError

ANY_METHOD: Final = "*"
RESPONSE_URL: Final = "response_url"
"""Stands for what is posted to a response URL, which is no method."""


class Trouble(StrEnum):
    """The kinds of fault."""

    DROP = "drop"
    """The connection ends without an answer."""
    DELAY = "delay"
    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    REFUSE = "refuse"


@dataclass(slots=True)
class Fault:
    """One fault: what happens, to which method, how often; `accepted` tells whether Slack did the work nevertheless."""

    kind: Trouble
    method: str = ANY_METHOD
    times: int = 1
    accepted: bool = False
    seconds: float = 0
    """How long to delay, or what Retry-After says."""
    status: int = 503
    error: str = "internal_error"

    @property
    def works(self) -> bool:
        """Whether Slack does the work, at once or later."""
        return self.accepted or self.kind is Trouble.DELAY

    @property
    def name(self) -> str:
        """What Traffic calls it."""
        return f"fault:{self.kind}"


class Faults:
    """The faults that are still to happen, in the order in which they were ordered."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Let something go wrong."""
        self.ordered.append(fault)

    def next_for(self, method: str) -> Fault | None:
        """Take the first fault that is meant for this call."""
        for fault in self.ordered:
            if fault.method in (ANY_METHOD, method):
                fault.times -= 1
                if not fault.times:
                    self.ordered.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Let nothing more go wrong."""
        self.ordered.clear()


_MAY_BE_ACCEPTED: Final = frozenset({Trouble.DROP, Trouble.DELAY, Trouble.SERVER_ERROR})
_MAX_SECONDS: Final = 60


def fault_of(order: Mapping[str, Any]) -> Fault:
    """Read what somebody ordered.

    Raises:
        ImpossibleError: when it makes no sense, in a sentence.
    """
    types = {"kind": str, "method": str, "times": int, "accepted": bool, "seconds": int | float, "status": int,
             "error": str}  # fmt: skip
    for name, value in order.items():
        if name not in types:
            raise ImpossibleError(f"a fault has no {name}; it has {', '.join(types)}")
        if not isinstance(value, types[name]) or (isinstance(value, bool) and types[name] is not bool):
            raise ImpossibleError(f"{name} cannot be {value!r}")
    if order["kind"] not in set(Trouble):
        raise ImpossibleError(f"there is no fault {order['kind']}; there are {', '.join(Trouble)}")
    fault = Fault(**{**order, "kind": Trouble(order["kind"])})
    if fault.accepted and fault.kind not in _MAY_BE_ACCEPTED:
        raise ImpossibleError(f"{fault.kind} is never accepted")
    if fault.times < 1 or not 0 <= fault.seconds <= _MAX_SECONDS or not 500 <= fault.status <= 599:
        raise ImpossibleError(f"times is 1 or more, seconds 0 to {_MAX_SECONDS}, status 500 to 599")
    return fault
