"""What operators do by hand, on the running system: nothing that was kept or fell out of a queue stays lost."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from core.clock import fresh_event_id, system_clock
from core.events import Event, EventType
from core.ids import TaskId
from core.people.model import Entry
from core.storage.dynamodb.deliveries import KEPT_FOR
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Partition, Table
from core.storage.schema import Keys
from core.tasks.model import Task
from infra.local.aws import KEY, REGION
from infra.local.demo import TEAM_ID
from infra.local.local_stack import CHECKOUT, LocalStack
from infra.operate import events_in
from tests.support.bus import BusListener, listening
from tests.support.patience import eventually
from tests.support.workspace import DemoWorkspace, visiting

pytestmark = pytest.mark.stack


def operate(stack: LocalStack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "infra.operate", *arguments],
        cwd=CHECKOUT,
        env={
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": stack.aws.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_DEFAULT_REGION": REGION,
            "NO_PROXY": "*",
        },
        capture_output=True,
        text=True,
        check=False,
    )


class Bucket:
    def __init__(self, stack: LocalStack) -> None:
        self._s3 = stack.aws.client("s3")
        self._name = stack.outputs["UnpublishedBucketName"]

    def put(self, key: str, content: Any) -> None:
        self._s3.put_object(Bucket=self._name, Key=key, Body=json.dumps(content).encode())

    def keys(self) -> list[str]:
        return [each["Key"] for each in self._s3.list_objects_v2(Bucket=self._name).get("Contents", [])]

    def empty(self) -> None:
        for key in self.keys():
            self._s3.delete_object(Bucket=self._name, Key=key)


@pytest.fixture
def bucket(stack: LocalStack) -> Iterator[Bucket]:
    bucket = Bucket(stack)
    yield bucket
    bucket.empty()


@pytest.fixture
def workspace(stack: LocalStack) -> Iterator[DemoWorkspace]:
    with visiting(stack) as visited:
        yield visited


@pytest.fixture
def bus(stack: LocalStack) -> Iterator[BusListener]:
    with listening(stack) as listener:
        yield listener


@pytest.fixture
def news(stack: LocalStack) -> Event:
    """Ada gave Ana a task that the table does not have: nothing else is told of it."""
    people = DynamoPersonRepository(Table(stack.aws.client("dynamodb"), stack.outputs["TableName"]), TEAM_ID)
    ada, ana = people.with_email("ada.lind@example.com"), people.with_email("ana.silva@example.com")
    now = system_clock()
    event_id = fresh_event_id(now)
    task = Task(
        task_id=TaskId(f"T-{900000 + int(now.timestamp() * 1000) % 99999}"),
        version=1,
        title="Left behind",
        assigned_to=ana.ref,
        created_by=ada.ref,
        created_at=now,
        updated_at=now,
    )
    return Event.model_validate(
        {
            "detail_type": EventType.TASK_ASSIGNED,
            "event_id": event_id,
            "occurred_at": now,
            "workspace": TEAM_ID,
            "actor": {"person_id": ada.person_id, "name": ada.name, "entry": Entry.API},
            "task": task,
        }
    )


def task_of(event: Event) -> TaskId:
    assert event.task
    return event.task.task_id


def envelope(event: Event) -> dict[str, Any]:
    return {"source": "app.taskmgmt", "detail-type": event.detail_type, "detail": event.detail}


def image(event: Event) -> dict[str, Any]:
    """A history entry as the stream has it."""
    item = {"pk": "W#x#TASK#x", "sk": f"ACTIVITY#{event.event_id}", "type": "ACTIVITY", **event.detail}
    return dict(TypeSerializer().serialize({**item, "detail_type": str(event.detail_type)})["M"])


def words_of(stack: LocalStack, word: str) -> list[Any]:
    """The rows by which tasks are found under a word."""
    table = Table(stack.aws.client("dynamodb"), stack.outputs["TableName"])
    rows, _ = table.page(Partition(Keys(TEAM_ID).words(word), prefix=word), limit=10)
    return rows


def given_up(*records: dict[str, Any]) -> dict[str, Any]:
    """What Lambda writes of a batch that it gave up.

    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    """
    return {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 51},
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-11-22T10:00:00.000Z",
        "DDBStreamBatchInfo": {"shardId": "shardId-00000001573689847184-864758bb", "batchSize": len(records)},
        "payload": {"Records": list(records)},
    }


def inserted(new: dict[str, Any]) -> dict[str, Any]:
    return {"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": {"NewImage": new}}


GIVEN_UP_KEY = "aws/lambda/0b1c/shardId-00000001573689847184-864758bb/2026/11/22/2026-11-22T10.00.00-5d1f"


def test_what_the_relay_kept_is_published_and_reaches_its_person_once(
    stack: LocalStack, bucket: Bucket, workspace: DemoWorkspace, news: Event
) -> None:
    bucket.put("unpublished/2026/11/22/event.json", {"reason": "MalformedDetail", "content": envelope(news)})
    bucket.put("unpublished/2026/11/22/entry.json", {"reason": "task.x: missing", "content": image(news)})
    bucket.put(GIVEN_UP_KEY, given_up(inserted(image(news))))

    ran = operate(stack, "replay")

    assert ran.stdout == "Events published: 3. Objects done with: 3, left: 0.\n", ran.stderr
    assert ran.returncode == 0
    assert bucket.keys() == []
    named = f"{task_of(news)}:"
    eventually(lambda: workspace.messages("U0ANA", naming=named))
    eventually(lambda: workspace.emails("ana.silva@example.com", naming="Left behind"))
    assert operate(stack, "replay").stdout == "Events published: 0. Objects done with: 0, left: 0.\n"
    assert len(workspace.messages("U0ANA", naming=named)) == 1
    assert len(workspace.emails("ana.silva@example.com", naming=f"[{task_of(news)}]")) == 1


def test_what_cannot_be_read_or_is_too_old_stays_and_the_rest_goes_on(
    stack: LocalStack, bucket: Bucket, bus: BusListener, news: Event
) -> None:
    old = news.model_copy(update={"occurred_at": system_clock() - KEPT_FOR - timedelta(hours=1)})
    bucket.put(
        "unpublished/2026/11/22/1.json", {"reason": "x", "content": {"pk": {"S": "x"}, "title": {"S": "secret"}}}
    )
    bucket.put("unpublished/2026/11/22/2.json", ["nothing", "of", "ours"])
    bucket.put("unpublished/2026/11/22/3.json", {"reason": "x", "content": envelope(old)})
    bucket.put("unpublished/2026/11/22/4.json", {"reason": "x", "content": {"pk": "no stream writes it so"}})
    bucket.put("unpublished/2026/11/22/5.json", {"reason": "x", "content": envelope(news)})

    ran = operate(stack, "replay")

    assert ran.returncode == 1
    *left, summary = ran.stdout.splitlines()
    assert [line.partition(":")[0] for line in left] == [f"left unpublished/2026/11/22/{n}.json" for n in (1, 2, 3, 4)]
    assert summary == "Events published: 1. Objects done with: 1, left: 4."
    assert "secret" not in ran.stdout
    assert len(bucket.keys()) == 4
    eventually(lambda: bus.heard(task_of(news)))


def test_of_a_batch_that_lambda_gave_up_only_what_the_relay_would_have_seen_is_published(news: Event) -> None:
    changed = {"eventName": "MODIFY", "dynamodb": {"NewImage": image(news)}}
    removed: dict[str, Any] = {"eventName": "REMOVE", "dynamodb": {}}
    other = inserted({"type": {"S": "TASK"}})

    body = given_up(changed, other, inserted(image(news)), removed)

    assert events_in(json.dumps(body).encode()) == [news]
    assert events_in(json.dumps({**body, "payload": json.dumps(body["payload"])}).encode()) == [news]


def test_words_of_a_task_that_changed_since_stay_those_that_it_has_now(
    stack: LocalStack, bucket: Bucket, workspace: DemoWorkspace, bus: BusListener
) -> None:
    made = str(workspace.command("U0ADA", "new Grease the gyroscope <@U0BEN|ben>")["answer"])
    task_id = TaskId(next(word for word in made.replace("*", " ").split() if word.startswith("T-")).rstrip(":"))
    [created, *_] = eventually(lambda: bus.heard(task_id))
    eventually(lambda: words_of(stack, "gyroscope"))
    workspace.command("U0ADA", f"delete {task_id}")
    eventually(lambda: not words_of(stack, "gyroscope"))
    bucket.put("unpublished/2026/11/22/late.json", {"reason": "x", "content": created})

    assert operate(stack, "replay").returncode == 0

    assert words_of(stack, "gyroscope") == []


def test_dead_letters_go_back_and_reach_their_person(stack: LocalStack, workspace: DemoWorkspace, news: Event) -> None:
    sqs = stack.aws.client("sqs")
    for name in ("SlackDlqUrl", "EmailUndeliveredUrl"):
        sqs.send_message(QueueUrl=stack.outputs[name], MessageBody=json.dumps(envelope(news)))

    ran = operate(stack, "redrive")

    assert sorted(ran.stdout.splitlines()) == [
        "EmailDlqUrl: 0 moved back",
        "EmailUndeliveredUrl: 1 moved back",
        "SlackDlqUrl: 1 moved back",
        "SlackUndeliveredUrl: 0 moved back",
        "WorkDlqUrl: 0 moved back",
        "WorkUndeliveredUrl: 0 moved back",
    ], ran.stderr
    named = f"{task_of(news)}:"
    eventually(lambda: workspace.messages("U0ANA", naming=named))
    eventually(lambda: workspace.emails("ana.silva@example.com", naming="Left behind"))


def test_a_stack_that_is_not_there_is_said_in_a_sentence(stack: LocalStack) -> None:
    ran = operate(stack, "redrive", "--stack", "Nowhere")

    assert ran.returncode == 1
    assert ran.stderr.startswith("AWS does not do it: ")
    assert "Traceback" not in ran.stderr
