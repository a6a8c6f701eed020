"""Every message that the bot builds is one that Slack takes: by its SDK's models and by its documented rules."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.blocks import Block as SlackBlock

from bot.commands.grammar import VERBS
from bot.commands.model import Help, ListTasks
from bot.messages.blocks import Block, section
from bot.messages.help import build_help
from bot.messages.links import build_link_prompt
from bot.messages.lists import build_list
from bot.messages.notifications import build_news
from bot.messages.tasks import LIST_PAGE, build_card
from core.events import Event
from core.people.model import Group
from core.tasks.model import DESCRIPTION_LIMIT, LABELS_LIMIT, TITLE_LIMIT, Priority, Task, TaskStatus
from core.tasks.queries import Slice
from infra.local.slack.errors import SlackError
from infra.local.slack.rules import check_message
from tests.support.news import (
    ADA,
    ANA,
    assigned,
    commented,
    deadline_changed,
    deleted,
    make_task,
    moved,
    status_changed,
    task_news,
)
from tests.support.world import NOW, make_person, words_of

RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT OVERRIDE}abc\N{RIGHT-TO-LEFT MARK}"
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
TITLES = {
    "plain": "Fix login",
    "one character": "x",
    "longest": "x" * TITLE_LIMIT,
    "longest in emoji": "\N{PARTY POPPER}" * TITLE_LIMIT,
    "longest in joined emoji": (FAMILY * TITLE_LIMIT)[:TITLE_LIMIT],
    "longest of what is escaped": "&<>*_~`" * (TITLE_LIMIT // 7),
    "right to left": RIGHT_TO_LEFT,
    "markup": "<!channel> <@U0ADA> *bold* `code` :tada: <https://evil.example|click>",
}


def fullest(title: str, **facts: Any) -> Task:
    """A task with everything in it that can be."""
    return make_task(
        title=title,
        description="d" * DESCRIPTION_LIMIT,
        deadline=NOW - timedelta(days=1),
        priority=Priority.URGENT,
        labels=tuple(f"{number:02}{'&' * 38}" for number in range(LABELS_LIMIT)),
        assigned_to=ANA.ref.model_copy(update={"slack_user_id": None, "name": "&" * 128}),
        **facts,
    )


def accept(blocks: list[Block], text: str = "text") -> None:
    """Fail where Slack would refuse the blocks, or show less of them than is meant."""
    check_message({"text": text, "blocks": blocks})
    assert [block.to_dict() for block in SlackBlock.parse_all(blocks)] == blocks


def test_what_slack_refuses_is_refused_here_too() -> None:
    with pytest.raises(SlackError):
        accept([section("x" * 3001)])


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
@pytest.mark.parametrize("status", TaskStatus)
def test_slack_takes_the_card_of_any_task(title: str, status: TaskStatus) -> None:
    blocks = build_card(fullest(title, task_status=status), ADA, NOW)

    accept(blocks)
    assert title in words_of(blocks)


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
@pytest.mark.parametrize("number", [0, 1, LIST_PAGE])
def test_slack_takes_a_list_of_any_length(title: str, number: int) -> None:
    blocks = build_list(ListTasks(), None, Slice([fullest(title) for _ in range(number)], "<|x|y", ">|x|y"), ADA, NOW)

    accept(blocks)
    assert words_of(blocks).count(title) >= number


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
@pytest.mark.parametrize("number", [1, 10, 50])
@pytest.mark.parametrize("happened", [assigned, status_changed, deleted, deadline_changed, commented])
def test_slack_takes_any_news(title: str, happened: Any, number: int) -> None:
    event: Event = happened(fullest(title), by=make_person("*" * 64, Group.ADMINS))
    event = event.model_copy(update={"note": "<&>*" * 750})
    for notification in task_news(event):
        text, blocks = build_news([notification] * number)

        accept([*blocks, *build_card(notification.task, ANA, NOW)], text)
        assert len(text) <= 12_000


def test_the_line_for_phones_says_who_did_what_to_which_task() -> None:
    [notification] = task_news(status_changed(moved(make_task(), TaskStatus.BLOCKED)))

    expected = f"<@{ANA.slack_user_id}> moved this task to *blocked*. {notification.task.task_id}: Fix login"
    assert build_news([notification])[0] == expected


def test_a_line_for_phones_never_calls_anybody_by_what_people_typed() -> None:
    [notification] = task_news(assigned(make_task(title=TITLES["markup"])))

    said = build_news([notification])[0].removeprefix(f"<@{ADA.slack_user_id}>")
    assert "<" not in said
    assert ">" not in said


@pytest.mark.parametrize(
    "command",
    [
        Help(),
        Help(unknown="don", meant="done"),
        Help(unknown="<!channel>" * 300),
        Help(unknown="<!channel>" + " *x* `y`" * 900),
        Help(unknown="snooze T-4"),
        *(Help(verb=verb.name) for verb in VERBS),
    ],
)
def test_slack_takes_help(command: Help) -> None:
    accept(build_help(command))


def test_slack_takes_the_way_in_for_somebody_unlinked() -> None:
    for typed in (None, "", "x" * 3000):
        text, blocks = build_link_prompt("https://bot.example/web/link/" + "x" * 43, typed)

        accept(blocks, text)


def test_a_button_says_to_a_screen_reader_which_task_it_is_for() -> None:
    task = make_task(title=TITLES["longest"])

    [buttons] = [block for block in build_card(task, ADA, NOW) if block["type"] == "actions"]

    for element, verb in zip(buttons["elements"], ("Start", "Done", "Comment", "Open"), strict=True):
        assert element["accessibility_label"].startswith(f"{verb}: {task.task_id} xxx")
