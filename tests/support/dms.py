"""DMs of the simulator on a line that fails when it is told to, and what people find in them."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from bot.link_notifier import LinkSender
from bot.notice_notifier import NoticeSender
from bot.notifier import SlackSender, TaskSender
from bot.suppression_notifier import SuppressionSender
from core.errors import DependencyError
from core.events import Event
from core.ids import EventId, PersonId, SlackUserId, TaskId
from core.links.model import Posted
from core.notifications.ended import EndedNews
from core.notifications.model import Card
from core.people.model import Person
from core.slack import Blocks, Message, SlackApi
from core.storage.memory import MemoryPersonRepository
from core.storage.memory_deliveries import MemoryCardRepository, MemoryInstallation
from core.storage.memory_links import MemoryLinkRepository
from tests.support.delivery import HandedOver
from tests.support.jobs import no_jobs
from tests.support.news import ANA, task_news
from tests.support.slack_workspace import BOT_TOKEN, Served
from tests.support.world import WORKSPACE, HeldClock, words_of

REFUSED_FOR_NOW = DependencyError("slack", "ratelimited", retryable=True, retry_after=timedelta(seconds=30))
REFUSED_FOR_GOOD = DependencyError("slack", "edit_window_closed", retryable=False)
NO_ANSWER = DependencyError("slack", "TimeoutError", retryable=True, uncertain=True)


class UnsteadySlack(SlackApi):
    """The adapter on a bad line: calls that are refused, lost on the way, or done with the answer lost."""

    def __init__(self, base_url: str) -> None:
        super().__init__(BOT_TOKEN, base_url, timeout_seconds=5)
        self.refused: list[str] = []
        self.never: list[str] = []
        self.lost: list[str] = []
        self.unanswered: list[str] = []

    def open_dm(self, slack_user_id: SlackUserId) -> str:
        self._before("open_dm")
        return super().open_dm(slack_user_id)

    def post(self, channel: str, message: Message, *, thread_ts: str | None = None) -> Posted:
        self._before("post")
        posted = super().post(channel, message, thread_ts=thread_ts)
        self._after("post")
        return posted

    def update(self, channel: str, ts: str, text: str, blocks: Blocks) -> None:
        self._before("update")
        super().update(channel, ts, text, blocks)
        self._after("update")

    def find(self, channel: str, event_ids: Collection[EventId], *, thread_ts: str | None = None) -> dict[EventId, str]:
        self._before("find")
        return super().find(channel, event_ids, thread_ts=thread_ts)

    def _before(self, call: str) -> None:
        if call in self.refused:
            self.refused.remove(call)
            raise REFUSED_FOR_NOW
        if call in self.never:
            raise REFUSED_FOR_GOOD
        if call in self.lost:
            self.lost.remove(call)
            raise NO_ANSWER

    def _after(self, call: str) -> None:
        if call in self.unanswered:
            self.unanswered.remove(call)
            raise NO_ANSWER


class UnsteadyCards(MemoryCardRepository):
    """Cards whose store does not answer when one is to be written down."""

    is_down_for_release = False

    def release(
        self,
        task_id: TaskId,
        person_id: PersonId,
        event_id: EventId,
        card: Card | None,
        unfinished: frozenset[EventId] = frozenset(),
    ) -> None:
        if self.is_down_for_release:
            raise DependencyError("dynamodb", "ReadTimeoutError", retryable=True)
        super().release(task_id, person_id, event_id, card, unfinished)


class Dms:
    """Where the news of a test goes."""

    def __init__(self, workspace: Served) -> None:
        self._workspace = workspace
        self.clock = HeldClock()
        self.slack = UnsteadySlack(f"{workspace.url}/slack/api/")
        self.cards_kept = UnsteadyCards()
        self.sender = TaskSender(self.slack, self.cards_kept, self.clock)
        self.installation = MemoryInstallation()
        self.mail = HandedOver()

    def channel(self) -> SlackSender:
        """The whole channel; of links, nothing is told here."""
        links = LinkSender(self.slack, MemoryLinkRepository(MemoryPersonRepository()), lambda _: "")
        ended = EndedNews(self.installation, self.mail, WORKSPACE)
        notices = NoticeSender(self.slack, self.clock, no_jobs())
        return SlackSender(self.sender, links, SuppressionSender(self.slack), notices, self.installation, ended)

    def tell(self, event: Event, person: Person = ANA) -> None:
        [notification] = [each for each in task_news(event) if each.recipient == person.person_id]
        self.sender.send([notification], person)

    def fails_to_tell(self, event: Event, person: Person = ANA) -> DependencyError:
        with pytest.raises(DependencyError) as failure:
            self.tell(event, person)
        return failure.value

    def has_arrived(self, event: Event, person: Person = ANA) -> bool:
        [notification] = [each for each in task_news(event) if each.recipient == person.person_id]
        return bool(self.sender.arrived([notification], person))

    def messages(self, person: Person = ANA) -> list[dict[str, Any]]:
        answer = self._workspace.get(f"/_local/slack/messages?user={person.slack_user_id}")
        return [each for each in answer["messages"] if each["channel"].startswith("D")]

    def cards(self, person: Person = ANA) -> list[dict[str, Any]]:
        return [each for each in self.messages(person) if not each.get("thread_ts")]

    def card(self, person: Person = ANA) -> dict[str, Any]:
        [card] = self.cards(person)
        return card

    def thread(self, person: Person = ANA) -> list[dict[str, Any]]:
        ts = self.card(person)["ts"]
        return [each for each in self.messages(person) if each.get("thread_ts") == ts]

    def delete(self, message: dict[str, Any]) -> None:
        del self._workspace.workspace.messages[message["channel"]][message["ts"]]


def shown(message: dict[str, Any]) -> str:
    return words_of(message["blocks"])


def is_done(card: dict[str, Any]) -> bool:
    return "Done" in shown(card) and buttons(card) == []


def buttons(message: dict[str, Any]) -> list[str]:
    return [
        element["action_id"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]
