"""News on the running system: bursts, replies, cards that stay true, and people whom Slack cannot reach."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.ids import Action
from core.clock import fresh_event_id, system_clock
from core.errors import DependencyError
from core.events import Event
from core.ids import EventId, SlackUserId, WorkspaceId
from core.notifications.model import Channel, Notification
from core.people.model import Actor, Entry, Person
from core.people.service import PeopleService
from core.storage.dynamodb.deliveries import DynamoDeliveryRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.model import NewTask, Task, TaskStatus
from core.tasks.service import TaskService
from infra.local.demo import TEAM_ID
from infra.local.local_stack import LocalStack
from tests.support import news
from tests.support.delivery import Kept as Delivery
from tests.support.patience import eventually
from tests.support.stack import wait_until_quiet
from tests.support.workspace import DemoWorkspace
from tests.support.world import NOW, HeldClock, PlayedCognito, words_of

pytestmark = pytest.mark.stack

ADA, ANA = "U0ADA", "U0ANA"
ANAS_ADDRESS = "ana.silva@example.com"
WORKERS = 5
QUIET = 4.0
"""Seconds to wait for what must not come: longer than news waits here."""


class Desk:
    """Ada, an admin, hands out tasks and changes them faster than anybody types."""

    def __init__(self, table: Table) -> None:
        workspace = WorkspaceId(TEAM_ID)
        self._people = DynamoPersonRepository(table, workspace)
        people = PeopleService(self._people, PlayedCognito(HeldClock()), system_clock)
        self.tasks = TaskService(
            DynamoTaskRepository(table, workspace, system_clock), people, workspace, system_clock, fresh_event_id
        )
        self.ada = self.actor(ADA)

    def actor(self, slack_user_id: str) -> Actor:
        person = self._people.linked_to(SlackUserId(slack_user_id))
        return Actor(person=person, entry=Entry.API, is_fresh=True)

    def give_to_ana(self, title: str) -> Task:
        return self.tasks.create(self.ada, NewTask(title=title, assigned_to=self.actor(ANA).person_id)).task


@pytest.fixture
def desk(table: Table) -> Desk:
    return Desk(table)


@pytest.fixture
def slack(stack: LocalStack) -> Iterator[httpx.Client]:
    """The control API and the Web API of the played Slack."""
    bearer = {"Authorization": f"Bearer {stack.info['slack']['bot_token']}"}
    with httpx.Client(base_url=stack.url, headers=bearer, timeout=30, trust_env=False) as http:
        yield http


def shown(message: dict[str, Any]) -> str:
    return words_of(message["blocks"])


def card_of(workspace: DemoWorkspace, task: Task, user: str = ANA) -> dict[str, Any]:
    """The newest card of a task that a person sees."""
    seen = eventually(
        lambda: [each for each in workspace.messages(user, naming=f"{task.task_id}:") if not each.get("thread_ts")]
    )
    return seen[-1]


def replies(workspace: DemoWorkspace, card: dict[str, Any], user: str = ANA) -> list[dict[str, Any]]:
    """What the bot says in a card's thread."""
    found = workspace.messages(user, naming=card["ts"])
    return [each for each in found if each.get("thread_ts") == card["ts"] and each["ts"] != card["ts"]]


def test_five_changes_in_a_burst_are_one_message_oldest_first(workspace: DemoWorkspace, desk: Desk) -> None:
    task = desk.give_to_ana("Burst the balloon")
    card = card_of(workspace, task)

    desk.tasks.comment(desk.ada, task.task_id, "the first word")
    desk.tasks.change_status(desk.ada, task.task_id, TaskStatus.IN_PROGRESS)
    desk.tasks.comment(desk.ada, task.task_id, "the <second> word")
    desk.tasks.change_status(desk.ada, task.task_id, TaskStatus.BLOCKED)
    desk.tasks.comment(desk.ada, task.task_id, "the last word")

    [news] = eventually(lambda: replies(workspace, card))
    time.sleep(QUIET)
    assert replies(workspace, card) == [news]
    said = shown(news)
    order = [said.index(each) for each in ("first word", "in progress", "<second> word", "blocked", "last word")]
    assert order == sorted(order)
    assert "Blocked" in shown(card_of(workspace, task))


def test_an_assignment_overtakes_news_that_waits(workspace: DemoWorkspace, desk: Desk) -> None:
    first = desk.give_to_ana("Wait for it")
    card = card_of(workspace, first)
    desk.tasks.comment(desk.ada, first.task_id, "this can wait")

    second = desk.give_to_ana("This cannot wait")

    card_of(workspace, second)
    assert replies(workspace, card) == []
    assert eventually(lambda: replies(workspace, card))


def test_a_reply_to_the_card_becomes_a_comment_and_its_author_hears_nothing_of_it(
    workspace: DemoWorkspace, desk: Desk, slack: httpx.Client
) -> None:
    task = desk.give_to_ana("Answer me")
    card = card_of(workspace, task)

    said = {"user": ANA, "channel": card["channel"], "text": "Nearly & <done>", "thread_ts": card["ts"]}
    answer = slack.post("/_local/slack/say", json=said).json()

    assert (answer["status"], answer["failure"]) == (200, None)
    newest = desk.tasks.history(task.task_id, limit=1).items[0]
    assert (newest.note, newest.actor.name, newest.actor.entry) == ("Nearly & <done>", "Ana Silva", Entry.SLACK)
    told = card_of(workspace, task, ADA)
    assert "<@U0ANA> commented." in shown(told)
    assert "Nearly & <done>" in shown(told)
    time.sleep(QUIET)
    assert [each["user"] for each in replies(workspace, card)] == [ANA]
    assert len(workspace.whispers(ANA, naming=task.task_id)) == 1


def test_what_somebody_does_elsewhere_shows_on_their_own_card(workspace: DemoWorkspace, desk: Desk) -> None:
    task = desk.give_to_ana("Look at your own card")
    card_of(workspace, task)

    workspace.command(ANA, f"done {task.task_id}")

    [card] = eventually(lambda: [each for each in [card_of(workspace, task)] if "You moved" in shown(each)])
    assert "You moved this task to *done*." in shown(card)
    assert [each["action_id"] for each in pressed(card)] == [Action.TASK_UNDO]
    workspace.press(ANA, card, Action.TASK_UNDO)
    assert desk.tasks.get(task.task_id).task_status is TaskStatus.OPEN


def pressed(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]


def test_a_card_that_was_deleted_is_posted_anew_with_the_next_news(
    workspace: DemoWorkspace, desk: Desk, slack: httpx.Client
) -> None:
    task = desk.give_to_ana("Throw me away")
    card = card_of(workspace, task)
    gone = slack.post("/slack/api/chat.delete", json={"channel": card["channel"], "ts": card["ts"]}).json()
    assert gone["ok"], gone

    desk.tasks.comment(desk.ada, task.task_id, "still there?")

    again = card_of(workspace, task)
    assert again["ts"] != card["ts"]
    assert "still there?" in shown(again)


def test_whom_slack_cannot_reach_is_told_by_email_though_it_would_not_be(
    stack: LocalStack, workspace: DemoWorkspace, desk: Desk, slack: httpx.Client
) -> None:
    task = desk.give_to_ana("Out of reach")
    card_of(workspace, task)
    wait_until_quiet(stack)
    fault = {"kind": "refuse", "method": "chat.postMessage", "error": "restricted_action", "times": 1}
    slack.post("/_local/slack/faults", json=fault)

    desk.tasks.comment(desk.ada, task.task_id, "read this elsewhere")

    [mail] = eventually(lambda: workspace.emails(ANAS_ADDRESS, naming="read this elsewhere"))
    assert f"[{task.task_id}]" in mail["Subject"]
    time.sleep(QUIET)
    assert len(workspace.emails(ANAS_ADDRESS, naming="read this elsewhere")) == 1


class Told:
    """A channel that keeps each message as the ids of the events that it told; it takes a moment."""

    channel = Channel.SLACK

    def __init__(self) -> None:
        self.messages: list[list[EventId]] = []

    def send(self, told: Sequence[Notification], _person: Person) -> None:
        time.sleep(0.02)
        self.messages.append([each.event.event_id for each in told])

    def arrived(self, looked_for: Sequence[Notification], _person: Person) -> frozenset[EventId]:
        told = {event_id for message in self.messages for event_id in message}
        return frozenset(each.event.event_id for each in looked_for) & told


@pytest.mark.parametrize("round_", range(5))
def test_workers_that_gather_the_same_burst_at_once_tell_it_once(table: Table, round_: int) -> None:
    """The records are those of the table; the burst is of a workspace that nobody else looks at."""
    kept, sender = Delivery(), Told()
    kept.add(news.ADA, news.ANA)
    records = DynamoDeliveryRepository(table, WorkspaceId("T0RACE"), kept.clock)
    service = kept.service(sender, records=records)
    task = news.make_task()
    events = [news.commented(task, when=NOW + timedelta(seconds=number)) for number in range(WORKERS)]
    kept.happen(*events)
    kept.clock.forward(timedelta(minutes=2))
    together = threading.Barrier(WORKERS)

    def work(event: Event) -> None:
        together.wait()
        with suppress(DependencyError):
            service.deliver(event)

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, events[round_:] + events[:round_]))
    for event in events:
        service.deliver(event)

    assert sender.messages == [[event.event_id for event in events]]
