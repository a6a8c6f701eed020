"""`python -m infra.cost`: what a month costs, from list prices and counted requests, as it stands in the README."""

import sys
from dataclasses import dataclass
from typing import Final

PRICES_OF: Final = "us-east-1, list prices of mid-2025"
# https://aws.amazon.com/lambda/pricing/ and its neighbours: api-gateway, dynamodb, eventbridge, sqs, ses, cognito,
# secrets-manager, cloudwatch.
DAYS: Final = 21
"""Working days a month."""
CHANGES, LOOKS, EMAILS = 10, 20, 2.5
"""A person and working day: changes and emails as in the team's week (`tests/bench/test_team_week.py`), and looks."""
TOLD: Final = 1.5
"""People told of a change, each by both channels (a record is claimed and settled for each)."""
_WAKES: Final = 4 * 24 * 30
"""Quarters of an hour in a month."""
_POLLS: Final = 3 * 5 * 3 * 60 * 24 * 30
"""Three queues, five long polls each, of twenty seconds. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill; `price` is for one, `free` what an account has for nothing each month."""

    name: str
    price: float
    at_rest: float = 0
    change: float = 0
    look: float = 0
    email: float = 0
    free: float = 0
    in_use: float = 0
    """As soon as there is anybody."""

    def dollars(self, people: int) -> float:
        days = people * DAYS
        used = (
            self.at_rest
            + (self.in_use if people else 0)
            + days * (self.change * CHANGES + self.look * LOOKS + self.email * EMAILS)
        )
        return max(0.0, used - self.free) * self.price


# A change: the door that it came by, the relay, and both notifiers for each person told. 0.3 s and 512 MB each.
_CALLS: Final = 2 + 2 * TOLD
_GB_SECONDS: Final = 0.3 * 0.5
ITEMS: Final = (
    Item("Lambda: calls", 0.20e-6, at_rest=_WAKES, change=_CALLS, look=1, free=1e6),
    Item(
        "Lambda: GB-seconds (arm64)",
        13.3334e-6,
        at_rest=_WAKES * 0.1,
        change=_CALLS * _GB_SECONDS,
        look=_GB_SECONDS,
        free=4e5,
    ),
    Item("HTTP API: requests", 1e-6, change=1, look=1),
    # A transaction of four items of up to 2 KB writes each twice; what changes its place in an index is written twice.
    Item("DynamoDB: write units", 0.625e-6, change=12 + 11 + 2 * TOLD * 4),
    # A change reads two items, a page of a list twelve and one, a delivery about six.
    Item("DynamoDB: read units", 0.125e-6, at_rest=_WAKES * 10, change=2 + 2 * TOLD * 6, look=13),
    Item("EventBridge: events", 1e-6, change=1.2),
    Item("SQS: requests", 0.40e-6, at_rest=_POLLS, change=2 * TOLD * 4, free=1e6),
    Item("SES: emails", 0.10e-3, email=1),
    Item("Cognito: people", 0.015, free=10_000),
    Item("Secrets Manager: secrets", 0.40, at_rest=2),
    Item("CloudWatch: alarms", 0.10, at_rest=34, free=10),
    Item("CloudWatch: metrics", 0.30, in_use=34, free=10),
    Item("CloudWatch: GB of logs", 0.50, at_rest=_WAKES * 1.5e-6, change=_CALLS * 2e-6, look=2e-6, free=5),
)


def table(sizes: tuple[int, ...] = (0, 10, 1000)) -> str:
    """Write the table in Markdown, in dollars a month."""
    heads = ["nobody" if not size else f"{size:,} people" for size in sizes]
    rows = [[item.name, *(_money(item.dollars(size)) for size in sizes)] for item in ITEMS]
    sums = ["**together**", *(f"**{_money(sum(item.dollars(size) for item in ITEMS))}**" for size in sizes)]
    lines = [[f"a month ({PRICES_OF})", *heads], ["---", *("---:" for _ in sizes)], *rows, sums]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _money(dollars: float) -> str:
    return f"${dollars:,.2f}"


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
