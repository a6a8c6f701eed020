"""News of links in DMs, posted by the real adapter into the simulator: what people find there afterwards."""

from typing import Any

import pytest

from bot.ids import Action
from bot.link_notifier import LinkSender
from bot.messages.links import build_link_news, build_request
from bot.notice_notifier import NoticeSender
from bot.notifier import SlackSender, TaskSender
from bot.suppression_notifier import SuppressionSender
from core.errors import DependencyError
from core.events import Event, EventType
from core.ids import PersonId
from core.links.model import LinkFacts, LinkRequest, Posted, RequestState
from core.notifications.ended import EndedNews
from core.notifications.model import DeliveryState, Kind
from core.notifications.service import LEASE
from core.people.model import Group, Person
from core.slack import Blocks, Message, SlackApi
from core.storage.memory import MemoryPersonRepository
from core.storage.memory_deliveries import MemoryCardRepository, MemoryDeliveryRepository, MemoryInstallation
from core.storage.memory_links import MemoryLinkRepository
from tests.bot.test_built_messages import TITLES, accept
from tests.support.delivery import Kept
from tests.support.jobs import no_jobs
from tests.support.link_news import VERA, link_event, make_facts, request_of
from tests.support.news import ADA, assigned
from tests.support.slack_workspace import BOT_TOKEN, Served
from tests.support.world import WORKSPACE, HeldClock, make_person, words_of

NOT_ME = "https://bot.example/web/not-me/secret"
ANA_THE_ADMIN = make_person("Ana Silva", Group.ADMINS)
IN_SLACK: dict[str, Any] = {"slack_user_id": ADA.slack_user_id}
"""The Slack side of these links is a user whom the simulator knows."""


class WatchedSlack(SlackApi):
    """The adapter; `after_post` happens right after a message is posted, `lose` loses that answer."""

    def __init__(self, base_url: str) -> None:
        super().__init__(BOT_TOKEN, base_url, timeout_seconds=5)
        self.after_post: list[Any] = []
        self.lose = False

    def post(self, channel: str, message: Message, *, thread_ts: str | None = None) -> Posted:
        posted = super().post(channel, message, thread_ts=thread_ts)
        while self.after_post:
            self.after_post.pop()()
        if self.lose:
            self.lose = False
            raise DependencyError("slack", "TimeoutError", retryable=True, uncertain=True)
        return posted

    def update(self, channel: str, ts: str, text: str, blocks: Blocks) -> None:
        super().update(channel, ts, text, blocks)


class BusyLinks(MemoryLinkRepository):
    """Refuses to write a place down for as often as `is_busy` says."""

    is_busy = 0

    def remember_place(self, request: LinkRequest, admin: PersonId, place: Posted) -> None:
        if self.is_busy:
            self.is_busy -= 1
            raise DependencyError("dynamodb", "ThrottlingException", retryable=True)
        super().remember_place(request, admin, place)


class Team:
    """Ada and Ana are admins; Vera's account is being linked."""

    def __init__(self, workspace: Served) -> None:
        self._workspace = workspace
        self.people = MemoryPersonRepository()
        for person in (ADA, ANA_THE_ADMIN, VERA):
            self.people.add(person)
        self.links = BusyLinks(self.people)
        self.slack = WatchedSlack(f"{workspace.url}/slack/api/")
        self.installation = MemoryInstallation()
        self.records, self.clock = MemoryDeliveryRepository(), HeldClock()
        kept = Kept(people=self.people, records=self.records, clock=self.clock)
        sender = SlackSender(
            TaskSender(self.slack, MemoryCardRepository(), self.clock),
            LinkSender(self.slack, self.links, lambda _: NOT_ME),
            SuppressionSender(self.slack),
            NoticeSender(self.slack, self.clock, no_jobs()),
            self.installation,
            EndedNews(self.installation, kept.handover, WORKSPACE),
        )
        self.service, self.handover = kept.service(sender), kept.handover

    def asked(self) -> tuple[Event, LinkRequest]:
        """Somebody asks, and nobody has been told yet."""
        event = link_event(EventType.LINK_REQUESTED, slack_user_id="U0GONE", slack_name="Gone Long")
        request = request_of(event)
        self.links.ask(request, event)
        return event, request

    def decided(self, request: LinkRequest, state: RequestState = RequestState.DENIED) -> Event:
        """Ada decides, and nobody has been told yet."""
        ended = request.model_copy(update={"state": state, "decided_by": "Ada Lind"})
        kind = EventType.LINK_MADE if state is RequestState.APPROVED else EventType.LINK_DENIED
        facts = request.facts.model_dump(exclude_none=True) | {"decided_by": "Ada Lind"}
        event = link_event(kind, by=ADA, **facts)
        self.links.decide(ended, event)
        return event

    def messages(self, person: Person) -> list[dict[str, Any]]:
        answer = self._workspace.get(f"/_local/slack/messages?user={person.slack_user_id}")
        return [each for each in answer["messages"] if each["channel"].startswith("D")]

    def card(self, person: Person) -> dict[str, Any]:
        [card] = [each for each in self.messages(person) if "same person" in words_of(each["blocks"])]
        return card


def actions(message: dict[str, Any]) -> list[str]:
    return [
        each["action_id"] for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]
    ]


@pytest.fixture
def team(running: Served) -> Team:
    running.post("/_local/slack/reset", {})
    return Team(running)


def test_every_admin_is_shown_both_sides_and_can_decide(team: Team) -> None:
    event, _ = team.asked()
    team.service.deliver(event)

    for admin in (ADA, ANA_THE_ADMIN):
        card = team.card(admin)
        assert actions(card) == [Action.LINK_APPROVE, Action.LINK_DENY]
        shown = words_of(card["blocks"])
        assert all(fact in shown for fact in ("Gone Long", "chi@example.com", "Vera Lund", VERA.email))


@pytest.mark.parametrize("state", [RequestState.APPROVED, RequestState.DENIED])
def test_every_card_shows_the_outcome(team: Team, state: RequestState) -> None:
    event, request = team.asked()
    team.service.deliver(event)
    team.service.deliver(team.decided(request, state))

    for admin in (ADA, ANA_THE_ADMIN):
        card = team.card(admin)
        assert actions(card) == []
        assert f"{state.capitalize()} by Ada Lind" in words_of(card["blocks"])


def test_a_card_that_is_posted_after_the_decision_shows_it_at_once(team: Team) -> None:
    event, request = team.asked()
    decision = team.decided(request)
    team.service.deliver(decision)
    team.service.deliver(event)

    assert actions(team.card(ADA)) == []


def test_a_decision_while_a_card_is_being_posted_is_not_missed(team: Team) -> None:
    event, request = team.asked()
    team.slack.after_post.append(lambda: team.service.deliver(team.decided(request)))
    team.service.deliver(event)

    assert actions(team.card(ADA)) == []
    assert actions(team.card(ANA_THE_ADMIN)) == []


def test_a_card_whose_arrival_was_uncertain_is_found_and_brought_up_to_date(team: Team) -> None:
    event, request = team.asked()
    team.slack.lose = True
    with pytest.raises(DependencyError):
        team.service.deliver(event)
    team.clock.forward(LEASE * 1.1)
    team.service.deliver(event)
    team.service.deliver(team.decided(request))

    assert actions(team.card(ADA)) == []
    assert actions(team.card(ANA_THE_ADMIN)) == []


def test_a_card_whose_place_could_not_be_written_down_is_not_posted_again(team: Team) -> None:
    event, request = team.asked()
    team.links.is_busy = 1
    with pytest.raises(DependencyError):
        team.service.deliver(event)
    team.service.deliver(event)
    team.service.deliver(team.decided(request))

    assert actions(team.card(ADA)) == []
    assert actions(team.card(ANA_THE_ADMIN)) == []


def test_the_slack_side_is_told_with_a_way_back_and_once(team: Team) -> None:
    event = link_event(EventType.LINK_MADE, typed="new Fix login", **IN_SLACK)
    team.service.deliver(event)
    team.service.deliver(event)

    [message] = team.messages(ADA)
    assert actions(message) == [Action.RUN_TYPED, Action.LINK_DISPUTE]
    assert NOT_ME in str(message["blocks"])
    assert "linked to the team account of Vera Lund" in words_of(message["blocks"])


def test_who_was_unlinked_is_told_where_they_were_linked(team: Team) -> None:
    team.service.deliver(link_event(EventType.LINK_REMOVED, **IN_SLACK))

    [message] = team.messages(ADA)
    assert "no longer act as Vera Lund" in words_of(message["blocks"])


def test_an_app_that_was_removed_sends_nothing_and_leaves_it_to_the_mail(team: Team) -> None:
    team.installation.end()
    event = assigned(by=VERA)
    team.service.deliver(event)
    team.service.deliver(link_event(EventType.LINK_MADE, **IN_SLACK))

    assert team.messages(ADA) == team.messages(ANA_THE_ADMIN) == []
    assert set(team.records.states.values()) == {DeliveryState.FAILED}


@pytest.mark.parametrize("name", TITLES.values(), ids=TITLES.keys())
def test_slack_takes_any_news_of_links(name: str) -> None:
    facts = make_facts(slack_name=name, account_name=name, slack_email=None, decided_by=name, typed="x" * 1900)
    for kind in Kind:
        if kind.startswith("link_") and kind not in {Kind.LINK_REQUESTED, Kind.LINK_DECIDED}:
            text, blocks = build_link_news(kind, facts, NOT_ME)
            accept(blocks, text)
    for state in RequestState:
        text, blocks = build_request(state_of(facts, state))
        accept(blocks, text)


def state_of(facts: LinkFacts, state: RequestState) -> LinkRequest:
    request = request_of(link_event(EventType.LINK_REQUESTED))
    return request.model_copy(update={"facts": facts, "state": state, "decided_by": facts.decided_by})
