"""The notifiers from queue message to the call outside, through their real entry points."""

import json
from http.server import BaseHTTPRequestHandler
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
from tests.support.loopback import Answer, Loopback, answer, hang_up, listening
from tests.support.news import ANA, assigned
from tests.support.played_aws import PlayedAws, aws_played, started
from tests.support.ses_events import bounce, complaint, delivery
from tests.support.sqs import sqs_batch
from tests.support.table import create_table
from tests.support.world import WORKSPACE

EVENT = assigned()
AGAIN = {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
DONE: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture(scope="module")
def ana() -> dict[str, Any]:
    """Ana as the repository writes her, with what she chose about her news: nothing."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-north-1")
        create_table(client, "task-bot")
        DynamoPersonRepository(Table(client, "task-bot"), WORKSPACE).add(ANA)
        item = client.get_item(TableName="task-bot", Key=_key(ANA.person_id))["Item"]
        return {"Item": {**item, "chosen": {"M": {}}}}


def _key(person_id: PersonId) -> dict[str, Any]:
    return {name: {"S": value} for name, value in Keys(WORKSPACE).person(person_id).items()}


def only(person: dict[str, Any]) -> Answer:
    """A table in which there is this person and nothing else."""

    def reply(request: BaseHTTPRequestHandler, server: Loopback) -> None:
        asked_for = json.loads(server.heard[-1].body)["Key"]
        found = person if asked_for.items() <= person["Item"].items() else {}
        answer(200, found, content_type="application/x-amz-json-1.0")(request, server)

    return reply


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
    with aws_played(GetItem=only(ana)) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
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
        aws_played(GetItem=only(ana), SendEmail=trouble) as aws,
        started(Door.NOTIFY_EMAIL, aws) as notify,
    ):
        assert notify(batch(), None) == AGAIN

    assert len(aws.asked("SendEmail")) == 1
    assert states(aws) == ["sending", state]


def test_a_mail_has_the_headers_that_thread_it_and_stop_it(ana: dict[str, Any]) -> None:
    with aws_played(GetItem=only(ana)) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
        notify(batch(), None)

    [mail] = aws.asked("SendEmail")
    headers = {each["Name"]: each["Value"] for each in mail["Content"]["Simple"]["Headers"]}
    assert EVENT.task is not None
    assert headers["References"] == headers["In-Reply-To"] == f"<{EVENT.task.task_id}.T0TEAM@example.com>"
    assert headers["List-Unsubscribe"].startswith("<https://bot.example/web/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(("event", "reason"), [(bounce(ANA.email), "bounced"), (complaint(ANA.email), "complained")])
def test_what_ses_says_of_an_address_is_kept_and_announced_in_one_transaction(
    ana: dict[str, Any], event: dict[str, Any], reason: str
) -> None:
    found = {"Items": [{"person_id": {"S": ANA.person_id}}]}
    with aws_played(GetItem=only(ana), Query=found) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
        assert notify(sqs_batch(event), None) == DONE

    [transaction] = aws.asked("TransactWriteItems")
    kept, announced = (each["Put"]["Item"] for each in transaction["TransactItems"])
    assert (kept["type"]["S"], kept["reason"]["S"], kept["address"]["S"]) == ("SUPPRESSED", reason, ANA.email)
    assert (announced["type"]["S"], announced["detail_type"]["S"]) == ("ACTIVITY", "MailSuppressed")
    assert aws.asked("SendEmail") == []


def test_what_else_ses_says_is_let_go_by(ana: dict[str, Any]) -> None:
    with aws_played(GetItem=only(ana)) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
        assert notify(sqs_batch(delivery(ANA.email), bounce(ANA.email, kind="Transient")), None) == DONE

    assert aws.asked("TransactWriteItems") == []


def test_a_bounce_that_cannot_be_written_down_comes_again(ana: dict[str, Any]) -> None:
    with (
        aws_played(GetItem=only(ana), Query={"Items": []}, TransactWriteItems=answer(500, "{}")) as aws,
        started(Door.NOTIFY_EMAIL, aws) as notify,
    ):
        assert notify(sqs_batch(bounce(ANA.email)), None) == AGAIN


def test_an_assignment_goes_out_as_one_dm_to_the_linked_person(ana: dict[str, Any]) -> None:
    told = answer(200, {"ok": True, "channel": "D0ANA", "ts": "1.1"})
    with (
        listening(told) as slack,
        aws_played(GetItem=only(ana)) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(), None) == DONE

    assert [request.path for request in slack.heard] == ["/api/chat.postMessage"]
    assert {request.headers["authorization"] for request in slack.heard} == {"Bearer xoxb-played"}
    assert states(aws) == ["sending", "sent"]


def test_a_dm_that_slack_did_not_answer_comes_again_and_is_not_repeated_behind_our_back(ana: dict[str, Any]) -> None:
    with (
        listening(hang_up) as slack,
        aws_played(GetItem=only(ana)) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(), None) == AGAIN

    assert len(slack.heard) == 1
    assert states(aws) == ["sending", "ambiguous"]
