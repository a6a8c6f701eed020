"""What people reply to a task's card: it becomes a comment, once, or they are told in the thread what to do."""

from typing import Any

import pytest

from bot.ids import Action
from core.errors import DependencyError
from core.events import EventType
from core.ids import TaskId
from core.notifications.plan import notifications_for
from core.people.model import Entry, Person
from core.tasks.model import COMMENT_LIMIT, NewTask, Task
from core.tasks.ports import Saved
from tests.support.world import SlackPlayed, World

DM, CARD = "D0DM", "1700000000.000100"


@pytest.fixture
def task(world: World, slack: SlackPlayed) -> Task:
    """Ada's task for Ana, whose card stands in Ana's DM."""
    new = NewTask(title="Fix login", assigned_to=world.ana.person_id)
    saved: Saved = world.tasks.create(world.acting(world.ada), new)
    slack.cards[DM, CARD] = saved.task.task_id
    return saved.task


def write(slack: SlackPlayed, person: Person | str, text: str = "On it", **facts: Any) -> int:
    message = {"channel": DM, "channel_type": "im", "ts": "1700000001.000200", "thread_ts": CARD, "text": text}
    return slack.event(person, "message", **{**message, **facts}).status


def comments(world: World, task: Task) -> list[tuple[str, str | None]]:
    events = world.tasks.history(task.task_id, limit=20).items
    return [(each.actor.name, each.note) for each in events if each.detail_type is EventType.TASK_COMMENTED]


def answers(slack: SlackPlayed) -> list[tuple[str, dict[str, Any]]]:
    return [each for each in slack.ears.calls if each[0] in {"chat.postMessage", "chat.postEphemeral"}]


def said(slack: SlackPlayed) -> str:
    """The one answer that stands in the thread."""
    [(method, message)] = answers(slack)
    assert method == "chat.postMessage"
    assert (message["channel"], message["thread_ts"]) == (DM, CARD)
    return str(message["text"])


def test_a_reply_to_a_card_is_a_comment_on_its_task(world: World, slack: SlackPlayed, task: Task) -> None:
    assert write(slack, world.ana, "On it") == 200

    assert comments(world, task) == [("Ana Silva", "On it")]
    newest = world.tasks.history(task.task_id, limit=1).items[0]
    assert newest.actor.entry is Entry.SLACK


def test_its_author_learns_of_it_in_passing(world: World, slack: SlackPlayed, task: Task) -> None:
    write(slack, world.ana)

    [(method, message)] = answers(slack)
    assert method == "chat.postEphemeral"
    assert (message["user"], message["thread_ts"]) == (world.ana.slack_user_id, CARD)
    assert task.task_id in message["text"]


@pytest.mark.parametrize("attempt", [0, 1, 3])
def test_the_same_message_sent_again_is_one_comment_and_one_answer(
    world: World, slack: SlackPlayed, task: Task, attempt: int
) -> None:
    write(slack, world.ana)

    assert write(slack, world.ana, attempt=attempt) == 200

    assert len(comments(world, task)) == 1
    assert len(answers(slack)) == 1


def test_two_replies_are_two_comments(world: World, slack: SlackPlayed, task: Task) -> None:
    write(slack, world.ana, "First", ts="1700000001.000200")
    write(slack, world.ana, "Second", ts="1700000002.000200")

    assert [note for _, note in comments(world, task)] == ["Second", "First"]


def test_slacks_markup_is_kept_as_people_read_it(world: World, slack: SlackPlayed, task: Task) -> None:
    write(slack, world.ana, "Ask <@U0BEN> &amp; <@U0STRANGER>: <https://x.example/a|here> is 1 &lt; 2")

    [(_, note)] = comments(world, task)
    assert note == "Ask @Ben Okoro & @U0STRANGER: https://x.example/a is 1 < 2"


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share"])
def test_a_reply_sent_to_the_conversation_too_or_with_a_file_counts(
    world: World, slack: SlackPlayed, task: Task, subtype: str
) -> None:
    write(slack, world.ana, "See this", subtype=subtype)

    assert comments(world, task) == [("Ana Silva", "See this")]


@pytest.mark.parametrize(
    "facts",
    [
        {"bot_id": "B0BOT"},
        {"subtype": "bot_message", "bot_id": "B0BOT"},
        {"subtype": "message_changed", "message": {"text": "x", "user": "U0ANA"}},
        {"subtype": "message_deleted"},
        {"subtype": "message_replied"},
        {"subtype": "channel_join"},
        {"channel_type": "channel"},
        {"user": None},
    ],
)
def test_what_no_person_wrote_to_the_bot_is_no_comment_and_no_question(
    world: World, slack: SlackPlayed, task: Task, facts: dict[str, Any]
) -> None:
    assert write(slack, world.ana, **facts) == 200

    assert comments(world, task) == []
    assert answers(slack) == []


def test_who_may_not_comment_is_told_so(world: World, slack: SlackPlayed, task: Task) -> None:
    assert write(slack, world.ben) == 200

    assert comments(world, task) == []
    assert "Only the owner" in said(slack)


def test_somebody_unlinked_is_shown_the_way_in(world: World, slack: SlackPlayed, task: Task) -> None:
    write(slack, "U0CHI")

    assert comments(world, task) == []
    [(_, message)] = answers(slack)
    [button] = [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
    assert button["action_id"] == Action.LINK


@pytest.mark.parametrize(
    ("text", "facts", "words"),
    [
        ("x" * (COMMENT_LIMIT + 1), {}, "too long"),
        ("", {}, "at least one word"),
        ("", {"subtype": "file_share", "files": [{"id": "F1"}]}, "words only"),
    ],
)
def test_what_cannot_be_kept_is_said(
    world: World, slack: SlackPlayed, task: Task, text: str, facts: dict[str, Any], words: str
) -> None:
    write(slack, world.ana, text, **facts)

    assert comments(world, task) == []
    assert words in said(slack)


def test_a_deleted_task_takes_no_comments(world: World, slack: SlackPlayed, task: Task) -> None:
    world.tasks.delete(world.acting(world.ada), task.task_id)

    write(slack, world.ana)

    assert "was deleted" in said(slack)


@pytest.mark.parametrize("facts", [{"thread_ts": None}, {"thread_ts": "1600000000.000100"}])
def test_what_is_written_elsewhere_is_answered_with_what_can_be_done(
    world: World, slack: SlackPlayed, task: Task, facts: dict[str, Any]
) -> None:
    write(slack, world.ana, **facts)

    assert comments(world, task) == []
    [(_, message)] = answers(slack)
    assert "/task help" in message["text"]


def test_what_may_be_kept_later_comes_again_and_is_then_kept(world: World, slack: SlackPlayed, task: Task) -> None:
    slack.cards_trouble = DependencyError("slack", "ratelimited", retryable=True)
    assert write(slack, world.ana) == 503
    assert answers(slack) == []
    slack.cards_trouble = None

    assert write(slack, world.ana, attempt=1) == 200

    assert len(comments(world, task)) == 1


def test_what_slack_sends_for_the_last_time_is_answered_at_least(world: World, slack: SlackPlayed, task: Task) -> None:
    slack.cards_trouble = DependencyError("dynamodb", "ThrottlingException", retryable=True)

    assert write(slack, world.ana, attempt=3) == 200

    assert comments(world, task) == []
    assert "Try again" in said(slack)


def test_an_answer_that_slack_refuses_takes_no_comment_back(world: World, slack: SlackPlayed, task: Task) -> None:
    slack.ears.refuses[f"chat.postEphemeral {DM}"] = "user_not_in_channel"

    assert write(slack, world.ana) == 200

    assert len(comments(world, task)) == 1


def test_who_comments_is_not_told_of_it(world: World, slack: SlackPlayed, task: Task) -> None:
    write(slack, world.ana)

    newest = world.tasks.history(TaskId(task.task_id), limit=1).items[0]
    assert [each.recipient for each in notifications_for(newest)] == [world.ada.person_id]
