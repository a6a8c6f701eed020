"""The bundle that goes to Lambda, not the checkout, plays the journey: what it forgets shows here."""

import hashlib
import hmac
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from core.ids import SlackUserId, TaskId, WorkspaceId
from core.settings import NEEDED, Door
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.schema import ACTIVITY_PREFIX, PARTITION_KEY, Keys
from infra.local.aws import KEY
from infra.local.demo import TEAM_ID
from infra.local.local_stack import LocalStack
from infra.package import RUNTIME
from tests.support.bus import BusListener, listening
from tests.support.lambda_runtime import RuntimeApi, lay_out_runtime, packaged_function
from tests.support.patience import eventually
from tests.support.sqs import sqs_batch
from tests.support.workspace import visiting
from tests.support.world import make_person

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(sys.version_info[:2] != RUNTIME, reason="the bundle is for the Python of Lambda"),
]

TEAM = WorkspaceId("T0PACKED")
"""A workspace of its own, so that the functions of the running stack leave its people alone."""
Start = Callable[[Door], RuntimeApi]


@pytest.fixture
def start(stack: LocalStack, unpacked: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts a door's function from the bundle, with what the stack tells that function."""
    runtime = lay_out_runtime(tmp_path / "runtime")
    functions = stack.aws.client("lambda")
    with ExitStack() as started:

        def start_door(door: Door) -> RuntimeApi:
            name = stack.info["functions"][door]
            told = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            environment = {
                **{setting: told[setting] for setting in NEEDED[door]},
                "SLACK_TEAM_ID": TEAM,
                "AWS_ENDPOINT_URL": stack.aws.endpoint,
                "AWS_ACCESS_KEY_ID": KEY,
                "AWS_SECRET_ACCESS_KEY": KEY,
            }
            function = packaged_function(
                f"handlers.{door}.handler", bundle=unpacked, runtime=runtime, environment=environment
            )
            return started.enter_context(function)

        yield start_door


def http_event(method: str, path: str, body: str = "", **headers: str) -> dict[str, Any]:
    """What the HTTP API sends: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "bot.example", **headers},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": "r", "stage": "$default", "timeEpoch": 0,
        },
        "body": body,
        "isBase64Encoded": False,
    }  # fmt: skip


def signed_command(stack: LocalStack, text: str) -> dict[str, Any]:
    form = {"command": "/task", "text": text, "team_id": TEAM, "user_id": "U0ADA", "trigger_id": f"t{time.time()}"}
    body, timestamp = urlencode(form), str(int(time.time()))
    secret = stack.info["slack"]["signing_secret"].encode()
    signature = hmac.new(secret, f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={signature}",
               "content-type": "application/x-www-form-urlencoded"}  # fmt: skip
    return http_event("POST", "/slack/events", body, **headers)


def stream_records(stack: LocalStack, task_id: TaskId) -> dict[str, Any]:
    partition = Keys(TEAM).task(task_id)[PARTITION_KEY]
    items = stack.aws.client("dynamodb").query(
        TableName=stack.info["table"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :activity)",
        ExpressionAttributeValues={":pk": {"S": partition}, ":activity": {"S": ACTIVITY_PREFIX}},
    )["Items"]
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": item}} for item in items]}


def test_an_assignment_travels_through_the_packaged_functions(stack: LocalStack, start: Start) -> None:
    table = Table(stack.aws.client("dynamodb"), stack.info["table"])
    known, people = DynamoPersonRepository(table, TEAM_ID), DynamoPersonRepository(table, TEAM)
    people.add(known.linked_to(SlackUserId("U0ADA")))
    people.add(make_person("Ana Silva", email="ana.packed@example.com"))

    with visiting(stack) as workspace, listening(stack) as bus:
        answer = start(Door.SLACK).invoke(signed_command(stack, "new Packed with care <@U0ANA> by tomorrow 9am"))
        assert answer["statusCode"] == 200
        assert "Given to Ana Silva." in answer["body"]
        task_id = TaskId("T-1")
        start(Door.RELAY).invoke(stream_records(stack, task_id))
        envelopes = eventually(lambda: assigned(bus, task_id))
        for door in (Door.NOTIFY_SLACK, Door.NOTIFY_EMAIL):
            assert start(door).invoke(sqs_batch(*envelopes)) == {"batchItemFailures": []}
        [card] = workspace.messages("U0ANA", naming="Packed with care")
        [mail] = workspace.emails("ana.packed@example.com", naming="Packed with care")
    assert "gave you a task" in card["text"]
    assert "Ada Lind gave you this task." in mail["BodyText"]


def assigned(bus: BusListener, task_id: TaskId) -> list[dict[str, Any]]:
    heard = {each["detail"]["event_id"]: each for each in bus.heard(task_id) if each["detail"]["workspace"] == TEAM}
    return [each for each in heard.values() if each["detail-type"] == "TaskAssigned"]


@pytest.mark.parametrize(
    ("door", "path", "status", "words"),
    [
        (Door.API, "/healthz", 200, "ok"),
        (Door.API, "/docs", 200, "swagger"),
        (Door.API, "/docs/swagger-ui-bundle.js", 200, "function"),
        (Door.WEB, "/web/link/none", 410, "<html"),
    ],
)
def test_pages_and_their_files_are_in_the_bundle(start: Start, door: Door, path: str, status: int, words: str) -> None:
    answer = start(door).invoke(http_event("GET", path))

    assert (answer["statusCode"], words in answer["body"]) == (status, True), answer


def test_the_function_that_reminds_starts(start: Start) -> None:
    assert start(Door.REMIND).invoke({}) == {"released": 0, "reminded": 0}


def test_the_function_that_finishes_jobs_starts(start: Start) -> None:
    assert start(Door.WORK).invoke({"Records": []}) == {"batchItemFailures": []}
