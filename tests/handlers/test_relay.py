"""Stream records in, as the repository's own writes make them; events on the bus out."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from core.clock import fresh_event_id
from core.errors import DependencyError
from core.events import Change, Event, EventType
from core.people.model import Actor, Entry
from core.people.service import PeopleService
from core.settings import Door
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.schema import PARTITION_KEY, SORT_KEY
from core.tasks.model import NewTask, TaskStatus
from core.tasks.ports import TaskWrite
from core.tasks.service import TaskService
from tests.support.aws_session import session
from tests.support.logs import lines
from tests.support.loopback import answer
from tests.support.news import ADA, ANA, happened, make_task
from tests.support.played_aws import PlayedAws, aws_played, started
from tests.support.table import create_table
from tests.support.world import NOW, WORKSPACE, HeldClock, PlayedCognito

TABLE = "task-bot"
Image = dict[str, Any]


class Kept:
    """The table, with the real repository and service over it."""

    def __init__(self, table: Table, clock: HeldClock) -> None:
        people = DynamoPersonRepository(table, WORKSPACE)
        cognito = PlayedCognito(clock)
        for person in (ADA, ANA):
            people.add(person)
            cognito.known[person.person_id] = (person.groups, person.enabled)
        self.repository = DynamoTaskRepository(table, WORKSPACE, clock)
        directory = PeopleService(people, cognito, clock)
        self.tasks = TaskService(self.repository, directory, WORKSPACE, clock, fresh_event_id)


def written(act: Callable[[Kept], object]) -> list[Image]:
    """The history entries that something leaves in the table, as the stream hands them over."""
    with mock_aws():
        client = session().client("dynamodb")
        create_table(client, TABLE)
        act(Kept(Table(client, TABLE), HeldClock()))
        items: list[Image] = [dict(item) for item in client.scan(TableName=TABLE)["Items"]]
    return sorted((item for item in items if item["type"]["S"] == "ACTIVITY"), key=lambda item: str(item[SORT_KEY]))


def batch(*images: Image) -> dict[str, Any]:
    keys = (PARTITION_KEY, SORT_KEY)
    return {
        "Records": [
            {
                "eventID": str(number),
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {"Keys": {name: image[name] for name in keys}, "NewImage": image},
            }
            for number, image in enumerate(images)
        ]
    }


def accepted(number: int) -> dict[str, Any]:
    return {"FailedEntryCount": 0, "Entries": [{"EventId": str(each)} for each in range(number)]}


def relay(*images: Image, answered: Any = None) -> PlayedAws:
    """Run the function once over these records."""
    with aws_played(PutEvents=answered or accepted(len(images))) as aws, started(Door.RELAY, aws) as handler:
        handler(batch(*images), None)
    return aws


def entries(aws: PlayedAws) -> list[dict[str, Any]]:
    return [entry for call in aws.asked("PutEvents") for entry in call["Entries"]]


def give(kept: Kept) -> None:
    kept.tasks.create(Actor(person=ADA, entry=Entry.API), NewTask(title="Fix login", assigned_to=ANA.person_id))


def test_a_task_that_was_given_to_somebody_is_announced_as_it_stands() -> None:
    images = written(give)

    created, assigned = entries(relay(*images))

    assert (created["DetailType"], assigned["DetailType"]) == ("TaskCreated", "TaskAssigned")
    assert (assigned["Source"], assigned["EventBusName"]) == ("app.taskmgmt", "bus")
    ana = {"person_id": "sub-ana", "name": "Ana Silva", "slack_user_id": "U0ANA"}
    ada = {"person_id": "sub-ada", "name": "Ada Lind", "slack_user_id": "U0ADA"}
    assert json.loads(assigned["Detail"]) == {
        "version": 1,
        "event_id": images[1][SORT_KEY]["S"].removeprefix("ACTIVITY#"),
        "occurred_at": "2026-11-18T09:30:00Z",
        "workspace": "T0TEAM",
        "actor": {**ada, "entry": "api"},
        "task": {
            "task_id": "T-1",
            "version": 1,
            "title": "Fix login",
            "description": "",
            "assigned_to": ana,
            "assigned_by": ada,
            "task_status": "open",
            "priority": "normal",
            "labels": [],
            "created_by": ada,
            "created_at": "2026-11-18T09:30:00Z",
            "updated_at": "2026-11-18T09:30:00Z",
        },
        "changes": [{"field": "assigned_to", "after": ana}],
        "gathered": [],
    }


def test_a_new_status_says_from_what_to_what() -> None:
    def move(kept: Kept) -> None:
        give(kept)
        [task] = kept.tasks.open_of(ANA.person_id, limit=1).items
        kept.tasks.change_status(Actor(person=ANA, entry=Entry.SLACK), task.task_id, TaskStatus.DONE)

    [moved] = [each for each in entries(relay(*written(move))) if each["DetailType"] == "TaskStatusChanged"]

    detail = json.loads(moved["Detail"])
    assert detail["changes"] == [{"field": "task_status", "before": "open", "after": "done"}]
    assert (detail["task"]["version"], detail["task"]["task_status"]) == (2, "done")


def test_what_the_notifiers_read_is_what_was_written() -> None:
    task = make_task(description="words", labels=("web",), source="https://example.com")
    event = happened(
        EventType.TASK_UPDATED,
        task,
        ADA,
        Change(field="labels", before=["a"], after=["web"]),
        Change(field="estimate", before=3, after=-2),
        Change(field="urgent", before=False, after=True),
    )

    images = written(lambda kept: kept.repository.save(TaskWrite(None, task, (event,))))
    [entry] = entries(relay(*images))

    assert Event.from_bus({"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}) == event


def test_the_words_of_what_was_published_are_kept_for_finding_it() -> None:
    aws = relay(*written(give))

    [asked] = aws.asked("BatchWriteItem")
    rows = [request["PutRequest"]["Item"] for request in asked["RequestItems"][TABLE]]
    assert {(row["pk"]["S"], row["sk"]["S"]) for row in rows} == {
        ("W#T0TEAM#WORD#fi", "fix#000000000001"),
        ("W#T0TEAM#WORD#lo", "login#000000000001"),
        ("W#T0TEAM#WORD#t1", "t1#000000000001"),
        ("W#T0TEAM#WORD#01", "01#000000000001"),
    }


def test_a_log_line_says_how_late_changes_are_published(capsys: pytest.CaptureFixture[str]) -> None:
    relay(*written(give))

    [line] = [line for line in lines(capsys) if "_aws" in line]
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "TaskBot",
            "Dimensions": [[]],
            "Metrics": [{"Name": "RelayLag", "Unit": "Milliseconds"}],
        }
    ]
    since = (datetime.fromtimestamp(line["_aws"]["Timestamp"] / 1000, UTC) - NOW) / timedelta(milliseconds=1)
    assert line["RelayLag"] == [pytest.approx(since, abs=2)] * 2
    assert "Fix login" not in str(line)


def test_the_stream_brings_the_records_again_where_their_words_were_not_kept() -> None:
    images = written(give)
    left = {"UnprocessedItems": {TABLE: [{"DeleteRequest": {"Key": {"pk": {"S": "x"}, "sk": {"S": "x"}}}}]}}

    with (
        aws_played(PutEvents=accepted(2), BatchWriteItem=left) as aws,
        started(Door.RELAY, aws) as handler,
        pytest.raises(DependencyError),
    ):
        handler(batch(*images), None)


def test_an_entry_that_no_event_can_be_read_from_is_kept_whole_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    good, bad = written(give)
    bad["task"]["M"]["title"] = {"L": [{"S": "a secret plan"}]}

    aws = relay(bad, good, answered=accepted(1))

    assert [entry["DetailType"] for entry in entries(aws)] == ["TaskCreated"]
    [(key, kept)] = aws.kept().items()
    assert bad[SORT_KEY]["S"].replace("#", "%23") in key
    assert kept["content"] == bad
    assert "task.title" in kept["reason"]
    logged = lines(capsys)
    assert bad[SORT_KEY]["S"] in str(logged)
    assert [line["Unpublished"] for line in logged if "Unpublished" in line] == [1]
    assert "secret" not in str(logged)


def test_an_entry_of_a_kind_that_nobody_knows_is_kept_too() -> None:
    [unheard, _] = written(give)
    unheard["detail_type"] = {"S": "TaskSung"}

    aws = relay(unheard)

    assert entries(aws) == []
    assert len(aws.kept()) == 1


@pytest.mark.parametrize(
    "failure",
    [
        {"FailedEntryCount": 1, "Entries": [{"EventId": "1"}, {"ErrorCode": "ThrottlingException"}]},
        answer(400, {"__type": "AccessDeniedException"}, content_type="application/x-amz-json-1.1"),
    ],
)
def test_the_stream_brings_the_records_again_where_one_was_not_published(failure: Any) -> None:
    images = written(give)

    with pytest.raises(DependencyError):
        relay(*images, answered=failure)


def test_the_stream_brings_the_records_again_where_the_unreadable_could_not_be_kept() -> None:
    [bad, _] = written(give)
    bad["task"] = {"S": "broken"}
    refusing = aws_played(PutObject=answer(403, "", content_type="application/xml"))

    with refusing as aws, started(Door.RELAY, aws) as handler, pytest.raises(DependencyError):
        handler(batch(bad), None)
