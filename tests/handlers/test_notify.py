"""The notifiers from queue message to the call outside, through their real entry points."""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from core.events import Event
from core.ids import PersonId
from core.settings import Door
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.schema import Keys
from tests.support.loopback import Answer, answer, hang_up, listening
from tests.support.news import ANA, assigned
from tests.support.played_aws import PlayedAws, aws_played, started
from tests.support.sqs import sqs_batch
from tests.support.table import create_table
from tests.support.world import WORKSPACE

EVENT = assigned()
AGAIN = {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
DONE: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture(scope="module")
def ana() -> dict[str, Any]:
    """Ana as the repository writes her."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-north-1")
        create_table(client, "task-bot")
        DynamoPersonRepository(Table(client, "task-bot"), WORKSPACE).add(ANA)
        return {"Item": dict(client.get_item(TableName="task-bot", Key=_key(ANA.person_id))["Item"])}


def _key(person_id: PersonId) -> dict[str, Any]:
    return {name: {"S": value} for name, value in Keys(WORKSPACE).person(person_id).items()}


def batch(event: Event = EVENT) -> dict[str, Any]:
    envelope = {"source": "app.taskmgmt", "detail-type": event.detail_type, "detail": event.detail}
    return sqs_batch(envelope)


def states(aws: PlayedAws) -> list[str]:
    """How the delivery stood, from the claim on."""
    put = [call["Item"]["state"]["S"] for call in aws.asked("PutItem") if "state" in call["Item"]]
    values = [
        value.get("S") for call in aws.asked("UpdateItem") for value in call["ExpressionAttributeValues"].values()
    ]
    return put + [value for value in values if value in {"sent", "failed", "ambiguous"}]


def test_an_assignment_goes_out_as_one_mail(ana: dict[str, Any]) -> None:
    with aws_played(GetItem=ana) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
        assert notify(batch(), None) == DONE

    [mail] = aws.asked("SendEmail")
    assert mail["Destination"] == {"ToAddresses": [ANA.email]}
    assert mail["FromEmailAddress"] == "bot@example.com"
    assert mail["ConfigurationSetName"] == "mails"
    assert states(aws) == ["sending", "sent"]


@pytest.mark.parametrize(
    ("trouble", "state"),
    [(hang_up, "ambiguous"), (answer(500, "{}"), "failed"), (answer(429, "{}"), "failed")],
)
def test_a_mail_in_trouble_comes_again_and_is_not_repeated_behind_our_back(
    ana: dict[str, Any], trouble: Answer, state: str
) -> None:
    with (
        aws_played(GetItem=ana, SendEmail=trouble) as aws,
        started(Door.NOTIFY_EMAIL, aws) as notify,
    ):
        assert notify(batch(), None) == AGAIN

    assert len(aws.asked("SendEmail")) == 1
    assert states(aws) == ["sending", state]


def test_an_assignment_goes_out_as_one_dm_to_the_linked_person(ana: dict[str, Any]) -> None:
    told = answer(200, {"ok": True, "channel": "D0ANA", "ts": "1.1"})
    with (
        listening(told) as slack,
        aws_played(GetItem=ana) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(), None) == DONE

    assert [request.path for request in slack.heard] == ["/api/chat.postMessage"]
    assert {request.headers["authorization"] for request in slack.heard} == {"Bearer xoxb-played"}
    assert states(aws) == ["sending", "sent"]


def test_a_dm_that_slack_did_not_answer_comes_again_and_is_not_repeated_behind_our_back(ana: dict[str, Any]) -> None:
    with (
        listening(hang_up) as slack,
        aws_played(GetItem=ana) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(), None) == AGAIN

    assert len(slack.heard) == 1
    assert states(aws) == ["sending", "ambiguous"]
