from collections.abc import Iterator

import pytest

from tests.support.world import SlackPlayed, World, slack_played


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def slack(world: World) -> Iterator[SlackPlayed]:
    with slack_played(world) as played:
        yield played
