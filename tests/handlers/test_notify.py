"""The notifiers from queue message to the call outside, through their real entry points."""

import json
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from moto import mock_aws

from core.clock import system_clock
from core.errors import DependencyError
from core.events import Event
from core.settings import Door
from core.storage.dynamodb.homes import DynamoHomeRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.schema import Keys
from handlers.notify_slack import each_step
from tests.support.aws_session import session
from tests.support.loopback import Answer, Loopback, answer, hang_up, listening
from tests.support.news import ANA, assigned
from tests.support.played_aws import PlayedAws, aws_played, started
from tests.support.ses_events import bounce, complaint, delivery
from tests.support.sqs import sqs_batch
from tests.support.table import create_table
from tests.support.world import NOW, WORKSPACE

EVENT = assigned()
AGAIN = {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
DONE: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture(scope="module")
def ana() -> Answer:
    """Ana as the repository writes her; nothing else is kept."""
    return kept(opened=None)


def kept(*, opened: datetime | None) -> Answer:
    """Answer reads of Ana, and of when she opened her home, as the repositories write them."""
    with mock_aws():
        client = session().client("dynamodb")
        create_table(client, "task-bot")
        table = Table(client, "task-bot")
        DynamoPersonRepository(table, WORKSPACE).add(ANA)
        if opened is not None:
            DynamoHomeRepository(table, WORKSPACE).shown(ANA.person_id, opened)
        keys = [_packed(Keys(WORKSPACE).person(ANA.person_id)), _packed(Keys(WORKSPACE).home(ANA.person_id))]
        items = [client.get_item(TableName="task-bot", Key=key).get("Item") for key in keys]

    def read(request: BaseHTTPRequestHandler, server: Loopback) -> None:
        wanted = json.loads(server.heard[-1].body)["Key"]
        item = next((item for key, item in zip(keys, items, strict=True) if key == wanted and item), None)
        answer(200, {"Item": item} if item else {}, content_type="application/x-amz-json-1.0")(request, server)

    return read


def _packed(key: dict[str, str]) -> dict[str, Any]:
    return {name: {"S": value} for name, value in key.items()}


def batch(event: Event = EVENT, *, received: int = 1) -> dict[str, Any]:
    envelope = {"source": "app.taskmgmt", "detail-type": event.detail_type, "detail": event.detail}
    [record] = sqs_batch(envelope)["Records"]
    return {"Records": [record | {"attributes": {"ApproximateReceiveCount": str(received)}}]}


def states(aws: PlayedAws) -> list[str]:
    """How the delivery stood, from the claim on."""
    put = [call["Item"]["state"]["S"] for call in aws.asked("PutItem") if "state" in call["Item"]]
    values = [
        value.get("S") for call in aws.asked("UpdateItem") for value in call["ExpressionAttributeValues"].values()
    ]
    return put + [value for value in values if value in {"sent", "failed", "ambiguous"}]


def test_an_assignment_goes_out_as_one_mail(ana: Answer) -> None:
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
    ana: Answer, trouble: Answer, state: str
) -> None:
    with (
        aws_played(GetItem=ana, SendEmail=trouble) as aws,
        started(Door.NOTIFY_EMAIL, aws) as notify,
    ):
        assert notify(batch(), None) == AGAIN

    assert len(aws.asked("SendEmail")) == 1
    assert states(aws) == ["sending", state]


def test_a_mail_has_the_headers_that_thread_it_and_stop_it(ana: Answer) -> None:
    with aws_played(GetItem=ana) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
        notify(batch(), None)

    [mail] = aws.asked("SendEmail")
    headers = {each["Name"]: each["Value"] for each in mail["Content"]["Simple"]["Headers"]}
    assert EVENT.task is not None
    assert headers["References"] == headers["In-Reply-To"] == f"<{EVENT.task.task_id}.T0TEAM@example.com>"
    assert headers["List-Unsubscribe"].startswith("<https://bot.example/web/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(("event", "reason"), [(bounce(ANA.email), "bounced"), (complaint(ANA.email), "complained")])
def test_what_ses_says_of_an_address_is_kept_and_announced_in_one_transaction(
    ana: Answer, event: dict[str, Any], reason: str
) -> None:
    found = {"Items": [{"person_id": {"S": ANA.person_id}}]}
    with aws_played(GetItem=ana, Query=found) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
        assert notify(sqs_batch(event), None) == DONE

    [transaction] = aws.asked("TransactWriteItems")
    kept, announced = (each["Put"]["Item"] for each in transaction["TransactItems"])
    assert (kept["type"]["S"], kept["reason"]["S"], kept["address"]["S"]) == ("SUPPRESSED", reason, ANA.email)
    assert (announced["type"]["S"], announced["detail_type"]["S"]) == ("ACTIVITY", "MailSuppressed")
    assert aws.asked("SendEmail") == []


def test_what_else_ses_says_is_let_go_by(ana: Answer) -> None:
    with aws_played(GetItem=ana) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
        assert notify(sqs_batch(delivery(ANA.email), bounce(ANA.email, kind="Transient")), None) == DONE

    assert aws.asked("TransactWriteItems") == []


def test_a_bounce_that_cannot_be_written_down_comes_again(ana: Answer) -> None:
    found = {"Items": [{"person_id": {"S": ANA.person_id}}]}
    with (
        aws_played(GetItem=ana, Query=found, TransactWriteItems=answer(500, "{}")) as aws,
        started(Door.NOTIFY_EMAIL, aws) as notify,
    ):
        assert notify(sqs_batch(bounce(ANA.email)), None) == AGAIN


def test_an_assignment_goes_out_as_one_dm_to_the_linked_person(ana: Answer) -> None:
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


def test_a_dm_that_slack_did_not_answer_comes_again_and_is_not_repeated_behind_our_back(ana: Answer) -> None:
    with (
        listening(hang_up) as slack,
        aws_played(GetItem=ana) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(), None) == AGAIN

    assert len(slack.heard) == 1
    assert states(aws) == ["sending", "ambiguous"]


HOME = answer(200, {"ok": True, "channel": "D0ANA", "ts": "1.1"})


def just_now() -> Event:
    return assigned().model_copy(update={"occurred_at": system_clock()})


def test_the_home_of_whoever_was_given_a_task_is_published_after_the_dm() -> None:
    with (
        listening(HOME) as slack,
        aws_played(GetItem=kept(opened=system_clock() - timedelta(hours=1)), Query={"Items": []}) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(just_now()), None) == DONE

    assert [request.path for request in slack.heard] == ["/api/chat.postMessage", "/api/views.publish"]


def test_a_home_that_was_published_just_now_brings_the_message_back_for_the_rest_of_five_seconds() -> None:
    with (
        listening(HOME) as slack,
        aws_played(GetItem=kept(opened=system_clock()), Query={"Items": []}) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(just_now()), None) == AGAIN

    assert "/api/views.publish" not in [request.path for request in slack.heard]
    [put_off] = aws.asked("ChangeMessageVisibility")
    assert 1 <= put_off["VisibilityTimeout"] <= 5


def test_what_the_other_channel_handed_over_publishes_no_home() -> None:
    handed_over = sqs_batch({**just_now().envelope, "instead": [ANA.person_id]})
    with (
        listening(HOME) as slack,
        aws_played(GetItem=kept(opened=system_clock() - timedelta(hours=1)), Query={"Items": []}) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(handed_over, None) == DONE

    assert "/api/views.publish" not in [request.path for request in slack.heard]


TOO_MUCH = answer(429, {"ok": False, "error": "ratelimited"}, Retry_After="30")


def only_on(method: str, trouble: Answer) -> Answer:
    """Slack in trouble with one method."""

    def reply(request: BaseHTTPRequestHandler, server: Loopback) -> None:
        (trouble if server.heard[-1].path == f"/api/{method}" else HOME)(request, server)

    return reply


def test_a_persons_trouble_keeps_no_home_from_being_published() -> None:
    with (
        listening(only_on("chat.postMessage", answer(503, "{}"))) as slack,
        aws_played(GetItem=kept(opened=system_clock() - timedelta(hours=1)), Query={"Items": []}) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(just_now()), None) == AGAIN

    assert [request.path for request in slack.heard] == ["/api/chat.postMessage", "/api/views.publish"]


def paused(aws: PlayedAws) -> bool:
    """Whether the whole workspace was told to wait."""
    return "PACE" in json.dumps([aws.asked("PutItem"), aws.asked("UpdateItem")])


@pytest.mark.parametrize(("method", "is_for_all"), [("views.publish", False), ("chat.postMessage", True)])
def test_a_pause_for_homes_is_none_for_messages(method: str, is_for_all: bool) -> None:  # noqa: FBT001 - a parameter
    with (
        listening(only_on(method, TOO_MUCH)) as slack,
        aws_played(GetItem=kept(opened=system_clock() - timedelta(hours=1)), Query={"Items": []}) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(just_now()), None) == AGAIN

    assert paused(aws) is is_for_all


@pytest.mark.parametrize(("received", "outcome"), [(4, AGAIN), (5, DONE)])
def test_a_home_that_cannot_be_published_is_given_up_after_a_few_times(
    received: int, outcome: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        listening(only_on("views.publish", answer(503, "{}"))) as slack,
        aws_played(GetItem=kept(opened=system_clock() - timedelta(hours=1)), Query={"Items": []}) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(just_now(), received=received), None) == outcome

    assert ('"message": "given up"' in capsys.readouterr().out) is (received == 5)


SILENT = DependencyError("slack", "TimeoutError", retryable=True, uncertain=True)
BUSY = DependencyError("delivery", "somebody else is at it", retryable=True)


@pytest.mark.parametrize(
    ("trouble", "done"), [(BUSY, ["origin", "homes"]), (KeyError(), ["origin", "homes"]), (SILENT, [])]
)
def test_steps_go_on_after_trouble_unless_slack_keeps_silent(trouble: Exception, done: list[str]) -> None:
    taken: list[str] = []

    def fail() -> None:
        raise trouble

    with pytest.raises(type(trouble)):
        each_step([fail, lambda: taken.append("origin")], homes=lambda: taken.append("homes"))

    assert taken == done


def test_homes_in_trouble_keep_nothing_from_coming_when_it_is_due() -> None:
    def fail() -> None:
        raise BUSY

    assert each_step([lambda: NOW, lambda: None], homes=fail) == NOW
