"""Sharing an answer with the channel: once, by name, for every reader the same."""

import json
from typing import Any

import pytest

from bot.commands.model import Find, ListTasks, Show, Whose
from bot.ids import Action
from bot.messages.shared import build_shared, build_shared_card, build_shared_finds, build_shared_list, with_share
from core.tasks.queries import Slice
from tests.bot.test_built_messages import TITLES, accept, fullest
from tests.support.world import NOW, SlackPlayed, World, make_person, words_of

EPHEMERAL = {"type": "message", "message_ts": "1.1", "channel_id": "C0GENERAL", "is_ephemeral": True}


def share_button(blocks: Any) -> dict[str, Any] | None:
    elements = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    return next((element for element in elements if element["action_id"] == Action.SHARE), None)


def offered(slack: SlackPlayed, text: str, person: Any = None) -> str:
    """What the Share button of an answer carries."""
    button = share_button(slack.command(person or slack.world.ana, text).json["blocks"])
    assert button is not None
    value: str = button["value"]
    return value


def share(slack: SlackPlayed, value: str, person: Any = None, **changed: Any) -> dict[str, Any]:
    """Press it, and give what was sent last."""
    slack.press(person or slack.world.ana, Action.SHARE, value, container=EPHEMERAL, **changed)
    return slack.ears.responses[-1]


def test_a_card_is_shared_with_everybody_by_name_and_with_nothing_to_press(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Fix login by fri -- users on SSO get a loop")

    message = share(slack, offered(slack, "show t-1"))

    assert message["response_type"] == "in_channel"
    assert not message["replace_original"]
    shown = words_of(message["blocks"])
    assert shown.startswith("Ana Silva shares:\nFix login")
    assert "users on SSO get a loop" in shown
    assert message["text"] == "Ana Silva shares: T-1: Fix login"
    assert not {"actions", "accessory"} & {key for block in message["blocks"] for key in (*block, block["type"])}


@pytest.mark.parametrize("text", ["new Fix login", "start 1", "due 1 tomorrow", "comment 1 On it"])
def test_the_answer_to_a_change_shares_the_tasks_card(slack: SlackPlayed, world: World, text: str) -> None:
    slack.command(world.ana, "new Water the plants")

    message = share(slack, offered(slack, text))

    assert words_of(message["blocks"]).startswith("Ana Silva shares:\n")
    assert "T-" in message["text"]


def test_a_shared_list_says_whose_it_is_and_calls_nobody(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ada, "new Fix login <@U0ANA>")
    slack.command(world.ana, "new Water the plants")

    shown = words_of(share(slack, offered(slack, ""))["blocks"])

    assert "Ana Silva's open tasks" in shown
    assert "Fix login" in shown
    assert "Water the plants" in shown
    assert "<@" not in shown

    created = words_of(share(slack, offered(slack, "list created", world.ada), world.ada)["blocks"])
    assert "Tasks Ada Lind added:" in created


def test_the_page_that_is_shown_is_the_page_that_is_shared(slack: SlackPlayed, world: World) -> None:
    for number in range(1, 13):
        slack.command(world.ana, f"new Task {number:02} by in {number} days")
    first = slack.command(world.ana, "list").json["blocks"]
    assert "There are more" in words_of(share(slack, share_button(first)["value"])["blocks"])  # type: ignore[index]
    following = next(element for element in first[-1]["elements"] if element["action_id"] == Action.LIST_NEXT)
    slack.press(world.ana, Action.LIST_NEXT, following["value"], container=EPHEMERAL)
    second = slack.ears.responses[-1]
    assert second["replace_original"]

    shown = words_of(share(slack, share_button(second["blocks"])["value"])["blocks"])  # type: ignore[index]

    assert "Task 12" in shown
    assert "Task 01" not in shown


def test_found_tasks_and_numbers_are_shared(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Fix login")

    assert "Found for “login”\nFix login" in words_of(share(slack, offered(slack, "find login"))["blocks"])

    slack.command(world.ana, "stats")
    chart = slack.ears.responses[-1]["blocks"]
    shared = share(slack, share_button(chart)["value"])  # type: ignore[index]
    assert "*Ana Silva*: 1 open" in words_of(shared["blocks"])
    assert "data_visualization" in {block["type"] for block in shared["blocks"]}


def test_numbers_are_shared_in_words_where_the_workspace_takes_no_chart(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Fix login")
    slack.ears.refuses["data_visualization"] = "invalid_blocks"

    shown = words_of(share(slack, offered(slack, "stats"))["blocks"])

    assert "*Ana Silva*: 1 open" in shown
    assert "Ana Silva: 1" in shown


def test_a_double_click_shares_once_and_says_so(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Fix login")
    value = offered(slack, "show 1")

    share(slack, value)
    second = share(slack, value)

    public = [message for message in slack.ears.responses if message["response_type"] == "in_channel"]
    assert len(public) == 1
    assert second["response_type"] == "ephemeral"
    assert "shared this already" in second["text"]


def test_the_same_answer_asked_for_again_can_be_shared_again(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Fix login")

    share(slack, offered(slack, "show 1"))
    again = share(slack, offered(slack, "show 1"))

    assert again["response_type"] == "in_channel"


def test_what_slack_did_not_take_can_be_tried_again(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Fix login")
    value = offered(slack, "show 1")
    slack.ears.refuses["rich_text"] = "internal_error"

    refused = share(slack, value)
    assert refused["response_type"] == "ephemeral"
    assert "press *Share* again" in refused["text"]

    slack.ears.refuses.clear()
    assert share(slack, value)["response_type"] == "in_channel"


def test_a_task_deleted_meanwhile_is_not_shared(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Fix login")
    value = offered(slack, "show 1")
    slack.command(world.ana, "delete 1")

    for _ in range(2):
        assert "was deleted" in share(slack, value)["text"]


def test_a_press_on_an_answer_offers_to_share_what_came_of_it_but_not_on_a_card_in_a_dm(
    slack: SlackPlayed, world: World
) -> None:
    slack.command(world.ana, "new Fix login")

    slack.press(world.ana, Action.TASK_START, "T-1", container=EPHEMERAL)
    assert share_button(slack.ears.responses[-1]["blocks"]) is not None

    slack.press(world.ana, Action.TASK_DONE, "T-1")
    assert share_button(slack.ears.responses[-1]["blocks"]) is None


@pytest.mark.parametrize("text", ["help", "delete 1", "whoami", "find nothing", "list overdue"])
def test_what_is_for_one_person_or_empty_is_not_offered(slack: SlackPlayed, world: World, text: str) -> None:
    slack.command(world.ana, "new Fix login")

    assert share_button(slack.command(world.ana, text).json["blocks"]) is None


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
@pytest.mark.parametrize("number", [0, 1, 11, 500])
def test_slack_takes_anything_shared(title: str, number: int) -> None:
    sharer = make_person("Eva " + "&*" * 60)
    found = Slice([fullest(title) for _ in range(number)][:10], "<|x|y", ">|x|y" if number > 10 else None)

    accept(build_shared(sharer, build_shared_card(fullest(title), NOW)))
    accept(build_shared(sharer, build_shared_list(ListTasks(Whose.CREATED), sharer, found, NOW)))
    accept(build_shared(sharer, build_shared_finds(Find(title), found, NOW)))
    assert "<!channel>" not in json.dumps([block for block in build_shared_card(fullest(title), NOW)
                                           if block["type"] == "context"])  # fmt: skip


def test_a_list_too_long_to_be_named_on_a_button_is_not_offered() -> None:
    blocks = [{"type": "section"}, {"type": "section"}]

    assert with_share(blocks, Find("x" * 2000), None, "request") == blocks
    assert share_button(with_share(blocks, Show(fullest("x").task_id), None, "request")) is not None
