"""The running system with its relay and notifiers behind a fault proxy, and time that passes when it is told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Any, Final

import httpx
from boto3.dynamodb.conditions import Attr

from core.clock import fresh_event_id, system_clock
from core.events import Event, EventType
from core.ids import SlackUserId, TaskId
from core.metrics import Outcome
from core.notifications.model import Channel
from core.people.model import Actor, Entry, Person
from core.people.service import PeopleService
from core.settings import Door
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import ConditionFailedError, Item, Table, Update
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.schema import Keys, instant
from core.tasks.model import NewTask
from core.tasks.service import TaskService
from infra.local.demo import TEAM_ID
from infra.local.local_stack import LocalStack
from tests.support.fault_proxy import Asked, FaultProxy, proxying
from tests.support.patience import eventually
from tests.support.workspace import DemoWorkspace
from tests.support.world import HeldClock, PlayedCognito

ADA: Final = SlackUserId("U0ADA")
ANA: Final = SlackUserId("U0ANA")
BEHIND: Final = (Door.RELAY, Door.NOTIFY_SLACK, Door.NOTIFY_EMAIL)
NOTIFIERS: Final = {Channel.SLACK: Door.NOTIFY_SLACK, Channel.EMAIL: Door.NOTIFY_EMAIL}
KEYS: Final = Keys(TEAM_ID)
DEAD_LETTERS: Final = ("slack_dlq", "email_dlq")
QUIET_SECONDS: Final = 0.5
SHORT: Final = 5
"""Seconds; what is put off for less waits for the clock, and would use up its attempts if it were brought back."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a person finally has of an event, what the records say, and how each channel came to it."""

    messages: int
    replies: int
    emails: int
    slack: str
    email: str
    slack_way: str
    email_way: str


@dataclass(frozen=True, slots=True)
class Row:
    """News of a task for somebody."""

    task_id: TaskId
    event: Event
    person: Person


class Deployed:
    """The services of the running system, used beside it."""

    def __init__(self, stack: LocalStack) -> None:
        self.table = Table(stack.aws.client("dynamodb"), stack.outputs["TableName"])
        self.people = DynamoPersonRepository(self.table, TEAM_ID)
        directory = PeopleService(self.people, PlayedCognito(HeldClock()), system_clock)
        kept = DynamoTaskRepository(self.table, TEAM_ID, system_clock)
        self.tasks = TaskService(kept, directory, TEAM_ID, system_clock, fresh_event_id)
        self.ada = Actor(person=self.people.linked_to(ADA), entry=Entry.SLACK, is_fresh=True)
        self.ana = Actor(person=self.people.linked_to(ANA), entry=Entry.SLACK, is_fresh=True)

    def give(self, title: str, to: Person) -> Row:
        """Ada gives somebody a task."""
        task = self.tasks.create(self.ada, NewTask(title=title, assigned_to=to.person_id)).task
        return self.news(task.task_id, EventType.TASK_ASSIGNED, to)

    def news(self, task_id: TaskId, detail_type: EventType, person: Person) -> Row:
        """The newest event of a kind in a task's history, for somebody."""
        history = self.tasks.history(task_id, limit=20).items
        return Row(task_id, next(each for each in history if each.detail_type == detail_type), person)


@dataclass(slots=True)
class Faulty:
    """The running system as a row of the matrix uses it."""

    stack: LocalStack
    proxy: FaultProxy
    workspace: DemoWorkspace
    deployed: Deployed
    hurries: bool = True
    """Whether what is put off comes again at once, with the time in between passed."""
    waited: dict[str, int] = field(default_factory=dict)
    """The seconds for which the messages of each queue were put off."""
    over: Callable[[], bool] = lambda: False
    """Asked before a message comes again."""
    _leased: list[dict[str, str]] = field(default_factory=list)
    _held: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Forget the row before, and that anybody has opened App Home.

        What is published there waits for the clock and not for a fault: hurried, it would use up its event's attempts.
        """
        for person in self.deployed.people.starting_with("", limit=100):
            key = {name: {"S": value} for name, value in KEYS.home(person.person_id).items()}
            self.stack.aws.client("dynamodb").delete_item(TableName=self.stack.info["table"], Key=key)
        self.hurries, self.over = True, lambda: False
        self.waited.clear()
        self._leased.clear()
        for dead in DEAD_LETTERS:
            self.sqs.purge_queue(QueueUrl=self.stack.info["queues"][dead])

    def slack(self, act: str, **body: Any) -> Any:
        """Use the simulator's control API."""
        answer = httpx.post(f"{self.stack.url}/_local/slack/{act}", json=body, trust_env=False, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def slack_faults(self) -> Any:
        """What is still to go wrong in Slack."""
        return httpx.get(f"{self.stack.url}/_local/slack/faults", trust_env=False, timeout=30).json()["faults"]

    def call_slack(self, method: str, **arguments: str) -> None:
        """Call the Web API as the app does."""
        facts = self.stack.info["slack"]
        headers = {"Authorization": f"Bearer {facts['bot_token']}"}
        answer = httpx.post(f"{facts['api_url']}{method}", data=arguments, headers=headers, trust_env=False)
        assert answer.json()["ok"], answer.text

    def give(self, title: str, to: Person | None = None) -> Row:
        """Ada gives somebody, by default Ana, a task."""
        return self.watching(self.deployed.give(title, to or self.deployed.ana.person))

    def watching(self, row: Row) -> Row:
        """Let time pass for the deliveries of a row."""
        person_id = row.person.person_id
        self._leased.append(KEYS.card(row.task_id, person_id))
        self._leased += [KEYS.delivery(row.event.event_id, channel, person_id) for channel in Channel]
        return row

    def told(self, row: Row) -> Told:
        """Wait until everything is over, and see what the person has."""
        eventually(lambda: any(self.state(row, channel) for channel in Channel))
        self.wait_until_quiet()
        assert not self._given_up(row)
        mine = self._seen_by(row.person, row.task_id)
        return Told(
            messages=sum(each.get("thread_ts") in (None, each["ts"]) for each in mine),
            replies=sum(each.get("thread_ts") not in (None, each["ts"]) for each in mine),
            emails=len(self.workspace.emails(row.person.email, naming=f"[{row.task_id}]")),
            slack=self.state(row, Channel.SLACK),
            email=self.state(row, Channel.EMAIL),
            slack_way=self.way(row, Channel.SLACK),
            email_way=self.way(row, Channel.EMAIL),
        )

    def _given_up(self, row: Row) -> list[str]:
        """The dead letters about a row; what else waits in the system may run out of attempts as time is hurried."""
        asked = {"MaxNumberOfMessages": 10, "VisibilityTimeout": 0}
        queues = [self.stack.info["queues"][dead] for dead in DEAD_LETTERS]
        letters = [self.sqs.receive_message(QueueUrl=queue, **asked).get("Messages", []) for queue in queues]
        return [each["Body"] for each in chain(*letters) if row.event.event_id in each["Body"]]

    def _seen_by(self, person: Person, task_id: TaskId) -> list[dict[str, Any]]:
        known = httpx.get(f"{self.stack.url}/_local/slack/people", trust_env=False, timeout=30).json()["people"]
        if person.slack_user_id not in {each["id"] for each in known}:
            return []
        return self.workspace.messages(person.slack_user_id or "", naming=f"{task_id}:")

    def way(self, row: Row, channel: Channel) -> str:
        """The outcomes of the attempts, as the log lines count them; the same one in a row named once."""
        logs, function = self.stack.aws.client("logs"), self.stack.info["functions"][NOTIFIERS[channel]]
        group = self.stack.aws.client("lambda").get_function_configuration(FunctionName=function)["LoggingConfig"]
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["LogGroup"])
        said = [each["message"] for page in pages for each in page["events"] if row.event.event_id in each["message"]]
        lines = [json.loads(each) for each in said if each.startswith("{")]
        mine = [line for line in lines if line.get("person_id") == row.person.person_id]
        return ", ".join(
            outcome for outcome, _ in groupby(each.lower() for line in mine for each in Outcome if each in line)
        )

    def wait_until_quiet(self, within: float = 60) -> None:
        """Wait until no message waits in a queue, not even to come again."""
        deadline, quiet_since = time.monotonic() + within, time.monotonic()
        while time.monotonic() - quiet_since < QUIET_SECONDS:
            if sum(self.waiting(channel) for channel in Channel):
                quiet_since = time.monotonic()
            assert time.monotonic() < deadline, f"not over after {within} seconds"
            time.sleep(0.05)

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds."""
        counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.stack.info["queues"][queue], AttributeNames=counts)
        return sum(int(count) for count in answer["Attributes"].values())

    def state(self, row: Row, channel: Channel) -> str:
        """What a delivery's record says."""
        record = self.deployed.table.get(KEYS.delivery(row.event.event_id, channel, row.person.person_id))
        return str(record["state"]) if record else ""

    def pass_time(self, seconds: int) -> None:
        """Let leases run out, and the pause that Slack asked for, as if so many seconds had passed."""
        for key, name in [*((key, "leased_until") for key in self._leased), (KEYS.pace(), "held_until")]:
            item = self.deployed.table.get(key)
            if item is not None and name in item:
                self._shift(key, name, item, seconds)

    def _shift(self, key: dict[str, str], name: str, item: Item, seconds: int) -> None:
        earlier = instant(datetime.fromisoformat(item[name]) - timedelta(seconds=seconds))
        try:
            self.deployed.table.update(key, Update(set={name: earlier}), Attr(name).eq(item[name]))
        except ConditionFailedError:
            return  # It was claimed anew, or asked for anew, at this moment.

    def notice(self, asked: Asked) -> None:
        """Bring back at once what a function has put off."""
        if asked.operation != "ChangeMessageVisibility":
            return
        put_off = asked.arguments
        with self._lock:
            queue = put_off["QueueUrl"]
            self.waited[queue] = self.waited.get(queue, 0) + put_off["VisibilityTimeout"]
            if put_off["VisibilityTimeout"] >= SHORT:
                self._held.append(put_off)
        if self.over() or self.hurries:
            self.hurry()

    def hurry(self) -> None:
        """Bring back what was put off, with the time in between passed."""
        with self._lock:
            held, self._held = self._held, []
        for put_off in held:
            self.pass_time(put_off["VisibilityTimeout"])
            self._show(put_off["QueueUrl"], put_off["ReceiptHandle"])

    def _show(self, queue_url: str, receipt_handle: str) -> None:
        with suppress(self.sqs.exceptions.ReceiptHandleIsInvalid):  # It is done, or somebody has it again.
            self.sqs.change_message_visibility(QueueUrl=queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=0)

    @contextmanager
    def brought_back(self, queue: str) -> Iterator[None]:
        """Shorten the queue's own time, after which what nobody answered for comes again."""
        url = self.stack.info["queues"][queue]
        [before] = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])[
            "Attributes"
        ].values()
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "2"})
        try:
            yield
        finally:
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": before})

    @contextmanager
    def held_up(self, count: int) -> Iterator[Callable[[], list[dict[str, Any]]]]:
        """Keep Slack's notifier from its queue; gives the messages that wait there, when there are so many."""
        functions, arrived = self.stack.aws.client("lambda"), list[dict[str, Any]]()
        name, url = self.stack.info["functions"][Door.NOTIFY_SLACK], self.stack.info["queues"]["slack"]
        [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]

        def messages() -> list[dict[str, Any]]:
            asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "AttributeNames": ["All"], "VisibilityTimeout": 60}
            arrived.extend(self.sqs.receive_message(**asked).get("Messages", []))
            return arrived if len(arrived) >= count else []

        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        try:
            yield messages
        finally:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
            for each in arrived:
                self._show(url, each["ReceiptHandle"])

    def invoke_with(self, message: dict[str, Any]) -> None:
        """Hand one message to Slack's notifier, and delete it where the answer says that it is done."""
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
        }
        if self._invoke(record) == {"batchItemFailures": []}:
            url = self.stack.info["queues"]["slack"]
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def start_two(self) -> None:
        """Have two workers of Slack's notifier started."""
        with ThreadPoolExecutor(2) as workers:
            list(workers.map(lambda _: self._invoke(), range(2)))

    def _invoke(self, *records: dict[str, Any]) -> Any:
        name = self.stack.info["functions"][Door.NOTIFY_SLACK]
        payload = json.dumps({"Records": records}).encode()
        answer = self.stack.aws.client("lambda").invoke(FunctionName=name, Payload=payload)
        return json.load(answer["Payload"])

    @property
    def sqs(self) -> Any:
        return self.stack.aws.client("sqs")


@contextmanager
def behind_a_proxy(stack: LocalStack, workspace: DemoWorkspace) -> Iterator[Faulty]:
    """Put the proxy between the functions and AWS while the block runs."""
    with proxying(stack.aws.endpoint) as proxy:
        faulty = Faulty(stack, proxy, workspace, Deployed(stack))
        proxy.after = faulty.notice
        with environment(stack, BEHIND, AWS_ENDPOINT_URL=proxy.url):
            yield faulty
            proxy.clear()
            faulty.slack("faults/clear")


@contextmanager
def environment(stack: LocalStack, doors: tuple[Door, ...], **changed: str) -> Iterator[None]:
    """Let functions run with another environment while the block runs."""
    functions = stack.aws.client("lambda")
    names = [stack.info["functions"][door] for door in doors]
    before = {name: functions.get_function_configuration(FunctionName=name)["Environment"] for name in names}
    try:
        for name, variables in before.items():
            changes = {"Variables": {**variables["Variables"], **changed}}
            functions.update_function_configuration(FunctionName=name, Environment=changes)
        yield
    finally:
        for name, variables in before.items():
            functions.update_function_configuration(FunctionName=name, Environment=variables)
