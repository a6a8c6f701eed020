"""How many calls a message costs: Slack lets an app open fifty DMs a minute, and post some hundreds of messages.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections.abc import Callable

import pytest

from bot.notice_notifier import NoticeSender
from bot.suppression_notifier import SuppressionSender
from core.events import EventType
from core.notifications.model import Kind, Notification, ReminderNotification
from core.slack import SlackApi
from tests.support.jobs import no_jobs
from tests.support.loopback import answer, listening
from tests.support.mails import suppressed
from tests.support.news import ADA, happened, make_task
from tests.support.world import HeldClock

Send = Callable[[SlackApi], None]


def remind(slack: SlackApi) -> None:
    event = happened(EventType.TASK_DUE, None, ADA)
    NoticeSender(slack, HeldClock(), no_jobs()).send(
        [ReminderNotification(Kind.DUE, event, ADA.person_id, [make_task()])], ADA
    )


def greet(slack: SlackApi) -> None:
    event = happened(EventType.TEST_REQUESTED, None, ADA)
    NoticeSender(slack, HeldClock(), no_jobs()).send([Notification(Kind.TEST, event, ADA.person_id)], ADA)


def suppress(slack: SlackApi) -> None:
    SuppressionSender(slack).send([suppressed()], ADA)


@pytest.mark.parametrize("send", [remind, greet, suppress])
def test_a_message_is_one_call_to_the_person_it_is_for(send: Send) -> None:
    with listening(answer(200, {"ok": True, "channel": "D0ADA", "ts": "1.1"})) as slack:
        send(SlackApi("xoxb-played", f"{slack.url}/api/", timeout_seconds=5))

    [call] = slack.heard
    assert call.path == "/api/chat.postMessage"
    assert b"U0ADA" in call.body
