"""The message that a task was made from is answered in its thread, once."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.origin_notifier import OriginSender, thread_of
from core.errors import DependencyError
from core.events import Event, EventActor, EventType
from core.notifications.model import Channel, DeliveryState
from core.people.model import Actor, Entry
from core.slack import SlackApi
from core.storage.memory_deliveries import MemoryDeliveryRepository, MemoryInstallation
from tests.support.news import ANA, happened, make_task
from tests.support.world import Ears, HeldClock, World, slack_played, words_of

LINK = "https://team.slack.com/archives/C0GENERAL/p1700000000000200"


def made(source: str | None = LINK, entry: Entry = Entry.SLACK) -> Event:
    event = happened(EventType.TASK_CREATED, make_task(source=source), ANA)
    return event.model_copy(update={"actor": EventActor.of(Actor(person=ANA, entry=entry))})


class Origins:
    def __init__(self, ears: Ears, address: str) -> None:
        self.ears = ears
        self.records = MemoryDeliveryRepository()
        self.installation = MemoryInstallation()
        slack = SlackApi("xoxb", f"{address}/api/", timeout_seconds=2)
        self.sender = OriginSender(slack, self.records, self.installation, HeldClock())

    @property
    def posted(self) -> list[dict[str, Any]]:
        return [arguments for method, arguments in self.ears.calls if method == "chat.postMessage"]

    def state(self, event: Event) -> DeliveryState | None:
        return self.records.states.get((event.event_id, Channel.SLACK, ANA.person_id))


@pytest.fixture
def origins(world: World) -> Iterator[Origins]:
    with slack_played(world) as slack:
        base = str(slack.app.client.base_url).removesuffix("/api/")
        yield Origins(slack.ears, base)


def test_the_thread_is_told_once_however_often_the_event_comes(origins: Origins) -> None:
    event = made()

    for _ in range(2):
        origins.sender.tell(event)

    [sent] = origins.posted
    assert (sent["channel"], sent["thread_ts"]) == ("C0GENERAL", "1700000000.000200")
    assert sent["text"].startswith("<@U0ANA> made a task of this. T-")
    assert not [block for block in sent["blocks"] if block["type"] == "actions"]
    assert origins.state(event) is DeliveryState.SENT


def test_the_answer_to_a_reply_stands_in_the_same_thread(origins: Origins) -> None:
    origins.sender.tell(made(f"{LINK}?thread_ts=1600000000.000100&cid=C0GENERAL"))

    assert origins.posted[0]["thread_ts"] == "1600000000.000100"


NOT_IN = "I am not in that channel"
CANNOT = "I cannot answer it there"


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        ("not_in_channel", NOT_IN),
        ("channel_not_found", NOT_IN),
        ("is_archived", CANNOT),
        ("restricted_action", CANNOT),
        ("thread_not_found", CANNOT),
    ],
)
def test_where_the_bot_may_not_write_the_author_is_told_by_dm(origins: Origins, refusal: str, why: str) -> None:
    origins.ears.refuses["chat.postMessage C0GENERAL"] = refusal
    event = made(f"{LINK}?thread_ts=1600000000.000100&cid=C0GENERAL")

    origins.sender.tell(event)

    sent, task = origins.posted[-1], event.task
    assert task is not None
    assert sent["channel"] == ANA.slack_user_id
    assert "thread_ts" not in sent
    link = f"<{LINK}?thread_ts=1600000000.000100&amp;cid=C0GENERAL|this message>"
    told = words_of(sent["blocks"])
    assert f"You made {task.task_id} of {link}. {why}, so I tell you here." in told
    assert task.title in told
    assert [block["type"] for block in sent["blocks"]] == ["section", "rich_text"]
    assert sent["text"] == f"You made {task.task_id} of a message: {task.title}"
    assert origins.state(event) is DeliveryState.SENT


def test_what_slack_cannot_do_now_is_tried_again(origins: Origins) -> None:
    origins.ears.refuses["chat.postMessage C0GENERAL"] = "service_unavailable"
    event = made()
    with pytest.raises(DependencyError):
        origins.sender.tell(event)

    origins.ears.refuses.clear()
    origins.sender.tell(event)

    assert origins.state(event) is DeliveryState.SENT
    assert len(origins.posted) == 2


def test_what_may_have_arrived_is_not_said_again(origins: Origins) -> None:
    origins.ears.refuses["chat.postMessage C0GENERAL"] = "internal_error"
    event = made()
    with pytest.raises(DependencyError):
        origins.sender.tell(event)

    origins.sender.tell(event)

    assert len(origins.posted) == 1


@pytest.mark.parametrize(
    "event",
    [
        made(None),
        made("https://evil.example/elsewhere"),
        made(entry=Entry.API),
        happened(EventType.TASK_UPDATED, make_task(source=LINK), ANA),
    ],
)
def test_nothing_else_is_answered_in_a_thread(origins: Origins, event: Event) -> None:
    origins.sender.tell(event)

    assert thread_of(event) is None
    assert origins.posted == []


def test_a_removed_app_answers_nothing(origins: Origins) -> None:
    origins.installation.end()

    origins.sender.tell(made())

    assert origins.posted == []
