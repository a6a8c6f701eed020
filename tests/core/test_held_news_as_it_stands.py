"""Held-back news tells what happened, and shows the tasks as they are when it is sent."""

from datetime import timedelta
from typing import Any

import pytest

from bot.messages.blocks import Block
from bot.notifier import TaskSender
from core.ids import SlackUserId
from core.links.model import Posted
from core.notifications.model import Channel, Notification, TaskNotification
from core.notifications.preferences import Preferences
from core.slack import Message, SlackApi
from core.storage.memory_deliveries import MemoryCardRepository
from core.tasks.model import Task, TaskStatus
from tests.core.test_held_news import MORNING, NIGHT, QUIET, Team, Told, bens
from tests.support.mails import mail_of
from tests.support.news import ADA, ANA, BEN, assigned, commented, taken_from
from tests.support.world import NOW, HeldClock, words_of

SLACK_USER = SlackUserId("U0BEN")
BY_BOTH = QUIET.model_copy(update={"digest": True})


@pytest.fixture
def team() -> Team:
    team = Team()
    team.clock.now = NIGHT
    return team


def but(task: Task, version: int = 2, **facts: Any) -> Task:
    return task.model_copy(update={"version": version, **facts})


class Posts(SlackApi):
    """Keeps what is posted; nothing goes out."""

    def __init__(self) -> None:
        super().__init__("xoxb-none", "http://127.0.0.1:9/api/", timeout_seconds=1)
        self.blocks: list[Block] = []

    def post(self, channel: str, message: Message, *, thread_ts: str | None = None) -> Posted:
        self.blocks += message.blocks
        return Posted(channel=channel, ts=thread_ts or "1.0")


def card_of(news: list[Notification]) -> str:
    """What Ben reads in Slack of some news of one task."""
    slack = Posts()
    of_tasks = [each for each in news if isinstance(each, TaskNotification)]
    person = BEN.model_copy(update={"slack_user_id": SLACK_USER})
    TaskSender(slack, MemoryCardRepository(), HeldClock()).send(of_tasks, person)
    return words_of(slack.blocks)


def test_one_tasks_news_shows_the_status_and_the_deadline_of_the_morning(team: Team) -> None:
    team.chose(BEN, QUIET)
    task = bens(deadline=NOW + timedelta(days=1))
    team.happen(assigned(task))
    team.save(but(task, task_status=TaskStatus.BLOCKED, deadline=NOW + timedelta(days=9), title="Fix the login page"))

    team.sweep(MORNING)

    [in_slack], [by_email] = team.slack.messages, team.email.messages
    card = card_of(in_slack)
    assert ("gave you a task" in card, "Fix the login page" in card, "Blocked" in card) == (True, True, True)
    assert str(int((NOW + timedelta(days=9)).timestamp())) in card
    text = mail_of(by_email, BEN).text
    assert ("Status: blocked" in text, "Friday 27 November" in text) == (True, True)


def test_a_digest_shows_the_status_and_the_deadline_of_the_morning(team: Team) -> None:
    team.chose(BEN, BY_BOTH)
    moved, left = bens(title="One", deadline=NOW + timedelta(days=1)), bens(title="Two")
    for task in (moved, left):
        team.happen(assigned(task))
    team.save(but(moved, task_status=TaskStatus.IN_PROGRESS, deadline=NOW + timedelta(days=9)))

    team.sweep(NOW.replace(hour=9, minute=0) + timedelta(days=1))

    text = mail_of(team.email.messages[0], BEN).text
    assert ("Status: in progress" in text, "Status: open" in text) == (True, True)
    assert ("Friday 27 November" in text, "Thursday 19 November" in text) == (True, False)


def test_a_task_that_was_taken_and_then_deleted_is_shown_as_deleted(team: Team) -> None:
    team.chose(BEN, QUIET)
    task = bens()
    team.save(task)
    team.happen(taken_from(BEN, but(task, assigned_to=ANA.ref)))
    team.save(but(task, version=3, assigned_to=ANA.ref, deleted_at=NIGHT))

    team.sweep(MORNING)

    news = next(news for news in team.slack.messages if news[0].recipient == BEN.person_id)
    assert "Deleted" in card_of(news)


def test_what_is_handed_over_is_shown_as_it_is_by_then(team: Team) -> None:
    """A night in Slack, which refuses it in the morning: the mail tells it instead."""
    team.chose(BEN, QUIET)
    task = bens(deadline=NOW + timedelta(days=1))
    team.happen(commented(task, by=ADA))
    team.save(but(task, task_status=TaskStatus.BLOCKED))
    team.slack.refuses = True
    team.sweep(MORNING)
    by_mail = Told(Channel.EMAIL)

    for event, person_id in team.kept.handover.given:
        team.kept.service(by_mail).deliver(event, {person_id})

    [news] = by_mail.messages
    assert "Status: blocked" in mail_of(news, BEN).text


def test_what_did_not_wait_is_told_as_it_happened(team: Team) -> None:
    team.chose(BEN, Preferences())
    task = bens()
    team.happen(assigned(task))

    [[news]] = team.slack.messages
    assert isinstance(news, TaskNotification)
    assert news.current is None
