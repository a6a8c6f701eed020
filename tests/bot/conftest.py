from collections.abc import Iterator

import pytest

from core.people.model import Person
from tests.support.dms import Dms
from tests.support.links import LinkWorld
from tests.support.slack_workspace import Served, served
from tests.support.world import SlackPlayed, World, make_person, slack_played


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def slack(world: World) -> Iterator[SlackPlayed]:
    with slack_played(world) as played:
        yield played


@pytest.fixture
def links(world: World) -> LinkWorld:
    return LinkWorld(world)


@pytest.fixture
def vera(world: World) -> Person:
    return world.add(make_person("Vera Lund", slack_user_id=None))


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    """One simulator for the tests of a file; each begins with a `reset` of it."""
    with served() as each:
        yield each


@pytest.fixture
def dms(running: Served) -> Dms:
    running.workspace.reset()
    return Dms(running)
