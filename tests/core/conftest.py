import pytest

from core.people.model import Actor
from tests.support.team import Team


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def ada(team: Team) -> Actor:
    return team.world.acting(team.world.ada)
