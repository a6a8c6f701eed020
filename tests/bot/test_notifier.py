"""News in a person's DM, posted by the real adapter into the simulator: what the person finds there afterwards."""

from contextlib import suppress

import pytest

from bot.ids import Action
from core.errors import DependencyError
from core.notifications.model import Kind, Notification
from core.notifications.service import LEASE
from core.tasks.model import TaskStatus
from tests.support.delivery import Kept
from tests.support.dms import NO_ANSWER, REFUSED_FOR_NOW, Dms, buttons, is_done, shown
from tests.support.mails import member_added
from tests.support.news import ADA, ANA, assigned, make_task, moved, status_changed


def test_the_first_news_is_a_card_that_says_who_gave_what_and_can_be_acted_on(dms: Dms) -> None:
    event = assigned(make_task(title="Fix login"))

    dms.tell(event)

    card = dms.card()
    assert f"<@{ADA.slack_user_id}> gave you a task." in shown(card)
    assert "Fix login" in shown(card)
    assert buttons(card) == [Action.TASK_START, Action.TASK_DONE, Action.TASK_COMMENT, Action.CARD_MENU]
    assert card["text"].endswith(": Fix login")
    assert card["metadata"]["event_payload"] == {
        "event_ids": event.event_id,
        "task_id": event.task.task_id if event.task else None,
    }


def test_later_news_brings_the_card_up_to_date_and_is_told_in_its_thread(dms: Dms) -> None:
    task = make_task()
    dms.tell(assigned(task))

    dms.tell(status_changed(moved(task, TaskStatus.DONE), by=ADA))

    assert is_done(dms.card())
    [news] = dms.thread()
    assert f"<@{ADA.slack_user_id}> moved this task to *done*." in shown(news)


def test_everyone_has_a_card_of_their_own(dms: Dms) -> None:
    task = make_task()
    dms.tell(assigned(task))

    dms.tell(status_changed(moved(task), by=ANA), ADA)

    assert "gave you" in shown(dms.card(ANA))
    assert "moved this task" in shown(dms.card(ADA))
    assert dms.thread(ANA) == []


def test_each_task_has_a_card_of_its_own(dms: Dms) -> None:
    for title in ("One", "Two"):
        dms.tell(assigned(make_task(title=title)))

    assert [card["text"].rpartition(" ")[2] for card in dms.cards()] == ["One", "Two"]


def test_news_that_was_overtaken_does_not_take_the_card_back(dms: Dms) -> None:
    task = make_task()
    dms.tell(assigned(task))
    dms.tell(status_changed(moved(task, TaskStatus.DONE, version=3), by=ADA))

    dms.tell(status_changed(moved(task, TaskStatus.IN_PROGRESS, version=2), by=ADA))

    assert is_done(dms.card())
    assert ["done" in shown(each) for each in dms.thread()] == [True, False]


def test_the_card_of_news_that_came_before_the_first_shows_the_newer_state(dms: Dms) -> None:
    task = make_task()
    dms.tell(status_changed(moved(task, TaskStatus.DONE), by=ADA))

    dms.tell(assigned(task))

    assert is_done(dms.card())
    assert ["gave you" in shown(each) for each in dms.thread()] == [True]


def test_after_a_card_that_certainly_was_not_posted_the_next_news_posts_it_at_once(dms: Dms) -> None:
    task = make_task()
    dms.slack.refused.append("post")
    assert dms.fails_to_tell(assigned(task)) is REFUSED_FOR_NOW

    dms.tell(status_changed(moved(task), by=ADA))

    assert "moved this task" in shown(dms.card())


def test_while_nobody_knows_whether_the_card_was_posted_no_other_news_posts_a_second_one(dms: Dms) -> None:
    task = make_task()
    dms.slack.unanswered.append("post")
    assert dms.fails_to_tell(assigned(task)) is NO_ANSWER

    assert dms.fails_to_tell(status_changed(moved(task), by=ADA)).retryable

    assert len(dms.cards()) == 1


def test_the_right_to_post_the_card_runs_out(dms: Dms) -> None:
    task = make_task()
    dms.slack.unanswered.append("post")
    dms.fails_to_tell(assigned(task))
    dms.delete(dms.card())
    dms.clock.forward(LEASE * 1.1)

    dms.tell(status_changed(moved(task), by=ADA))

    assert "moved this task" in shown(dms.card())


def test_a_card_that_was_posted_but_never_written_down_is_found_by_whoever_comes_next(dms: Dms) -> None:
    task = make_task()
    dms.slack.unanswered.append("post")
    dms.fails_to_tell(assigned(task))
    dms.clock.forward(LEASE * 1.1)

    dms.tell(status_changed(moved(task, TaskStatus.DONE), by=ADA))

    assert is_done(dms.card())
    assert len(dms.thread()) == 1


def test_a_card_left_behind_is_found_also_after_somebody_could_not_look(dms: Dms) -> None:
    task = make_task()
    dms.slack.unanswered.append("post")
    dms.fails_to_tell(assigned(task))
    dms.clock.forward(LEASE * 1.1)
    dms.slack.refused.append("find")
    news = status_changed(moved(task, TaskStatus.DONE), by=ADA)
    assert dms.fails_to_tell(news) is REFUSED_FOR_NOW

    dms.tell(news)

    assert is_done(dms.card())
    assert len(dms.thread()) == 1


def test_a_card_posted_anew_and_left_behind_is_found_too(dms: Dms) -> None:
    task = make_task()
    dms.tell(assigned(task))
    dms.delete(dms.card())
    dms.slack.unanswered.append("post")
    dms.fails_to_tell(status_changed(moved(task), by=ADA))
    dms.clock.forward(LEASE * 1.1)

    dms.tell(status_changed(moved(task, TaskStatus.DONE, version=3), by=ADA))

    assert is_done(dms.card())


def test_news_that_was_posted_but_not_written_down_is_looked_for_before_it_is_told_again(dms: Dms) -> None:
    event = assigned()
    dms.cards_kept.is_down_for_release = True

    assert dms.fails_to_tell(event).uncertain

    dms.cards_kept.is_down_for_release = False
    assert dms.has_arrived(event)
    assert len(dms.cards()) == 1


def test_news_is_told_in_the_thread_of_a_card_that_can_no_longer_be_changed(dms: Dms) -> None:
    task = make_task()
    dms.tell(assigned(task))
    dms.slack.never.append("update")

    dms.tell(status_changed(moved(task), by=ADA))

    assert "moved this task" in shown(dms.thread()[0])


def test_a_card_whose_answer_was_lost_is_found_and_used_for_later_news(dms: Dms) -> None:
    task = make_task()
    event = assigned(task)
    dms.slack.unanswered.append("post")
    dms.fails_to_tell(event)

    assert dms.has_arrived(event)
    dms.tell(status_changed(moved(task, TaskStatus.DONE), by=ADA))

    assert is_done(dms.card())
    assert len(dms.thread()) == 1


def test_news_in_a_thread_whose_answer_was_lost_is_found(dms: Dms) -> None:
    task = make_task()
    dms.tell(assigned(task))
    event = status_changed(moved(task), by=ADA)
    dms.slack.unanswered.append("post")
    dms.fails_to_tell(event)

    assert dms.has_arrived(event)
    assert not dms.has_arrived(status_changed(moved(task), by=ADA))


def test_what_was_never_posted_is_not_found(dms: Dms) -> None:
    dms.tell(assigned())

    assert not dms.has_arrived(assigned())


def test_a_card_that_somebody_deleted_is_posted_anew(dms: Dms) -> None:
    task = make_task()
    dms.tell(assigned(task))
    dms.delete(dms.card())

    dms.tell(status_changed(moved(task), by=ADA))
    dms.tell(status_changed(moved(task, TaskStatus.DONE, version=3), by=ADA))

    assert is_done(dms.card())
    assert len(dms.messages()) == 2


def test_somebody_without_slack_is_refused_for_good(dms: Dms) -> None:
    unlinked = ANA.model_copy(update={"slack_user_id": None})

    assert not dms.fails_to_tell(assigned(), unlinked).retryable
    assert dms.messages() == []


@pytest.mark.parametrize(
    ("is_first", "trouble", "call"),
    [
        (True, "refused", "post"), (True, "lost", "post"), (True, "unanswered", "post"),
        (False, "refused", "update"), (False, "lost", "update"), (False, "unanswered", "update"),
        (False, "refused", "post"), (False, "lost", "post"), (False, "unanswered", "post"),
    ],
)  # fmt: skip
def test_an_event_that_comes_again_after_trouble_stands_in_the_dm_once(
    dms: Dms, *, is_first: bool, trouble: str, call: str
) -> None:
    kept = Kept(clock=dms.clock, handover=dms.mail)
    kept.add(ANA)
    service = kept.service(dms.channel())
    task = make_task()
    if not is_first:
        dms.tell(assigned(task))
    event = assigned(task.model_copy(update={"version": 2}))
    getattr(dms.slack, trouble).append(call)

    for _ in range(4):
        with suppress(DependencyError):
            service.deliver(event)
        dms.clock.forward(LEASE * 1.1)

    events = [each["metadata"]["event_payload"]["event_ids"] for each in dms.messages()]
    assert events.count(event.event_id) == 1
    assert len(dms.cards()) == 1
    assert getattr(dms.slack, trouble) == []


def test_that_somebody_is_new_goes_through_the_channel_as_a_message(dms: Dms) -> None:
    news = [Notification(Kind.MEMBER_ADDED, member_added(by=ADA), ANA.person_id)]

    dms.channel().send(news, ANA)

    assert dms.channel().arrived(news, ANA) == {news[0].event.event_id}
    [message] = dms.messages()
    assert "added Ben Okoro (ben@example.com) to the team." in message["text"]
