"""SES, DynamoDB and EventBridge in trouble."""

import json
from uuid import uuid4

import pytest

from core.clock import system_clock
from core.ids import PersonId
from core.people.model import Group, Person
from infra.app import STACK_NAME
from infra.operate import Deployment, Replay
from tests.faults.conftest import Holds
from tests.support.fault_proxy import Act, Answered, Asked, Forward, dropped, dropped_after, killing, refused_with
from tests.support.faulty import ADA, Faulty
from tests.support.patience import eventually

pytestmark = pytest.mark.stack

THROTTLED = refused_with("ProvisionedThroughputExceededException")


def test_ses_asks_to_wait(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("SendEmail", refused_with("TooManyRequestsException", 429), times=3)

    holds(faulty.told(faulty.give("SES throttles")))


def test_ses_rejects(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("SendEmail", refused_with("MessageRejected"))

    holds(faulty.told(faulty.give("SES rejects")))


@pytest.fixture
def outsider(faulty: Faulty) -> Person:
    """Somebody who is not in Slack; another one each time, since admins hear of each once a week."""
    number = uuid4().hex
    person = Person(
        person_id=PersonId(f"sub-{number}"),
        email=f"olga.{number}@example.com",
        given_name="Olga",
        family_name="Outside",
        groups=frozenset({Group.TEAM_MEMBERS}),
        checked_at=faulty.deployed.ada.person.checked_at,
    )
    faulty.deployed.people.add(person)
    return person


def test_ses_rejects_and_there_is_no_slack(faulty: Faulty, holds: Holds, outsider: Person) -> None:
    faulty.proxy.order("SendEmail", refused_with("MessageRejected"))

    told = faulty.told(faulty.give("Rejected, and not in Slack", outsider))

    eventually(lambda: faulty.workspace.messages(ADA, naming=outsider.email))
    eventually(lambda: faulty.workspace.emails(faulty.deployed.ada.person.email, naming=outsider.email))
    holds(told)


def test_ses_drops_before(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("SendEmail", dropped)

    holds(faulty.told(faulty.give("SES drops before")))


def test_ses_drops_after(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("SendEmail", dropped_after)

    holds(faulty.told(faulty.give("SES drops after")))


def test_the_function_dies_after_ses_took_it(faulty: Faulty, holds: Holds) -> None:
    died = faulty.proxy.order("UpdateItem", killing, "email#", '"sent"')
    with faulty.brought_back("email"):
        row = faulty.give("Dies after the mail")
        assert died.met.wait(20)
        faulty.pass_time(360)

        holds(faulty.told(row))


def test_dynamodb_throttles_before_the_send(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("PutItem", THROTTLED, "DELIVERY#", times=10)

    holds(faulty.told(faulty.give("Throttled before")))


def test_dynamodb_throttles_a_moment_after_the_send(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("UpdateItem", THROTTLED, "DELIVERY#", '"sent"', times=2)

    holds(faulty.told(faulty.give("Throttled a moment")))


def test_dynamodb_throttles_for_long_after_the_send(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("UpdateItem", THROTTLED, "slack#", '"sent"', times=4)
    faulty.proxy.order("UpdateItem", THROTTLED, "email#", '"sent"', times=4)

    holds(faulty.told(faulty.give("Throttled for long")))


def failing_the_assignment(faulty: Faulty, code: str) -> Act:
    """EventBridge takes all entries but the assignment, and answers 200."""

    def act(asked: Asked, _forward: Forward) -> Answered:
        entries = asked.arguments["Entries"]
        taken = [each for each in entries if each["DetailType"] != "TaskAssigned"]
        faulty.stack.aws.client("events").put_events(Entries=taken)
        results = [{"EventId": "1"} if each in taken else {"ErrorCode": code, "ErrorMessage": "no"} for each in entries]
        body = json.dumps({"FailedEntryCount": len(entries) - len(taken), "Entries": results}).encode()
        return Answered(200, [("Content-Type", "application/x-amz-json-1.1")], body)

    return act


def test_an_entry_fails_for_now(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("PutEvents", failing_the_assignment(faulty, "ThrottlingException"), "Fails for now", times=2)

    holds(faulty.told(faulty.give("Fails for now")))


def test_an_entry_fails_for_good_and_is_replayed(faulty: Faulty, holds: Holds) -> None:
    faulty.proxy.order("PutEvents", failing_the_assignment(faulty, "MalformedDetail"), "Fails for good")
    row = faulty.give("Fails for good")
    replay = Replay(Deployment.named(STACK_NAME, faulty.stack.aws.client), system_clock)

    eventually(lambda: 1 in list(replay.run()))

    holds(faulty.told(row))
