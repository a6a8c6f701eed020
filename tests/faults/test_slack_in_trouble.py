"""Slack in trouble: the message comes when it can, once, and the email comes anyway."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.events import EventType
from core.ids import PersonId, SlackUserId
from core.notifications.model import Channel
from core.people.model import Group, Person
from core.settings import Door
from core.tasks.model import TaskStatus
from infra.local.local_stack import LocalStack
from tests.faults.conftest import Holds
from tests.support.fault_proxy import killing
from tests.support.faulty import KEYS, Faulty, environment
from tests.support.loopback import nobody_there
from tests.support.patience import eventually

pytestmark = pytest.mark.stack

POST = "chat.postMessage"


def test_nothing(faulty: Faulty, holds: Holds) -> None:
    holds(faulty.told(faulty.give("Nothing wrong")))


def test_slack_is_out_of_reach(faulty: Faulty, holds: Holds) -> None:
    faulty.hurries = False
    # Another environment ends the function at whatever it is doing.
    with faulty.brought_back("slack"):
        with environment(faulty.stack, (Door.NOTIFY_SLACK,), SLACK_API_URL=f"{nobody_there()}/"):
            row = faulty.give("Out of reach")
            eventually(lambda: faulty.state(row, Channel.SLACK) == "failed")
        faulty.hurry()

        holds(faulty.told(row))


def test_slack_refuses(faulty: Faulty, holds: Holds) -> None:
    faulty.slack("faults", kind="refuse", method=POST, error="service_unavailable")

    holds(faulty.told(faulty.give("Refused")))


def test_slack_drops_before(faulty: Faulty, holds: Holds) -> None:
    faulty.slack("faults", kind="drop", method=POST)

    holds(faulty.told(faulty.give("Dropped before")))


def test_slack_drops_after(faulty: Faulty, holds: Holds) -> None:
    faulty.slack("faults", kind="drop", method=POST, accepted=True)

    holds(faulty.told(faulty.give("Dropped after")))


def test_slack_drops_after_and_cannot_be_asked(faulty: Faulty, holds: Holds) -> None:
    faulty.slack("faults", kind="drop", method=POST, accepted=True)
    faulty.slack("faults", kind="server_error", method="conversations.history", times=3)

    holds(faulty.told(faulty.give("Dropped and silent")))


def test_slack_asks_to_wait(faulty: Faulty, holds: Holds) -> None:
    faulty.hurries = False
    faulty.slack("faults", kind="rate_limit", method=POST, seconds=2)

    holds(faulty.told(faulty.give("Rate limited")))


def test_slack_has_an_error(faulty: Faulty, holds: Holds) -> None:
    faulty.slack("faults", kind="server_error", method=POST)

    holds(faulty.told(faulty.give("Server error")))


def test_slack_has_an_error_after(faulty: Faulty, holds: Holds) -> None:
    faulty.slack("faults", kind="server_error", method=POST, accepted=True)

    holds(faulty.told(faulty.give("Server error after")))


def test_slack_is_down_for_six_hours(faulty: Faulty, holds: Holds) -> None:
    """The waits are those that the function asks the queue for; the test lets each pass in a moment."""
    faulty.slack("faults", kind="server_error", method="*", times=100_000)
    ends_after_six_hours(faulty)

    holds(faulty.told(faulty.give("Six hours down")))


def test_slack_asks_to_wait_for_six_hours(faulty: Faulty, holds: Holds) -> None:
    """As above; the pause that all keep to is shortened with the waits."""
    faulty.slack("faults", kind="rate_limit", method="*", seconds=60, times=100_000)
    ends_after_six_hours(faulty)

    holds(faulty.told(faulty.give("Six hours of pauses")))


def ends_after_six_hours(faulty: Faulty) -> None:
    outage = timedelta(hours=6).total_seconds()

    def is_over() -> bool:
        over = faulty.waited.get(faulty.stack.info["queues"]["slack"], 0) >= outage
        if over:
            faulty.slack("faults/clear")
        return over

    faulty.over = is_over


def test_the_function_dies_after_slack_took_it(faulty: Faulty, holds: Holds) -> None:
    """Killed as it writes the card down; the queue's own time brings the message back."""
    died = faulty.proxy.order("UpdateItem", killing, "CARD#", "shown_version")
    with faulty.brought_back("slack"):
        row = faulty.give("Dies after the send")
        assert died.met.wait(20)
        faulty.pass_time(360)

        holds(faulty.told(row))


def test_a_card_was_deleted(faulty: Faulty, holds: Holds) -> None:
    faulty.hurries = False
    row = faulty.give("Deleted card")
    faulty.told(row)
    card = faulty.deployed.table.get(KEYS.card(row.task_id, row.person.person_id))
    assert card is not None
    faulty.call_slack("chat.delete", channel=card["channel"], ts=card["ts"])
    faulty.deployed.tasks.change_status(faulty.deployed.ada, row.task_id, TaskStatus.BLOCKED)

    news = faulty.watching(faulty.deployed.news(row.task_id, EventType.TASK_STATUS_CHANGED, row.person))
    holds(faulty.told(news))


@pytest.fixture
def ghost(faulty: Faulty) -> Person:
    """Somebody whom Slack does not know any more, and has not said so."""
    person = Person(
        person_id=PersonId("sub-ghost"),
        email="gus.gone@example.com",
        given_name="Gus",
        family_name="Gone",
        groups=frozenset({Group.TEAM_MEMBERS}),
        checked_at=faulty.deployed.ada.person.checked_at,
        slack_user_id=SlackUserId("U0GHOST"),
    )
    faulty.deployed.people.add(person)
    return person


def test_the_user_is_gone(faulty: Faulty, holds: Holds, ghost: Person) -> None:
    holds(faulty.told(faulty.give("Gone user", ghost)))


@pytest.fixture
def revoked(faulty: Faulty, stack: LocalStack) -> Iterator[None]:
    """The bot's token was taken away."""
    faulty.slack("revoke_token")
    eventually(lambda: faulty.deployed.table.get(KEYS.installation()))
    yield
    faulty.slack("install")
    stack.aws.client("dynamodb").delete_item(
        TableName=stack.outputs["TableName"], Key={name: {"S": value} for name, value in KEYS.installation().items()}
    )


@pytest.mark.usefixtures("revoked")
def test_the_token_was_revoked(faulty: Faulty, holds: Holds) -> None:
    holds(faulty.told(faulty.give("Revoked token")))


@pytest.mark.usefixtures("revoked")
def test_the_token_was_revoked_and_the_news_goes_to_slack_alone(faulty: Faulty, holds: Holds) -> None:
    faulty.hurries = False
    task_id = faulty.give("Revoked later").task_id
    faulty.deployed.tasks.change_status(faulty.deployed.ana, task_id, TaskStatus.DONE)

    ada = faulty.deployed.ada.person
    holds(faulty.told(faulty.watching(faulty.deployed.news(task_id, EventType.TASK_STATUS_CHANGED, ada))))
