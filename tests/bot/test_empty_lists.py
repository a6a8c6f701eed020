"""What an empty list says to do next."""

import pytest

from tests.support.world import SlackPlayed, World


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("", "Add one with `/task new"),
        ("list team", "Add one with `/task new"),
        ("list team cancelled", "`/task list team` shows all that are open."),
        ("list <@U0BEN> today", "`/task list team` shows all that are open."),
        ("list #web", "*#web: Your open tasks, soonest deadline first*: none."),
        ("list #web", "`/task list team` shows all that are open."),
    ],
)
def test_an_empty_list_says_what_fits_it(slack: SlackPlayed, world: World, typed: str, advice: str) -> None:
    shown = slack.command(world.ana, typed).shown

    assert advice in shown
    assert ("Add one" in shown) is ("Add one" in advice)
