"""Cards show what has become of their task, whoever changed it; nobody is told by it."""

from dataclasses import replace
from typing import Any, NoReturn

import pytest

from bot.card_refresh import CardRefresh
from bot.ids import Action
from core.errors import DependencyError
from core.events import Change, Event, EventType
from core.ids import PersonId, TaskId
from core.notifications.model import Card, Lease
from core.notifications.service import LEASE
from core.people.model import Person
from core.storage.memory import MemoryPersonRepository
from core.storage.memory_deliveries import MemoryCardRepository
from core.tasks.model import Task, TaskStatus
from core.tasks.service import UNDO_FOR
from tests.support.dms import REFUSED_FOR_NOW, Dms, buttons, is_done, shown
from tests.support.news import (
    ADA,
    ANA,
    BEN,
    assigned,
    commented,
    deleted,
    happened,
    make_task,
    moved,
    status_changed,
    task_news,
)
from tests.support.slack_workspace import Served


class Cards(Dms):
    """Ada and Ana each have a card of a task that Ana owns and Ada made."""

    def __init__(self, workspace: Served) -> None:
        super().__init__(workspace)
        self.people = MemoryPersonRepository()
        for person in (ADA, ANA, BEN):
            self.people.add(person)
        self.refresher = CardRefresh(self.slack, self.cards_kept, self.people, self.installation, self.clock)
        self.task = make_task(title="Fix login")
        self.tell(assigned(self.task), ANA)
        self.tell(commented(self.task, by=ANA), ADA)

    def refresh(self, event: Event) -> None:
        self.refresher.refresh(event)

    def all_messages(self) -> list[dict[str, Any]]:
        return self.messages(ADA) + self.messages(ANA)


@pytest.fixture
def cards(running: Served) -> Cards:
    running.workspace.reset()
    return Cards(running)


def test_a_change_shows_on_every_card_at_once_and_nobody_is_told_by_it(cards: Cards) -> None:
    before = len(cards.all_messages())

    cards.refresh(status_changed(moved(cards.task, TaskStatus.DONE), by=BEN))

    for person in (ADA, ANA):
        assert "Done" in shown(cards.card(person))
        assert buttons(cards.card(person)) == []
    assert len(cards.all_messages()) == before


class _Unread(MemoryCardRepository):
    def all_of(self, task_id: TaskId) -> NoReturn:
        raise AssertionError(task_id)


def test_cards_of_a_new_task_are_not_looked_for(cards: Cards) -> None:
    new = CardRefresh(cards.slack, _Unread(), cards.people, cards.installation, cards.clock)

    new.refresh(assigned(make_task()))


def test_who_did_it_sees_on_their_own_card_what_they_did_and_can_take_it_back(cards: Cards) -> None:
    cards.refresh(status_changed(moved(cards.task, TaskStatus.DONE), by=ANA))

    assert "You moved this task to *done*." in shown(cards.card(ANA))
    assert buttons(cards.card(ANA)) == [Action.TASK_UNDO]
    assert "You moved" not in shown(cards.card(ADA))
    assert buttons(cards.card(ADA)) == []


def test_a_comment_that_came_as_the_card_stands_above_it_whoever_changed_the_task(cards: Cards) -> None:
    for version, by in enumerate((ANA, ADA), start=2):
        cards.refresh(status_changed(moved(cards.task, TaskStatus.DONE, version=version), by=by))

        assert f"<@{ANA.slack_user_id}> commented." in shown(cards.card(ADA))
        assert "On it" in shown(cards.card(ADA))
        assert "Done" in shown(cards.card(ADA))


def test_what_can_no_longer_be_undone_offers_no_undo(cards: Cards) -> None:
    event = status_changed(moved(cards.task, TaskStatus.DONE), by=ANA)
    cards.clock.forward(UNDO_FOR)

    cards.refresh(event)

    assert buttons(cards.card(ANA)) == []


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (lambda task: deleted(task, by=ANA), "You deleted this task."),
        (
            lambda task: happened(EventType.TASK_ASSIGNED, task.model_copy(update={"assigned_to": BEN.ref}), ANA),
            f"You gave this task to <@{BEN.slack_user_id}>.",
        ),
        (
            lambda task: happened(EventType.TASK_UNASSIGNED, task.model_copy(update={"assigned_to": None}), ANA),
            "You left this task without an owner.",
        ),
        (
            lambda task: happened(EventType.TASK_UPDATED, task, ANA, Change(field="deadline", before="x")),
            "You took the deadline away.",
        ),
        (
            lambda task: happened(EventType.TASK_UPDATED, task, ANA, Change(field="title", before="x")),
            "You changed this task.",
        ),
    ],
)
def test_a_card_says_what_its_reader_did(cards: Cards, happens: Any, said: str) -> None:
    cards.refresh(happens(moved(cards.task)))

    assert said in shown(cards.card(ANA))


def test_a_deleted_tasks_card_has_no_dead_buttons(cards: Cards) -> None:
    cards.refresh(deleted(cards.task, by=BEN))

    assert "Deleted" in shown(cards.card(ANA))
    assert buttons(cards.card(ANA)) == []


def test_what_was_overtaken_changes_no_card(cards: Cards) -> None:
    cards.refresh(status_changed(moved(cards.task, TaskStatus.DONE, version=3), by=BEN))

    cards.refresh(status_changed(moved(cards.task, TaskStatus.BLOCKED, version=2), by=BEN))

    assert is_done(cards.card(ANA))


class BehindTheTimes(MemoryCardRepository):
    """Lists cards as they were before the newest change."""

    def all_of(self, task_id: TaskId) -> list[tuple[PersonId, Card]]:
        return [(person_id, card._replace(shown_version=0)) for person_id, card in super().all_of(task_id)]


def test_a_card_that_went_ahead_in_the_meantime_is_not_taken_back(cards: Cards) -> None:
    cards.refresh(status_changed(moved(cards.task, TaskStatus.DONE, version=3), by=BEN))
    late = BehindTheTimes()
    for person_id, card in cards.cards_kept.all_of(cards.task.task_id):
        now, event_id = cards.clock(), assigned().event_id
        late.claim(cards.task.task_id, person_id, event_id, Lease(now, now))
        late.release(cards.task.task_id, person_id, event_id, card)
    refresher = CardRefresh(cards.slack, late, cards.people, cards.installation, cards.clock)

    refresher.refresh(status_changed(moved(cards.task, TaskStatus.BLOCKED, version=2), by=BEN))

    assert is_done(cards.card(ANA))


def test_a_card_that_was_refreshed_is_told_of_in_its_thread_later(cards: Cards) -> None:
    event = status_changed(moved(cards.task, TaskStatus.DONE), by=BEN)
    cards.refresh(event)

    cards.tell(event, ANA)

    assert ["moved this task to *done*" in shown(each) for each in cards.thread(ANA)] == [True]
    assert is_done(cards.card(ANA))


def test_who_lost_the_task_has_no_buttons_on_its_card(cards: Cards) -> None:
    handed_on = moved(cards.task).model_copy(update={"assigned_to": BEN.ref})

    cards.refresh(happened(EventType.TASK_ASSIGNED, handed_on, ADA))

    assert buttons(cards.card(ANA)) == []


def test_while_slack_is_in_trouble_the_rest_waits_and_is_refreshed_when_the_event_comes_again(cards: Cards) -> None:
    event = status_changed(moved(cards.task, TaskStatus.DONE), by=BEN)
    cards.slack.refused.append("update")

    with pytest.raises(DependencyError) as trouble:
        cards.refresh(event)

    assert trouble.value is REFUSED_FOR_NOW
    assert not any(is_done(cards.card(person)) for person in (ADA, ANA))
    cards.refresh(event)
    assert all(is_done(cards.card(person)) for person in (ADA, ANA))


@pytest.mark.parametrize("person", [ADA, ANA])
def test_of_several_troubles_the_pause_that_slack_asked_for_is_raised(cards: Cards, person: Person) -> None:
    event, now = status_changed(moved(cards.task, TaskStatus.DONE), by=BEN), cards.clock()
    cards.cards_kept.claim(cards.task.task_id, person.person_id, assigned().event_id, Lease(now, now + LEASE))
    cards.slack.refused.append("update")

    with pytest.raises(DependencyError) as trouble:
        cards.refresh(event)

    assert trouble.value is REFUSED_FOR_NOW


def test_a_card_that_was_found_again_shows_what_has_happened_since_it_was_posted(cards: Cards) -> None:
    event = assigned(make_task(title="Water the plants"))
    cards.slack.unanswered.append("post")
    cards.fails_to_tell(event)
    cards.clock.forward(LEASE * 1.1)
    [news] = task_news(event)
    done = moved(news.task, TaskStatus.DONE)
    cards.sender.arrived([replace(news, current=done)], ANA)

    cards.refresh(status_changed(done, by=ADA))

    [card] = [each for each in cards.cards(ANA) if "Water the plants" in shown(each)]
    assert is_done(card)


def test_a_card_that_is_gone_is_left_for_the_next_news(cards: Cards) -> None:
    cards.delete(cards.card(ANA))
    event = status_changed(moved(cards.task, TaskStatus.DONE), by=BEN)

    cards.refresh(event)
    assert cards.cards(ANA) == []
    cards.tell(event, ANA)

    assert "moved this task to *done*" in shown(cards.card(ANA))


def test_a_card_that_somebody_else_is_at_comes_again(cards: Cards) -> None:
    event, now = status_changed(moved(cards.task, TaskStatus.DONE), by=BEN), cards.clock()
    cards.cards_kept.claim(cards.task.task_id, ANA.person_id, assigned().event_id, Lease(now, now + LEASE))

    with pytest.raises(DependencyError) as busy:
        cards.refresh(event)

    assert busy.value.retryable
    assert not is_done(cards.card(ANA))
    assert is_done(cards.card(ADA))


@pytest.mark.parametrize("say", [commented, lambda _: happened(EventType.LINK_MADE, None, ADA)])
def test_what_changes_no_task_asks_slack_nothing(cards: Cards, say: Any) -> None:
    cards.slack.never.append("update")
    before = [shown(each) for each in cards.all_messages()]

    cards.refresh(say(cards.task))

    assert [shown(each) for each in cards.all_messages()] == before


def test_to_an_app_that_was_removed_nothing_is_sent(cards: Cards) -> None:
    cards.installation.end()

    cards.refresh(status_changed(moved(cards.task, TaskStatus.DONE), by=BEN))

    assert not is_done(cards.card(ANA))


def test_somebody_whom_the_directory_does_not_know_any_more_is_passed_over(cards: Cards) -> None:
    stranger = ANA.model_copy(update={"person_id": "sub-stranger"})
    own: Task = make_task(assigned_to=stranger.ref)
    cards.tell(assigned(own), stranger)

    cards.refresh(status_changed(moved(own, TaskStatus.DONE), by=BEN))

    assert not any(map(is_done, cards.cards(ANA)))
