"""Messages that people write to the bot: a reply to a task's card is a comment on that task."""

from collections.abc import Callable
from typing import Any, Final

from slack_sdk import WebClient

from bot.mentions import message_text
from bot.messages.blocks import section
from bot.said import say
from core.errors import InvalidInputError
from core.ids import SlackUserId, TaskId
from core.people.service import PeopleService
from core.tasks.service import TaskService

TaskOfCard = Callable[[str, str], TaskId | None]
"""Tells which task a message of ours shows, by channel and `ts`."""

_OF_PEOPLE: Final = frozenset({None, "thread_broadcast", "file_share"})
"""Other subtypes are what Slack or an app says. https://docs.slack.dev/reference/events/message#subtypes"""

_ELSEWHERE = (
    "I keep what you reply to a task's message as a comment on that task; this is none. "
    "For everything else type `/task`, or `/task help`."
)


class ThreadReplies:
    def __init__(self, tasks: TaskService, people: PeopleService, task_of_card: TaskOfCard) -> None:
        self._tasks = tasks
        self._people = people
        self._task_of_card = task_of_card

    def handle_message(self, event: dict[str, Any], client: WebClient) -> None:
        """Keep a reply as a comment, and tell its author so; of the same message sent again nothing more comes.

        Raises:
            TaskBotError: it cannot be kept; the funnel says so in the thread.
        """
        if not is_written_by_a_person(event):
            return
        thread_ts = event.get("thread_ts")
        task_id = self._task_of_card(event["channel"], thread_ts) if thread_ts else None
        if task_id is None:
            say(client, event, _ELSEWHERE, [section(_ELSEWHERE)])
            return
        actor = self._people.actor_from_slack(SlackUserId(event["user"]))
        text = message_text(event.get("text") or "", self._people)
        if not text and event.get("files"):
            raise InvalidInputError.of("comment", "only_files")
        saved = self._tasks.comment(actor, task_id, text, once=f"message:{event['channel']}:{event['ts']}")
        if saved.changed:
            said = f"Your reply is a comment on {task_id} now."
            say(client, event, said, [section(said)], in_passing=True)


def is_written_by_a_person(event: dict[str, Any]) -> bool:
    """Whether a message event is somebody writing to the bot, not an edit, a deletion, or an app talking."""
    return (
        event.get("type") == "message"
        and event.get("channel_type") == "im"
        and event.get("subtype") in _OF_PEOPLE
        and not event.get("bot_id")
        and bool(event.get("user"))
    )
